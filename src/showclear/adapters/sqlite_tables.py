"""Which tables does the journal have, and which statements does Core make of them?

* The tables stand here once. Migrations lead to them; a test holds that both agree.
* Every statement of `sqlite_statements` is built here by SQLAlchemy Core, by the same name;
  a test holds that the text there is what Core compiles. So a change of a column is made
  here, and another database gets its statements from here.
* Only migrations and tests import this module: SQLAlchemy takes a quarter of a second to
  import, and every command opens a journal.

Source: docs/formats/ledger.md, "The journal"; sqlite.org/lang_createtable.html, "ROWIDs and
the INTEGER PRIMARY KEY".
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite.pysqlite import dialect as pysqlite
from sqlalchemy.sql import ClauseElement

from showclear.adapters.sqlite_statements import MARKS

TABLES: Final = MetaData()

entries: Final = Table(
    "entries",
    TABLES,
    # SQLite's own row number: entries lie in the file in the order of the log.
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("entry", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
)
verdicts: Final = Table(
    "verdicts",
    TABLES,
    Column("act", Integer, ForeignKey("entries.idx"), primary_key=True, autoincrement=False),
    Column("verdict", Integer, ForeignKey("entries.idx"), nullable=False),
)
checkpoints: Final = Table(
    "checkpoints",
    TABLES,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
)
# No foreign key here, on purpose: SQLite empties a table that has one row by row, and then
# copies of erased words stay behind between the rows of a page (see `_erase` in
# sqlite_journal). The journal itself refuses a text whose entry is not in its group.
texts: Final = Table(
    "texts",
    TABLES,
    Column("id", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
)
asides: Final = Table(
    "asides",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("clock", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("length", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
)
snapshots: Final = Table(
    "snapshots",
    TABLES,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("maker", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
writer: Final = Table(
    "writer",
    TABLES,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("origin", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("checkpoint", LargeBinary, nullable=False),
    Column("place", Text, nullable=False),
)


_MOVED: Final = ("size", "root", "frontier", "checkpoint", "place")
_ASIDE: Final = ("reason", "sentence", "clock", "id", "raw", "length", "sha256")
_ONE: Final[ColumnElement[int]] = literal_column("1")
_NONE: Final[ColumnElement[int]] = literal_column("0")
_LIMIT: Final[ColumnElement[int]] = literal_column("256")
_START: Final[BindParameter[int]] = bindparam("start")
_STOP: Final[BindParameter[int]] = bindparam("stop")
_IN_RANGE: Final = (entries.c.idx >= _START, entries.c.idx < _STOP)
_ALL_TEXT: Final = (texts.c.id, texts.c.path, texts.c.salt, texts.c.text)
_HEAD: Final = (
    writer.c.origin,
    writer.c.size,
    writer.c.root,
    writer.c.frontier,
    writer.c.checkpoint,
    writer.c.place,
)

CORE: Final[dict[str, ClauseElement]] = {
    "GET_HEAD": select(*_HEAD),
    "GET_SIZE": select(writer.c.size),
    "ADD_HEAD": insert(writer),
    "MOVE_HEAD": update(writer)
    .values({name: bindparam(f"new_{name}") for name in _MOVED})
    .where(
        writer.c.checkpoint == bindparam("after"),
        writer.c.size == _START,
        writer.c.origin == bindparam("same_origin"),
    ),
    "ADD_ENTRY": insert(entries),
    "ADD_VERDICT": insert(verdicts),
    "ADD_CHECKPOINT": insert(checkpoints),
    "ADD_TEXT": insert(texts),
    "ADD_ASIDE": insert(asides).values({name: bindparam(name) for name in _ASIDE}),
    "ADD_SNAPSHOT": insert(snapshots),
    "ADD_ASIDE_AGAIN": insert(asides).values(
        {name: bindparam(name) for name in ("number", *_ASIDE)}
    ),
    "DROP_ASIDES": delete(asides),
    "GET_EVERY_ASIDE": select(*asides.c).order_by(asides.c.number),
    "DROP_SNAPSHOT": delete(snapshots),
    "DROP_TEXT": delete(texts).where(texts.c.id == bindparam("gone")),
    "DROP_TEXTS": delete(texts),
    "GET_EVERY_TEXT": select(*_ALL_TEXT).order_by(texts.c.id, texts.c.path),
    "FIND": select(entries.c.id, entries.c.idx).where(
        entries.c.id.in_(bindparam("wanted", expanding=True))
    ),
    "GET_ENTRIES": select(entries.c.entry).where(*_IN_RANGE).order_by(entries.c.idx),
    "GET_LEAVES": select(entries.c.leaf).where(*_IN_RANGE).order_by(entries.c.idx),
    "GET_COVERING": select(checkpoints.c.note)
    .where(checkpoints.c.size > _START)
    .order_by(checkpoints.c.size)
    .limit(_ONE)
    .offset(_NONE),
    "GET_CHECKPOINTS": select(checkpoints.c.size, checkpoints.c.note)
    .where(checkpoints.c.size > _START)
    .order_by(checkpoints.c.size)
    .limit(_LIMIT)
    .offset(_NONE),
    "GET_VERDICT": select(verdicts.c.verdict).where(verdicts.c.act == bindparam("act_asked")),
    "GET_TEXTS": select(*_ALL_TEXT)
    .join_from(entries, texts, texts.c.id == entries.c.id)
    .where(*_IN_RANGE)
    .order_by(entries.c.idx, texts.c.path),
    "GET_ASIDES": select(*asides.c)
    .where(asides.c.number > _START)
    .order_by(asides.c.number)
    .limit(_LIMIT)
    .offset(_NONE),
    "GET_SNAPSHOT": select(*[column for column in snapshots.c if column.name != "one"]),
}
"""Every statement that the journal says, by its name in `sqlite_statements`."""


def compiled(name: str) -> str:
    """Return one statement as the text that the driver is given."""
    text = str(CORE[name].compile(dialect=pysqlite(paramstyle="qmark")))
    # Where a list comes, Core leaves a mark of its own; ours is plain.
    return " ".join(text.replace("__[POSTCOMPILE_wanted]", MARKS).split())
