"""A real production in a folder, with a clock that a story sets and chance that it repeats.

What people say is made by functions named after who does what: `armorer_checks(...)`. A
`Production` puts it on the record in the three ways there are: taken by the server itself
(`take`), from a file (`file`), signed by a device (`sign`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from showclear.adapters.cases import read_case
from showclear.adapters.packs import installed
from showclear.adapters.production_folder import ProductionFolder, making, with_keys, writing
from showclear.app.founding import founding
from showclear.app.incoming import Answer, Incoming, Signed, Taken
from showclear.app.reading_log import Said, entries_of
from showclear.app.recording import Recorder
from showclear.app.sayings import as_from_file, of_case
from showclear.core.case import Case
from showclear.core.sealing import seal
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.journal import Aside
from showclear.ledger.jws import sign_statement
from showclear.ledger.payload import write_payload
from showclear.ledger.writer import Writer
from showclear.rules.grammar import Pack

ROOT = Path(__file__).resolve().parents[2]
MORNING = datetime(2026, 6, 9, 8, 0, tzinfo=UTC)
BASELINE = "showclear-baseline"
CASES = sorted((ROOT / "cases").rglob("*.yaml"))
FEW = (
    CASES
    if os.environ.get("SHOWCLEAR_LONG")
    else [
        ROOT / "cases" / name
        for name in (
            "CROW-1993/case.yaml",
            "F9-2019/case.yaml",
            "RUST-2021/case.yaml",
            "TWILIGHT-1982/case.yaml",
            "western-day/us-ca-labor.yaml",
        )
    ]
)
"""What stands for all of them where a way into the log is tried, and not the case: weapons and
none, concerns, changes and measures, and a whole day under two packs."""

Plain = dict[str, Any]


@cache
def shelf() -> Mapping[str, Pack]:
    """The installed packs."""
    return {name: shelved.pack for name, shelved in installed().packs.items()}


@cache
def told(path: Path) -> Case:
    """A case, read once."""
    return read_case(path)


@dataclass(kw_only=True)
class Production:
    """A production's folder, open for writing by one recorder at a time.

    Attributes:
        now: What the server's clock shows.
        every: After how many entries a view to start from is kept; 0 for never.
    """

    path: Path
    now: datetime = MORNING
    every: int = 0
    chance: Random = field(default_factory=lambda: Random(7))
    shelf: Mapping[str, Pack] = field(default_factory=shelf)
    _open: ExitStack = field(default_factory=ExitStack)
    _recorder: Recorder | None = None

    def random(self, count: int) -> bytes:
        return self.chance.randbytes(count)

    @property
    def recorder(self) -> Recorder:
        if self._recorder is None:
            folder = self._open.enter_context(writing(self.path))
            self._recorder = self._recorder_of(folder)
            self._open.callback(self._recorder.close)
        return self._recorder

    def _recorder_of(self, folder: ProductionFolder) -> Recorder:
        return Recorder(folder, self.shelf, clock=lambda: self.now, random=self.random)

    def found(self, *, sample: bool, packs: tuple[str, ...], where: str) -> Production:
        """Make the folder and its first entries."""
        with making(self.path, self.random) as made:
            journal = made.journal()
            Writer.found(journal, made.signer, place=made.place)
            journal.close()
            recorder = self._recorder_of(made)
            adopted = [self.shelf[name] for name in packs]
            first = founding(
                server=made.server.public,
                title="A western",
                where=where,
                sample=sample,
                packs=adopted,
            )
            recorder.record(first)
            recorder.close()
        return self

    # --- saying ---------------------------------------------------------------------

    def record(self, *incoming: Incoming) -> list[Answer]:
        """Put a group on the record."""
        answers = self.recorder.record(incoming)
        if self.every:
            self.recorder.keep_view(every=self.every)
        return answers

    def take(self, *said: Plain) -> list[Answer]:
        """What people say at the server's own screen, on their badges."""
        return self.record(*(Taken(fields=one) for one in said))

    def file(self, *said: Plain) -> list[Answer]:
        """What somebody says from a file."""
        sample = self.recorder.spine.sample
        return self.record(*(Taken(fields=as_from_file(one, sample=sample)) for one in said))

    def sign(self, device: Device, *said: Plain) -> list[Answer]:
        """What comes signed by a device."""
        return self.record(*(device.sign(one) for one in said))

    def tell(self, case: Case, *, at_once: int = 64) -> dict[str, Answer]:
        """Say a case, so many statements to a commit. Returns the answers by id."""
        said = [Taken(fields=f) for f in of_case(case, self.shelf, sample=self.sample)]
        answers: list[Answer] = []
        for start in range(0, len(said), at_once):
            answers += self.record(*said[start : start + at_once])
        return {one.id: one for one in answers}

    # --- time and starts ------------------------------------------------------------

    def later(self, minutes: float) -> None:
        """Let time pass on the server's clock."""
        self.now += timedelta(minutes=minutes)

    def clock(self, minutes: float = 0) -> str:
        """The server's time, or so many minutes from it."""
        return (self.now + timedelta(minutes=minutes)).isoformat()

    def close(self) -> None:
        """Let go of the folder, as a clean stop does."""
        self._open.close()
        self._recorder = None

    def restart(self) -> None:
        """Stop and start again."""
        self.close()
        assert self.recorder.size

    # --- looking --------------------------------------------------------------------

    @property
    def sample(self) -> bool:
        return self.recorder.spine.sample

    @property
    def log(self) -> list[Said]:
        """Every entry, read anew from the disk."""
        journal = with_keys(self.path).journal()
        try:
            head = journal.head()
            assert head is not None
            return list(entries_of(journal, 0, head.size))
        finally:
            journal.close()

    @property
    def payloads(self) -> dict[str, Plain]:
        """By id, what stands in the log."""
        return {str(said.payload["id"]): said.payload for said in self.log}

    @property
    def asides(self) -> list[Aside]:
        return list(self.recorder.kept_aside())

    @property
    def said(self) -> dict[str, Any]:
        """By id, every statement as the record takes it."""
        return dict(self.recorder.spine.record.by_id)


@dataclass(kw_only=True)
class Device:
    """A device with a key of its own.

    Attributes:
        person: Whose own it is; empty for a shared one.
    """

    name: str
    person: str = ""
    kind: str = "tablet"

    @property
    def key(self) -> SigningKey:
        return SigningKey(sha256(self.name.encode()).digest())

    def sign(self, said: Plain) -> Signed:
        """Seal what has to be and sign the rest."""
        number = Random(repr(said))
        sealed = seal(said, lambda: number.randbytes(16))
        return self.sign_as_it_is(
            sealed.payload, {text.path: (text.salt, text.text) for text in sealed.texts}
        )

    def sign_as_it_is(
        self, payload: Plain, texts: Mapping[str, tuple[bytes, str]] | None = None
    ) -> Signed:
        """Sign without sealing."""
        return Signed(jws=sign_statement(write_payload(payload), self.key), texts=texts or {})

    def enrolled(self) -> Plain:
        """How the server enrols it."""
        said = {
            "id": f"enrolled/{self.name}",
            "what": "device.enrolled",
            "at_is": "order-only",
            "by": "server",
            "attested": "server",
            "device": self.name,
            "kind": self.kind,
            "key": encode_base64url(self.key.public).decode(),
        }
        return {**said, "person": self.person} if self.person else said

    def revoked(self, at: str) -> Plain:
        """How somebody ends it."""
        name = f"revoked/{self.name}"
        return saying(name, "device.revoked", at=at, by="first-ad", device=self.name)


def production(
    path: Path,
    *,
    sample: bool = False,
    packs: tuple[str, ...] = (BASELINE,),
    where: str = "US-NM",
    every: int = 0,
    chance: Random | None = None,
) -> Production:
    """A production that was just made; the same chance makes the same keys."""
    made = Production(path=path, every=every, chance=chance or Random(7))
    return made.found(sample=sample, packs=packs, where=where)


# --- what people say ---------------------------------------------------------------------


def saying(name: str, what: str, *, at: str, by: str, **fields: Any) -> Plain:
    """Something said on a badge."""
    own = {key.removesuffix("_"): value for key, value in fields.items()}
    return {"id": name, "what": what, "at": at, "by": by, "attested": "badge", **own}


def crew_and_guns() -> list[Plain]:
    """Who is on the set, the one revolver and its rubber double, and what is planned."""
    untimed = {"at_is": "order-only", "by": "server", "attested": "server"}
    handler = {"kind": "firearms-handler", "until": "2027-12-31"}
    said = [
        {"id": f"join/{name}", "what": "person.joined", "person": name, "roles": [role]}
        for name, role in {
            "armorer": "armorer",
            "props": "property-master",
            "first-ad": "first-ad",
            "outlaw": "performer",
            "dp": "director-of-photography",
        }.items()
    ]
    said += [
        {"id": f"shown/{name}", "what": "qualification.shown", "person": name, **handler}
        for name in ("armorer", "props")
    ]
    for name, kind in (("revolver", "firearm"), ("rubber", "rubber")):
        own = {"weapon": name, "kind": kind, "from": "a rental house"}
        said.append({"id": f"got/{name}", "what": "weapon.received", **own})
    plan = {
        "activity": "lineup",
        "title": "The outlaw draws a rubber gun",
        "phase": "rehearsal",
        "hazards": ["replica-display"],
        "people": {"outlaw": "draws", "dp": "looks through the frame"},
        "weapons": {"rubber": {"performer": "outlaw", "load": "none"}},
        "things": "none",
        "line": "nobody",
        "zone": ["outlaw", "dp"],
    }
    said.append({"id": "plan/lineup", "what": "activity.planned", **plan})
    return [{**untimed, **one} for one in said]


def props_takes_out(name: str, at: str, *, weapon: str = "rubber") -> Plain:
    """The property master takes a weapon out of the cabinet."""
    return saying(name, "weapon.taken-out", at=at, by="props", weapons=[weapon])


def armorer_checks(
    name: str, at: str, *, check: str = "is-replica", on: str = "rubber", **more: Any
) -> Plain:
    """The armorer looks, with the property master's eyes beside."""
    fields = {"checks": [check], "on": [on], "passed": True, "with": "props", **more}
    return saying(name, "check.made", at=at, by="armorer", **fields)


def props_hands_over(name: str, at: str, *, weapon: str = "rubber", to: str = "outlaw") -> Plain:
    """The property master hands a weapon to the outlaw: a gated act."""
    own = {"weapon": weapon, "from": "props", "to": to, "for": "lineup"}
    return saying(name, "weapon.handed-over", at=at, by="props", **own)


def ad_asks(name: str, at: str, *, gate: str = "hand-over", on: str = "rubber") -> Plain:
    """The first AD's screen asks whether it would be clear."""
    return saying(name, "gate.asked", at=at, by="first-ad", gate=gate, on=[on], for_="lineup")


def people_arrive(name: str, at: str, *people: str, **more: Any) -> Plain:
    """Somebody arrives: nothing is asked."""
    return saying(name, "people.arrived", at=at, by="first-ad", people=list(people), **more)


def answer(one: Answer) -> str:
    """`clear`, `hold`, or nothing where no gate was asked."""
    return "" if one.verdict is None else str(one.verdict["answer"])


def missing(one: Answer) -> set[str]:
    """The words of a hold."""
    reasons = [] if one.verdict is None else one.verdict.get("reasons", [])
    return {word for reason in reasons for word in reason["missing"]}


def answered(one: Answer) -> Plain:
    """An answer as it must come again."""
    return {
        "id": one.id,
        "index": one.index,
        "receipt": one.receipt,
        "verdict": json.dumps(one.verdict, default=str),
    }
