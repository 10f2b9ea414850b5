"""Tests of `showclear fsck`: whatever somebody changes in a production's folder is named.

A second reader that missed a change would be believed by whoever it reassures; one that broke
off would leave the rest unread; one that wrote would change what it was asked to look at.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from showclear.adapters import fsck_folder
from showclear.app.incoming import Taken
from showclear.cli.fsck import check_production, checked
from showclear.cli.main import main
from showclear.cli.production import recording
from showclear.ledger.errors import StorageError
from tests.unit.cli.fsck_production import DIGEST, Fscked, everything_in, western
from tests.unit.cli.fsck_tamperings import FIRST, TAMPERINGS, sql, written
from tests.unit.cli.program import ROOT


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return western(tmp_path_factory.mktemp("made") / "western")


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "western"
    shutil.copytree(made, folder)
    return folder


# --- an untouched production ---------------------------------------------------------------


def test_an_untouched_production_is_whole(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = Fscked(made, capsys)

    assert (0, []) == (found.code, found.places)
    assert found.said["whole"] is True
    assert found.said["entries"] > 300
    assert {"whole", "entries", "root", "origin", "findings", "notes"} == set(found.said)


def test_what_is_gone_and_kept_aside_is_said_and_no_fault(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = "\n".join(Fscked(made, capsys).said["notes"])

    assert "1 sealed places have no text: the log says that they were erased." in notes
    assert "1 statements were kept aside" in notes
    assert "1 attachments are here." in notes


def test_nothing_is_written(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything_in(made)

    Fscked(made, capsys)

    assert before == everything_in(made)


def test_a_folder_that_nobody_may_write_is_whole(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in [*copied.rglob("*"), copied]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = everything_in(copied)

    found = Fscked(copied, capsys)
    after = everything_in(copied)
    for path in [copied, *copied.rglob("*")]:
        path.chmod(0o700)

    assert (0, []) == (found.code, found.places)
    assert before == after


def test_a_production_that_a_writer_holds_is_whole(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "held"
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
        assert (folder / "journal.sqlite-wal").stat().st_size
        before = everything_in(folder)

        found = Fscked(folder, capsys)
        after = everything_in(folder)

    assert (0, []) == (found.code, found.places)
    assert before == after
    assert "2 entries are not published yet: the next start does it." in found.said["notes"]


def test_a_production_that_is_written_to_all_the_time_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = tmp_path / "busy", tmp_path / "said.jsonl"
    assert 0 == main(["init", str(folder)])
    said = {"what": "person.joined", "at_is": "order-only", "by": "ad", "roles": ["grip"]}
    lines = (json.dumps({"id": f"j/{n}", "person": f"p-{n}", **said}) for n in range(60))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    one_by_one = (
        "import sys\nfrom showclear.cli import say\nfrom showclear.cli.main import main\n"
        "say.GROUP, say.PUBLISH_SECONDS = 1, 0.0\nsys.exit(main(sys.argv[1:]))"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", one_by_one, "say", str(folder), str(file)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
    )
    found = []
    while writer.poll() is None:
        found.append(Fscked(folder, capsys))

    assert 0 == writer.returncode
    assert [] == [place for one in found for place in one.places]
    assert {0} == {one.code for one in found}
    assert 124 == Fscked(folder, capsys).said["entries"]


def test_signatures_that_were_left_out_are_said(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == check_production(made, hashes=True)

    said = capsys.readouterr().out
    assert "Statements' signatures: left out, as asked (--hashes)." in said
    assert "Each entry is signed" not in said


# --- what is no production -----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["nothing", "empty", "file", "bundle", "link"])
def test_what_is_no_production_is_said(
    kind: str, made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "here"
    match kind:
        case "empty":
            folder.mkdir()
        case "file":
            folder.write_text("words", encoding="utf-8")
        case "bundle":
            folder.mkdir()
            shutil.copytree(made / "log", folder / "log")
        case "link":
            folder.mkdir()
            (folder / "journal.sqlite").symlink_to(made / "journal.sqlite")

    found = Fscked(folder, capsys)

    assert (2, "") == (found.code, found.out)
    assert "no production is here" in found.err


def test_tables_of_a_later_program_are_left_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(tmp_path / "journal.sqlite") as link:
        link.execute("CREATE TABLE alembic_version (version_num)")
        link.execute("INSERT INTO alembic_version VALUES ('0099')")
    link.close()

    found = Fscked(tmp_path, capsys)

    assert 2 == found.code
    assert "a later one" in found.err


def test_a_machine_that_cannot_read_is_no_finding(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise StorageError("the disk does not answer")

    monkeypatch.setattr(fsck_folder.FsckFolder, "names", refused)

    found = Fscked(made, capsys)

    assert (2, "") == (found.code, found.out)
    assert "could not be read to its end" in found.err


# --- what somebody changed -----------------------------------------------------------------


@pytest.mark.parametrize("name", TAMPERINGS)
def test_whatever_somebody_changed_is_found_with_its_place(
    name: str, copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, place = TAMPERINGS[name]
    spoil(copied)
    before = everything_in(copied)

    found = Fscked(copied, capsys)

    assert 1 == found.code, (found.out, found.err)
    assert found.said["whole"] is False
    assert any(place in one for one in found.places), found.places
    assert all(one.isprintable() for one in found.places)
    assert before == everything_in(copied)


@pytest.mark.parametrize(
    "name", ["a-leaf", "a-text", "a-verdict-gone", "a-published-hash", "a-picture", "a-public-key"]
)
def test_the_first_thing_named_is_what_was_changed_and_what_to_do(
    name: str, copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, place = TAMPERINGS[name]
    spoil(copied)

    assert 1 == check_production(copied)
    said = capsys.readouterr().out.splitlines()

    assert said[0].startswith("NOT WHOLE.")
    assert said[1].startswith("The first thing wrong: ")
    assert place in said[1]
    assert said[2].startswith("What to do: Keep ")


def test_twenty_things_are_shown_and_all_are_counted(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql("UPDATE texts SET text = 'other'")(copied)

    assert 1 == check_production(copied)
    said = capsys.readouterr().out

    assert 20 == said.count("[text-differs]")
    assert "Things wrong: 104." in said
    assert "... and 84 more." in said


def test_what_a_cut_off_publication_left_is_said_and_no_fault(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written("log/tile/0/000.p/2", (copied / "log/tile/0/000").read_bytes()[:64])(copied)
    written("log/tile/0/001.writing", b"half")(copied)

    found = Fscked(copied, capsys)

    assert (0, []) == (found.code, found.places)
    notes = "\n".join(found.said["notes"])
    assert "from a write that was cut off" in notes


def test_an_older_published_checkpoint_is_one_that_waits(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = sqlite3.connect(copied / "journal.sqlite")
    (note,) = link.execute(f"SELECT note FROM checkpoints WHERE size = ({FIRST})").fetchone()
    link.close()
    shutil.rmtree(copied / "log" / "tile")
    (copied / "log" / "checkpoint").write_bytes(note)

    found = Fscked(copied, capsys)

    assert 1 == found.code
    assert {"file-missing"} == set(found.codes)
    assert any("are not published yet" in note for note in found.said["notes"])


def test_a_text_that_is_merely_gone_is_counted(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql("DELETE FROM texts WHERE rowid IN (7, 8)")(copied)

    found = Fscked(copied, capsys)

    assert 0 == found.code
    assert any("2 sealed places have no text, and no" in note for note in found.said["notes"])


def test_a_picture_that_is_gone_is_said(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copied / "attachments" / DIGEST).unlink()

    found = Fscked(copied, capsys)

    assert 0 == found.code
    assert any("is not here: " + DIGEST in note for note in found.said["notes"])


# --- the snapshot's state --------------------------------------------------------------------


def test_a_state_that_is_not_the_entries_own_is_found(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 1 == checked(made, hashes=True, json=True, compare_snapshot=lambda _: ["keys", "title"])

    found = json.loads(capsys.readouterr().out)["findings"]
    assert ["snapshot-differs"] * 2 == [one["code"] for one in found]
    assert found[0]["sentence"].endswith("keys")


def test_a_state_is_not_folded_from_entries_that_are_not_whole(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    TAMPERINGS["a-leaf"][0](copied)
    asked: list[Path] = []

    def compare(folder: Path) -> list[str]:
        asked.append(folder)
        return []

    assert 1 == checked(copied, hashes=True, json=False, compare_snapshot=compare)
    assert [] == asked
    assert "The snapshot's state: see what is wrong" in capsys.readouterr().out
