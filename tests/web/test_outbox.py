"""What was said reaches the record once, whatever happens to the page, the network and the browser.

Protects: what an armorer or AD said while nobody answered. It is never taken for written when
it is not, never lost by a page that was closed, never written twice, and never in the way.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.serving import Served, served
from tests.web.test_shell import VIEWS, a_tablet, button, entries

NOWHERE = """const there = indexedDB.open.bind(indexedDB);
IDBFactory.prototype.open = function (name, version) {
  if (name === 'showclear-outbox') throw new DOMException('no', 'SecurityError');
  return there(name, version);
};"""
FULL = """IDBObjectStore.prototype.add = () => {
  throw new DOMException('full', 'QuotaExceededError');
};"""
SLOW_CLOCK = "const there = Date.now; Date.now = () => there() - 3_600_000;"
WAITING = "async () => (await import('/static/js/outbox.js')).waiting().length"


@pytest.fixture(scope="module")
def set_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served"), views=VIEWS) as found:
        yield found


@pytest.fixture
def tablet(browser: Browser, set_: Served) -> Iterator[Page]:
    with a_tablet(browser, set_) as page:
        yield page


def not_there(page: Page, path: str = "**/api/acts") -> None:
    page.context.route(path, lambda route: route.abort())


def there_again(page: Page, path: str = "**/api/acts") -> None:
    page.context.unroute(path)


def written(page: Page) -> None:
    expect(button(page, "clean")).to_contain_text("written", timeout=15_000)
    expect(page.locator(".shell-unsent")).to_have_count(0)


def test_an_answer_that_is_not_the_records_is_no_answer(set_: Served, tablet: Page) -> None:
    """A portal of the network says 200 to everything."""
    before = entries(set_)
    tablet.context.route(
        "**/api/acts", lambda route: route.fulfill(status=200, body="<html>Welcome</html>")
    )
    button(tablet, "clean").tap()
    expect(button(tablet, "clean")).to_contain_text("not on record yet")
    assert before == entries(set_)

    there_again(tablet)
    written(tablet)
    assert before + 2 == entries(set_)


def test_a_page_closed_between_signing_and_sending_loses_nothing(
    set_: Served, tablet: Page
) -> None:
    before = entries(set_)
    signed: list[Route] = []
    tablet.context.route("**/api/acts", lambda route: signed.append(route))
    button(tablet, "clean").tap()
    while not signed:
        tablet.wait_for_timeout(20)
    later = tablet.context.new_page()
    tablet.close()
    later.context.unroute("**/api/acts")
    later.goto(set_.url + "/try")

    later.wait_for_function(f"async () => (await ({WAITING})()) === 0", timeout=15_000)
    assert before + 2 == entries(set_)


def test_two_pages_of_one_device_write_it_once(set_: Served, tablet: Page) -> None:
    before = entries(set_)
    not_there(tablet)
    button(tablet, "clean").tap()
    expect(button(tablet, "clean")).to_contain_text("not on record yet")
    other = tablet.context.new_page()
    other.goto(set_.url + "/try")
    expect(other.locator(".shell-unsent")).to_contain_text("Not on record yet: 1")

    there_again(tablet)
    for page in (tablet, other):
        expect(page.locator(".shell-unsent")).to_have_count(0, timeout=20_000)
    assert before + 2 == entries(set_)


@pytest.mark.parametrize("trouble", [NOWHERE, FULL], ids=["keeps nothing", "no room"])
def test_a_browser_without_room_says_so_and_sends_all_the_same(
    set_: Served, tablet: Page, trouble: str
) -> None:
    before = entries(set_)
    tablet.add_init_script(trouble)
    tablet.reload()
    not_there(tablet)
    button(tablet, "clean").tap()
    expect(button(tablet, "clean")).to_contain_text("not on record yet")
    expect(tablet.locator(".shell-unsent")).to_contain_text("leave this page open")

    there_again(tablet)
    written(tablet)
    assert before + 2 == entries(set_)


def test_a_device_that_was_shut_out_meanwhile_says_so_and_keeps_what_was_said(
    set_: Served, tablet: Page
) -> None:
    before = entries(set_)
    not_there(tablet)
    button(tablet, "clean").tap()
    expect(button(tablet, "clean")).to_contain_text("not on record yet")
    for path in ("**/api/acts", "**/api/sessions/challenge"):
        tablet.context.route(
            path,
            lambda route: route.fulfill(
                status=401,
                content_type="application/json",
                body='{"code": "not-enrolled", "sentence": "Not let in.", "next": "Enrol it."}',
            ),
        )

    expect(tablet.locator(".shell-unsent")).to_contain_text("Not let in.", timeout=15_000)
    expect(tablet.locator(".shell-unsent")).to_contain_text("Put away")
    assert before == entries(set_)


def test_a_server_that_restarts_gets_it_when_it_is_back(set_: Served, tablet: Page) -> None:
    before = entries(set_)
    tablet.context.route("**/api/**", lambda route: route.abort())
    button(tablet, "clean").tap()
    expect(button(tablet, "clean")).to_contain_text("not on record yet")
    # Sessions are gone with the old server: the first answer is 401, then its key opens another.
    tablet.context.unroute("**/api/**")
    tablet.context.clear_cookies()

    written(tablet)
    assert before + 2 == entries(set_)


def test_a_phone_whose_clock_is_an_hour_late_says_the_servers_time(
    set_: Served, browser: Browser
) -> None:
    with a_tablet(browser, set_) as page:
        page.add_init_script(SLOW_CLOCK)
        page.reload()
        expect(page.locator("#clock")).to_contain_text("08:0")
        button(page, "clean").tap()
        written(page)

    def last(look: object) -> float:
        told = next(one for one in look.memory.lately() if one.said.what == "weapon.cleaned")  # type: ignore[attr-defined]
        return float(abs((told.said.at - set_.story.now).total_seconds()))

    assert set_.run(set_.server.look(last)) < 10


# --- scanners ---------------------------------------------------------------------------------

TYPES = """async ([code, gap, field]) => {
  const {onScan} = await import('/static/js/who.js');
  const seen = [];
  const stop = onScan((one) => (seen.push(one), true));
  const at = field ? document.body.appendChild(document.createElement('input')) : document.body;
  // Each key has the time at which it was pressed, however busy the machine of the test is.
  let pressed = performance.now() + 1_000;
  for (const key of [...code, 'Enter']) {
    const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    Object.defineProperty(event, 'timeStamp', {value: (pressed += gap)});
    at.dispatchEvent(event);
  }
  stop();
  if (field) at.remove();
  return seen;
}"""


@pytest.mark.parametrize(
    ("code", "gap", "field", "scan"),
    [
        ("rev-5", 5, False, True),
        ("A12", 5, False, True),
        ("A1", 5, False, False),
        ("rev-5", 45, False, False),
        ("rev-5", 5, True, False),
        ("SCNLEADBBBB", 45, False, True),
        ("SCNLEADBBBB", 120, False, False),
    ],
    ids=[
        "a short label",
        "three letters",
        "two are none",
        "a quick hand",
        "a quick hand in a field",
        "a slow scanner",
        "somebody types",
    ],
)
def test_a_scanner_is_told_by_its_speed_and_a_hand_is_none(
    tablet: Page, code: str, gap: int, field: bool, scan: bool
) -> None:
    assert ([code] if scan else []) == tablet.evaluate(TYPES, [code, gap, field])
