"""The first AD: runs the clock with a phone in one hand and a radio in the other."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator

from showclear.app.views.floor import floor
from tests.browser.people.anybody import Anybody
from tests.browser.people.facts import Facts
from tests.browser.people.offers import Offer, offers_in


class FirstAd(Anybody):
    """The first AD on the floor."""

    screen = "floor"

    @property
    def view(self) -> dict[str, Any]:
        """What the floor shows now."""
        return self.film.look(floor)

    def confirms_what_she_saw(self) -> int:
        """Say of each thing that others wrote her name for that she saw it: a tap for each."""
        said = 0
        # One answer may be another's too: she reads on, on what is still asked.
        while asked := self.film.asked_of(self.who):
            with self.act("confirm"):
                self.presses(self.at_key(asked[0]))
            said += 1
        return said

    def says(self, wanted: Facts) -> Facts:
        """Press whatever says what was called; returns what no act says."""
        left = wanted
        while left:
            offer = self._best(left)
            if offer is None:
                return left
            self.writes(offer)
            left -= offer.facts
        return left

    def _best(self, wanted: Facts) -> Offer | None:
        view = self.view
        found = [
            one
            for part in ("calls", "day", "pausing")
            for one in offers_in({"it": view[part]}, part, wanted)
        ]
        found += [
            one
            for activity in view["activities"]
            for one in offers_in(activity, activity["id"], wanted)
        ]
        able = [one for one in found if one.facts and one.facts <= wanted]
        return max(able, key=lambda one: len(one.facts)) if able else None

    def writes(self, offer: Offer) -> None:
        """Press an act, after opening what it stands behind."""
        act = self.at_key(offer.key)
        if not act.count():
            self._finds(act, offer.place)
        self.presses(act.first)

    def _finds(self, act: Locator, place: str) -> None:
        folds = self.page.locator('[data-key^="part/"][aria-expanded="false"]')
        chosen = self.page.locator(f'[data-key="today/{place}"]')
        for _ in range(8):
            if chosen.filter(visible=True).count():
                self.presses(chosen, writes=False)
            if act.count() or not folds.count():
                return
            self.presses(folds.first, writes=False)
