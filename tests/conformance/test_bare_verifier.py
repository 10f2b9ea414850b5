"""A stranger with an ordinary laptop can find out whether a record was changed.

Protected here: the one file that goes into every evidence bundle. It accepts whole
bundles made by other code from the specifications, says what it cannot say, follows no
link, and runs nothing that lies in the folder.
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance import bundle_maker as maker
from tests.conformance.bare_verifier import (
    SOURCE,
    VERIFY,
    asked,
    judged,
    written,
)
from tests.conformance.bundle_maker import Bundle, jws, opening, ordinary, vkey, whole

WHOLE_300 = whole(300).files()
WHOLE_12 = whole(12).files()
FIRST, TILE, NOTE = "log/tile/entries/000", "log/tile/0/000", "log/checkpoint"
TEXTS, OLD = "texts/texts.jsonl", "receipts/151-100.tlog-proof"
PICTURE = f"attachments/{maker.PICTURE_NAME}.png"


# --- What is whole


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 300])
def test_a_whole_bundle_is_whole(count: int, tmp_path: Path) -> None:
    code, said = judged(whole(count).write(tmp_path))

    assert (0, "WHOLE: nothing was changed since it was signed.") == (code, said.splitlines()[0])
    assert f"The checkpoint of {count} entries is signed by {vkey(maker.LOG)}" in said


@pytest.mark.parametrize("count", [0, 1, 12])
def test_it_needs_nothing_but_python(count: int, tmp_path: Path) -> None:
    code, said = asked(whole(count).write(tmp_path))

    assert 0 == code, said


def test_the_oldest_python_we_name_can_read_it() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert imported <= sys.stdlib_module_names | {"nacl", "cryptography"}
    assert "__future__" not in imported, "a file of that name in the folder would be run"


def test_it_says_who_signed_when_and_what_it_cannot_say(tmp_path: Path) -> None:
    _, said = judged(whole(300).write(tmp_path))

    assert "(set-server 63, tablet-1 237)" in said
    assert "received from 2026-05-01T12:00:00Z to 2026-05-01T10:00:00Z" in said
    assert "The policy came with the folder." in said
    assert "not covered by it: README.txt" in said
    assert "Whether what was said is true" in said
    assert " safe" not in said.lower()


def test_signatures_can_be_left_out_and_that_is_said(tmp_path: Path) -> None:
    bundle = whole(12)
    bundle.entries[7] = bundle.entries[7][:-4] + b"AAAA"
    bundle.more = {}
    bundle.write(tmp_path)

    code, said = judged(tmp_path, "--hashes")

    assert 0 == code, said
    assert said.startswith("WHOLE, as far as it was checked:")
    assert "`--hashes` leaves the signatures out" in said
    assert 1 == judged(tmp_path)[0]


def test_erased_and_withheld_texts_are_told_apart(tmp_path: Path) -> None:
    erased = {"id": "e", "what": "text.erased", "attested": "server", "of": "s2"}
    bundle = Bundle(entries=[*ordinary(6), jws(erased)], texts=[])

    code, said = judged(bundle.write(tmp_path))

    assert 0 == code, said
    assert "erased, as the log says: 2." in said
    assert "not given out with this folder: 1." in said
    assert f"The attachment {maker.PICTURE_NAME} of entry 3 is not in this folder." in said


def test_a_server_that_signs_for_devices_is_mentioned(tmp_path: Path) -> None:
    own = {"id": "s9", "what": "check.made", "attested": "own-device"}

    code, said = judged(Bundle(entries=[jws(opening()), jws(own)]).write(tmp_path))

    assert 0 == code
    assert "1 entries say `own-device` and are signed by the server's key" in said


# --- Witnesses and the reader's own policy


def witnessed(quorum: str) -> str:
    return (
        f"log {vkey(maker.LOG)} https://set.example/\n# people\n"
        f"witness w1\t{vkey(maker.WITNESS, name='w.example', kind=4)}\n"
        f"witness w2 {vkey(maker.STRANGER, name='x.example', kind=4)}\n"
        f"group both all w1 w2\nquorum {quorum}\n"
    )


def test_a_quorum_of_witnesses_is_counted(tmp_path: Path) -> None:
    entries = ordinary(5)
    once = maker.cosigned(maker.checkpoint(entries))
    twice = maker.cosigned(once, by=maker.STRANGER, name="x.example")

    one = Bundle(entries=entries, checkpoint=once, policy=witnessed("w1")).write(tmp_path / "1")
    few = Bundle(entries=entries, checkpoint=once, policy=witnessed("both")).write(tmp_path / "2")
    two = Bundle(entries=entries, checkpoint=twice, policy=witnessed("both")).write(tmp_path / "3")

    assert (0, 1, 0) == (judged(one)[0], judged(few)[0], judged(two)[0])
    assert "The witness w1 saw it, 1970-01-01 00:00:01 UTC." in judged(one)[1]


def test_a_witness_who_did_not_sign_this_refuses_it(tmp_path: Path) -> None:
    entries = ordinary(5)
    other = maker.cosigned(maker.checkpoint(ordinary(4))).splitlines(keepends=True)[-1]
    bundle = Bundle(entries=entries, policy=witnessed("w1"))
    bundle.checkpoint = maker.checkpoint(entries) + other

    code, said = judged(bundle.write(tmp_path))

    assert 1 == code
    assert "The first thing wrong: log/checkpoint is not what the witness w.example signed" in said


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "quorum none",
        "log nonsense\nquorum none\n",
        f"log {vkey(maker.LOG, kind=4)}\nquorum none\n",
        f"log {vkey(maker.LOG)}\nlog {vkey(maker.LOG, name='b')}\nquorum none\n",
        f"log {vkey(maker.LOG)}\nquorum none\nquorum none\n",
        f"log {vkey(maker.LOG)}\nquorum w1\n",
        f"log {vkey(maker.LOG)}\n",
        witnessed("both").replace("all", "3"),
        witnessed("both").replace("all", "0"),
        witnessed("both").replace("w1 w2\n", "w1 w1\n"),
        witnessed("both").replace("w1 w2\n", "w1 none\n"),
        witnessed("both").replace("w1 w2\n", "w1 w2 both\n"),
        witnessed("both").replace("# people", "group g any w1"),
        witnessed("both").replace("quorum", "group more any w1\nquorum"),
        witnessed("both").replace("witness w2", "witness w1"),
        witnessed("both").replace(
            "# people", f"witness w3 {vkey(maker.WITNESS, name='y.example', kind=4)}"
        ),
        witnessed("both").replace("# people", "#\x0c"),
        vkey(maker.LOG).replace("+1", "+2").join(["log ", "\nquorum none\n"]),
    ],
)
def test_a_policy_that_is_none_is_refused(policy: str, tmp_path: Path) -> None:
    code, said = judged(Bundle(entries=ordinary(2), policy=policy).write(tmp_path))

    assert 1 == code
    assert "The first thing wrong: policy " in said


def test_the_readers_own_policy_counts_before_the_folders(tmp_path: Path) -> None:
    """A stranger who makes a log of their own makes its policy too."""
    entries = ordinary(3)
    forged = Bundle(
        entries=entries,
        checkpoint=maker.checkpoint(entries, by=maker.STRANGER),
        policy=f"log {vkey(maker.STRANGER)}\nquorum none\n",
    ).write(tmp_path / "folder")
    own = tmp_path / "policy-from-the-wrap-sheet"
    own.write_text(f"log {vkey(maker.LOG)}\nquorum none\n")

    assert 0 == judged(forged)[0]
    code, said = judged(forged, "--policy", own)

    assert 1 == code
    assert "log/checkpoint is not signed by any log key of the policy" in said
    assert "came with the folder" not in said


# --- Links, folders and things that only look like files


def linked(path: Path, outside: Path) -> None:
    shutil.move(path, outside)
    path.symlink_to(outside, target_is_directory=outside.is_dir())


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (FIRST, FIRST),
        (TILE, TILE),
        (NOTE, NOTE),
        ("policy", "policy"),
        (TEXTS, TEXTS),
        (PICTURE, PICTURE),
        (OLD, OLD),
        ("log/tile", "log/tile"),
        ("log", "log/checkpoint"),
        ("texts", "texts"),
        ("attachments", "attachments"),
    ],
)
def test_no_link_is_followed_out_of_the_folder(name: str, place: str, tmp_path: Path) -> None:
    folder = written(tmp_path / "bundle", WHOLE_300)
    linked(folder / name, tmp_path / "outside")

    code, said = judged(folder, "--hashes")

    assert 1 == code, said
    assert "is a link" in said or name in ("log/tile", "texts")
    assert f"The first thing wrong: {place}" in said


@pytest.mark.parametrize("name", [FIRST, TILE, NOTE, "policy", TEXTS, OLD])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_not_read(name: str, make, tmp_path: Path) -> None:
    folder = written(tmp_path, WHOLE_300)
    (folder / name).unlink()
    make(folder / name)

    code, said = judged(folder, "--hashes")

    # An empty folder in place of texts or of a receipt is only a folder without them.
    assert (0 if make is Path.mkdir and name in (TEXTS, OLD) else 1) == code, said


def test_nothing_in_the_folder_is_run(tmp_path: Path) -> None:
    """Python would import a json.py that lies beside the program it was asked to run."""
    folder = written(tmp_path / "bundle", WHOLE_12 | {"verify.py": SOURCE.read_bytes()})
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w')\n"
    for name in ("__future__", "argparse", "json", "hashlib", "re", "nacl", "typing", "base64"):
        (folder / f"{name}.py").write_text(trap)

    done = subprocess.run(
        [sys.executable, folder / "verify.py", folder], cwd=folder, capture_output=True, check=False
    )

    assert (0, False) == (done.returncode, (tmp_path / "sprung").exists())


def test_words_cannot_steer_the_readers_screen(tmp_path: Path) -> None:
    evil = jws({"id": "s1", "what": "x\x1b[2J", "attested": "server", "sealed\u202e\n": 1})
    files = Bundle(entries=[jws(opening()), evil, evil]).files()

    code, said = judged(written(tmp_path, files | {"log/\x1b[2Jx": b"", "\x1b[31mWHOLE": b""}))

    assert 1 == code
    assert "\x1b" not in said


# --- A wrong call


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-folder"],
        [],
        ["."],
        ["bundle", "--policy", "no-such-file"],
        ["bundle", "--receipt", "no-such-file"],
        ["bundle", "--policy", "bundle/README.txt"],
        ["bundle", "--no-such-option"],
    ],
)
def test_a_wrong_call_is_no_verdict(words: list[str], tmp_path: Path, monkeypatch) -> None:
    written(tmp_path / "bundle", WHOLE_12)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit) as stopped:
        VERIFY.main(words)

    assert 2 == stopped.value.code
