"""A question on a state, with what several of the core's holds need of it."""

from __future__ import annotations

from typing import Any, Final

from showclear.core import words
from showclear.core.gates import Next, Question, Reason
from showclear.core.nouns import Activity, Mark
from showclear.core.own_words import sentence
from showclear.core.state import State
from showclear.core.steps import a_handler, step, who_runs

PACK: Final = "showclear-core"
CITE: Final = "Showclear vocabulary 0"

WEAPON_GATES: Final = frozenset({"take-out", "load", "hand-over"})
WEAPON_HAZARDS: Final = frozenset({"firearm-display", "dummy-load", "blank-fire", "live-fire"})
NOT_REAL: Final = frozenset({"replica", "rubber"})


class Asked:
    """One question on one state, with what several holds need computed once.

    Attributes:
        steps: Whether next steps are worked out as statements. Finding who could make them
            costs more than the answer.
    """

    __slots__ = (
        "_subjects_found",
        "activity",
        "language",
        "question",
        "state",
        "steps",
        "weapon_work",
        "weapons",
    )

    def __init__(
        self, state: State, question: Question, language: str = "en", *, steps: bool = True
    ) -> None:
        self.state, self.question, self.language = state, question, language
        self.steps = steps
        name = question.activity
        self.activity: Activity | None = state.activities.get(name) if name is not None else None
        self.weapons = self._weapons()
        self.weapon_work = self._weapon_work()
        self._subjects_found: frozenset[str] | None = None

    @property
    def subjects(self) -> frozenset[str]:
        """Every id, kind and hazard that an incident, stop or concern may be about."""
        if self._subjects_found is None:
            self._subjects_found = self._subjects()
        return self._subjects_found

    def _weapons(self) -> tuple[str, ...]:
        """Those of the act, or those the plan of the activity names."""
        if self.question.weapons:
            return self.question.weapons
        planned = self.activity.plan.weapons if self.activity is not None else None
        return tuple(sorted(plan.weapon for plan in planned or ()))

    def _subjects(self) -> frozenset[str]:
        found: set[str] = {*self.question.on, *self.weapons, *(self.question.people or ())}
        found.update(self.question.receivers)
        if self.question.lot is not None:
            found.add(self.question.lot)
        for name in self.weapons:
            weapon = self.state.weapons.get(name)
            if weapon is not None:
                found.add(weapon.kind)
                found.update(load.lot for load in weapon.loads)
        if self.activity is not None:
            plan = self.activity.plan
            found.add(self.activity.id)
            found.update(plan.hazards or ())
            for thing in plan.things or ():
                found.add(thing)
                if thing in self.state.things:
                    found.add(self.state.things[thing].kind)
        return frozenset(found)

    def known(self, name: str) -> bool:
        """Whether any noun of the record has this id, or it is a kind or a hazard."""
        state = self.state
        tables: tuple[dict[str, Any], ...] = (
            state.people,
            state.weapons,
            state.lots,
            state.things,
            state.activities,
        )
        closed = words.HAZARDS | words.WEAPON_KINDS | words.THING_KINDS | words.LOT_KINDS
        return name in closed or any(name in table and table[name].known for table in tables)

    def stranger(self, name: str) -> bool:
        """Whether this names a person, and nobody has introduced them."""
        return name not in words.RESERVED and not self.state.person(name).known

    def touched(self, about: tuple[str, ...] | None) -> bool:
        """Whether something about these touches the act. Unknown ids touch everything."""
        if about is None or not about:
            return True
        return any(name in self.subjects or not self.known(name) for name in about)

    def stopped_by(self, scope: tuple[str, ...] | None) -> bool:
        """Whether a stop or pause of this scope is on the act.

        Its scope is everything, or activities, weapons and things; whatever else it names
        says nothing of what may go on.
        """
        if scope is None:
            return True
        state = self.state
        nouns: tuple[dict[str, Any], ...] = (state.activities, state.weapons, state.things)
        strange = any(all(name not in table for table in nouns) for name in scope)
        return strange or self.touched(scope)

    def _weapon_work(self) -> bool:
        """Whether a weapon that fires, or may, is in the act. Unknown counts as yes."""
        if self.question.gate in WEAPON_GATES:
            return any(self._fires(name) for name in self.weapons) or not self.weapons
        if self.question.gate not in words.ACT_GATES:
            return False
        if self.activity is None:
            return True
        plan = self.activity.plan
        if plan.hazards is None or WEAPON_HAZARDS & set(plan.hazards) or plan.weapons is None:
            return True
        return any(self._fires(name) for name in self.weapons)

    def _fires(self, name: str) -> bool:
        weapon = self.state.weapons.get(name)
        return weapon is None or not weapon.known or weapon.kind not in NOT_REAL

    def reason(
        self,
        rule: str,
        on: str,
        *missing: str,
        step: Any = None,
        since: Mark | None = None,
        witnesses: tuple[str, ...] = (),
    ) -> Reason:
        """One reason of the core."""
        says, follow = sentence(rule, self.language, on=on)
        return Reason(
            pack=PACK,
            rule=rule,
            cite=CITE,
            force="practice",
            missing=missing,
            on=on,
            witnesses=witnesses or ((since.said,) if since is not None else (on,)),
            says=says,
            next=Next(follow, step),
            since=since.said if since is not None else None,
        )

    def step(self, rule: str, about: str, what: str, by: str | None, /, **fields: Any) -> Any:
        """A next statement for this question, if steps are asked for."""
        if not self.steps:
            return None
        return step(self.question, rule, about, what, by, **fields)

    @property
    def runs(self) -> str | None:
        """Who runs the set, if steps are asked for."""
        return who_runs(self.state) if self.steps else None

    @property
    def handler(self) -> str | None:
        """A handler on the record, if steps are asked for."""
        return a_handler(self.state, self.question) if self.steps else None
