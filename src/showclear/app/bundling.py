"""What goes into the evidence of one production, and what stays out?

1. The log is made anew from the journal, at the size of one head: exactly the tiles of that
   size. Leaf hashes are computed from the entries, compared with the stored ones and folded
   into a root; that root has to be the one in the signed checkpoint, or nothing is written.
   What is written is hashed once more while it is written, against the same roots.
2. Each text that is at hand has to be the one that its entry has sealed.
3. Which texts may be given out follows from what the field is for, never from the words: a
   program that reads words for what is private is wrong in both directions. So the list is
   of what goes out (`WORK`); a field that nobody has put there stays in.
   * Out go names of things, places, permits and work: what an inspector needs to follow who
     did what with which weapon, where people are ids.
   * In stays what is about a person: names, age, rest, consent, qualifications, the part
     somebody has in an act, what a check on a body or state found; who refused, and all of
     what was said without a name, whose wording may be a signature.
   * In stay notes and reasons. They are often about the work and nobody can know it.
   * In stays what could not be read, and what was sealed because words stood where none
     belong: what they are is not known.
   What somebody typed into a field about the work goes out as it is. The page says so.
4. What the log says was erased is never given out, even where a store still had it.
5. Memory holds a hash for each 256 entries, and a page of entries; receipts cost more.

It opens no file. The page is `bundle_readme`, where bytes go is `adapters.bundle_zip`.

Source: docs/formats/ledger.md, "Bundle for a stranger"; c2sp.org/tlog-tiles.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from showclear.app.reading_log import texts_of
from showclear.core import vocabulary, words
from showclear.core.parse import COMMON_FIELDS
from showclear.core.sealing import UNREAD
from showclear.core.sealing_ways import RAW, digest, is_private, way_of
from showclear.core.statement import TAGS, FieldSpec
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.errors import EvidenceError, StorageError
from showclear.ledger.journal import Head, Journal
from showclear.ledger.jws import jwk, read_statement
from showclear.ledger.keyring import Enrolled, Keyring
from showclear.ledger.merkle import fold_roots, leaf_hash
from showclear.ledger.payload import read_payload
from showclear.ledger.policy import Policy
from showclear.ledger.publish import Shown
from showclear.ledger.tiles import TILE_WIDTH, EntryBundleId, TileId, tiles_of, write_bundle
from showclear.ledger.tree import Tree

Plain = Mapping[str, Any]


class Texts(Enum):
    """Which of the sealed texts are given out."""

    WORK = "work"
    ALL = "all"
    NONE = "none"


class Sort(Enum):
    """What a sealed text is, as the README names it; in the order in which it is told."""

    WORK = "words about the work"
    NAME = "names of people"
    NOTE = "notes and reasons"
    PERSON = "words about a person (health, age, rest, consent, part in an act)"
    REFUSAL = "who refused"
    ANONYMOUS = "words of statements without a name"
    UNREAD = "statements that could not be read"
    OTHER = "other words, of which it is not known what they are about"
    ERASED = "erased, as the log says"
    ABSENT = "not in this store"


WORK: Final = (
    frozenset({"abort", "cause", "condition", "controls", "duty", "found", "item", "label"})
    | frozenset({"needs_firearm", "needs_real", "post", "title", "topics", "where"})
    | frozenset({"calibre", "jurisdiction", "kind", "scene", "serial", "take", "version"})
    | frozenset({"except_", "from_", "only", "origin", "to"})
)
"""Fields about the work, by attribute. `_OF_PERSON` and `_sort_of` take some out again."""

_OF_PERSON: Final = frozenset(
    {
        ("activity.planned", "people"),
        ("activity.changed", "people"),
        ("alert.sent", "to"),
        ("commitment.made", "to"),
        ("commitment.kept", "to"),
        ("commitment.broken", "to"),
        ("device.enrolled", "kind"),
        ("device.revoked", "kind"),
        ("document.shown", "author"),
        ("document.acknowledged", "author"),
        ("weapon.declared", "where"),
    }
)
"""By tag and attribute: to or by whom, or where somebody keeps their own."""

_TAGS_OF_PERSON: Final = (
    *("account.", "badge.", "care.", "concern.", "consent."),
    *("person.", "qualification.", "request.", "rest."),
)
_THINGS_CHECKED: Final = (
    words.WEAPON_CHECKS | words.LOT_CHECKS | words.ACTIVITY_CHECKS | words.THING_CHECKS
) - words.PERSON_CHECKS


def sort_of(payload: Plain, path: str) -> Sort:
    """Say what a sealed text of a statement is, by its place.

    Args:
        payload: The statement as it stands in its entry.
        path: Keys and places that lead to the seal, joined by dots.
    """
    tag, key = payload.get("what"), path.partition(".")[0]
    if key == UNREAD or not isinstance(tag, str) or tag not in TAGS:
        return Sort.UNREAD
    plan = vocabulary.PLAN_FIELDS if tag in vocabulary.PLANNING else {}
    specs = {**COMMON_FIELDS, **plan, **vocabulary.fields_of(tag)}
    if key not in specs:
        return Sort.OTHER
    return _sort_of(payload, tag, specs[key])


def _sort_of(payload: Plain, tag: str, spec: FieldSpec) -> Sort:
    made = _checks_of(payload)
    private = made is None or is_private(payload)
    if tag == "refusal.made":
        return Sort.REFUSAL
    if payload.get("by", "anonymous") == "anonymous":
        return Sort.ANONYMOUS
    if spec.attr in ("note", "because"):
        return Sort.NOTE
    if (tag, spec.attr) == ("person.joined", "name"):
        return Sort.NAME
    if private or tag.startswith(_TAGS_OF_PERSON) or (tag, spec.attr) in _OF_PERSON:
        return Sort.PERSON
    if tag.startswith("document.") and ("people" in payload or "person" in payload):
        return Sort.PERSON
    if spec.attr == "found" and not _THINGS_CHECKED.issuperset(made or ("",)):
        return Sort.PERSON
    if spec.attr in WORK and way_of(tag, spec, private=private) in RAW:
        return Sort.WORK
    return Sort.OTHER


def _checks_of(payload: Plain) -> list[str] | None:
    """The checks that a statement names; None where one cannot be read, so may be any."""
    told = payload.get("checks", payload.get("check", []))
    listed = told if isinstance(told, list) else [told]
    return listed if all(isinstance(one, str) for one in listed) else None


def given(sort: Sort, texts: Texts) -> bool:
    """Whether a text of this sort goes out."""
    if sort in (Sort.ERASED, Sort.ABSENT) or texts is Texts.NONE:
        return False
    return texts is Texts.ALL or sort is Sort.WORK


# --- what the journal holds ----------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Survey:
    """A log, read once from its first entry to the last and found to fit its checkpoint.

    Attributes:
        head: Where it stood; everything below is of this size.
        keyring: Every key that was ever enrolled.
        bundles: The hash of each full bundle of 256 entries, as a tree.
        rest: The hashes of the entries after them.
        texts: How many sealed texts there are of each sort.
        files: By SHA-256, the entry that first names an attachment.
        gone: Ids of the statements whose words the log says were erased.
        server: How many entries only tell what the server had and answered.
        clocks: First and last time at which the server had something, as it wrote them.
        clock_at: By entry that enrolled or ended a key, the clock of its commit.
        sample: Whether the production was made as a sample.
        title: What the production is called, where that may be given out.
        before: The log that this one goes on from, if any.
    """

    head: Head
    keyring: Keyring = field(default_factory=Keyring)
    bundles: Tree = field(default_factory=Tree)
    rest: bytes = b""
    texts: Counter[Sort] = field(default_factory=Counter)
    files: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    server: int = 0
    clocks: list[str] = field(default_factory=list)
    clock_at: dict[int, str] = field(default_factory=dict)
    sample: bool = False
    title: str = ""
    before: str = ""
    _absent: Counter[str] = field(default_factory=Counter)
    _names: dict[str, list[str]] = field(default_factory=dict)
    _waiting: list[int] = field(default_factory=list)

    def take(self, entry: bytes, index: int, texts: Mapping[str, Mapping[str, Any]]) -> None:
        """Take in one entry."""
        try:
            signed = read_statement(entry)
            said = read_payload(signed.payload)
            if index == 0:
                self.keyring.first(said, kid=signed.kid)
            self.keyring.key_for(signed.kid, index=index)
            self.keyring.see(said, kid=signed.kid, index=index)
            at_hand = texts.get(str(said.get("id")), {})
            _must_fit(said, at_hand)
        except EvidenceError as found:
            raise found.at(f"entry {index}") from found
        self._sorts(said, at_hand)
        self._tell(said, index, own=signed.kid == self.keyring.server)
        if said.get("what") == "production.opened" and "title" in at_hand:
            self.title = at_hand["title"][1]

    def _sorts(self, said: Plain, at_hand: Mapping[str, Any]) -> None:
        for path, _ in _seals_in(said):
            if path in at_hand:
                self.texts[sort_of(said, path)] += 1
            else:
                self._absent[str(said["id"])] += 1

    def _tell(self, said: Plain, index: int, *, own: bool) -> None:
        match said.get("what"):
            case "received" if own:
                self.clocks = [*self.clocks[:1], str(said.get("clock"))]
                self.clock_at.update((at, self.clocks[-1]) for at in self._waiting)
                self._waiting = []
                self.server += 1
            case "verdict.given" if own:
                self.server += 1
            case "device.enrolled" | "device.revoked":
                self._waiting.append(index)
            case "attachment.added":
                self.files.setdefault(str(said.get("sha256")), index)
                self._names.setdefault(str(said.get("sha256")), []).append(str(said["id"]))
            case "text.erased":
                self.gone.add(str(said.get("of")))
            case "production.opened":
                self.sample = self.sample or said.get("sample") is True
            case "log.continued":
                self.before = str(said.get("origin"))
            case _:
                pass

    def settle(self, journal: Journal) -> None:
        """Tell erased texts from those that were never here, once the last entry is read."""
        for name, index in sorted(journal.find(sorted(self.gone)).items()):
            if index >= self.size:
                continue
            kept = texts_of(journal, index, index + 1).get(name, {})
            said = read_payload(read_statement(next(journal.entries(index, index + 1))).payload)
            self.texts.subtract(sort_of(said, path) for path in kept)
            self.texts[Sort.ERASED] += len(kept) + self._absent.pop(name, 0)
            if said.get("what") == "production.opened":
                self.title = ""
        self.texts[Sort.ABSENT] = self._absent.total()

    @property
    def size(self) -> int:
        """Entries in the log."""
        return self.head.size

    @property
    def root(self) -> bytes:
        """The root that these entries have."""
        return fold_roots([*self.bundles.frontier().hashes, *Tree(self.rest).frontier().hashes])

    def root_of(self, number: int) -> bytes:
        """The hash over one bundle of entries, the last one narrower."""
        full = number < self.bundles.size
        return self.bundles.node(0, number) if full else Tree(self.rest).root()

    def is_erased(self, sha256: str) -> bool:
        """Whether the log says that a statement that added this attachment was erased."""
        return not self.gone.isdisjoint(self._names.get(sha256, ()))


def survey(journal: Journal, head: Head, policy: Policy, *, shown: Shown) -> Survey:
    """Read a log whole and hold it against its signed checkpoint.

    Args:
        head: Taken once; what is written meanwhile is not looked at.
        policy: Whose signature the checkpoint has to bear.
        shown: Told of entries read.

    Raises:
        EvidenceError: `journal-differs`, `text-differs`, or whatever is wrong with the
            checkpoint or an entry: there is no bundle then.
    """
    point = policy.satisfied_by(head.checkpoint).checkpoint
    if (point.origin, point.size, point.root) != (head.origin, head.size, head.root):
        raise _differs("its lock row is not its checkpoint", "journal")
    found = Survey(head=head)
    for start in range(0, head.size, TILE_WIDTH):
        stop = min(head.size, start + TILE_WIDTH)
        entries = list(journal.entries(start, stop))
        leaves = b"".join(map(leaf_hash, entries))
        if leaves != journal.leaves(start, stop):
            raise _differs("an entry is not the one that was hashed", f"entries {start} to {stop}")
        if len(entries) == TILE_WIDTH:
            found.bundles.append(Tree(leaves).root())
        else:
            found.rest = leaves
        texts = texts_of(journal, start, stop)
        for index, entry in enumerate(entries, start):
            found.take(entry, index, texts)
        shown(stop, head.size)
    if found.root != point.root:
        raise _differs("its entries have another root than the one that was signed", "journal")
    found.settle(journal)
    return found


def _differs(sentence: str, where: str) -> EvidenceError:
    return EvidenceError(
        "journal-differs",
        f"{sentence}: the journal was changed or damaged. No bundle is made of it. Keep this "
        "folder as it is, run `showclear fsck` on it, and bundle another copy.",
        where=where,
    )


def _seals_in(said: Plain) -> Iterator[tuple[str, str]]:
    """Give path and digest of every seal, in the order of the statement."""
    waiting: list[tuple[str, Any]] = [("", said)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict) and value.keys() == {"sealed"}:
            yield path, str(value["sealed"])
            continue
        inner: Iterable[tuple[Any, Any]] = ()
        if isinstance(value, dict):
            inner = value.items()
        elif isinstance(value, list):
            inner = enumerate(value)
        start = path + "." if path else ""
        waiting += reversed([(f"{start}{key}", below) for key, below in inner])


def _must_fit(said: Plain, at_hand: Mapping[str, tuple[bytes, str]]) -> None:
    seals = dict(_seals_in(said))
    for path, (salt, text) in at_hand.items():
        if path not in seals or digest(salt, text) != seals[path]:
            raise EvidenceError(
                "text-differs",
                f"the text kept for {path} is not the one that was sealed: it was changed or "
                "damaged. No bundle is made of it. Bundle another copy.",
            )


# --- what is written -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of the bundle.

    Attributes:
        name: Its path, with slashes.
        chunks: Gives its bytes, piece by piece, when it is its turn.
    """

    name: str
    chunks: Callable[[], Iterable[bytes]]


def whole(name: str, raw: bytes) -> Member:
    """A file whose bytes are at hand."""
    return Member(name=name, chunks=lambda: (raw,))


def log_members(found: Survey, journal: Journal) -> Iterator[Member]:
    """Give the checkpoint, the tiles and the entries, in the order of their names."""
    yield whole("log/checkpoint", found.head.checkpoint)
    tiles = {f"log/{tile.path()}": tile for tile in tiles_of(found.size)}
    for name in sorted(tiles):
        tile = tiles[name]
        if isinstance(tile, EntryBundleId):
            yield whole(name, _entries(tile, found, journal))
        else:
            yield whole(name, _hashes(tile, found, journal))


def _entries(tile: EntryBundleId, found: Survey, journal: Journal) -> bytes:
    start = tile.number * TILE_WIDTH
    entries = list(journal.entries(start, start + tile.width))
    if Tree(b"".join(map(leaf_hash, entries))).root() != found.root_of(tile.number):
        raise _differs("it was changed while it was read", tile.path())
    return write_bundle(entries)


def _hashes(tile: TileId, found: Survey, journal: Journal) -> bytes:
    start = tile.number * TILE_WIDTH
    if tile.level:
        return found.bundles.nodes(8 * (tile.level - 1), start, count=tile.width)
    leaves = journal.leaves(start, start + tile.width)
    if Tree(leaves).root() != found.root_of(tile.number):
        raise _differs("it was changed while it was read", tile.path())
    return leaves


def text_lines(found: Survey, journal: Journal, texts: Texts) -> Iterator[bytes]:
    """Give the texts that go out, a line of JSON each, in the order of the log.

    Raises:
        StorageError: Words were erased meanwhile: the page would tell another number.
    """
    count = 0
    for start in range(0, found.size, TILE_WIDTH):
        stop = min(found.size, start + TILE_WIDTH)
        at_hand = texts_of(journal, start, stop)
        for index, entry in enumerate(journal.entries(start, stop) if at_hand else (), start):
            said = read_payload(read_statement(entry).payload)
            name = str(said["id"])
            for path, (salt, text) in sorted(at_hand.get(name, {}).items()):
                if name in found.gone or not given(sort_of(said, path), texts):
                    continue
                line = {"id": name, "index": index, "path": path}
                line |= {"salt": encode_base64url(salt).decode(), "text": text}
                yield json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                count += 1
    if count != given_out(found, texts):
        raise StorageError("words were erased while this was written. Nothing is kept; run again.")


def given_out(found: Survey, texts: Texts) -> int:
    """How many texts go out."""
    return sum(count for sort, count in found.texts.items() if given(sort, texts))


def left_out(found: Survey, texts: Texts) -> list[tuple[int, Sort]]:
    """How many texts stay, of each sort of which there are any."""
    return [
        (found.texts[sort], sort) for sort in Sort if found.texts[sort] and not given(sort, texts)
    ]


_DEVICE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")


def key_members(found: Survey, policy: Policy) -> Iterator[Member]:
    """Give the public keys: the log's, the server's and each device's, with when it stood."""
    keys = "".join(f"{one.key}\n" for one in policy.logs if one.key.name == found.head.origin)
    yield whole("keys/log.vkey", keys.encode())
    for kid, one in found.keyring.keys.items():
        server = kid == found.keyring.server
        name = one.device if _DEVICE.fullmatch(one.device) else "device"
        told = {"kid": kid, **jwk(one.public)} | ({} if server else _stood(found, one))
        raw = json.dumps(told, indent=1).encode() + b"\n"
        yield whole("keys/server.jwk" if server else f"keys/{one.since:06d}-{name}.jwk", raw)


def _stood(found: Survey, one: Enrolled) -> dict[str, Any]:
    # A kind that is sealed in its entry is no word of a list, and not told here either.
    kind = one.kind if _DEVICE.fullmatch(one.kind) else ""
    told: dict[str, Any] = {"device": one.device, "kind": kind, "person": one.person}
    told |= {"from_entry": one.since, "from_clock": found.clock_at.get(one.since)}
    if one.until is not None:
        told |= {"until_entry": one.until, "until_clock": found.clock_at.get(one.until)}
    return {key: value for key, value in told.items() if value not in ("", None)}
