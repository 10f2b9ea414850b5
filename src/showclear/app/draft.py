"""One group on its way into the log: read, verified, judged, not yet durable.

Every incoming statement gets a `Place`: an entry of this group, an entry that was there
already, or aside with a reason. A statement may lean on one before it in the same group:
a device enrolled, a check made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from showclear.app.incoming import Incoming, Signed, Taken, aside_of
from showclear.app.reading_log import payload_at, texts_of
from showclear.app.spine import OWN, Spine
from showclear.app.verdicts import bare, sentences, verdict_fields
from showclear.core import words
from showclear.core.parse import read_statement as read_message
from showclear.core.said_after import TextErased
from showclear.core.sealing import SealError, is_seal, seal, unseal
from showclear.core.statement import Kept
from showclear.ledger import ed25519
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.journal import Aside, Journal, Text
from showclear.ledger.jws import (
    SignedStatement,
    read_statement,
    sign_statement,
    thumbprint,
    verify_statement,
)
from showclear.ledger.payload import id_of, read_payload, what_of, write_payload
from showclear.ledger.verify_payloads import seals_in
from showclear.ledger.writer import NewEntry

Plain = dict[str, Any]

SALT_BYTES: Final = 16
TAKEN_ONLY: Final = frozenset(
    {"text.erased", "pack.adopted", "pack.withdrawn", "production.opened", "log.continued"}
)
"""What changes the record itself: no device says it, however it came by its key."""

TEXT_BYTES_MAX: Final = 65_536
"""Longest sealed text, in bytes: what every reader of a bundle takes."""

OWN_BYTES_MAX: Final = 48_000
"""Most that `received` says: encoded and signed it has to fit into an entry."""

OFFSET_SECONDS: Final = 60
"""A device's time further from the server's than this is recorded with both."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-/]{0,179}")
_RESERVED: Final = ("verdict/", "received/")


@dataclass(slots=True, kw_only=True)
class Place:
    """Where one incoming statement ends.

    Attributes:
        index: Its entry in this group.
        repeat: Its entry, if it was in the log before.
        verdict: What its gate said, if one was asked.
        aside: What it was kept aside for.
        says: The reasons of a hold, in sentences.
    """

    id: str
    index: int | None = None
    repeat: int | None = None
    verdict: Plain | None = None
    aside: Aside | None = None
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A statement that can become an entry.

    Attributes:
        entry: The bytes.
        kid: Whose key signed them.
        payload: What they say, sealed.
        texts: Salt and text by path.
    """

    id: str
    entry: bytes
    kid: str
    payload: Mapping[str, Any]
    texts: Mapping[str, tuple[bytes, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """An incoming statement, read and not believed.

    Attributes:
        signed: Its signature and what that covers; None for what the server signs.
    """

    id: str
    payload: Mapping[str, Any]
    signed: SignedStatement | None


VerifyMany = Callable[[Sequence[tuple[SignedStatement, bytes]]], Sequence[bool]]
"""Verifies many signatures at once, each with its public key, in order."""


def one_by_one(asked: Sequence[tuple[SignedStatement, bytes]]) -> list[bool]:
    """Verify signatures one after the other."""
    return [fits(signed, public) for signed, public in asked]


def fits(signed: SignedStatement, public: bytes) -> bool:
    """Whether a key signed a statement."""
    return ed25519.verify(signed.signature, signed.signing_input, public=public)


class Draft:
    """A group being made. Nothing of it is known to anybody until it is committed.

    Without judging it is an intake alone: signatures, identities and the order in which
    things came. A production always judges.
    """

    def __init__(
        self,
        spine: Spine,
        *,
        server: SigningKey,
        now: datetime,
        random: Callable[[int], bytes],
        start: int,
        verify_many: VerifyMany = one_by_one,
        judging: bool = True,
    ) -> None:
        self.spine, self.now, self.start = spine, now, start
        self.clock = now.isoformat().replace("+00:00", "Z")
        self.entries: list[NewEntry] = []
        self.texts: list[Text] = []
        self.erased: list[str] = []
        self.asides: list[Aside] = []
        self.places: list[Place] = []
        self._server, self._random = server, random
        self._kid = thumbprint(server.public)
        self._ids: list[str] = []
        self._offsets: dict[str, int] = {}
        self._here: dict[str, tuple[int, Ready]] = {}
        self._judging, self._verify_many = judging, verify_many

    @property
    def _next(self) -> int:
        return self.start + len(self.entries)

    def take_all(self, incoming: Sequence[Incoming], journal: Journal) -> None:
        """Take a group in, in order."""
        parsed = [_parsed(one) for one in incoming]
        known = journal.find([one.id for one in parsed if isinstance(one, Parsed)])
        verified = self._verified(parsed)
        for one, read in zip(incoming, parsed, strict=True):
            try:
                if isinstance(read, EvidenceError):
                    raise read
                place = self._take(one, read, journal, known, verified)
            except EvidenceError as found:
                place = self.set_aside(one, found)
            self.places.append(place)

    def _verified(self, parsed: Sequence[Parsed | EvidenceError]) -> frozenset[int]:
        """Verify at once what a key signed that stands now; what is left is verified in turn.

        A key enrolled by a statement of this very group is not known yet.
        """
        asked: list[tuple[SignedStatement, bytes]] = []
        for one in parsed:
            if isinstance(one, Parsed) and one.signed is not None:
                key = self.spine.keyring.keys.get(one.signed.kid)
                if key is not None:
                    asked.append((one.signed, key.public))
        return frozenset(
            id(signed)
            for (signed, _), fits in zip(asked, self._verify_many(asked), strict=True)
            if fits
        )

    def _take(
        self,
        one: Incoming,
        read: Parsed,
        journal: Journal,
        known: Mapping[str, int],
        verified: frozenset[int],
    ) -> Place:
        index = known.get(read.id)
        stored = None if index is None else payload_at(journal, index)
        if index is not None and read.signed is not None and stored == read.payload:
            # The same words again, whoever's key stands by now: only the answer was lost. It
            # is asked for by its words, so nobody learns from it what they did not know.
            return Place(id=read.id, repeat=index)
        ready = self._signed(one, read, verified) if isinstance(one, Signed) else self._sealed(one)
        if index is not None and stored is not None:
            texts = texts_of(journal, index, index + 1).get(ready.id, {})
            _same(ready, stored, texts)
            return Place(id=ready.id, repeat=index)
        if (here := self._here.get(ready.id)) is not None:
            index, before = here
            _same(ready, before.payload, before.texts)
            return Place(id=ready.id, index=index, verdict=self._verdict_at(index))
        return self._enter(ready)

    # --- reading -------------------------------------------------------------------

    def _signed(self, one: Signed, read: Parsed, verified: frozenset[int]) -> Ready:
        signed, payload = read.signed, read.payload
        assert signed is not None
        key = self.spine.keyring.key_for(signed.kid, index=self._next)
        if id(signed) not in verified:
            verify_statement(signed, key.public)
        name = read.id
        if signed.kid == self._kid or what_of(payload) in OWN or payload.get("by") == "server":
            raise EvidenceError("not-the-server", "only the server itself says this")
        if what_of(payload) in TAKEN_ONLY:
            raise EvidenceError(
                "not-the-server",
                f"{what_of(payload)} is said on the server, by whoever answers for the record: "
                "`showclear say` takes it",
            )
        if self._judging:
            self._only_sealed(payload, one.texts)
        return Ready(id=name, entry=one.jws, kid=signed.kid, payload=payload, texts=one.texts)

    def _only_sealed(
        self, payload: Mapping[str, Any], texts: Mapping[str, tuple[bytes, str]]
    ) -> None:
        """Refuse free text in what would be an entry, and texts that are not what it sealed."""
        sealed_at = {path for path, _ in seals_in(payload)}
        if strange := sorted(set(texts) - sealed_at):
            raise EvidenceError(
                "text-differs", f"a text came for what is not sealed: {', '.join(strange)[:200]}"
            )
        _check_texts(texts)
        if short := [path for path, (salt, _) in texts.items() if len(salt) != SALT_BYTES]:
            raise EvidenceError(
                "text-differs", f"sealed with a salt that is not 16 bytes: {', '.join(short)}"
            )
        try:
            plain, gone = unseal(payload, texts)
        except SealError as found:
            raise EvidenceError(
                "text-differs", f"{found}. Send each text with the salt it was sealed with."
            ) from found
        if gone:
            raise EvidenceError(
                "text-missing", f"sealed, and its text did not come along: {', '.join(gone)}"
            )
        sealed = seal(plain, lambda: bytes(SALT_BYTES))
        if not sealed.texts and plain == payload:
            return
        if _shape(sealed.payload) != _shape(payload):
            raise EvidenceError(
                "free-text",
                "something in it would put free words into the log, where they could never be "
                "erased. Seal names, notes and reasons (docs/formats/ledger.md), and say it again.",
            )

    def _sealed(self, one: Taken) -> Ready:
        fields = dict(one.fields)
        name = id_of(fields)
        if what_of(fields) == TextErased.what and isinstance(
            said := read_message(fields, fallback_id=name), Kept
        ):
            raise EvidenceError("not-erased", f"nothing was erased: {'; '.join(said.faults)}")
        if what_of(fields) in OWN and not one.own:
            raise EvidenceError("not-the-server", "only the server itself says this")
        sealed = seal(fields, lambda: self._random(SALT_BYTES))
        texts = {text.path: (text.salt, text.text) for text in sealed.texts}
        _check_texts(texts)
        try:
            written = write_payload(sealed.payload)
        except MisuseError as found:
            raise EvidenceError("not-json", f"{found}. Say it with fewer digits.") from found
        try:
            entry = sign_statement(written, self._server)
        except MisuseError as found:
            raise EvidenceError("too-large", f"{found}. Say it in several statements.") from found
        return Ready(
            id=name,
            entry=entry,
            kid=self._kid,
            # As it will be read: what a number is written as must not make a difference.
            payload=read_payload(written),
            texts=texts,
        )

    # --- entering ------------------------------------------------------------------

    def _enter(self, ready: Ready) -> Place:
        index = self._next
        spine = self.spine
        if index == 0:
            spine.keyring.first(ready.payload, kid=ready.kid)
        said = judged = None
        if self._judging:
            key = spine.keyring.key_for(ready.kid, index=index)
            said = spine.read(ready.payload, ready.texts, key=key, clock=self.now)
            judged = spine.judge(said, clock=self.now)
            spine.take(said)
        spine.keyring.see(ready.payload, kid=ready.kid, index=index)
        self.entries.append(NewEntry(id=ready.id, entry=ready.entry))
        self.texts += [
            Text(id=ready.id, path=path, salt=salt, text=text)
            for path, (salt, text) in ready.texts.items()
        ]
        self._ids.append(ready.id)
        self._here[ready.id] = index, ready
        if said is not None and said.at is not None and ready.kid != self._kid:
            self._note_offset(ready)
        if isinstance(said, TextErased):
            self.erased.append(said.of)
        place = Place(id=ready.id, index=index)
        if isinstance(said, Kept):
            place.says = tuple(f"Kept, and it holds what it names: {one}" for one in said.faults)
        if said is not None:
            place.says = (*place.says, *(one.text for one in spine.noticed))
        if judged is not None:
            fields = verdict_fields(
                ready.id, judged.question, judged.verdict, spine.book, clock=self.clock
            )
            own = self._own(f"verdict/{ready.id}", "verdict.given", fields)
            place.verdict = bare(own)
            place.says = (*place.says, *sentences(judged.verdict))
            self._append_own(own, verdict_of=index - self.start)
        return place

    def _note_offset(self, ready: Ready) -> None:
        """Keep how far a device's time was from the server's, where it was far."""
        read = read_time(ready.payload.get("at"))
        offset = 0 if read is None else int((read - self.now).total_seconds())
        if abs(offset) > OFFSET_SECONDS:
            self._offsets[ready.id] = offset

    def _own(self, name: str, what: str, fields: Mapping[str, Any]) -> Plain:
        """A statement of the server's own: ids, closed words, numbers and times, no text."""
        common = {"id": name, "what": what, "at": self.clock, "by": "server", "attested": "server"}
        return {**common, **fields}

    def _append_own(self, said: Plain, *, verdict_of: int | None = None) -> None:
        entry = sign_statement(write_payload(said), self._server)
        self.entries.append(NewEntry(id=str(said["id"]), entry=entry, verdict_of=verdict_of))

    def _verdict_at(self, index: int) -> Plain | None:
        for place in self.places:
            if place.index == index:
                return place.verdict
        return None

    def close(self, behind: int) -> None:
        """Say when all of it came.

        Args:
            behind: Seconds by which the server's own clock was found behind the record.
        """
        offsets = dict(self._offsets)
        if behind:
            offsets["server"] = behind
        fields: Plain = {"ids": self._ids, "clock": self.clock}
        if offsets and len(json.dumps({**fields, "offsets": offsets})) > OWN_BYTES_MAX:
            # Many ids, all of them long: each entry has its own time, and here is the clock.
            offsets = {"server": behind} if behind else {}
        if offsets:
            fields["offsets"] = offsets
        self._append_own(self._own(f"received/{self._next}", "received", fields))

    def set_aside(self, one: Incoming, found: EvidenceError) -> Place:
        """Keep what came aside, with its reason."""
        raw = one.jws if isinstance(one, Signed) else _as_json(one.fields)
        name = _claimed(one)
        aside = aside_of(
            raw, reason=found.code, sentence=found.sentence, clock=self.clock, id_=name
        )
        self.asides.append(aside)
        return Place(id=name, aside=aside)


def _as_json(fields: Mapping[str, Any]) -> bytes:
    """What could not become an entry, as somebody can read it: nothing is signed of it."""
    return json.dumps(fields, ensure_ascii=True, default=str).encode()


def _parsed(one: Incoming) -> Parsed | EvidenceError:
    """Read a statement, before anything of it is believed."""
    try:
        if isinstance(one, Taken):
            name = checked_id(id_of(one.fields), own=one.own)
            return Parsed(id=name, payload=one.fields, signed=None)
        signed = read_statement(one.jws)
        payload = read_payload(signed.payload)
        return Parsed(id=checked_id(id_of(payload)), payload=payload, signed=signed)
    except EvidenceError as found:
        return found


def _claimed(one: Incoming) -> str:
    """The id a statement gives itself; empty for none that can be read."""
    read = _parsed(one)
    return read.id if isinstance(read, Parsed) else ""


def read_time(at: object) -> datetime | None:
    """The time a statement gives itself, as it was signed; None where it gives none."""
    try:
        return datetime.fromisoformat(str(at)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def checked_id(name: str, *, own: bool = False) -> str:
    taken = name.startswith(_RESERVED) or name in words.RESERVED
    if not _ID.fullmatch(name) or (taken and not own):
        raise EvidenceError(
            "no-id",
            "its id is not one: letters, digits, dots, hyphens and slashes, at most 180, and not "
            "beginning with verdict/ or received/",
        )
    return name


def _check_texts(texts: Mapping[str, tuple[bytes, str]]) -> None:
    """Refuse texts that could not be stored, given out or read again."""
    for path, (_, text) in texts.items():
        try:
            length = len((path + text).encode("utf-8", "strict"))
        except UnicodeEncodeError:
            raise EvidenceError("text-differs", "a text holds half a character") from None
        if length > TEXT_BYTES_MAX:
            raise EvidenceError(
                "too-large",
                f"a text of more than {TEXT_BYTES_MAX} bytes. Say it in several statements, or "
                "attach it as a file.",
            )


def _shape(value: Any) -> Any:
    """A payload with every sealed place alike; what only looks like a seal stays as it is."""
    if isinstance(value, dict):
        if set(value) == {"sealed"} and is_seal(value):
            return "sealed"
        return {key: _shape(item) for key, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else value


def _same(ready: Ready, stored: Mapping[str, Any], texts: Mapping[str, tuple[bytes, str]]) -> None:
    """Find out whether a statement under a known id is that statement again.

    Raises:
        EvidenceError: `same-id`: it says something else.
    """
    if ready.payload == stored:
        return
    before, gone = _opened(stored, texts)
    if gone:
        # Its words were erased; nobody can compare them. The rest has to be the same.
        alike = _shape(ready.payload) == _shape(stored)
    else:
        alike = unseal(ready.payload, ready.texts)[0] == before
    if not alike:
        raise _other()


def _opened(
    payload: Mapping[str, Any], texts: Mapping[str, tuple[bytes, str]]
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """What an entry says; words that were changed behind our back count as gone."""
    try:
        return unseal(payload, texts)
    except SealError as found:
        return payload, (found.path,)


def _other() -> EvidenceError:
    return EvidenceError(
        "same-id",
        "the log has another statement under this id. Say it again under an id of its own; to say "
        "something better, use corrects.",
    )
