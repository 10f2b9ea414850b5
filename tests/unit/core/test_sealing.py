"""Protects: what strangers may read of a statement, and what its words were to the others.

Whoever has the words reads the statement as it was said. Whoever has not reads one that
holds at least as much. And words that are not those that were sealed are never believed.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from showclear.core import vocabulary
from showclear.core.errors import ShowclearError
from showclear.core.fold import fold
from showclear.core.parse import read_statement
from showclear.core.sealing import (
    UNREAD,
    WHEN_GONE,
    Gone,
    Sealed,
    SealError,
    digest,
    json_text,
    seal,
    unseal,
)
from showclear.core.statement import Kept, Statement

AT = "2026-05-01T10:00Z"
MINOR: dict[str, Any] = {
    "id": "CASE/people/kid",
    "what": "person.joined",
    "at": AT,
    "by": "ad",
    "attested": "badge",
    "person": "kid",
    "name": "Ada L.",
    "roles": ["performer"],
    "minor": False,
}


def salts() -> Any:
    chance = Random(4)
    return lambda: chance.randbytes(16)


def sealed(what: str, **fields: Any) -> Sealed:
    return seal({"id": "s1", "what": what, "at": AT, "by": "ad", **fields}, salts())


def without_words(found: Sealed) -> Statement:
    fields, gone = unseal(found.payload, {})
    assert [one.path for one in found.texts] == list(gone)
    return read_statement(fields, fallback_id="x")


def with_words(found: Sealed) -> dict[str, Any]:
    fields, gone = unseal(found.payload, {one.path: (one.salt, one.text) for one in found.texts})
    assert () == gone
    return fields


def test_the_digest_is_of_salt_and_words() -> None:
    """SHA-256 of sixteen zero bytes and `the yard`, as coreutils and OpenSSL give it."""
    assert "KZ8Ik4wHahQrCXFaDD0MYr6V6raPrTND_bLC9IEWkJY" == digest(bytes(16), "the yard")
    assert digest(bytes(16), "the yard") != digest(bytes(15) + b"\1", "the yard")


def test_an_entry_holds_a_seal_in_the_place_of_what_is_sealed() -> None:
    found = seal(MINOR, salts())
    by_path = {one.path: one for one in found.texts}

    assert {"name", "minor"} == set(by_path)
    assert "Ada L." == by_path["name"].text
    assert "false" == by_path["minor"].text
    open_fields = {key: value for key, value in MINOR.items() if key not in by_path}
    seals = {path: {"sealed": digest(one.salt, one.text)} for path, one in by_path.items()}
    assert {**open_fields, **seals} == found.payload


def test_every_text_has_a_salt_of_its_own() -> None:
    found = sealed("meeting.held", meeting="m", kind="safety", activities="duel", topics=["a", "a"])

    assert 2 == len({one.salt for one in found.texts})
    first, second = found.payload["topics"]
    assert first != second


@pytest.mark.parametrize(
    ("what", "fields", "paths"),
    [
        (
            "activity.planned",
            {"activity": "duel", "people": {"actor": "draws"}, "abort": "cut"},
            ["people.actor", "abort"],
        ),
        (
            "risk.assessed",
            {"activity": "duel", "controls": ["screens", "muffs"], "affected": "actor"},
            ["controls.0", "controls.1"],
        ),
        ("weapon.received", {"weapon": "w", "kind": "firearm", "from": "The Shop"}, ["from"]),
        ("weapon.received", {"weapon": "w", "kind": "firearm", "from": "the-shop"}, []),
        ("weapon.received", {"weapon": "w", "kind": "other", "from": 5, "serial": "SN 12"}, []),
        ("weapon.received", {"weapon": "w", "kind": "other", "from": "x", "serial": "Ann"},
         ["serial"]),
        ("post.taken", {"people": "nurse", "post": "medic"}, []),
        ("post.taken", {"people": "nurse", "post": "behind-the-barn"}, ["post"]),
        ("notified", {"incident": "i", "whom": "union", "how": "by telephone"}, ["how"]),
        (
            "permission.granted",
            {"kind": "fire", "from": "marshal", "only": {"hazards": "pyro", "places": ["the yard"]}},
            ["only.places.0"],
        ),
        ("refusal.made", {"person": "kid", "activity": "duel"}, ["by", "person"]),
        ("search.made", {"where": "truck", "looking_for": "live-rounds", "how": "asked",
                         "found": "nothing"}, ["where"]),
    ],
)  # fmt: skip
def test_what_is_sealed_and_under_which_path(
    what: str, fields: dict[str, Any], paths: list[str]
) -> None:
    assert paths == [one.path for one in sealed(what, **fields).texts]


def test_a_sealed_number_comes_back_as_the_number_it_was() -> None:
    found = sealed("rest.recorded", people="ann", hours=Decimal("10.50"), slept_hours=7)
    back = with_words(found)

    assert ["10.50", "7"] == [one.text for one in found.texts]
    assert (Decimal, int) == (type(back["hours"]), type(back["slept_hours"]))
    assert "10.50" == str(back["hours"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1E+2"), "1E+2"),
        (Decimal(2), "2.0"),
        ({"a": [1, {"b": []}], "c": {}}, '{"a":[1,{"b":[]}],"c":{}}'),
        ('"\ud800', '"\\"\\ud800"'),
        (float("nan"), "null"),
        (Decimal("Infinity"), "null"),
    ],
)
def test_json_is_exact(value: Any, text: str) -> None:
    assert text == json_text(value)


def test_words_that_are_not_those_that_were_sealed_are_an_error() -> None:
    found = seal(MINOR, salts())
    texts = {one.path: (one.salt, one.text) for one in found.texts}

    for wrong in ((texts["name"][0], "Ida L."), (bytes(16), "Ada L."), (b"", "\ud800")):
        with pytest.raises(SealError) as raised:
            unseal(found.payload, {**texts, "name": wrong})

        assert "name" == raised.value.path
        assert isinstance(raised.value, ShowclearError)


def test_half_a_character_is_sealed_as_one_that_nobody_knows() -> None:
    found = sealed("person.left", person="ann", note="a\ud800b")

    assert "a\ufffdb" == with_words(found)["note"]


def test_what_is_known_by_its_order_alone_is_sealed_field_by_field() -> None:
    said = {key: value for key, value in MINOR.items() if key != "at"}

    assert UNREAD not in seal({**said, "at_is": "order-only"}, salts()).payload
    assert UNREAD in seal(said, salts()).payload


def test_what_could_be_taken_for_a_seal_is_sealed() -> None:
    """Somebody in a plan may be called `sealed`, and a spare have 43 letters."""
    found = sealed("activity.changed", activity="duel", replaces={"sealed": "a" * 43})

    assert ["replaces"] == [one.path for one in found.texts]
    assert {"sealed": "a" * 43} == with_words(found)["replaces"]
    assert isinstance(without_words(found), Kept)


def test_keys_and_digests_are_codes() -> None:
    key, sha256 = digest(b"", "1"), "0f" * 32
    enrolled = sealed("device.enrolled", device="d", key=key)

    assert key == enrolled.payload["key"]
    assert () == enrolled.texts
    assert sha256 == sealed("attachment.added", sha256=sha256, about="s2").payload["sha256"]


# --- what cannot be read -----------------------------------------------------------


def test_of_what_cannot_be_read_only_its_place_is_open() -> None:
    said = {"id": "s1", "what": "weapon.left", "at": AT, "by": "ad", "attested": "paper"}
    said |= {"weapon": "rev-1", "Ann": "cried", "note": 3}
    found = seal(said, salts())

    assert {"id", "what", "at", "by", "attested", UNREAD} == set(found.payload)
    assert said == with_words(found)
    assert isinstance(without_words(found), Kept)


def test_of_no_statement_at_all_nothing_is_open() -> None:
    found = seal({"what": ["Ann"], "at": "noon", "by": "Ann B."}, salts())

    assert {UNREAD} == set(found.payload)
    assert {"what": ["Ann"], "at": "noon", "by": "Ann B."} == with_words(found)


@pytest.mark.parametrize("tag", sorted(vocabulary.table()))
def test_what_could_not_be_read_and_is_gone_holds_everything(tag: str) -> None:
    kept = without_words(sealed(tag, zzz="x"))

    assert isinstance(kept, Kept)
    assert kept.anything
    assert tag in kept.tag
    assert fold([kept]).contradictions


def test_sealed_words_cannot_take_the_place_of_what_is_open() -> None:
    text = '{"id":"other","note":"n"}'
    payload = {"id": "s1", "what": "day.opened", UNREAD: {"sealed": digest(b"", text)}}
    fields, _ = unseal(payload, {UNREAD: (b"", text)})

    assert {"id": "s1", "what": "day.opened", "note": "n"} == fields


@pytest.mark.parametrize("text", ["[1]", "no json", "[" * 100_000, "9" * 10_000, "NaN", ""])
def test_a_seal_over_what_is_no_statement_is_kept(text: str) -> None:
    payload = {"id": "s1", "at": AT, "by": "ad", "what": "day.opened"}
    seals = {"sealed": digest(b"", text)}
    unread, _ = unseal({**payload, UNREAD: seals}, {UNREAD: (b"", text)})
    whole, _ = unseal({**payload, "date": seals}, {"date": (b"", text)})

    assert isinstance(read_statement(unread, fallback_id="x"), Kept)
    assert isinstance(read_statement(whole, fallback_id="x"), Kept)


def test_lists_without_end_are_sealed_and_put_back() -> None:
    deep: list[Any] = []
    for _ in range(900):
        deep = [deep]
    for key in ("note", "people", "zzz"):
        found = sealed("people.arrived", **{key: deep})

        assert deep == with_words(found)[key]
        unseal({"what": "people.arrived", key: deep}, {})


# --- what is gone ------------------------------------------------------------------


def gone(what: str, **fields: Any) -> Any:
    read = without_words(sealed(what, **fields))
    assert not isinstance(read, Kept), read
    return read


def test_who_may_be_a_minor_is_one() -> None:
    assert gone("person.joined", person="kid", roles="performer", minor=False).minor


@pytest.mark.parametrize("passed", [True, False])
def test_a_private_check_that_nobody_can_read_did_not_pass(passed: bool) -> None:
    read = gone("check.made", checks="rested", on="ann", passed=passed, count=2, of=2)

    assert (False, None, None) == (read.passed, read.count, read.of)


def test_rest_that_nobody_can_read_is_none() -> None:
    read = gone("rest.recorded", people="ann", hours=12, slept_hours=9, awake_since=AT)

    assert (0, 0, None) == (read.hours, read.slept_hours, read.awake_since)


def test_a_refusal_by_whom_nobody_knows_stays_one_of_its_own() -> None:
    salt = salts()
    reads = []
    for number, by in enumerate(("ann", "ann", "bob")):
        said = {"id": f"r{number}", "what": "refusal.made", "at": AT, "by": by, "activity": "duel"}
        fields, _ = unseal(seal(said, salt).payload, {})
        reads.append(read_statement(fields, fallback_id="x"))

    assert 3 == len(fold(reads).refusals)


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("post.left", {"people": "nurse", "post": "by the barn"}),
        ("duty.released", {"people": "ann", "duty": "feeds the dog"}),
        ("permission.granted", {"kind": "fire", "from": "x", "except": {"places": "the barn"}}),
        ("permission.refused", {"kind": "fire", "from": "x", "only": {"places": "the barn"}}),
        ("permission.withdrawn", {"kind": "fire", "from": "x", "only": {"places": "the barn"}}),
    ],
)
def test_what_may_have_ended_anything_is_kept(what: str, fields: dict[str, Any]) -> None:
    read = without_words(sealed(what, **fields))

    assert isinstance(read, Kept)
    assert read.anything


def test_a_reason_nobody_can_read_is_not_given() -> None:
    read = gone("activity.planned", activity="duel", needs_firearm="a", needs_real="b", abort="c")

    assert (None, None, None) == (read.plan.needs_firearm, read.plan.needs_real, read.plan.abort)


def plan_after(*said: dict[str, Any]) -> Any:
    """The duel, planned and then changed by what is left of these statements."""
    salt, reads = salts(), []
    for number, one in enumerate(said):
        given = {"id": f"s{number}", "at": AT, "by": "ad", **one}
        reads.append(read_statement(unseal(seal(given, salt).payload, {})[0], fallback_id="x"))
    return fold(reads).activities["duel"]


PLANNED = {"what": "activity.planned", "activity": "duel", "weapons": {"a": {"load": "none"}}}
SPARE = {"what": "activity.changed", "activity": "duel", "replaces": {"b": "a"}}
WEAPON = {"what": "weapon.received", "kind": "firearm", "from": "shop"}


def test_a_spare_is_no_change() -> None:
    weapons = ({**WEAPON, "weapon": "a"}, {**WEAPON, "weapon": "b"})

    assert 1 == plan_after(*weapons, PLANNED, SPARE).material


@pytest.mark.parametrize(
    "change",
    [
        {"abort": "hands up"},
        {"needs_firearm": "because"},
        {"title": "another"},
        {"title": "t", "abort": "hands up"},
        {"scene": "by the barn"},
    ],
)
def test_a_change_of_words_with_a_spare_is_a_change_still(change: dict[str, Any]) -> None:
    weapons = ({**WEAPON, "weapon": "a"}, {**WEAPON, "weapon": "b"})

    assert 2 == plan_after(*weapons, {**PLANNED, "title": "t"}, {**SPARE, **change}).material


def test_two_calibres_nobody_can_read_are_not_the_same() -> None:
    weapons = (
        {**WEAPON, "weapon": "a", "calibre": "long Quill"},
        {**WEAPON, "weapon": "b", "calibre": "short Quill"},
    )

    assert 2 == plan_after(*weapons, PLANNED, SPARE).material


def test_a_hold_that_was_released_with_a_reason_stays_released_without_its_words() -> None:
    """The words are gone, the fact stays."""
    assert gone("weapon.released", weapons="a", because="cause found").because


@pytest.mark.parametrize("key", ["holds", "about", "by", "concern", "what", "for", "said_by"])
def test_a_seal_where_none_belongs_keeps_the_statement(key: str) -> None:
    payload: dict[str, Any] = {"id": "c1", "what": "concern.raised", "at": AT, "by": "ann"}
    payload |= {"concern": "c", "holds": True, key: {"sealed": digest(b"", "true")}}
    fields, paths = unseal(payload, {})
    read = read_statement(fields, fallback_id="x")

    assert (key,) == paths
    assert isinstance(read, Kept)
    assert read.anything


def test_every_reading_of_what_is_gone_is_about_a_field_there_is_and_says_why() -> None:
    for (tag, attr), (reading, why) in WHEN_GONE.items():
        own = vocabulary.PLAN_FIELDS if tag == "activity" else vocabulary.fields_of(tag)
        assert attr in {spec.attr for spec in own.values()} | {"by", "said_by"}
        assert why.endswith(".")
        assert isinstance(reading, Gone | bool | int)
