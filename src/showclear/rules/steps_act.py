"""Next steps that are the act itself, with one thing different.

Judging it instead is applying the step. Who is told to do it otherwise is told how.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from showclear.core.said_people import WeaponHandedOver, WeaponLoaded, WeaponTakenOut
from showclear.core.said_plan import GateAsked, PeopleEntered
from showclear.core.steps import step
from showclear.rules.context import Context

Step = tuple[Mapping[str, Any] | None, bool]
"""A statement, if one can be offered, and whether it stands instead of the act."""
NO_STEP: Final[Step] = (None, False)


def act_with(context: Context, rule: str, on: str, **changes: Any) -> Step:
    """The same act with fields changed; judging it instead is applying the step."""
    act = context.question.act
    fields: dict[str, Any]
    match act:
        case WeaponHandedOver():
            fields = {"from": act.from_, "for": act.for_}
            if act.issues:
                fields["issues"] = [{"weapon": i.weapon, "to": i.person} for i in act.issues]
            else:
                fields |= {"weapons": list(act.weapons), "to": list(act.to)}
        case WeaponLoaded():
            fields = {"weapons": list(act.weapons), "lot": act.lot, "count": act.count}
            fields |= {"for": act.for_, "container": act.container}
        case WeaponTakenOut():
            fields = {"weapons": list(act.weapons)}
        case PeopleEntered() if not act.entries:
            fields = {"people": list(act.people), "activity": act.activity, "thing": act.thing}
        case GateAsked():
            return NO_STEP
        case _:
            return NO_STEP
    by = changes.pop("by", act.by)
    said = step(context.question, rule, on, act.what, by, **{**fields, **changes})
    return said, said is not None
