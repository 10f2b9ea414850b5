"""The log that the journal's tests write: entry 0 says `said 0`, and so on.

Everything follows from an index or a size, so that whoever reads a journal back knows what
it has to hold. Nothing here needs a test runner: a program that is to be killed imports it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from showclear.ledger.journal import Aside, Group, Head, Journal, Row, Text

ORIGIN = "unit.example/log"


def head_of(size: int, *, place: str = "first") -> Head:
    """Return where a log stands at a size. Its hashes are not looked at by any journal."""
    root = hashlib.sha256(b"root %d" % size).digest()
    note = b"%s\n%d\n" % (ORIGIN.encode(), size) + root
    return Head(
        origin=ORIGIN, size=size, root=root, frontier=root * 2, checkpoint=note, place=place
    )


def row_of(index: int, *, id: str | None = None, entry: bytes | None = None) -> Row:  # noqa: A002
    """Return the entry that a test's log has at an index."""
    said = b"said %d" % index if entry is None else entry
    named = f"case/{index}" if id is None else id
    return Row(id=named, entry=said, leaf=hashlib.sha256(b"\0" + said).digest())


def group_of(start: int, count: int) -> Group:
    """Return a group that goes on from a size."""
    rows = tuple(row_of(index) for index in range(start, start + count))
    return Group(rows=rows, head=head_of(start + count), verdicts={})


def text_of(index: int, words: str, *, path: str = "note") -> Text:
    return Text(id=f"case/{index}", path=path, salt=b"%016d" % index, text=words)


def aside_of(raw: bytes) -> Aside:
    return Aside(
        reason="unknown-key",
        sentence="Nobody enrolled this key.",
        clock="2026-03-02T09:00:00Z",
        id="",
        raw=raw,
        length=len(raw),
        sha256=hashlib.sha256(raw).digest(),
    )


def note_of(size: int) -> bytes:
    return head_of(size).checkpoint


def say(journal: Journal, *groups: Group) -> None:
    """Commit groups, each from where the log stands."""
    for group in groups:
        stands = journal.head()
        assert stands is not None
        journal.commit(group, after=stands.checkpoint)


def all_of(journal: Journal) -> tuple[object, ...]:
    """Return everything that a journal holds, to compare it before and after."""
    head = journal.head()
    size = head.size if head else 0
    entries = tuple(journal.entries(0, size))
    return (
        head,
        entries,
        journal.leaves(0, size),
        journal.find([f"case/{index}" for index in range(size + 300)]),
        tuple(journal.checkpoints()),
        tuple(journal.verdict_of(index) for index in range(size)),
        tuple(journal.texts()),
        tuple(journal.aside()),
        journal.snapshot(),
    )


FULL_GROUP = replace(
    group_of(2, 3),
    verdicts={2: 3},
    texts=(text_of(2, "the strap was worn"),),
    asides=(aside_of(b"{}"),),
)
"""Goes on from a log of two, with something in every table."""
