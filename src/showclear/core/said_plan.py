"""Statements about things and zones, the plan, checks and acts."""

from __future__ import annotations

from typing import Annotated

from showclear.core import words
from showclear.core.kinds import (
    About,
    Activities,
    Activity,
    Anys,
    Bool,
    Checks,
    Code,
    Confirms,
    Count,
    Entries,
    From,
    Limited,
    Lot,
    Named,
    NewActivity,
    NewThing,
    Noun,
    Number,
    People,
    Person,
    Quantities,
    QuantityWord,
    Said,
    Take,
    Text,
    Texts,
    Thing,
    Things,
    ToPerson,
    Until,
    Weapons,
    Within,
    word,
)
from showclear.core.planning import PlanFields
from showclear.core.statement import Statement, tag


@tag("thing.received", means="the thing is registered, with the limits on its placard")
class ThingReceived(Statement):
    thing: NewThing
    kind: Annotated[str, word(words.THING_KINDS, "thing kind")]
    limits: Quantities | None = None
    from_: From | None = None
    because: Text | None = None


@tag("thing.left", means="the thing is away and its checks fall")
class ThingLeft(Statement):
    thing: Thing
    kind: Annotated[str, word(words.THING_KINDS, "thing kind")] | None = None
    limits: Quantities | None = None
    to: From | None = None
    because: Text | None = None


@tag("thing.held", means="not to be used until released; its checks fall")
class ThingHeld(Statement):
    thing: Things
    kind: Annotated[str, word(words.THING_KINDS, "thing kind")] | None = None
    limits: Quantities | None = None
    because: Text | None = None


@tag("thing.released", means="ends the hold; its checks are made again")
class ThingReleased(Statement):
    thing: Things
    kind: Annotated[str, word(words.THING_KINDS, "thing kind")] | None = None
    limits: Quantities | None = None
    because: Text | None = None


@tag("thing.handed-over", means="the receiver answers for it")
class ThingHandedOver(Statement):
    things: Things
    from_: Person
    to: ToPerson


@tag("machine.declared", gate="arm", means="the machine is in this state")
class MachineDeclared(Statement):
    things: Things
    state: Annotated[str, word(words.MACHINE_STATES, "state")]


@tag(
    "people.entered",
    gate="enter",
    means="they are really inside",
    either=(("people", "activity"), ("people", "thing"), ("entries",)),
)
class PeopleEntered(Statement):
    people: People = ()
    activity: Activity | None = None
    thing: Thing | None = None
    entries: Entries = ()


@tag(
    "people.left-zone",
    means="they are no longer inside",
    either=(("people", "activity"), ("people", "thing"), ("entries",)),
)
class PeopleLeftZone(Statement):
    people: People = ()
    activity: Activity | None = None
    thing: Thing | None = None
    entries: Entries = ()


@tag("reading.taken", means="outside its limits, what it is on holds", opens_day=False)
class ReadingTaken(Statement):
    quantity: QuantityWord
    value: Number
    on: Anys = ()
    within: Within | None = None


# --- plan --------------------------------------------------------------------------


@tag("activity.planned", means="the activity exists, version 1", opens_day=False)
class ActivityPlanned(Statement):
    activity: NewActivity
    plan: PlanFields


@tag("activity.changed", means="a new version; what it changes is compared with the last")
class ActivityChanged(Statement):
    activity: Activity
    plan: PlanFields


@tag("activity.dropped", means="it will not be done; refusals of it end")
class ActivityDropped(Statement):
    activity: Activity


@tag("risk.assessed", means="this version was assessed", opens_day=False)
class RiskAssessed(Statement):
    activity: Activity
    version: Count | None = None
    controls: Texts
    affected: People


@tag(
    "permission.granted",
    means="stands within its limits until it ends",
    opens_day=False,
)
class PermissionGranted(Statement):
    kind: Annotated[str, word(words.PERMISSION_KINDS, "permission kind")]
    activities: Activities = ()
    from_: From
    limits: Quantities | None = None
    only: Limited | None = None
    except_: Limited | None = None
    while_present: People = ()
    until: Until | None = None


@tag("permission.refused", means="asked for and not given", opens_day=False)
class PermissionRefused(Statement):
    kind: Annotated[str, word(words.PERMISSION_KINDS, "permission kind")]
    activities: Activities = ()
    from_: From
    limits: Quantities | None = None
    only: Limited | None = None
    except_: Limited | None = None
    while_present: People = ()
    until: Until | None = None


@tag("permission.withdrawn", means="no longer stands", opens_day=False)
class PermissionWithdrawn(Statement):
    kind: Annotated[str, word(words.PERMISSION_KINDS, "permission kind")]
    activities: Activities = ()
    from_: From
    limits: Quantities | None = None
    only: Limited | None = None
    except_: Limited | None = None
    while_present: People = ()
    until: Until | None = None


@tag("notice.published", means="told beforehand", opens_day=False)
class NoticePublished(Statement):
    kind: Annotated[str, word(words.NOTICE_KINDS, "notice kind")]
    activities: Activities


@tag("document.shown", means="the document was seen", opens_day=False)
class DocumentShown(Statement):
    document: Noun
    kind: Code
    activities: Activities = ()
    until: Until | None = None
    author: From | None = None
    people: People = ()


@tag("document.acknowledged", means="these people say they have read it", opens_day=False)
class DocumentAcknowledged(Statement):
    document: Named
    kind: Code | None = None
    activities: Activities = ()
    until: Until | None = None
    author: From | None = None
    people: People = ()


@tag("meeting.held", means="those present heard this version of these activities")
class MeetingHeld(Statement):
    meeting: Noun
    kind: Annotated[str, word(words.MEETING_KINDS, "meeting kind")]
    activities: Activities
    topics: Texts = ()
    present: People = ()
    of: Count | None = None


@tag(
    "meeting.joined",
    means="late, and briefed on what the meeting covered",
    either=(("meeting",), ("of",)),
)
class MeetingJoined(Statement):
    meeting: Named | None = None
    of: Named | None = None
    people: People


@tag("change.agreed", means="each of them heard what is different and said yes")
class ChangeAgreed(Statement):
    activity: Activity
    people: People


# --- checks and acts ---------------------------------------------------------------


@tag("check.made", means="what was looked at, by whom, with whose eyes, and how it was")
class CheckMade(Statement):
    checks: Checks
    on: Anys
    passed: Bool
    count: Count | None = None
    of: Count | None = None
    measured: Quantities | None = None
    about: About = ()
    shown_to: People = ()
    found: Text | None = None


@tag("confirmed", means="their own word on that statement; a pair of eyes on it if they saw it")
class Confirmed(Statement):
    of: Said
    as_: Confirms = ()


@tag("gate.asked", gate="asked", means="the gate is judged and nothing happens")
class GateAsked(Statement):
    gate: Annotated[str, word(words.GATES, "gate")]
    on: Anys
    people: People = ()
    to: People = ()
    lot: Lot | None = None
    count: Count | None = None


@tag("set.declared", means="what was called to the whole set")
class SetDeclared(Statement):
    state: Annotated[str, word(words.SET_STATES, "state")]
    weapons: Weapons = ()


@tag("activity.started", gate="start", means="the act is on")
class ActivityStarted(Statement):
    activity: Activity
    take: Take | None = None
    people: People = ()
    measured: Quantities | None = None


@tag("activity.rehearsed", gate="rehearse", means="the act is on, as a take")
class ActivityRehearsed(Statement):
    activity: Activity
    take: Take | None = None
    people: People = ()
    measured: Quantities | None = None


@tag("activity.tested", gate="test", means="the act is on, as a take")
class ActivityTested(Statement):
    activity: Activity
    take: Take | None = None
    people: People = ()
    measured: Quantities | None = None


@tag("activity.rolled", gate="roll", means="the act is on before a camera or an audience")
class ActivityRolled(Statement):
    activity: Activity
    take: Take | None = None
    people: People = ()
    measured: Quantities | None = None


@tag("activity.cut", means="the take is over")
class ActivityCut(Statement):
    activity: Activity
    take: Take | None = None
    measured: Quantities | None = None


@tag("activity.finished", means="the act is over")
class ActivityFinished(Statement):
    activity: Activity
    take: Take | None = None
    measured: Quantities | None = None


@tag("gate.overridden", means="recorded and shown; changes no verdict")
class GateOverridden(Statement):
    gate: Annotated[str, word(words.GATES, "gate")]
    on: Anys
    because: Text
