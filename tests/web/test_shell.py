"""What a page does between a tap and the record, in a real browser against the real server.

Protects: the speaker, from a server that would have them sign what they did not say; what was
said, from a network that goes; and whoever reads the screen, from values that are old.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from showclear.app.views.look import Look
from showclear.core.sealing import seal
from showclear.core.sealing_ways import digest
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.payload import write_payload
from tests.browser import looking
from tests.browser.chromium import PHONE, TABLET, context_of
from tests.web.serving import Served, served

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Try</title>
<script src="/static/js/theme.js"></script><link rel="stylesheet" href="/static/css/shell.css">
<script type="module" src="/try.js"></script></head><body></body></html>"""
SCRIPT = """
import {actButton, clockText, html, say, sayAs, screen, sum, answer} from "/static/js/shell.js";
import {compare} from "/static/js/said.js";
Object.assign(window, {say, compare});
const seen = (key, more) => ({key, says: key, write: [{what: "weapon.cleaned",
  weapons: ["rubber"], by: "props", note: "a little oil", ...more}]});
const acts = [seen("clean"), seen("named", {by: undefined}), seen("claims", {attested: "badge"})];
acts.push({key: "alone", says: "We go on", write: [{what: "work.resumed", stop: "s-1",
  agreed_by: ["props", "outlaw"], by: "props"}]});
const handover = {key: "early", says: "The outlaw has it", write: [{what: "weapon.handed-over",
  weapons: ["rubber"], from: "props", to: ["outlaw"], for: "lineup", by: "props"}]};
const whole = {whole: {n: 36, label: "came"}, parts: [{n: 11, label: "in box"},
  {n: 23, label: "back"}], differs: true};
const hold = {gate: "roll", answer: "hold", caused: true, says: "1 missing to roll", since: "11:31",
  reasons: [{says: "Not opened since it misfired", who: "Armorer", force: "Practice",
    cite: "Baseline", next: {say: "Open it", act: seen("step")}}], warned: []};
window.many = (count) => Promise.all(Array.from({length: count}, (_, n) =>
  sayAs(`many-${n}`, `Handed over ${n}`, handover.write)));
screen("board", () => globalThis.breaks ? null.row : html`<main><h1>Try</h1><p id="clock">${clockText()}</p>
  ${[...acts, handover].map((one) => actButton(one))}${answer(hold)}${sum(whole)}</main>`);
"""
STOP = {
    "id": "called/s-1",
    "what": "stop.called",
    "at": "2026-03-02T08:00:00-07:00",
    "by": "anonymous",
    "attested": "unsigned",
    "stop": "s-1",
    "scope": "all",
}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
connect-src 'self'; font-src 'self'"
ENROL = """async (code) => {
  const keys = await import("/static/js/keys.js");
  const {x} = await keys.make();
  const answer = await fetch("/api/devices", {method: "POST",
    headers: {"content-type": "application/json"}, body: JSON.stringify({code, key: x})});
  const told = await answer.json();
  await keys.enrolled(told.device);
  return keys.comeIn();
}"""


def whole(look: Look) -> dict[str, Any]:
    """A screen of its own, so that nothing here hangs on what a real one shows."""
    return {"kind": look.kind, "title": look.spine.title, "size": look.size}


VIEWS = {"board": whole}


@pytest.fixture(scope="module")
def set_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served"), views=VIEWS) as found:
        yield found


def tried(context: BrowserContext) -> None:
    """Serve a page that is not shipped, under the policy of those that are."""

    def give(kind: str, text: str) -> Any:
        def fulfil(route: Route) -> None:
            headers = {"content-type": kind, "content-security-policy": POLICY}
            route.fulfill(status=200, headers=headers, body=text)

        return fulfil

    context.route("**/try", give("text/html", PAGE))
    context.route("**/try.js", give("text/javascript", SCRIPT))


@contextmanager
def a_tablet(browser: Browser, set_: Served) -> Iterator[Page]:
    """A shared tablet that is enrolled, on the page."""
    context = context_of(browser, TABLET)
    tried(context)
    page = context.new_page()
    page.goto(set_.url + "/try")
    offer = set_.door.enrolments.make(kind="tablet", person="", starting=True)
    assert offer is not None
    assert page.evaluate(ENROL, offer.code)
    page.reload()
    expect(page.locator("#clock")).not_to_have_text("--:--")
    yield page
    context.close()


@pytest.fixture
def tablet(browser: Browser, set_: Served) -> Iterator[Page]:
    """A tablet of its own for one test."""
    with a_tablet(browser, set_) as page:
        yield page


@pytest.fixture(scope="module")
def still(browser: Browser, set_: Served) -> Iterator[Page]:
    """A tablet on which nothing is written: one for all tests that only look."""
    with a_tablet(browser, set_) as page:
        yield page


def button(page: Page, key: str) -> Any:
    return page.locator(f'[data-key="{key}"]')


def entries(served: Served) -> int:
    return int(served.run(served.server.look(lambda look: look.size)))


def last_cleaned(served: Served) -> Any:
    def view(look: Any) -> Any:
        return next(one for one in look.memory.lately() if one.said.what == "weapon.cleaned")

    return served.run(served.server.look(view))


# --- from a tap to the record ---------------------------------------------------------------


def test_a_tap_is_on_record_as_what_it_says_signed_by_this_device(
    set_: Served, tablet: Page
) -> None:
    button(tablet, "clean").tap()

    expect(button(tablet, "clean")).to_contain_text("written 08:00:")
    told = last_cleaned(set_)
    assert ("props", "shared-tablet", "a little oil") == (
        told.said.by,
        told.said.attested,
        told.said.note,
    )
    assert told.device.startswith("tablet")
    assert abs((told.said.at - set_.story.now).total_seconds()) < 10


def test_what_the_gate_held_then_stays_until_somebody_has_read_it(tablet: Page) -> None:
    button(tablet, "early").tap()

    expect(button(tablet, "early")).to_contain_text("Hold")
    notice = tablet.locator(".shell-notice")
    expect(notice).to_contain_text("The outlaw has it")
    expect(notice).to_contain_text("Next:")
    notice.get_by_role("button", name="Read").tap()
    expect(notice).to_have_count(0)


def test_however_many_answers_come_no_hold_is_thrown_out_unread(tablet: Page) -> None:
    tablet.evaluate("many(3)")
    for _ in range(2):
        button(tablet, "named").tap()
        tablet.wait_for_timeout(900)
    tablet.evaluate("many(4)")

    notices = tablet.locator(".shell-notice")
    expect(notices).to_have_count(5)
    for n in range(4):
        expect(notices.filter(has_text=f"Handed over {n}")).to_contain_text("Hold")
    # What holds stands before what does not.
    expect(notices.last).to_contain_text("Tap who you are")
    expect(tablet.locator(".shell-notices")).to_contain_text("5 answers to read")


def test_a_page_that_cannot_draw_says_that_it_is_not_current(tablet: Page) -> None:
    tablet.evaluate("globalThis.breaks = true")

    stale = tablet.locator(".shell-stale")
    expect(stale).to_contain_text("Not current")
    expect(stale).to_contain_text("cannot draw what it heard")
    assert "yes" == tablet.evaluate("document.documentElement.dataset.stale")
    tablet.evaluate("delete globalThis.breaks")
    expect(stale).to_have_count(0)
    expect(button(tablet, "clean")).to_be_visible()


def test_a_finger_that_bounces_writes_once(set_: Served, tablet: Page) -> None:
    before = entries(set_)
    button(tablet, "clean").dblclick()
    expect(button(tablet, "clean")).to_contain_text("written")
    tablet.wait_for_timeout(300)

    # One statement and the server's own note of the commit.
    assert before + 2 == entries(set_)


def test_where_nobody_speaks_nothing_is_written_and_it_says_what_to_do(
    set_: Served, tablet: Page
) -> None:
    before = entries(set_)
    button(tablet, "named").tap()

    expect(tablet.locator(".shell-notice")).to_contain_text("Tap who you are")
    assert before == entries(set_)


def test_a_lapsed_badge_loses_nothing_it_is_said_as_named_and_says_so(
    set_: Served, tablet: Page
) -> None:
    before = entries(set_)
    button(tablet, "claims").tap()

    expect(tablet.locator(".shell-notice")).to_contain_text("on record as named on this screen")
    assert before + 2 == entries(set_)
    assert "shared-tablet" == last_cleaned(set_).said.attested


def test_what_the_server_will_not_take_is_kept_and_says_what_to_do(
    set_: Served, tablet: Page
) -> None:
    set_.take(STOP)
    button(tablet, "alone").tap()

    waiting = tablet.locator(".shell-unsent")
    expect(waiting).to_contain_text("Not on record yet: 1")
    expect(waiting).to_contain_text("names somebody as agreeing who has not said so")
    expect(waiting).to_contain_text("Let each of them agree on their own phone")
    tablet.reload()
    expect(waiting).to_contain_text("Not on record yet: 1")
    waiting.get_by_role("button", name="Put away").tap()
    expect(waiting).to_have_count(0)


def test_a_device_that_nobody_enrolled_writes_nothing(browser: Browser, set_: Served) -> None:
    context = context_of(browser, PHONE)
    tried(context)
    page = context.new_page()
    page.goto(set_.url + "/try")
    button(page, "clean").tap()

    expect(page.locator(".shell-notice")).to_contain_text("not enrolled")
    context.close()


# --- when the network goes ------------------------------------------------------------------


def test_what_was_said_without_a_network_survives_and_is_written_once(
    set_: Served, tablet: Page
) -> None:
    before = entries(set_)
    tablet.context.set_offline(True)
    button(tablet, "clean").tap()
    expect(button(tablet, "clean")).to_contain_text("not on record yet")
    expect(tablet.locator(".shell-unsent")).to_contain_text("sent again by itself")

    tablet.context.set_offline(False)
    expect(button(tablet, "clean")).to_contain_text("written", timeout=10_000)
    expect(tablet.locator(".shell-unsent")).to_have_count(0)
    assert before + 2 == entries(set_)


def test_it_survives_a_reload_too(set_: Served, tablet: Page) -> None:
    before = entries(set_)
    tablet.context.route("**/api/acts", lambda route: route.abort())
    button(tablet, "clean").tap()
    expect(button(tablet, "clean")).to_contain_text("not on record yet")
    tablet.reload()
    expect(tablet.locator(".shell-unsent")).to_contain_text("Not on record yet: 1")

    tablet.context.unroute("**/api/acts")
    expect(tablet.locator(".shell-unsent")).to_have_count(0, timeout=12_000)
    assert before + 2 == entries(set_)


def test_an_answer_that_got_lost_writes_nothing_twice(set_: Served, tablet: Page) -> None:
    before = entries(set_)
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()
        lost.append(str(route.request.post_data))
        tablet.context.unroute("**/api/acts")
        route.abort()

    tablet.context.route("**/api/acts", lose)
    button(tablet, "clean").tap()
    expect(button(tablet, "clean")).to_contain_text("written", timeout=12_000)

    assert 1 == len(lost)
    assert before + 2 == entries(set_)


def test_five_seconds_of_nothing_and_the_screen_says_that_it_is_not_current(
    set_: Served, tablet: Page
) -> None:
    expect(tablet.locator(".shell-stale")).to_have_count(0)
    tablet.context.route("**/api/stream/**", lambda route: route.abort())
    tablet.context.route("**/api/view/**", lambda route: route.abort())
    # The stream that stands is ended by the page itself, as a network does it without a word.
    tablet.evaluate("dispatchEvent(new Event('pagehide'))")

    stale = tablet.locator(".shell-stale")
    expect(stale).to_contain_text("Not current", timeout=9_000)
    expect(stale).to_contain_text("Last heard 08:00")
    expect(tablet.locator("#clock")).to_have_text("--:--")
    tablet.context.unroute("**/api/stream/**")
    tablet.context.unroute("**/api/view/**")
    tablet.evaluate("dispatchEvent(new Event('online'))")
    expect(stale).to_have_count(0, timeout=9_000)


# --- a server that would have somebody sign something else ----------------------------------

ASKED = {
    "id": "s-1",
    "what": "weapon.held",
    "at": "2026-06-09T08:00:00Z",
    "by": "props",
    "attested": "shared-tablet",
    "weapons": ["rubber"],
    "because": "the grip is loose, “they” said: 5 mm",
}
COMPARE = """([asked, payload, texts]) =>
  compare(asked, payload, texts).then(() => "", (error) => error.code)"""


def prepared(**changes: Any) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """What an honest server gives back, then changed."""
    made = seal({**ASKED, **changes}, lambda: bytes(range(16)))
    texts = {
        one.path: {"salt": encode_base64url(one.salt).decode(), "text": one.text}
        for one in made.texts
    }
    return made.payload, texts


def compared(page: Page, payload: dict[str, Any], texts: dict[str, Any]) -> str:
    return str(page.evaluate(COMPARE, [ASKED, write_payload(payload).decode(), texts]))


def test_an_honest_server_is_believed(still: Page) -> None:
    assert "" == compared(still, *prepared())


@pytest.mark.parametrize(
    "changes",
    [
        {"weapons": ["revolver"]},
        {"by": "armorer"},
        {"attested": "badge"},
        {"at": "2026-06-09T09:00:00Z"},
        {"because": "it is broken"},
        {"note": "and something else"},
        {"what": "weapon.released"},
        {"weapons": ["rubber", "revolver"]},
    ],
    ids=str,
)
def test_whatever_it_changes_is_not_signed(still: Page, changes: dict[str, Any]) -> None:
    assert "not-what-was-said" == compared(still, *prepared(**changes))


def test_nor_is_a_field_that_it_left_out(still: Page) -> None:
    payload, texts = prepared()
    del payload["weapons"]

    assert "not-what-was-said" == compared(still, payload, texts)


def test_nor_is_a_seal_over_other_words(still: Page) -> None:
    payload, texts = prepared()
    payload["because"] = {"sealed": digest(bytes(range(16)), "it is broken")}

    assert "not-what-was-said" == compared(still, payload, texts)


def test_nor_is_a_seal_whose_words_it_keeps_for_itself(still: Page) -> None:
    payload, _ = prepared()

    assert "not-what-was-said" == compared(still, payload, {})


def test_nor_a_seal_in_the_place_of_what_stands_open_without_its_words(still: Page) -> None:
    payload, texts = prepared()
    payload["weapons"] = {"sealed": digest(bytes(16), json.dumps(["revolver"]))}
    texts["weapons"] = {"salt": encode_base64url(bytes(16)).decode(), "text": '["revolver"]'}

    assert "not-what-was-said" == compared(still, payload, texts)


@pytest.mark.parametrize(
    "said",
    [
        {"what": "check.made", "checks": ["rested"], "on": ["outlaw"], "passed": False, "count": 3},
        {"what": "person.joined", "person": "new", "roles": ["crew"], "minor": True, "name": "Ç"},
        {"what": "reading.taken", "quantity": "wind_kmh", "value": 12.5},
        {"what": "activity.planned", "activity": "x", "title": "A fall", "people": {"dp": "falls"}},
        {"what": "no.such-tag", "words": ["anything", {"at": [1, 2.5, None, True]}]},
        {"what": "post.taken", "people": ["dp"], "post": "by the gate"},
    ],
    ids=lambda said: str(said["what"]),
)
def test_every_way_of_sealing_is_understood(still: Page, said: dict[str, Any]) -> None:
    own = {"id": "s-2", "at": ASKED["at"], "by": "props", "attested": "shared-tablet", **said}
    script = """async (said) => {
      const answer = await fetch("/api/prepare", {method: "POST",
        headers: {"content-type": "application/json"}, body: JSON.stringify({statements: [said]})});
      const {prepared: [{payload, texts}]} = await answer.json();
      return compare(said, payload, texts).then(() => "", (error) => error.sentence);
    }"""

    assert "" == still.evaluate(script, own)


# --- for everybody --------------------------------------------------------------------------


def test_a_sum_and_a_reason_are_heard_whole(still: Page) -> None:
    expect(still.get_by_role("img", name="36 came ≠ 11 in box + 23 back")).to_be_visible()
    expect(still.locator(".reason")).to_contain_text("Practice, Baseline")
    expect(still.locator(".state.hold")).to_have_text("Hold")


def test_the_theme_is_remembered_on_this_device_and_never_flashes(tablet: Page) -> None:
    tablet.evaluate("localStorage.setItem('showclear-theme', 'night')")
    tablet.reload(wait_until="commit")
    tablet.wait_for_selector("html[data-theme]")

    assert "night" == tablet.evaluate("document.documentElement.dataset.theme")


def test_every_act_can_be_reached_and_pressed_from_the_keyboard(set_: Served, tablet: Page) -> None:
    before = entries(set_)
    button(tablet, "clean").focus()
    tablet.keyboard.press("Enter")
    expect(button(tablet, "clean")).to_contain_text("written")

    assert "clean" == tablet.evaluate("document.activeElement.dataset.key")
    assert before < entries(set_)


def test_everybody_can_read_reach_and_press_what_the_shell_draws(still: Page) -> None:
    assert [] == looking.violations_in_both_themes(still)
    # 590 is the cart's tablet at 200 %.
    for width in (1180, 590, 360):
        still.set_viewport_size({"width": width, "height": 640})

        assert [] == looking.too_wide(still)
        assert [] == looking.too_small(still)


def test_a_sample_says_so(browser: Browser, tmp_path: Any) -> None:
    with served(tmp_path, kind="sample", views=VIEWS) as sample:
        context = context_of(browser, TABLET)
        tried(context)
        page = context.new_page()
        page.goto(sample.url + "/try")

        expect(page.locator(".mark")).to_have_text("Sample day. Nothing on it is real.")
        expect(page).to_have_title("Sample · Board · A western · Showclear")
        context.close()
