"""Protects: a group is read and verified as a whole, and no statement of it leans on a later one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showclear.app.draft import Draft, Place, one_by_one, read_time
from showclear.app.founding import founding
from showclear.app.incoming import Incoming, Signed, Taken
from showclear.app.spine import Spine
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.errors import MisuseError
from showclear.ledger.jws import SignedStatement, read_statement
from showclear.ledger.note import NoteSigner
from showclear.ledger.payload import read_payload
from showclear.ledger.writer import Writer
from showclear.testing.memory_journal import MemoryJournal, Store
from tests.stories.production import Device, Plain, people_arrive, props_takes_out
from tests.strategies import often

SERVER = SigningKey(bytes(range(32)))
NOW = datetime(2026, 6, 9, 8, tzinfo=UTC)
AT = "2026-06-09T08:00:00Z"
TABLET = Device(name="tablet")
Asked = Sequence[tuple[SignedStatement, bytes]]


def journal() -> MemoryJournal:
    made = MemoryJournal(Store())
    Writer.found(made, NoteSigner("set.example/log", bytes(32)), place="here")
    return made


def draft(*, judging: bool = True, verify_many: object = one_by_one) -> Draft:
    """A draft of a log's very first group, with the founding in it."""
    made = Draft(
        Spine({}),
        server=SERVER,
        now=NOW,
        random=Random(1).randbytes,
        start=0,
        verify_many=verify_many,  # type: ignore[arg-type]
        judging=judging,
    )
    first = founding(server=SERVER.public, title="Show", where="", sample=False, packs=())
    made.take_all([*first, Taken(fields=TABLET.enrolled())], journal())
    return made


def took(made: Draft, *incoming: Incoming) -> list[Place]:
    before = len(made.places)
    made.take_all(incoming, journal())
    return made.places[before:]


def reasons(places: list[Place]) -> list[str]:
    return ["" if one.aside is None else one.aside.reason for one in places]


def arrived(name: str = "a", **more: object) -> Plain:
    return people_arrive(name, AT, "dp", **more)


def test_signatures_of_a_group_are_verified_together() -> None:
    asked: list[int] = []

    def verify_many(group: Asked) -> list[bool]:
        asked.append(len(group))
        return one_by_one(group)

    made = draft(verify_many=verify_many)
    asked.clear()
    places = took(made, *(TABLET.sign(arrived(f"a-{number}")) for number in range(7)))

    assert [7] == asked
    assert [""] * 7 == reasons(places)


def test_whoever_verifies_many_at_once_cannot_let_a_bad_one_in_by_leaving_it_out() -> None:
    made = draft(verify_many=lambda group: [False for _ in group])
    good = TABLET.sign(arrived())
    head, payload, signature = TABLET.sign(arrived("b")).jws.split(b".")
    bent = Signed(jws=b".".join((head, payload, signature[:-8] + b"AAAAAAAA")))

    assert ["", "bad-signature"] == reasons(took(made, good, bent))


def test_a_device_used_before_its_enrolment_is_not_known() -> None:
    phone = Device(name="phone")
    made = draft()

    places = took(made, phone.sign(arrived()), Taken(fields=phone.enrolled()))

    assert ["unknown-key", ""] == reasons(places)


def test_a_group_that_leans_on_itself_is_taken_in_order() -> None:
    phone = Device(name="phone")

    places = took(
        draft(),
        Taken(fields=phone.enrolled()),
        phone.sign(arrived()),
        TABLET.sign(phone.revoked(AT)),
        phone.sign(arrived("b")),
    )

    assert ["", "", "", "revoked-key"] == reasons(places)


def test_without_judging_it_is_an_intake_alone() -> None:
    made = draft(judging=False)

    (out,) = took(made, TABLET.sign(props_takes_out("out", AT)))

    assert out.index is not None
    assert out.verdict is None
    assert not made.spine.record.by_id


def test_more_than_an_entry_holds_is_kept_aside_with_what_to_do() -> None:
    people = [f"crew-{number}-{'x' * 100}" for number in range(600)]

    (one,) = took(draft(), Taken(fields=people_arrive("a", AT, *people)))

    assert one.aside is not None
    assert "too-large" == one.aside.reason
    assert "several statements" in one.aside.sentence


def test_a_long_text_is_no_large_entry() -> None:
    assert [""] == reasons(took(draft(), Taken(fields=arrived(note="x" * 60_000))))


def test_a_text_longer_than_readers_take_is_kept_aside() -> None:
    assert ["too-large"] == reasons(took(draft(), Taken(fields=arrived(note="x" * 70_000))))


def test_what_is_kept_aside_of_the_server_can_be_read_as_json() -> None:
    made = draft()
    took(made, Taken(fields=arrived("no id", note="by the gate")))

    assert "by the gate" == json.loads(made.asides[-1].raw)["note"]


@pytest.mark.parametrize(
    "name", ["a", "CASE-1/out", "2026.06-09/a", "x" * 180, "verdict", "received"]
)
def test_an_id_is_one(name: str) -> None:
    assert [""] == reasons(took(draft(), Taken(fields=arrived(name))))


@pytest.mark.parametrize(
    "name",
    ["", " ", "a b", "-a", ".a", "/a", "ü", "a\n", "a\x00", "x" * 181, "verdict/", "received/1",
     "a_b", "\ud800"],
)  # fmt: skip
def test_an_id_is_none(name: str) -> None:
    assert ["no-id"] == reasons(took(draft(), Taken(fields=arrived(name))))


def test_close_names_what_came_and_nothing_else() -> None:
    made = draft()
    took(made, TABLET.sign(arrived()), TABLET.sign(arrived()), Signed(jws=b"x"))

    made.close(0)

    received = read_payload(read_statement(made.entries[-1].entry).payload)
    assert ["founding/server", "founding/production", "enrolled/tablet", "a"] == received["ids"]
    assert "offsets" not in received


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-06-09T10:00:00+02:00", NOW),
        ("2026-06-09T08:00Z", NOW),
        ("9999-12-31T23:59-12:00", None),
        ("0001-01-01T00:00+14:00", None),
        ("yesterday", None),
        (None, None),
        (7, None),
        ({}, None),
    ],
)
def test_a_devices_time_is_read_or_is_none(given: object, read: datetime | None) -> None:
    assert read == read_time(given)


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=10)
keys = st.sampled_from(
    ["id", "what", "at", "by", "attested", "with", "witnesses", "note", "of", "people", "unread",
     "sealed", "corrects", "for", "weapons", "entered_at"]
) | st.text(max_size=6)  # fmt: skip


def nested(leaf: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    def more(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)

    return st.recursive(leaf, more, max_leaves=8)


def said(leaf: st.SearchStrategy[object]) -> st.SearchStrategy[Plain]:
    """A statement with a few of its fields replaced by anything."""
    return st.builds(
        lambda fields, more: {**fields, **more},
        st.sampled_from([arrived(), props_takes_out("out", AT), arrived("b", note="words")]),
        st.dictionaries(keys, nested(leaf), max_size=3),
    )


def signed(payload: Plain) -> Signed:
    """As it is, where that can be written; else bytes that are none."""
    try:
        return TABLET.sign_as_it_is(payload)
    except MisuseError:
        return Signed(jws=b"")


anything = leaves | st.decimals(allow_nan=True) | st.floats()
incoming = (
    st.builds(lambda fields: Taken(fields=fields), said(anything))
    | st.builds(signed, said(leaves))
    | st.builds(lambda raw: Signed(jws=raw), st.binary(max_size=80))
)


@often(150)
@given(st.lists(incoming, max_size=4))
def test_whatever_comes_every_one_of_it_has_a_place(group: list[Incoming]) -> None:
    made = draft()

    places = took(made, *group)
    made.close(0)

    assert len(group) == len(places)
    assert all((one.index is None) == (one.aside is not None) for one in places)
    assert all(len(one.entry) <= 65_535 for one in made.entries)
