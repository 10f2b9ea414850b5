"""Protects: what a program behind `showclear say` relies on: a line per statement, once it is true.

The lines are a contract (docs/formats/ledger.md): whoever reads them takes each for recorded.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.production_folder import with_keys
from showclear.cli.main import main
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.policy import Policy, parse_policy
from showclear.ledger.tlog_proof import parse_tlog_proof, verify_tlog_proof
from tests.stories.production import (
    Device,
    Plain,
    Production,
    armorer_checks,
    crew_and_guns,
    people_arrive,
    production,
    props_hands_over,
    props_takes_out,
)

AT = "2026-06-09T08:00:00Z"
TABLET = Device(name="tablet")


@pytest.fixture
def made(tmp_path: Path) -> Production:
    """A sample with a set, closed so that a command can write to it."""
    sample = production(tmp_path / "western", sample=True)
    sample.take(*crew_and_guns(), TABLET.enrolled())
    sample.close()
    return sample


class Said:
    """What a call of `say --json` came to."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.err = code, err
        self.lines: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def say(made: Production, capsys: pytest.CaptureFixture[str]) -> Any:
    def say(*files: Path) -> Said:
        capsys.readouterr()
        code = main(["say", str(made.path), *map(str, files), "--json"])
        done = capsys.readouterr()
        return Said(code, done.out, done.err)

    return say


def lines(path: Path, *said: Plain | bytes) -> Path:
    raw = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in said)
    path.write_bytes(b"\n".join(raw) + b"\n")
    return path


def policy_of(made: Production) -> Policy:
    return parse_policy((made.path / "policy").read_bytes())


def test_there_is_one_line_for_each_statement_in_order(say: Any, tmp_path: Path) -> None:
    file = lines(
        tmp_path / "said",
        people_arrive("b", AT, "dp"),
        people_arrive("a", AT, "outlaw"),
        people_arrive("b", AT, "dp"),
    )

    done = say(file)

    assert 0 == done.code
    assert ["b", "a", "b"] == [one["id"] for one in done.lines]
    assert all({"id", "index", "receipt", "verdict"} == one.keys() for one in done.lines)
    assert done.lines[0] == done.lines[2]


def test_a_verdict_is_null_where_no_gate_was_asked(say: Any, tmp_path: Path) -> None:
    file = lines(
        tmp_path / "said",
        people_arrive("arrive", AT, "dp"),
        props_takes_out("out", AT),
        props_hands_over("hand", AT),
    )

    arrive, out, hand = say(file).lines

    assert arrive["verdict"] is None
    assert ("clear", "hold") == (out["verdict"]["answer"], hand["verdict"]["answer"])
    assert ["is-replica"] == hand["verdict"]["reasons"][0]["missing"]


def test_holds_are_recorded_and_end_with_0(say: Any, tmp_path: Path) -> None:
    assert 0 == say(lines(tmp_path / "said", props_hands_over("hand", AT))).code


def test_every_receipt_verifies_against_the_policy_of_the_folder(
    say: Any, made: Production, tmp_path: Path
) -> None:
    said = [people_arrive(f"arrive-{number}", AT, "dp") for number in range(70)]
    done = say(lines(tmp_path / "said", *said))

    policy = policy_of(made)
    raw = entries_of(made)
    for one in done.lines:
        proof = parse_tlog_proof(one["receipt"].encode())
        assert one["index"] == proof.index
        verify_tlog_proof(one["receipt"].encode(), raw[one["index"]], trust=policy)


def entries_of(made: Production) -> list[bytes]:
    journal = with_keys(made.path).journal()
    try:
        return list(journal.entries(0, journal.head().size))  # type: ignore[union-attr]
    finally:
        journal.close()


def test_said_again_every_line_is_the_same(say: Any, tmp_path: Path) -> None:
    file = lines(tmp_path / "said", props_takes_out("out", AT), people_arrive("a", AT, "dp"))

    first, again = say(file), say(file)

    assert (0, 0) == (first.code, again.code)
    assert first.lines == again.lines


def test_a_case_is_said_under_its_own_id(say: Any, made: Production, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(
        "format: showclear-case/1\nid: SMALL-1\nkind: compliant-day\ntitle: Small\nwhere: US-NM\n"
        "packs: [showclear-baseline]\npeople: {ad: {roles: [first-ad]}}\nstatements:\n"
        "  - {id: a, at: 2026-06-09T07:00Z, by: ad, what: people.arrived, people: [ad]}\n"
        "  - truth: Nobody counted them.\n",
        encoding="utf-8",
    )

    done = say(case)

    assert ["SMALL-1/people/ad", "SMALL-1/packs/showclear-baseline", "SMALL-1/a"] == [
        one["id"] for one in done.lines
    ]
    assert "order-only" == made.payloads["SMALL-1/people/ad"]["at_is"]
    assert "Nobody counted" not in repr(made.log)


def test_signed_lines_are_said_with_their_texts(say: Any, made: Production, tmp_path: Path) -> None:
    signed = TABLET.sign(people_arrive("arrive", AT, "dp", note="by the gate"))
    texts = {
        path: {"salt": encode_base64url(salt).decode(), "text": text}
        for path, (salt, text) in signed.texts.items()
    }
    line = {"jws": signed.jws.decode(), "texts": texts}

    done = say(lines(tmp_path / "said", line, TABLET.sign(people_arrive("b", AT, "dp")).jws))

    assert 0 == done.code
    assert ["arrive", "b"] == [one["id"] for one in done.lines]
    assert "by the gate" in repr(made.log)


def test_what_is_kept_aside_ends_with_3_and_says_why(say: Any, tmp_path: Path) -> None:
    stranger = Device(name="stranger").sign(people_arrive("x", AT, "dp"))
    file = lines(
        tmp_path / "said", people_arrive("a", AT, "dp"), stranger.jws, people_arrive("b", AT, "dp")
    )

    done = say(file)

    assert 3 == done.code
    a, x, b = done.lines
    assert ("x", None, None, None) == (x["id"], x["index"], x["receipt"], x["verdict"])
    assert "unknown-key" == x["aside"]["reason"]
    assert x["aside"]["sentence"]
    assert None not in (a["index"], b["index"])
    assert "kept aside" in done.err


@pytest.mark.parametrize("place", [0, 1])
def test_one_file_that_cannot_be_read_says_nothing_of_any(
    say: Any, made: Production, tmp_path: Path, place: int
) -> None:
    good = lines(tmp_path / "good", people_arrive("a", AT, "dp"))
    bad = tmp_path / "bad"
    bad.write_text("{no", encoding="utf-8")
    size = len(made.log)

    done = say(*([bad, good] if place else [good, bad]))

    assert 2 == done.code
    assert [] == done.lines
    assert "bad" in done.err
    assert size == len(made.log)


def test_without_a_file_it_says_so(say: Any) -> None:
    assert 2 == say().code


def test_where_no_production_is_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lines(tmp_path / "said", people_arrive("a", AT, "dp"))

    assert 2 == main(["say", str(tmp_path / "nothing"), str(file)])
    assert "showclear init" in capsys.readouterr().err


def test_a_production_that_somebody_has_open_is_not_written_to(
    made: Production, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr("showclear.cli.production.WAIT_SECONDS", 0.0)
    assert made.recorder.size

    code = main(
        ["say", str(made.path), str(lines(tmp_path / "said", people_arrive("a", AT, "dp")))]
    )

    assert 3 == code
    assert "open for writing already" in capsys.readouterr().err


def test_on_a_terminal_it_reads_as_sentences(
    made: Production, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lines(tmp_path / "said", props_takes_out("out", AT), props_hands_over("hand", AT))

    assert 0 == main(["say", str(made.path), str(file)])
    first = capsys.readouterr().out
    assert 0 == main(["say", str(made.path), str(file)])
    again = capsys.readouterr().out

    assert "out  clear take-out rubber" in first
    assert "hand  HOLD  hand-over rubber" in first
    assert "Nobody has looked today" in first
    assert "again" in again
    assert "is-replica" in again


def test_words_that_were_changed_on_the_disk_stop_nobody_and_count_as_gone(
    say: Any, made: Production, tmp_path: Path
) -> None:
    assert 0 == say(lines(tmp_path / "said", people_arrive("a", AT, "dp", note="by gate 3"))).code
    disk = sqlite3.connect(made.path / "journal.sqlite")
    disk.execute("update texts set text = 'by gate 4' where text = 'by gate 3'")
    disk.commit()
    disk.close()

    done = say(lines(tmp_path / "more", people_arrive("b", AT, "dp")))

    assert 0 == done.code
    assert {"a"} == made.recorder.spine.differing
    assert "by gate 4" not in repr(made.said)


def test_a_receipt_from_the_future_of_this_log_stops_the_writing(
    made: Production, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = tmp_path / "older"
    shutil.copy(made.path / "journal.sqlite", older)
    (ahead,) = made.take(people_arrive("a", AT, "dp"))
    made.close()
    held = tmp_path / "held.tlog-proof"
    assert ahead.receipt is not None
    held.write_bytes(ahead.receipt)
    # Back in place without a new file number: a restored backup.
    (made.path / "journal.sqlite").write_bytes(older.read_bytes())
    for name in ("journal.sqlite-wal", "journal.sqlite-shm"):
        (made.path / name).unlink(missing_ok=True)

    file = lines(tmp_path / "said", people_arrive("b", AT, "dp"))
    code = main(["say", str(made.path), str(file), "--receipt", str(held)])

    assert 3 == code
    assert "older copy" in capsys.readouterr().err


def test_more_digits_than_a_rule_counts_with_are_on_record_and_hold(
    say: Any, tmp_path: Path
) -> None:
    plan = crew_and_guns()[-1] | {"id": "plan/fast", "activity": "fast"}
    line = json.dumps(plan)[:-1] + ', "speed_kmh": 0.12345678901234567890123}'

    done = say(lines(tmp_path / "said", line.encode()))

    assert 0 == done.code
    assert ["plan/fast"] == [one["id"] for one in done.lines]
    assert "could not be read" in done.err


def test_a_number_that_no_memory_holds_is_refused_with_its_file(say: Any, tmp_path: Path) -> None:
    line = json.dumps(armorer_checks("c", AT))[:-1] + ', "count": 1e999999999, "of": 1E+99999999}'

    done = say(lines(tmp_path / "said", line.encode()))

    assert (2, []) == (done.code, done.lines)


def test_a_folder_means_every_yaml_file_below_it(say: Any, tmp_path: Path) -> None:
    folder = tmp_path / "day"
    (folder / "later").mkdir(parents=True)
    for name in ("a", "later/b"):
        said = [people_arrive(name, AT, "dp")]
        (folder / f"{name}.yaml").write_text(json.dumps(said), encoding="utf-8")
    (folder / "notes.txt").write_text("not a word of this", encoding="utf-8")

    done = say(folder)

    assert (0, ["a", "later/b"]) == (done.code, [one["id"] for one in done.lines])


def test_a_folder_with_nothing_to_say_says_nothing_of_any(
    say: Any, made: Production, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    size = len(made.log)

    done = say(lines(tmp_path / "good", people_arrive("a", AT, "dp")), tmp_path / "empty")

    assert (2, []) == (done.code, done.lines)
    assert "without a YAML file" in done.err
    assert size == len(made.log)


@pytest.mark.parametrize("name", ["by the gate", "Łódź", "x" * 181, "verdict/a", "-a"])
def test_an_id_that_no_log_would_take_is_refused_before_anything_is_said(
    say: Any, made: Production, tmp_path: Path, name: str
) -> None:
    good = lines(tmp_path / "good", people_arrive("a", AT, "dp"))
    bad = lines(tmp_path / "bad", people_arrive("b", AT, "dp"), people_arrive(name, AT, "dp"))
    size = len(made.log)

    done = say(good, bad)

    assert (2, []) == (done.code, done.lines)
    assert str(bad) in done.err
    assert name in done.err
    assert "letters, digits, dots" in done.err
    assert size == len(made.log)


def test_a_case_whose_id_makes_an_id_too_long_says_nothing(
    say: Any, made: Production, tmp_path: Path
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(
        "format: showclear-case/1\nid: SMALL-1\nkind: compliant-day\ntitle: Small\nwhere: US-NM\n"
        "packs: [showclear-baseline]\npeople: {ad: {roles: [first-ad]}}\nstatements:\n"
        f"  - {{id: {'a' * 178}, at: 2026-06-09T07:00Z, by: ad, what: people.arrived, "
        "people: [ad]}\n",
        encoding="utf-8",
    )
    size = len(made.log)

    done = say(case)

    assert (2, []) == (done.code, done.lines)
    assert size == len(made.log)


@pytest.mark.parametrize(("count", "words"), [(1, "1 statement "), (2, "2 statements ")])
def test_what_could_not_be_read_as_what_it_says_is_counted_at_the_end(
    say: Any, tmp_path: Path, count: int, words: str
) -> None:
    strange = [
        people_arrive(f"x{number}", AT, "dp") | {"what": "people.vanished"}
        for number in range(count)
    ]
    file = lines(tmp_path / "said", people_arrive("a", AT, "dp"), *strange)

    done, again = say(file), say(file)

    assert (0, 0) == (done.code, again.code)
    assert f"{words}could not be read as what" in done.err
    assert "corrects:" in done.err


def test_where_all_could_be_read_nothing_is_counted(say: Any, tmp_path: Path) -> None:
    done = say(lines(tmp_path / "said", people_arrive("a", AT, "dp")))

    assert "could not be read" not in done.err


def test_only_the_first_case_of_several_is_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "western"
    assert 0 == main(["init", str(folder), "--sample", "--packs", "us-ca-labor"])
    for name in ("ONE", "TWO"):
        (tmp_path / f"{name}.yaml").write_text(
            f"format: showclear-case/1\nid: {name}\nkind: compliant-day\ntitle: Small\n"
            "where: US-NM\npacks: [showclear-baseline]\npeople: {ad: {roles: [first-ad]}}\n"
            "statements:\n  - {id: a, at: 2026-06-09T07:00Z, by: ad, what: people.arrived, "
            "people: [ad]}\n",
            encoding="utf-8",
        )

    assert 0 == main(["say", str(folder), *(str(tmp_path / f"{x}.yaml") for x in ("ONE", "TWO"))])

    withdrawn = [name for name in Production(path=folder).payloads if name.endswith("withdrawn")]
    assert ["ONE/packs/us-ca-labor/withdrawn"] == withdrawn
