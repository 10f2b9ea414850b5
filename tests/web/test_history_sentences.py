"""Every statement can be told to people in a sentence, and nobody is told on by one.

Protects: whoever spoke up, refused, walked out or stopped the work; whoever's body or state
was asked about; and whoever reads a history and has to understand it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from showclear.app.memory import Memory
from showclear.app.spine import Spine
from showclear.app.views.history import missing_text
from showclear.app.views.look import Look
from showclear.app.views.sentence_table import SENTENCES
from showclear.app.views.sentences import (
    PRIVATE,
    UNNAMED,
    how_sure,
    in_runs,
    is_unnamed,
    seen_by,
    sentence_of,
    who_said,
)
from showclear.core import vocabulary, words
from showclear.core.parse import read_statement
from showclear.core.statement import TAGS, Kept, Statement
from tests.film_set import ROLES
from tests.stories.production import crew_and_guns, saying, shelf
from tests.strategies import sentence

AT = "2026-06-09T08:00:00Z"
NAME = "Quillfeather"
TAG_NAMES = sorted(TAGS)
each_tag = pytest.mark.parametrize("tag", TAG_NAMES)


def read(said: dict[str, Any]) -> Statement:
    return read_statement(said, fallback_id="kept")


@pytest.fixture(scope="module")
def look() -> Look:
    """A set on which everybody is called by one name that is in no sentence of ours."""
    spine = Spine(shelf()).take_all(map(read, crew_and_guns()))
    people = {*ROLES, *spine.record.state.people}
    for name in people - set(spine.record.state.people):
        said = {"id": f"j/{name}", "what": "person.joined", "person": name, "roles": ["crew"]}
        spine.take(read({**said, "by": "server", "attested": "server"}))
    memory = Memory(names={name: f"{NAME} {name}" for name in people})
    return Look(
        spine=spine,
        memory=memory,
        now=datetime(2026, 6, 9, 12, tzinfo=UTC),
        zone=UTC,
        kind="production",
    )


def said_of(tag: str, seed: int) -> Statement:
    """A statement of this tag that can be read, with some of what it allows."""
    made = read(sentence(tag, Random(f"{tag}/{seed}")))
    assert not isinstance(made, Kept), made.faults
    return made


def test_every_tag_of_the_vocabulary_has_its_sentence_and_no_other_has() -> None:
    assert set(vocabulary.table()) == set(SENTENCES)


@each_tag
def test_whatever_is_said_reads_as_a_sentence(look: Look, tag: str) -> None:
    for seed in range(30):
        told = sentence_of(said_of(tag, seed), look)

        assert told == told.strip(), told
        assert not re.search(r"[{}\[\]]|None|False|True|  | ,|,,|::|,$|:$", told), told
        assert not re.search(r"\bsafe\b", told, re.IGNORECASE)


@pytest.mark.parametrize("tag", sorted(UNNAMED))
def test_nobody_is_named_who_spoke_up_or_was_asked_about(look: Look, tag: str) -> None:
    for seed in range(30):
        said = said_of(tag, seed)
        told = [sentence_of(said, look), who_said(said, look), how_sure(said, look)]

        assert is_unnamed(said, look)
        assert NAME not in " ".join([*told, *seen_by(said, look)])


@pytest.mark.parametrize("check", sorted(words.PRIVATE_CHECKS))
def test_a_private_check_is_told_without_whom_or_what_it_found(look: Look, check: str) -> None:
    for passed in (True, False):
        own = {"checks": [check], "on": ["outlaw"], "passed": passed, "found": "ill", "note": "x"}
        said = read(saying("c-1", "check.made", at=AT, by="armorer", **own))

        assert "A check on somebody, told to few" == sentence_of(said, look)
        assert NAME not in who_said(said, look)


def test_whether_a_private_check_passed_reads_alike(look: Look) -> None:
    told = {
        sentence_of(
            read(
                saying(
                    "c-1",
                    "check.made",
                    at=AT,
                    by="armorer",
                    checks=["fit-today", "helmet-worn"],
                    on=["outlaw"],
                    passed=passed,
                )
            ),
            look,
        )
        for passed in (True, False)
    }

    assert 1 == len(told)


def test_a_note_beside_a_refusal_is_not_told(look: Look) -> None:
    own = {"activity": "lineup", "person": "outlaw", "note": "he is afraid of the horse"}
    said = read(saying("r-1", "refusal.made", at=AT, by="outlaw", **own))

    assert "One person said no to lineup" == sentence_of(said, look)


def test_who_takes_back_a_concern_is_not_told_either(look: Look) -> None:
    concern = read(saying("c-1", "concern.raised", at=AT, by="dp", concern="worry"))
    look.spine.take(concern)
    back = read(saying("c-2", "attachment.added", at=AT, by="dp", sha256="0" * 64, about=["worry"]))

    assert is_unnamed(back, look)


def test_what_cannot_be_read_says_so_and_names_nobody(look: Look) -> None:
    said = read({"id": "k-1", "what": "refusal.made", "at": AT, "by": "outlaw", "person": 7})

    assert "Something that could not be read. It is kept, and it holds" == sentence_of(said, look)
    assert "No name is shown" == who_said(said, look)


@pytest.mark.parametrize(
    ("what", "fields", "told"),
    [
        ("weapon.taken-out", {"weapons": ["rev-1", "rev-2"]}, "rev-1 and rev-2 taken out"),
        (
            "weapon.loaded",
            {"weapons": ["rev-1", "rev-2"], "lot": "blanks", "count": 2, "for": "lineup"},
            "rev-1 and rev-2: 2 each loaded from blanks, for lineup",
        ),
        (
            "weapon.handed-over",
            {"weapon": "rubber", "from": "props", "to": "outlaw"},
            f"rubber to {NAME} outlaw, from {NAME} props",
        ),
        (
            "check.made",
            {"check": "load-shown", "on": "rev-1", "passed": True, "count": 2, "of": 2},
            "rev-1: load shown, 2 of 2",
        ),
        (
            "check.made",
            {"check": "barrel-clear", "on": "rev-1", "passed": False},
            "rev-1: bore clear: did not pass",
        ),
        ("weapon.seen", {"weapon": "rev-1", "open": True}, "rev-1 seen, opened"),
        ("set.declared", {"state": "gun-on-set"}, "The set is GUN ON SET"),
        ("rounds.counted", {"lot": "blanks", "count": 0}, "blanks counted: 0"),
        ("work.left", {"people": ["outlaw", "dp"]}, "2 people left the work"),
        ("stop.called", {"stop": "s", "scope": "all"}, "Stop: everything"),
        (
            "reading.taken",
            {"quantity": "wind_kmh", "value": 32, "within": {"at_most": 30}},
            "Reading: wind 32 km/h, limits wind at most 30 km/h",
        ),
    ],
)
def test_it_is_said_as_people_say_it(
    look: Look, what: str, fields: dict[str, Any], told: str
) -> None:
    assert told == sentence_of(read(saying("x-1", what, at=AT, by="armorer", **fields)), look)


def test_words_that_were_erased_are_told_as_erased(look: Look) -> None:
    own = {"weapon": "rev-1", "because": "[words gone: KZ8Ik4wHahQr]"}
    said = read(saying("h-1", "weapon.held", at=AT, by="armorer", **own))

    assert "rev-1 held: (words erased)" == sentence_of(said, look)


def test_what_somebody_writes_fills_in_nothing(look: Look) -> None:
    own = {"weapon": "rev-1", "where": "{for} [{by}] {weapons}"}
    said = read(saying("l-1", "weapon.locked-up", at=AT, by="armorer", **own))

    assert "rev-1 locked up, (for) [(by)] (weapons)" == sentence_of(said, look)


def test_a_correction_says_that_it_is_one(look: Look) -> None:
    said = read(saying("l-2", "weapon.cleaned", at=AT, by="armorer", weapon="rev-1", corrects="x"))

    assert "Correction: rev-1 cleaned" == sentence_of(said, look)


def test_a_witness_that_somebody_else_typed_did_not_confirm(look: Look) -> None:
    eyes = [{"person": "props", "how": "badge"}, {"person": "dp", "how": "shared-tablet"}]
    own = {"weapon": "rev-1", "witnesses": eyes}
    said = read(saying("c-3", "weapon.cleaned", at=AT, by="armorer", **own))

    assert [
        f"{NAME} props saw it, with their own badge",
        f"{NAME} dp named as having seen it, named on a shared tablet; did not confirm",
    ] == seen_by(said, look)


def test_short_runs_stay_as_they_are() -> None:
    assert ["a-1", "a-2", "a-3"] == in_runs(["a-1", "a-2", "a-3"])
    assert ["a-1 to a-4", "b"] == in_runs(["a-1", "a-2", "a-3", "a-4", "b"])
    assert [] == in_runs([])


def test_every_word_of_a_hold_can_be_said() -> None:
    told = {word: missing_text(word) for word in vocabulary.MISSING_WORDS}

    assert all(text and not re.search(r"[.\-]", text) for text in told.values())


def test_private_is_a_part_of_unnamed() -> None:
    assert PRIVATE <= UNNAMED
