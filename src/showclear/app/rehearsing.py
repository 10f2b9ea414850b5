"""The day before the day: what would its gates ask, and what of that is missing already?

1. There is no second judge. Each act that the plan foresees is said as it would be said on
   the day, judged by the gate that will judge it then, and taken in, so that the next act is
   asked on what would follow from it. Nothing of this is stored.
2. What counts is what was said before the day opens, and of what the file names for the day
   the paper alone: a meeting, a permission, a delivery. A check named beforehand counts for
   nothing: nobody has looked yet.
3. A reason is for the day if only looking, showing or doing on the day could end it; every
   other reason can be ended today. A word that nobody put in either list is for today.
4. What a handler does is asked of everybody who handles weapons. It is missing today only if
   no one of them could do it; who could not is told beside who could.
5. A list that the plan leaves open (who is at risk, which lot) is for today whatever its
   rule asks, and so is a meeting that the file names nowhere.
6. What runs out is asked again at the end of the day.

It says what is missing. That nothing is missing today says nothing about the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final

from showclear.app.rehearsal_sums import summed
from showclear.app.rehearsed import Answer, Need, Rehearsed, Sheet
from showclear.core import words
from showclear.core.case import Case
from showclear.core.fold import DAY_LASTS_MAX
from showclear.core.gates import Hold, Question, Reason, Verdict, question_of
from showclear.core.nouns import Activity
from showclear.core.parse import read_fields
from showclear.core.planning import PlannedWeapon
from showclear.core.record import Record
from showclear.core.said_after import DayOpened
from showclear.core.state import State
from showclear.core.statement import TAGS, Statement
from showclear.core.steps import who_runs
from showclear.rules.grammar import Among, AtMost, Every, No, Rule
from showclear.rules.judge import Book, judge

Plain = dict[str, Any]


def _w(text: str) -> frozenset[str]:
    return frozenset(text.split())


PAPER: Final = _w(
    """activity.changed activity.dropped activity.planned change.agreed document.acknowledged
    document.shown duty.assigned duty.released meeting.held meeting.joined notice.published
    permission.granted permission.refused permission.withdrawn person.joined person.left
    qualification.shown risk.assessed rounds.received rule.read thing.left thing.received
    weapon.left weapon.received"""
)
"""What a file may name for the day and is foreseen by it. Taking away counts as giving does."""

ARRANGED: Final = PAPER - {"change.agreed", "meeting.joined"}
"""What can be arranged, written or asked for the day before; the rest is told to people then."""

ON_THE_DAY: Final = (
    words.CHECKS
    | (frozenset(TAGS) - ARRANGED)
    | _w(
        """edge-live machine-live not-briefed post-empty same-eyes too-close too-soon
        two-kinds-open"""
    )
)
"""Words of what can be missing that nobody can end before the day."""

RUNS_OUT: Final = _w("document.shown expired not-a-handler not-qualified permission.granted")
"""Words that are asked once more at the end of the day."""

ACT_OF_PHASE: Final[Mapping[str | None, tuple[str, ...]]] = {
    "rehearsal": ("rehearse",),
    "test": ("test",),
    "shoot": ("roll",),
    "prep": ("start",),
    "wrap": ("start",),
    # Not said is not known: it may be any of them.
    None: ("start", "rehearse", "test", "roll"),
}
ROUNDS_MAX: Final = 5
"""How often a gate is asked again after what is for the day was taken as done."""

_TAG: Final = {
    "start": "activity.started",
    "rehearse": "activity.rehearsed",
    "test": "activity.tested",
    "roll": "activity.rolled",
}
_GATE_ORDER: Final = {tag: gate for gate, tag in _TAG.items()}


def day_of(case: Case) -> date | None:
    """The day a file is about; None if nothing in it says so.

    It is the first day that the file opens, or else the day of the first statement that would
    open one, by the clock of the file's own place.
    """
    statements = [item for item in case.items if isinstance(item, Statement)]
    for said in statements:
        if isinstance(said, DayOpened):
            return said.date
    zone = _zone(case)
    for said in statements:
        if said.at is not None and type(said).opens_day and said.what not in PAPER:
            return (said.at + zone).date()
    return None


def rehearse(
    case: Case,
    book: Book,
    day: date,
    *,
    language: str = "en",
    step: Callable[[str], None] = lambda name: None,
) -> Rehearsed:
    """Ask every gate of a day beforehand.

    Args:
        day: The day, by the clock of the file's own place; UTC if the file names no time.
        language: Of the sentences.
        step: Told the id of each activity before it is asked.
    """
    opens, ends = _bounds(case, day)
    foreseen = tuple(
        item
        for item in case.items
        if isinstance(item, Statement)
        and item.what in PAPER
        and item.at is not None
        and opens <= item.at <= opens + DAY_LASTS_MAX
    )
    asking = _Asking(case, book, day, opens, ends, foreseen, language)
    state = asking.record().state
    sheets = []
    for name, activity in state.activities.items():
        if activity.known and not activity.dropped:
            step(name)
            sheets.append(asking.sheet(activity))
    sheets.append(asking.close())
    return Rehearsed(
        case=case,
        book=book,
        day=day,
        opens=opens.astimezone(timezone(_zone(case))),
        ends=ends.astimezone(timezone(_zone(case))),
        as_of=asking.as_of,
        foreseen=foreseen,
        sheets=tuple(sheets),
    )


# --- the day -----------------------------------------------------------------------


def _zone(case: Case) -> timedelta:
    """The offset from UTC that the file gives its times. Zero if it gives none."""
    for raw in case.raw.get("statements", ()):
        inner = raw.get("ask", raw) if isinstance(raw, Mapping) else {}
        try:
            offset = datetime.fromisoformat(str(inner["at"])).utcoffset()
        except (KeyError, TypeError, ValueError):
            continue
        if offset is not None:
            return offset
    return timedelta(0)


def _bounds(case: Case, day: date) -> tuple[datetime, datetime]:
    """When the day opens, and its last minute: midnight, or what the file names after it."""
    midnight = datetime.combine(day, time(), tzinfo=UTC) - _zone(case)
    statements = [item for item in case.items if isinstance(item, Statement) and item.at]
    opened = [one.at for one in statements if isinstance(one, DayOpened) and one.date == day]
    opens = next((at for at in opened if at is not None), midnight)
    ends = midnight + timedelta(hours=23, minutes=59)
    named = [one.at for one in statements if one.at and opens <= one.at <= opens + DAY_LASTS_MAX]
    return opens, max([ends, *named])


@dataclass(frozen=True, slots=True)
class _Asking:
    """Everything that is the same for all gates of the day."""

    case: Case
    book: Book
    day: date
    opens: datetime
    ends: datetime
    foreseen: tuple[Statement, ...]
    language: str

    @property
    def as_of(self) -> date:
        """The day's law; an old day is told by later law, as a sample is."""
        return max(self.day, self.case.judged_as_of)

    def record(self) -> Record:
        """What will be on record when the day opens, if all that is foreseen comes about."""
        record = Record()
        for said in self.case.before:
            record.add(said)
        for item in self.case.items:
            if isinstance(item, Statement) and item.at is not None and item.at < self.opens:
                record.add(item)
        by = who_runs(record.state) or "server"
        self._take(record, what="day.opened", by=by, date=self.day.isoformat())
        for said in self.foreseen:
            # In the morning's own minute: otherwise the hours between would end the day.
            record.add(replace(said, at=self.opens))
        return record

    def _said(self, **fields: Any) -> Statement:
        plain = {key.rstrip("_"): value for key, value in fields.items() if value is not None}
        name = f"rehearsed.{plain['what']}.{plain.get('by', '')}"
        said = read_fields({"id": name, **plain, "at": self.opens.isoformat()})
        assert isinstance(said, Statement), said
        return said

    def _take(self, record: Record, **fields: Any) -> None:
        self._enter(record, self._said(**fields))

    def _enter(self, record: Record, said: Statement) -> None:
        """Add a statement under an id that no other has."""
        record.add(replace(said, id=type(said.id)(f"{said.id}.{len(record.by_id)}")))

    # --- one gate ------------------------------------------------------------------

    def _ask(self, record: Record, *, by: str, ends: bool = True, **fields: Any) -> Answer | None:
        """Ask one gate, and then let everything that is for the day be done.

        Otherwise the next gate would be asked of a weapon that nobody has opened, and hold
        for hazards that nobody plans.

        Args:
            ends: Whether what is for the day is then taken as done; for one of several.
        """
        said = self._said(by=by, **fields)
        found: dict[tuple[object, ...], Need] = {}
        warned: tuple[Reason, ...] = ()
        done: set[str] = set()
        states = record.asked_now(said)
        question = question_of(said, states[0])
        if question is None:
            return None
        for _ in range(ROUNDS_MAX):
            verdict = self._judged(states, question, steps=ends)
            needs = [self._need(states[0], one) for one in _reasons(verdict)]
            for need in needs:
                found.setdefault(_same(need.reason), need)
            warned = warned or verdict.warned
            if not ends or not self._do(record, needs, done):
                break
            states = record.asked_now(said)
            question = question_of(said, states[0]) or question
        later = self._judged(states, replace(question, at=self.ends, memo={}), steps=False)
        for reason in _reasons(later):
            if RUNS_OUT & set(reason.missing):
                found.setdefault(_same(reason), Need(reason=reason, today=True, at_end=True))
        return Answer(
            gate=question.gate,
            on=question.on,
            by=by,
            needs=tuple(found.values()),
            warned=warned,
        )

    def _judged(self, states: Iterable[State], question: Question, *, steps: bool) -> Verdict:
        return judge(
            states, question, self.book, as_of=self.as_of, language=self.language, steps=steps
        )

    def _do(self, record: Record, needs: Iterable[Need], done: set[str]) -> bool:
        """Take in what could be done on the day, as two careful people would do it."""
        more = False
        for need in needs:
            follow = need.reason.next
            key = repr(follow.statement)
            if need.today or follow.statement is None or follow.replaces or key in done:
                continue
            if follow.statement["what"] in ARRANGED:
                # A meeting that nobody has named is not held because somebody was not there.
                continue
            done.add(key)
            plain = dict(follow.statement)
            other = who_runs(record.state, but=(str(plain.get("by")),))
            if plain["what"] == "check.made" and other is not None:
                plain["witnesses"] = [{"person": other, "how": "badge"}]
            said = read_fields({**plain, "at": self.opens.isoformat()})
            if isinstance(said, Statement):
                self._enter(record, said)
                more = True
        return more

    def _need(self, state: State, reason: Reason) -> Need:
        rule = self._rule(reason)
        left_open = _left_open(rule, reason, state) if rule is not None else ""
        today = bool(left_open) or not ON_THE_DAY & set(reason.missing)
        return Need(reason=reason, today=today, open=left_open)

    def _rule(self, reason: Reason) -> Rule | None:
        packs = (pack for pack in self.book.packs if pack.id == reason.pack)
        return next((rule for pack in packs for rule in pack.rules if rule.id == reason.rule), None)

    # --- one activity --------------------------------------------------------------

    def sheet(self, activity: Activity) -> Sheet:
        """Ask everything that an activity asks for, in the order in which it would be done."""
        record = self.record()
        state = record.state
        runs = who_runs(state) or "nobody"
        handlers = [one.id for one in state.people.values() if one.handles and not one.left]
        asked = list(self._handled(record, activity, handlers or [runs]))
        return summed(activity, asked, list(self._acts(record, activity, runs)), state=record.state)

    def _handled(
        self, record: Record, activity: Activity, handlers: list[str]
    ) -> Iterator[list[Answer]]:
        """Take out, load and hand over: each asked of everybody who handles weapons."""
        weapons = activity.plan.weapons or ()
        for group in _alike(weapons, record.state):
            names = [plan.weapon for plan in group]
            first = group[0]
            act: Plain = {"what": "weapon.taken-out", "weapons": names}
            yield from self._each(record, handlers, **act)
            if first.load == "none":
                continue
            if first.lot is not None and first.count is not None:
                act = {"what": "weapon.loaded", "weapons": names, "lot": first.lot}
                act |= {"count": first.count, "for": activity.id}
            else:
                act = {"what": "gate.asked", "gate": "load", "on": names, "lot": first.lot}
                act |= {"for": activity.id}
            yield from self._each(record, handlers, **act)
        for plan in weapons:
            act = {"what": "weapon.handed-over", "weapons": [plan.weapon], "for": activity.id}
            for person in plan.performer or ():
                yield from self._each(record, handlers, to=person, **act)
            if plan.performer is None:
                act = {"what": "gate.asked", "gate": "hand-over", "on": [plan.weapon]}
                yield from self._each(record, handlers, **act, **{"for": activity.id})

    def _each(
        self, record: Record, handlers: list[str], *, to: str | None = None, **act: Any
    ) -> Iterator[list[Answer]]:
        """Ask everybody, and let the one who misses least do it."""
        asked: list[tuple[int, int, Plain]] = []
        answers: dict[str, Answer] = {}
        for place, by in enumerate(handlers):
            fields = {**act, "by": by}
            if act["what"] == "weapon.handed-over":
                fields |= {"from": by, "to": to}
            answer = self._ask(record, ends=False, **fields)
            if answer is not None:
                answers[by] = replace(answer, to=to or "")
                asked.append((len(answer.today), place, fields))
        if not asked:
            return
        _, _, fields = min(asked, key=lambda one: one[:2])
        by = fields["by"]
        full = self._ask(record, **fields)
        assert full is not None
        answers[by] = replace(full, to=to or "")
        self._take(record, **fields)
        yield [answers.pop(by), *answers.values()]

    def _acts(self, record: Record, activity: Activity, runs: str) -> Iterator[Answer]:
        """The act itself, and going in and switching on where a rule asks for something."""
        name, plan = activity.id, activity.plan
        asked: list[Answer | None] = []
        if plan.zone:
            inside = list(plan.zone)
            asked.append(
                self._ask(record, what="people.entered", by=runs, activity=name, people=inside)
            )
        for thing in plan.things or ():
            act: Plain = {
                "what": "machine.declared",
                "things": [thing],
                "state": "live",
                "for": name,
            }
            asked.append(self._ask(record, by=runs, **act))
        for answer in asked:
            if answer is not None and not _not_asked(answer):
                yield answer
        gates = [*ACT_OF_PHASE[plan.phase], *self._named(name)]
        for gate in dict.fromkeys(gates):
            answer = self._ask(record, what=_TAG[gate], by=runs, activity=name)
            if answer is not None:
                yield answer

    def _named(self, name: str) -> Iterator[str]:
        """Acts on this activity that the file itself names for the day."""
        for item in self.case.items:
            if isinstance(item, Statement) and item.at and self.opens <= item.at <= self.ends:
                gate = _GATE_ORDER.get(item.what)
                if gate is not None and getattr(item, "activity", None) == name:
                    yield gate

    def close(self) -> Sheet:
        """The close of the day, as if nothing had been taken out."""
        record = self.record()
        runs = who_runs(record.state) or "nobody"
        answer = self._ask(record, what="day.closed", by=runs, date=self.day.isoformat())
        found = [answer] if answer is not None and not _not_asked(answer) else []
        return summed(None, [], found, state=record.state)


def _not_asked(answer: Answer) -> bool:
    """Whether no rule asks anything here: then nobody has to say that it is done."""
    return [need.reason.rule for need in answer.needs] == ["nothing"]


def _alike(weapons: Iterable[PlannedWeapon], state: State) -> list[list[PlannedWeapon]]:
    """Weapons of one kind that get the same load: they are taken out and loaded in one act."""
    groups: dict[tuple[Any, ...], list[PlannedWeapon]] = {}
    for plan in weapons:
        weapon = state.weapons.get(plan.weapon)
        kind = weapon.kind if weapon is not None else "unknown"
        groups.setdefault((kind, plan.load, plan.lot, plan.count), []).append(plan)
    return list(groups.values())


def _reasons(verdict: Verdict) -> tuple[Reason, ...]:
    return verdict.reasons if isinstance(verdict, Hold) else ()


def _same(reason: Reason) -> tuple[object, ...]:
    return reason.pack, reason.rule, reason.missing, reason.on


def _left_open(rule: Rule, reason: Reason, state: State) -> str:
    """The set of a rule that nobody gave: its reason is then about no element of it."""
    shape = rule.shape
    if "meeting.held" in reason.missing:
        return "meetings"
    if not isinstance(shape, Every | Among | AtMost | No):
        return ""
    tables: Mapping[str, Mapping[str, Any]] = {
        "person": state.people,
        "weapon": state.weapons,
        "lot": state.lots,
        "thing": state.things,
    }
    table = tables.get(shape.element)
    if table is None or reason.on in table or reason.on not in state.activities:
        return ""
    return shape.set
