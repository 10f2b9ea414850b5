"""Protects: a production's folder appears whole, is held by one writer, and knows itself from a copy."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from showclear.adapters.production_folder import (
    LOCK,
    PRIVATE,
    is_production,
    making,
    place_of,
    with_keys,
    writing,
)
from showclear.ledger.errors import EvidenceError, LedgerError, StorageError, WriterRefusedError
from showclear.ledger.policy import parse_policy

CHANCE = Random(3).randbytes


def made_in(path: Path) -> Path:
    with making(path, Random(5).randbytes):
        pass
    return path


def test_it_appears_under_its_name_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "western"

    with making(path, CHANCE) as made:
        assert not path.exists()
        assert is_production(made.path)
        assert ".making-" in made.path.name

    assert is_production(path)
    assert [path] == list(tmp_path.iterdir())


def test_when_the_block_fails_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), making(tmp_path / "western", CHANCE):
        raise KeyboardInterrupt

    assert [] == list(tmp_path.iterdir())


def test_a_failing_disk_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError), making(tmp_path / "western", CHANCE):
        raise OSError(28, "No space left on device")

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["file", "folder with a file"])
def test_where_something_is_nothing_is_made(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "western"
    if kind == "file":
        path.write_text("mine", encoding="utf-8")
    else:
        path.mkdir()
        (path / "mine").write_text("mine", encoding="utf-8")

    with pytest.raises(LedgerError), making(path, CHANCE):
        pass

    assert not is_production(path)
    assert [path] == list(tmp_path.iterdir())


def test_somebody_who_puts_a_file_there_meanwhile_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "western"

    def put_meanwhile() -> None:
        with making(path, CHANCE):
            path.mkdir()
            (path / "mine").write_text("mine", encoding="utf-8")

    with pytest.raises(LedgerError):
        put_meanwhile()

    assert ["mine"] == [one.name for one in path.iterdir()]
    assert [path] == list(tmp_path.iterdir())


def test_its_keys_are_those_it_was_made_with(tmp_path: Path) -> None:
    path = tmp_path / "western"
    with making(path, CHANCE) as made:
        log, server = made.key, made.server.public

    again = with_keys(path)

    assert (log, server) == (again.key, again.server.public)
    assert [log] == [one.key for one in parse_policy((path / "policy").read_bytes()).logs]


def test_its_name_is_made_of_its_key(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    made_in(one)
    made_in(same)
    with making(other, CHANCE):
        pass

    names = [with_keys(path).key.name for path in (one, same, other)]
    assert names[0] == names[1] != names[2]
    assert names[0].startswith("showclear/")


@pytest.mark.parametrize("raw", [b"", b"hello", b"00" * 31, b"00" * 33, b"\xff\xfe" * 16, None])
@pytest.mark.parametrize("name", ["log.key", "server.key"])
def test_a_key_that_is_none_is_said_to_be_lost(
    tmp_path: Path, raw: bytes | None, name: str
) -> None:
    key = made_in(tmp_path / "western") / PRIVATE / name
    key.unlink() if raw is None else key.write_bytes(raw)

    with pytest.raises(EvidenceError) as refused:
        with_keys(tmp_path / "western")

    assert "no-keys" == refused.value.code
    assert name in str(refused.value)


def test_a_folder_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        assert not is_production(path)
        with pytest.raises(EvidenceError) as refused:
            with_keys(path)
        assert "no-production" == refused.value.code


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    path = made_in(tmp_path / "western")

    with writing(path):
        with pytest.raises(WriterRefusedError) as refused, writing(path):
            pass
        assert "already-open" == refused.value.code
    with writing(path):
        pass


def test_whoever_fails_while_writing_lets_go(tmp_path: Path) -> None:
    path = made_in(tmp_path / "western")

    with pytest.raises(ZeroDivisionError), writing(path):
        raise ZeroDivisionError
    with writing(path, wait_seconds=0.2) as folder:
        assert folder.path == path


def test_a_lock_that_was_lost_is_made_again(tmp_path: Path) -> None:
    path = made_in(tmp_path / "western")
    (path / LOCK).unlink()

    with writing(path):
        assert (path / LOCK).exists()


def test_a_folder_renamed_stays_itself_and_a_copy_is_another(tmp_path: Path) -> None:
    path = made_in(tmp_path / "western")
    place = with_keys(path).place
    copy = tmp_path / "copy"
    shutil.copytree(path, copy)
    path.rename(tmp_path / "moved")

    assert place == with_keys(tmp_path / "moved").place
    assert place != with_keys(copy).place


def test_another_machine_is_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made_in(tmp_path / "western")
    here = with_keys(path).place

    monkeypatch.setattr("showclear.adapters.production_folder._machine", lambda: "another")

    assert here != with_keys(path).place


def test_a_journal_that_is_not_there_has_no_place(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        place_of(tmp_path / "journal.sqlite")


def test_it_says_in_words_what_it_is(tmp_path: Path) -> None:
    path = made_in(tmp_path / "western")

    told = (path / "README.txt").read_text(encoding="utf-8")
    for words in ("showclear log", "showclear verify", "showclear bundle", "private/"):
        assert words in told
