"""A production that can be as long as a bench asks: people, weapons, rounds, days of takes.

* Everything is said as a set says it, in order, and adds up: no hold, no contradiction
  and no correction comes out of it unless a bench puts it there.
* The same every time: nothing here is left to chance or to the clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

Said = dict[str, Any]

FIRST_MORNING: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WEAPONS: Final = tuple(f"rev-{number:02}" for number in range(20))
LOTS: Final = {"dummies": ("dummy", 60), "blanks": ("blank", 180), "spare-dummies": ("dummy", 60)}
HANDLERS: Final = {
    "lead": "armorer",
    "assistant": "assistant-armorer",
    "props": "property-master",
}
_OTHERS: Final = {
    "ad": "first-ad",
    "second": "second-ad",
    "safety": "safety-adviser",
    "director": "director",
    "dp": "director-of-photography",
    "operator": "camera-operator",
    "focus": "assistant-camera",
    "script": "script-supervisor",
    "medic": "medic",
    "sound": "sound",
    "grip": "key-grip",
    "gaffer": "electrician",
    "producer": "producer",
}
PERFORMERS: Final = tuple(f"performer-{number:02}" for number in range(24))
_CREW: Final = tuple(f"crew-{number:02}" for number in range(20))
PEOPLE: Final = {
    **HANDLERS,
    **_OTHERS,
    **dict.fromkeys(PERFORMERS, "performer"),
    **dict.fromkeys(_CREW, "crew"),
}
"""All 60 people and the role each has."""


class Production:
    """Says one thing after another and knows what time it is.

    Attributes:
        said: Everything said so far, as plain mappings, in order.
        at: The time of the next statement.
        checks: How many records of a check it has made so far.
    """

    def __init__(self) -> None:
        self.said: list[Said] = []
        # Preparation is on the day before the first one.
        self.at = FIRST_MORNING - timedelta(days=1)
        self.checks = 0
        self.day = 0

    def say(self, what: str, by: str = "lead", **given: Any) -> Said:
        """Say one thing now; half a minute passes."""
        said: Said = {
            "id": f"s{len(self.said)}",
            "what": what,
            "at": self.at.isoformat(),
            "by": by,
            "attested": "badge",
            **{key.rstrip("_"): value for key, value in given.items()},
        }
        self.said.append(said)
        self.at += timedelta(seconds=30)
        return said

    def check(self, check: str, *on: str, by: str = "lead", **given: Any) -> None:
        """Make a check that passes on each of these."""
        # `shown-clear` makes `chamber-empty` too.
        self.checks += len(on) * (2 if check == "shown-clear" else 1)
        self.say("check.made", by, checks=[check], on=list(on), passed=True, **given)

    def open(self) -> None:
        """Introduce everybody and everything."""
        for name, role in PEOPLE.items():
            self.say("person.joined", "producer", person=name, roles=[role])
        for name in HANDLERS:
            self.say("qualification.shown", "producer", person=name, kind="firearms-handler")
        for name in WEAPONS:
            self.say("weapon.received", weapon=name, kind="firearm", from_="a rental house")
        for name, (kind, count) in LOTS.items():
            self.say("rounds.received", lot=name, kind=kind, count=count, from_="a supplier")

    def plan(self, activity: str, load: str, *weapons: str, lot: str = "", **given: Any) -> None:
        """Plan an act in which these weapons are used, each by the performer of its number."""
        users = {name: PERFORMERS[WEAPONS.index(name)] for name in weapons}
        lot = lot or {"dummy": "dummies", "blank": "blanks"}[load]
        self.say(
            "activity.planned",
            "ad",
            activity=activity,
            phase="shoot",
            hazards=["firearm-display", {"dummy": "dummy-load", "blank": "blank-fire"}[load]],
            people={**dict.fromkeys(users.values(), "uses it"), "operator": "runs the camera"},
            weapons={
                name: {"performer": user, "load": load, "lot": lot, "count": 3}
                for name, user in users.items()
            },
            **{
                "things": "none",
                "line": "nobody",
                "zone": [*users.values(), "operator", "focus"],
                "pointed_at": "nobody",
                "needs_firearm": "The flash is in the shot",
                **given,
            },
        )

    # --- days ---------------------------------------------------------------------------

    def morning(self, date_of: datetime) -> None:
        """Open a day: search, weapons out and opened, meeting."""
        self.at, self.day = date_of, self.day + 1
        self.say("day.opened", "ad", date=date_of.date().isoformat())
        self.say(
            "search.made",
            where="the set",
            looking_for="live-rounds",
            how="searched",
            found="nothing",
        )

    def evening(self) -> None:
        """Count, lock up and close the day."""
        self.say("weapon.counted", weapons=list(WEAPONS), with_=["assistant"])
        self.say("weapon.locked-up", weapons=list(WEAPONS), where="the cabinet")
        self.say("rounds.locked-up", lots=list(LOTS), where="the cabinet")
        self.say("day.closed", "ad", date=(self.at - timedelta(hours=1)).date().isoformat())

    def day_of_takes(self, *, takes: int) -> None:
        """A whole day with blanks: every take loads, shows, hands over, fires and clears.

        One weapon on the first day, two on the next, then three, and so on.
        """
        self.morning(FIRST_MORNING + timedelta(days=self.day))
        act = f"scene-{self.day}"
        many = (self.day - 1) % 3 + 1
        used = [WEAPONS[(self.day * 3 + number) % len(WEAPONS)] for number in range(many)]
        self.plan(act, "blank", *used)
        self.say("weapon.taken-out", weapons=used)
        for check in ("chamber-empty", "barrel-clear", "mechanism-works"):
            self.check(check, *used, with_=["assistant"])
        self.say("rounds.received", lot="blanks", kind="blank", count=takes * 9, from_="a supplier")
        self.say("rounds.opened", lots=["blanks"])
        present = [*HANDLERS, *_OTHERS, *(PERFORMERS[WEAPONS.index(name)] for name in used)]
        self.say(
            "meeting.held",
            "ad",
            meeting=f"meeting-{self.day}",
            kind="safety",
            activities=[act],
            present=present,
        )
        self.check("distance-measured", act, measured={"distance_ft": 22}, with_=["operator"])
        self.check("line-walked", act, with_=["operator"])
        self.check("ppe-worn", act, by="ad")
        for take in range(1, takes + 1):
            self._take(act, used, take)
        self.evening()

    def _take(self, act: str, used: list[str], take: int) -> None:
        users = {name: PERFORMERS[WEAPONS.index(name)] for name in used}
        self.say("weapon.loaded", weapons=used, lot="blanks", count=3, for_=act)
        for name, user in users.items():
            self.check("load-shown", name, count=3, of=3, shown_to=[user, "ad"], with_=["ad"])
        self.say("set.declared", "ad", state="hot", weapons=used, for_=act)
        issues = [{"weapon": name, "to": user} for name, user in users.items()]
        self.say("weapon.handed-over", from_="lead", issues=issues, for_=act)
        self.say("activity.rolled", "ad", activity=act, take=take)
        self.say("weapon.fired", "assistant", weapons=used, lot="blanks", count=3)
        self.say("activity.cut", "ad", activity=act, take=take)
        back = [{"weapon": name, "from": user} for name, user in users.items()]
        self.say("weapon.handed-back", returns=back, to="lead")
        self.check("shown-clear", *used, shown_to=["ad"], with_=["ad", "assistant"])
        self.check("barrel-clear", *used, with_=["assistant"])
        self.say("set.declared", "ad", state="cold", weapons=used)


DAYS_IN_TURN: Final = 3
"""Days with one, two and three weapons follow each other: so many days make a round."""


def long_production(statements: int) -> Production:
    """Whole rounds of days, until at least so many statements have been said."""
    production = Production()
    production.open()
    while len(production.said) < statements:
        more_days(production)
    return production


def more_days(production: Production, *, takes: int = 25) -> list[Said]:
    """One more round of days; returns what was said in it."""
    before = len(production.said)
    for _ in range(DAYS_IN_TURN):
        production.day_of_takes(takes=takes)
    return production.said[before:]
