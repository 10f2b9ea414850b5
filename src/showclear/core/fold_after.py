"""Effects of speaking up, of what comes after, and of statements about the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from showclear.core import said_after as say
from showclear.core import words
from showclear.core.fold_base import add_fact, contradict, effect, notice
from showclear.core.fold_people import leave_posts
from showclear.core.nouns import (
    Concern,
    Incident,
    Lot,
    Mark,
    Refusal,
    Remedy,
    Stop,
    Thing,
    WalkOut,
    Weapon,
)
from showclear.core.state import State
from showclear.core.statement import Statement


def _own_key(table: Mapping[str, object], name: str, said: Statement) -> str:
    """The key of what a statement opens: its statement's id where the name is taken.

    Another stop, concern or remedy under a name that is open already replaces nothing:
    both stay, and each has to be ended.
    """
    return said.id if name in table else name


@effect(say.ConcernRaised)
def concern_raised(state: State, said: say.ConcernRaised, mark: Mark) -> None:
    about = said.about or ((said.for_,) if said.for_ else ())
    name = _own_key(state.concerns, said.concern, said)
    state.concerns[name] = Concern(
        id=name,
        about=about,
        by=said.speaker,
        holds=bool(said.holds),
        mark=mark,
        severity=said.severity,
    )
    notice(state, said, "concern-open", name)


@effect(say.ConcernAcknowledged)
def concern_acknowledged(state: State, said: say.ConcernAcknowledged, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(said.concern,))


@effect(say.ConcernAnswered)
def concern_answered(state: State, said: say.ConcernAnswered, mark: Mark) -> None:
    found = state.concerns.get(said.concern)
    if found is not None and said.speaker != found.by:
        state.concerns[said.concern] = replace(found, answered=mark)


@effect(say.ConcernEscalated)
def concern_escalated(state: State, said: say.ConcernEscalated, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(said.concern,))


@effect(say.ConcernClosed)
def concern_closed(state: State, said: say.ConcernClosed, mark: Mark) -> None:
    """Closed by its raiser, or by two others who each give a reason (reading 9)."""
    found = state.concerns.get(said.concern)
    if found is None:
        return
    own_word = said.said_by is None or said.said_by == said.by
    if said.speaker == found.by and found.by != "anonymous" and own_word:
        del state.concerns[said.concern]
        return
    closing = found.closing
    if (said.because or said.note) and own_word:
        closing = closing | {said.speaker}
    if len(closing - {"anonymous", found.by}) >= 2:
        del state.concerns[said.concern]
    else:
        state.concerns[said.concern] = replace(found, closing=closing)


@effect(say.RequestMade)
def request_made(state: State, said: say.RequestMade, mark: Mark) -> None:
    add_fact(state, said, mark, closed={"kind": [said.kind]}, on=(said.request,))


@effect(say.RequestAnswered)
def request_answered(state: State, said: say.RequestAnswered, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(said.request,))


@effect(say.RefusalMade)
def refusal_made(state: State, said: say.RefusalMade, mark: Mark) -> None:
    person = said.person or said.speaker
    old = state.refusals.get((said.activity, person))
    if old is not None and not old.limit and said.limit:
        # Who said no to all of it has not said yes to some of it.
        return
    state.refusals[(said.activity, person)] = Refusal(
        person=person,
        activity=said.activity,
        version=said.version,
        limit=said.limit or (),
        mark=mark,
    )


def _roles_in(state: State, person: str) -> frozenset[str]:
    return state.person(person).roles


@effect(say.StopCalled)
def stop_called(state: State, said: say.StopCalled, mark: Mark) -> None:
    name = _own_key(state.stops, said.stop, said)
    inside = _in_the_act(state, said.scope)
    state.stops[name] = Stop(id=name, scope=said.scope, by=said.speaker, mark=mark, inside=inside)
    notice(state, said, "stopped", name)


@effect(say.StopMistaken)
def stop_mistaken(state: State, said: say.StopMistaken, mark: Mark) -> None:
    found = state.stops.get(said.stop)
    agreed = set(said.agreed_by) - {"anonymous", "server", "nobody"}
    if found is not None and found.by in agreed and len(agreed) >= 2:
        del state.stops[said.stop]


@effect(say.PauseCalled)
def pause_called(state: State, said: say.PauseCalled, mark: Mark) -> None:
    roles = _roles_in(state, said.speaker)
    name = _own_key(state.pauses, said.pause, said)
    state.pauses[name] = Stop(id=name, scope=said.scope, by=said.speaker, mark=mark, roles=roles)


@effect(say.PauseLifted)
def pause_lifted(state: State, said: say.PauseLifted, mark: Mark) -> None:
    found = state.pauses.get(said.pause)
    if found is None:
        return
    if said.speaker == found.by or found.roles & _roles_in(state, said.speaker):
        del state.pauses[said.pause]


@effect(say.WorkLeft)
def work_left(state: State, said: say.WorkLeft, mark: Mark) -> None:
    roles = frozenset[str]().union(*(_roles_in(state, name) for name in said.people))
    state.walk_outs[said.id] = WalkOut(id=said.id, people=said.people, roles=roles, mark=mark)
    notice(state, said, "walk-out-open", said.id)
    for name in said.people:
        found = state.people.get(name)
        if found is not None:
            state.people[name] = replace(found, on_set=False)
        leave_posts(state, name, mark)


# --- restart -----------------------------------------------------------------------


def resumes(said: say.WorkResumed) -> tuple[str, ...] | None:
    """What a `work.resumed` names; None is everything that is stopped."""
    if said.stop is not None:
        return (said.stop,)
    return said.scope


def agreeing(said: say.WorkResumed) -> frozenset[str]:
    """The different people who agree. Nobody unnamed counts."""
    return frozenset(said.agreed_by) - {"anonymous", "server", "nobody", "none"}


def resume_lacks(state: State, name: str, agreed: frozenset[str]) -> tuple[str, ...]:
    """What is still missing before `name` may be resumed, in words of the closed list.

    The same question is asked by the gate and by the fold, so that recording a
    restart that was held does not restart anything.
    """
    lacks: list[str] = []
    if len(agreed) < 2:
        lacks.append("same-eyes")
    if name in state.stops:
        stop = state.stops[name]
        if not agreed - {stop.by} - stop.inside - _in_the_act(state, stop.scope):
            lacks.append("stopped")
    elif name in state.incidents:
        lacks.extend(_remedies_lack(state, name))
    elif name in state.walk_outs and not _taken_over(state, state.walk_outs[name]):
        lacks.append("meeting.held")
    return tuple(dict.fromkeys(lacks))


def _in_the_act(state: State, scope: tuple[str, ...] | None) -> frozenset[str]:
    """Who is in the act that this stops: the one named, or those that are on."""
    names: set[str] = set()
    for activity in state.activities.values():
        if activity.on is not None if scope is None else activity.id in scope:
            names.update(part.person for part in activity.plan.people or ())
            names.update(activity.took)
    return frozenset(names)


def _remedies_lack(state: State, incident: str) -> list[str]:
    due = [
        item for item in state.remedies.values() if item.for_ == incident and item.before_restart
    ]
    if not due:
        return ["remedy.set"]
    return [] if all(item.verified for item in due) else ["remedy.verified"]


def _taken_over(state: State, walk_out: WalkOut) -> bool:
    """A meeting since, with somebody of each role that walked out present."""
    for meeting in state.meetings.values():
        if meeting.mark.seq <= walk_out.mark.seq:
            continue
        others = meeting.present - frozenset(walk_out.people)
        roles = frozenset[str]().union(*(_roles_in(state, name) for name in others))
        if others and walk_out.roles <= roles:
            return True
    return False


def named_open(state: State, scope: Iterable[str] | None) -> tuple[str, ...]:
    """Which open stops, incidents and so on a `work.resumed` names."""
    named = None if scope is None else set(scope)
    out: list[str] = []
    for table in (state.stops, state.incidents, state.walk_outs):
        for name, item in table.items():
            about: Any = getattr(item, "scope", None) or getattr(item, "about", ()) or ()
            if named is None or name in named or (about and set(about) <= named):
                out.append(name)
    for name, found in state.contradictions.items():
        if found.ends == "two-agree" and (named is None or found.mark.said in named):
            out.append(name)
    return tuple(out)


@effect(say.WorkResumed)
def work_resumed(state: State, said: say.WorkResumed, mark: Mark) -> None:
    agreed = agreeing(said)
    for name in named_open(state, resumes(said)):
        if resume_lacks(state, name, agreed):
            continue
        for table in (state.stops, state.incidents, state.walk_outs, state.contradictions):
            table.pop(name, None)


# --- after -------------------------------------------------------------------------


_GRAVEST: Final = ("death", "injury", "damage", "near-miss")


@effect(say.IncidentReported)
def incident_reported(state: State, said: say.IncidentReported, mark: Mark) -> None:
    # A later report about a discharge's own id is the same incident.
    named = (*said.about, said.incident)
    known = next((name for name in named if name in state.incidents), None)
    if known is not None:
        old = state.incidents[known]
        # Said again it is never less, and never about less. About nothing is about all.
        about = (*old.about, *said.about) if old.about and said.about else ()
        state.incidents[known] = replace(
            old,
            kind=min(old.kind, said.kind, key=_GRAVEST.index),
            about=tuple(dict.fromkeys(name for name in about if name != known)),
            people=tuple(dict.fromkeys((*old.people, *said.people))),
        )
    else:
        state.incidents[said.incident] = Incident(
            id=said.incident, kind=said.kind, about=said.about, people=said.people, mark=mark
        )
    notice(state, said, "incident-open", said.incident)
    closed: dict[str, Iterable[str]] = {"kind": [said.kind]}
    if said.harm is not None:
        closed["harm"] = [said.harm]
    name = known or said.incident
    on = dict.fromkeys((name, said.incident, *said.about))
    add_fact(state, said, mark, closed=closed, on=on, people=said.people, noun=name)


@effect(say.Notified)
def notified(state: State, said: say.Notified, mark: Mark) -> None:
    on = (*said.activities, *((said.incident,) if said.incident else ()))
    add_fact(state, said, mark, closed={"whom": [said.whom]}, on=on)


@effect(say.EvidencePreserved)
def evidence_preserved(state: State, said: say.EvidencePreserved, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(said.incident,))


@effect(say.AccountGiven)
def account_given(state: State, said: say.AccountGiven, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(said.incident,))


@effect(say.RemedySet)
def remedy_set(state: State, said: say.RemedySet, mark: Mark) -> None:
    old = state.remedies.get(said.remedy)
    if old is not None and old.for_ == said.for_:
        # Set again: never less than it was, and to be done again.
        before = old.before_restart or said.before_restart
        due = said.due or old.due
        state.remedies[said.remedy] = replace(
            old, before_restart=before, due=due, done_by=None, verified=False
        )
        return
    name = _own_key(state.remedies, said.remedy, said)
    state.remedies[name] = Remedy(
        id=name, for_=said.for_, before_restart=said.before_restart, due=said.due, mark=mark
    )


@effect(say.RemedyDone)
def remedy_done(state: State, said: say.RemedyDone, mark: Mark) -> None:
    found = state.remedies.get(said.remedy)
    if found is not None and said.speaker not in words.RESERVED:
        state.remedies[said.remedy] = replace(found, done_by=said.speaker, verified=False)


@effect(say.RemedyVerified)
def remedy_verified(state: State, said: say.RemedyVerified, mark: Mark) -> None:
    """By another than who did it; what nobody did cannot be verified."""
    found = state.remedies.get(said.remedy)
    if found is None or found.done_by is None or said.speaker in words.RESERVED:
        return
    if found.done_by != said.speaker:
        state.remedies[said.remedy] = replace(found, verified=True)


@effect(say.CommitmentMade)
def commitment_made(state: State, said: say.CommitmentMade, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(said.commitment,))


@effect(say.CommitmentKept)
def commitment_kept(state: State, said: say.CommitmentKept, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(said.commitment,))


@effect(say.CommitmentBroken)
def commitment_broken(state: State, said: say.CommitmentBroken, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(said.commitment,))


@effect(say.CareOffered)
def care_offered(state: State, said: say.CareOffered, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(), people=said.people)


@effect(say.CareTaken)
def care_taken(state: State, said: say.CareTaken, mark: Mark) -> None:
    add_fact(state, said, mark, closed={}, on=(), people=said.people)


def _what_is(state: State, name: str) -> tuple[str, str] | None:
    """Which noun an id is, and of which kind; None if the record does not have it."""
    if name in state.people:
        return ("person", "")
    if name in state.activities:
        return ("activity", "")
    tables: tuple[tuple[str, Mapping[str, Weapon | Lot | Thing]], ...] = (
        ("weapon", state.weapons),
        ("lot", state.lots),
        ("thing", state.things),
    )
    return next(((noun, table[name].kind) for noun, table in tables if name in table), None)


@effect(say.SameAs)
def same_as(state: State, said: say.SameAs, mark: Mark) -> None:
    one, other = _what_is(state, said.one), _what_is(state, said.other)
    if one is not None and other is not None and one != other:
        for name in (said.one, said.other):
            contradict(
                state, mark, on=name, text="said to be one, of different kinds", ends="sighting"
            )


def _kept_in_record(state: State, said: Statement, mark: Mark) -> None:
    """Facts about the record itself: rules may ask for them, the set's state does not move."""
    named = [
        str(value)
        for attr in ("pack", "rule", "device", "person", "of")
        if (value := getattr(said, attr, None))
    ]
    add_fact(state, said, mark, closed={}, on=named)


for _cls in (
    say.ProductionOpened,
    say.PackAdopted,
    say.PackWithdrawn,
    say.RuleRead,
    say.DeviceEnrolled,
    say.DeviceRevoked,
    say.BadgeIssued,
    say.BadgeRevoked,
    say.AttachmentAdded,
    say.TextErased,
    say.LogContinued,
    say.AlertSent,
    say.VerdictGiven,
    say.Received,
    # Withdrawals and the day's bounds are the driver's business (see `fold`).
    say.StatementWithdrawn,
    say.DayOpened,
    say.DayClosed,
):
    effect(_cls)(_kept_in_record)
