"""Protects: who goes on with paper alone knows what the screens knew, and it comes back whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from showclear.app.views.paper import sheets, today
from showclear.app.views.paper_entry import FORMS, entry
from showclear.core.parse import read_statement
from showclear.core.statement import Kept
from tests.unit.app.views.cart_moments import ZONE, Moment, on_a_set, western

Plain = dict[str, Any]


@pytest.fixture(scope="module")
def mid_take() -> Iterator[Moment]:
    """11:31: take 2 was cut, one revolver misfired, nothing is handed back yet."""
    with western("11:31") as moment:
        yield moment


# --- today --------------------------------------------------------------------------------


def test_today_says_where_every_weapon_is_and_what_is_in_it(mid_take: Moment) -> None:
    told = {one["id"]: one for one in today(mid_take.look)["weapons"]}

    assert 17 == len(told)
    assert ("Deputy", "1 misfired", "Misfire open") == tuple(
        told["rev-3"][key] for key in ("who", "inside", "open")
    )
    assert told["rev-2"]["loaded"]
    assert "Not opened" == told["rev-2"]["inside"]
    # Nobody looks again while the power is out: it says of when it is.
    assert "Empty when opened 05:50" == told["rev-5"]["inside"]
    assert not told["rubber-1"]["loaded"]


def test_a_weapon_left_with_nobody_is_empty_on_no_paper() -> None:
    with western("11:02") as moment:
        own = {"at": moment.made.clock(), "by": "lead", "attested": "badge"}
        moment.say({**own, "id": "u", "what": "weapon.unattended", "weapons": ["rev-5"]})

        told = {one["id"]: one for one in today(moment.look)["weapons"]}

    assert ("Not opened", True) == (told["rev-5"]["inside"], told["rev-5"]["loaded"])


def test_today_says_what_each_lot_adds_up_to(mid_take: Moment) -> None:
    blanks = next(one for one in today(mid_take.look)["lots"] if one["id"] == "blanks")

    assert "120 came" in blanks["sum"]
    assert "11 fired" in blanks["sum"]


def test_today_has_every_line_with_its_entry_in_the_order_of_the_day(mid_take: Moment) -> None:
    lines = today(mid_take.look)["lines"]

    assert "05:40" == lines[0]["at"]
    assert "11:31" == lines[-1]["at"]
    assert [one["at"] for one in lines] == sorted(one["at"] for one in lines)
    assert len({one["receipt"] for one in lines}) == len(lines)


def test_nobody_who_spoke_up_is_named_on_paper() -> None:
    with western("06:30") as moment:
        own = {"at": moment.made.clock(), "by": "script", "attested": "badge"}
        moment.say(
            {**own, "id": "c", "what": "concern.raised", "concern": "c", "note": "It stuck"},
            {**own, "id": "h", "what": "stop.called", "stop": "h", "scope": "all"},
        )

        told = today(moment.look)
        said = [one for one in told["lines"] if one["at"] == "06:30"]

        assert told["stopped"]
        assert "script" not in json.dumps(said).lower()


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("06:30", "Not called today"),
        ("11:02", "Not called, 3 loaded, hot not called"),
        ("11:28", "Hot, since 11:27"),
    ],
)
def test_paper_calls_the_set_as_the_screens_do(until: str, says: str) -> None:
    with western(until) as moment:
        assert says == today(moment.look)["set"]


# --- sheets --------------------------------------------------------------------------------


def test_every_sheet_has_a_number_of_its_own(mid_take: Moment) -> None:
    made = sheets(mid_take.look, copies=5)["sheets"]

    assert 15 == len({one["number"] for one in made})


def test_sheets_of_another_printing_have_other_numbers() -> None:
    with western("06:30") as moment:
        first = {one["number"] for one in sheets(moment.look)["sheets"]}
        moment.made.later(0.05)

        assert first.isdisjoint(one["number"] for one in sheets(moment.look)["sheets"])


def test_each_form_belongs_to_a_sheet_that_is_printed(mid_take: Moment) -> None:
    printed = {one["letter"] for one in sheets(mid_take.look)["sheets"]}

    assert printed == {form["sheet"] for form in FORMS}


# --- entry ---------------------------------------------------------------------------------

PICKED: Plain = {
    "weapons": ["rev-2"],
    "missing": ["rev-3"],
    "from": "lead",
    "to": "sheriff",
    "lot": "blanks",
    "count": 2,
    "for": "shootout",
    "where": "the cabinet",
    "people": ["rider"],
    "shown_to": ["ad"],
    "activities": ["shootout"],
    "present": ["ad", "lead"],
    "meeting": "m-morning",
}


def written(form: Plain, picked: Plain) -> Plain:
    """The statement that the page makes of a form."""
    names = {f"${field['name']}": field["name"] for field in form["fields"]}
    said = {}
    for key, value in form["write"].items():
        put = picked.get(names[value]) if isinstance(value, str) and value in names else value
        if put is not None:
            said[key] = "n-1" if put == "$new" else put
    own = {"id": f"line-{form['key']}", "at": "2026-06-09T11:20:00-05:00", "by": "ad"}
    late = {"entered_at": "2026-06-09T13:00:00-05:00", "said_by": "lead", "attested": "paper"}
    return {**said, **own, **late, "note": "sheet C-0609-112000-1 line 4"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["key"])
@pytest.mark.parametrize("all_of_it", [True, False], ids=["all", "least"])
def test_what_a_form_writes_can_be_read(form: Plain, all_of_it: bool) -> None:
    left_out = {one["name"] for one in form["fields"] if one.get("optional") and not all_of_it}

    said = read_statement(
        written(form, {k: v for k, v in PICKED.items() if k not in left_out}), fallback_id="x"
    )

    assert not isinstance(said, Kept)
    assert ("lead", "paper", "sheet C-0609-112000-1 line 4") == (
        said.speaker,
        said.attested,
        said.note,
    )
    assert said.entered_at is not None


def test_a_handover_entered_from_paper_is_judged_and_vouches_for_nobody() -> None:
    with western("11:31") as moment:
        form = next(one for one in FORMS if one["key"] == "handed-over")
        # The stop was called after what the sheet says: entering it now is answered now.
        halt = {"id": "halt", "what": "stop.called", "stop": "halt", "scope": "all"}
        moment.say({**halt, "at": moment.made.clock(), "by": "script", "attested": "badge"})

        (answer,) = moment.say(written(form, PICKED))

        assert answer.verdict is not None
        assert "hold" == answer.verdict["answer"]


SHEET_WORDS = {
    "C": "out opened loaded shown handed-over back fired misfired unloaded cleaned locked-up",
    "R": "opened counted issued returned locked-up",
}


def test_whatever_a_sheet_has_a_word_for_can_be_entered(mid_take: Moment) -> None:
    forms = {
        letter: [one["key"] for one in FORMS if one["sheet"] == letter] for letter in SHEET_WORDS
    }

    for letter, names in SHEET_WORDS.items():
        (sheet,) = [one for one in sheets(mid_take.look)["sheets"] if one["letter"] == letter]
        for name in names.split():
            word = name.replace("-", " ")
            assert word in sheet["words"]
            assert any(name in key or ("handed-" + name) in key for key in forms[letter]), name


def test_a_line_that_is_on_record_is_known_by_its_sheet_and_number_and_taken_again() -> None:
    with western("11:31") as moment:
        form = next(one for one in FORMS if one["key"] == "handed-back")
        assert {} == entry(moment.look)["entered"]

        moment.say(written(form, PICKED))
        assert {"C-0609-112000-1": {"4": "11:31"}} == entry(moment.look)["entered"]
        (again,) = moment.say({**written(form, PICKED), "id": "typed-twice"})

        assert again.aside is None


def test_no_time_is_offered_that_nobody_wrote(mid_take: Moment) -> None:
    assert "time" not in entry(mid_take.look)


def test_everything_but_the_sheets_own_numbers_is_picked(mid_take: Moment) -> None:
    told = entry(mid_take.look)
    kinds = {field["kind"] for form in told["forms"] for field in form["fields"]}

    assert kinds - {"count", "text"} <= set(told["pick"])
    assert "09 Jun 07:10, safety" in [one["label"] for one in told["pick"]["meeting"]]
    assert "Armorer" == told["pick"]["person"][0]["label"]


# --- of which day a sheet is ------------------------------------------------------------------


def evening(moment: Moment, *, day: str, later: str) -> Plain:
    """A ShootDay that was opened in an evening, and the page for its sheets some time later."""
    moment.made.now = datetime.fromisoformat(f"{day}T17:00").replace(tzinfo=ZONE)
    moment.goes_on({"what": "day.opened", "date": day})
    moment.made.now = datetime.fromisoformat(later).replace(tzinfo=ZONE)
    return entry(moment.look)


def at_of(told: Plain, time: str) -> datetime:
    """The moment of a time on the sheet, as the page works it out."""
    day = date.fromisoformat(told["day"]) + timedelta(days=time < told["turns"])
    wall = f"{day.isoformat()}T{time}"
    (*_, offset) = (offset for start, offset in told["offsets"] if start <= wall)
    return datetime.fromisoformat(f"{wall}:00{offset}")


def test_a_nights_sheet_that_is_entered_in_the_morning_is_of_the_night() -> None:
    with on_a_set() as moment:
        told = evening(moment, day="2026-06-09", later="2026-06-10T08:00")

    assert "2026-06-09T23:50:00-05:00" == at_of(told, "23:50").isoformat()
    assert "2026-06-10T01:20:00-05:00" == at_of(told, "01:20").isoformat()
    # What was got ready before the day was opened is of that evening too.
    assert "2026-06-09T16:30:00-05:00" == at_of(told, "16:30").isoformat()


def test_a_sheet_of_a_day_that_began_in_the_morning_has_all_its_times_on_that_day(
    mid_take: Moment,
) -> None:
    told = entry(mid_take.look)

    assert ("2026-06-09", "00:00") == (told["day"], told["turns"])


@pytest.mark.parametrize(
    ("day", "morning", "before", "after"),
    [
        ("2026-10-31", "2026-11-01T08:00", "-05:00", "-06:00"),
        ("2027-03-13", "2027-03-14T08:00", "-06:00", "-05:00"),
    ],
)
def test_a_line_from_before_the_clocks_were_changed_is_of_the_time_it_says(
    day: str, morning: str, before: str, after: str
) -> None:
    with on_a_set() as moment:
        told = evening(moment, day=day, later=morning)

    assert at_of(told, "23:50").isoformat().endswith(before)
    assert at_of(told, "04:10").isoformat().endswith(after)


def test_sheets_of_a_day_long_over_begin_with_no_guess_but_today() -> None:
    with on_a_set() as moment:
        told = evening(moment, day="2026-06-09", later="2026-06-14T08:00")

    assert ("2026-06-14", "00:00") == (told["day"], told["turns"])
