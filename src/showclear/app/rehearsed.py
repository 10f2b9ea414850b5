"""What came of rehearsing a day: gates asked beforehand, what is missing, what remains.

Plain values, and the words for who could give what is missing. See `rehearsing` for how a
day is asked, and docs/formats/rehearse.md for what is printed of it as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from showclear.core.case import Case
from showclear.core.gates import Reason
from showclear.core.statement import Statement
from showclear.rules.judge import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One reason why a gate would hold.

    Attributes:
        today: Whether it can be ended today.
        open: The list that the plan leaves open, in the words of the rules; empty for none.
        at_end: Whether it holds only by the end of the day: something runs out.
    """

    reason: Reason
    today: bool
    open: str = ""
    at_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One gate, asked of one person.

    Attributes:
        by: Who would do it; at a handover the giver.
        to: Who would receive it; empty but at a handover.
        needs: Everything the gate would hold for.
        warned: What would only warn.
    """

    gate: str
    on: tuple[str, ...]
    by: str
    to: str = ""
    needs: tuple[Need, ...] = ()
    warned: tuple[Reason, ...] = ()

    @property
    def today(self) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if need.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What is missing today: reasons of one rule that ask the same next step.

    Attributes:
        says: One sentence for each thing or person it is about.
        gates: The gates that hold for it, in the order of the day.
        give: Roles that can give it.
        people: Those of the file who have such a role; may be empty.
        also: Other rules, as `pack/rule`, that ask for the same list or meeting.
        open: The list that the plan leaves open; empty for none.
        at_end: Whether it holds only by the end of the day.
    """

    pack: str
    rule: str
    cite: str
    force: str
    missing: tuple[str, ...]
    says: tuple[str, ...]
    on: tuple[str, ...]
    next: str
    gates: tuple[str, ...]
    give: tuple[str, ...]
    people: tuple[str, ...]
    also: tuple[str, ...] = ()
    open: str = ""
    at_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What remains for the day.

    Attributes:
        who: A person who could do it; empty where nobody of the file could.
        what: Words of the vocabulary, any of which would do.
    """

    who: str
    what: tuple[str, ...]
    on: tuple[str, ...]
    gates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unable:
    """Somebody who could not do what others can: no reason to hold, and good to know today."""

    person: str
    gates: tuple[str, ...]
    says: tuple[str, ...]
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One activity, or the close of the day, as its gates would answer.

    Attributes:
        id: Of the activity; empty for the close.
        could: Who handles weapons and misses nothing today for this activity.
    """

    id: str
    title: str
    phase: str
    answers: tuple[Answer, ...]
    missing: tuple[Missing, ...]
    tasks: tuple[Task, ...]
    could: tuple[str, ...] = ()
    unable: tuple[Unable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """A day, rehearsed.

    Attributes:
        opens: When the day opens, with the offset of the file: what was said before it counts.
        ends: Its end: what runs out until then is missing.
        as_of: The day whose law is asked.
        foreseen: What the file names for the day, in its order: paper, and no check.
        sheets: In the order of the file; the close of the day is the last.
    """

    case: Case
    book: Book
    day: date
    opens: datetime
    ends: datetime
    as_of: date
    foreseen: tuple[Statement, ...]
    sheets: tuple[Sheet, ...]

    @property
    def empty(self) -> bool:
        """Whether no activity is planned: then nothing was asked, and nothing is known."""
        return not any(sheet.id for sheet in self.sheets)

    @property
    def missing(self) -> int:
        """How many things are missing today."""
        return sum(len(sheet.missing) for sheet in self.sheets)


def worst_first(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Most missing first; the order of the file where as much is missing."""
    return sorted(sheets, key=lambda sheet: -len(sheet.missing))
