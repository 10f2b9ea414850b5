"""Protects: an armorer runs a whole day from the cart's own offers, in few taps and no typing.

The first AD's and the crew's words come from the day as it is written down; everything that is
the handlers' is tapped: found by its place on the screen, pressed, counted for whoever does it.
A badge that is scanned is a tap of its owner's; so is what the first AD confirms on their own
phone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from showclear.app.incoming import Taken
from showclear.app.sayings import of_case
from showclear.app.views.cart import cart
from showclear.app.views.floor_mine import mine
from tests.stories.production import shelf, told
from tests.unit.app.views.cart_moments import WESTERN, Moment, western

Plain = dict[str, Any]

HANDLERS = ("lead", "assistant", "props")
TAPS_MAX = 120
SHOOTOUT = "together/shootout"


class Armorer:
    """Somebody at the cart: chooses, taps, scans, and counts it."""

    def __init__(self, moment: Moment, crew: Iterator[Plain]) -> None:
        self.moment, self.crew = moment, crew
        self.next_said: Plain | None = next(crew, None)
        self.by, self.chosen = "lead", ""
        self.taps: Counter[str] = Counter()
        self.held: list[str] = []

    @property
    def view(self) -> Plain:
        return cart(self.moment.look)

    @property
    def sheet(self) -> Plain:
        view = self.view
        if self.chosen not in view["sheets"]:
            self.chosen = view["suggest"]
        found: Plain = view["sheets"][self.chosen]
        return found

    def until(self, clock: str) -> Armorer:
        """Time passes; what the others say meanwhile is said."""
        end = datetime.fromisoformat(f"2026-06-09T{clock}:00-05:00")
        while self.next_said is not None and datetime.fromisoformat(self.next_said["at"]) <= end:
            said = self.next_said
            self._at(datetime.fromisoformat(said["at"]))
            self._note(said["id"], self.moment.made.record(Taken(fields=said)))
            self.next_said = next(self.crew, None)
        self._at(end)
        return self

    def _at(self, when: datetime) -> None:
        self.moment.made.now = max(self.moment.made.now, when)

    def choose(self, key: str) -> Armorer:
        """Tap a card, a group or a box; nothing if it is shown already."""
        if self.sheet["key"] != key:
            self.taps[self.by] += 1
            self.chosen = key
        assert self.sheet["key"] == key, f"no such card: {key}"
        return self

    def tap(self, *keys: str, person: str = "", count: int | None = None) -> Armorer:
        """Tap acts of the sheet by the end of their key."""
        for key in keys:
            act = self._act(key)
            start = act.get("counter", {}).get("start")
            shown = start if count is None else count
            self.taps[self.by] += 1 + bool(person) + _more_taps(act, shown)
            values = {"$person": person, "$count": shown, "$me": self.by}
            self._press(_filled(act, values), self.by, "badge")
        return self

    def scan(self, person: str) -> Armorer:
        """Somebody scans a badge: their own word for what the sheet asks other eyes for."""
        own = next(block["own"] for block in self.sheet["blocks"] if block["kind"] == "eyes")
        self.taps[person] += 1
        self._press({"key": "own", "write": _filled(own, {"$person": person})}, person, "badge")
        return self

    def phone(self, person: str) -> Armorer:
        """Somebody confirms on their own phone what it asks them for first."""
        asked = mine(self.moment.look, person)["wanted"]
        assert asked, f"{person} is asked nothing"
        self.taps[person] += 1
        self._press(asked[0]["act"], person, "own-device")
        return self

    def speaks(self, person: str) -> Armorer:
        """Another handler scans their badge and goes on at the cart."""
        self.taps[person] += 1
        self.by = person
        return self

    def again(self) -> Armorer:
        """Tap Same again."""
        found = self.view["again"]
        assert found is not None
        self.taps[self.by] += 1
        self._press(found, self.by, "badge")
        return self

    def _press(self, act: Plain, by: str, how: str) -> None:
        self._note(act["key"], self.moment.press(act, by=by, how=how))

    def _note(self, key: str, answers: Any) -> None:
        for one in answers:
            assert one.aside is None, one.aside
            if one.verdict is not None and one.verdict["answer"] == "hold":
                self.held.append(f"{key}: {one.says}")

    def _act(self, key: str) -> Plain:
        offered = list(_acts(self.sheet))
        found = [act for act in offered if act["key"].endswith(f"/{key}") and "done" not in act]
        assert found, f"{key} is not among {[act['key'] for act in offered]}"
        return found[0]


def _acts(sheet: Plain) -> Iterator[Plain]:
    for block in (*sheet["blocks"], *sheet["more"]):
        yield from block.get("acts", ())
        for act in block.get("targets", ()):
            yield {**act, "counter": block}
        if "act" in block:
            yield {**block["act"], "counter": block}
        for reason in block.get("reasons", ()):
            yield from reason.get("acts", ())
            if "act" in reason["next"] if "next" in reason else False:
                yield reason["next"]["act"]
    yield from sheet["foot"]


def _more_taps(act: Plain, count: int | None) -> int:
    """Taps on a counter until it shows the number."""
    counter = act.get("counter")
    if counter is None or count is None:
        return 0
    left, taps = abs(count - counter["start"]), 0
    for step in sorted(counter["steps"], reverse=True):
        taps += left // step
        left %= step
    return taps


def _filled(value: Any, values: Plain) -> Any:
    if isinstance(value, str):
        return values.get(value, value) if values.get(value) is not None else value
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
    if isinstance(value, dict):
        return {key: _filled(one, values) for key, one in value.items()}
    return value


def others_words() -> Iterator[Plain]:
    """What everybody but the handlers says that day, and the handlers away from the cart."""
    away = ("search.made", "meeting.", "gate.asked")
    for said in of_case(told(WESTERN), shelf(), sample=True):
        if "at" not in said:
            continue
        on_floor = said["what"] == "check.made" and not _of_cart(said)
        if said["by"] not in HANDLERS or said["what"].startswith(away) or on_floor:
            yield said


def _of_cart(said: Plain) -> bool:
    on = said["on"] if isinstance(said["on"], list) else [said["on"]]
    return any(one.startswith(("rev-", "rubber-", "replica-", "dummies", "blanks")) for one in on)


@pytest.fixture
def armorer() -> Iterator[Armorer]:
    with western("05:00") as moment:
        yield Armorer(moment, others_words())


def morning(one: Armorer) -> None:
    """Out of the cabinet, counted, opened, every round looked at."""
    one.until("05:45").choose("all").tap("take-out", "chamber-empty", "mechanism-works")
    one.scan("assistant")
    one.speaks("props").choose("quiet").tap("take-out", "is-replica").scan("assistant")
    one.until("06:00").speaks("lead").choose("lot/dummies").tap("open").tap("verify", count=36)
    one.scan("assistant").tap("lock")
    one.until("06:14").speaks("assistant").choose("lot/blanks").tap("open", "verify")
    one.scan("lead").tap("lock")


def line_up(one: Armorer) -> None:
    """Rubber for the rehearsal and back."""
    one.speaks("props").until("08:00").choose("together/lineup").tap("has")
    one.until("08:50").tap("back")


def close_up(one: Armorer) -> None:
    """Six dummies, five takes, one dummy swapped."""
    one.speaks("lead").until("09:03").choose("rev-1")
    one.tap("shown-clear/outlaw", "shown-clear/ad", "load", "dry-fired")
    one.until("09:13").tap("load-shown/outlaw", "load-shown/ad").phone("ad")
    one.until("09:18").tap("has").until("09:24").tap("back")
    times = (("09:29", "09:34"), ("09:39", "09:44"), ("09:49", "09:54"), ("09:59", "10:04"))
    for start, cut in times:
        # The first AD looks again and says so on their own phone.
        one.until(start).tap("load-shown/outlaw").phone("ad").tap("has").until(cut).tap("back")
    one.until("10:05").tap("unload")
    one.speaks("assistant").choose("lot/dummies").tap("verify", count=36).scan("lead")
    one.speaks("lead").choose("rev-1").tap("load", "load-shown/outlaw").phone("ad")
    one.until("10:25").tap("unload", "shown-clear/outlaw", "shown-clear/ad").phone("ad")
    one.choose("lot/dummies").tap("count-lock")


def shoot_out(one: Armorer) -> None:
    """Three revolvers and two takes."""
    one.until("10:57").choose("together/shootout").tap("looked")
    one.until("11:00").tap("load")
    _shown_and_gone(one, "11:04", "sheriff", "deputy", "outlaw")
    one.until("11:07").tap("back-fired", "shown-clear/ad").phone("ad")
    one.until("11:22").again()
    _shown_and_gone(one, "11:28", "sheriff", "deputy", "outlaw")


def misfire(one: Armorer) -> None:
    """One round does not fire; the spare comes in, one shot is repeated, then take 3."""
    one.until("11:31").choose("rev-3").tap("misfire", "opened-fired", "cause-0")
    one.choose("together/shootout").tap("back-fired", "shown-clear/ad").phone("ad")
    one.until("11:36").choose("rev-1").tap("open").scan("assistant")
    one.until("11:39").tap("load", "load-shown/deputy", "load-shown/ad").phone("ad")
    one.until("11:41").tap("has")
    one.until("11:43").tap("back-fired", "shown-clear/ad").phone("ad")
    one.until("11:45").choose("together/shootout").tap("load")
    _shown_and_gone(one, "11:49", "sheriff", "deputy", "outlaw")
    one.until("11:52").tap("back-fired", "shown-clear/ad").phone("ad")


def _shown_and_gone(one: Armorer, at: str, *people: str) -> None:
    one.tap(*(f"load-shown/{person}" for person in (*people, "ad"))).phone("ad")
    one.until(at).tap("has")


def lunch(one: Armorer) -> None:
    """Counted, locked up, and an hour later out again and opened."""
    one.until("12:00").choose("lot/blanks").tap("count-lock").choose("all").tap("lock-up")
    one.speaks("props").choose("quiet").tap("lock-up")
    one.until("13:00").tap("take-out")
    one.speaks("lead").choose("all").tap("take-out", "chamber-empty").scan("assistant")


def belts(one: Armorer) -> None:
    """24 dummies go on three belts; the assistant's work. The replicas are the props master's."""
    one.until("13:08").speaks("assistant").choose("lot/dummies").tap("open").tap("verify", count=36)
    one.scan("lead").tap("issue/belt-1", count=8).tap("issue/belt-2", "issue/belt-3").tap("lock")
    one.until("13:42").speaks("props").choose("together/saloon").tap("has")
    one.until("14:03").tap("back")


def stand_off(one: Armorer) -> None:
    """The late actor's rehearsal with rubber, then two revolvers, two takes."""
    one.until("14:10").choose("together/standoff-rehearsal").tap("has")
    one.until("14:25").tap("back")
    one.until("14:50").speaks("lead").choose("together/standoff").tap("load")
    _shown_and_gone(one, "14:58", "gambler", "rider")
    one.until("15:02").tap("back-fired", "shown-clear/ad").phone("ad")
    one.until("15:50").again()
    _shown_and_gone(one, "15:58", "gambler", "rider")
    one.until("16:02").tap("back-fired", "shown-clear/ad").phone("ad")


def wrap(one: Armorer) -> None:
    """The lead is called away after both have counted; the assistant puts everything away."""
    one.until("16:12").choose("lot/blanks").tap("count-lock")
    one.choose("all").tap("count").speaks("assistant").tap("count").speaks("lead")
    one.tap("over/assistant").speaks("assistant")
    one.until("17:04").choose("lot/dummies").tap(
        "open", "back/belt-1", "back/belt-2", "back/belt-3"
    )
    one.tap("count-lock")
    one.until("17:20").choose("all").tap("chamber-empty", "cleaned", "lock-up")
    one.speaks("props").choose("quiet").tap("lock-up")


def test_the_armorers_whole_western_day_is_tapped_without_a_typed_character(
    armorer: Armorer, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = (morning, line_up, close_up, shoot_out, misfire, lunch, belts, stand_off, wrap)
    for part in parts:
        part(armorer)
    armorer.until("17:45")
    with capsys.disabled():
        told_taps = ", ".join(f"{who} {taps}" for who, taps in armorer.taps.most_common())
        print(f"\n  taps of the western day: {told_taps}")

    # The late actor's working revolver is asked for before the briefing: the day as written.
    assert [one for one in armorer.held if "w-1410-ask" not in one] == []
    assert armorer.view["differences"] == []
    assert armorer.taps["lead"] <= TAPS_MAX


def test_whoever_taps_the_show_before_the_screen_has_heard_of_the_load_has_shown_the_load() -> None:
    """A tablet hears of a load a moment after the tap, and a hand does not wait for it."""
    with western("10:57") as moment:
        stale = {one["key"]: one for one in _acts(cart(moment.look)["sheets"][SHOOTOUT])}
        moment.press(stale[f"{SHOOTOUT}/load"], by="lead")
        for person in ("ad", "sheriff", "deputy", "outlaw"):
            moment.press(stale[f"{SHOOTOUT}/load-shown/{person}"], by="lead")
        shown = [
            record
            for name in ("rev-2", "rev-3", "rev-4")
            for record in moment.look.state.checks[(name, "load-shown")]
        ]
        later = {one["key"]: one for one in _acts(cart(moment.look)["sheets"][SHOOTOUT])}

    assert [(2, 2, True)] * 6 == [(one.count, one.of, one.whole) for one in shown]
    assert all(later[f"{SHOOTOUT}/load-shown/{one}"]["done"] for one in ("ad", "outlaw"))


def test_the_first_ad_is_asked_for_the_second_pair_of_eyes_until_she_has_given_it(
    armorer: Armorer,
) -> None:
    """Also where the armorer did not write that she was shown it: she stood there."""
    morning(armorer)
    line_up(armorer)
    armorer.speaks("lead").until("09:03").choose("rev-1").tap("load", "load-shown/outlaw")
    asked = mine(armorer.moment.look, "ad")["wanted"]
    armorer.tap("load-shown/operator", "load-shown/focus").phone("ad")

    assert ["Did you see the load of rev-1?"] == [one["says"] for one in asked]
    assert [] == mine(armorer.moment.look, "ad")["wanted"]
    assert [] == mine(armorer.moment.look, "safety")["wanted"]
    assert "Outlaw has it" == next(
        one["says"] for one in armorer.sheet["foot"] if one["look"] == "main"
    )


def test_every_block_of_every_sheet_is_of_a_kind_that_the_page_draws() -> None:
    drawn = {"step", "acts", "eyes", "reasons", "relied", "counter", "sum", "sums", "note", "rows"}
    for hour in ("05:46", "09:06", "10:57", "11:05", "13:10", "16:20"):
        with western(hour) as moment:
            sheets = cart(moment.look)["sheets"].values()
            kinds = {b.get("kind") for one in sheets for b in (*one["blocks"], *one["more"])}
        assert kinds <= drawn, hour
