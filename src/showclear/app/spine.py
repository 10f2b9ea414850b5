"""What follows from a log: the record, the packs adopted, the devices and the time.

1. Everything here is a fold of entries in their order. Live and after a start it is the
   same function that takes an entry in, so nothing can follow from a log that did not
   follow while it was written.
2. An entry counts as what it is worth: by the key that signed it (`attesting`), with the
   texts that are at hand (`sealing`), at a time not ahead of the server's clock.
3. The server's own `verdict.given` and `received` change nothing: what a gate answered is
   kept beside its act and asked again of nobody.
4. A gate is judged on the record before its act. A judge that fails holds, and so does an
   act that cannot be read.

It reads no clock and no file; both are given. See `recording` for who calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from showclear.app.attesting import as_attested
from showclear.app.verdicts import not_judged
from showclear.core import vocabulary, words
from showclear.core.case import JUDGED_AS_OF
from showclear.core.gates import Question, Verdict, only_says_better, question_of
from showclear.core.nouns import Notice
from showclear.core.parse import read_statement
from showclear.core.record import Record
from showclear.core.said_after import PackAdopted, PackWithdrawn, ProductionOpened
from showclear.core.sealing import SealError, unseal
from showclear.core.statement import Kept, Statement
from showclear.ledger.keyring import Enrolled, Keyring
from showclear.rules.alerts import Alerts
from showclear.rules.grammar import Pack
from showclear.rules.judge import Book, book_of, judge

Plain = dict[str, Any]
Texts = Mapping[str, tuple[bytes, str]]

OWN: Final = frozenset({"verdict.given", "received"})
"""What only the server says, and what changes nothing."""

AHEAD: Final = timedelta(minutes=2)
"""How far a device's clock may be ahead before its times count as the server's own."""


class TooShortError(Exception):
    """A statement needs more of the past than was read: read the whole log, then again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A gate and its answer."""

    question: Question
    verdict: Verdict


@dataclass(slots=True)
class Spine:
    """Everything that follows from the entries taken in so far.

    Attributes:
        shelf: Installed packs by name.
        adopted: Names of packs adopted and not withdrawn, in their order.
        sample: Whether this production was made as a sample; for ever.
        title: What it was called, if that was said and is still there.
        opened: Whether its founding was taken in.
        noticed: What the last statement taken in must be noticed for, though no gate is asked.
        differing: Statements whose stored words are not those that were sealed. Such words
            count as gone; `fsck` names them.
    """

    shelf: Mapping[str, Pack]
    record: Record = field(default_factory=Record)
    keyring: Keyring = field(default_factory=Keyring)
    adopted: dict[str, None] = field(default_factory=dict)
    sample: bool = False
    title: str = ""
    opened: bool = False
    differing: set[str] = field(default_factory=set)
    size: int = 0
    clock: datetime | None = None
    noticed: tuple[Notice, ...] = ()
    _book: Book | None = None
    _alerts: Alerts = field(default_factory=Alerts)

    @property
    def book(self) -> Book:
        """The rules of every adopted pack that is installed here."""
        if self._book is None:
            self._book = book_of(self.shelf[name] for name in self.adopted if name in self.shelf)
        return self._book

    @property
    def not_installed(self) -> tuple[str, ...]:
        """Packs that were adopted by name and cannot be judged here."""
        return tuple(name for name in self.adopted if name not in self.shelf)

    def read(
        self, payload: Mapping[str, Any], texts: Texts, *, key: Enrolled, clock: datetime
    ) -> Statement:
        """Read an entry as what it is worth.

        Args:
            texts: By path, salt and text of what is sealed and at hand.
            clock: The server's time when it came.

        Raises:
            TooShortError: It reaches back to before what was read of the log.
        """
        said = self.worth(payload, texts, key=key, clock=clock)
        if not self.record.reaches(said):
            raise TooShortError
        return said

    def worth(
        self, payload: Mapping[str, Any], texts: Texts, *, key: Enrolled, clock: datetime
    ) -> Statement:
        """Read an entry as what it is worth, for whoever only tells of it."""
        plain = self._unsealed(payload, texts)
        return self.read_plain(as_attested(plain, key), clock=clock)

    def _unsealed(self, payload: Mapping[str, Any], texts: Texts) -> Plain:
        at_hand = dict(texts)
        while True:
            try:
                return unseal(payload, at_hand)[0]
            except SealError as found:
                # Changed behind our back. What is gone never opens a gate; work goes on.
                self.differing.add(str(payload.get("id")))
                if at_hand.pop(found.path, None) is None:
                    return unseal(payload, {})[0]

    def read_plain(self, plain: Mapping[str, Any], *, clock: datetime) -> Statement:
        """Read what was said, once its claims are weighed."""
        name = plain.get("id")
        said = read_statement(plain, fallback_id=f"kept-{self.size}" if name is None else str(name))
        if self.sample:
            return said
        if said.entered_at is not None and said.what in vocabulary.GATE_OF_TAG:
            # The server knows itself what came late. Whoever says an act now is answered now,
            # not only as of a moment of their choosing before the stop.
            said = replace(said, entered_at=None)
        if said.at is None or said.at <= clock + AHEAD:
            return said
        # A clock ahead would put a stop, or a check, where nobody has come to yet.
        return replace(said, at=clock)

    def judge(self, said: Statement, *, clock: datetime) -> Judged | None:
        """Judge the gate before a statement that is not in the record yet, if there is one."""
        if isinstance(said, Kept):
            return _unread_act(said)
        if said.what not in vocabulary.GATE_OF_TAG or self._says_better(said):
            return None
        states = self.record.asked_now(said)
        question = question_of(said, states[0])
        if question is None:
            return None
        as_of = self.as_of(said, clock)
        try:
            return Judged(
                question=question,
                verdict=judge(states, question, self.book, as_of=as_of),
            )
        except Exception:  # noqa: BLE001 - whatever fails here, the fact is kept and the gate holds
            return Judged(question=question, verdict=not_judged(question))

    def as_of(self, said: Statement, clock: datetime) -> date:
        """The day whose law is asked: the act's. A sample tells old days by later rules."""
        on = (said.at or clock).date()
        return max(on, JUDGED_AS_OF) if self.sample else on

    def _says_better(self, said: Statement) -> bool:
        """Whether it only says better what was said before: the act was judged then."""
        target = self.record.by_id.get(said.corrects or "")
        if target is None:
            return False
        return only_says_better(said, target, self.record.state)

    def take(self, said: Statement) -> None:
        """Take a statement into the record, and what it says of the record itself."""
        if said.what in OWN:
            return
        self.record.add(said)
        self.noticed = self._noticed(said)
        match said:
            case PackAdopted():
                self.adopted[said.pack] = None
                self._book = None
            case PackWithdrawn():
                self.adopted.pop(said.pack, None)
                self._book = None
            case ProductionOpened() if not self.opened:
                # Only its founding makes a sample: nobody can turn a real production into one.
                self.opened = True
                self.sample = said.sample is True
                self.title = said.title
            case _:
                pass

    def _noticed(self, said: Statement) -> tuple[Notice, ...]:
        """What begins to run, and what is not as it should be while an activity is on."""
        at = said.at or self.clock
        if at is None or not (self.book.watched or self.book.timed):
            return ()
        try:
            state = self.record.state
            return self._alerts.after(said, state, self.book, as_of=self.as_of(said, at))
        except Exception:  # noqa: BLE001 - a fact is never refused; its gates are judged anyway
            return ()

    def take_all(self, statements: Iterable[Statement]) -> Spine:
        """Take several statements in, in this order."""
        for said in statements:
            self.take(said)
        return self


def _unread_act(said: Kept) -> Judged | None:
    """The answer to an act that cannot be read: nobody knows what was asked, so it holds."""
    gate = vocabulary.GATE_OF_TAG.get(said.tag, "")
    if gate not in words.GATES:
        return None
    question = Question(gate=gate, act=said, at=said.at, on=(said.id,))
    return Judged(question=question, verdict=not_judged(question))
