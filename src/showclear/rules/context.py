"""One question on one state, as rules see it: sets, and who `the weapon` is.

A set that is not given is None and holds wherever a rule needs it; a set that was
counted and is empty is an empty tuple.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

from showclear.core.fold import today_from
from showclear.core.gates import Question
from showclear.core.nouns import Activity, Permission, Weapon
from showclear.core.own_asked import Asked
from showclear.core.state import State
from showclear.rules.sets import OF_ACT, Finder, Names, implied_hazards
from showclear.rules.sets_more import LISTED, OF_OPEN, OF_PEOPLE, found_set


class Context:
    """A question being judged.

    Attributes:
        this: The element a rule is looking at, by its type.
        today: The first position of today, or None when no ShootDay is open.
        answers: To conditions that several rules share.
        event: What references mean that are to the event of a duty or a wait.
        floor: Nothing said before this position counts.
    """

    __slots__ = (
        "_implied",
        "_sets",
        "activity",
        "answers",
        "asked",
        "event",
        "floor",
        "question",
        "state",
        "this",
        "today",
    )

    def __init__(self, asked: Asked) -> None:
        self.state: State = asked.state
        self.question: Question = asked.question
        self.asked = asked
        # The activity of the act, if the record has it.
        self.activity: Activity | None = asked.activity
        self.today = today_from(asked.state, asked.question.at)
        self.answers: dict[Hashable, bool] = {}
        self.this: dict[str, str] = {}
        self.event: Mapping[str, Names] = {}
        self.floor = 0
        self._sets: dict[str, Names] = {}
        self._implied: tuple[frozenset[str], bool] | None = None

    def names(self, name: str) -> Names:
        """The elements of a set, computed once a question."""
        try:
            return self._sets[name]
        except KeyError:
            finder = SETS.get(name)
            found = finder[1](self) if finder is not None else found_set(self, name)
            self._sets[name] = found
            return found

    @property
    def implied(self) -> tuple[frozenset[str], bool]:
        """The hazards that the weapons of the act make of it; see `implied_hazards`."""
        if self._implied is None:
            self._implied = implied_hazards(self)
        return self._implied

    def refer(self, ref: str) -> Names:
        """Who or what a reference means here; `this X` is the element looked at."""
        if ref in self.event:
            return self.event[ref]
        if ref.startswith("this "):
            found = self.this.get(ref[5:])
            return None if found is None else (found,)
        if ref in ("the weapon", "the thing") and ref[4:] in self.this:
            return (self.this[ref[4:]],)
        if ref == "its holder":
            held = self.weapon(self.this.get("weapon", ""))
            return None if held is None or held.holder is None else (held.holder,)
        if ref == "the receiver" and "receiver" in self.this:
            return (self.this["receiver"],)
        if ref == "the receiver" and "weapon" in self.this and self.question.pairs:
            # In a squad each weapon has its own receiver.
            weapon = self.this["weapon"]
            return tuple(person for name, person in self.question.pairs if name == weapon) or None
        # Of an event that there is none of here, nothing is known.
        return self.names(REFERENCES[ref]) if ref in REFERENCES else None

    def weapon(self, name: str) -> Weapon | None:
        """A weapon of the record."""
        return self.state.weapons.get(name)

    def permission(self, kind: str) -> Permission | None:
        """The last word on a permission of this kind that concerns the activity."""
        activity = self.question.activity
        return next(
            (
                found
                for found in self.state.permissions.get(kind) or ()
                if not found.activities or activity is None or activity in found.activities
            ),
            None,
        )


SETS: Final[Mapping[str, tuple[str, Finder]]] = {**OF_ACT, **OF_OPEN}
"""Every set of the language: the type of its elements, and how it is found."""

REFERENCES: Final[Mapping[str, str]] = {
    "the weapon": "the weapons",
    "the lot": "lots loaded",
    "the activity": "the activity",
    "the receiver": "the receiver",
    "the giver": "the giver",
    "the handler": "the handler",
    "the performer": "the performer",
    "the supervisor": "the supervisor",
    "the operator": "the operator",
    "the thing": "the things",
    "its holder": "weapons in hands here",
}
"""What `the X` in a condition refers to; each of several is asked for itself."""

TYPES: Final = (
    "person",
    "weapon",
    "lot",
    "thing",
    "activity",
    "hazard",
    "meeting",
    "document",
    "assessment",
    "permission",
    "concern",
    "incident",
    "stop",
    "remedy",
    "position",
    "post",
    "department",
    "role",
    "duty",
    "qualification",
)
"""What a set may be of."""

__all__ = [
    "LISTED",
    "OF_PEOPLE",
    "REFERENCES",
    "SETS",
    "TYPES",
    "Context",
    "Names",
    "implied_hazards",
]
