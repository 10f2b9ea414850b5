"""Whose role lets others in is worked out in one pass, and comes out as it is defined.

Protects: everybody's Stop from two phones that name each other's roles; the record from whoever
would give themselves a role by being counted otherwise.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from showclear.app.enrolling import ENROLLING_ROLES
from showclear.app.entitling import counted
from showclear.app.memory import Told
from showclear.core import words
from showclear.core.parse import read_statement
from showclear.core.said_people import PersonJoined
from tests.strategies import often

NOW = datetime(2026, 6, 9, 12, tzinfo=UTC)
SERVER = "set-server"
PEOPLE = ("ada", "bee", "cal", "dot")


def role(index: int, by: str, person: str, *, of: str = "first-ad", **more: str) -> Told:
    """Somebody's word of a role: by default their own word, by their own phone."""
    said = read_statement(
        {
            "id": f"j-{index}",
            "what": "person.joined",
            "at": NOW.isoformat(),
            "by": by,
            "person": person,
            "roles": [of],
            "attested": more.get("attested", "own-device"),
            **({"said_by": more["said_by"]} if more.get("said_by") else {}),
        },
        fallback_id="",
    )
    return Told(said=said, index=index, clock=NOW, device=more.get("device", f"phone-of-{by}"))


def as_defined(joined: list[Told], *, first: int) -> dict[str, bool]:
    """The definition, word by word, each question asked anew: slow beyond some twenty."""

    def said_of(person: str, before: int) -> list[PersonJoined]:
        given = [one for one in joined if one.index < before and could(one)]
        found = [one.said for one in given if isinstance(one.said, PersonJoined)]
        return [said for said in found if said.person == person]

    def may(person: str, before: int) -> bool:
        given = said_of(person, before)
        return bool(given) and not ENROLLING_ROLES.isdisjoint(given[-1].roles)

    def could(told: Told) -> bool:
        said = told.said
        assert isinstance(said, PersonJoined)
        if told.index < first or told.device == SERVER:
            return True
        own = said.attested in words.INDEPENDENT and said.said_by in (None, said.by)
        return own and said.by != said.person and may(said.by, told.index)

    end = len(joined)
    return {person: may(person, end) for person in PEOPLE if said_of(person, end)}


roles_said = st.lists(
    st.fixed_dictionaries(
        {
            "by": st.sampled_from(PEOPLE),
            "person": st.sampled_from(PEOPLE),
            "of": st.sampled_from(["first-ad", "armorer", "crew"]),
            "attested": st.sampled_from(["own-device", "badge", "shared-tablet", "paper"]),
            "device": st.sampled_from([SERVER, "phone", "phone", "phone", "phone"]),
            "said_by": st.sampled_from([None, None, None, *PEOPLE]),
        }
    ),
    max_size=9,
)


@often(200)
@given(roles_said, st.integers(0, 4))
def test_one_pass_says_what_the_definition_says(said: list[dict[str, str]], first: int) -> None:
    joined = [role(index, **one) for index, one in enumerate(said)]

    assert as_defined(joined, first=first) == counted(joined, first=first, server=SERVER)


def test_two_phones_that_name_each_other_stop_nobody() -> None:
    start = [role(0, "server", "ada", device=SERVER), role(1, "server", "bee", device=SERVER)]
    turns = [("ada", "bee") if n % 2 else ("bee", "ada") for n in range(200)]
    joined = [*start, *(role(2 + n, by, person) for n, (by, person) in enumerate(turns))]

    began = perf_counter()
    found = counted(joined, first=1, server=SERVER)

    assert {"ada": True, "bee": True} == found
    assert perf_counter() - began < 1, "each statement asks only how everybody stands before it"
