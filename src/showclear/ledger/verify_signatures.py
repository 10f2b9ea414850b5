"""Bundle by bundle: do the bytes fit their hashes, and did the named keys sign them?

1. Each bundle is read once, by the process that checks it. What others need to know of it
   (hashes, ids, whose signatures, what the server said) comes back in a few lines.
2. A statement names its key by thumbprint, so a signature can be checked with any key of that
   thumbprint. Whether the key stood at that entry is for the caller, who sees all in order.
3. A key that is not known yet where it is needed (enrolled in a bundle that another process
   has just in hand) is put off: the caller checks that signature later, never drops it.
4. Whatever is in a bundle, the answer is a finding; only the machine's faults are raised.

The short way through a statement answers only what `read_statement` would: anything unusual
goes through that function. Signatures cost about eight tenths of it all.

Source: docs/formats/ledger.md, "Statements"; c2sp.org/tlog-tiles, "Log entries".
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, TypeAlias

from showclear.ledger import ed25519
from showclear.ledger.encoding import decode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import read_statement, thumbprint
from showclear.ledger.merkle import HASH_SIZE
from showclear.ledger.payload import ID_CHARACTERS_MAX, id_of, read_payload
from showclear.ledger.proofs import complete_subtrees
from showclear.ledger.tiles import (
    ENTRY_SIZE_MAX,
    TILE_WIDTH,
    EntryBundleId,
    TileId,
    read_bundle,
)
from showclear.ledger.tree import Tree
from showclear.ledger.verify_payloads import Payloads
from showclear.ledger.verify_report import Finding, Step, finding_of
from showclear.ledger.verify_source import LogSource

BUNDLE_BYTES_MAX: Final = TILE_WIDTH * (2 + ENTRY_SIZE_MAX)
TILE_BYTES_MAX: Final = TILE_WIDTH * HASH_SIZE
OWN: Final = frozenset({"verdict.given", "received"})
"""What only the server says, and what no `received` names."""

TOLD: Final = frozenset(
    {*OWN, "device.enrolled", "device.revoked", "text.erased", "attachment.added"}
)
"""What says something about other entries."""
_FROM_URL: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
_PADDING: Final = (b"", b"===", b"==", b"=")
_LAST: Final = {2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}
"""By letters in an unfinished group: its last ones that leave no bits to spare."""
_TAIL: Final = 87
"""Letters from the last dot on: 64 bytes are 86."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry that says something about others.

    Attributes:
        index: Its place in the log.
        kid: The key that is said to have signed it.
        what: Its tag.
        payload: All it says.
    """

    index: int
    kid: str
    what: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """What the tree needs of a bundle: by its entries, or by the tile of their hashes.

    Attributes:
        peaks: Hashes of the complete subtrees over them; one hash for a full bundle.
        roots: By a wanted size within it, the same up to that size.
        leaves: By a wanted entry, its leaf hash.
    """

    peaks: tuple[bytes, ...]
    roots: Mapping[int, tuple[bytes, ...]]
    leaves: Mapping[int, bytes]


@dataclass(slots=True, kw_only=True)
class BundleRead:
    """What one bundle holds, as far as it can be told without the others.

    Attributes:
        number: Which bundle.
        hashed: By its entries; None where they cannot be read.
        stored: By its tile of level 0; None likewise. Often the very same.
        differing: Entries whose hash is not the one in the tile.
        ids: Each entry's id, in order; None where it has none that can be read.
        signed: By key, the entries that name it.
        own: By key, the entries that say they are the server's.
        later: By key, the entries whose signature could not be checked here.
        refused: Entries whose signature does not fit.
        told: What concerns other entries.
        sealed: How many texts its entries have sealed.
        findings: What is wrong, each with its step and entry.
    """

    number: int
    hashed: Half | None = None
    stored: Half | None = None
    differing: list[int] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)
    signed: dict[str, list[int]] = field(default_factory=dict)
    own: dict[str, list[int]] = field(default_factory=dict)
    later: dict[str, list[int]] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    told: list[Told] = field(default_factory=list)
    sealed: int = 0
    findings: list[tuple[Step, int, Finding]] = field(default_factory=list)

    def wrong(self, step: Step, index: int, finding: Finding) -> None:
        """Take a finding."""
        self.findings.append((step, index, finding))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of the tree beside its root: for receipts.

    Attributes:
        sizes: Tree sizes whose roots are needed.
        indices: Entries whose leaf hashes are needed.
    """

    sizes: frozenset[int] = frozenset()
    indices: frozenset[int] = frozenset()


_Signature: TypeAlias = tuple[int, str, bytes, bytes]
"""Of one entry: its index, the key it names, what was signed, the signature."""


class BundleReader:
    """Reads and checks bundles of one log; each process has its own."""

    def __init__(self, source: LogSource, *, size: int, wanted: Wanted) -> None:
        self._source = source
        self._size = size
        self._sizes = _by_bundle(one - 1 for one in wanted.sizes if 0 < one <= size)
        self._indices = _by_bundle(wanted.indices)
        self._kids: dict[bytes, str] = {}
        self._publics: dict[str, bytes] = {}
        self._payloads = Payloads()

    def learn(self, publics: Mapping[str, bytes]) -> None:
        """Take in keys by their thumbprints."""
        self._publics.update(publics)

    def entries(self, number: int) -> list[bytes] | None:
        """Return a bundle's entries, None where there is no such file.

        Raises:
            EvidenceError: Its bytes are not what it has to hold.
        """
        tile = EntryBundleId(number=number, width=self.width(number))
        raw = self._source.read(f"log/{tile.path()}", limit=BUNDLE_BYTES_MAX)
        return None if raw is None else read_bundle(raw, count=tile.width)

    def width(self, number: int) -> int:
        """Return how many entries a bundle holds at this size."""
        return min(TILE_WIDTH, self._size - number * TILE_WIDTH)

    def read(self, number: int) -> BundleRead:
        """Read a bundle and the tile of its hashes and check all that can be checked here."""
        found = BundleRead(number=number)
        stored = self._tile(found)
        entries = self._bundle(found)
        leaves = None
        if entries is not None:
            leaves = b"".join([sha256(b"\x00" + entry).digest() for entry in entries])
            found.hashed = self._half(number, leaves)
            self._statements(found, entries)
        else:
            found.ids = [None] * self.width(number)
        if stored is not None:
            found.stored = found.hashed if leaves == stored else self._half(number, stored)
        if leaves is not None and stored is not None and leaves != stored:
            pairs = zip(hashes_in(leaves), hashes_in(stored), strict=True)
            first = number * TILE_WIDTH
            found.differing = [
                index for index, (own, other) in enumerate(pairs, first) if own != other
            ]
        return found

    def _bundle(self, found: BundleRead) -> list[bytes] | None:
        number = found.number
        where = f"log/{EntryBundleId(number=number, width=self.width(number)).path()}"
        try:
            entries = self.entries(number)
        except EvidenceError as error:
            found.wrong(Step.HASHES, number * TILE_WIDTH, finding_of(error, where))
            return None
        if entries is None:
            missing = Finding(
                code="file-missing",
                where=where,
                sentence=f"is missing: {self.width(number)} entries of the log stood in it",
            )
            found.wrong(Step.HASHES, number * TILE_WIDTH, missing)
        return entries

    def _tile(self, found: BundleRead) -> bytes | None:
        tile = TileId(level=0, number=found.number, width=self.width(found.number))
        hashes, finding = read_tile(self._source, tile)
        if finding is None and hashes is None:
            finding = Finding(
                code="file-missing",
                where=f"log/{tile.path()}",
                sentence="is missing: proofs about its entries cannot be made without it",
            )
        if finding is not None:
            found.wrong(Step.HASHES, found.number * TILE_WIDTH, finding)
        return hashes

    def _half(self, number: int, leaves: bytes) -> Half:
        first = number * TILE_WIDTH
        tree = Tree(leaves)
        return Half(
            peaks=tree.frontier().hashes,
            roots={
                last + 1: tuple(tree.node(*at) for at in complete_subtrees(0, last + 1 - first))
                for last in self._sizes.get(number, ())
            },
            leaves={index: tree.node(0, index - first) for index in self._indices.get(number, ())},
        )

    def _statements(self, found: BundleRead, entries: list[bytes]) -> None:
        """Read each entry, then verify their signatures: nearly all of the time goes by here."""
        names, signed = found.ids, found.signed
        signatures: list[_Signature] = []
        read, payload = self._read, self._payloads.read
        for index, entry in enumerate(entries, start=found.number * TILE_WIDTH):
            name = kid = None
            try:
                kid, said, text, signature = read(entry)
                claimed, what, by, sealed = payload(said)
                if claimed.__class__ is str and 0 < len(claimed) <= ID_CHARACTERS_MAX:
                    name = claimed
                else:
                    id_of({"id": claimed})
            except EvidenceError as error:
                self._wrong(found, index, error)
                if kid is None:
                    names.append(None)
                    continue
            else:
                found.sealed += sealed
                if by == "server" or (what.__class__ is str and what in TOLD):
                    self._told(found, index, kid=kid, said=said)
            names.append(name)
            if (indices := signed.get(kid)) is None:
                indices = signed[kid] = []
            indices.append(index)
            signatures.append((index, kid, text, signature))
        self._verify(found, signatures)

    def _verify(self, found: BundleRead, signatures: list[_Signature]) -> None:
        """Verify signatures one after another: together they are quicker than each by itself."""
        publics, verify = self._publics, ed25519.verify
        for index, kid, text, signature in signatures:
            if (public := publics.get(kid)) is None:
                found.later.setdefault(kid, []).append(index)
            elif not verify(signature, text, public=public):
                found.refused.add(index)
                self._wrong(found, index, not_signed())

    def _told(self, found: BundleRead, index: int, *, kid: str, said: bytes) -> None:
        """Keep what concerns other entries, and what the server is said to have said."""
        payload = read_payload(said)
        what = payload.get("what")
        if payload.get("by") == "server" or (isinstance(what, str) and what in OWN):
            found.own.setdefault(kid, []).append(index)
        if isinstance(what, str) and what in TOLD:
            found.told.append(Told(index=index, kid=kid, what=what, payload=payload))
        if what == "device.enrolled":
            self._learn_from(payload)

    def _learn_from(self, payload: Mapping[str, Any]) -> None:
        """Keep a key by its thumbprint: it proves nothing but which key the name stands for."""
        key = payload.get("key")
        if isinstance(key, str):
            try:
                public = decode_base64url(key, what="The key")
            except EvidenceError:
                return
            if len(public) == ed25519.PUBLIC_KEY_BYTES:
                self._publics[thumbprint(public)] = public

    def verify_later(self, index: int) -> bool:
        """Tell whether a signature that was put off fits, with the keys known by now."""
        number, place = divmod(index, TILE_WIDTH)
        entries = self.entries(number)
        if entries is None:
            return False
        statement = read_statement(entries[place])
        public = self._publics.get(statement.kid)
        return public is not None and ed25519.verify(
            statement.signature, statement.signing_input, public=public
        )

    def _wrong(self, found: BundleRead, index: int, error: EvidenceError) -> None:
        found.wrong(Step.ENTRIES, index, finding_of(error, self.place(index)))

    def place(self, index: int) -> str:
        """Say where an entry stands."""
        number = index // TILE_WIDTH
        tile = EntryBundleId(number=number, width=self.width(number))
        return f"log/{tile.path()}, entry {index}"

    def _read(self, entry: bytes) -> tuple[str, bytes, bytes, bytes]:
        """Return key, payload, signed text and signature: exactly as `read_statement` would.

        What is written as it nearly always is takes the short way; all else goes there.
        """
        header, _, rest = entry.partition(b".")
        kid = self._kids.get(header)
        if kid is not None and rest[-_TAIL : -_TAIL + 1] == b"." and rest[-1] in _LAST[2]:
            signed, coded = rest[1 - _TAIL :], rest[:-_TAIL]
            spare = len(coded) & 3
            if not spare or (spare > 1 and coded[-1] in _LAST[spare]):
                try:
                    return (
                        kid,
                        a2b_base64(coded.translate(_FROM_URL) + _PADDING[spare], strict_mode=True),
                        entry[:-_TAIL],
                        a2b_base64(signed.translate(_FROM_URL) + b"==", strict_mode=True),
                    )
                except Base64Error:
                    pass
        found = read_statement(entry)
        self._kids[header] = found.kid
        return found.kid, found.payload, found.signing_input, found.signature


def read_tile(source: LogSource, tile: TileId) -> tuple[bytes | None, Finding | None]:
    """Return a tile's hashes joined, or what is wrong with its file; neither where it is not."""
    where = f"log/{tile.path()}"
    try:
        raw = source.read(where, limit=TILE_BYTES_MAX)
    except EvidenceError as error:
        return None, finding_of(error, where)
    if raw is not None and len(raw) != tile.width * HASH_SIZE:
        sentence = f"has {len(raw)} bytes; {tile.width} hashes are {tile.width * HASH_SIZE}"
        return None, Finding(code="tile-length", where=where, sentence=sentence)
    return raw, None


def hashes_in(raw: bytes) -> list[bytes]:
    """Return joined hashes one by one."""
    return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]


def not_signed() -> EvidenceError:
    """The refusal of a signature."""
    return EvidenceError(
        "bad-signature",
        "its signature does not fit its words and the key that it names: one of them was changed",
    )


def _by_bundle(indices: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for index in indices:
        found.setdefault(index // TILE_WIDTH, []).append(index)
    return found
