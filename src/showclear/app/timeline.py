"""What does a replay look like from above? Its rows, in the order of the day.

* Every gate has a row, and under a hold every reason has its place; reasons of one
  rule that ask the same next step stand together, each with its own sentence.
* What was true and unrecorded and what happened in the end stand where they belong in
  time, so that a reader sees what the gates could not know.
* Times are shown with the offset that the file gives them; without one, as UTC.
* Once a variant has reached its own hold nothing else is asked, so its rows end there.

Nothing here draws: see the commands for colours and columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from showclear.app.expecting import answers
from showclear.app.replay import Replayed
from showclear.app.replaying import Judged
from showclear.core.case import Harm, Truth
from showclear.core.gates import Hold, Question, Reason
from showclear.core.nouns import Notice
from showclear.core.said_people import WeaponLoaded
from showclear.core.said_plan import GateAsked
from showclear.core.statement import SPECS, Statement

NAMES_MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Reasons of one rule that ask the same next step.

    Attributes:
        says: One sentence for each thing or person it is about.
        wanted: Whether the case names one of them as its reason to hold.
        told_at: The earlier gate that held for the very same; empty the first time.
    """

    says: tuple[str, ...]
    pack: str
    rule: str
    cite: str
    force: str
    missing: tuple[str, ...]
    next: str
    wanted: bool
    told_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the day.

    Attributes:
        kind: `hold`, `clear`, `said`, `warning`, `alert`, `harm` or `truth`.
        at: With the offset of the file; None for what has no time of its own.
        act: The gate, the tag of a statement, or the kind of harm.
        what: What and on what, in ids.
        news: Whether a variant shows it for the first time; the day's own hold is none.
        entered: What the mode entered before this gate.
    """

    kind: str
    id: str = ""
    at: datetime | None = None
    at_is: str = "exact"
    act: str = ""
    what: str = ""
    who: str = ""
    people: int | None = None
    fatal: bool = False
    asked: bool = False
    news: bool = True
    reasons: tuple[Group, ...] = ()
    warned: tuple[Group, ...] = ()
    entered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The rows of one replay.

    Attributes:
        unasked: Gates after a variant's own hold.
    """

    rows: tuple[Row, ...]
    unasked: int


def timeline(done: Replayed) -> Timeline:
    """Return every row of a replay, in the order of the case."""
    judged = {one.order: one for one in done.walk.judged}
    last = max(judged, default=-1)
    zones = _local_times(done.case.raw)
    notices: dict[str, list[Notice]] = {}
    for notice in done.walk.notices:
        notices.setdefault(notice.said, []).append(notice)
    rows: list[Row] = []
    unasked = 0
    ended = bool(done.walk.judged) and _ends_early(done)
    for order, item in enumerate(done.case.items):
        if ended and order > last:
            unasked += isinstance(item, Statement) and _is_gated(item)
            continue
        match item:
            case Truth():
                rows.append(Row(kind="truth", what=item.text))
            case Harm():
                rows.append(_harm(item, zones))
            case _ if order in judged:
                rows.append(_gate(done, judged[order], zones))
                rows += _noticed(item, notices.get(item.id, ()), zones)
            case _:
                rows.append(_said(item, zones))
                rows += _noticed(item, notices.get(item.id, ()), zones)
    return Timeline(rows=tuple(_told_once(rows)), unasked=unasked)


def _told_once(rows: Iterable[Row]) -> Iterator[Row]:
    """Mark what an earlier gate held for already, so that it need not be told again."""
    first: dict[Group, str] = {}
    for row in rows:
        groups = []
        for group in row.reasons:
            key = replace(group, wanted=False)
            groups.append(replace(group, told_at=first.get(key, "")))
            first.setdefault(key, row.id)
        yield replace(row, reasons=tuple(groups))


def _is_gated(said: Statement) -> bool:
    return bool(said.gated_by)


def _ends_early(done: Replayed) -> bool:
    """A variant whose own hold came: its last judged gate is one that it names."""
    named = done.case.expect.hold_at
    return done.case.kind == "variant" and done.walk.judged[-1].statement.id in named


def _local_times(raw: Mapping[str, Any]) -> dict[str, datetime]:
    """The times of a file as it gives them, with their offsets."""
    found: dict[str, datetime] = {}
    for item in raw.get("statements", ()):
        said = item.get("ask", item) if isinstance(item, dict) else None
        if not isinstance(said, dict) or not isinstance(said.get("at"), str):
            continue
        found[str(said.get("id"))] = datetime.fromisoformat(said["at"].replace("Z", "+00:00"))
    return found


def _harm(harm: Harm, zones: Mapping[str, datetime]) -> Row:
    return Row(
        kind="harm",
        id=harm.id,
        at=zones.get(harm.id, harm.at),
        at_is=harm.at_is,
        act=harm.kind,
        what=several(harm.named),
        people=harm.people,
    )


def _gate(done: Replayed, one: Judged, zones: Mapping[str, datetime]) -> Row:
    said, verdict = one.statement, one.verdict
    wanted = done.expect.because.get(said.id, ())

    def named(reason: Reason) -> bool:
        return any(answers(reason, want) for want in wanted)

    row = Row(
        kind="clear",
        id=said.id,
        at=zones.get(said.id, said.at),
        at_is=said.at_is,
        act=one.question.gate,
        what=what_of(one.question),
        # Whoever enters their own handover stands in what they did already.
        who="" if one.question.giver == who_of(said) else who_of(said),
        fatal=said.id in done.expect.fatal,
        asked=isinstance(said, GateAsked),
        warned=tuple(_groups((reason, False) for reason in verdict.warned)),
        entered=tuple(_entered(done, name) for name in one.entered),
    )
    if isinstance(verdict, Hold):
        own = done.case.expect.hold_at
        reasons = tuple(_groups((reason, named(reason)) for reason in verdict.reasons))
        news = done.case.kind != "variant" or said.id in (*own, *done.found.unexpected)
        return replace(row, kind="hold", reasons=reasons, news=news)
    return row


def _groups(reasons: Iterable[tuple[Reason, bool]]) -> Iterator[Group]:
    together: dict[tuple[str, ...], Group] = {}
    for reason, wanted in reasons:
        key = (reason.pack, reason.rule, *reason.missing, reason.next.say)
        found = together.get(key)
        if found is None:
            together[key] = Group(
                says=(reason.says,),
                pack=reason.pack,
                rule=reason.rule,
                cite=reason.cite,
                force=reason.force,
                missing=reason.missing,
                next=reason.next.say,
                wanted=wanted,
            )
        else:
            says = tuple(dict.fromkeys((*found.says, reason.says)))
            together[key] = replace(found, says=says, wanted=found.wanted or wanted)
    yield from together.values()


def _entered(done: Replayed, name: str) -> str:
    """What a mode entered, in a few words."""
    said = done.walk.record.by_id.get(name)
    if said is None:
        return name
    checks = getattr(said, "checks", ())
    text = " ".join((said.what if not checks else "", *checks)).strip()
    return f"{text} {ids_of(said)}".strip()


def _said(said: Statement, zones: Mapping[str, datetime]) -> Row:
    return Row(
        kind="said",
        id=said.id,
        at=zones.get(said.id, said.at),
        at_is=said.at_is,
        act=said.what,
        what=ids_of(said),
        who=who_of(said),
    )


def _noticed(
    said: Statement, notices: Iterable[Notice], zones: Mapping[str, datetime]
) -> Iterator[Row]:
    """What was noticed as it was said, though no gate was asked."""
    for notice in notices:
        yield replace(
            _said(said, zones),
            kind="warning" if notice.warning else "alert",
            act=notice.missing,
            what=notice.text or f"{said.what} {ids_of(said)}",
        )


# --- a few words for an act --------------------------------------------------------


def several(names: Iterable[str], *, most: int = NAMES_MOST) -> str:
    """Name a few and count the rest; numbered ones in a row are named by their ends.

    >>> several(["rev-1", "rev-2"])
    'rev-1, rev-2'
    >>> several(["rev-1", "rev-2", "rev-3", "belt-1"])
    'rev-1…3, belt-1'
    >>> several(["a", "b", "c", "d", "e", "f"])
    'a, b, c, d + 2'
    """
    parts = list(_runs(names))
    shown = ", ".join(text for text, _ in parts[:most])
    left = sum(count for _, count in parts[most:])
    return f"{shown} + {left}" if left else shown


def _runs(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each name, or a run of three and more with consecutive numbers, and how many it is."""
    run: list[str] = []
    for name in (*names, ""):
        if run and _follows(run[-1], name):
            run.append(name)
            continue
        if len(run) > 2:
            yield f"{run[0]}…{run[-1].rpartition('-')[2]}", len(run)
        else:
            yield from ((one, 1) for one in run)
        run = [name] if name else []


def _follows(one: str, other: str) -> bool:
    (stem, _, number), (next_stem, _, next_number) = one.rpartition("-"), other.rpartition("-")
    if stem != next_stem or not (number.isdecimal() and next_number.isdecimal()):
        return False
    return int(next_number) == int(number) + 1


def who_of(said: Statement) -> str:
    """Whose words, and who entered them where that is somebody else."""
    return said.by if said.speaker == said.by else f"{said.speaker} ({said.by})"


def what_of(question: Question) -> str:
    """What the act is on, and for what."""
    said = question.act
    match question.gate:
        case "load" if question.lot is not None:
            count = "" if question.count is None else f"{question.count} × "
            text = f"{several(question.weapons)} ← {count}{question.lot}"
        case "hand-over" if question.pairs:
            giver = f"{question.giver} → " if question.giver else "→ "
            weapons = several(dict.fromkeys(weapon for weapon, _ in question.pairs))
            people = several(dict.fromkeys(person for _, person in question.pairs))
            text = f"{weapons}: {giver}{people}"
        case "enter":
            text = f"{several(question.on)} ← {several(question.people or ())}"
        case _:
            text = several(question.on)
    take = getattr(said, "take", None)
    if take is not None:
        text += f" #{take}"
    if isinstance(said, WeaponLoaded | GateAsked) or question.gate == "hand-over":
        for_ = question.activity
        if for_ is not None and for_ not in question.on:
            text += f" / {for_}"
    return text


def ids_of(said: Statement) -> str:
    """What a statement is on: the ids and words of its own fields, a few of them."""
    found: list[str] = []
    for key, spec in SPECS[said.what].items():
        if key != spec.key or spec.attr in ("checks",):
            continue
        value = getattr(said, spec.attr, None)
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, tuple) and value and all(isinstance(v, str) for v in value):
            found.append(several(value, most=3))
    return several(dict.fromkeys(found), most=3)
