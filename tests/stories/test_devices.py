"""Protects: what a device says counts only under a key that stands, and nothing is dropped silently.

Whatever cannot become an entry is kept aside with its reason, shown, and nothing of it counts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from showclear.app.incoming import Signed, Taken
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.jws import sign_statement
from tests.stories.production import (
    Device,
    Production,
    answer,
    armorer_checks,
    crew_and_guns,
    people_arrive,
    production,
    props_hands_over,
    props_takes_out,
    saying,
)

TABLET = Device(name="tablet")
STRANGER = Device(name="stranger")
ARRIVED = people_arrive("arrive", "2026-06-09T08:00:00Z", "dp")


@pytest.fixture
def set_(tmp_path: Path) -> Production:
    made = production(tmp_path / "western")
    made.take(*crew_and_guns(), TABLET.enrolled())
    return made


def damaged_signature() -> Signed:
    head, payload, signature = TABLET.sign(ARRIVED).jws.split(b".")
    flipped = (b"B" if signature[:1] == b"A" else b"A") + signature[1:]
    return Signed(jws=b".".join((head, payload, flipped)))


def raw_payload(raw: bytes) -> Signed:
    return Signed(jws=sign_statement(raw, TABLET.key))


def as_it_is(**fields: object) -> Signed:
    return TABLET.sign_as_it_is({**ARRIVED, **fields})


def other_text() -> Signed:
    signed = TABLET.sign({**ARRIVED, "note": "by the gate"})
    return Signed(jws=signed.jws, texts={"note": (signed.texts["note"][0], "by another gate")})


def no_text() -> Signed:
    return Signed(jws=TABLET.sign({**ARRIVED, "note": "by the gate"}).jws)


def without_id() -> Signed:
    return TABLET.sign_as_it_is({key: value for key, value in ARRIVED.items() if key != "id"})


ASIDE: dict[str, tuple[str, Callable[[], Signed]]] = {
    "an unknown key": ("unknown-key", lambda: STRANGER.sign(ARRIVED)),
    "a signature that does not fit": ("bad-signature", damaged_signature),
    "more than an entry can hold": (
        "statement-too-large",
        lambda: Signed(jws=TABLET.sign(ARRIVED).jws + b"A" * 65_535),
    ),
    "no id": ("no-id", without_id),
    "an id that is a number": ("no-id", lambda: as_it_is(id=7)),
    "an id with a space": ("no-id", lambda: as_it_is(id="the arrival")),
    "an id of 181 characters": ("no-id", lambda: as_it_is(id="x" * 181)),
    "an id kept for verdicts": ("no-id", lambda: as_it_is(id="verdict/arrive")),
    "an id kept for receipts": ("no-id", lambda: as_it_is(id="received/3")),
    "a payload that is no JSON": ("not-json", lambda: raw_payload(b"arrived")),
    "a payload that is a list": ("not-json", lambda: raw_payload(b"[1]")),
    "a payload with a key twice": (
        "not-json",
        lambda: raw_payload(b'{"id":"arrive","id":"arrive"}'),
    ),
    "bytes that are no statement": ("not-a-statement", lambda: Signed(jws=b"hello")),
    "no bytes at all": ("not-a-statement", lambda: Signed(jws=b"")),
    "a verdict of its own": (
        "not-the-server",
        lambda: as_it_is(what="verdict.given", gate="roll", on=["rubber"], answer="clear"),
    ),
    "a received of its own": ("not-the-server", lambda: as_it_is(what="received", ids=["x"])),
    "the server's name": ("not-the-server", lambda: as_it_is(by="server")),
    "a note in free words": ("free-text", lambda: as_it_is(note="came by ambulance")),
    "a field nobody knows": ("free-text", lambda: as_it_is(diagnosis="came by ambulance")),
    "a text that does not fit its digest": ("text-differs", other_text),
    "a text that did not come along": ("text-missing", no_text),
}


def test_an_enrolled_device_says_something_and_its_bytes_are_the_entry(set_: Production) -> None:
    signed = TABLET.sign({**ARRIVED, "note": "by the gate"})

    (came,) = set_.record(signed)

    assert came.index is not None
    said = set_.log[came.index]
    assert {"note": "by the gate"} == {path: text for path, (_, text) in said.texts.items()}
    journal = set_.recorder._journal
    assert journal is not None
    assert [signed.jws] == list(journal.entries(came.index, came.index + 1))


@pytest.mark.parametrize("why", ASIDE)
def test_it_is_kept_aside_with_its_reason(set_: Production, why: str) -> None:
    reason, made = ASIDE[why]
    size, said = set_.recorder.size, set_.said
    incoming = made()

    (came,) = set_.record(incoming)

    assert came.index is None
    assert came.receipt is None
    assert came.aside is not None
    assert reason == came.aside.reason
    (kept,) = set_.asides
    assert (reason, incoming.jws[:65_535], len(incoming.jws)) == (
        kept.reason,
        kept.raw,
        kept.length,
    )
    assert kept.sentence
    assert (size, said) == (set_.recorder.size, set_.said)


def test_what_is_kept_aside_takes_nothing_with_it(set_: Production) -> None:
    """The others of its group are recorded, and each has its own answer in its own place."""
    bad = [made() for _, made in ASIDE.values()]

    answers = set_.record(*bad, TABLET.sign(ARRIVED), *bad)

    assert 2 * len(bad) == sum(one.aside is not None for one in answers)
    assert answers[len(bad)].index is not None
    assert "arrive" in set_.said


def test_what_was_kept_aside_is_there_after_a_restart(set_: Production) -> None:
    set_.record(STRANGER.sign(ARRIVED))
    set_.restart()

    assert ["unknown-key"] == [one.reason for one in set_.asides]


def test_an_id_that_was_kept_aside_is_free_for_the_one_who_means_it(set_: Production) -> None:
    set_.record(STRANGER.sign(ARRIVED))

    (came,) = set_.record(TABLET.sign(ARRIVED))

    assert came.index is not None


def test_a_revoked_device_is_heard_no_longer(set_: Production) -> None:
    set_.take(TABLET.revoked(set_.clock()))

    (came,) = set_.record(TABLET.sign(ARRIVED))

    assert came.aside is not None
    assert "revoked-key" == came.aside.reason
    assert "arrive" not in set_.said


def test_a_device_revoked_in_the_same_group_is_heard_up_to_there(set_: Production) -> None:
    before, _, after = set_.record(
        TABLET.sign(ARRIVED),
        TABLET.sign(TABLET.revoked(set_.clock())),
        TABLET.sign(people_arrive("later", set_.clock(), "outlaw")),
    )

    assert before.index is not None
    assert after.aside is not None
    assert "revoked-key" == after.aside.reason


def test_a_device_is_enrolled_and_used_in_one_group(set_: Production) -> None:
    phone = Device(name="phone", person="armorer", kind="phone")

    (came,) = set_.record(phone.sign(ARRIVED))
    assert came.aside is not None

    _, came = set_.record(Taken(fields=phone.enrolled()), phone.sign(ARRIVED))
    assert came.index is not None
    set_.restart()
    assert "arrive" in set_.said


def test_a_device_enrols_no_other_device(set_: Production) -> None:
    accomplice = Device(name="accomplice", person="armorer")
    enrolling = {**accomplice.enrolled(), "by": "first-ad", "attested": "badge"}

    (came,) = set_.record(TABLET.sign(enrolling))
    (after,) = set_.record(accomplice.sign(ARRIVED))

    # It is on the record that somebody tried.
    assert came.index is not None
    assert after.aside is not None
    assert "unknown-key" == after.aside.reason


def test_nobody_enrols_a_second_server(set_: Production) -> None:
    usurper = Device(name="usurper", kind="server")
    set_.take(usurper.enrolled())

    (came,) = set_.record(usurper.sign({**ARRIVED, "by": "server"}))

    assert came.aside is not None
    assert set_.recorder.spine.keyring.server == set_.log[0].kid


def test_a_device_enrolled_anew_is_heard_under_its_new_key_only(set_: Production) -> None:
    renewed = {
        **TABLET.enrolled(),
        "id": "enrolled/again",
        "key": encode_base64url(STRANGER.key.public).decode(),
    }
    set_.take(renewed)

    old, new = set_.record(
        TABLET.sign(ARRIVED), STRANGER.sign(people_arrive("new", set_.clock(), "dp"))
    )

    assert old.aside is not None
    assert "revoked-key" == old.aside.reason
    assert new.index is not None


def test_a_check_kept_aside_clears_nothing(set_: Production) -> None:
    set_.take(props_takes_out("out", set_.clock()))
    set_.record(STRANGER.sign(armorer_checks("check", set_.clock())))

    (handed,) = set_.take(props_hands_over("hand", set_.clock()))

    assert "hold" == answer(handed)


def test_what_only_the_server_says_nobody_says_from_a_file(set_: Production) -> None:
    given = saying(
        "forged", "verdict.given", at=set_.clock(), by="server", on=["rubber"], gate="roll"
    )
    received = saying("forged-too", "received", at=set_.clock(), by="server", ids=["forged"])

    answers = set_.file(given | {"for": "out", "answer": "clear"}, received)

    assert ["not-the-server"] * 2 == [one.aside and one.aside.reason for one in answers]


def test_what_the_server_took_is_kept_aside_too_where_it_has_no_id(set_: Production) -> None:
    answers = set_.take(
        {**ARRIVED, "id": "the arrival"},
        {**ARRIVED, "id": "verdict/x"},
        {**ARRIVED, "id": "half \ud800"},
        ARRIVED,
    )

    assert ["no-id", "no-id", "no-id", None] == [one.aside and one.aside.reason for one in answers]
