"""An exception lifts a rule only where it is known to be met, and for that one alone.

Given packs of one rule with an exception; when a receiver, a check or a hazard that it
asks about is not known; then nothing is lifted. Definitions follow where they are used.

Source: docs/formats/rules.md, "Unknown, damaged, absent".
"""

from __future__ import annotations

import pytest

from tests.unit.rules.quiet_set import HANDLER, QuietSet, pack
from tests.unit.rules.unknowns import (
    SPOILT,
    Told,
    person_withdrawn,
    plan_with_firearm,
    plan_with_hazards,
    seen_by_two,
    third_person,
)

# --- unless ------------------------------------------------------------------------

BETWEEN = (
    HANDLER
    + "exceptions:\n  between handlers: {giver: {is: a handler}, receiver: {is: a handler}}\n"
)
NO_HANDOVER = "before: hand-over\nno: weapon in the weapons\nunless: [between handlers]"


def test_unless__a_receiver_nobody_introduced_lifts_nothing() -> None:
    ours = pack(NO_HANDOVER, above=BETWEEN)
    on_set = QuietSet()
    on_set.plan()
    withdrawn = on_set.say("person.joined", by="ad", person="third", roles="armorer")
    on_set.withdraw(withdrawn)
    on_set.say("person.joined", by="ad", person="fourth", roles="armourer")

    assert not on_set.hand(ours, to="props")
    assert on_set.hand(ours, to="stranger")
    assert on_set.hand(ours, to="third"), "introduced, and that was withdrawn"
    assert on_set.hand(ours, to="fourth"), "in a role of no list"
    assert on_set.hand(ours, to="props", from_="stranger")


def test_unless__one_handler_among_the_receivers_lifts_nothing_for_the_others() -> None:
    """Found here: a revolver for the props master in the same handover lifted everything."""
    issues = [{"weapon": "rubber", "to": "props"}, {"weapon": "revolver", "to": "outlaw"}]
    on_set = QuietSet()
    on_set.plan()

    def held(rule: str) -> list[str]:
        ours = pack(rule, above=BETWEEN)
        act = {"from_": "armorer", "for_": "scene", "issues": issues}
        return [reason.on for reason in on_set.reasons(ours, "weapon.handed-over", **act)]

    assert ["revolver"] == held(NO_HANDOVER)
    assert ["outlaw"] == held(
        NO_HANDOVER.replace("weapon in the weapons", "person in the receiver")
    )
    assert ["outlaw"] == held(
        "before: hand-over\nevery: person in the receiver\nneeds: {role: diver}\nunless: [between handlers]"
    )
    assert ["scene"] == held(
        "before: hand-over\nevery: activity in the activity\nneeds: {phase: wrap}\nunless: [between handlers]"
    )


@pytest.mark.parametrize("spoilt", ["not made", "of unknown outcome", "failed", "withdrawn"])
def test_unless__a_check_that_is_not_known_lifts_nothing(spoilt: str) -> None:
    above = "exceptions:\n  it was opened: {weapon: {a check: {check: chamber-empty, on: this weapon}}}\n"
    ours = pack(
        "before: hand-over\nno: weapon in the weapons\nunless: [it was opened]", above=above
    )
    here, other = QuietSet(), QuietSet()
    for on_set in (here, other):
        on_set.plan()
    SPOILT[spoilt](here)
    seen_by_two(other)

    assert here.hand(ours)
    assert not other.hand(ours)


def test_unless__hazards_not_given_lift_nothing() -> None:
    above = "exceptions:\n  a cold set: {activity: {hazards: none}}\n"
    ours = pack("before: roll\nno: weapon in all weapons\nunless: [a cold set]", above=above)

    def rolling(told: Told) -> bool:
        on_set = QuietSet()
        told(on_set)
        return on_set.roll(ours)

    assert not rolling(plan_with_hazards("none"))
    assert rolling(plan_with_hazards(None))
    assert rolling(plan_with_hazards(17))
    assert rolling(plan_with_firearm), "a firearm in it is a hazard of itself"


def test_what_lifted_a_rule_is_listed() -> None:
    ours = pack(NO_HANDOVER, "before: hand-over\nevery: weapon in the weapons\nneeds: {kind: firearm}",
                above=BETWEEN)  # fmt: skip
    on_set = QuietSet()
    on_set.plan()
    found = on_set.verdict(
        ours, "weapon.handed-over", weapon="revolver", from_="armorer", to="props"
    )

    assert [("our-pack/rule-1", "between handlers", "revolver")] == [
        (lifted.rule, lifted.exception, lifted.on) for lifted in found.lifted
    ]


# --- definitions where unknown does not count --------------------------------------


def test_a_definition_used_in_needs__unknown_does_not_count() -> None:
    ours = pack(
        "before: roll\nevery: person in people in the zone\nneeds: {is: a handler}", above=HANDLER
    )

    def rolling(told: Told) -> bool:
        on_set = QuietSet()
        told(on_set)
        return on_set.roll(ours)

    assert not rolling(third_person(roles="armorer"))
    assert rolling(third_person())
    assert rolling(third_person(roles=5))
    assert rolling(person_withdrawn)
