"""Protects: how surely it is known who said something follows from the key, never from its word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showclear.app.attesting import as_attested
from showclear.core.words import ATTESTED, INDEPENDENT
from showclear.ledger.keyring import Enrolled
from tests.strategies import often


def key(person: str = "", *, kind: str = "tablet") -> Enrolled:
    return Enrolled(device="it", kind=kind, person=person, public=bytes(32), vouched=True, since=0)


SHARED, OWN, SERVER = key(), key("armorer", kind="phone"), key(kind="server")

# What is claimed, and what it is worth under each key.
WORTH = [
    # claimed          shared           own, its owner   own, another    server
    ("own-device", "shared-tablet", "own-device", "proxy", "own-device"),
    ("badge", "badge", "own-device", "proxy", "badge"),
    ("shared-tablet", "shared-tablet", "own-device", "proxy", "shared-tablet"),
    ("server", "shared-tablet", "own-device", "proxy", "server"),
    ("proxy", "proxy", "proxy", "proxy", "proxy"),
    ("paper", "paper", "paper", "paper", "paper"),
    ("unsigned", "unsigned", "unsigned", "unsigned", "unsigned"),
]


def said(attested: Any, by: str = "armorer", **more: Any) -> dict[str, Any]:
    return {"id": "s", "what": "check.made", "by": by, "attested": attested, **more}


@pytest.mark.parametrize(("claimed", "shared", "own", "another", "server"), WORTH)
def test_a_claim_is_worth_what_its_key_can_show(
    claimed: str, shared: str, own: str, another: str, server: str
) -> None:
    assert (shared, own, another, server) == (
        as_attested(said(claimed), SHARED)["attested"],
        as_attested(said(claimed), OWN)["attested"],
        as_attested(said(claimed, by="props"), OWN)["attested"],
        as_attested(said(claimed), SERVER)["attested"],
    )


def test_every_word_there_is_stands_in_the_table() -> None:
    assert ATTESTED == {row[0] for row in WORTH}


@pytest.mark.parametrize(("claimed", "shared", "own", "another", "server"), WORTH)
def test_a_witness_is_worth_no_more(
    claimed: str, shared: str, own: str, another: str, server: str
) -> None:
    def how(person: str, under: Enrolled) -> str:
        witness = {"person": person, "how": claimed}
        (one,) = as_attested(said("badge", witnesses=[witness]), under)["witnesses"]
        return str(one["how"])

    assert (shared, own, another, server) == (
        how("armorer", SHARED),
        how("armorer", OWN),
        how("props", OWN),
        how("armorer", SERVER),
    )


@pytest.mark.parametrize("people", ["props", ["props", "first-ad"]])
def test_with_is_short_for_witnesses_by_badge(people: Any) -> None:
    on_shared = as_attested(said("badge", **{"with": people}), SHARED)
    on_own = as_attested(said("badge", **{"with": people}), OWN)

    assert "with" not in on_shared
    assert {"badge"} == {one["how"] for one in on_shared["witnesses"]}
    assert {"proxy"} == {one["how"] for one in on_own["witnesses"]}


def test_with_is_added_to_the_witnesses_that_are_there() -> None:
    given = said("badge", witnesses=[{"person": "dp", "how": "paper"}], **{"with": "props"})

    assert [("dp", "paper"), ("props", "badge")] == [
        (one["person"], one["how"]) for one in as_attested(given, SHARED)["witnesses"]
    ]


def test_whose_words_somebody_else_typed_that_device_does_not_show() -> None:
    """The armorer's own phone shows the armorer, also where it says that props said it."""
    typed = said("own-device", by="armorer", said_by="props")

    assert "proxy" == as_attested(typed, OWN)["attested"]


def test_without_a_claim_nothing_is_claimed() -> None:
    bare = {"id": "s", "what": "check.made", "by": "armorer"}

    assert "unsigned" == as_attested(bare, SHARED)["attested"]
    assert "unsigned" == as_attested(bare, OWN)["attested"]


def test_what_was_said_is_not_changed_in_place() -> None:
    given = said("own-device", witnesses=[{"person": "props", "how": "own-device"}])
    before = repr(given)

    as_attested(given, SHARED)

    assert before == repr(given)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([*ATTESTED]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@often(60)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "attested": anything,
            "by": st.sampled_from(["armorer", "props"]) | anything,
            "said_by": st.sampled_from(["armorer", "props"]) | anything,
            "with": st.sampled_from(["armorer", "props"]) | anything,
            "witnesses": anything
            | st.lists(
                st.fixed_dictionaries(
                    {"person": st.sampled_from(["armorer", "props"]), "how": anything}
                )
            ),
        },
    )
)
def test_whatever_is_claimed_an_own_device_vouches_for_nobody_but_its_owner(
    given: dict[str, Any],
) -> None:
    taken = as_attested(given, OWN)

    if taken["attested"] in INDEPENDENT:
        assert "armorer" == given.get("said_by", given.get("by"))
    for one in taken.get("witnesses", ()):
        if isinstance(one, dict) and one.get("how") in INDEPENDENT:
            assert "armorer" == one.get("person")


def test_whom_a_weapon_was_seen_with_is_no_witness() -> None:
    seen = {"what": "weapon.seen", "by": "armorer", "weapons": ["one"], "with": ["performer"]}
    taken = as_attested({**seen, "attested": "badge"}, SHARED)

    assert ["performer"] == taken["with"]
    assert "witnesses" not in taken
