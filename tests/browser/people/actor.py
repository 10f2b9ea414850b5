"""Somebody with a device in their hand, who sees what is on it and presses.

* They find an act by what it says, or by the key under which its screen keeps it: as a person
  finds it by its words or by its place.
* Every press and every character is counted, a scanner's scan as one press.
* A press that writes is over when the record has it, not when the page says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import looking
from tests.browser.chromium import PATIENCE_MS, Complaints, Device
from tests.browser.counting import Count, Counted
from tests.browser.set import FilmSet

Words = str | re.Pattern[str]

PICTURES_ASKED_FOR: Final = bool(
    os.environ.get("SHOWCLEAR_SHOTS") or os.environ.get("SHOWCLEAR_LONG")
)

_SCANS = """
(code) => {
  for (const key of [...code, 'Enter']) {
    const at = document.activeElement ?? document.body;
    at.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  }
}
"""
"""Keys as a scanner sends them: all within a few milliseconds, which no driver of a browser does
when the machine is busy."""

_KNOWS = """
async (wanted) => {
  const {now} = await import('/static/js/clock.js');
  for (let tries = 0; tries < 200 && now().getTime() < wanted; tries += 1) {
    await new Promise((done) => setTimeout(done, 20));
  }
  if (now().getTime() < wanted) throw new Error('this page never learnt what time it is');
}
"""


class Actor:
    """One person on one page.

    Attributes:
        who: Their id on the production, or what they are called if they have none.
        film: The set they are on.
        counted: What they pressed and typed.
        pressed: What they pressed, in order, for whoever reads why a story failed.
    """

    screen = "board"

    def __init__(
        self,
        who: str,
        context: BrowserContext,
        *,
        film: FilmSet,
        device: Device,
        complaints: Complaints,
        counted: Counted,
        shots: Path,
    ) -> None:
        self.who, self.film, self.device = who, film, device
        self.counted, self.complaints, self._shots = counted, complaints, shots
        self.context = context
        self.pressed: list[str] = []
        self.page: Page = context.new_page()
        complaints.watch(self.page)

    # --- going and seeing ---------------------------------------------------------------

    def opens(self, path: str = "", *, at: str = "") -> None:
        """Open a screen, and wait until it shows something.

        Args:
            at: The server's address; by default https on this machine.
        """
        self.page.goto((at or self.film.tls) + (path or f"/{self.screen}"))
        expect(self.page.locator("main")).to_be_visible()

    def is_drawn(self) -> None:
        """Wait until the first view stands on the screen: something can be pressed."""
        expect(self.page.locator("main button, main a, main .act").first).to_be_visible()
        self.page.evaluate("() => document.fonts.ready.then(() => true)")

    def sees(self, says: Words) -> None:
        """Wait until these words can be read."""
        expect(self.page.get_by_text(says).first).to_be_visible()

    def does_not_see(self, says: Words) -> None:
        """Wait until these words can no longer be read."""
        expect(self.page.get_by_text(says).filter(visible=True)).to_have_count(0)

    def offered(self, says: Words) -> Locator:
        """The acts that say this and can be seen."""
        return self.page.get_by_role("button", name=says).filter(visible=True)

    def at_key(self, key: str) -> Locator:
        """The act that its screen keeps under this key."""
        return self.page.locator(f'[data-key="{key}"]').filter(visible=True)

    def knows_the_time(self) -> None:
        """Wait until this page's clock shows the set's: it learns it from the next beat."""
        wanted = self.film.now.timestamp() * 1000 - 1_500
        self.page.evaluate(_KNOWS, wanted)

    # --- coming in ----------------------------------------------------------------------

    def is_let_in(self, kind: str, *, person: str = "") -> None:
        """Enrol this device by the code of the server's start, and come to its screen.

        Not counted: it is done once for each device, before the first day.
        """
        self.page.goto(self.film.tls + self.film.invites(kind, person))
        self.at_key("enrol").click()
        expect(self.at_key("enrol")).to_have_count(0)
        self.page.wait_for_url(re.compile(r"/(cart|floor|board)$"))

    def speaks_by_pin(self, pin: str, *, person: str = "") -> None:
        """Say who speaks on a shared device, with a PIN: the name, then its digits."""
        with self.act("say who speaks"):
            self.presses(self.at_key("who"), writes=False)
            self.presses(self.at_key(f"who/{person or self.who}"), writes=False)
            for digit in pin:
                self.presses(self.at_key(f"pin/{digit}"), writes=False)
            self.presses(self.at_key("pin/done"), writes=False)
            expect(self.page.locator(".who-badge")).to_be_visible()

    def speaks_by_badge(self, badge: str, *, asked: bool = False) -> None:
        """Say who speaks on a shared device: a scan, or a tap and a scan.

        Args:
            asked: Whether a scan would now be taken for something else, so that the sheet of
                who speaks has to be opened first.
        """
        with self.act("say who speaks"):
            if asked:
                self.presses(self.at_key("who"), writes=False)
            # Who spoke before may still stand there: it is over when the server has heard it.
            with self.page.expect_response("**/api/speaker"):
                self.scans(badge)
            expect(self.page.locator(".who-badge").first).to_be_visible()

    # --- pressing and typing ---------------------------------------------------------------

    def presses(self, what: Locator, *, writes: bool = True) -> None:
        """Press once. If it writes, the record has it afterwards."""
        before = self.film.size
        self.counted.tapped()
        self.pressed.append(f"{self.film.now:%H:%M:%S} {str(what).split('selector=')[-1][:90]}")
        if self.device.touch:
            what.tap()
        else:
            what.click()
        if writes:
            try:
                self.film.grows_beyond(before)
            except AssertionError as error:
                self.page.screenshot(path=self._shots / f"failed-{self.who}.png")
                last = "\n".join(self.pressed[-12:])
                said = f"{self.who} pressed, and nothing was written:\n{last}"
                raise AssertionError(said) from error

    def types(self, field: Locator, text: str) -> None:
        """Type into a field."""
        self.counted.typed(text)
        field.fill(text)

    def scans(self, code: str) -> None:
        """Read a code with the scanner: it types as fast as no hand does, and ends the line."""
        self.counted.tapped()
        self.page.evaluate(_SCANS, code)

    def lets_scan(self, badge: str, *, other: Actor | None = None) -> None:
        """Let somebody else scan their badge here; the press is theirs."""
        before = self.film.size
        if other is not None:
            other.counted.tapped()
        self.page.evaluate(_SCANS, badge)
        try:
            self.film.grows_beyond(before)
        except AssertionError as error:
            self.page.screenshot(path=self._shots / f"failed-{self.who}.png")
            said = f"a badge was scanned at the tablet of {self.who}, and nothing was written"
            raise AssertionError(said) from error

    @contextmanager
    def act(self, name: str) -> Iterator[Count]:
        """Count what is done inside as one act of this name."""
        with self.counted.act(name) as count:
            yield count

    # --- looking at the page itself ------------------------------------------------------------

    def keeps_picture(self, name: str, *, whole: bool = False) -> None:
        """Keep the screen as it stands, by day and by night.

        Args:
            whole: All of the page. Drawing that costs more than many a story: it is kept where
                somebody asked for pictures, or for what takes longer.
        """
        if whole and not PICTURES_ASKED_FOR:
            return
        before = self.page.evaluate("() => document.documentElement.dataset.theme ?? 'day'")
        for theme in looking.THEMES:
            looking.theme(self.page, theme)
            self.page.screenshot(path=self._shots / f"{name}-{theme}.png", full_page=whole)
        looking.theme(self.page, before)

    def axe_finds(self) -> list[str]:
        """What axe finds by day and by night. What axe itself does to the page is no complaint."""
        before = len(self.complaints.found)
        found = looking.violations_in_both_themes(self.page)
        self.complaints.found[before:] = [
            one for one in self.complaints.found[before:] if "style-src" not in one
        ]
        return found

    def turns_to(self, width: int, height: int) -> None:
        """As on a window of this many CSS pixels."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_timeout(150)

    def leaves(self) -> None:
        """Put the device down."""
        self.context.close()


def within(milliseconds: int = PATIENCE_MS) -> dict[str, int]:
    """How long to wait, as playwright takes it."""
    return {"timeout": milliseconds}
