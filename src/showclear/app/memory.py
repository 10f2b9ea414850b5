"""What was said, kept for screens: names, serials, and every statement with its answer.

The state says how things stand; a screen also has to say when they came to stand so, who
said it, and how anybody is called. This follows from the log alone, entry by entry, and is
made anew at every start. Nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from showclear.app.reading_log import NO_TIME, Said, clock_of
from showclear.app.spine import OWN, Spine
from showclear.core.record import names_in
from showclear.core.said_after import DayClosed
from showclear.core.said_people import PersonJoined, WeaponReceived
from showclear.core.said_plan import ActivityChanged, ActivityPlanned
from showclear.core.statement import Statement
from showclear.ledger.payload import what_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One statement as the log has it.

    Attributes:
        index: Its entry.
        clock: When the server had it, UTC.
        device: The name of the device that signed it; `set-server` for what the server took.
        gate: The gate that was asked before it; empty where none was.
        answer: What that gate said then: `clear`, `hold`, or empty.
        missing: The words a hold gave then, each once.
    """

    said: Statement
    index: int
    clock: datetime
    device: str
    gate: str = ""
    answer: str = ""
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class Memory:
    """Everything said so far, in the order of the log.

    Attributes:
        names: What people are called, by id, where that was said and is still there.
        serials: Serial numbers by weapon.
        titles: Titles of activities.
        told: Every statement that is not the server's own.
        closings: Every close of a day, by its statement, oldest first.
        size: Entries read so far.
    """

    names: dict[str, str] = field(default_factory=dict)
    serials: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    closings: list[str] = field(default_factory=list)
    size: int = 0
    _by_id: dict[str, int] = field(default_factory=dict)
    _about: dict[str, list[int]] = field(default_factory=dict)

    def catch_up(self, entries: Iterable[Said], spine: Spine) -> Memory:
        """Take in entries that follow on what was read, each commit with its clock."""
        waiting: list[Said] = []
        for entry in entries:
            self.size = entry.index + 1
            if what_of(entry.payload) == "received" and entry.kid == spine.keyring.server:
                self._commit(waiting, spine, clock_of(entry.payload))
                waiting = []
            else:
                waiting.append(entry)
        self._commit(waiting, spine, spine.clock or NO_TIME)
        return self

    def _commit(self, waiting: list[Said], spine: Spine, clock: datetime) -> None:
        for entry in waiting:
            if what_of(entry.payload) in OWN and entry.kid == spine.keyring.server:
                self._answered(entry)
            else:
                self._see(entry, spine, clock)

    def _see(self, entry: Said, spine: Spine, clock: datetime) -> None:
        key = spine.keyring.key_for(entry.kid, index=entry.index)
        said = spine.worth(entry.payload, entry.texts, key=key, clock=clock)
        place = len(self.told)
        self.told.append(Told(said=said, index=entry.index, clock=clock, device=key.device))
        self._by_id[said.id] = place
        for name in {*names_in(said), said.speaker, said.by}:
            self._about.setdefault(name, []).append(place)
        match said:
            case PersonJoined() if said.name:
                self.names[said.person] = said.name
            case WeaponReceived() if said.serial:
                self.serials[said.weapon] = said.serial
            case ActivityPlanned() | ActivityChanged() if said.plan.title:
                self.titles[said.activity] = said.plan.title
            case DayClosed():
                self.closings.append(said.id)
            case _:
                pass

    def _answered(self, entry: Said) -> None:
        payload = entry.payload
        place = self._by_id.get(str(payload.get("for")))
        if place is None or "answer" not in payload:
            return
        reasons = payload.get("reasons") or ()
        missing = (word for one in reasons for word in one.get("missing", ()))
        self.told[place] = replace(
            self.told[place],
            gate=str(payload.get("gate", "")),
            answer=str(payload["answer"]),
            missing=tuple(dict.fromkeys(missing)),
        )

    def find(self, id_: str) -> Told | None:
        """The statement of an id."""
        place = self._by_id.get(id_)
        return None if place is None else self.told[place]

    def about(self, name: str) -> Iterator[Told]:
        """Every statement that names this id, or was said by this person, oldest first."""
        return (self.told[place] for place in self._about.get(name, ()))

    def lately(self) -> Iterator[Told]:
        """Every statement, newest first."""
        return reversed(self.told)

    def since(self, moment: datetime) -> Iterator[Told]:
        """Statements about what was so at this time or later, newest first.

        Ends at the first commit that the server had before then, so that it stays short.
        """
        for one in self.lately():
            if one.said.at is not None and one.said.at >= moment:
                yield one
            elif one.clock < moment:
                return
