"""What is the set called now: hot, gun on set, cold, or nothing yet?

* The newest word about a weapon counts. A cold that names two revolvers leaves a third hot;
  a word that names none is for the whole set.
* Words of an earlier ShootDay say nothing of today: until somebody calls it, a set is not cold,
  it is *not called*.
* What custody shows weighs more than what was called: a weapon with rounds in it, in the hands
  of somebody who is no handler, makes a set hot. What nobody opened counts as loaded.
* Cold was said before rounds went in: while a weapon that is out, on the cart too, has rounds
  on record that fire, the set is not cold. It is not called, until somebody calls it hot; and
  what is not called names the weapons that wait for the word.

Source: docs/formats/vocabulary.md, `set.declared`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from showclear.app.views.look import Look
from showclear.core import words
from showclear.core.nouns import Fact, Mark, Weapon
from showclear.core.state import State

Word = Literal["hot", "gun-on-set", "cold", "not-called"]

ORDER: Final[tuple[Word, ...]] = ("hot", "gun-on-set", "cold", "not-called")
"""What is told first when several are so at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetState:
    """How the set stands.

    Attributes:
        called: Whether somebody called it so; False where only custody shows it.
        since: When it was called, or when the weapon came into those hands; of a set that is
            no longer cold, when the first of its weapons was loaded. None if nobody called it.
        weapons: Those it is about; empty for the whole set. Of a set that is not called, those
            with rounds in them that fire.
    """

    word: Word
    called: bool
    since: Mark | None = None
    weapons: tuple[str, ...] = ()


def set_state(look: Look) -> SetState:
    """Work out how the set stands now; the same for every screen."""
    if "set-state" not in look.memo:
        called = _not_cold(look.state, _called(look.state))
        look.memo["set-state"] = _worse(called, _shown(look.state))
    found: SetState = look.memo["set-state"]
    return found


def _worse(called: SetState, shown: SetState | None) -> SetState:
    if shown is None or ORDER.index(called.word) <= ORDER.index(shown.word):
        return called
    return shown


def _not_cold(state: State, called: SetState) -> SetState:
    """What was called, where nothing was loaded since that fires."""
    loaded = [one for one in state.weapons.values() if _loaded_here(state, one)]
    if called.word not in ("cold", "not-called") or not loaded:
        return called
    was_cold = called.word == "cold"
    return SetState(
        word="not-called",
        called=False,
        since=first_loaded(loaded) if was_cold else None,
        weapons=tuple(one.id for one in loaded),
    )


def first_loaded(weapons: Iterable[Weapon]) -> Mark | None:
    """When the first of these got what is in it; None if nobody said when."""
    marks = [one.loaded for one in weapons if one.loaded is not None]
    return min(marks, key=lambda mark: mark.seq, default=None)


def _loaded_here(state: State, weapon: Weapon) -> bool:
    """Whether rounds that fire are on record as in it, where it is out with a handler or nobody."""
    out = weapon.kind in words.FIRING_KINDS and weapon.place in ("held", "unattended")
    return out and weapon.rounds > 0 and state.load_of(weapon) not in ("none", "dummy")


def _called(state: State) -> SetState:
    standing = _standing(state)
    for word in ORDER[:3]:
        found = [(fact, weapons) for fact, weapons in standing if word in fact.words["state"]]
        if not found:
            continue
        # Of a danger, since when it began; of cold, when it was last said.
        newest, oldest = found[0][0], found[-1][0]
        names = dict.fromkeys(name for _, weapons in found for name in weapons)
        whole = any(not weapons for _, weapons in found)
        return SetState(
            word=word,
            called=True,
            since=newest.mark if word == "cold" else oldest.mark,
            weapons=() if whole else tuple(names),
        )
    return SetState(word="not-called", called=False)


def _standing(state: State) -> list[tuple[Fact, tuple[str, ...]]]:
    """Today's calls that no newer one took back, each with its weapons; newest first."""
    first = state.day.first.seq if state.day is not None else 0
    spoken: set[str] = set()
    found: list[tuple[Fact, tuple[str, ...]]] = []
    for fact in state.facts.get("set.declared", ()):
        if fact.mark.seq < first:
            break
        acts = {name for name in fact.on if name in state.activities}
        weapons = tuple(sorted(fact.on - acts))
        left = tuple(name for name in weapons if name not in spoken)
        # What was called for an act ends with the next word for that act.
        if (left or not weapons) and not acts & spoken:
            found.append((fact, left))
        if not fact.on:
            break
        spoken |= set(weapons) or acts
    return found


def _shown(state: State) -> SetState | None:
    """What the hands that weapons are in make of the set."""
    out = [one for one in state.weapons.values() if in_other_hands(state, one)]
    firing = [one for one in out if one.kind in words.FIRING_KINDS]
    loaded = [one for one in firing if _fires(state, one)]
    found = loaded or firing
    if not found:
        return None
    first = min(found, key=lambda one: one.since.seq if one.since is not None else 0)
    return SetState(
        word="hot" if loaded else "gun-on-set",
        called=False,
        since=first.since,
        weapons=tuple(one.id for one in found),
    )


def _fires(state: State, weapon: Weapon) -> bool:
    """Whether more than dummies may be in it."""
    return not_opened(state, weapon) or state.load_of(weapon) not in ("none", "dummy")


def not_opened(state: State, weapon: Weapon) -> bool:
    """Whether no handler has looked inside since what is in it may have changed.

    Rounds that were fired leave no rounds on record, and nobody has seen that yet. What comes
    back out of other hands, or from where nobody watched it, is opened before it counts as empty.
    """
    if not weapon.load_known:
        return True
    if weapon.rounds:
        return False
    opened = max((mark.seq for mark in (weapon.opened, weapon.emptied) if mark), default=-1)
    if weapon.fired is not None and weapon.fired.seq > opened:
        return True
    with_handler = weapon.place == "held" and not in_other_hands(state, weapon)
    return with_handler and weapon.left_sight is not None and weapon.left_sight.seq > opened


def in_other_hands(state: State, weapon: Weapon) -> bool:
    """Whether somebody has it who is no handler, or nobody knows who has it."""
    return weapon.place == "held" and not (weapon.holder and state.handles(weapon.holder))
