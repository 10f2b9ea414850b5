"""Protects: everybody can see what is on record, what was kept aside, and its proof."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from showclear.cli.main import main
from tests.stories.production import (
    Device,
    Production,
    crew_and_guns,
    people_arrive,
    production,
    props_takes_out,
)

AT = "2026-06-09T08:00:00Z"


@pytest.fixture
def made(tmp_path: Path) -> Production:
    """A production with a note, a verdict, and a stranger's statement kept aside."""
    western = production(tmp_path / "western")
    western.take(*crew_and_guns())
    western.take(people_arrive("arrive", AT, "dp", note="by the gate"))
    western.take(props_takes_out("out", AT))
    western.record(Device(name="stranger").sign(people_arrive("strange", AT, "dp")))
    western.close()
    return western


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Any:
    def ran(*argv: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(one) for one in argv])
        done = capsys.readouterr()
        return code, done.out, done.err

    return ran


def test_every_entry_is_one_line_of_json_with_its_id(made: Production, ran: Any) -> None:
    code, out, _ = ran("log", made.path, "--json")

    lines = [json.loads(line) for line in out.splitlines()]
    assert 0 == code
    assert list(range(len(lines))) == [one["index"] for one in lines]
    assert list(made.payloads) == [one["id"] for one in lines]
    assert all(
        {"index", "id", "what", "by", "at", "attested", "kid", "payload", "texts"} <= one.keys()
        for one in lines
    )


def test_a_sealed_text_that_is_at_hand_is_shown_beside_its_seal(made: Production, ran: Any) -> None:
    _, out, _ = ran("log", made.path, "--json")

    (one,) = (one for one in map(json.loads, out.splitlines()) if one["id"] == "arrive")
    assert {"note": "by the gate"} == one["texts"]
    assert {"sealed"} == one["payload"]["note"].keys()


def test_for_a_person_it_has_who_what_and_when(made: Production, ran: Any) -> None:
    code, out, err = ran("log", made.path)

    (arrive,) = (line for line in out.splitlines() if "[arrive]" in line)
    for words in ("2026-06-09T08:00:00Z", "first-ad", "people.arrived", "dp", '"by the gate"'):
        assert words in arrive
    (verdict,) = (line for line in out.splitlines() if "[verdict/out]" in line)
    assert "clear" in verdict
    assert 0 == code
    assert "1 kept aside" in err


def test_what_was_kept_aside_is_shown_with_its_reason(made: Production, ran: Any) -> None:
    code, out, _ = ran("log", made.path, "--aside")
    as_json = ran("log", made.path, "--aside", "--json")[1]

    assert 0 == code
    assert "unknown-key" in out
    assert "[strange]" in out
    (one,) = map(json.loads, as_json.splitlines())
    assert (1, "strange", "unknown-key") == (one["aside"], one["id"], one["reason"])
    assert one["length"] > 0
    assert 64 == len(one["sha256"])


def test_a_same_id_is_shown_aside_and_the_first_stands(made: Production, ran: Any) -> None:
    made.take(people_arrive("arrive", AT, "outlaw"))
    made.close()

    out = ran("log", made.path, "--aside")[1]

    assert "same-id" in out
    assert ["dp"] == made.payloads["arrive"]["people"]


def test_a_receipt_is_the_one_that_was_given_first(made: Production, ran: Any) -> None:
    (given,) = made.take(people_arrive("later", AT, "outlaw"))
    made.take(people_arrive("after", AT, "outlaw"))
    made.close()

    code, out, _ = ran("receipt", made.path, "later")

    assert given.receipt is not None
    assert (0, given.receipt.decode()) == (code, out)


def test_of_an_id_that_is_not_there_the_nearest_is_named(made: Production, ran: Any) -> None:
    code, out, err = ran("receipt", made.path, "arrived")

    assert (2, "") == (code, out)
    assert "Did you mean arrive?" in err


@pytest.mark.parametrize("command", [["log"], ["receipt"]])
def test_where_no_production_is_it_says_so(command: list[str], tmp_path: Path, ran: Any) -> None:
    code, out, err = ran(*command, tmp_path, *(["x"] if command == ["receipt"] else []))

    assert (2, "") == (code, out)
    assert "no production is here" in err


def test_looking_while_somebody_writes_shows_what_is_durable(made: Production, ran: Any) -> None:
    made.take(people_arrive("now", AT, "outlaw"))

    assert "[now]" in ran("log", made.path)[1]


def test_following_shows_what_comes(
    made: Production, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = iter([lambda: made.take(people_arrive("next", AT, "outlaw"))])

    def sleep(_: float) -> None:
        step = next(waits, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr("showclear.cli.log.time.sleep", sleep)

    code = main(["log", str(made.path), "--follow", "--json"])

    ids = [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]
    assert 130 == code
    assert ["next", *[f"received/{len(ids) - 1}"]] == ids[-2:]
    assert len(ids) == len(set(ids))


def test_words_that_were_changed_on_the_disk_are_shown_as_changed(
    made: Production, ran: Any
) -> None:
    disk = sqlite3.connect(made.path / "journal.sqlite")
    disk.execute("update texts set text = 'by no gate' where text = 'by the gate'")
    disk.commit()
    disk.close()

    as_text, as_json = ran("log", made.path)[1], ran("log", made.path, "--json")[1]

    (line,) = (line for line in as_text.splitlines() if "[arrive]" in line)
    assert "CHANGED" in line.upper()
    (one,) = (one for one in map(json.loads, as_json.splitlines()) if one["id"] == "arrive")
    assert ["note"] == one["changed"]
    assert all("changed" not in other for other in map(json.loads, as_json.splitlines()[:15]))
