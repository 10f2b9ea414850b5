"""Protects people from a list that gives away what is theirs, and a reader from a page that promises.

Which text goes to strangers is decided by its field alone. Every field of the vocabulary that
can be sealed is walked here, so that a new one stays in until somebody says that it may go out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from showclear.app.bundle_readme import COLUMNS, Beside, readme
from showclear.app.bundling import Sort, Survey, Texts, given, left_out, sort_of
from showclear.core import vocabulary
from showclear.core.parse import COMMON_FIELDS
from showclear.ledger.journal import Head

SEAL = {"sealed": "KZ8Ik4wHahQrCXFaDD0MYr6V6raPrTND_bLC9IEWkJY"}

GOES_OUT = {
    "abort",
    "calibre",
    "cause",
    "condition",
    "controls",
    "duty",
    "except",
    "found",
    "from",
    "item",
    "jurisdiction",
    "kind",
    "label",
    "needs_firearm",
    "needs_real",
    "only",
    "origin",
    "post",
    "scene",
    "serial",
    "take",
    "title",
    "to",
    "topic",
    "topics",
    "version",
    "where",
}
"""Written down a second time, so that a field goes out only when two places say so."""


def said(what: str, **fields: Any) -> dict[str, Any]:
    return {"id": "s-1", "what": what, "by": "props", "attested": "badge", **fields}


def every_field() -> list[tuple[str, str]]:
    found = []
    for tag in vocabulary.table():
        plan = vocabulary.PLAN_FIELDS if tag in vocabulary.PLANNING else {}
        keys = {**COMMON_FIELDS, **plan, **vocabulary.fields_of(tag)}
        found += [(tag, key) for key in keys]
    return found


def test_only_fields_that_were_named_ever_go_out() -> None:
    weapon = {"checks": ["chamber-empty"]}
    out = {
        key
        for tag, key in every_field()
        if sort_of(said(tag, **{**weapon, key: SEAL}), key) is Sort.WORK
    }

    assert GOES_OUT == out


@pytest.mark.parametrize("field", ["note", "because"])
def test_no_note_and_no_reason_goes_out_whatever_it_is_about(field: str) -> None:
    sorts = {
        sort_of(said(tag, **{field: SEAL}), field)
        for tag in vocabulary.table()
        if tag != "refusal.made"
    }

    assert {Sort.NOTE} == sorts


PRIVATE = {
    "a name": (said("person.joined", name=SEAL), "name", Sort.NAME),
    "whether somebody is a minor": (said("person.joined", minor=SEAL), "minor", Sort.PERSON),
    "a department": (said("person.joined", department=SEAL), "department", Sort.PERSON),
    "hours of sleep": (said("rest.recorded", hours=SEAL), "hours", Sort.PERSON),
    "what a private check found": (
        said("check.made", checks=["fit-today"], found=SEAL),
        "found",
        Sort.PERSON,
    ),
    "whether a private check passed": (
        said("check.made", check="rested", passed=SEAL),
        "passed",
        Sort.PERSON,
    ),
    "what a check on a body found": (
        said("check.made", checks=["helmet-worn"], found=SEAL),
        "found",
        Sort.PERSON,
    ),
    "what a check of a weapon and a person found": (
        said("check.made", checks=["chamber-empty", "briefed"], found=SEAL),
        "found",
        Sort.PERSON,
    ),
    "what a check of a pack found": (
        said("check.made", checks=["something-new"], found=SEAL),
        "found",
        Sort.PERSON,
    ),
    "what checks found that cannot be read": (
        said("check.made", checks=[{}], found=SEAL),
        "found",
        Sort.PERSON,
    ),
    "who refused": (said("refusal.made", person=SEAL), "person", Sort.REFUSAL),
    "why somebody refused": (said("refusal.made", note=SEAL), "note", Sort.REFUSAL),
    "somebody's part": (
        said("activity.planned", people={"actor": SEAL}),
        "people.actor",
        Sort.PERSON,
    ),
    "a plan that could not be read": (said("activity.planned", plan=SEAL), "plan", Sort.OTHER),
    "a document about people": (
        said("document.shown", kind=SEAL, people=["actor"]),
        "kind",
        Sort.PERSON,
    ),
    "where somebody keeps their own": (said("weapon.declared", where=SEAL), "where", Sort.PERSON),
    "whom it was promised to": (said("commitment.made", to=SEAL), "to", Sort.PERSON),
    "what nobody could read": ({"id": "s-1", "unread": SEAL}, "unread", Sort.UNREAD),
    "a tag that nobody knows": (said("weapon.painted", where=SEAL), "where", Sort.UNREAD),
    "a field that nobody knows": (said("weapon.seen", colour=SEAL), "colour", Sort.OTHER),
    "words without a name": (
        said("search.made", where=SEAL) | {"by": "anonymous"},
        "where",
        Sort.ANONYMOUS,
    ),
    "words by nobody": (
        {"id": "s-1", "what": "search.made", "where": SEAL},
        "where",
        Sort.ANONYMOUS,
    ),
    "words where numbers belong": (said("permission.granted", limits=SEAL), "limits", Sort.OTHER),
}


@pytest.mark.parametrize(("payload", "path", "sort"), PRIVATE.values(), ids=PRIVATE.keys())
def test_what_is_about_a_person_stays_in(payload: dict[str, Any], path: str, sort: Sort) -> None:
    assert sort is sort_of(payload, path)
    assert not given(sort, Texts.WORK)


WORKED = {
    "the label of a box": (said("rounds.received", label=SEAL), "label"),
    "where they came from": (said("rounds.received", **{"from": SEAL}), "from"),
    "an excepted place": (
        said("permission.granted", **{"except": {"places": [SEAL]}}),
        "except.places.0",
    ),
    "what a weapon check found": (said("check.made", check="chamber-empty", found=SEAL), "found"),
    "a topic of a meeting": (said("meeting.held", topics=["a", SEAL]), "topics.1"),
    "what is planned": (said("activity.planned", title=SEAL), "title"),
    "what ends it": (said("activity.changed", abort=SEAL), "abort"),
    "what the server calls the show": (
        said("production.opened", title=SEAL) | {"by": "server"},
        "title",
    ),
}


@pytest.mark.parametrize(("payload", "path"), WORKED.values(), ids=WORKED.keys())
def test_what_an_inspector_follows_the_work_by_goes_out(payload: dict[str, Any], path: str) -> None:
    assert Sort.WORK is sort_of(payload, path)
    assert given(Sort.WORK, Texts.WORK)
    assert not given(Sort.WORK, Texts.NONE)


def test_what_was_erased_goes_out_to_nobody() -> None:
    assert [] == [
        (sort, texts)
        for sort in (Sort.ERASED, Sort.ABSENT)
        for texts in Texts
        if given(sort, texts)
    ]


# --- the page ------------------------------------------------------------------------

BUSY = Counter(dict.fromkeys(Sort, 1_234_567))
LEFT = {
    "changed since, so not what the log names": 1_000_000,
    "erased, as the log says": 1_000_000,
    "not asked for": 1_000_000,
    "not in this store": 1_000_000,
}


def survey_of(**fields: Any) -> Survey:
    head = Head(
        origin="showclear/0123456789abcdef0123",
        size=1_234_567,
        root=bytes(32),
        frontier=b"",
        checkpoint=b"",
        place="",
    )
    clock = "2026-11-21T14:55:01.123456Z"
    return Survey(head=head, clocks=[clock, clock], server=1_000_000, **fields)


def page_of(found: Survey, *, texts: Texts = Texts.WORK, left: dict[str, int] | None = None) -> str:
    beside = Beside(texts=texts, attached=9_999, attachments_left=left or {}, receipts=99, aside=99)
    return readme(found, beside)


FULLEST = survey_of(
    texts=BUSY, sample=True, title="Night " * 40, before="showclear/0123456789abcdef4567"
)


@pytest.mark.parametrize("texts", Texts)
def test_the_page_is_one_page_whatever_it_has_to_tell(texts: Texts) -> None:
    lines = page_of(FULLEST, texts=texts, left=LEFT).splitlines()

    assert 90 > len(lines)
    assert [] == [line for line in lines if len(line) > COLUMNS]


@pytest.mark.parametrize("words", ["safe", "proves that", "guarantee", "lawyer", "{", "should"])
def test_the_page_promises_and_advises_nothing(words: str) -> None:
    assert not re.search(rf"(?i)(?<!\w){re.escape(words)}", page_of(FULLEST, left=LEFT))


def test_a_sample_is_called_one_before_anything_else() -> None:
    assert page_of(survey_of(sample=True)).startswith(
        "SAMPLE: nothing in it was recorded on a set.\n"
    )
    assert "SAMPLE" not in page_of(survey_of())


def test_the_page_says_how_many_texts_of_each_kind_are_left_out() -> None:
    page = " ".join(page_of(FULLEST).split())

    assert [] == [
        sort for n, sort in left_out(FULLEST, Texts.WORK) if f"{n:,} {sort.value}" not in page
    ]
    assert "Texts given out: 1,234,567." in page


def test_a_title_is_not_on_the_page_when_no_text_is_given_out() -> None:
    found = survey_of(title="The Western")

    assert "The Western" in page_of(found)
    assert "The Western" not in page_of(found, texts=Texts.NONE)


def test_a_title_steers_no_terminal_and_makes_no_line_of_its_own() -> None:
    page = page_of(survey_of(title="A\x1b[2J {root}\n\nWHAT THIS SHOWS: all"))

    assert "\x1b" not in page
    assert 1 == len(re.findall(r"(?m)^WHAT THIS SHOWS", page))
