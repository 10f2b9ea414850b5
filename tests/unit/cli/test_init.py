"""Protects: a production is made whole, on purpose, and only where nothing is."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.production_folder import with_keys
from showclear.cli.main import main
from showclear.ledger.checkpoint import open_checkpoint
from showclear.ledger.jws import jwk, thumbprint
from showclear.ledger.note import VerifierKey, parse_verifier_key
from showclear.ledger.policy import parse_policy
from tests.stories.production import Production, people_arrive


@pytest.fixture
def init(capsys: pytest.CaptureFixture[str]) -> Any:
    def init(*argv: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["init", *(str(one) for one in argv)])
        done = capsys.readouterr()
        return code, done.out, done.err

    return init


def payloads(folder: Path) -> dict[str, dict[str, Any]]:
    return Production(path=folder).payloads


def test_it_asks_for_nothing_but_a_folder(init: Any, tmp_path: Path) -> None:
    code, out, err = init(tmp_path / "western")

    assert (0, "") == (code, err)
    assert "Judged by: showclear-baseline." in out
    assert f"showclear say {tmp_path / 'western'} FILE" in out
    assert ["founding/server", "founding/production", "founding/packs/showclear-baseline"] == list(
        payloads(tmp_path / "western")
    )[:3]


def test_the_title_is_the_folders_name_unless_one_is_given(init: Any, tmp_path: Path) -> None:
    init(tmp_path / "western")
    init(tmp_path / "other", "--title", "The Long Ride")

    titles = [
        Production(path=tmp_path / name).recorder.spine.title for name in ("western", "other")
    ]
    assert ["western", "The Long Ride"] == titles


def test_the_title_is_in_no_file_but_where_it_can_be_erased(init: Any, tmp_path: Path) -> None:
    init(tmp_path / "western", "--title", "The Long Ride")

    holding = [
        path.name
        for path in (tmp_path / "western").rglob("*")
        if path.is_file() and b"The Long Ride" in path.read_bytes()
    ]
    assert ["journal.sqlite"] == holding


def test_what_is_published_agrees_with_the_keys_that_are_given_out(
    init: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "western"
    init(folder)

    held = with_keys(folder)
    vkey = parse_verifier_key((folder / "keys" / "log.vkey").read_text(encoding="ascii").strip())
    assert held.key == vkey
    assert [vkey] == [log.key for log in parse_policy((folder / "policy").read_bytes()).logs]
    point = open_checkpoint((folder / "log" / "checkpoint").read_bytes(), vkey).checkpoint
    assert (len(payloads(folder)), vkey.name) == (point.size, point.origin)
    server = json.loads((folder / "keys" / "server.jwk").read_text(encoding="utf-8"))
    assert {"kid": thumbprint(held.server.public), **jwk(held.server.public)} == server
    first = payloads(folder)["founding/server"]
    assert (server["x"], "server") == (first["key"], first["kind"])


def test_nobody_else_on_the_machine_reads_its_secrets(init: Any, tmp_path: Path) -> None:
    folder = tmp_path / "western"
    init(folder)

    modes = {
        name: stat.S_IMODE((folder / name).stat().st_mode)
        for name in (".", "private", "private/log.key", "private/server.key", "journal.sqlite")
    }
    assert {
        ".": 0o700,
        "private": 0o700,
        "private/log.key": 0o600,
        "private/server.key": 0o600,
        "journal.sqlite": 0o600,
    } == modes


def test_no_two_productions_share_a_name_or_a_key(init: Any, tmp_path: Path) -> None:
    for name in ("a", "b"):
        init(tmp_path / name)

    first, second = (with_keys(tmp_path / name) for name in ("a", "b"))
    assert first.key.name != second.key.name
    assert first.server.public != second.server.public


def test_an_empty_folder_will_do(init: Any, tmp_path: Path) -> None:
    (tmp_path / "western").mkdir()

    assert 0 == init(tmp_path / "western")[0]


def test_the_folder_one_stands_in_will_do(
    init: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "western").mkdir()
    monkeypatch.chdir(tmp_path / "western")

    code, _, err = init(".")

    assert (0, "") == (code, err)
    assert "western" == Production(path=tmp_path / "western").recorder.spine.title


def test_folders_above_it_are_made(init: Any, tmp_path: Path) -> None:
    assert 0 == init(tmp_path / "shows" / "western")[0]


@pytest.mark.parametrize("there", ["a file in it", "a file of that name", "a production"])
def test_where_something_is_nothing_is_made(init: Any, tmp_path: Path, there: str) -> None:
    folder = tmp_path / "western"
    if there == "a file of that name":
        folder.write_text("mine", encoding="utf-8")
    elif there == "a file in it":
        folder.mkdir()
        (folder / "notes.txt").write_text("mine", encoding="utf-8")
    else:
        init(folder)
    before = contents(tmp_path)

    code, out, err = init(folder)

    assert (3, "") == (code, out)
    assert "not empty" in err
    assert before == contents(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


STEPS = [
    "showclear.cli.init.Writer.found",
    "showclear.cli.init.recorder_of",
    "showclear.app.recording.Recorder.record",
    "showclear.app.recording.Recorder.publish",
    "showclear.adapters.production_folder.put_durably",
    "showclear.adapters.production_folder.SqliteJournal.create",
    "showclear.adapters.production_folder.Path.rename",
]


@pytest.mark.parametrize("step", STEPS)
def test_when_a_step_fails_nothing_is_left_half_made(
    init: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, fails)

    code, _, err = init(tmp_path / "western")

    assert 3 == code
    assert "disk is full" in err
    assert [] == list(tmp_path.iterdir())


def test_an_unknown_pack_is_refused_with_the_nearest_and_nothing_is_made(
    init: Any, tmp_path: Path
) -> None:
    code, _, err = init(tmp_path / "western", "--packs", "showclear-basline")

    assert 2 == code
    assert "did you mean 'showclear-baseline'" in err
    assert [] == list(tmp_path.iterdir())


def test_packs_and_place_are_on_record(init: Any, tmp_path: Path) -> None:
    folder = tmp_path / "western"

    code = init(folder, "--packs", "showclear-baseline, us-ca-labor", "--where", "US-CA")[0]

    assert 0 == code
    assert {"founding/packs/showclear-baseline", "founding/packs/us-ca-labor"} <= payloads(
        folder
    ).keys()
    assert "US-CA" == payloads(folder)["founding/production"]["jurisdiction"]


def test_without_a_pack_it_says_that_every_gate_holds(init: Any, tmp_path: Path) -> None:
    assert "every gate holds" in init(tmp_path / "western", "--packs", "")[1]


@pytest.mark.parametrize("where", ["New Mexico", "Łódź", "x" * 300])
def test_a_sample_is_one_whatever_the_place_is_called(
    init: Any, tmp_path: Path, where: str
) -> None:
    code = init(tmp_path / "western", "--sample", "--where", where)[0]

    made = (tmp_path / "western").exists()
    assert (code == 0) == made
    assert not made or Production(path=tmp_path / "western").sample


@pytest.mark.parametrize("where", ["US-NM", "GB", "CA-MB", "FR-75"])
def test_a_place_as_in_iso_3166_is_taken_without_a_word(
    init: Any, tmp_path: Path, where: str
) -> None:
    assert (0, "") == init(tmp_path / "western", "--where", where)[::2]


@pytest.mark.parametrize("where", ["us-nm", "USA", "US-NEWM", "US_NM"])
def test_any_other_place_is_taken_all_the_same_with_a_warning(
    init: Any, tmp_path: Path, where: str
) -> None:
    code, _, err = init(tmp_path / "western", "--where", where)

    assert 0 == code
    assert "does not look like ISO 3166" in err
    assert "jurisdiction" in payloads(tmp_path / "western")["founding/production"]


def test_a_sample_is_marked_in_its_second_entry(init: Any, tmp_path: Path) -> None:
    code, out, _ = init(tmp_path / "western", "--sample")

    assert 0 == code
    assert "marked so for ever" in out
    assert payloads(tmp_path / "western")["founding/production"]["sample"] is True
    init(tmp_path / "real")
    assert "sample" not in payloads(tmp_path / "real")["founding/production"]


# --- going on from another log -------------------------------------------------------------


def an_old_one(init: Any, folder: Path) -> VerifierKey:
    init(folder)
    old = Production(path=folder)
    old.take(people_arrive("arrive", old.clock(), "dp"))
    old.recorder.publish()
    old.close()
    return with_keys(folder).key


def test_a_new_log_names_the_last_checkpoint_of_the_one_it_goes_on_from(
    init: Any, tmp_path: Path
) -> None:
    key = an_old_one(init, tmp_path / "old")
    raw = (tmp_path / "old" / "log" / "checkpoint").read_bytes()
    point = open_checkpoint(raw, key).checkpoint

    code, out, _ = init(tmp_path / "new", "--continue", tmp_path / "old")

    said = payloads(tmp_path / "new")["founding/continued"]
    assert 0 == code
    assert (key.name, point.size, point.root.hex()) == (said["origin"], said["size"], said["root"])
    assert key.name in out
    assert with_keys(tmp_path / "new").key.name != key.name


def test_also_when_the_keys_of_the_old_one_are_lost(init: Any, tmp_path: Path) -> None:
    key = an_old_one(init, tmp_path / "old")
    for name in ("log.key", "server.key"):
        (tmp_path / "old" / "private" / name).unlink()

    code, _, err = init(tmp_path / "new", "--continue", tmp_path / "old")

    assert (0, "") == (code, err)
    assert key.name == payloads(tmp_path / "new")["founding/continued"]["origin"]


def test_the_old_one_is_left_as_it_is(init: Any, tmp_path: Path) -> None:
    an_old_one(init, tmp_path / "old")
    before = payloads(tmp_path / "old")

    init(tmp_path / "new", "--continue", tmp_path / "old")

    assert before == payloads(tmp_path / "old")


def test_going_on_from_nothing_makes_nothing(init: Any, tmp_path: Path) -> None:
    code, _, err = init(tmp_path / "new", "--continue", tmp_path / "old")

    assert 2 == code
    assert str(tmp_path / "old") in err
    assert [] == list(tmp_path.iterdir())
