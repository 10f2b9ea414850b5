"""What a device signed is on the record once, however often it is sent, and never twice.

Protects: an armorer whose tap was answered may believe the answer; one that was not, says it
again. Nothing that is a fact is refused; a badge that nobody gave counts for nobody.
"""

from __future__ import annotations

from uuid import uuid4

from tests.stories.production import (
    Device,
    Plain,
    props_hands_over,
    props_takes_out,
    saying,
)
from tests.web.serving import Screen, Served


def taken_out(set_: Served, *, by: str = "shared-tablet") -> Plain:
    told = props_takes_out(f"out/{uuid4().hex[:8]}", set_.story.clock())
    return {**told, "attested": by}


def test_an_act_is_answered_with_its_receipt_and_what_the_gate_said(
    set_: Served, cart: Screen
) -> None:
    given = props_hands_over(f"over/{uuid4().hex[:8]}", set_.story.clock())
    (answer,) = cart.say({**given, "attested": "shared-tablet"})

    assert answer["index"] > 0
    assert "hold" == answer["verdict"]["answer"]
    assert answer["says"]
    assert answer["receipt"].startswith("c2sp.org/tlog-proof@v1")
    assert answer["aside"] is None


def test_the_same_words_again_are_on_record_once(set_: Served, cart: Screen) -> None:
    signed = cart.sign(taken_out(set_))
    first = cart.post(*signed).json()["answers"][0]
    second = cart.post(*signed).json()["answers"][0]

    assert not first["repeat"]
    assert second["repeat"]
    assert (first["index"], first["receipt"]) == (second["index"], second["receipt"])


def test_several_acts_stay_together_and_in_order(set_: Served, cart: Screen) -> None:
    answers = cart.say(*(taken_out(set_) for _ in range(5)))

    indices = [one["index"] for one in answers]
    assert sorted(indices) == indices


def test_a_note_is_sealed_before_it_is_signed(set_: Served, cart: Screen) -> None:
    signed = cart.sign({**taken_out(set_), "note": "the quillfeather lay on the case"})

    assert "note" in signed[0]["texts"]
    assert "quillfeather" in signed[0]["texts"]["note"]["text"]
    assert cart.post(*signed).json()["answers"][0]["index"]


def test_free_words_that_were_not_sealed_are_kept_aside_with_what_to_do(
    set_: Served, cart: Screen
) -> None:
    open_ = cart.device.sign_as_it_is({**taken_out(set_), "note": "the quillfeather"})
    answer = cart.post({"jws": open_.jws.decode()})

    assert 200 == answer.status_code
    (told,) = answer.json()["answers"]
    assert told["index"] is None
    assert "free-text" == told["aside"]["code"]
    assert "Seal" in told["aside"]["sentence"]


def test_a_key_that_nobody_enrolled_is_kept_aside(set_: Served, cart: Screen) -> None:
    stranger = Device(name="a stranger's").sign(taken_out(set_))
    (told,) = cart.post({"jws": stranger.jws.decode()}).json()["answers"]

    assert told["index"] is None
    assert told["aside"]["code"]


def test_a_badge_that_nobody_gave_is_refused_and_may_be_said_as_named(
    set_: Served, cart: Screen
) -> None:
    said = taken_out(set_, by="badge")
    refused = cart.post(*cart.sign(said))

    assert 403 == refused.status_code
    assert "badge-not-standing" == refused.json()["code"]
    assert refused.json()["next"]
    assert cart.say({**said, "attested": "shared-tablet"})[0]["index"]


def test_a_witness_by_badge_needs_that_badge_too(set_: Served, cart: Screen) -> None:
    said = {**taken_out(set_), "witnesses": [{"person": "armorer", "how": "badge"}]}

    assert 403 == cart.post(*cart.sign(said)).status_code


def test_what_was_said_by_badge_is_answered_again_when_the_badge_is_gone(
    set_: Served, cart: Screen
) -> None:
    cart_name = cart.device.name
    given = {"id": "badge-of-props", "what": "badge.issued", "at": set_.story.clock()}
    set_.take({**given, "by": "server", "attested": "server", "person": "props"})
    set_.door.speakers.begin(cart_name, "props", how="badge")
    signed = cart.sign(taken_out(set_, by="badge"))
    first = cart.post(*signed).json()["answers"][0]
    set_.door.speakers.end(cart_name)
    again = cart.post(*signed).json()["answers"][0]

    assert first["index"] == again["index"]
    assert again["repeat"]


def test_a_phone_that_nobody_enrolled_may_not_act(set_: Served, cart: Screen) -> None:
    signed = cart.sign(taken_out(set_))
    refused = set_.client().post("/api/acts", json={"statements": signed})

    assert 401 == refused.status_code
    assert {"code", "sentence", "next"} <= set(refused.json())


def test_too_many_statements_at_once_are_refused_in_words(set_: Served, cart: Screen) -> None:
    refused = cart.post(*({"jws": "x"} for _ in range(257)))

    assert 422 == refused.status_code
    assert "not-understood" == refused.json()["code"]


def test_a_body_over_a_mebibyte_is_refused_while_it_comes(set_: Served, cart: Screen) -> None:
    refused = cart.client.post(
        "/api/acts",
        content=b'{"x":"' + b"y" * 1_048_576,
        headers={"Content-Type": "application/json"},
    )

    assert 413 == refused.status_code


def test_a_body_that_does_not_say_how_long_it_is_is_bounded_too(cart: Screen) -> None:
    def pieces() -> object:
        for _ in range(40):
            yield b"y" * 65_536

    refused = cart.client.post(
        "/api/acts",
        content=pieces(),  # type: ignore[arg-type]
        headers={"Content-Type": "application/json"},
    )

    assert 413 == refused.status_code


def test_a_number_of_too_many_digits_is_not_repeated(cart: Screen) -> None:
    digits = "7" * 40
    refused = cart.client.post(
        "/api/prepare",
        content=f'{{"statements":[{{"count":{digits}}}]}}',
        headers={"Content-Type": "application/json"},
    )

    assert "not-json" == refused.json()["code"]
    assert digits not in refused.text


def test_an_unknown_key_is_not_repeated(cart: Screen) -> None:
    refused = cart.client.post("/api/acts", json={"statements": [], "the quillfeather": 1})

    assert 422 == refused.status_code
    assert "quillfeather" not in refused.text


def test_a_correction_names_what_it_corrects(set_: Served, cart: Screen) -> None:
    first = taken_out(set_)
    cart.say(first)
    (answer,) = cart.say({**taken_out(set_), "corrects": first["id"]})

    assert answer["index"]


def test_prepared_words_differ_only_where_they_are_sealed(set_: Served, cart: Screen) -> None:
    said = saying("k1", "care.offered", at=set_.story.clock(), by="armorer", people=["outlaw"])
    prepared = cart.client.post("/api/prepare", json={"statements": [said]}).json()["prepared"]

    assert {} == prepared[0]["texts"]
    assert all(f'"{key}":' in prepared[0]["payload"] for key in said)
