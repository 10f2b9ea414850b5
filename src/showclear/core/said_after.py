"""Statements of speaking up, of what comes after, and about the record itself."""

from __future__ import annotations

from typing import Annotated

from showclear.core import words
from showclear.core.kinds import (
    About,
    Activities,
    Activity,
    Any1,
    Anys,
    Bool,
    Code,
    Codes,
    Count,
    Date,
    Free,
    From,
    Missing,
    Named,
    Noun,
    People,
    Person,
    Quantities,
    Said,
    Saids,
    Scope,
    Structured,
    Text,
    Until,
    Weapons,
    Whom,
    word,
)
from showclear.core.statement import Statement, tag


@tag("concern.raised", means="unanswered until answered; holds what its row says")
class ConcernRaised(Statement):
    concern: Noun
    about: About = ()
    severity: Annotated[str, word(words.SEVERITIES, "severity")] | None = None
    holds: Bool | None = None


@tag("concern.acknowledged", means="somebody has read it; answers nothing")
class ConcernAcknowledged(Statement):
    concern: Named


@tag("concern.answered", means="answered by another; open until its raiser closes it")
class ConcernAnswered(Statement):
    concern: Named


@tag("concern.escalated", means="passed on outside the set")
class ConcernEscalated(Statement):
    concern: Named
    to: From | None = None


@tag("concern.closed", means="closed by its raiser, or by two others with reasons")
class ConcernClosed(Statement):
    concern: Named


@tag("request.made", means="asked for; holds nothing")
class RequestMade(Statement):
    request: Noun
    kind: Annotated[str, word(words.REQUEST_KINDS, "request kind")]


@tag("request.answered", means="answered")
class RequestAnswered(Statement):
    request: Named
    kind: Annotated[str, word(words.REQUEST_KINDS, "request kind")] | None = None
    answer: Code | None = None


@tag("refusal.made", means="removes that person from that proposal and nothing else")
class RefusalMade(Statement):
    person: Person | None = None
    activity: Activity
    version: Count | None = None
    limit: Quantities | None = None


@tag("stop.called", means="nothing in its scope goes on until two people restart it")
class StopCalled(Statement):
    stop: Noun
    scope: Scope


@tag("stop.mistaken", means="ends the stop if the presser and one other say so")
class StopMistaken(Statement):
    stop: Named
    agreed_by: People


@tag(
    "work.resumed",
    gate="resume",
    means="ends what it names when two people may agree to it",
    either=(("stop",), ("scope",)),
)
class WorkResumed(Statement):
    stop: Named | None = None
    scope: Scope = ()
    agreed_by: People


@tag("pause.called", means="waits until the same role lifts it")
class PauseCalled(Statement):
    pause: Noun
    scope: Scope


@tag("pause.lifted", means="ends the pause if whoever called it or their role says so")
class PauseLifted(Statement):
    pause: Named
    scope: Scope = ()


@tag("work.left", means="a walk-out: holds what needs their roles until others take over")
class WorkLeft(Statement):
    people: People


# --- after -------------------------------------------------------------------------


@tag("incident.reported", means="holds weapon work, or what it is about, until remedied")
class IncidentReported(Statement):
    incident: Noun
    kind: Annotated[str, word(words.INCIDENT_KINDS, "incident kind")]
    about: About = ()
    people: People = ()
    harm: Annotated[str, word(words.HARMS, "harm")] | None = None


@tag("notified", means="told to this body", either=(("incident",), ("activities",)))
class Notified(Statement):
    incident: Named | None = None
    activities: Activities = ()
    whom: Whom
    how: Text | None = None


@tag("evidence.preserved", means="kept as it was")
class EvidencePreserved(Statement):
    incident: Named
    item: Text | None = None
    where: Text | None = None


@tag("account.given", means="one person's own telling")
class AccountGiven(Statement):
    incident: Named
    first_hand: Bool | None = None
    heard: Bool | None = None


@tag("remedy.set", means="what has to be done, by whom, and whether before the restart")
class RemedySet(Statement):
    remedy: Noun
    for_: Any1
    owner: Person | None = None
    due: Until | None = None
    before_restart: Bool = False


@tag("remedy.done", means="somebody says it is done; verified by nobody yet")
class RemedyDone(Statement):
    remedy: Named


@tag("remedy.verified", means="verified, if by another than who did it")
class RemedyVerified(Statement):
    remedy: Named


@tag("commitment.made", means="promised", opens_day=False)
class CommitmentMade(Statement):
    commitment: Noun
    to: From | None = None
    due: Until | None = None


@tag("commitment.kept", means="kept", opens_day=False)
class CommitmentKept(Statement):
    commitment: Named
    to: From | None = None
    due: Until | None = None


@tag("commitment.broken", means="broken", opens_day=False)
class CommitmentBroken(Statement):
    commitment: Named
    to: From | None = None
    due: Until | None = None


@tag("care.offered", means="offered", opens_day=False)
class CareOffered(Statement):
    people: People


@tag("care.taken", means="taken up", opens_day=False)
class CareTaken(Statement):
    people: People


@tag("day.opened", means="a ShootDay begins")
class DayOpened(Statement):
    date: Date


@tag(
    "day.closed",
    gate="close-day",
    means="the ShootDay ends, with its differences if any",
    opens_day=False,
)
class DayClosed(Statement):
    date: Date


# --- the record itself -------------------------------------------------------------


@tag("production.opened", means="the record begins", opens_day=False)
class ProductionOpened(Statement):
    title: Text
    jurisdiction: Code
    sample: Bool | None = None


@tag("pack.adopted", means="its rules are judged from here on", opens_day=False)
class PackAdopted(Statement):
    pack: Free
    version: Code | None = None
    sha256: Code | None = None


@tag("pack.withdrawn", means="its rules are judged no longer", opens_day=False)
class PackWithdrawn(Statement):
    pack: Free
    version: Code | None = None
    sha256: Code | None = None


@tag(
    "rule.read",
    means="a named person compared the rule with its source",
    opens_day=False,
)
class RuleRead(Statement):
    pack: Free
    rule: Free


@tag("device.enrolled", means="a device may sign", opens_day=False)
class DeviceEnrolled(Statement):
    device: Noun
    key: Code | None = None
    kind: Code | None = None
    home_of: Weapons = ()
    person: Person | None = None


@tag("device.revoked", means="a device may sign no longer", opens_day=False)
class DeviceRevoked(Statement):
    device: Named
    key: Code | None = None
    kind: Code | None = None
    home_of: Weapons = ()


@tag("badge.issued", means="the person has a badge", opens_day=False)
class BadgeIssued(Statement):
    person: Person


@tag("badge.revoked", means="the badge counts no longer", opens_day=False)
class BadgeRevoked(Statement):
    person: Person


@tag("attachment.added", means="a file belongs to these", opens_day=False)
class AttachmentAdded(Statement):
    sha256: Code
    about: Anys


@tag("statement.withdrawn", means="what it supported falls; what it held stays held")
class StatementWithdrawn(Statement):
    of: Said


@tag(
    "same-as",
    means="two ids are one; a different kind is a contradiction",
    opens_day=False,
)
class SameAs(Statement):
    one: Any1
    other: Any1


@tag("text.erased", means="the words are gone, the fact stays", opens_day=False)
class TextErased(Statement):
    of: Said
    basis: Code


@tag("log.continued", means="the log goes on after a restore", opens_day=False)
class LogContinued(Statement):
    origin: Code
    size: Count
    root: Code


@tag("alert.sent", means="these people were told", opens_day=False)
class AlertSent(Statement):
    about: Anys
    missing: Missing
    to: Codes


@tag(
    "verdict.given",
    means="what a gate answered, stored beside the act",
    opens_day=False,
)
class VerdictGiven(Statement):
    for_: Said
    gate: Annotated[str, word(words.GATES, "gate")]
    on: Anys
    answer: Annotated[str, word(frozenset({"clear", "hold"}), "answer")]
    reasons: Structured = ()
    warned: Structured = ()
    lifted: Structured = ()
    relied_on: Saids = ()
    packs: Structured = ()
    clock: Code | None = None
    left_out: Structured = ()


@tag("received", means="when the server had them", opens_day=False)
class Received(Statement):
    ids: Saids
    clock: Code | None = None
    offsets: Structured = ()
