"""What every keeper of badges promises: what was written last is there, whole, and nothing else.

Protects: somebody's badge is theirs after a power cut, and tries at a PIN are not given back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import pytest

from showclear.app.badges import BadgeBook, BadgeStore, Checked, Held, KeptBadges, PinDigest


def some() -> KeptBadges:
    pin = PinDigest(salt=b"s" * 16, digest=b"d" * 32)
    people = {
        "armorer": Held(person="armorer", pin=pin, badge=b"b" * 32, tries=3),
        "ad": Held(person="ad", pin=pin),
        "grip": Held(person="grip", badge=b"c" * 32),
    }
    return KeptBadges(salt=b"k" * 16, people=people)


class BadgesContract(ABC):
    """To be kept by every adapter: a subclass makes a fresh one, and opens the same one again."""

    @abstractmethod
    @pytest.fixture
    def store(self) -> BadgeStore:
        """A keeper that nothing was ever given to."""

    @abstractmethod
    def again(self, store: BadgeStore) -> BadgeStore:
        """The same keeper, opened anew."""

    def test_nothing_was_ever_kept(self, store: BadgeStore) -> None:
        assert store.read() is None

    def test_what_was_written_is_read_again(self, store: BadgeStore) -> None:
        store.write(some())

        assert some() == self.again(store).read()

    def test_what_is_written_takes_the_place_of_what_was(self, store: BadgeStore) -> None:
        store.write(some())
        store.write(KeptBadges(salt=b"k" * 16))

        assert KeptBadges(salt=b"k" * 16) == self.again(store).read()

    def test_it_keeps_what_it_was_given_and_not_what_becomes_of_that(
        self, store: BadgeStore
    ) -> None:
        people = dict(some().people)
        store.write(KeptBadges(salt=b"k" * 16, people=people))
        people.clear()

        found = store.read()
        assert found is not None
        assert {"armorer", "ad", "grip"} == set(found.people)

    def test_five_wrong_pins_stay_five_after_a_restart(self, store: BadgeStore) -> None:
        book = BadgeBook(store, random=bytes)
        book.give("armorer", pin="2580", badge="BCDFGHJK")
        for _ in range(5):
            book.check_pin("armorer", "0000")

        again = BadgeBook(self.again(store), random=bytes)
        assert Checked.BADGE_ONLY == again.check_pin("armorer", "2580")
        assert "armorer" == again.find("bcdfghjk")
