"""Next steps for attributes: which statement, or which changed act, makes a word so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from showclear.core.fields import LotId
from showclear.core.planning import PlannedWeapon
from showclear.core.said_people import WeaponHandedOver, WeaponLoaded
from showclear.core.steps import a_handler, step, who_runs
from showclear.rules.context import Context
from showclear.rules.grammar import No, WordTest
from showclear.rules.outcome import Failure
from showclear.rules.steps_act import NO_STEP, Step, act_with
from showclear.rules.steps_plan import leaves, plan_step


def word_step(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """The step that makes an attribute one of the words, if a statement can."""
    builder = _STEPS.get((failure.element, test.attribute))
    return NO_STEP if builder is None else builder(context, rule, failure, test, able)


def _other_person(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Somebody entitled does it: gives it, takes it out, loads it."""
    question = context.question
    other = a_handler(context.state, question, entitled=able)
    if other is None:
        return NO_STEP
    if failure.on == question.giver:
        return act_with(context, rule, failure.on, **{"from": other, "by": other})
    if failure.on == question.doer:
        return act_with(context, rule, failure.on, by=other)
    return NO_STEP


def _show_qualification(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    said = step(
        context.question,
        rule,
        failure.on,
        "qualification.shown",
        who_runs(context.state),
        person=failure.on,
        kind=min(test.words),
    )
    return said, False


def _release_duty(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Rid of every other duty; several are released one after the other."""
    duties = sorted(context.state.person(failure.on).duties - test.words)
    if not duties:
        return NO_STEP
    said = step(
        context.question,
        rule,
        f"{failure.on}.{duties[0]}".lower().replace(" ", "-"),
        "duty.released",
        who_runs(context.state),
        people=(failure.on,),
        duty=duties[0],
    )
    return said, False


def _brief(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Joins the day's meeting on this activity, or agrees to what changed since."""
    activity, state, today = context.activity, context.state, context.today
    runs = who_runs(state)
    if activity is None:
        return NO_STEP
    found = state.briefed.get((activity.id, failure.on))
    heard_today = found is not None and today is not None and found.mark.seq >= today
    if heard_today:
        said = step(
            context.question,
            rule,
            failure.on,
            "change.agreed",
            runs,
            activity=activity.id,
            people=(failure.on,),
        )
        return said, False
    meeting = next(
        (m for m in state.met.get(activity.id) or () if today is not None and m.mark.seq >= today),
        None,
    )
    if meeting is None:
        from_scratch = step(
            context.question,
            rule,
            failure.on,
            "meeting.held",
            runs,
            meeting=f"{activity.id}.meeting",
            kind="safety",
            activities=activity.id,
            present=tuple(
                dict.fromkeys((failure.on, *(context.names("people at risk") or ()), runs or ""))
            ),
        )
        return from_scratch, False
    said = step(
        context.question,
        rule,
        failure.on,
        "meeting.joined",
        runs,
        meeting=meeting.id,
        people=(failure.on,),
    )
    return said, False


def _as_planned(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """The same load, as the plan has it; or the plan with what it leaves out."""
    plan = context.state.planned(context.question.activity or "", failure.on)
    weapon = context.weapon(failure.on)
    if plan is None or plan.load in (None, "none") or weapon is None:
        return NO_STEP
    count = weapon.rounds + (context.question.count or 0)
    if plan.lot is None or plan.count is None:
        whole = replace(plan, lot=plan.lot or _lot_of(context), count=plan.count or count)
        return _plan_with(context, rule, failure.on, whole), False
    if plan.count - weapon.rounds < 0:
        return NO_STEP
    changes = {"lot": plan.lot, "count": plan.count - weapon.rounds}
    return act_with(context, rule, failure.on, **changes)


def _lot_of(context: Context) -> LotId | None:
    lot = context.question.lot
    return None if lot is None else LotId(lot)


def _plan_with(
    context: Context, rule: str, on: str, whole: PlannedWeapon
) -> Mapping[str, Any] | None:
    """The plan as it stands, with one weapon said in full."""
    activity = context.activity
    if activity is None or activity.plan.weapons is None:
        return None
    weapons: dict[str, dict[str, Any]] = {}
    for plan in activity.plan.weapons:
        one = whole if plan.weapon == whole.weapon else plan
        said: dict[str, Any] = {"load": one.load, "lot": one.lot, "count": one.count}
        said |= {"clearance_ft": one.clearance_ft}
        if one.performer is not None:
            said["performer"] = list(one.performer) or "nobody"
        weapons[one.weapon] = {key: value for key, value in said.items() if value is not None}
    by = who_runs(context.state)
    question = context.question
    return step(question, rule, on, "activity.changed", by, activity=activity.id, weapons=weapons)


def _without_weapon(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """The same act without the weapon that the plan does not name, if others are left;
    else with the one that it names for this person."""
    act, on = context.question.act, failure.on
    if isinstance(act, WeaponHandedOver | WeaponLoaded) and len(act.weapons) > 1:
        left = [name for name in act.weapons if name != on]
        return act_with(context, rule, on, weapons=left)
    activity = context.activity
    if not isinstance(act, WeaponHandedOver) or activity is None:
        return NO_STEP
    over = dict(context.question.pairs)
    planned = next(
        (
            plan.weapon
            for plan in activity.plan.weapons or ()
            if over.get(on) in (plan.performer or ()) and plan.weapon not in over
        ),
        None,
    )
    if planned is None:
        return NO_STEP
    if act.issues:
        pairs = [{"weapon": planned if w == on else w, "to": to} for w, to in over.items()]
        return act_with(context, rule, on, issues=pairs)
    return act_with(context, rule, on, weapons=[planned])


def _collect_again(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Somebody of one of these roles takes it back from whoever has it."""
    weapon, state = context.weapon(failure.on), context.state
    entitled = {
        name
        for name, person in state.people.items()
        if person.roles & test.words and not person.left
    }
    by = a_handler(state, context.question, entitled=entitled)
    if weapon is None or by is None:
        return NO_STEP
    said = step(
        context.question,
        rule,
        failure.on,
        "weapon.handed-back",
        by,
        weapons=(failure.on,),
        from_=weapon.holder or weapon.handed_back_to,
        to=by,
    )
    return said, False


def _handler_says(what: str, field: str) -> Callable[..., Step]:
    def build(
        context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
    ) -> Step:
        by = a_handler(context.state, context.question)
        said = step(context.question, rule, failure.on, what, by, **{field: (failure.on,)})
        return said, False

    return build


def _custody(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Locked up; or, where that is not asked for, a handler takes it from where it is."""
    if test.words & {"locked", "store", "away"}:
        locked = _handler_says("weapon.locked-up", "weapons")
        return locked(context, rule, failure, test, able)
    weapon, by = context.weapon(failure.on), a_handler(context.state, context.question)
    if "with a handler" not in test.words or weapon is None or by is None:
        return NO_STEP
    if weapon.place == "unattended":
        return taken_up(context, rule, failure.on), False
    if weapon.place != "held":
        return NO_STEP
    back = {"weapons": (failure.on,), "from_": weapon.holder, "to": by}
    return step(context.question, rule, failure.on, "weapon.handed-back", by, **back), False


def taken_up(context: Context, rule: str, weapon: str) -> Mapping[str, Any] | None:
    """A handler takes what lies about, and opens it."""
    by = a_handler(context.state, context.question)
    found = {"weapons": (weapon,), "with_": (by,), "open": True}
    return step(context.question, rule, weapon, "weapon.seen", by, **found)


def _emptied(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """What is known to be in it comes out; then it is opened and found empty."""
    weapon, by = context.weapon(failure.on), a_handler(context.state, context.question)
    if "none" not in test.words or weapon is None:
        return NO_STEP
    question, on = context.question, failure.on
    for load in weapon.loads:
        if load.count:
            out = {"weapons": (on,), "lot": load.lot, "count": load.count}
            return step(question, rule, f"{on}.{load.lot}", "weapon.unloaded", by, **out), False
    opened = {"checks": ("chamber-empty",), "on": (on,), "passed": True}
    return step(question, rule, on, "check.made", by, **opened), False


def _count_lot(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Counted again, with what should be there. What is found is for the person to say."""
    lot = context.state.lots.get(failure.on)
    if lot is None or lot.in_store is None or lot.in_store < 0:
        return NO_STEP
    by = a_handler(context.state, context.question)
    said = step(
        context.question,
        rule,
        failure.on,
        "rounds.counted",
        by,
        lots=(failure.on,),
        count=lot.in_store,
    )
    return said, False


def _adds_up(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Rounds that are still out come back; then it is counted."""
    state = context.state
    by = a_handler(state, context.question)
    for (lot, holder), count in sorted(state.issued.items()):
        if lot == failure.on and count:
            said = step(
                context.question,
                rule,
                f"{lot}.{holder}",
                "rounds.returned",
                by,
                lots=(lot,),
                count=count,
                from_=holder,
            )
            return said, False
    for weapon in sorted(state.weapons.values(), key=lambda item: item.id):
        for load in weapon.loads:
            if load.lot == failure.on and load.count:
                said = step(
                    context.question,
                    rule,
                    f"{failure.on}.{weapon.id}",
                    "weapon.unloaded",
                    by,
                    weapons=(weapon.id,),
                    lot=failure.on,
                    count=load.count,
                )
                return said, False
    return _count_lot(context, rule, failure, test, able)


_PLANNED: Final = {
    "people pointed at": "pointed_at",
    "people in the line": "line",
    "people in the zone": "zone",
}


def none_left_step(
    context: Context, rule: str, failure: Failure, shape: No
) -> Mapping[str, Any] | None:
    """What takes one element out of a set that should hold none: a plan without them,
    a weapon handed back or taken up, rounds locked up or off the premises. None where people
    decide otherwise."""
    question, state, on = context.question, context.state, failure.on
    activity = context.activity
    field = _PLANNED.get(shape.set)
    if field is not None and activity is not None:
        left = [person for person in context.names(shape.set) or () if person != on]
        changed = {field: left or "nobody"}
        by = who_runs(state)
        return step(question, rule, on, "activity.changed", by, activity=activity.id, **changed)
    handler = a_handler(state, question)
    weapon = state.weapons.get(on)
    if failure.element == "weapon" and weapon is not None and weapon.place == "held":
        return step(
            question,
            rule,
            on,
            "weapon.handed-back",
            handler,
            weapons=(on,),
            from_=weapon.holder,
            to=handler,
        )
    if failure.element == "weapon" and weapon is not None and weapon.place == "unattended":
        return taken_up(context, rule, on)
    custody = any(isinstance(t, WordTest) and t.attribute == "custody" for t in shape.where)
    if failure.element == "lot" and on in state.lots and custody:
        return step(question, rule, on, "rounds.locked-up", handler, lots=(on,))
    if failure.element == "lot" and on in state.lots:
        return step(question, rule, on, "rounds.placed", handler, lots=(on,), place="off-premises")
    return None


def _declare(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Locked off by whoever runs the set. Live and armed are asked for, never offered."""
    if "locked-off" not in test.words:
        return NO_STEP
    by = who_runs(context.state)
    said = step(
        context.question,
        rule,
        failure.on,
        "machine.declared",
        by,
        things=(failure.on,),
        state="locked-off",
    )
    return said, False


def _answer(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Answered by another than who raised it."""
    concern = context.state.concerns.get(failure.on)
    if concern is None or test.words != {"yes"}:
        return NO_STEP
    by = who_runs(context.state, but=(concern.by,))
    return step(
        context.question, rule, failure.on, "concern.answered", by, concern=failure.on
    ), False


def _take_post(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Somebody of the role that the post is for stands there."""
    role = {"medic": "medic", "fire": "fire-officer", "standby": "safety-diver"}.get(failure.on)
    people = context.state.people
    who = sorted(n for n, p in people.items() if role in p.roles and not p.left)
    if not who or context.question.activity is None:
        return NO_STEP
    said = step(
        context.question,
        rule,
        failure.on,
        "post.taken",
        who[0],
        people=(who[0],),
        post=failure.on,
        activities=(context.question.activity,),
    )
    return said, False


PLANNED: Final = (
    "phase",
    "purpose",
    "supervisor",
    "operator",
    "medic",
    "zone",
    "abort",
    "needs_firearm",
    "needs_real",
)
"""What the plan says of an activity, and may be asked to say."""
_STEPS: Final[Mapping[tuple[str, str], Callable[..., Step]]] = {
    ("person", "role"): _other_person,
    ("person", "qualification"): _show_qualification,
    ("person", "other duty"): _release_duty,
    ("person", "briefed"): _brief,
    ("weapon", "as planned"): _as_planned,
    ("weapon", "in the plan"): _without_weapon,
    ("weapon", "taken back by"): _collect_again,
    ("weapon", "custody"): _custody,
    ("weapon", "load"): _emptied,
    ("weapon", "counted"): _handler_says("weapon.counted", "weapons"),
    ("lot", "custody"): _handler_says("rounds.locked-up", "lots"),
    ("lot", "counted since it moved"): _count_lot,
    ("lot", "adds up"): _adds_up,
    ("person", "in the plan"): leaves,
    **{("activity", attribute): plan_step for attribute in PLANNED},
    ("thing", "state"): _declare,
    ("concern", "answered"): _answer,
    ("post", "taken"): _take_post,
}
"""Which step makes which attribute so. What is not here, people put right themselves."""
