"""A journal that somebody changed behind the writer's back is not signed on, or is found.

A start builds the tree from what is stored and compares it with the last thing that was
signed. What a start does not look at, `showclear fsck` does: the second list here. Nothing
of either ends in a traceback.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from showclear.adapters.production_folder import JOURNAL, LOG
from tests.faults.commands import Commands, Ended, arrivals, written

Spoil = Callable[[sqlite3.Connection], object]


Files = dict[Path, bytes]


@pytest.fixture(scope="module")
def whole(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Files]:
    """A production with a dozen entries, of which one is a gate's and some have words."""
    folder = tmp_path_factory.mktemp("changed")
    asked = {
        "id": "gate/1",
        "what": "gate.asked",
        "at": "2026-03-02T09:05:00Z",
        "by": "first-ad",
        "gate": "take-out",
        "on": ["pistol"],
    }
    assert 0 == commands("init", folder / "show", "--sample").code
    file = written(folder / "said.jsonl", [*arrivals("crew", 2), asked])
    assert 0 == commands("say", folder / "show", file).code
    more = written(folder / "more.jsonl", arrivals("more", 2))
    assert 0 == commands("say", folder / "show", more).code
    return folder / "show", every_file(folder / "show")


@pytest.fixture
def record(whole: tuple[Path, Files]) -> Path:
    """That production, put back in place as it was: to the disk it is the same file."""
    show, files = whole
    for path in set(every_file(show)) - set(files):
        path.unlink()
    for path, raw in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return show


def every_file(folder: Path) -> Files:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def changed(record: Path, spoil: Spoil) -> None:
    """Change the journal as somebody with another program would."""
    link = sqlite3.connect(record / JOURNAL)
    spoil(link)
    link.commit()
    link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    link.close()


def sql(text: str) -> Spoil:
    return lambda link: link.execute(text)


def another_payload(link: sqlite3.Connection) -> None:
    """Let somebody else have arrived: whole JSON, whole base64, a signature that is none."""
    (raw,) = link.execute("SELECT entry FROM entries WHERE id = 'crew/0'").fetchone()
    head, payload, signature = raw.split(b".")
    plain = base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
    assert b"crew-0" in plain
    other = base64.urlsafe_b64encode(plain.replace(b"crew-0", b"crew-9")).rstrip(b"=")
    link.execute(
        "UPDATE entries SET entry = ? WHERE id = 'crew/0'", (b".".join([head, other, signature]),)
    )


def two_exchanged(link: sqlite3.Connection) -> None:
    (one,), (two,) = link.execute("SELECT entry FROM entries WHERE idx IN (4, 5)").fetchall()
    link.execute("UPDATE entries SET entry = ? WHERE idx = 4", (two,))
    link.execute("UPDATE entries SET entry = ? WHERE idx = 5", (one,))


def one_bit_of(column: str) -> Spoil:
    def spoil(link: sqlite3.Connection) -> None:
        (raw,) = link.execute(f"SELECT {column} FROM writer").fetchone()
        link.execute(
            f"UPDATE writer SET {column} = ?", (raw[:-5] + bytes([raw[-5] ^ 1]) + raw[-4:],)
        )

    return spoil


def an_older_checkpoint(link: sqlite3.Connection) -> None:
    (note,) = link.execute("SELECT note FROM checkpoints ORDER BY size LIMIT 1").fetchone()
    link.execute("UPDATE writer SET checkpoint = ?", (note,))


REFUSED_BY_A_START: dict[str, Spoil] = {
    "an-entry-of-other-bytes": sql("UPDATE entries SET entry = x'00' WHERE idx = 5"),
    "an-entry-of-another-payload": another_payload,
    "an-entry-emptied": sql("UPDATE entries SET entry = x'' WHERE idx = 0"),
    "an-entry-that-is-text": sql("UPDATE entries SET entry = 'text' WHERE idx = 2"),
    "two-entries-exchanged": two_exchanged,
    "a-leaf": sql("UPDATE entries SET leaf = zeroblob(32) WHERE idx = 3"),
    "a-short-leaf": sql("UPDATE entries SET leaf = x'00' WHERE idx = 3"),
    "an-entry-gone": sql("DELETE FROM entries WHERE idx = 4"),
    "the-last-entry-gone": sql("DELETE FROM entries WHERE idx = (SELECT max(idx) FROM entries)"),
    "every-entry-gone": sql("DELETE FROM entries"),
    "the-writers-size": sql("UPDATE writer SET size = size - 1"),
    "the-writers-size-beyond": sql("UPDATE writer SET size = size + 1"),
    "the-writers-size-below-nothing": sql("UPDATE writer SET size = -1"),
    "the-writers-root": one_bit_of("root"),
    "the-writers-frontier": one_bit_of("frontier"),
    "the-writers-frontier-emptied": sql("UPDATE writer SET frontier = x''"),
    "the-writers-checkpoint": one_bit_of("checkpoint"),
    "the-writers-checkpoint-older": an_older_checkpoint,
    "the-writers-checkpoint-emptied": sql("UPDATE writer SET checkpoint = x''"),
    "the-writers-place": sql("UPDATE writer SET place = 'elsewhere'"),
    "the-writers-row-gone": sql("DELETE FROM writer"),
    "the-writers-table-gone": sql("DROP TABLE writer"),
    "the-entries-table-gone": sql("DROP TABLE entries"),
    "the-version-gone": sql("DELETE FROM alembic_version"),
    "a-later-version": sql("UPDATE alembic_version SET version_num = '9999'"),
}

A_COPY = {"the-writers-place"}
"""A copy may be checked too: its place is nobody's evidence."""

FOUND_BY_FSCK: dict[str, Spoil] = {
    "an-id": sql("UPDATE entries SET id = 'somebody/else' WHERE id = 'more/0'"),
    "a-text": sql("UPDATE texts SET text = 'by another gate' WHERE id = 'crew/0'"),
    "a-salt": sql("UPDATE texts SET salt = zeroblob(16) WHERE id = 'crew/1'"),
    "a-text-under-another-path": sql("UPDATE texts SET path = 'because' WHERE id = 'crew/0'"),
    "a-text-of-nobody": sql(
        "INSERT INTO texts (id, path, salt, text) VALUES ('no/1', 'note', zeroblob(16), 'x')"
    ),
    "a-verdict-gone": sql("DELETE FROM verdicts"),
    "a-verdict-of-another": sql("UPDATE verdicts SET act = 4"),
    "a-verdict-that-is-none": sql("UPDATE verdicts SET verdict = 5"),
    "a-checkpoint-gone": sql(
        "DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)"
    ),
    "a-checkpoint-changed": sql("UPDATE checkpoints SET note = zeroblob(200) WHERE size = 4"),
    "every-checkpoint-gone": sql("DELETE FROM checkpoints"),
}
"""What a start does not look at. A text that is merely gone reads like one erased: counted."""


def ends_in_sentences(ended: Ended, *codes: int) -> None:
    assert ended.code in codes, ended.err
    assert "Traceback" not in ended.err
    assert ended.err.strip() or ended.out.strip()


@pytest.mark.parametrize("name", REFUSED_BY_A_START)
def test_a_start_signs_nothing_on_a_journal_that_was_changed(
    name: str, commands: Commands, record: Path, tmp_path: Path
) -> None:
    published = (record / LOG / "checkpoint").read_bytes()
    changed(record, REFUSED_BY_A_START[name])
    file = written(tmp_path / "on.jsonl", arrivals("on", 1))

    ended = commands("say", record, file, "--json")

    ends_in_sentences(ended, 2, 3)
    assert b"" == ended.out
    assert published == (record / LOG / "checkpoint").read_bytes()


@pytest.mark.parametrize("name", REFUSED_BY_A_START | FOUND_BY_FSCK)
def test_looking_at_a_journal_that_was_changed_is_no_traceback(
    name: str, commands: Commands, record: Path
) -> None:
    changed(record, (REFUSED_BY_A_START | FOUND_BY_FSCK)[name])

    for argv in (["log", record], ["log", record, "--json"], ["receipt", record, "crew/0"]):
        ends_in_sentences(commands(*argv), 0, 1, 2, 3)


@pytest.mark.parametrize("name", FOUND_BY_FSCK)
def test_going_on_with_a_journal_whose_rows_beside_were_changed_is_no_traceback(
    name: str, commands: Commands, record: Path, tmp_path: Path
) -> None:
    changed(record, FOUND_BY_FSCK[name])
    file = written(tmp_path / "on.jsonl", [*arrivals("crew", 2), *arrivals("on", 1)])

    ended = commands("say", record, file, "--json")

    ends_in_sentences(ended, 0, 3)


def test_fsck_finds_nothing_where_nothing_was_changed(commands: Commands, record: Path) -> None:
    ended = commands("fsck", record)

    assert 0 == ended.code, (ended.out, ended.err)


@pytest.mark.parametrize("name", [*sorted(set(REFUSED_BY_A_START) - A_COPY), *FOUND_BY_FSCK])
def test_fsck_finds_whatever_was_changed(name: str, commands: Commands, record: Path) -> None:
    changed(record, (REFUSED_BY_A_START | FOUND_BY_FSCK)[name])

    ends_in_sentences(commands("fsck", record), 1, 2)


@pytest.mark.parametrize("size", [1, 5, 10, 10**9])
@pytest.mark.parametrize("body", [b"", b"no view", b"\x80\x05N."])
def test_a_view_that_is_none_is_passed_over(
    size: int, body: bytes, commands: Commands, record: Path, tmp_path: Path
) -> None:
    changed(
        record,
        lambda link: link.execute(
            "INSERT OR REPLACE INTO snapshots (one, size, root, maker, body) "
            "SELECT 1, ?, root, 'somebody', ? FROM writer",
            (size, body),
        ),
    )
    file = written(tmp_path / "on.jsonl", arrivals("on", 1))

    ended = commands("say", record, file, "--json")

    assert 0 == ended.code, ended.err
    assert ["on/0"] == [json.loads(line)["id"] for line in ended.out.splitlines()]
