"""What holds because something is open: stops, incidents, remedies, concerns, walk-outs.

Each ends only as the vocabulary's table says, and a restart is asked the same
questions by its gate as by the fold (`fold_after.resume_lacks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from showclear.core import words
from showclear.core.fold_after import resume_lacks, resumes
from showclear.core.gates import Reason
from showclear.core.own_asked import Asked
from showclear.core.said_after import WorkResumed
from showclear.core.steps import two_who_agree, who_runs

# --- 1. stops and pauses -----------------------------------------------------------


def stops(asked: Asked) -> Iterator[Reason]:
    for stop in asked.state.stops.values():
        if asked.stopped_by(stop.scope):
            agreed = two_who_agree(asked.state, but=(stop.by, *sorted(stop.inside)))
            follow = asked.step(
                "stop", stop.id, "work.resumed", asked.runs, stop=stop.id, agreed_by=agreed
            )
            yield asked.reason("stop", stop.id, "stopped", step=follow, since=stop.mark)


def pauses(asked: Asked) -> Iterator[Reason]:
    for pause in asked.state.pauses.values():
        if asked.stopped_by(pause.scope):
            follow = asked.step("pause", pause.id, "pause.lifted", pause.by, pause=pause.id)
            yield asked.reason("pause", pause.id, "paused", step=follow, since=pause.mark)


# --- 2. what is open ---------------------------------------------------------------


def incidents(asked: Asked) -> Iterator[Reason]:
    for incident in asked.state.incidents.values():
        about = bool(incident.about) and asked.touched(incident.about)
        if about or asked.weapon_work:
            follow = restart_step(asked, "incident", incident.id)
            yield asked.reason(
                "incident", incident.id, "incident-open", step=follow, since=incident.mark
            )


def restart_step(asked: Asked, rule: str, name: str) -> Any:
    """The next of: set a remedy, do it, have it verified, agree to go on."""
    state = asked.state
    remedies = [
        item for item in state.remedies.values() if item.for_ == name and item.before_restart
    ]
    doer = asked.handler or asked.runs
    if not remedies and name in state.incidents:
        fresh = f"{name.replace('/', '.').lower()}.remedy"
        return asked.step(
            rule,
            f"{name}.set",
            "remedy.set",
            asked.runs,
            remedy=fresh,
            for_=name,
            before_restart=True,
        )
    for remedy in remedies:
        if remedy.done_by is None:
            return asked.step(rule, f"{name}.done", "remedy.done", doer, remedy=remedy.id)
        if not remedy.verified:
            other = who_runs(state, but=(remedy.done_by,))
            return asked.step(rule, f"{name}.seen", "remedy.verified", other, remedy=remedy.id)
    agreed = two_who_agree(state)
    return asked.step(rule, f"{name}.go", "work.resumed", asked.runs, scope=name, agreed_by=agreed)


def remedies(asked: Asked) -> Iterator[Reason]:
    for remedy in asked.state.remedies.values():
        if not remedy.before_restart or remedy.verified or remedy.for_ in asked.state.incidents:
            continue
        if asked.touched((remedy.for_,)) or remedy.for_ in asked.state.concerns:
            follow = restart_step(asked, "remedy", remedy.for_)
            yield asked.reason("remedy", remedy.id, "remedy-open", step=follow, since=remedy.mark)


def concerns(asked: Asked) -> Iterator[Reason]:
    if not asked.state.concerns:
        return
    in_act = set(asked.question.people or ()) | set(asked.question.receivers)
    if asked.activity is not None:
        in_act |= set(asked.state.at_risk(asked.activity) or ())
    for concern in asked.state.concerns.values():
        # Somebody whom nobody introduced may be anybody who is in the act.
        own = concern.by in in_act or asked.stranger(concern.by)
        if not (concern.holds or own) or not asked.touched(concern.about):
            continue
        by = concern.by if concern.by != "anonymous" else None
        follow = asked.step("concern", concern.id, "concern.closed", by, concern=concern.id)
        yield asked.reason("concern", concern.id, "concern-open", step=follow, since=concern.mark)


def walk_outs(asked: Asked) -> Iterator[Reason]:
    if asked.question.gate not in words.ACT_GATES or not asked.state.walk_outs:
        return
    named = set(asked.question.people or ())
    if asked.activity is not None:
        named |= set(asked.state.at_risk(asked.activity) or ())
    roles = frozenset[str]().union(*(asked.state.person(name).roles for name in named))
    for walk_out in asked.state.walk_outs.values():
        # Nobody known to be in it: then nobody knows that their roles are not needed.
        if named and not (roles & walk_out.roles or named & set(walk_out.people)):
            continue
        lacks = resume_lacks(asked.state, walk_out.id, frozenset(two_who_agree(asked.state)))
        follow = asked.step(
            "walk-out",
            f"{walk_out.id}.go",
            "work.resumed",
            asked.runs,
            scope=walk_out.id,
            agreed_by=two_who_agree(asked.state, but=walk_out.people),
        )
        if "meeting.held" in lacks:
            follow = _take_over(asked, walk_out.id, walk_out.roles, frozenset(walk_out.people))
        yield asked.reason(
            "walk-out", walk_out.id, "walk-out-open", step=follow, since=walk_out.mark
        )


def _take_over(asked: Asked, name: str, roles: frozenset[str], gone: frozenset[str]) -> Any:
    """A meeting with somebody of each role that walked out; None if there is nobody."""
    if not asked.steps:
        return None
    present: list[str] = []
    for role in sorted(roles):
        taker = next(
            (p.id for p in asked.state.people.values() if role in p.roles and p.id not in gone),
            None,
        )
        if taker is None:
            return None
        present.append(taker)
    activity = asked.question.activity
    people = asked.state.at_risk(asked.activity) if asked.activity is not None else ()
    everybody = tuple(dict.fromkeys((*present, *(people or ()), asked.runs or present[0])))
    return asked.step(
        "walk-out",
        f"{name}.meeting",
        "meeting.held",
        asked.runs,
        meeting=f"{name.lower()}.take-over",
        kind="safety",
        activities=activity,
        present=everybody,
    )


# --- restart and close -------------------------------------------------------------


def restarts(asked: Asked) -> Iterator[Reason]:
    act = asked.question.act
    if not isinstance(act, WorkResumed):
        return
    agreed = frozenset(act.agreed_by)
    for name in asked.question.on or resumes(act) or ():
        lacks = resume_lacks(asked.state, name, agreed)
        if not lacks:
            continue
        follow, replaces = _restart_next(asked, act, name, lacks)
        reason = asked.reason("restart", name, *lacks, step=follow)
        yield replace(reason, next=replace(reason.next, replaces=replaces))


def _restart_next(
    asked: Asked, act: WorkResumed, name: str, lacks: tuple[str, ...]
) -> tuple[Any, bool]:
    """What is missing before, or the same restart agreed by two who may."""
    if {"remedy.set", "remedy.verified"} & set(lacks):
        return restart_step(asked, "restart", name), False
    if "meeting.held" in lacks:
        walk_out = asked.state.walk_outs[name]
        gone = frozenset(walk_out.people)
        return _take_over(asked, name, walk_out.roles, gone), False
    stop = asked.state.stops.get(name)
    but = (stop.by, *sorted(stop.inside)) if stop is not None else ()
    said = {"stop": act.stop} if act.stop is not None else {"scope": list(act.scope or ("all",))}
    agreed = two_who_agree(asked.state, but=but)
    return asked.step("restart", name, "work.resumed", act.by, agreed_by=agreed, **said), True
