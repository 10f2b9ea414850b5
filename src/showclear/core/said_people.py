"""Statements about people and about weapons and rounds."""

from __future__ import annotations

from typing import Annotated

from showclear.core import words
from showclear.core.kinds import (
    Activities,
    Activity,
    Any1,
    Bool,
    Code,
    Count,
    CountOrUnknown,
    From,
    Issues,
    Lot,
    Lots,
    NewLot,
    NewPerson,
    NewWeapon,
    Number,
    People,
    Person,
    Post,
    Returns,
    Roles,
    SealedBool,
    SearchFound,
    Text,
    Thing,
    Things,
    Time,
    ToAny,
    ToPerson,
    Until,
    Weapon,
    Weapons,
    word,
    word_list,
)
from showclear.core.statement import Statement, tag


@tag("person.joined", means="the person is known, with these roles", opens_day=False)
class PersonJoined(Statement):
    person: NewPerson
    name: Text | None = None
    roles: Roles
    department: Text | None = None
    minor: SealedBool = False
    many: Bool = False


@tag("person.left", means="the person is no longer with the production")
class PersonLeft(Statement):
    person: Person


@tag("people.arrived", means="they are on set today")
class PeopleArrived(Statement):
    people: People


@tag("people.departed", means="they have left the set and every post they held")
class PeopleDeparted(Statement):
    people: People


@tag(
    "post.taken",
    means="they stand at the post for these activities",
    either=(("people",), ("things",)),
)
class PostTaken(Statement):
    people: People = ()
    things: Things = ()
    post: Post
    activities: Activities = ()


@tag(
    "post.left",
    means="the post is empty and the checks that it stood for fall",
    either=(("people",), ("things",)),
)
class PostLeft(Statement):
    people: People = ()
    things: Things = ()
    post: Post
    activities: Activities = ()


@tag("duty.assigned", means="they have this duty today besides their role")
class DutyAssigned(Statement):
    people: People
    duty: Code


@tag("duty.released", means="they have this duty no longer")
class DutyReleased(Statement):
    people: People
    duty: Code


@tag(
    "qualification.shown",
    means="the person holds this until it runs out",
    opens_day=False,
)
class QualificationShown(Statement):
    person: Person
    kind: Annotated[str, word(words.QUALIFICATIONS, "qualification")]
    issuer: Text | None = None
    until: Until | None = None
    seen_by: Person | None = None


@tag("rest.recorded", means="counts as the check `rested`, with the hours")
class RestRecorded(Statement):
    people: People
    hours: Number
    slept_hours: Number | None = None
    awake_since: Time | None = None


@tag("consent.given", means="counts as the check `consents` for this activity")
class ConsentGiven(Statement):
    people: People
    activity: Activity


@tag("consent.withdrawn", means="the check `consents` falls for this activity")
class ConsentWithdrawn(Statement):
    people: People
    activity: Activity


# --- weapons -----------------------------------------------------------------------


@tag(
    "weapon.received",
    means="the weapon is registered; its load is unknown until opened",
)
class WeaponReceived(Statement):
    weapon: NewWeapon
    kind: Annotated[str, word(words.WEAPON_KINDS, "weapon kind")]
    calibre: Code | None = None
    serial: Code | None = None
    from_: From
    condition: Text | None = None


@tag("weapon.left", means="the weapon is off the production's hands")
class WeaponLeft(Statement):
    weapon: Weapon
    kind: Annotated[str, word(words.WEAPON_KINDS, "weapon kind")] | None = None
    calibre: Code | None = None
    serial: Code | None = None
    to: From
    condition: Text | None = None


@tag("weapon.counted", means="these weapons were seen and counted; a missing one holds")
class WeaponCounted(Statement):
    weapons: Weapons
    where: Text | None = None
    missing: Weapons = ()


@tag("weapon.taken-out", gate="take-out", means="in the custody of who took it out")
class WeaponTakenOut(Statement):
    weapons: Weapons


@tag("weapon.loaded", gate="load", means="count rounds of the lot are in each weapon")
class WeaponLoaded(Statement):
    weapons: Weapons
    lot: Lot
    count: Count
    for_: Activity
    container: Thing | None = None


@tag("weapon.unloaded", means="count rounds of the lot came out of each weapon")
class WeaponUnloaded(Statement):
    weapons: Weapons
    lot: Lot
    count: Count


@tag(
    "weapon.handed-over",
    gate="hand-over",
    means="in the custody of the receiver",
    either=(("weapons", "to"), ("issues",)),
)
class WeaponHandedOver(Statement):
    weapons: Weapons = ()
    from_: Person
    to: People = ()
    issues: Issues = ()


@tag(
    "weapon.handed-back",
    means="back in the custody of who took it",
    either=(("weapons", "from"), ("returns",)),
)
class WeaponHandedBack(Statement):
    weapons: Weapons = ()
    from_: Person | None = None
    to: ToPerson | None = None
    returns: Returns = ()
    condition: Text | None = None


@tag(
    "weapon.seen",
    means="custody is what was seen; the gap stays in the record",
    either=(("with",), ("where",), ("open",)),
)
class WeaponSeen(Statement):
    weapons: Weapons
    with_: People = ()
    where: Text | None = None
    open: Bool = False


@tag("weapon.unattended", means="nobody answers for it: what was shown of it falls")
class WeaponUnattended(Statement):
    weapons: Weapons
    where: Text | None = None


@tag("weapon.locked-up", means="locked away; to be opened again before use")
class WeaponLockedUp(Statement):
    weapons: Weapons
    where: Text | None = None


@tag("weapon.cleaned", means="counts as the check `cleaned`")
class WeaponCleaned(Statement):
    weapons: Weapons
    where: Text | None = None


@tag(
    "weapon.fired",
    means="rounds leave the weapon; its bore is no longer as looked at",
    either=(("weapons",), ("among",)),
)
class WeaponFired(Statement):
    weapons: Weapons = ()
    among: Weapons = ()
    lot: Lot | None = None
    count: Count


@tag(
    "weapon.discharged",
    means="unintended: opens an incident with its own id",
    either=(("weapons",), ("among",)),
)
class WeaponDischarged(Statement):
    weapons: Weapons = ()
    among: Weapons = ()
    lot: Lot | None = None
    count: Count = 1


@tag(
    "weapon.misfired",
    means="held until a handler opened it and noted a cause; `among`: each of them, until opened",
    either=(("weapons",), ("among",)),
)
class WeaponMisfired(Statement):
    weapons: Weapons = ()
    among: Weapons = ()
    lot: Lot
    count: Count
    cause: Text | None = None


@tag(
    "weapon.declared",
    means="somebody's own, kept off the set: in no custody and no count",
)
class WeaponDeclared(Statement):
    weapon: NewWeapon
    kind: Annotated[str, word(words.WEAPON_KINDS, "weapon kind")]
    owner: Person | None = None
    where: Text


@tag("weapon.held", means="not to be used until released")
class WeaponHeld(Statement):
    weapons: Weapons
    because: Text


@tag("weapon.released", means="a handler ends the hold, with a reason")
class WeaponReleased(Statement):
    weapons: Weapons
    because: Text


# --- rounds ------------------------------------------------------------------------


@tag("rounds.received", means="the lot is registered with its count")
class RoundsReceived(Statement):
    lot: NewLot
    kind: Annotated[str, word(words.LOT_KINDS, "kind of rounds")]
    count: CountOrUnknown
    calibre: Code | None = None
    load: Annotated[str, word(words.BLANK_LOADS, "load")] | None = None
    from_: From
    label: Text | None = None


@tag("rounds.left", means="these rounds are off the production's hands")
class RoundsLeft(Statement):
    lot: Lot
    kind: Annotated[str, word(words.LOT_KINDS, "kind of rounds")] | None = None
    count: CountOrUnknown
    calibre: Code | None = None
    load: Annotated[str, word(words.BLANK_LOADS, "load")] | None = None
    to: From
    label: Text | None = None


@tag("rounds.destroyed", means="these rounds are no more")
class RoundsDestroyed(Statement):
    lot: Lot
    kind: Annotated[str, word(words.LOT_KINDS, "kind of rounds")] | None = None
    count: CountOrUnknown
    calibre: Code | None = None
    load: Annotated[str, word(words.BLANK_LOADS, "load")] | None = None
    from_: From | None = None
    label: Text | None = None


@tag("rounds.moved", means="rounds change lots; the lot they join is no longer verified")
class RoundsMoved(Statement):
    from_: Lot
    to: NewLot
    count: Count
    because: Text | None = None


@tag("rounds.counted", means="counted in store; a difference is a reason at the close")
class RoundsCounted(Statement):
    lots: Lots
    count: Count
    where: Text | None = None


@tag("rounds.handed-over", means="the lots are in the custody of the receiver")
class RoundsHandedOver(Statement):
    lots: Lots
    from_: Person
    to: ToPerson


@tag("rounds.issued", means="rounds go from store to a person or a container")
class RoundsIssued(Statement):
    lots: Lots
    count: Count
    to: ToAny


@tag("rounds.returned", means="rounds come back to store")
class RoundsReturned(Statement):
    lots: Lots
    count: Count
    from_: Any1


@tag("rounds.opened", means="the lots are open, kept by whoever opened them")
class RoundsOpened(Statement):
    lots: Lots
    where: Text | None = None
    kept_by: Person | None = None


@tag("rounds.locked-up", means="locked away; verification stays")
class RoundsLockedUp(Statement):
    lots: Lots
    where: Text | None = None


@tag("rounds.unattended", means="nobody answers for them: verification falls")
class RoundsUnattended(Statement):
    lots: Lots
    where: Text | None = None


@tag("rounds.placed", means="says what may happen to the lot where it is")
class RoundsPlaced(Statement):
    lots: Lots
    place: Annotated[str, word(words.PLACES, "place")]
    count: Count | None = None


@tag(
    "search.made",
    means="what was looked for and found; something found holds until placed",
)
class SearchMade(Statement):
    where: Text
    looking_for: Annotated[tuple[str, ...], word_list(words.SEARCH_FOR, "what is looked for")]
    how: Annotated[str, word(words.SEARCH_HOW, "how")]
    found: SearchFound
