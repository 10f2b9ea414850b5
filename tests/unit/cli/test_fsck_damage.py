"""A journal that is damaged, by a bit, a page or its end, is found or was damaged nowhere.

Which of the two it is, is decided by reading all that the file can be read for (`meaning_of`):
a changed bit may be missed only where that is the same as before.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from showclear.app.incoming import Taken
from showclear.cli.main import main
from showclear.cli.production import recording
from tests.unit.cli.fsck_production import Fscked, western

LONG = "SHOWCLEAR_LONG" in os.environ
BITS = 60 if LONG else 25
HEAD = range(0, 108, 1 if LONG else 5)
"""The places of the journal's head that are tried."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return western(tmp_path_factory.mktemp("made") / "western")


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "western"
    shutil.copytree(made, folder)
    return folder


def meaning_of(path: Path) -> dict[str, Any]:
    """All that can be read out of a database: what it says, and by which way it is found.

    Two files of which this is the same differ in nothing that has a meaning: in space between
    rows, in pages that are free, or in a counter that tells caches that something changed.
    The place in the writer's row is left out: a copy has another one, and is checked too.
    """
    link = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    link.text_factory = bytes
    try:
        found: dict[str, Any] = {"schema": link.execute("SELECT * FROM sqlite_master").fetchall()}
        for (name,) in link.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall():
            table = name.decode()
            found[table] = link.execute(f"SELECT rowid, * FROM {table} NOT INDEXED").fetchall()
        found["writer"] = [row[:-1] for row in found["writer"]]
        found["by id"] = link.execute("SELECT id, idx FROM entries ORDER BY id").fetchall()
        found["by path"] = link.execute("SELECT id, path FROM texts ORDER BY id, path").fetchall()
        found["pages"] = link.execute("PRAGMA integrity_check").fetchall()
    finally:
        link.close()
    return found


def bits(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Files with one bit changed: `BITS` anywhere, and as many where something is written."""
    chance = random.Random(4)
    full = [at for at, byte in enumerate(raw) if byte]
    for place in [*chance.sample(range(len(raw)), BITS), *chance.sample(full, BITS)]:
        spoilt = bytearray(raw)
        spoilt[place] ^= 1 << (bit := chance.randrange(8))
        yield f"bit {bit} of byte {place}", bytes(spoilt)


def test_every_changed_bit_of_the_journal_is_found_or_means_nothing(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = copied / "journal.sqlite"
    raw = journal.read_bytes()
    whole = meaning_of(journal)
    missed, idle = [], []
    for name, spoilt in bits(raw):
        journal.write_bytes(spoilt)
        if Fscked(copied, capsys).code:
            continue
        (idle if meaning_of(journal) == whole else missed).append(name)

    assert [] == missed
    # Most of a full page is read: a test that finds nothing at all to find proves nothing.
    assert len(idle) < BITS


def test_every_bit_of_the_journals_head_is_found_or_means_nothing(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = copied / "journal.sqlite"
    raw = journal.read_bytes()
    whole = meaning_of(journal)
    missed = []
    for place in HEAD:
        spoilt = bytearray(raw)
        spoilt[place] ^= 1 << (place % 8)
        journal.write_bytes(spoilt)
        if not Fscked(copied, capsys).code and meaning_of(journal) != whole:
            missed.append(place)

    assert [] == missed


def test_a_journal_cut_off_anywhere_is_found(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = copied / "journal.sqlite"
    raw = journal.read_bytes()
    chance = random.Random(5)
    for length in [0, 1, 99, 100, 4_096, len(raw) - 1, *chance.sample(range(len(raw)), 14)]:
        journal.write_bytes(raw[:length])

        found = Fscked(copied, capsys)

        assert 1 == found.code, (length, found.err)
        assert found.places[0].startswith("journal.sqlite"), length


def test_a_page_of_noise_is_found(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = copied / "journal.sqlite"
    raw = journal.read_bytes()
    chance = random.Random(6)
    for page in chance.sample(range(len(raw) // 4_096), 14):
        at = page * 4_096
        journal.write_bytes(raw[:at] + chance.randbytes(4_096) + raw[at + 4_096 :])

        found = Fscked(copied, capsys)

        assert 1 == found.code, (page, found.err)


def test_a_log_of_writes_that_somebody_changed_is_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, crashed = tmp_path / "held", tmp_path / "crashed"
    assert 0 == main(["init", str(folder)])
    said = {
        "what": "person.joined",
        "at_is": "order-only",
        "by": "ad",
        "person": "p",
        "roles": ["grip"],
    }
    with recording(folder) as recorder:
        recorder.record([Taken(fields={"id": "one", **said})])
        recorder.publish()
        shutil.copytree(folder, crashed)
    wal = crashed / "journal.sqlite-wal"
    raw = wal.read_bytes()
    chance = random.Random(7)

    assert 0 == Fscked(crashed, capsys).code
    for place in [0, 8, 24, *chance.sample(range(len(raw)), 9)]:
        wal.write_bytes(raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :])
        # What a damaged log of writes held is gone, and what was published shows it.
        assert 1 == Fscked(crashed, capsys).code, place
