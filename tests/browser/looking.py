"""Can a page be read, reached and pressed? Asked of what the browser really drew.

* axe looks at the page as it stands; it is put in by the debugger, so that the page's own
  policy stays as it is.
* Targets are measured where a finger lands, in CSS pixels.
* A page that is wider than its window makes somebody with one hand scroll in two directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

VENDOR: Final = Path(__file__).parent / "vendor"
THEMES: Final = ("day", "night")
TOUCH_MIN: Final = 48
"""CSS pixels, each way: the least that a gloved finger finds. Source: issue and design."""

_TARGETS: Final = """
(least) => {
  const found = [];
  for (const one of document.querySelectorAll(
    'button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex="0"]'
  )) {
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    if (!box.width || !box.height || style.visibility === 'hidden') continue;
    if (one.closest('[inert], [hidden]')) continue;
    // A choice is pressed by its label.
    const label = one.labels && one.labels[0] ? one.labels[0].getBoundingClientRect() : box;
    const width = Math.max(box.width, label.width), height = Math.max(box.height, label.height);
    // Half a pixel is how a browser rounds.
    if (width < least - 0.5 || height < least - 0.5) {
      const says = (one.getAttribute('aria-label') || one.innerText || one.id || one.outerHTML);
      found.push(`${says.trim().slice(0, 60)}: ${Math.round(width)} x ${Math.round(height)}`);
    }
  }
  return found;
}
"""

_WIDER: Final = """
() => {
  const page = document.scrollingElement;
  const room = page.clientWidth;
  if (page.scrollWidth <= room + 1) return [];
  const found = [`page ${page.scrollWidth} in ${room}`];
  for (const one of document.body.querySelectorAll('*')) {
    const box = one.getBoundingClientRect();
    if (box.width && box.right > room + 1 && found.length < 6) {
      const name = one.tagName.toLowerCase() + '.' + String(one.className.baseVal ?? one.className);
      found.push(`${name}: to ${Math.round(box.right)}: ${(one.innerText || '').slice(0, 40)}`);
    }
  }
  return found;
}
"""


@cache
def _axe() -> str:
    return (VENDOR / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Violation:
    """What axe found: a rule, and where on the page it is broken."""

    rule: str
    says: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule} ({self.says}): " + "; ".join(self.where[:6])


def violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations"
    )
    return [
        str(
            Violation(
                rule=one["id"],
                says=one["help"],
                where=tuple(_where(node) for node in one["nodes"]),
            )
        )
        for one in found
    ]


def _where(node: dict[str, Any]) -> str:
    summary = " ".join(str(node.get("failureSummary", "")).split())
    return f"{' '.join(map(str, node['target']))} {summary[:160]}"


def theme(page: Page, name: str) -> None:
    """Show the page in a theme."""
    page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", name)


def violations_in_both_themes(page: Page) -> list[str]:
    """Return what axe finds by day and by night; the theme is afterwards as it was before."""
    before = page.evaluate("() => document.documentElement.dataset.theme ?? 'day'")
    found = []
    for name in THEMES:
        theme(page, name)
        found += [f"{name}: {one}" for one in violations(page)]
    theme(page, before)
    return found


def too_small(page: Page, *, least: int = TOUCH_MIN) -> list[str]:
    """Return what can be pressed and is smaller than a gloved finger."""
    found: list[str] = page.evaluate(_TARGETS, least)
    return found


def too_wide(page: Page) -> list[str]:
    """Return what does not fit into the window from side to side; nothing if all does."""
    found: list[str] = page.evaluate(_WIDER)
    return found
