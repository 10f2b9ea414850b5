"""Who comes to a short story, and how: with a badge, to their own screen, ready to press."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import PATIENCE_MS, PHONE, TABLET
from tests.browser.conftest import Stage
from tests.browser.people.first_ad import FirstAd
from tests.browser.people.handler import Handler
from tests.browser.set import FilmSet

_LIES_OVER = """
() => {
  const found = [];
  for (const one of document.querySelectorAll(
    'dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true], :popover-open'
  )) found.push(one.outerHTML.slice(0, 80));
  for (const one of document.querySelectorAll('[data-key="stop"], [data-key^="card/"]')) {
    const box = one.getBoundingClientRect();
    const at = [box.x + box.width / 2, box.y + box.height / 2];
    if (!box.width || at[0] < 0 || at[1] < 0 || at[0] > innerWidth || at[1] > innerHeight) continue;
    const top = document.elementFromPoint(...at);
    if (top && !one.contains(top)) found.push(`${one.dataset.key} lies under ${top.outerHTML.slice(0, 80)}`);
  }
  return found;
}
"""
"""Anything that has to be answered first, or that lies over a card or over Stop."""


def handler(stage: Stage, film: FilmSet, who: str = "lead") -> Handler:
    """A handler at a tablet, who has scanned their badge."""
    badge = f"SCN{who.upper()}BBBB"
    film.gives(who, badge=badge)
    one = stage.comes(Handler, who, film, device=TABLET)
    one.is_let_in("tablet")
    one.is_drawn()
    one.badge = badge
    one.speaks_by_badge(badge)
    return one


def first_ad(stage: Stage, film: FilmSet) -> FirstAd:
    """The first AD with their own phone."""
    one = stage.comes(FirstAd, "ad", film, device=PHONE)
    one.is_let_in("phone", person="ad")
    one.is_drawn()
    return one


def lies_over(page: Page) -> list[str]:
    """What has to be answered first, or covers a card or Stop; nothing, as it must be."""
    found: list[str] = page.evaluate(_LIES_OVER)
    return found


def says(what: Locator, *words: str) -> None:
    """Wait until all of these words stand there."""
    for each in words:
        expect(what).to_contain_text(each, ignore_case=True)


def says_not(what: Locator, *words: str) -> None:
    """Wait until none of these words stands there."""
    for each in words:
        expect(what).not_to_contain_text(each, ignore_case=True)


def reads(page: Page, words: str, *, patience_ms: int = PATIENCE_MS) -> None:
    """Wait until these words can be read somewhere on the page."""
    found = page.get_by_text(words).filter(visible=True).first
    expect(found).to_be_visible(timeout=patience_ms)


def reads_no_more(page: Page, words: str, *, patience_ms: int = PATIENCE_MS) -> None:
    """Wait until these words can be read nowhere on the page."""
    found = page.get_by_text(words).filter(visible=True)
    expect(found).to_have_count(0, timeout=patience_ms)
