"""A small set, and packs written as an adviser writes them: YAML, through the real reader.

The set: an armorer, a first AD, two actors, a crew of nobody knows how many, a revolver,
a rubber gun, a box of dummies and a box of blanks, and one scene. Everything on it is
said, and judged on the state that follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from textwrap import indent
from typing import Any

from showclear.adapters.yaml_file import PACK_LIMITS, parse_yaml
from showclear.core.gates import Hold, Reason, Verdict, question_of
from showclear.core.parse import read_statement
from showclear.core.record import Record
from showclear.core.statement import Kept, Statement
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of, judge
from showclear.rules.read import parse_pack

START = datetime(2026, 6, 9, 8, 0, tzinfo=UTC)
AS_OF = date(2026, 6, 9)
HEAD = """\
pack: our-pack
title: {en: Ours}
version: "1"
vocabulary: 0
jurisdiction: any
force: practice
"""
CITE = "cite: {instrument: Ours, provision: one}"
SENTENCES = """\
say: {en: "This is not so"}
next: {en: "Make it so"}
"""
HANDLER = "define:\n  a handler: {role: any of armorer, property-master}\n"


def rule_text(text: str, *, name: str = "the-rule", missing: str = "not-judged") -> str:
    """One rule in YAML: what every rule has, and the lines that are tried."""
    said = "" if "missing:" in text else f"missing: {missing}\n"
    body = indent(f"{CITE}\n{said}{SENTENCES}{text.strip()}\n", "    ")
    return f"  - id: {name}\n{body}"


def pack_text(*rules: str, above: str = "") -> str:
    """A pack in YAML from the lines of its rules."""
    listed = "".join(rule_text(text, name=f"rule-{n + 1}") for n, text in enumerate(rules))
    return f"{HEAD}{above}rules:\n{listed}"


def read_text(text: str) -> Pack:
    """Read a pack as a file would be read.

    Raises:
        ReadError: With every problem of the file.
    """
    return parse_pack(parse_yaml(text.encode(), file="ours.yaml", limits=PACK_LIMITS))


def pack(*rules: str, above: str = "") -> Pack:
    """A pack of these rules."""
    return read_text(pack_text(*rules, above=above))


class QuietSet:
    """A set on which one thing is said after the other, a minute apart."""

    def __init__(self) -> None:
        self.record, self.number = Record(), 0
        for name, role in (
            ("armorer", "armorer"),
            ("props", "property-master"),
            ("ad", "first-ad"),
            ("outlaw", "performer"),
            ("sheriff", "performer"),
        ):
            self.say("person.joined", person=name, roles=role)
        self.say("person.joined", person="crew", roles="crew", many=True)
        self.say("weapon.received", weapon="revolver", kind="firearm", from_="rental")
        self.say("weapon.received", weapon="rubber", kind="rubber", from_="rental")
        self.say("rounds.received", lot="dummies", kind="dummy", count=30, from_="supplier")
        self.say("rounds.received", lot="blanks", kind="blank", count=60, from_="supplier")
        self.say("day.opened", by="ad", date="2026-06-09")

    def plan(self, activity: str = "scene", /, **differs: Any) -> str:
        """Plan a scene; a field given as None is left out."""
        fields: dict[str, Any] = {
            "title": "A scene",
            "phase": "shoot",
            "hazards": "replica-display",
            "people": {"outlaw": "draws"},
            "weapons": {"rubber": {"performer": "outlaw", "load": "none"}},
            "things": "none",
            "line": "nobody",
            "zone": ["outlaw"],
            **differs,
        }
        given = {key: value for key, value in fields.items() if value is not None}
        return self.say("activity.planned", by="ad", activity=activity, **given)

    def read(
        self, what: str, *, by: str = "armorer", minutes: float | None = None, **said: Any
    ) -> Statement:
        """One statement, a minute after the last, or so many minutes after the first."""
        self.number += 1
        at = START + timedelta(minutes=self.number if minutes is None else minutes)
        given: dict[str, Any] = {
            "id": f"s{self.number}",
            "at": at.isoformat(),
            "by": by,
            "what": what,
        }
        given |= {"attested": "badge"}
        given |= {key.removesuffix("_"): value for key, value in said.items()}
        given = {key: value for key, value in given.items() if value is not None}
        return read_statement(given, fallback_id=f"kept-{self.number}")

    def say(self, what: str, **said: Any) -> str:
        """Say it, and return its id."""
        statement = self.read(what, **said)
        self.record.add(statement)
        return str(statement.id)

    def check(self, check: str, subject: Any, /, **said: Any) -> str:
        """Make a check that passes."""
        return self.say("check.made", **{"checks": check, "on": subject, "passed": True, **said})

    def load(self, count: int = 2) -> None:
        """Take the revolver out, find it empty and put blanks in."""
        self.say("weapon.taken-out", weapons=["revolver"])
        self.check("chamber-empty", "revolver")
        self.say("weapon.loaded", weapon="revolver", lot="blanks", count=count, for_="scene")

    def withdraw(self, name: str, by: str = "ad") -> None:
        self.say("statement.withdrawn", by=by, of=name)

    def verdict(self, packs: Pack | Iterable[Pack], what: str, **said: Any) -> Verdict:
        """The answer before an act."""
        act = self.read(what, **said)
        assert isinstance(act, Statement)
        assert not isinstance(act, Kept), act.faults
        states = self.record.before(act)
        question = question_of(act, states[0])
        assert question is not None
        adopted = [packs] if isinstance(packs, Pack) else packs
        return judge(states, question, book_of(adopted), as_of=AS_OF)

    def reasons(self, packs: Pack, what: str, **said: Any) -> tuple[Reason, ...]:
        """Why the pack holds an act; what holds by itself is left aside."""
        found = self.verdict(packs, what, **said)
        if not isinstance(found, Hold):
            return ()
        return tuple(reason for reason in found.reasons if reason.pack == packs.id)

    def holds(self, packs: Pack, what: str, **said: Any) -> bool:
        """Whether the pack holds an act."""
        return bool(self.reasons(packs, what, **said))

    def roll(self, packs: Pack, **said: Any) -> bool:
        """Whether the pack holds the roll."""
        return self.holds(packs, "activity.rolled", by="ad", activity="scene", **said)

    def hand(self, packs: Pack, weapon: str = "revolver", to: str = "outlaw", **said: Any) -> bool:
        """Whether the pack holds a handover."""
        given = {"from_": "armorer", "for_": "scene", **said}
        return self.holds(packs, "weapon.handed-over", weapon=weapon, to=to, **given)
