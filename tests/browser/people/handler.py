"""Whoever handles the weapons, at a tablet on a cart.

They choose a card, or several together, and press what they did. How they find it is theirs;
what they press is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

from showclear.app.speaking import LAPSES_AFTER
from showclear.app.views.cart import cart
from tests.browser.people.actor import Actor
from tests.browser.people.facts import Fact, Facts, implied_by
from tests.browser.people.offers import Offer, offers_in

Rank = tuple[int, bool, bool, bool, int]

HANDS_CHANGE_MS: Final = 900
CARD_BY_CARD: Final = 8
"""Nobody says of eleven weapons, one card after the other, what was done to all of them at once."""

AGAIN: Final = timedelta(minutes=5)
NEVER: Final = datetime.min.replace(tzinfo=UTC)
_STEPS: Final = re.compile(r"/(-?\d+)$")


@dataclass(kw_only=True)
class Tablet:
    """Who speaks on a shared tablet, and when they were last heard there."""

    speaks: str = ""
    heard: datetime | None = None


class Handler(Actor):
    """A handler at the cart.

    Attributes:
        badge: The code on their badge.
        tablet: Who speaks on the tablet they use.
        not_drawn: Acts that the view offers and the page does not show.
    """

    screen = "cart"
    badge = ""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.tablet = Tablet()
        self._along: dict[Fact, datetime] = {}
        self._recent: dict[Fact, datetime] = {}
        self.not_drawn: list[str] = []

    def shows_who_speaks(self) -> None:
        """Scan the own badge, unless it was asked for or used a moment ago: it lapses."""
        now, tablet = self.film.now, self.tablet
        lapses = LAPSES_AFTER - timedelta(minutes=1)
        if tablet.speaks != self.who or tablet.heard is None or now - tablet.heard > lapses:
            if tablet.speaks not in ("", self.who):
                # The tablet changes hands, which no two people do within a second: the page takes
                # the same key twice in that time for a finger that bounced.
                self.page.wait_for_timeout(HANDS_CHANGE_MS)
            self.speaks_by_badge(self.badge, asked=self.asks_for_eyes)
            tablet.speaks, tablet.heard = self.who, now

    def comes_to(self, other: Handler) -> None:
        """Work at a tablet that somebody else uses too, instead of one of their own."""
        self.context.close()
        self.page, self.context, self.tablet = other.page, other.context, other.tablet

    def said_along(self, facts: Facts) -> Facts:
        """Which of these they said along with something else, before their own turn came: once."""
        now = self.film.now
        early = {one for one in facts if now - self._along.pop(one, NEVER) < 2 * AGAIN}
        return frozenset(early)

    def said_lately(self, facts: Facts) -> Facts:
        """Which of these they said a moment ago."""
        now = self.film.now
        return frozenset(one for one in facts if now - self._recent.get(one, NEVER) < AGAIN)

    @property
    def asks_for_eyes(self) -> bool:
        """Whether the open sheet asks for second eyes: then a scan is somebody's who saw it."""
        return self.page.locator("section.block.eyes").filter(visible=True).count() > 0

    def shows_what_a_badge_is_for(self) -> None:
        """Bring the block that asks for a badge into sight; where several ask, tap the first."""
        which = self.page.locator('[data-key^="scan/"]').filter(visible=True)
        if which.count():
            self.presses(which.first, writes=False)
        eyes = self.page.locator("section.block.eyes h3").filter(visible=True)
        eyes.first.scroll_into_view_if_needed()

    @property
    def view(self) -> dict[str, Any]:
        """What the cart shows now."""
        return self.film.look(cart)

    @property
    def open_sheet(self) -> str:
        """The key of the sheet that lies beside the cards."""
        sheet = self.page.locator("[data-sheet]")
        return str(sheet.get_attribute("data-sheet")) if sheet.count() else ""

    # --- choosing ---------------------------------------------------------------------------

    def chooses(self, sheet: str) -> None:
        """Choose a card, a box, or several together; nothing where it is chosen already."""
        if sheet in ("", self.open_sheet):
            return
        for key in (f"card/{sheet}", f"group/{sheet}", f"one/{sheet}"):
            if self.at_key(key).count():
                self.presses(self.at_key(key), writes=False)
                break
        else:
            # A quiet weapon stands in its group, behind "One of them".
            self.presses(self.at_key("group/quiet"), writes=False)
            self._unfolds(self.page.locator(f'[data-key="one/{sheet}"]'))
            self.presses(self.at_key(f"one/{sheet}"), writes=False)
        expect(self.page.locator(f'[data-sheet="{sheet}"]')).to_be_visible()

    def _unfolds(self, what: Any) -> None:
        """Open what something stands behind, if it does."""
        if what.filter(visible=True).count():
            return
        summary = what.first.locator("xpath=ancestor::details[1]/summary")
        self.presses(summary, writes=False)

    # --- writing -----------------------------------------------------------------------------

    def writes(self, offer: Offer) -> None:
        """Press an act: its sheet, its counter, itself, and whom it is about."""
        self.chooses(offer.place)
        if offer.count is not None:
            self._counts_to(offer)
        act = self.page.locator(f'[data-key="{offer.key}"]')
        # What the record knows already reaches the page a moment later.
        act.first.wait_for(state="attached")
        self._unfolds(act)
        self.presses(self.at_key(offer.key).first, writes=not offer.person)
        if offer.person:
            self.presses(self.at_key(f"{offer.key}/{offer.person}"))
        self.tablet.heard = self.film.now

    def _counts_to(self, offer: Offer) -> None:
        assert offer.count is not None
        left = offer.count - offer.start
        buttons = self.page.locator(f'[data-key^="count/{offer.counter}/"]')
        steps = sorted(
            (int(_STEPS.search(str(one.get_attribute("data-key")))[1]) for one in buttons.all()),  # type: ignore[index]
            key=abs,
            reverse=True,
        )
        for step in steps:
            while step and left // step > 0 and abs(step) <= abs(left):
                self.presses(self.at_key(f"count/{offer.counter}/{step}"), writes=False)
                left -= step
        assert not left, f"{offer.key}: the counter cannot show {offer.count}"

    def says(self, wanted: Facts, *, soon: Facts) -> Facts:
        """Press whatever says what was done, until all of it is said or nothing more says it.

        Args:
            soon: What is done in the same breath and may be said along with it.

        Returns:
            What no act says.
        """
        left = wanted
        # What was said a moment ago is still so: to say it again along adds nothing.
        self._recent = {fact: at for fact, at in self._recent.items() if self.film.now - at < AGAIN}
        many = len(_subjects(wanted)) >= CARD_BY_CARD
        while left:
            may = left | soon | frozenset(self._recent)
            offer = self._best(left, may | implied_by(may))
            if offer is None or (many and len(_subjects(offer.facts & left)) == 1):
                return left
            try:
                self.writes(offer)
            except PlaywrightTimeoutError:
                # The view offers it, and the page does not show it.
                self.not_drawn.append(offer.key)
                return left
            early = offer.facts - left - frozenset(self._recent)
            self._along |= dict.fromkeys(early, self.film.now)
            self._recent |= dict.fromkeys(offer.facts, self.film.now)
            left -= offer.facts
        return left

    def _best(self, wanted: Facts, may: Facts) -> Offer | None:
        view, here = self.view, self.open_sheet
        found: list[tuple[Rank, Offer]] = []
        again = view.get("again")
        if again:
            found += [
                (self._rank(one, wanted, here), one)
                for one in offers_in({**again}, "", wanted)
                if one.facts and one.facts <= may and one.facts & wanted
            ]
        for place, sheet in view["sheets"].items():
            for one in offers_in(sheet, place, wanted):
                if one.facts and one.facts <= may and one.facts & wanted:
                    found.append((self._rank(one, wanted, here), one))
        return max(found, key=lambda each: each[0])[1] if found else None

    def _rank(self, one: Offer, wanted: Facts, here: str) -> Rank:
        covers = len(one.facts & wanted)
        return (covers, not one.person, one.place in ("", here), not one.folded, len(one.facts))


def _subjects(facts: Facts) -> set[str]:
    """What these facts are about."""
    return {fact[2] if fact[0] == "check" else fact[1] for fact in facts if len(fact) > 1}
