"""What the record holds of a thing can be read line by line, with what was known then.

Protects: whoever asks later how it was. A line keeps who said it, how sure that is, what a
gate answered then and its receipt; and nobody's refusal is found by looking for their name.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.production import Device, props_takes_out, saying
from tests.web.serving import Screen, Served

Plain = dict[str, Any]


@pytest.fixture(scope="module")
def told(set_: Served, cart: Screen) -> Screen:
    """A morning: the rubber gun is taken out, handed over too early, and corrected."""
    at = set_.story.clock(-1)
    named = {"attested": "shared-tablet"}
    out = props_takes_out("h-out", at)
    early = saying(
        "h-early",
        "weapon.handed-over",
        at=at,
        by="props",
        weapons=["rubber"],
        to="outlaw",
        from_="props",
        for_="lineup",
    )
    late = saying("h-late", "weapon.cleaned", at=set_.story.clock(-90), by="props", weapon="rubber")
    mended = saying(
        "h-mended",
        "weapon.cleaned",
        at=set_.story.clock(-80),
        by="props",
        weapon="rubber",
        corrects="h-late",
    )
    no = saying("h-no", "refusal.made", at=at, by="outlaw", person="outlaw", activity="lineup")
    worry = saying("h-worry", "concern.raised", at=at, by="outlaw", concern="worry", about="rubber")
    tired = saying(
        "h-tired", "check.made", at=at, by="armorer", checks=["rested"], on=["outlaw"], passed=False
    )
    serial = saying(
        "h-gun",
        "weapon.received",
        at=at,
        by="props",
        weapon="spare",
        kind="firearm",
        serial="SN-0042",
        from_="a rental house",
    )
    stop = saying("h-stop", "stop.called", at=at, by="outlaw", stop="halt", scope="all")
    cart.say(
        *({**one, **named} for one in (out, early, late, mended, no, worry, tired, serial, stop))
    )
    return cart


def history(screen: Screen, subject: str, **more: Any) -> Plain:
    found = screen.client.get("/api/history", params={"subject": subject, **more})
    assert 200 == found.status_code, found.text
    return dict(found.json())


def lines(screen: Screen, subject: str) -> dict[str, Plain]:
    return {one["says"]: one for one in history(screen, subject)["lines"]}


def groups(screen: Screen, search: str) -> dict[str, list[str]]:
    found = screen.client.get("/api/history", params={"search": search}).json()
    return {group["kind"]: [one["id"] for one in group["subjects"]] for group in found["groups"]}


# --- one history ------------------------------------------------------------------------------


def test_a_line_says_who_said_it_and_how_sure_that_is(told: Screen) -> None:
    line = lines(told, "rubber")["rubber taken out"]

    assert ("Property master", "named on a shared tablet") == (line["who"], line["how"])


def test_an_act_keeps_what_its_gate_answered_then(told: Screen) -> None:
    line = lines(told, "rubber")[
        "rubber to Performer, from Property master, for The outlaw draws a rubber gun"
    ]

    assert "hold" == line["then"]["answer"]
    assert line["then"]["says"].startswith("Hold then, for ")
    assert "is a replica" in line["then"]["says"]


def test_the_newest_line_comes_first_and_older_ones_can_be_asked_for(told: Screen) -> None:
    whole = history(told, "rubber")["lines"]
    order = [one["index"] for one in whole]

    assert sorted(order, reverse=True) == order
    older = history(told, "rubber", before=order[1])["lines"]
    assert order[2:] == [one["index"] for one in older]


def test_what_was_said_late_tells_when_it_was_known(told: Screen) -> None:
    line = lines(told, "rubber")["rubber cleaned"]

    assert "06:30" == line["at"]
    assert "known 08:00" == line["known"]
    assert "known" not in lines(told, "rubber")["rubber taken out"]


def test_a_correction_and_what_it_corrects_name_each_other(told: Screen) -> None:
    found = lines(told, "rubber")
    first, second = found["rubber cleaned"], found["Correction: rubber cleaned"]

    assert [f"Corrected by line {second['index']}"] == first["stands"]
    assert [f"Corrects line {first['index']}"] == second["stands"]


def test_every_line_has_its_receipt(told: Screen) -> None:
    for line in history(told, "rubber")["lines"]:
        receipt = told.client.get(line["receipt"])

        assert 200 == receipt.status_code
        assert receipt.headers["content-type"].startswith("text/plain")
        assert receipt.text.startswith("c2sp.org/tlog-proof@v1\n")
        assert f"\nindex {line['index']}\n" in receipt.text


def test_the_receipt_is_the_one_that_the_act_was_answered_with(set_: Served, told: Screen) -> None:
    said = saying("h-again", "weapon.cleaned", at=set_.story.clock(), by="props", weapon="rubber")
    (answer,) = told.say({**said, "attested": "shared-tablet"})

    assert answer["receipt"] == told.client.get(f"/api/receipts/{answer['index']}").text


def test_there_is_no_receipt_for_an_entry_that_is_not_there(told: Screen) -> None:
    refused = told.client.get("/api/receipts/999999")

    assert (404, "no-such-entry") == (refused.status_code, refused.json()["code"])


def test_what_nobody_introduced_says_so(told: Screen) -> None:
    found = history(told, "ghost")

    assert ([], ["Nobody introduced this on the record"]) == (
        found["lines"],
        found["subject"]["facts"],
    )


# --- nobody is told on ------------------------------------------------------------------------


def test_a_person_is_not_found_to_have_refused_stopped_or_worried(told: Screen) -> None:
    found = history(told, "outlaw")
    tags = {one["what"] for one in found["lines"]}

    assert "weapon.handed-over" in tags
    assert tags.isdisjoint({"refusal.made", "concern.raised", "stop.called", "check.made"})
    assert "without names" in found["subject"]["limit"]


@pytest.mark.parametrize("subject", ["halt", "worry", "h-no", "h-worry"])
def test_nor_by_the_id_of_what_they_said(told: Screen, subject: str) -> None:
    assert [] == history(told, subject)["lines"]


def test_where_it_belongs_it_is_told_without_a_name(told: Screen) -> None:
    line = lines(told, "lineup")["One person said no to The outlaw draws a rubber gun"]

    assert ("No name is shown", "") == (line["who"], line["how"])
    assert "No name is shown" == lines(told, "rubber")["A concern about rubber"]["who"]


def test_a_private_check_is_in_nobodys_history(told: Screen) -> None:
    for subject in ("outlaw", "armorer"):
        assert "told to few" not in str(history(told, subject))


# --- looking for something --------------------------------------------------------------------


def test_a_weapon_is_found_by_its_serial_number(told: Screen) -> None:
    assert {"weapon": ["spare"]} == groups(told, "sn-0042")


def test_a_person_is_found_by_what_they_are_called(told: Screen) -> None:
    assert {"person": ["props"]} == groups(told, "Property m")


def test_an_act_is_found_by_its_title(told: Screen) -> None:
    assert {"activity": ["lineup"]} == groups(told, "draws a rubber")


def test_looking_for_nothing_finds_all_there_is(told: Screen) -> None:
    found = groups(told, "")

    assert {"revolver", "rubber", "spare"} == set(found["weapon"])
    assert {"armorer", "props", "first-ad", "outlaw", "dp"} == set(found["person"])


def test_what_is_not_there_is_not_found(told: Screen) -> None:
    assert {} == groups(told, "quillfeather")


# --- who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/history", "/api/history?subject=rubber", "/api/receipts/3"])
def test_a_strangers_phone_reads_no_history(set_: Served, path: str) -> None:
    foreign = set_.client().get(path, headers={"X-Forwarded-For": "10.0.0.9"})

    assert 401 == foreign.status_code


def test_another_device_reads_the_same_history(set_: Served, told: Screen) -> None:
    phone = set_.enrol(Device(name="ad-phone", person="first-ad", kind="phone"))

    assert history(told, "rubber")["lines"] == history(phone, "rubber")["lines"]
