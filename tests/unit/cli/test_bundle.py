"""Protects a stranger who is handed one file: it is whole, it is checkable, and it tells no secret.

A real production is made, said and bundled with the program's own commands; what comes out is
unpacked and judged by the verifier inside it, in a Python that sees nothing of this project.
"""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from showclear.adapters.attachment_folder import AttachmentFolder
from showclear.adapters.production_folder import place_of
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.app.bundling import Member
from showclear.cli import bundle
from showclear.cli.bundle import bundle_production
from showclear.cli.log import receipt_of
from showclear.cli.main import main
from showclear.cli.production import recording
from showclear.ledger.ed25519 import public_key
from showclear.ledger.encoding import encode_base64url
from tests.unit.ledger.attachment_samples import jpeg

ROOT = Path(__file__).resolve().parents[3]
RUST = ROOT / "cases" / "RUST-2021" / "case.yaml"
VERIFIER = ROOT / "src" / "showclear" / "ledger" / "bare" / "verify.py"
TABLET = encode_base64url(public_key(b"T" * 32)).decode()
SECRET = "Marigold Fennimore limps since Tuesday"
LABEL = "grey tin, third shelf"


def say(folder: Path, *statements: dict[str, object]) -> None:
    lines = folder.with_name(f"{folder.name}-said.jsonl")
    lines.write_text("".join(json.dumps(one) + "\n" for one in statements), encoding="utf-8")
    assert 0 == main(["say", str(folder), str(lines)])


def note(name: str, text: str = SECRET) -> dict[str, object]:
    seen = {"weapon": "revolver", "with": "props", "where": LABEL, "note": text}
    return {"id": name, "what": "weapon.seen", "by": "props", "at": "2021-10-21T09:00:00Z", **seen}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample with a case in it, a tablet that came and went, and a note about somebody."""
    folder = tmp_path_factory.mktemp("made") / "show"
    assert 0 == main(
        ["init", str(folder), "--title", "The Western", "--where", "US-NM", "--sample"]
    )
    assert 0 == main(["say", str(folder), str(RUST)])
    tablet = {"device": "tablet-1", "key": TABLET, "kind": "tablet"}
    untimed = {"by": "server", "at_is": "order-only"}
    say(
        folder,
        {"id": "d-1", "what": "device.enrolled", **untimed, **tablet},
        {"id": "d-2", "what": "device.revoked", **untimed, "device": "tablet-1"},
        note("n-1"),
        note("n-2", "about the weather"),
    )
    return folder


@pytest.fixture
def show(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to go on with and to damage: it is told that it is no copy."""
    folder = Path(shutil.copytree(made, tmp_path / "show"))
    change(folder, "UPDATE writer SET place = ?", place_of(folder / "journal.sqlite"))
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out" / "evidence.zip"


@pytest.fixture(autouse=True)
def _room(out: Path) -> Iterator[None]:
    out.parent.mkdir()
    yield
    # Half of a bundle is never left beside it.
    assert [] == list(out.parent.glob(".*.writing"))


def unpacked(path: Path) -> Path:
    into = path.with_suffix("")
    with zipfile.ZipFile(path) as found:
        found.extractall(into)
    return into


def verified(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "verify.py", ".", *more],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def names_in(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as found:
        return found.namelist()


def read_in(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as found:
        return found.read(name)


def texts_in(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in read_in(path, "texts/texts.jsonl").splitlines()]


def change(folder: Path, statement: str, *values: object) -> None:
    """Change the journal behind the program's back."""
    with closing(sqlite3.connect(folder / "journal.sqlite")) as link, link:
        assert 1 == link.execute(statement, values).rowcount


# --- what a stranger gets ------------------------------------------------------------


@pytest.mark.parametrize("texts", ["work", "all", "none"])
def test_a_stranger_finds_the_bundle_whole_with_the_verifier_in_it(
    show: Path, out: Path, texts: str
) -> None:
    assert 0 == bundle_production(show, output=out, texts=texts, receipt=("RUST-2021/r-shown",))
    done = verified(unpacked(out))

    assert (0, True) == (done.returncode, done.stdout.startswith("WHOLE:")), done.stdout


def test_the_bundle_has_exactly_the_files_that_were_promised(show: Path, out: Path) -> None:
    with closing(SqliteJournal.read(show / "journal.sqlite")) as journal:
        head = journal.head()
        assert head is not None
        at = journal.find(["d-1", "RUST-2021/r-shown"])
        receipt = receipt_of(journal, at["RUST-2021/r-shown"])
    bundle_production(show, output=out, receipt=("RUST-2021/r-shown",))

    assert [
        "README.txt",
        f"keys/{at['d-1']:06d}-tablet-1.jwk",
        "keys/log.vkey",
        "keys/server.jwk",
        "log/checkpoint",
        f"log/tile/0/000.p/{head.size}",
        f"log/tile/entries/000.p/{head.size}",
        "policy",
        f"receipts/{at['RUST-2021/r-shown']}.tlog-proof",
        "texts/texts.jsonl",
        "verify.py",
    ] == names_in(out)
    assert VERIFIER.read_bytes() == read_in(out, "verify.py")
    assert head.checkpoint == read_in(out, "log/checkpoint")
    assert receipt == read_in(out, f"receipts/{at['RUST-2021/r-shown']}.tlog-proof")


def test_a_long_log_is_exactly_the_tiles_of_its_size(show: Path, out: Path) -> None:
    joined = {"what": "person.joined", "by": "server", "at_is": "order-only", "roles": ["crew"]}
    say(show, *({"id": f"p-{n}", **joined, "person": f"crew-{n}"} for n in range(500)))
    with closing(SqliteJournal.read(show / "journal.sqlite")) as journal:
        size = (journal.head() or pytest.fail("no head")).size
    assert 0 == bundle_production(show, output=out)
    rest = size - 512

    assert [
        "log/checkpoint",
        *("log/tile/0/000", "log/tile/0/001", f"log/tile/0/002.p/{rest}", "log/tile/1/000.p/2"),
        *("log/tile/entries/000", "log/tile/entries/001", f"log/tile/entries/002.p/{rest}"),
    ] == [name for name in names_in(out) if name.startswith("log/")]
    assert 0 == verified(unpacked(out), "--hashes").returncode


def test_a_lost_tablet_is_in_it_with_when_it_stood(show: Path, out: Path) -> None:
    bundle_production(show, output=out)
    (name,) = [name for name in names_in(out) if name.endswith("-tablet-1.jwk")]
    told = json.loads(read_in(out, name))

    assert ("Ed25519", TABLET, "tablet-1") == tuple(told[key] for key in ("crv", "x", "device"))
    assert told["from_entry"] < told["until_entry"]
    assert told["from_clock"] <= told["until_clock"]


def test_the_same_record_gives_the_same_bytes_wherever_it_lies(show: Path, out: Path) -> None:
    other, again = out.with_name("other.zip"), out.parent.parent / "elsewhere"
    bundle_production(show, output=out)
    shutil.copytree(show, again)
    # What was published, and the keys for people, are not looked at.
    shutil.rmtree(again / "log")
    shutil.rmtree(again / "keys")
    shutil.rmtree(again / "private")
    assert 0 == bundle_production(again, output=other)

    assert out.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(out) as found:
        inside = found.infolist()
    assert {((1980, 1, 1, 0, 0, 0), 0o100644 << 16, zipfile.ZIP_STORED)} == {
        (one.date_time, one.external_attr, one.compress_type) for one in inside
    }
    assert sorted(one.filename for one in inside) == [one.filename for one in inside]


def test_the_screen_says_how_to_check_it_and_what_to_compare(
    show: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle_production(show, output=out)
    told = capsys.readouterr().out

    assert told.startswith("SAMPLE: nothing in it was recorded on a set.")
    assert "  python3 verify.py .\n" in told
    assert read_in(out, "log/checkpoint").decode().splitlines()[-1] == told.splitlines()[-1].strip()
    assert "notes and reasons" in told


def test_a_server_may_have_it_open_and_it_is_no_sample(out: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    assert 0 == main(["init", str(fresh), "--title", "Second unit"])
    with recording(fresh):
        assert 0 == bundle_production(fresh, output=out)

    assert 0 == verified(unpacked(out)).returncode
    assert not read_in(out, "README.txt").startswith(b"SAMPLE")


def test_what_is_said_while_it_is_written_is_not_in_it(
    show: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (show / "log" / "checkpoint").read_bytes()
    meanwhile(monkeypatch, lambda: say(show, note("n-3")))
    assert 0 == bundle_production(show, output=out)

    assert before == read_in(out, "log/checkpoint")
    assert before != (show / "log" / "checkpoint").read_bytes()
    assert 0 == verified(unpacked(out)).returncode


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen between the reading of the record and the writing of the zip."""
    write = bundle.write_zip

    def act_then_write(path: Path, members: Iterator[Member], *, force: bool) -> None:
        act()
        write(path, members, force=force)

    monkeypatch.setattr(bundle, "write_zip", act_then_write)


# --- what is given out ---------------------------------------------------------------


def test_notes_about_people_stay_and_words_about_the_work_go(show: Path, out: Path) -> None:
    bundle_production(show, output=out)
    texts = [one["text"] for one in texts_in(out)]

    assert {LABEL, "The Western"} <= set(texts)
    assert SECRET.encode() not in out.read_bytes()
    assert {"id", "index", "path", "salt", "text"} == set(texts_in(out)[0])


def test_all_that_is_there_goes_only_when_it_was_asked_for_and_with_a_warning(
    show: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle_production(show, output=out, texts="all")

    assert SECRET in [one["text"] for one in texts_in(out)]
    assert "personal words" in capsys.readouterr().err


def test_no_text_goes_when_none_is_asked_for(show: Path, out: Path) -> None:
    bundle_production(show, output=out, texts="none")

    assert [] == texts_in(out)
    assert b"The Western" not in out.read_bytes()


def test_erased_words_are_gone_and_counted(
    show: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    erase(show)
    assert 0 == bundle_production(show, output=out, texts="all")

    assert SECRET.encode() not in out.read_bytes()
    assert "left out: 2 erased, as the log says" in capsys.readouterr().out
    assert 0 == verified(unpacked(out)).returncode


def test_words_that_the_log_says_were_erased_stay_in_even_if_a_store_still_has_them(
    show: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(show / "journal.sqlite")) as link:
        kept = link.execute(
            "SELECT id, path, salt, text FROM texts WHERE id LIKE '%n-1'"
        ).fetchall()
    erase(show)
    for row in kept:
        change(show, "INSERT INTO texts (id, path, salt, text) VALUES (?, ?, ?, ?)", *row)
    assert 0 == bundle_production(show, output=out, texts="all")

    assert 2 == len(kept)
    assert SECRET.encode() not in out.read_bytes()
    assert "left out: 2 erased, as the log says" in capsys.readouterr().out


def erase(folder: Path) -> None:
    erased = {"what": "text.erased", "by": "upm", "of": "n-1", "basis": "GDPR 17"}
    say(folder, {"id": "e-1", "at": "2021-10-22T09:00:00Z", **erased})


def test_words_erased_while_it_is_written_are_in_no_bundle(
    show: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: erase(show))

    assert 3 == bundle_production(show, output=out, texts="all")
    assert not out.exists()


@pytest.mark.parametrize("texts", ["work", "all", "none"])
def test_no_secret_key_is_in_it_in_any_spelling(show: Path, out: Path, texts: str) -> None:
    bundle_production(show, output=out, texts=texts)
    raw = out.read_bytes()
    seeds = [bytes.fromhex(path.read_text()) for path in sorted((show / "private").iterdir())]
    spelt = [
        word
        for seed in seeds
        for word in (
            seed,
            seed.hex().encode(),
            seed.hex().upper().encode(),
            base64.b64encode(seed).rstrip(b"="),
            base64.urlsafe_b64encode(seed).rstrip(b"="),
        )
    ]

    assert 2 == len(seeds)
    assert [] == [word for word in spelt if word in raw]


# --- attachments ---------------------------------------------------------------------


@pytest.fixture
def pictured(show: Path) -> tuple[Path, str]:
    """A show with one picture that its log names."""
    kept = AttachmentFolder(show / "attachments").put(jpeg())
    added = {"what": "attachment.added", "by": "props", "sha256": kept.sha256, "about": "revolver"}
    say(show, {"id": "a-1", "at_is": "order-only", **added})
    return show, kept.sha256


def test_a_picture_is_in_it_under_its_hash(pictured: tuple[Path, str], out: Path) -> None:
    show, sha256 = pictured
    (show / "attachments" / ("0" * 64)).write_bytes(b"of which no entry speaks")
    assert 0 == bundle_production(show, output=out)

    assert [f"attachments/{sha256}.jpg"] == [n for n in names_in(out) if n.startswith("attach")]
    assert 0 == verified(unpacked(out)).returncode


LEFT_OUT = {
    "not asked for": lambda path: None,
    "not in this store": lambda path: path.unlink(),
    "changed since": lambda path: path.write_bytes(b"another"),
}


@pytest.mark.parametrize("why", LEFT_OUT)
def test_a_picture_that_is_left_out_is_counted_with_the_reason(
    pictured: tuple[Path, str], out: Path, why: str
) -> None:
    show, sha256 = pictured
    LEFT_OUT[why](show / "attachments" / sha256)
    assert 0 == bundle_production(show, output=out, attachments=why != "not asked for")

    assert [] == [name for name in names_in(out) if name.startswith("attachments")]
    assert f"1 {why}" in " ".join(read_in(out, "README.txt").decode().split())
    assert 0 == verified(unpacked(out)).returncode


# --- what is refused -----------------------------------------------------------------

DAMAGE = {
    "an entry": "UPDATE entries SET entry = entry || X'41' WHERE idx = 20",
    "a hash": "UPDATE entries SET leaf = X'" + "41" * 32 + "' WHERE idx = 20",
    "a root": "UPDATE writer SET root = X'" + "41" * 32 + "'",
    "the size": "UPDATE writer SET size = size - 1",
    "the signature": "UPDATE writer SET checkpoint = CAST(replace(checkpoint, '— ', '— x') AS BLOB)",
    "an older checkpoint": "UPDATE writer SET checkpoint = (SELECT note FROM checkpoints WHERE size = 4)",
    "a text": "UPDATE texts SET text = text || '.' WHERE id LIKE '%n-1' AND path = 'note'",
    "a salt": "UPDATE texts SET salt = X'" + "41" * 16 + "' WHERE id LIKE '%n-1' AND path = 'note'",
    "a text of nothing": "UPDATE texts SET path = 'because' WHERE id LIKE '%n-1' AND path = 'note'",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_journal_that_does_not_fit_its_checkpoint_gives_no_bundle(
    show: Path, out: Path, damage: str
) -> None:
    change(show, damage)

    assert 3 == bundle_production(show, output=out)
    assert not out.exists()


def test_an_entry_changed_together_with_its_hash_gives_no_bundle(show: Path, out: Path) -> None:
    change(show, "UPDATE entries SET (entry, leaf) = (SELECT entry, leaf FROM entries WHERE idx = 4)"
           " WHERE idx = 20")  # fmt: skip

    assert 3 == bundle_production(show, output=out)
    assert not out.exists()


def test_a_policy_that_names_another_key_gives_no_bundle(
    show: Path, out: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    assert 0 == main(["init", str(other)])
    shutil.copy(other / "policy", show / "policy")

    assert 3 == bundle_production(show, output=out)
    assert not out.exists()


def test_a_file_that_is_there_is_kept_unless_it_was_said(
    show: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out.write_bytes(b"somebody's")

    assert 3 == bundle_production(show, output=out)
    assert b"somebody's" == out.read_bytes()
    assert "--force" in capsys.readouterr().err
    assert 0 == bundle_production(show, output=out, force=True)
    assert zipfile.is_zipfile(out)


def test_a_failed_bundle_leaves_the_one_before(show: Path, out: Path) -> None:
    bundle_production(show, output=out)
    before = out.read_bytes()
    change(show, DAMAGE["an entry"])

    assert 3 == bundle_production(show, output=out, force=True)
    assert before == out.read_bytes()


def test_nothing_is_written_into_the_record_itself(show: Path) -> None:
    before = (show / "journal.sqlite").read_bytes()

    assert 3 == bundle_production(show, output=show / "journal.sqlite", force=True)
    assert 3 == bundle_production(show, output=show / "evidence.zip")
    assert before == (show / "journal.sqlite").read_bytes()
    assert not (show / "evidence.zip").exists()


def test_a_folder_that_is_not_there_is_named(show: Path, tmp_path: Path) -> None:
    assert 3 == bundle_production(show, output=tmp_path / "nowhere" / "evidence.zip")
    assert 3 == bundle_production(show, output=tmp_path)


def test_where_no_production_is_nothing_is_made(tmp_path: Path, out: Path) -> None:
    assert 2 == bundle_production(tmp_path, output=out)
    assert not out.exists()


def test_a_receipt_of_nothing_is_not_made_up(
    show: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == bundle_production(show, output=out, receipt=("d-1", "never-said"))
    assert not out.exists()
    assert "never-said" in capsys.readouterr().err


def test_a_receipt_under_a_checkpoint_that_was_changed_gives_no_bundle(
    show: Path, out: Path
) -> None:
    change(
        show,
        "UPDATE checkpoints SET note = CAST(replace(note, '\n\n', 'x\n\n') AS BLOB) WHERE size = 4",
    )

    assert 3 == bundle_production(show, output=out, receipt=("founding/server",))
    assert not out.exists()
