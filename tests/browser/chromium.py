"""The browser of the tests: Debian's Chromium, one for a run, a fresh profile for each person.

* It is the Chromium without windows: the same engine, from the same sources and of the same
  version, less the menus that no test opens. A fresh profile costs it a fifth. Where only the
  one with windows is installed, that one serves.
* Whatever a page complains of fails the test: an error in its console, an exception that nobody
  caught, something that its own security policy forbade.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

EXECUTABLES: Final = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""The first that is here serves."""

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS: Final = 8_000
"""How long something on a page may take to be there. It is there in a tenth of a second."""

_POLICY: Final = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("POLICY " + event.effectiveDirective + " " + event.blockedURI + " " + event.sample);
});
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; skip, with a sentence, where there is none."""
    found = next((one for one in EXECUTABLES if one.exists()), None)
    if found is None:
        pytest.skip(
            "no Chromium here: `apt-get install chromium-headless-shell`, or"
            " `python3 dev.py test` as root"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True, kw_only=True)
class Device:
    """What somebody holds: how large its glass is, and how it is touched."""

    name: str
    width: int
    height: int
    touch: bool = True
    scale: float = 1


TABLET: Final = Device(name="cart tablet", width=1180, height=820)
PHONE: Final = Device(name="phone", width=390, height=844, scale=2)
WALL: Final = Device(name="wall board", width=1920, height=1080, touch=False)
LAPTOP: Final = Device(name="laptop", width=1280, height=800, touch=False)


@dataclass(kw_only=True)
class Complaints:
    """What the pages of one device complained of.

    Attributes:
        expected: Patterns of complaints that a story is about.
    """

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on(
            "dialog", lambda dialog: self.found.append(f"{page.url}: a dialog: {dialog.message}")
        )

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self.found.append(f"{message.text} ({place})")

    def unexpected(self) -> list[str]:
        """Everything but what was expected."""
        return [
            one for one in self.found if not any(re.search(each, one) for each in self.expected)
        ]


def context_of(browser: Browser, device: Device, *, theme: str = "day") -> BrowserContext:
    """A fresh profile on this device."""
    context = browser.new_context(
        viewport={"width": device.width, "height": device.height},
        has_touch=device.touch,
        is_mobile=False,
        device_scale_factor=device.scale,
        ignore_https_errors=True,
        color_scheme="dark" if theme == "night" else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_POLICY)
    return context
