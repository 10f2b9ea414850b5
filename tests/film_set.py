"""A film set that plays itself: it moves weapons and rounds about and says so.

It keeps its own count by other means than the fold, so that the two can be compared,
and it makes mistakes: somebody hands over what they do not have, nobody gives back,
a day is not closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from showclear.core.parse import read_statement
from showclear.core.statement import Statement

START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

HANDLERS = ("armorer", "assistant", "props")
ACTORS = ("outlaw", "sheriff")
OTHERS = ("ad", "medic", "dp")
REVOLVERS = ("rev-1", "rev-2", "rev-3")
BOXES = {"dummies": ("dummy", 30), "blanks": ("blank", 60)}
ROLES = {
    "armorer": "armorer",
    "assistant": "assistant-armorer",
    "props": "property-master",
    "outlaw": "performer",
    "sheriff": "performer",
    "ad": "first-ad",
    "medic": "medic",
    "dp": "director-of-photography",
}


@dataclass
class Box:
    """Where each round of one lot really is."""

    store: int = 0
    issued: Counter[str] = field(default_factory=Counter)
    loaded: Counter[str] = field(default_factory=Counter)
    fired: int = 0
    misfired: int = 0
    destroyed: int = 0
    left: int = 0
    moved: int = 0

    @property
    def received(self) -> int:
        gone = self.fired + self.misfired + self.destroyed + self.left + self.moved
        return self.store + self.issued.total() + self.loaded.total() + gone


class FilmSet:
    """A set on which things happen, one statement at a time.

    Attributes:
        said: Everything said so far, as plain mappings, in order.
        boxes: Where the rounds really are.
        holder: Who really has each weapon; the empty string is the cabinet.
    """

    def __init__(self, chance: Random, *, at: datetime = START) -> None:
        self.chance, self.at = chance, at
        self.said: list[dict[str, Any]] = []
        self.boxes = {name: Box(store=count) for name, (_, count) in BOXES.items()}
        self.holder = dict.fromkeys(REVOLVERS, "")
        self.take = 0
        self._open()

    def say(self, what: str, by: str = "armorer", **said: Any) -> dict[str, Any]:
        """Say one thing, at this moment."""
        statement = {
            "id": f"s{len(self.said)}",
            "at": self.at.isoformat(),
            "by": by,
            "attested": "badge",
            "what": what,
            **{key.rstrip("_"): value for key, value in said.items()},
        }
        self.said.append(statement)
        return statement

    def _open(self) -> None:
        for name, role in ROLES.items():
            self.say("person.joined", person=name, roles=[role])
        for name in REVOLVERS:
            self.say("weapon.received", weapon=name, kind="firearm", from_="a rental house")
        for name, (kind, count) in BOXES.items():
            self.say("rounds.received", lot=name, kind=kind, count=count, from_="a supplier")
        self.say("thing.received", thing="belt", kind="container")
        self.say("thing.received", thing="boat", kind="boat")
        for name in ("duel", "chase"):
            self.say(
                "activity.planned",
                "ad",
                activity=name,
                title=f"The {name}",
                hazards=["firearm-display", "blank-fire"],
                people=dict.fromkeys(ACTORS, "is in it"),
                weapons={
                    "rev-1": {
                        "performer": "outlaw",
                        "load": "blank",
                        "lot": "blanks",
                        "count": 2,
                    }
                },
                line="nobody",
                zone=list(ACTORS),
                things="none",
                speed_kmh=30,
            )

    def go_on(self, steps: int) -> FilmSet:
        """Let some things happen."""
        for _ in range(steps):
            self.at += timedelta(minutes=self.chance.choice([0, 0, 1, 1, 2, 5, 30]))
            self.chance.choice(_HAPPENINGS)(self)
        return self

    def statements(self) -> list[Statement]:
        """What was said, read as a live set's statements are read."""
        return [read_statement(said, fallback_id="kept") for said in self.said]

    # --- what happens ---------------------------------------------------------------

    def somebody(self) -> str:
        return self.chance.choice([*HANDLERS, *ACTORS, *OTHERS])

    def weapons(self, where: Callable[[str], bool]) -> str | None:
        found = [name for name, holder in self.holder.items() if where(holder)]
        return self.chance.choice(found) if found else None

    def take_out(self) -> None:
        if name := self.weapons(lambda holder: holder == ""):
            self.holder[name] = by = self.chance.choice(HANDLERS)
            self.say("weapon.taken-out", by, weapon=name)

    def hand_over(self) -> None:
        if name := self.weapons(lambda holder: holder in HANDLERS):
            giver = self.holder[name]
            self.holder[name] = to = self.chance.choice([*ACTORS, *HANDLERS])
            self.say("weapon.handed-over", giver, weapon=name, from_=giver, to=to, for_="duel")

    def hand_back(self) -> None:
        if name := self.weapons(lambda holder: holder in ACTORS):
            giver, to = self.holder[name], self.chance.choice(HANDLERS)
            self.holder[name] = to
            self.say("weapon.handed-back", to, returns=[{"weapon": name, "from": giver}], to=to)

    def squad(self) -> None:
        mine = [name for name, holder in self.holder.items() if holder == "armorer"]
        if len(mine) > 1:
            issues = [{"weapon": name, "to": self.chance.choice(ACTORS)} for name in mine]
            self.holder.update({issue["weapon"]: issue["to"] for issue in issues})
            self.say("weapon.handed-over", from_="armorer", issues=issues, for_="duel")

    def lock_up(self) -> None:
        if name := self.weapons(lambda holder: holder in HANDLERS):
            by, self.holder[name] = self.holder[name], ""
            self.say("weapon.locked-up", by, weapons=name, where="the cabinet")

    def load(self) -> None:
        lot = self.chance.choice(list(BOXES))
        name, box = self.weapons(lambda holder: holder in HANDLERS), self.boxes[lot]
        if name is None:
            return
        container = self.chance.choice([None, "belt"])
        count = min(self.chance.randint(1, 4), box.issued["belt"] if container else box.store)
        by = self.holder[name]
        if not count or box.issued[by]:
            return
        if container:
            box.issued["belt"] -= count
        else:
            box.store -= count
        box.loaded[name] += count
        extra = {"container": container} if container else {}
        self.say("weapon.loaded", by, weapon=name, lot=lot, count=count, for_="duel", **extra)

    def loaded(self) -> tuple[str, str, int] | None:
        found = [
            (name, lot, count)
            for lot, box in self.boxes.items()
            for name, count in box.loaded.items()
            if count
        ]
        return self.chance.choice(found) if found else None

    def unload(self) -> None:
        if found := self.loaded():
            name, lot, count = found
            if self.holder[name] not in HANDLERS:
                return
            count = self.chance.randint(1, count)
            self.boxes[lot].loaded[name] -= count
            self.boxes[lot].store += count
            self.say("weapon.unloaded", self.holder[name], weapon=name, lot=lot, count=count)

    def fire(self) -> None:
        if found := self.loaded():
            name, lot, count = found
            count = self.chance.randint(1, count)
            self.boxes[lot].loaded[name] -= count
            self.boxes[lot].fired += count
            what = self.chance.choice(["weapon.fired"] * 5 + ["weapon.discharged"])
            self.say(what, "assistant", weapon=name, lot=lot, count=count)

    def fire_among(self) -> None:
        for lot, box in self.boxes.items():
            among = [name for name, count in box.loaded.items() if count]
            if len(among) > 1:
                self.say("weapon.fired", "assistant", among=among, lot=lot, count=1)
                # Which one it was stays unknown; the record takes the first.
                box.loaded[among[0]] -= 1
                box.fired += 1
                return

    def misfire(self) -> None:
        if found := self.loaded():
            name, lot, _ = found
            self.boxes[lot].loaded[name] -= 1
            self.boxes[lot].misfired += 1
            self.say("weapon.misfired", "assistant", weapon=name, lot=lot, count=1)

    def issue(self) -> None:
        lot = self.chance.choice(list(BOXES))
        box, to = self.boxes[lot], self.chance.choice(["belt", "sheriff"])
        if count := min(self.chance.randint(1, 5), box.store):
            box.store -= count
            box.issued[to] += count
            self.say("rounds.issued", lot=lot, count=count, to=to)

    def give_back(self) -> None:
        for lot, box in self.boxes.items():
            for name, held in box.issued.items():
                if held:
                    count = self.chance.randint(1, held)
                    box.issued[name] -= count
                    box.store += count
                    self.say("rounds.returned", lot=lot, count=count, from_=name)
                    return

    def away(self) -> None:
        lot = self.chance.choice(list(BOXES))
        box, kind = self.boxes[lot], BOXES[lot][0]
        count = min(self.chance.randint(1, 3), box.store)
        if not count:
            return
        match self.chance.randrange(3):
            case 0 if not box.misfired:
                box.destroyed += count
                box.store -= count
                self.say("rounds.destroyed", lot=lot, kind=kind, count=count)
            case 0:
                box.destroyed += 1
                box.misfired -= 1
                self.say("rounds.destroyed", lot=lot, kind=kind, count=1)
            case 1:
                box.left += count
                box.store -= count
                self.say("rounds.left", lot=lot, kind=kind, count=count, to="the supplier")
            case _:
                box.moved += count
                box.store -= count
                self.say("rounds.moved", from_=lot, to=f"{lot}-tray", count=count)
                self.boxes.setdefault(f"{lot}-tray", Box()).store += count

    def count(self) -> None:
        lot = self.chance.choice(list(BOXES))
        seen = self.boxes[lot].store + self.chance.choice([0, 0, 0, 0, -1])
        self.say("rounds.counted", lot=lot, count=max(0, seen), with_="assistant")

    def look(self) -> None:
        if name := self.weapons(lambda holder: holder in HANDLERS):
            checks = self.chance.choice(
                ["chamber-empty", "barrel-clear", "shown-clear", "load-shown"]
            )
            self.say(
                "check.made",
                self.holder[name],
                checks=checks,
                on=name,
                passed=self.chance.random() < 0.9,
                shown_to=["ad"],
                with_="ad",
            )

    def verify(self) -> None:
        lot = self.chance.choice(list(BOXES))
        check = {"dummies": "dummies-each-verified", "blanks": "blanks-verified"}[lot]
        store = self.boxes[lot].store
        self.say("check.made", checks=check, on=lot, passed=True, count=store, of=store)

    def confirm(self) -> None:
        said = self.chance.choice(self.said)["id"]
        self.say("confirmed", self.somebody(), of=said, as_="saw-it")

    def meet(self) -> None:
        present = self.chance.sample(list(ROLES), self.chance.randint(2, len(ROLES)))
        self.say(
            "meeting.held",
            "ad",
            meeting="morning",
            kind="safety",
            activities=["duel", "chase"],
            present=present,
        )

    def join(self) -> None:
        self.say("meeting.joined", "ad", meeting="morning", people=self.somebody())

    def change(self) -> None:
        changes: list[dict[str, Any]] = [
            {"speed_kmh": self.chance.randint(20, 60)},
            {"replaces": {"rev-2": "rev-1"}},
            {"hazards": ["firearm-display"]},
        ]
        self.say(
            "activity.changed",
            "ad",
            activity=self.chance.choice(["duel", "chase"]),
            **self.chance.choice(changes),
        )

    def agree(self) -> None:
        self.say("change.agreed", "ad", activity="duel", people=[self.chance.choice(ACTORS)])

    def act(self) -> None:
        self.take += 1
        self.say("activity.rolled", "ad", activity="duel", take=self.take, people=list(ACTORS))
        self.at += timedelta(minutes=1)
        if self.chance.random() < 0.8:
            measured = {"measured": {"speed_kmh": 35}} if self.chance.random() < 0.3 else {}
            self.say("activity.cut", "ad", activity="duel", take=self.take, **measured)

    def zone(self) -> None:
        what = self.chance.choice(["people.entered", "people.left-zone"])
        self.say(what, "ad", people=self.chance.choice(ACTORS), activity="duel")

    def stand(self) -> None:
        what = self.chance.choice(["post.taken", "post.left"])
        self.say(what, "medic", people="medic", post="medic", activities=["duel"])

    def speak_up(self) -> None:
        number = len(self.said)
        match self.chance.randrange(6):
            case 0:
                self.say("stop.called", self.somebody(), stop=f"stop-{number}", scope="all")
            case 1:
                self.say(
                    "work.resumed", "ad", scope="all", agreed_by=["ad", self.chance.choice(OTHERS)]
                )
            case 2:
                self.say("concern.raised", "outlaw", concern=f"c-{number}", about="blank-fire")
            case 3:
                self.say("refusal.made", "sheriff", activity="duel", limit={"speed_kmh": 40})
            case 4:
                self.say("pause.called", "ad", pause=f"p-{number}", scope="duel")
            case _:
                self.say("incident.reported", "ad", incident=f"i-{number}", kind="near-miss")

    def leave_alone(self) -> None:
        what = self.chance.choice(["weapon.unattended", "rounds.unattended"])
        on = {"weapons": "rev-1"} if what.startswith("weapon") else {"lots": "blanks"}
        self.say(what, self.somebody(), **on)

    def see(self) -> None:
        name = self.chance.choice(REVOLVERS)
        holder = self.holder[name]
        if holder:
            self.say("weapon.seen", "armorer", weapons=name, with_=holder)

    def wrongly_hand_over(self) -> None:
        name = self.chance.choice(REVOLVERS)
        giver, to = self.chance.sample([*HANDLERS, *ACTORS], 2)
        if self.holder[name] != giver:
            self.holder[name] = to
            self.say("weapon.handed-over", giver, weapon=name, from_=giver, to=to)

    def next_day(self) -> None:
        if self.chance.random() < 0.5:
            self.say("day.closed", "ad", date=self.at.date().isoformat())
        self.at += timedelta(hours=self.chance.choice([1, 5, 7, 12]))
        if self.chance.random() < 0.5:
            self.say("day.opened", "ad", date=self.at.date().isoformat())


_HAPPENINGS: list[Callable[[FilmSet], None]] = [
    *[FilmSet.take_out, FilmSet.load, FilmSet.hand_over, FilmSet.hand_back, FilmSet.fire] * 5,
    *[FilmSet.unload, FilmSet.misfire, FilmSet.issue, FilmSet.give_back, FilmSet.away] * 2,
    *[FilmSet.look, FilmSet.verify, FilmSet.count, FilmSet.squad, FilmSet.confirm] * 2,
    *[FilmSet.meet, FilmSet.join, FilmSet.change, FilmSet.agree, FilmSet.act, FilmSet.zone],
    *[FilmSet.stand, FilmSet.speak_up, FilmSet.leave_alone, FilmSet.see, FilmSet.lock_up],
    *[FilmSet.wrongly_hand_over, FilmSet.fire_among, FilmSet.next_day],
]
