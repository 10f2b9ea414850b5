"""The server is killed in the middle of a handover, and started again.

What is protected: a screen that hears nothing says that it is not current, and comes back by
itself; what was tapped meanwhile is said as not on record, and is on record once afterwards;
what was on record before is still there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chromium import TABLET, context_of
from tests.browser.people import scenes
from tests.browser.process import OwnProcess, left_in, own_process
from tests.browser.set import Certificate

HAS_IT = "rev-2/has"
"""The handover of a loaded revolver; two more lie loaded on the cart, clear for their performers."""
LAST_TRY_MS = 15_000
"""How long a screen may take to find a server that is there again: its own longest wait, and some."""

_HISTORY = """
async () => {
  const told = await (await fetch('/api/history?subject=rev-2')).json();
  return told.lines.map((one) => one.says);
}
"""


@pytest.fixture
def served(tmp_path: Path, self_signed: Certificate) -> Iterator[OwnProcess]:
    """The western day up to the handover of take 1, in a real folder, served by a process."""
    folder = left_in(tmp_path / "film", until="w-1103-hot-1")
    with own_process(folder, certificate=self_signed) as one:
        yield one


@pytest.fixture
def cart(browser: Browser, served: OwnProcess) -> Iterator[Page]:
    """A tablet at the cart, on which the armorer is named."""
    context = context_of(browser, TABLET)
    page = context.new_page()
    try:
        _comes_in(page, served)
        yield page
    finally:
        context.close()


def _comes_in(page: Page, served: OwnProcess) -> None:
    page.goto(served.tls + served.invitations()[0])
    page.locator('[data-key="enrol"]').click()
    page.wait_for_url("**/cart")
    page.locator('[data-key="who"]').tap()
    page.locator('[data-key="who/lead"]').tap()
    page.locator('[data-key="card/rev-2"]').tap()
    expect(page.locator(f'[data-key="{HAS_IT}"]')).to_be_visible()


def test_it_comes_back_by_itself_and_each_tap_is_on_record_once(
    cart: Page, served: OwnProcess, shots: Path
) -> None:
    counted = cart.locator('[data-key="all/count"]')

    # The record has the handover, and the server dies before it can say so.
    def dies_before_it_answers(route: Route) -> None:
        assert route.fetch().ok
        served.is_killed()
        route.abort()

    cart.route("**/api/acts", dies_before_it_answers, times=1)
    cart.locator(f'[data-key="{HAS_IT}"]').tap()
    scenes.reads(cart, "Not on record yet: 1")
    # Another tap while nobody listens.
    cart.locator('[data-key="group/all"]').tap()
    counted.tap()
    scenes.reads(cart, "Not on record yet: 2")
    scenes.reads(cart, "Not current")
    cart.screenshot(path=shots / "cart-not-current.png")
    # What is not current clears nothing, and says so by shape, word and dashes.
    scenes.says_not(cart.locator('[data-key="card/rev-3"] .next'), "Clear")
    assert 0 < cart.locator(".state.stale svg").first.evaluate("(one) => one.getBBox().width")

    served.starts()

    scenes.reads_no_more(cart, "Not on record yet", patience_ms=LAST_TRY_MS)
    scenes.reads_no_more(cart, "Not current", patience_ms=LAST_TRY_MS)
    expect(cart.locator('[data-key="card/rev-2"] .has')).to_contain_text("Sheriff")
    expect(cart.locator('[data-key="card/rev-3"] .next')).to_contain_text("Clear")
    assert {"over": 1, "counted": 1} == _told(cart)


def _told(cart: Page) -> dict[str, int]:
    """How often the history of a weapon tells what was tapped."""
    lines = cart.evaluate(_HISTORY)
    return {
        "over": len([one for one in lines if one.startswith("rev-2 to Sheriff")]),
        "counted": len([one for one in lines if one == "Counted: rev-1 to rev-6"]),
    }
