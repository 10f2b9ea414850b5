"""Tests of the second reader without a disk: whatever does not follow from the entries is found.

It is believed by whoever it reassures, so each thing that it says it looks at is changed here,
and each thing that a crash or the law may leave is left.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showclear.ledger.checkpoint import Checkpoint, sign_checkpoint
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.fsck import check
from showclear.ledger.fsck_entries import Tower, seals_in
from showclear.ledger.fsck_report import JOURNAL, Asked, Findings, Step
from showclear.ledger.jws import jwk, thumbprint
from showclear.ledger.note import NoteSigner
from showclear.ledger.verify_report import Finding
from tests.unit.ledger.memory_production import (
    LOG,
    PHONE,
    Folder,
    codes,
    fsck,
    naive_root,
    note,
    sealed,
    show,
)

SOURCES = Path(__file__).parents[3] / "src"


# --- the tree ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 513, 600])
def test_the_tower_has_the_root_that_the_definition_gives(size: int) -> None:
    leaves = [sha256(bytes([place % 256, place // 256])).digest() for place in range(size)]
    tower = Tower({size // 2})
    for leaf in leaves:
        tower.push(leaf)
    tower.note()

    assert naive_root(leaves) == tower.roots[size]
    assert naive_root(leaves[: size // 2]) == tower.roots[size // 2]
    assert b"".join(leaves) == tower.levels[0]
    above = [naive_root(leaves[at : at + 256]) for at in range(0, size - 255, 256)]
    assert b"".join(above) == b"".join(map(bytes, tower.levels[1:]))


def test_the_ones_who_made_the_public_vectors_agree() -> None:
    texts = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    tower = Tower(set())
    for text in [*texts, "606162636465666768696a6b6c6d6e6f"]:
        tower.push(sha256(b"\0" + bytes.fromhex(text)).digest())
    tower.note()

    root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root == tower.roots[8].hex()


# --- what is whole --------------------------------------------------------------------------


@settings(deadline=None)
@given(groups=st.lists(st.integers(1, 9), max_size=6), at=st.integers(0, 8))
def test_whatever_was_said_and_however_far_it_was_published_it_is_whole(
    groups: list[int], at: int
) -> None:
    folder = show(groups)
    folder.publish(at % len(folder.tables["checkpoints"]))

    found, _ = fsck(folder)

    assert () == found.findings
    assert (len(folder.leaves), LOG.name) == (found.entries, found.origin)


@pytest.mark.parametrize("count", [245, 246, 247, 250, 300])
def test_a_log_of_more_than_one_tile_is_whole(count: int) -> None:
    assert () == fsck(show([count]).publish())[0].findings


def test_what_was_written_before_the_checkpoint_is_left_over() -> None:
    folder = show([5, 9])
    ahead = folder.files
    folder.publish(-2)
    folder.files = {**ahead, **folder.files}

    found, _ = fsck(folder)

    assert () == found.findings
    assert any("from a write that was cut off" in one for one in found.gone)


# --- one byte -------------------------------------------------------------------------------

FREE_TO_CHANGE = {"policy", "keys/server.jwk"}
"""Files in which other spaces mean the same; their own tests are those of the command."""


def places(folder: Folder) -> list[tuple[Callable[[bytes], None], bytes]]:
    """Every place at which bytes stand that have one reading."""
    found: list[tuple[Callable[[bytes], None], bytes]] = []
    for table, rows in folder.tables.items():
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if isinstance(value, bytes):
                    found.append(
                        (lambda raw, at=(table, row, column): folder.change(*at, raw), value)
                    )
    for name, raw in folder.files.items():
        if name not in FREE_TO_CHANGE:
            found.append((lambda raw, name=name: folder.files.update({name: raw}), raw))
    return found


@settings(deadline=None)
@given(at=st.integers(0, 10_000), place=st.integers(0, 100_000), bit=st.integers(0, 7))
def test_any_byte_that_is_another_is_found(at: int, place: int, bit: int) -> None:
    folder = show([3]).publish()
    every = places(folder)
    put, raw = every[at % len(every)]
    # An empty frontier of the first checkpoint has no byte to change.
    if raw:
        spoilt = bytearray(raw)
        spoilt[place % len(raw)] ^= 1 << bit
        put(bytes(spoilt))

        assert [] != codes(folder)


@settings(deadline=None)
@given(at=st.integers(0, 10_000), length=st.integers(0, 100_000))
def test_any_bytes_that_were_cut_off_are_found(at: int, length: int) -> None:
    folder = show([3]).publish()
    every = places(folder)
    put, raw = every[at % len(every)]
    # The newline after a secret key is nothing that anybody needs.
    if raw and length % len(raw) < len(raw) - raw.endswith(b"\n"):
        put(raw[: length % len(raw)])

        assert [] != codes(folder)


JUNK = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=9),
    st.binary(max_size=9),
)


@settings(deadline=None)
@given(at=st.integers(0, 10_000), value=JUNK)
def test_whatever_stands_in_a_column_the_answer_is_a_report(at: int, value: object) -> None:
    folder = show([3]).publish()
    folder.tables["asides"].append((1, "r", "s", "c", "i", b"raw", 3, sha256(b"raw").digest()))
    folder.tables["snapshots"].append((1, 3, naive_root(folder.leaves[:3]), "m", b"b"))
    every = [
        (table, row, column)
        for table, rows in folder.tables.items()
        for row, values in enumerate(rows)
        for column, _ in enumerate(values)
    ]
    folder.change(*every[at % len(every)], value)

    found, report = fsck(folder)

    assert len(found.findings) == found.count == report.count
    assert all(one.where and one.sentence and one.code for one in found.findings)


# --- keys and who may sign --------------------------------------------------------------------


def revoked() -> Folder:
    folder = show()
    folder.commit([{"id": "gone", "what": "device.revoked", "device": "phone"}])
    folder.commit([note("late")], key=PHONE)
    return folder


def test_what_a_revoked_key_signed_is_found_also_without_signatures() -> None:
    assert ["revoked-key"] == codes(revoked())
    assert ["revoked-key"] == codes(revoked(), signatures=False)


def test_what_an_unknown_key_signed_is_found() -> None:
    folder = show()
    folder.commit([note("late")], key=SigningKey(b"X" * 32))

    assert ["unknown-key"] == codes(folder)


def test_a_signature_that_does_not_fit_is_found_unless_it_was_left_out() -> None:
    folder = Folder()
    folder.say(note("one"))
    idx, name, entry, _ = folder.tables["entries"][-1]
    other = entry[:-8] + (b"AAAAAAAA" if entry[-8:] != b"AAAAAAAA" else b"BBBBBBBA")
    folder.tables["entries"][-1] = idx, name, other, sha256(b"\0" + other).digest()
    folder.commit([], named=["one"])

    assert ["bad-signature"] == codes(folder)
    assert [] == codes(folder, signatures=False)


def test_a_device_that_speaks_as_the_server_is_found() -> None:
    folder = show()
    folder.commit([note("one", by="server")], key=PHONE)

    assert ["not-the-server"] == codes(folder)


def test_a_public_key_of_an_enrolled_device_may_lie_with_the_others() -> None:
    folder = show()
    folder.files["keys/phone.jwk"] = json.dumps(
        {"kid": thumbprint(PHONE.public), **jwk(PHONE.public)}
    ).encode()

    assert [] == codes(folder)


def test_a_secret_key_that_this_user_cannot_read_is_not_checked() -> None:
    folder = show()
    folder.shut.add("private/log.key")

    found, _ = fsck(folder)

    assert () == found.findings
    assert "private/log.key: this user cannot read it." in found.unchecked


def test_a_folder_whose_keys_were_all_exchanged_does_not_fit_its_checkpoints() -> None:
    other = NoteSigner(LOG.name, b"O" * 32)
    folder = show()
    folder.files["policy"] = f"log {other.key}\nquorum none\n".encode()
    folder.files["keys/log.vkey"] = f"{other.key}\n".encode()
    folder.files["private/log.key"] = b"4f" * 32

    assert {"no-known-signature"} == set(codes(folder))


def test_a_log_whose_key_nobody_can_tell_is_read_as_far_as_it_goes() -> None:
    folder = show()
    del folder.files["policy"], folder.files["keys/log.vkey"]

    found, _ = fsck(folder)

    assert {"no-policy", "file-missing"} == {one.code for one in found.findings}
    assert "Checkpoints: nobody can tell this log's key." in found.unchecked


# --- verdicts and receptions --------------------------------------------------------------------


@pytest.mark.parametrize(
    "named", [[], ["a"], ["a", "b", "b"], ["a", "b", "other"], ["a", "b", "n"], ["a", 5], "a"]
)
def test_a_reception_that_does_not_name_its_commit_is_found(named: Any) -> None:
    folder = show()
    folder.commit([note("a"), note("b")], named=named)

    found, _ = fsck(folder)

    assert {"not-received-once", "received-elsewhere", "bad-reception"} >= set(codes(folder))
    assert found.findings


def test_a_commit_that_goes_on_after_its_reception_is_found() -> None:
    folder = show()
    folder.say({"id": "received/x", "what": "received", "ids": ["a"]})
    folder.commit([note("a")], named=[])

    assert ["bad-reception"] == codes(folder)


def test_a_verdict_on_an_act_without_a_gate_is_found() -> None:
    assert ["not-gated"] == codes(show(), gated=frozenset())
    assert [] == codes(show(), gated=None)


def test_a_verdict_before_its_act_is_found() -> None:
    folder = show()
    folder.say({"id": "early", "what": "verdict.given", "for": "later"})
    folder.tables["verdicts"].append((len(folder.leaves), len(folder.leaves) - 1))
    folder.commit([note("later")])

    assert "verdict-differs" in codes(folder, gated=None)


def test_two_rows_that_point_to_one_verdict_are_found() -> None:
    folder = show()
    folder.tables["verdicts"].append((5, folder.tables["verdicts"][0][1]))

    assert ["verdict-twice"] == codes(folder)


# --- texts ------------------------------------------------------------------------------------


def test_a_text_that_should_be_erased_is_found() -> None:
    folder = show()
    folder.commit([{"id": "erase", "what": "text.erased", "of": "n"}])

    found, _ = fsck(folder)

    assert ["not-erased"] == [one.code for one in found.findings]
    assert "text of n at note" in found.findings[0].where


def test_an_erased_text_is_counted_apart_from_one_that_is_merely_gone() -> None:
    folder = show()
    folder.commit([note("m", note=sealed("other"), words={"note": "other"})])
    folder.commit([{"id": "erase", "what": "text.erased", "of": "n"}])
    folder.tables["texts"].clear()

    found, _ = fsck(folder)

    assert () == found.findings
    assert found.gone[0].startswith("1 sealed places have no text: the log says")
    assert found.gone[1].startswith("1 sealed places have no text, and no text.erased says why")


def test_an_erasure_before_the_words_does_not_reach_them() -> None:
    folder = show()
    folder.commit([{"id": "erase", "what": "text.erased", "of": "later"}])
    folder.commit([note("later", note=sealed("words"), words={"note": "words"})])

    assert [] == codes(folder)


def test_seals_are_found_however_deep() -> None:
    seal = sealed("x")
    payload = {"a": seal, "b": [{"c": [seal]}], "d": {"sealed": "short"}, "e": {**seal, "more": 1}}

    assert {("a", seal["sealed"]), ("b.0.c.0", seal["sealed"])} == set(seals_in(payload))


# --- holes ------------------------------------------------------------------------------------


def test_what_names_an_entry_in_a_hole_is_counted_and_not_called_wrong() -> None:
    folder = show()
    act = next(row[0] for row in folder.tables["entries"] if row[1] == "act")
    del folder.tables["entries"][act]

    found, _ = fsck(folder)

    assert ["entries-missing"] == [one.code for one in found.findings]
    assert f"{JOURNAL}, entry {act}" == found.findings[0].where
    assert any("mentions of entries that could not be read" in one for one in found.unchecked)
    assert found.root is None


def test_a_number_that_comes_twice_is_found() -> None:
    folder = show([3]).publish()
    folder.tables["entries"].insert(5, folder.tables["entries"][4])

    assert ["entry-number", "tile-differs"] == codes(folder)


@pytest.mark.parametrize("table", ["checkpoints", "texts"])
def test_a_row_that_comes_twice_is_found(table: str) -> None:
    folder = show([3])
    folder.tables[table].insert(1, folder.tables[table][0])

    assert [{"checkpoints": "not-growing", "texts": "text-twice"}[table]] == codes(folder)


@pytest.mark.parametrize(
    "table", ["entries", "verdicts", "checkpoints", "texts", "writer", "asides"]
)
def test_a_table_that_breaks_off_is_a_finding_and_the_rest_is_read(table: str) -> None:
    folder = show([3]).publish()
    folder.cut[table] = 0

    found, _ = fsck(folder)

    assert any(one.where.startswith(f"{JOURNAL}, {table}") for one in found.findings)
    assert (found.entries is None) == (table == "entries")


def test_entries_that_nobody_can_read_leave_log_to_verify() -> None:
    folder = show([3]).publish()
    folder.cut["entries"] = 0

    found, _ = fsck(folder)

    assert found.entries is None
    assert any("`showclear verify`" in one for one in found.unchecked)


# --- what is published ------------------------------------------------------------------------


def test_a_journal_older_than_what_is_published_is_found() -> None:
    folder, newer = show([3]), show([3, 3]).publish()
    folder.files.update({"log/checkpoint": newer.files["log/checkpoint"]})

    found, _ = fsck(folder)

    assert ["store-behind"] == [one.code for one in found.findings]
    assert "log/checkpoint" == found.findings[0].where


def test_another_history_that_is_published_is_found() -> None:
    folder, other = show([3]).publish(), show().publish()
    other.commit([note("x"), note("y"), note("z")], key=PHONE)
    folder.files["log/checkpoint"] = other.publish().files["log/checkpoint"]

    assert ["store-differs"] == codes(folder)


def test_a_checkpoint_that_was_never_stored_is_found() -> None:
    folder = show([3]).publish()
    size = len(folder.leaves) - 1
    point = Checkpoint(origin=LOG.name, size=size, root=naive_root(folder.leaves[:size]))
    folder.files["log/checkpoint"] = sign_checkpoint(point, LOG)

    assert ["checkpoint-unknown"] == codes(folder)


# --- the report ----------------------------------------------------------------------------------


def test_what_the_database_showed_comes_first() -> None:
    folder = show()
    folder.found = (Finding(code="journal-damaged", where=JOURNAL, sentence="is damaged"),)
    folder.change("entries", 3, 3, bytes(32))

    found, report = fsck(folder)

    assert Step.DATABASE == report.first()
    assert ["journal-damaged", "leaf-differs"] == [one.code for one in found.findings]


def test_a_thousand_findings_of_a_step_are_kept_and_all_are_counted() -> None:
    report = Findings()
    for place in reversed(range(5_000)):
        report.wrong(Step.TEXTS, "code", where=f"{place}", sentence="is wrong", place=place)

    assert 5_000 == report.count
    assert [f"{place}" for place in range(1_000)] == [one.where for one in report.findings()]


def test_findings_of_a_moment_that_is_past_are_taken_back_and_no_others() -> None:
    report = Findings()
    for step, code in ((Step.PUBLISHED, "a"), (Step.PUBLISHED, "b"), (Step.TEXTS, "a")):
        report.wrong(step, code, where="here", sentence="is wrong")
    report.drop(Step.PUBLISHED, frozenset({"a"}))

    assert 2 == report.count
    assert ["a", "b"] == [one.code for one in report.findings()]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    folder = show([300])

    check(folder, Asked(), published=None, shown=lambda done, size: told.append((done, size)))

    assert [(256, len(folder.leaves))] == told


def test_nothing_of_the_writer_is_behind_it() -> None:
    shared = "writer publish recover tree journal files"
    asked = (
        "import sys, showclear.ledger.fsck, showclear.adapters.fsck_folder\n"
        f"ours = ['showclear.ledger.' + name for name in '{shared}'.split()]\n"
        "ours += ['showclear.app.recording', 'showclear.adapters.sqlite_journal', 'sqlalchemy']\n"
        "ours += ['showclear.adapters.production_folder', 'showclear.adapters.disk_files']\n"
        "print([name for name in ours if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "[]" == done.stdout.strip()
