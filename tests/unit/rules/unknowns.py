"""How things on the quiet set come to be unknown: not said, spoilt on the way, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.unit.rules.quiet_set import QuietSet

Told = Callable[[QuietSet], Any]
SEEN = {"witnesses": [{"person": "ad", "how": "badge"}]}


def plan_with_hazards(given: Any) -> Told:
    return lambda on_set: on_set.plan(hazards=given)


def plan_with_phase(given: Any) -> Told:
    return lambda on_set: on_set.plan(phase=given)


def plan_withdrawn(on_set: QuietSet) -> None:
    on_set.withdraw(on_set.plan())


def plan_withdrawn_and_made_anew(on_set: QuietSet) -> None:
    """Both plans count: the withdrawn one still asks what it asked."""
    name = on_set.plan(hazards="blank-fire")
    on_set.say("activity.planned", by="ad", activity="scene", corrects=name, hazards="none")


def third_weapon(**given: Any) -> Told:
    def told(on_set: QuietSet) -> None:
        on_set.say("weapon.received", weapon="third", from_="rental", **given)
        on_set.plan(weapons={"third": {"performer": "outlaw"}})

    return told


def weapon_not_registered(on_set: QuietSet) -> None:
    on_set.plan(weapons={"third": {"performer": "outlaw"}})


def weapon_withdrawn(on_set: QuietSet) -> None:
    name = on_set.say("weapon.received", weapon="third", kind="rubber", from_="rental")
    on_set.plan(weapons={"third": {"performer": "outlaw"}})
    on_set.withdraw(name, by="armorer")


def plan_with_weapons(given: Any) -> Told:
    return lambda on_set: on_set.plan(weapons=given)


def plan_with_firearm(on_set: QuietSet) -> None:
    on_set.plan(weapons={"revolver": {"performer": "outlaw", "load": "none"}})


def person_withdrawn(on_set: QuietSet) -> None:
    name = on_set.say("person.joined", by="ad", person="third", roles="crew")
    on_set.plan(people={"third": "walks by"}, zone=["third"])
    on_set.withdraw(name)


def third_person(**given: Any) -> Told:
    def told(on_set: QuietSet) -> None:
        if given:
            on_set.say("person.joined", by="ad", person="third", **given)
        on_set.plan(people={"third": "walks by"}, zone=["third"])

    return told


def seen_by_two(on_set: QuietSet, **differs: Any) -> str:
    return on_set.check("chamber-empty", "revolver", **{**SEEN, **differs})


SPOILT: dict[str, Callable[[QuietSet], Any]] = {
    "not made": lambda on_set: None,
    "of unknown outcome": lambda on_set: seen_by_two(on_set, passed="perhaps"),
    "failed": lambda on_set: seen_by_two(on_set, passed=False),
    "on nobody knows what": lambda on_set: seen_by_two(on_set, on=None),
    "of a word of no list": lambda on_set: seen_by_two(on_set, checks="chamber-flurbed"),
    "withdrawn": lambda on_set: on_set.withdraw(seen_by_two(on_set), by="armorer"),
    "by somebody nobody introduced": lambda on_set: seen_by_two(on_set, by="stranger"),
    "with a witness somebody typed": lambda on_set: seen_by_two(
        on_set, witnesses=[{"person": "ad", "how": "named"}]
    ),
    "with spoilt witnesses": lambda on_set: seen_by_two(on_set, witnesses=7),
    "with itself as witness": lambda on_set: seen_by_two(
        on_set, witnesses=[{"person": "armorer", "how": "badge"}]
    ),
    "of no time": lambda on_set: seen_by_two(on_set, at=None),
    "known by its order only": lambda on_set: seen_by_two(on_set, at_is="order-only"),
    "an hour old": lambda on_set: seen_by_two(on_set, minutes=on_set.number - 60),
    "in the future of the act": lambda on_set: seen_by_two(on_set, minutes=on_set.number + 9),
}
