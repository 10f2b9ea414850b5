"""Both keepers of badges keep one contract; the file besides keeps secrets from others."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from showclear.adapters.badges_file import FileBadges
from showclear.app.badges import BadgeBook, BadgeStore
from showclear.ledger.errors import EvidenceError, StorageError
from showclear.testing.memory_badges import MemoryBadges
from tests.contracts.badges_contract import BadgesContract, some


class TestMemoryBadges(BadgesContract):
    @pytest.fixture
    def store(self) -> BadgeStore:
        return MemoryBadges()

    def again(self, store: BadgeStore) -> BadgeStore:
        return store


class TestFileBadges(BadgesContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> BadgeStore:
        return FileBadges(tmp_path / "badges.json")

    def again(self, store: BadgeStore) -> BadgeStore:
        assert isinstance(store, FileBadges)
        return FileBadges(store._path)


def test_nobody_else_on_the_machine_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "badges.json"
    FileBadges(path).write(some())

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_neither_a_pin_nor_a_badge_stands_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "badges.json"
    BadgeBook(FileBadges(path), random=bytes).give("ad", pin="774411", badge="LANYARD-77")

    assert "774411" not in path.read_text()
    assert "LANYARD" not in path.read_text()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"format": "showclear-badges/9"}',
        b"\xff",
        json.dumps(
            {
                "format": "showclear-badges/0",
                "scrypt": {"n": 16384, "r": 8, "p": 1},
                "salt": "a2tra2tra2tra2tra2traw",
                "people": {"ad": {"tries": -1}},
            }
        ).encode(),
    ],
)
def test_a_damaged_file_is_never_taken_for_none(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "badges.json"
    path.write_bytes(raw)

    with pytest.raises(EvidenceError) as found:
        FileBadges(path).read()
    assert "bad-badges" == found.value.code


def test_a_folder_that_is_gone_is_said_and_the_pin_is_not_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    folder.mkdir()
    book = BadgeBook(FileBadges(folder / "badges.json"), random=bytes)
    book.give("ad", pin="2580")
    (folder / "badges.json").unlink()
    folder.rmdir()

    with pytest.raises(StorageError):
        book.check_pin("ad", "2580")
