"""The words of statements: a sentence for every tag, and what else is said of one.

* `{field}` is filled with the field as people call it.
* A part in brackets is left out where a field in it was not given.
* What a sentence may not say (who spoke up, what a private check found) is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # People.
    "person.joined": "{person} joined[: {roles}]",
    "person.left": "{person} left the production",
    "people.arrived": "On set: {people}",
    "people.departed": "Gone from the set: {people}",
    "post.taken": "{whoever} at the post: {post}[, for {activities}]",
    "post.left": "{whoever} left the post: {post}[, for {activities}]",
    "duty.assigned": "{people}: duty today, {duty}",
    "duty.released": "{people}: duty over, {duty}",
    "qualification.shown": "{person} showed a qualification: {kind}[, until {until}]"
    "[, seen by {seen_by}]",
    "rest.recorded": "Rest before call recorded for somebody; told to few",
    "consent.given": "Somebody gave consent for {activity}; told to few",
    "consent.withdrawn": "Somebody took back consent for {activity}; told to few",
    # Weapons.
    "weapon.received": "{weapon} came: {kind}[, {calibre}][, serial {serial}][, from {from}]"
    "[. Condition: {condition}]",
    "weapon.left": "{weapon} went[ to {to}][. Condition: {condition}]",
    "weapon.counted": "Counted: {weapons}[, {where}][. Missing: {missing}]",
    "weapon.taken-out": "{weapons} taken out",
    "weapon.loaded": "{weapons}: {count}{each} loaded from {lot}[, out of {container}]"
    "[, for {for}]",
    "weapon.unloaded": "{weapons}: {count}{each} taken out, of {lot}",
    "weapon.handed-over": "{handed}, from {from}[, for {for}]",
    "weapon.handed-back": "{handed}[, to {to}][. Condition: {condition}]",
    "weapon.seen": "{weapons} seen[ with {with}][, {where}][, {opened}]",
    "weapon.unattended": "{weapons} left with nobody[, {where}]",
    "weapon.locked-up": "{weapons} locked up[, {where}]",
    "weapon.cleaned": "{weapons} cleaned[, {where}]",
    "weapon.fired": "[{weapons}][one of {among}]: {count}{each} fired[, of {lot}]",
    "weapon.discharged": "Unintended discharge: [{weapons}][one of {among}], {count}{each}"
    "[, of {lot}]",
    "weapon.misfired": "Misfire: [{weapons}][one of {among}], {count}{each} of {lot}"
    "[. Cause: {cause}]",
    "weapon.declared": "{weapon}: somebody's own, {kind}, kept off the set",
    "weapon.held": "{weapons} held: {because}",
    "weapon.released": "{weapons} released: {because}",
    # Rounds.
    "rounds.received": "{lot} came: {rounds}[, {calibre}][, load {load}][, from {from}]",
    "rounds.left": "{lot}: {rounds} went[ to {to}]",
    "rounds.destroyed": "{lot}: {rounds} destroyed",
    "rounds.moved": "{count} moved from {from} to {to}[: {because}]",
    "rounds.counted": "{lots} counted: {count}{each}[, {where}]",
    "rounds.handed-over": "{lots} to {to}, from {from}",
    "rounds.issued": "{lots}: {count}{each} to {to}",
    "rounds.returned": "{lots}: {count}{each} back from {from}",
    "rounds.opened": "{lots} opened[, {where}][, kept by {kept_by}]",
    "rounds.locked-up": "{lots} locked up[, {where}]",
    "rounds.unattended": "{lots} left with nobody[, {where}]",
    "rounds.placed": "{lots} placed: {place}[, {count}]",
    "search.made": "Search for {looking_for}, {how}, {where}: {found}",
    # Things and zones.
    "thing.received": "{thing} came: {kind}[, limits {limits}][, from {from}]",
    "thing.left": "{thing} went[ to {to}]",
    "thing.held": "{thing} held[: {because}]",
    "thing.released": "{thing} released[: {because}]",
    "thing.handed-over": "{things} to {to}, from {from}",
    "machine.declared": "{things} declared {state}[, for {for}]",
    "people.entered": "Went in: {inside}",
    "people.left-zone": "Came out: {inside}",
    "reading.taken": "Reading: {reading}[, on {on}][, limits {within}]",
    # The plan.
    "activity.planned": "Planned: {activity}[. Hazards: {hazards}]",
    "activity.changed": "Plan changed: {activity}[. New: {given}]",
    "activity.dropped": "Dropped: {activity}",
    "risk.assessed": "Risk assessed: {activity}[, version {version}]",
    "permission.granted": "Permission granted: {kind}[, for {activities}][, limits {limits}]"
    "[, until {until}]",
    "permission.refused": "Permission refused: {kind}[, for {activities}]",
    "permission.withdrawn": "Permission withdrawn: {kind}[, for {activities}]",
    "notice.published": "Notice: {kind}, for {activities}",
    "document.shown": "Document shown: {kind}[, for {activities}][, until {until}]",
    "document.acknowledged": "Document read[ by {people}]",
    "meeting.held": "Meeting, {kind}: {activities}[. Present: {present}]",
    "meeting.joined": "Late, now briefed: {people}",
    "change.agreed": "{people} heard what is different and agreed: {activity}",
    # Checks and acts.
    "check.made": "{on}: {checked}[, {measured}][, about {about}][, shown to {shown_to}]"
    "[. Found: {found}]",
    "confirmed": "Confirmed[, {as}]: {quoted}",
    "gate.asked": "Asked beforehand, {gate}: {on}",
    "set.declared": "The set is {state}[: {weapons}][, for {for}]",
    "activity.started": "Started: {activity}[, take {take}][, {measured}]",
    "activity.rehearsed": "Rehearsed: {activity}[, take {take}][, {measured}]",
    "activity.tested": "Tested: {activity}[, take {take}][, {measured}]",
    "activity.rolled": "Rolled: {activity}[, take {take}][, {measured}]",
    "activity.cut": "Cut: {activity}[, take {take}][, {measured}]",
    "activity.finished": "Finished: {activity}",
    "gate.overridden": "Override of {gate}, {on}: {because}",
    # Speaking.
    "concern.raised": "A concern[ about {matters}][, severity {severity}][, {it_holds}]",
    "concern.acknowledged": "A concern was read",
    "concern.answered": "A concern was answered",
    "concern.escalated": "A concern was passed on outside the set",
    "concern.closed": "A concern was closed",
    "request.made": "Asked for: {kind}",
    "request.answered": "A request was answered[: {answer}]",
    "refusal.made": "One person said no to {activity}[, beyond {limit}]",
    "stop.called": "Stop: {scope}",
    "stop.mistaken": "Stop said to be pressed by mistake: it ends when two people say so",
    "work.resumed": "Work goes on, agreed by {agreed_by}",
    "pause.called": "Pause: {scope}",
    "pause.lifted": "Pause over",
    "work.left": "{count_of_people} left the work",
    # After.
    "incident.reported": "Incident reported: {kind}[, about {matters}]",
    "notified": "Told: {whom}",
    "evidence.preserved": "Evidence kept as it was[: {item}][, {where}]",
    "account.given": "Somebody gave an account of an incident",
    "remedy.set": "To be done[: {note}][, by {owner}][, until {due}][, {before_work}]",
    "remedy.done": "A remedy was done",
    "remedy.verified": "A remedy was verified",
    "commitment.made": "A commitment was made[, until {due}]",
    "commitment.kept": "A commitment was kept",
    "commitment.broken": "A commitment was broken",
    "care.offered": "Care was offered to somebody",
    "care.taken": "Care was taken up by somebody",
    "day.opened": "The day opened: {date}",
    "day.closed": "The day closed: {date}",
    # The record itself.
    "production.opened": "The record opened[: {title}]",
    "pack.adopted": "Rules adopted: {pack}[, version {version}]",
    "pack.withdrawn": "Rules withdrawn: {pack}",
    "rule.read": "A rule compared with its source: {pack}, {rule}",
    "device.enrolled": "Device enrolled: {device}[, {kind}][, of {person}]",
    "device.revoked": "Device revoked: {device}",
    "badge.issued": "Badge issued: {person}",
    "badge.revoked": "Badge revoked: {person}",
    "attachment.added": "A file added, about {about}",
    "statement.withdrawn": "Withdrawn: {quoted}",
    "same-as": "{one} and {other} are one and the same",
    "text.erased": "Words erased, basis {basis}. The fact stays",
    "log.continued": "The log goes on after a restore, from entry {size}",
    "alert.sent": "Alert: {missing}, about {about}",
    "verdict.given": "The gate {gate} answered {answer}: {on}",
    "received": "The server had {how_many}",
}

SAYS: Final[Mapping[str, str]] = {
    "correction": "Correction: {says}",
    "unread": "Something that could not be read. It is kept, and it holds",
    "private": "A check on somebody, told to few",
    "erased": "(words erased)",
    "all": "everything",
    "each": " each",
    "opened": "opened",
    "holds": "it holds",
    "before": "before the restart",
    "failed": "{checks}: did not pass",
    "counted": "{checks}, {count} of {of}",
    "counted-some": "{checks}, {count}",
    "unknown-count": "a number nobody knows",
    "gone": "a statement that is not here",
    "one-person": "One person",
    "several-people": "{n} people",
    "note": "{says} ({note})",
    "nobody": "No name is shown",
    "saw": "{who} saw it, {how}",
    "named": "{who} named as having seen it, {how}; did not confirm",
    "entered-by": "{who}, written down by {by}",
}

CHECKS: Final = {
    "barrel-clear": "bore clear",
    "load-shown": "load shown",
    "dummies-each-verified": "dummies verified one by one",
    "gfci-tested": "GFCI tested",
    "ears-eyes-worn": "ears and eyes worn",
    "ppe-worn": "PPE worn",
    "is-replica": "is a replica",
}
"""Checks that are not said by their id with spaces."""

HOW: Final = {
    "own-device": "on their own device",
    "badge": "with their own badge",
    "shared-tablet": "named on a shared tablet",
    "proxy": "said for them by somebody else",
    "paper": "from paper",
    "unsigned": "unsigned",
    "server": "by this server",
}
"""How sure it is who said it."""

NOTED: Final = ("weapon.", "rounds.", "thing.", "activity.", "set.", "check.", "reading.")
"""Whose notes are told. A note beside a concern, a refusal or an account is not."""
