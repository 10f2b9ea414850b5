"""What does the journal say to SQLite, word by word?

* Every statement is text, made once from the tables of `sqlite_tables` by SQLAlchemy Core.
  A test compiles each of them again and holds that the text is the same.
* Parameters follow the order of a table's columns, or the order of the question marks.

Saying the text to the driver costs nothing beside the commit itself, and opening a journal
does not import SQLAlchemy: it takes a quarter of a second, and every command opens one.
"""

from __future__ import annotations

from typing import Final

REVISIONS: Final = ("0001",)
"""Every version of the tables that ever was, oldest first. Only ever added to."""

PAGE: Final = 256
"""Rows read at a time, so that no reading stays open between two of them."""

MARKS: Final = ":marks"
"""Stands in a statement where a list comes: as many question marks as it is long."""

GET_TABLE: Final = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
GET_REVISION: Final = "SELECT version_num FROM alembic_version"

GET_HEAD: Final = (
    "SELECT writer.origin, writer.size, writer.root, writer.frontier, writer.checkpoint, "
    "writer.place FROM writer"
)
GET_SIZE: Final = "SELECT writer.size FROM writer"
ADD_HEAD: Final = (
    "INSERT INTO writer (id, origin, size, root, frontier, checkpoint, place) VALUES (?, ?, "
    "?, ?, ?, ?, ?)"
)
MOVE_HEAD: Final = (
    "UPDATE writer SET size=?, root=?, frontier=?, checkpoint=?, place=? WHERE "
    "writer.checkpoint = ? AND writer.size = ? AND writer.origin = ?"
)
"""Compare and swap: new size, root, frontier, checkpoint, place; then after, size, origin."""
ADD_ENTRY: Final = "INSERT INTO entries (idx, id, entry, leaf) VALUES (?, ?, ?, ?)"
ADD_VERDICT: Final = "INSERT INTO verdicts (act, verdict) VALUES (?, ?)"
ADD_CHECKPOINT: Final = "INSERT INTO checkpoints (size, note) VALUES (?, ?)"
ADD_TEXT: Final = "INSERT INTO texts (id, path, salt, text) VALUES (?, ?, ?, ?)"
ADD_ASIDE: Final = (
    "INSERT INTO asides (reason, sentence, clock, id, raw, length, sha256) VALUES (?, ?, ?, "
    "?, ?, ?, ?)"
)
"""Without the number, which SQLite gives: one more than the largest."""
ADD_SNAPSHOT: Final = "INSERT INTO snapshots (one, size, root, maker, body) VALUES (?, ?, ?, ?, ?)"
ADD_ASIDE_AGAIN: Final = (
    "INSERT INTO asides (number, reason, sentence, clock, id, raw, length, sha256) VALUES (?, "
    "?, ?, ?, ?, ?, ?, ?)"
)
DROP_ASIDES: Final = "DELETE FROM asides"
GET_EVERY_ASIDE: Final = (
    "SELECT asides.number, asides.reason, asides.sentence, asides.clock, asides.id, "
    "asides.raw, asides.length, asides.sha256 FROM asides ORDER BY asides.number"
)
DROP_SNAPSHOT: Final = "DELETE FROM snapshots"
DROP_TEXT: Final = "DELETE FROM texts WHERE texts.id = ?"
DROP_TEXTS: Final = "DELETE FROM texts"
GET_EVERY_TEXT: Final = (
    "SELECT texts.id, texts.path, texts.salt, texts.text FROM texts ORDER BY texts.id, texts.path"
)
FIND: Final = "SELECT entries.id, entries.idx FROM entries WHERE entries.id IN (:marks)"
GET_ENTRIES: Final = (
    "SELECT entries.entry FROM entries WHERE entries.idx >= ? AND entries.idx < ? ORDER BY "
    "entries.idx"
)
GET_LEAVES: Final = (
    "SELECT entries.leaf FROM entries WHERE entries.idx >= ? AND entries.idx < ? ORDER BY "
    "entries.idx"
)
GET_COVERING: Final = (
    "SELECT checkpoints.note FROM checkpoints WHERE checkpoints.size > ? ORDER BY "
    "checkpoints.size LIMIT 1 OFFSET 0"
)
"""The first checkpoint whose size is more than an index."""
GET_CHECKPOINTS: Final = (
    "SELECT checkpoints.size, checkpoints.note FROM checkpoints WHERE checkpoints.size > ? "
    "ORDER BY checkpoints.size LIMIT 256 OFFSET 0"
)
"""A page of those larger than the last one seen."""
GET_VERDICT: Final = "SELECT verdicts.verdict FROM verdicts WHERE verdicts.act = ?"
GET_TEXTS: Final = (
    "SELECT texts.id, texts.path, texts.salt, texts.text FROM entries JOIN texts ON texts.id "
    "= entries.id WHERE entries.idx >= ? AND entries.idx < ? ORDER BY entries.idx, texts.path"
)
GET_ASIDES: Final = (
    "SELECT asides.number, asides.reason, asides.sentence, asides.clock, asides.id, "
    "asides.raw, asides.length, asides.sha256 FROM asides WHERE asides.number > ? ORDER BY "
    "asides.number LIMIT 256 OFFSET 0"
)
"""A page of those after the last number seen."""
GET_SNAPSHOT: Final = (
    "SELECT snapshots.size, snapshots.root, snapshots.maker, snapshots.body FROM snapshots"
)
