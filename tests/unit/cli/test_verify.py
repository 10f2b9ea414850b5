"""Tests of `showclear verify`: what a person reads, what a program behind a pipe relies on.

Whoever was sent a record asks one question. An exit code that says whole where it is not, a
traceback, or a zip that reads in two ways would each answer it wrongly.
"""

from __future__ import annotations

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from showclear.adapters.log_source import FolderSource, ZipSource, open_source
from showclear.cli.main import main
from showclear.cli.verify import verified
from showclear.ledger.errors import EvidenceError, StorageError
from tests.unit.ledger.signed_log import Files, SignedLog, a_log, write

BUNDLE = "log/tile/entries/000.p/60"
Says = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def files() -> Files:
    return a_log(60).files()


def run(
    where: Path,
    *,
    policy: Path | None = None,
    receipts: tuple[Path, ...] = (),
    as_json: bool = False,
    catch_up: Callable[[Path], None] | None = None,
) -> int:
    return verified(
        where, policy=policy, receipts=receipts, processes=1, json=as_json, catch_up=catch_up
    )


def zipped(files: Files, path: Path, *, around: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in files.items():
            made.writestr(around + name, raw)
    return path


# --- what is said and how it ends --------------------------------------------------


def test_a_whole_folder_ends_with_0(files: Files, tmp_path: Path, capsys: Says) -> None:
    assert 0 == run(write(files, tmp_path))
    assert capsys.readouterr().out.startswith("WHOLE: nothing was changed")


def test_what_else_lies_in_a_production_is_not_read(files: Files, tmp_path: Path) -> None:
    more = {"journal.sqlite": b"x", "private/server.key": b"x", "lock": b"", "README.txt": b"x"}

    assert 0 == run(write({**files, **more}, tmp_path))


def test_a_changed_entry_ends_with_1_and_its_place(
    files: Files, tmp_path: Path, capsys: Says
) -> None:
    raw = files[BUNDLE]

    assert 1 == run(write({**files, BUNDLE: raw[:-1] + b"!"}, tmp_path))
    assert f"The first thing wrong: {BUNDLE}, entry 59: is not what" in capsys.readouterr().out


def test_a_production_whose_checkpoint_was_deleted_ends_with_1(
    files: Files, tmp_path: Path
) -> None:
    write(files, tmp_path)
    (tmp_path / "log/checkpoint").unlink()

    assert 1 == run(tmp_path)


@pytest.mark.parametrize("left", [{}, {"README.txt": b"hello"}])
def test_a_folder_without_a_log_ends_with_2_and_what_was_expected(
    left: Files, tmp_path: Path, capsys: Says
) -> None:
    assert 2 == run(write(left, tmp_path))
    said = capsys.readouterr()
    assert "" == said.out
    assert "log/checkpoint" in said.err


def test_what_is_not_there_ends_with_2(tmp_path: Path, capsys: Says) -> None:
    assert 2 == run(tmp_path / "nowhere")
    assert "there is nothing of that name" in capsys.readouterr().err


def test_json_is_all_there_is(files: Files, tmp_path: Path, capsys: Says) -> None:
    assert 0 == run(write(files, tmp_path), as_json=True)
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert (True, 60, []) == (found["whole"], found["entries"], found["findings"])
    assert "" == said.err


def test_json_names_what_is_wrong(files: Files, tmp_path: Path, capsys: Says) -> None:
    name = os.fsdecode(b"log/\xff\x1b")
    assert 1 == run(write({**files, name: b""}, tmp_path), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert {"code", "where", "sentence"} == found["findings"][0].keys()
    assert "log/\\udcff\\x1b" == found["findings"][0]["where"]


def test_a_policy_and_receipts_from_elsewhere_are_taken(files: Files, tmp_path: Path) -> None:
    folder = write(files, tmp_path / "bundle")
    mine = write({"policy": files["policy"], "r": a_log(60).receipt(3)}, tmp_path / "mine")
    (folder / "policy").unlink()

    assert 1 == run(folder)
    assert 0 == run(folder, policy=mine / "policy", receipts=(mine / "r", mine / "r"))


@pytest.mark.parametrize("option", ["policy", "receipts"])
def test_a_file_that_was_named_and_is_not_there_ends_with_2(
    option: str, files: Files, tmp_path: Path, capsys: Says
) -> None:
    missing = tmp_path / "missing"
    folder = write(files, tmp_path / "bundle")

    code = run(folder, policy=missing) if option == "policy" else run(folder, receipts=(missing,))

    assert 2 == code
    assert "cannot be read" in capsys.readouterr().err


def test_a_policy_that_is_none_ends_with_2(files: Files, tmp_path: Path) -> None:
    folder = write({**files, "mine": b"trust everybody\n"}, tmp_path)

    assert 2 == run(folder, policy=folder / "mine")


def test_a_receipt_that_is_none_ends_with_1(files: Files, tmp_path: Path) -> None:
    folder = write({**files, "mine": b"hello"}, tmp_path)

    assert 1 == run(folder, receipts=(folder / "mine",))


def test_a_production_is_published_first(files: Files, tmp_path: Path) -> None:
    asked: list[Path] = []

    assert 0 == run(write(files, tmp_path), catch_up=asked.append)
    assert [tmp_path] == asked


def test_a_production_that_cannot_be_published_ends_with_2(
    files: Files, tmp_path: Path, capsys: Says
) -> None:
    def full(folder: Path) -> None:
        raise StorageError("the disk is full")

    assert 2 == run(write(files, tmp_path), catch_up=full)
    assert "the disk is full" in capsys.readouterr().err


BESIDE = "Beside the record, and not covered by it: "


@pytest.mark.parametrize("around", [None, "", "western/"])
def test_what_lies_beside_the_record_is_named_as_not_covered(
    around: str | None, files: Files, tmp_path: Path, capsys: Says
) -> None:
    more = {**files, "verify.py": b"x", "README.txt": b"x", "keys/log.vkey": b"x"}
    if around is None:
        where = write(more, tmp_path / "b")
    else:
        where = zipped(more, tmp_path / "b.zip", around=around)

    assert 0 == run(where)
    assert f"{BESIDE}README.txt, keys, verify.py.\n" in capsys.readouterr().out


def test_nothing_is_named_where_nothing_lies_beside(
    files: Files, tmp_path: Path, capsys: Says
) -> None:
    assert 0 == run(write(files, tmp_path))
    assert BESIDE not in capsys.readouterr().out


def test_of_much_beside_the_record_twelve_names_are_shown(
    files: Files, tmp_path: Path, capsys: Says
) -> None:
    more = {f"x{number:02}": b"x" for number in range(15)}

    assert 0 == run(write({**files, **more}, tmp_path))
    out = capsys.readouterr().out
    assert "x11, and 3 more." in out
    assert "x12" not in out


def test_its_help_names_no_option_that_it_has_not(capsys: Says) -> None:
    assert 0 == main(["verify", "--help"])
    assert "--empty" not in capsys.readouterr().out


# --- folders -----------------------------------------------------------------------


def test_no_link_is_followed(files: Files, tmp_path: Path, capsys: Says) -> None:
    folder = write(files, tmp_path / "bundle")
    (folder / BUNDLE).rename(tmp_path / "moved")
    (folder / BUNDLE).symlink_to(tmp_path / "moved")

    assert 1 == run(folder)
    assert f"{BUNDLE}: is no plain file" in capsys.readouterr().out


def test_no_linked_folder_is_followed(files: Files, tmp_path: Path, capsys: Says) -> None:
    folder = write(files, tmp_path / "bundle")
    (folder / "log/tile/entries").rename(tmp_path / "moved")
    (folder / "log/tile/entries").symlink_to(tmp_path / "moved")

    assert 1 == run(folder)
    assert "log/tile/entries" in capsys.readouterr().out


def test_a_pipe_keeps_nobody_waiting(files: Files, tmp_path: Path) -> None:
    folder = write(files, tmp_path)
    (folder / BUNDLE).unlink()
    os.mkfifo(folder / BUNDLE)

    assert 1 == run(folder)


@pytest.mark.parametrize("name", ["../x", "log/../../x", "/etc/hosts", "log//x", "log/./x", "a\0b"])
def test_no_path_leads_out_of_a_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"outside")
    folder = tmp_path / "bundle"
    folder.mkdir()

    with pytest.raises(EvidenceError):
        FolderSource(folder).read(name, limit=100)


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    write({"log/x": bytes(11)}, tmp_path)
    source = FolderSource(tmp_path)

    assert bytes(11) == source.read("log/x", limit=11)
    with pytest.raises(EvidenceError):
        source.read("log/x", limit=10)
    with pytest.raises(EvidenceError):
        list(source.chunks("log/x", limit=10))


# --- zips --------------------------------------------------------------------------


@pytest.mark.parametrize("around", ["", "my production/"])
def test_a_zip_is_read_as_its_folder_is(around: str, files: Files, tmp_path: Path) -> None:
    assert 0 == run(zipped(files, tmp_path / "b.zip", around=around))


def test_a_mac_folder_beside_is_no_part_of_it(files: Files, tmp_path: Path) -> None:
    inside = {f"production/{name}": raw for name, raw in files.items()}

    assert 0 == run(zipped({**inside, "__MACOSX/x": b"x"}, tmp_path / "b.zip"))


def test_an_entry_changed_within_a_zip_is_found(files: Files, tmp_path: Path) -> None:
    changed = {**files, BUNDLE: files[BUNDLE][:-1] + b"!"}

    assert 1 == run(zipped(changed, tmp_path / "b.zip"))


def test_a_damaged_zip_is_found_at_its_place(files: Files, tmp_path: Path, capsys: Says) -> None:
    path = zipped(files, tmp_path / "b.zip")
    with zipfile.ZipFile(path) as made:
        at = made.getinfo(BUNDLE).header_offset + 400
    raw = bytearray(path.read_bytes())
    raw[at] ^= 0xFF
    path.write_bytes(bytes(raw))

    assert 1 == run(path)
    assert BUNDLE in capsys.readouterr().out


def twice(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as made:
        made.writestr("policy", b"quorum none\n")


def added(name: str, raw: bytes = b"x") -> Callable[[Path], None]:
    def tamper(path: Path) -> None:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
            made.writestr(name, raw)

    return tamper


def linked(path: Path) -> None:
    member = zipfile.ZipInfo("log/link")
    member.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(member, b"/etc/hosts")


def bombed(path: Path) -> None:
    """One file that says it is 3 GB, as its entry in the directory has it."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("attachments/bomb", bytes(100_000))
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\1\2")
    raw[at + 24 : at + 28] = struct.pack("<I", 3_000_000_000)
    path.write_bytes(bytes(raw))


def overlapped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    first = raw.index(b"PK\1\2")
    second = raw.index(b"PK\1\2", first + 4)
    raw[second + 42 : second + 46] = raw[first + 42 : first + 46]
    path.write_bytes(bytes(raw))


def locked(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(bytes(raw))


def packed_otherwise(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as made:
        made.writestr("log/x", b"x")


def only_hello(path: Path) -> None:
    path.write_bytes(b"hello")


def halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


REFUSED: dict[str, Callable[[Path], None]] = {
    "a name twice": twice,
    "an absolute name": added("/log/x"),
    "a name that leaves": added("log/../../x"),
    "a name with a backslash": added("log\\x"),
    "a drive": added("C:/x"),
    "a file that is a folder": added("policy/x"),
    "a link": linked,
    "a bomb": bombed,
    "files over each other": overlapped,
    "a password": locked,
    "another packing": packed_otherwise,
    "no zip": only_hello,
    "half a zip": halved,
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_zip_that_could_be_read_two_ways_is_refused(
    kind: str, files: Files, tmp_path: Path, capsys: Says
) -> None:
    path = zipped(files, tmp_path / "b.zip")
    REFUSED[kind](path)

    assert 2 == run(path)
    assert "" != capsys.readouterr().err


def test_two_folders_with_a_log_are_refused(files: Files, tmp_path: Path) -> None:
    both = {f"{top}/{name}": raw for top in "ab" for name, raw in files.items()}

    assert 2 == run(zipped(both, tmp_path / "b.zip"))


def test_a_file_that_unfolds_further_than_it_says_is_no_more_than_damaged(
    files: Files, tmp_path: Path
) -> None:
    path = zipped({**files, "log/tile/0/001": bytes(5_000_000)}, tmp_path / "b.zip")
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\1\2")
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(raw))
    source = open_source(path)

    assert isinstance(source, ZipSource)
    with pytest.raises(EvidenceError):
        source.read("log/tile/0/001", limit=8_192)


@pytest.mark.parametrize("opener", [FolderSource, ZipSource])
def test_both_sources_give_the_same(
    opener: type[FolderSource | ZipSource], files: Files, tmp_path: Path
) -> None:
    path = (
        write(files, tmp_path / "b")
        if opener is FolderSource
        else zipped(files, tmp_path / "b.zip")
    )
    source = open_source(path)

    assert isinstance(source, opener)
    assert sorted(name for name in files if name.startswith("log/")) == sorted(source.names("log"))
    assert [] == list(source.names("keys"))
    assert all(raw == source.read(name, limit=1 << 20) for name, raw in files.items())
    assert all(raw == b"".join(source.chunks(name, limit=1 << 20)) for name, raw in files.items())
    assert source.read("nothing", limit=1) is None
    assert [] == list(source.chunks("nothing", limit=1))


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    assert 0 == run(write(SignedLog().files(), tmp_path))
