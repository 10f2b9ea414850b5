"""A whole day of a case, followed by people at their screens in the order in which it happened.

* Whoever says a statement in the case looks for it on their own screen, and presses what says
  it: handlers at a tablet, the first AD on a phone. Nothing is pressed that says more.
* Who saw it too confirms it: the first AD on their phone, a handler by their badge.
* What no screen offers, or what people without one say, is said as the server's own screen
  would take it, and told apart: `off_screens`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from showclear.app.sayings import of_case
from tests.browser.people.facts import Facts, facts_of, listed
from tests.browser.people.first_ad import FirstAd
from tests.browser.people.handler import Handler
from tests.browser.set import FilmSet
from tests.stories.production import shelf, told

Plain = Mapping[str, Any]

AHEAD: Final = 6
BREATH: Final = timedelta(minutes=5)
"""How far ahead somebody may say something along: opened, back and fired is one look."""

_ALONG: Final = frozenset(
    {
        *("check", "weapon.fired", "weapon.handed-back", "weapon.unloaded"),
        *("weapon.counted", "weapon.locked-up", "rounds.counted", "rounds.locked-up"),
    }
)
"""What may be said along. Nothing goes into a weapon, or to somebody, ahead of its time."""

_AT_THE_CART: Final = ("weapon.", "rounds.", "check.made")
_ON_THE_FLOOR: Final = ("set.declared", "activity.", "day.", "check.made")


def statements_of(film: FilmSet, *, first: str = "", last: str = "") -> list[dict[str, Any]]:
    """What the case of a set says with a time, in its order, under the ids it has in the log.

    Args:
        first: The id of the first, as the case has it; by default the case's first.
        last: The same of the last.
    """
    said = [one for one in of_case(film.case, shelf(), sample=True) if "at" in one]
    ids = [one["id"].removeprefix(f"{film.case.id}/") for one in said]
    start = ids.index(first) if first else 0
    return said[start : ids.index(last) + 1] if last else said[start:]


@dataclass(kw_only=True)
class Day:
    """Everybody who has a screen, and the case they follow.

    Attributes:
        handlers: At tablets, by id.
        rounds: Which of them opens, looks through, counts and locks the rounds.
        since: How many entries the log had when the day went on from here.
        off_screens: What was said without a screen, and why.
    """

    film: FilmSet
    handlers: dict[str, Handler]
    ad: FirstAd
    rounds: str = ""
    since: int = 0
    off_screens: list[str] = field(default_factory=list)
    _waiting: Facts = frozenset()
    _said_as: dict[str, str] = field(default_factory=dict)

    def goes_on(self, said: Sequence[Plain]) -> None:
        """Follow these statements."""
        said = [self._by_whom(one) for one in said if not self._has_them_already(one)]
        for place, one in enumerate(said):
            self.film.is_at(one["at"])
            for each in (*self.handlers.values(), self.ad):
                each.knows_the_time()
            self._one(one, _soon_after(one, said[place + 1 : place + 1 + AHEAD]))

    def _by_whom(self, one: Plain) -> Plain:
        """Who says it here: one of the two keeps the rounds, and the other's eyes are the second."""
        other = self.rounds
        if not other or one["by"] not in self.handlers or not _of_rounds(one):
            return one
        seen = [str(one["by"]) if name == other else name for name in listed(one, "with")]
        return {**one, "by": other, **({"with": seen} if seen else {})}

    def _has_them_already(self, one: Plain) -> bool:
        """Whether these are rounds for whoever keeps them here: nothing changes hands."""
        return one["what"] == "rounds.handed-over" and str(one["to"]) == self.rounds

    def _one(self, one: Plain, soon: Facts) -> None:
        what, by = str(one["what"]), str(one["by"])
        before = self.film.size
        if what == "weapon.fired":
            # Who takes it back opens it, and says then what was fired.
            self._waiting |= _facts(one)
            return
        left = facts = _facts(one)
        about = {name for fact in facts for name in fact}
        waiting = frozenset(fact for fact in self._waiting if not about.isdisjoint(fact))
        if by in self.handlers and what.startswith(_AT_THE_CART):
            speaker = self.handlers[by]
            facts = facts - speaker.said_along(facts) - self._said_by_others(one)
            if facts | waiting:
                speaker.shows_who_speaks()
            with speaker.act(_called(one)):
                left = speaker.says(facts | waiting, soon=soon | self._waiting)
            self._waiting -= waiting - left
            left -= waiting
        elif by == self.ad.who and what.startswith(_ON_THE_FLOOR):
            left = self.ad.says(facts)
        left = _own_weapon_only(left, facts)
        if left:
            self._off_screens(one, left, whole=left == facts)
        self._confirmed(one, since=before)

    def _said_by_others(self, one: Plain) -> Facts:
        """What of it another says for themselves: of a joint count, each counts what they have;
        and that one weapon's load was shown to the first AD, she says on her own phone."""
        facts, seen = _facts(one), listed(one, "with")
        if one["what"] == "weapon.counted":
            others = [name for name in seen if name in self.handlers]
            return frozenset(fact for fact in facts if self.film.holder(fact[1]) in others)
        shown = {fact[2] for fact in facts if fact[:2] == ("check", "load-shown")}
        own = self.ad.who in seen and len(shown) == 1
        return frozenset(
            fact for fact in facts if own and fact[1] == "load-shown" and fact[3] == self.ad.who
        )

    def _off_screens(self, one: Plain, left: Facts, *, whole: bool) -> None:
        self._told_apart(f"{one['id']}: {one['what']} by {one['by']}: {sorted(left)[:3]}")
        said = {key: value for key, value in one.items() if key != "with"}
        said["at"] = self.film.now.isoformat()
        if not whole:
            said["id"] = f"{one['id']}-rest"
        if said["what"] == "confirmed":
            said["of"] = self._said_as.get(str(said["of"]), said["of"])
        self.film.says(said)

    def _told_apart(self, what: str) -> None:
        self.off_screens.append(what)
        print(what)

    def _confirmed(self, one: Plain, *, since: int) -> None:
        told = self.film.look(
            lambda look: [
                each.said.id
                for each in look.memory.told
                if each.index >= since and each.said.what == one["what"]
            ]
        )
        self._said_as[str(one["id"])] = told[-1] if told else str(one["id"])
        for name in listed(one, "with"):
            if name == self.ad.who:
                self.ad.confirms_what_she_saw()
            elif one["what"] == "weapon.counted" and name in self.handlers:
                self._counts_too(self.handlers[name], one)
            elif not self._by_badge(one, name) and told:
                own = [
                    {"what": "confirmed", "by": name, "of": each, "as": ["saw-it"]} for each in told
                ]
                self._told_apart(f"{one['id']}: seen by {name}: no screen asked for it")
                self.film.says(*own)

    def _counts_too(self, other: Handler, one: Plain) -> None:
        """Whoever counts as well says so on their own tablet, unless they just did."""
        left = _facts(one) - other.said_lately(_facts(one))
        if left:
            other.shows_who_speaks()
            with other.act("weapon.counted"):
                other.says(left, soon=frozenset())

    def _by_badge(self, one: Plain, name: str) -> bool:
        """Let somebody scan their badge where the open sheet asks for second eyes."""
        handler, other = self.handlers.get(str(one["by"])), self.handlers.get(name)
        if handler is None or other is None or one["what"] != "check.made":
            return False
        if not handler.asks_for_eyes:
            return False
        handler.shows_what_a_badge_is_for()
        handler.lets_scan(other.badge, other=other)
        return True


def _of_rounds(said: Plain) -> bool:
    """Whether it is work at a box of rounds; into other hands it goes by whoever has it."""
    what = str(said["what"])
    looked = [one for one in listed(said, "checks", "check") if one.endswith("verified")]
    return bool(looked) or (what.startswith("rounds.") and what != "rounds.handed-over")


def _called(said: Plain) -> str:
    """What somebody does, for the counts."""
    what = str(said["what"])
    return what if what != "check.made" else ", ".join(listed(said, "checks", "check"))


def _soon_after(one: Plain, rest: Sequence[Plain]) -> Facts:
    """What the same person says within minutes, and may say in the same breath."""
    until = datetime.fromisoformat(one["at"]) + BREATH
    by = str(one["by"])
    # A count that is made together is each one's own.
    mine = [
        each
        for each in rest
        if each["by"] == by or (each["what"] == "weapon.counted" and by in listed(each, "with"))
    ]
    near = [each for each in mine if datetime.fromisoformat(each["at"]) <= until]
    return frozenset(fact for each in near for fact in _facts(each) if fact[0] in _ALONG)


def _own_weapon_only(left: Facts, facts: Facts) -> Facts:
    """A squad is shown its weapons: each performer is shown their own, and need not the others'."""
    seen = {(one[1], one[3]) for one in facts - left if one[0] == "check" and one[3]}
    return frozenset(
        one for one in left if one[0] != "check" or not one[3] or (one[1], one[3]) not in seen
    )


def _facts(said: Plain) -> Facts:
    return facts_of(said)


__all__ = ["Day", "shelf", "statements_of", "told"]
