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
        badges: By id, the code of their badge.
        since: How many entries the log had when the day went on from here.
        off_screens: What was said without a screen, and why.
    """

    film: FilmSet
    handlers: dict[str, Handler]
    ad: FirstAd
    badges: dict[str, str]
    since: int = 0
    off_screens: list[str] = field(default_factory=list)
    _waiting: Facts = frozenset()
    _said_as: dict[str, str] = field(default_factory=dict)

    def goes_on(self, said: Sequence[Plain]) -> None:
        """Follow these statements."""
        for place, one in enumerate(said):
            self.film.is_at(one["at"])
            for each in (*self.handlers.values(), self.ad):
                each.knows_the_time()
            self._one(one, _soon_after(one, said[place + 1 : place + 1 + AHEAD]))

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
            facts = frozenset(facts - speaker.along)
            speaker.along -= _facts(one)
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

    def _off_screens(self, one: Plain, left: Facts, *, whole: bool) -> None:
        self.off_screens.append(f"{one['id']}: {one['what']} by {one['by']}: {sorted(left)[:3]}")
        print(self.off_screens[-1])
        said = {key: value for key, value in one.items() if key != "with"}
        said["at"] = self.film.now.isoformat()
        if not whole:
            said["id"] = f"{one['id']}-rest"
        if said["what"] == "confirmed":
            said["of"] = self._said_as.get(str(said["of"]), said["of"])
        self.film.says(said)

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
            elif not self._by_badge(str(one["by"]), name):
                own = [
                    {"what": "confirmed", "by": name, "of": each, "as": ["saw-it"]} for each in told
                ]
                self.off_screens.append(f"{one['id']}: seen by {name}: no screen asked for it")
                self.film.says(*own)

    def _by_badge(self, by: str, name: str) -> bool:
        """Let somebody scan their badge where the open sheet asks for second eyes."""
        handler = self.handlers.get(by)
        if handler is None or name not in self.badges:
            return False
        if not handler.asks_for_eyes:
            return False
        handler.lets_scan(self.badges[name], other=self.handlers.get(name))
        return True


def _called(said: Plain) -> str:
    """What somebody does, for the counts."""
    what = str(said["what"])
    return what if what != "check.made" else ", ".join(listed(said, "checks", "check"))


def _soon_after(one: Plain, rest: Sequence[Plain]) -> Facts:
    """What is said within minutes, and may be said in the same breath."""
    until = datetime.fromisoformat(one["at"]) + BREATH
    near = [each for each in rest if datetime.fromisoformat(each["at"]) <= until]
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
