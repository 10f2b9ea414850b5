"""Protects: erased words are gone from the folder, and the record is as whole as it was.

Somebody's reason for not doing a stunt is theirs. The log keeps that something was said,
by whom and when, and every proof of it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from showclear.adapters.production_folder import with_keys
from showclear.cli.main import main
from showclear.ledger.recover import check_head, tree_of
from tests.stories.production import (
    Device,
    Plain,
    Production,
    ad_asks,
    answer,
    armorer_checks,
    crew_and_guns,
    people_arrive,
    production,
    props_hands_over,
    props_takes_out,
    saying,
)

WORDS = "came by ambulance yesterday"
TABLET = Device(name="tablet")


@pytest.fixture
def set_(tmp_path: Path) -> Production:
    """A production with words in a note, in a view, and in an answer that held."""
    made = production(tmp_path / "western", every=1)
    made.take(*crew_and_guns(), TABLET.enrolled())
    made.sign(TABLET, people_arrive("arrive", made.clock(), "dp", note=WORDS))
    found = {"passed": False, "found": WORDS}
    made.take(
        props_takes_out("out", made.clock()),
        armorer_checks("check", made.clock()) | found,
    )
    made.later(1)
    made.take(props_hands_over("hand", made.clock()))
    return made


def erase(made: Production, *names: str) -> None:
    """Erase, and keep no newer view that would take the old one's place anyway."""
    made.every = 0
    made.take(*(erased(name, made) for name in names))


def erased(name: str, made: Production) -> Plain:
    own = {"of": name, "basis": "gdpr-17"}
    return saying(f"erased/{name}", "text.erased", at=made.clock(), by="first-ad", **own)


def everything(made: Production) -> Iterator[tuple[str, bytes]]:
    """Every file of the folder, and the view as it is read."""
    made.close()
    for path in made.path.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
    journal = with_keys(made.path).journal()
    view = journal.snapshot()
    journal.close()
    if view is not None and view.body:
        yield "view", zlib.decompress(view.body)


def test_the_words_are_in_the_folder_before(set_: Production) -> None:
    assert "journal.sqlite" in {name for name, raw in everything(set_) if WORDS.encode() in raw}


def test_the_words_are_in_no_file_any_more(set_: Production) -> None:
    erase(set_, "arrive", "check")

    assert [] == [name for name, raw in everything(set_) if WORDS.encode() in raw]


def test_nor_in_what_was_kept_aside_under_that_id(set_: Production) -> None:
    set_.sign(TABLET, people_arrive("arrive", set_.clock(), "outlaw", note=WORDS))
    stranger = Device(name="stranger")
    set_.record(stranger.sign_as_it_is(people_arrive("arrive", set_.clock(), "dp", note=WORDS)))

    erase(set_, "arrive", "check")

    assert [] == [name for name, raw in everything(set_) if WORDS.encode() in raw]


def test_the_view_of_before_is_nowhere_either(set_: Production) -> None:
    """Packed as it is, no search would find the words in what is left of it on the disk."""
    set_.close()
    journal = with_keys(set_.path).journal()
    view = journal.snapshot()
    journal.close()
    assert view is not None

    erase(set_, "arrive", "check")

    part = view.body[40:200]
    assert [] == [name for name, raw in everything(set_) if part in raw]


def test_the_logs_own_hashes_are_what_they_were(set_: Production) -> None:
    set_.close()
    folder = with_keys(set_.path)
    journal = folder.journal()
    before = journal.head()
    entries = list(journal.entries(0, before.size)) if before else []
    journal.close()

    erase(set_, "arrive", "check")
    set_.close()

    journal = folder.journal()
    head = journal.head()
    assert before is not None
    assert head is not None
    tree = tree_of(journal, head.size)
    check_head(head, tree, folder.key)
    assert before.root == tree.root(before.size)
    assert entries == list(journal.entries(0, before.size))
    journal.close()


def test_the_log_shows_the_rest(set_: Production, capsys: pytest.CaptureFixture[str]) -> None:
    erase(set_, "arrive")
    set_.close()

    assert 0 == main(["log", str(set_.path), "--json"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    by_id = {one["id"]: one for one in lines}
    assert ({}, ["dp"]) == (by_id["arrive"]["texts"], by_id["arrive"]["payload"]["people"])
    assert {"found": WORDS} == by_id["check"]["texts"]
    assert "arrive" == by_id["erased/arrive"]["payload"]["of"]


def test_a_gate_that_held_still_holds(set_: Production) -> None:
    (before,) = set_.take(ad_asks("ask-before", set_.clock()))

    erase(set_, "arrive", "check")
    (after,) = set_.take(ad_asks("ask-after", set_.clock()))
    set_.restart()
    (later,) = set_.take(ad_asks("ask-later", set_.clock()))

    assert ["hold"] * 3 == [answer(one) for one in (before, after, later)]


def test_a_replay_works_and_keeps_what_was_answered(
    set_: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    erase(set_, "arrive", "check")
    set_.close()

    main(["replay", str(set_.path), "--json"])

    (case,) = json.loads(capsys.readouterr().out)["cases"]
    assert ["hand"] == [one["statement"] for one in case["held"]]


def test_a_statement_is_said_and_its_words_erased_in_one_group(set_: Production) -> None:
    note = "words of a moment"
    set_.take(people_arrive("moment", set_.clock(), "dp", note=note), erased("moment", set_))

    assert [] == [name for name, raw in everything(set_) if note.encode() in raw]
    assert "moment" in set_.payloads


def test_erasing_the_words_of_nothing_is_on_record_and_changes_nothing(set_: Production) -> None:
    texts = {said.payload["id"]: said.texts for said in set_.log if said.texts}

    erase(set_, "nothing-like-it")

    assert "erased/nothing-like-it" in set_.payloads
    assert texts.items() <= {said.payload["id"]: said.texts for said in set_.log}.items()


def test_a_device_erases_nothing(set_: Production) -> None:
    """Words are erased by whoever answers for it, on the server, and not by who found a tablet."""
    (came,) = set_.sign(TABLET, erased("arrive", set_))

    assert came.aside is not None
    assert WORDS in {text for said in set_.log for _, text in said.texts.values()}


def test_an_erasure_that_cannot_be_read_erases_nothing(set_: Production) -> None:
    set_.take(people_arrive("None", set_.clock(), "dp", note="left alone"))

    set_.take(erased("arrive", set_) | {"of": 7}, erased("x", set_) | {"basis": None})

    held = {text for said in set_.log for _, text in said.texts.values()}
    assert {WORDS, "left alone"} <= held


def test_the_title_of_the_show_can_be_erased(set_: Production) -> None:
    erase(set_, "founding/production")
    set_.restart()

    assert "A western" not in set_.recorder.spine.title
    assert [] == [name for name, raw in everything(set_) if b"A western" in raw]
