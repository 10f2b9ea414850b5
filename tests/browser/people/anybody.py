"""Anybody on the set: no login, no key, a phone of their own or the wall. They read, and may stop."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.people.actor import Actor


class Anybody(Actor):
    """Whoever stands there with a phone."""

    screen = "board"

    def presses_stop(self) -> None:
        """Stop the work: one press."""
        with self.act("stop"):
            self.presses(self.at_key("stop").first)

    def sees_set(self, word: str) -> None:
        """Wait until the big word over everything says how the set is called."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(word, ignore_case=True)


class Wall(Anybody):
    """The board on the wall, with its keyboard below."""

    def presses_space_bar(self) -> None:
        """Stop the work from the wall's keyboard: one press."""
        with self.act("stop"):
            before = self.film.size
            self.counted.tapped()
            self.page.keyboard.press("Space")
            self.film.grows_beyond(before)
