"""The closed lists of the vocabulary, version 0.

A word that stands here may be stored, judged and shown; another is refused in a
case file or pack with the nearest one, and kept but not counted on a live set.
Lists only grow. Packs may add roles, qualifications, checks and posts.

Source: docs/formats/vocabulary.md (generated from this module and the statements).
"""

from __future__ import annotations

from typing import Final

VOCABULARY_VERSION: Final = 0


def _w(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROLES: Final = _w(
    """producer line-producer upm director first-ad second-ad safety-adviser armorer
    assistant-armorer property-master assistant-property-master special-effects-coordinator
    pyrotechnician stunt-coordinator stunt-performer performer stand-in background
    director-of-photography camera-operator assistant-camera key-grip grip electrician sound
    script-supervisor costume make-up transport-coordinator driver pilot aerial-coordinator
    marine-coordinator dive-supervisor safety-diver diver tender medic animal-handler
    location-manager rail-representative rigger engineer technician mechanic operator marshal
    police fire-officer authority inspector stage-manager teacher student supplier crew visitor"""
)

HANDLER_ROLES: Final = _w("armorer assistant-armorer property-master assistant-property-master")
"""Who the core takes as a handler of weapons and rounds. A pack may ask for more."""

WEAPON_KINDS: Final = _w("firearm blank-only replica rubber airsoft edged bow other unknown")
FIRING_KINDS: Final = _w("firearm blank-only airsoft unknown")
"""Kinds whose load matters: they fire, or nobody knows that they do not."""

LOT_KINDS: Final = _w("blank dummy live unknown")
LOADS: Final = _w("none dummy blank live")
BLANK_LOADS: Final = _w("full half quarter")
THING_KINDS: Final = _w(
    """vehicle insert-car trailer motorcycle aircraft crane rig airbag machine boat pyro
    firing-system tank animal prop power container rescue other"""
)
PLACES: Final = _w("in-use locked quarantined off-premises")
MACHINE_STATES: Final = _w("live armed locked-off")
HAZARDS: Final = _w(
    """replica-display firearm-display dummy-load blank-fire live-fire edged pyro smoke vehicle
    process-trailer motorcycle aircraft rail water dive height fall rig crane machine electrical
    animal fire night prep wrap set-construction"""
)
PHASES: Final = _w("prep rehearsal test shoot wrap")
PURPOSES: Final = _w("filming range-training documentary sound")
SET_STATES: Final = _w("gun-on-set hot cold")
AT_IS: Final = _w("exact about order-only")
ATTESTED: Final = _w("own-device badge shared-tablet proxy paper unsigned server")
INDEPENDENT: Final = _w("own-device badge")
"""How a statement was made so that it counts as a pair of eyes of its own."""

CONFIRMS: Final = _w("saw-it have-it was-shown agree")
SEVERITIES: Final = _w("low medium high")
QUALIFICATIONS: Final = _w(
    """firearms-handler entertainment-firearms-permit dangerous-weapons-permit pyro-licence
    driving-licence stunt-driver insert-car-operator traffic-control pilot-licence diver
    dive-medical crane-operator rigger animal-handler fire-safety first-aid dive-supervisor
    diving-instructor electrician paramedic"""
)
QUANTITIES: Final = _w(
    """distance_ft distance_m speed_kmh height_m depth_m load_kg people minutes dive_minutes
    surface_minutes daylight_min wind_kmh temperature_c free_chlorine_mg_l torque_nm
    pressure_bar voltage_v"""
)
MEASURING_CHECKS: Final = _w(
    """distance-measured speed-agreed drop-measured load-calculated weather-in-limits
    daylight-left placard-within-limits water-in-limits air-in-cylinder fire-watch"""
)
CHECK_QUANTITY: Final = {
    "speed-agreed": "speed_kmh",
    "drop-measured": "height_m",
    "load-calculated": "load_kg",
    "daylight-left": "daylight_min",
    "air-in-cylinder": "pressure_bar",
    "fire-watch": "minutes",
}
"""The one quantity of a check that has one, so that `{value, unit}` can be read."""

WEAPON_CHECKS: Final = _w(
    """chamber-empty barrel-clear magazine-empty mechanism-works shown-clear load-shown
    dry-fired line-walked edge-blunt is-replica cleaned"""
)
LOT_CHECKS: Final = _w("dummies-each-verified blanks-verified label-matches no-live-rounds")
VERIFYING: Final = {"dummies-each-verified": "dummy", "blanks-verified": "blank"}
"""Checks that verify what a lot is, and the kind each one shows."""

ACTIVITY_CHECKS: Final = _w(
    """positions-set distance-measured ppe-worn shield-set abort-rehearsed
    communications-tested radio-confirmed escape-route path-clear zone-clear zone-counted
    zone-seen medic-present fire-cover fire-watch rescue-ready dry-run walk-through
    changes-briefed speed-agreed weather-in-limits daylight-left drop-measured load-calculated
    effect-tested path-seen pilot-go supplier-vetted"""
)
THING_CHECKS: Final = _w(
    """inspected load-tested function-tested locked-off isolated brakes-tested harness-fitted
    rigging-double-checked guard-in-place gfci-tested seat-and-belt placard-within-limits
    airworthy after-run-inspected in-survey water-in-limits air-in-cylinder"""
)
PERSON_CHECKS: Final = _w(
    """trained-for-this helmet-worn harness-worn ears-eyes-worn can-swim flotation-worn
    fit-today rested consents eye-contact briefed air-checked standby-ready tether-on"""
)
PRIVATE_CHECKS: Final = _w("fit-today rested can-swim consents")
"""Checks on a person that others are told of only as "not today"."""

CHECKS: Final = WEAPON_CHECKS | LOT_CHECKS | ACTIVITY_CHECKS | THING_CHECKS | PERSON_CHECKS

INCLUDES: Final = {"shown-clear": ("chamber-empty",)}
"""A check that by being made makes another, by the same person (reading 16)."""

POSTS: Final = {
    "supervisor": _w(""),
    "standby": _w("rescue-ready standby-ready"),
    "medic": _w("medic-present"),
    "ambulance": _w("rescue-ready"),
    "fire": _w("fire-cover fire-watch"),
    "lock-up": _w("path-clear zone-clear"),
    "spotter": _w("zone-seen"),
}
"""Each post and the checks that fall at once when it is left (reading 6)."""

INCIDENT_KINDS: Final = _w("near-miss injury death damage")
HARMS: Final = _w("admitted amputation eye-lost serious lost-time beyond-first-aid first-aid")
"""How bad an injury was, as far as duties to report it ask; not said is not known."""

MEETING_KINDS: Final = _w("safety dry-run department")
NOTICE_KINDS: Final = _w("call-sheet bulletin neighbours departments")
PERMISSION_KINDS: Final = _w(
    "rail road airspace pyro water location police-notice fire firearms drone noise other"
)
REQUEST_KINDS: Final = _w("time people meeting equipment rest")
SEARCH_FOR: Final = _w("live-rounds personal-weapons loose-rounds")
SEARCH_HOW: Final = _w("asked looked searched")
SEARCH_FOUND: Final = _w("nothing something")

GATES: Final = _w("take-out load hand-over start rehearse test roll enter arm resume close-day")
ACT_GATES: Final = _w("start rehearse test roll")
"""Gates on an activity; the first one asked is the act (reading 5)."""

RESERVED: Final = _w("server anonymous nobody none")

MISSING: Final = _w(
    """stopped paused incident-open weapon-held thing-held concern-open walk-out-open remedy-open
    contradiction unattended unknown-rounds live-rounds rounds-differ unregistered not-a-handler
    not-qualified not-briefed two-jobs same-eyes fatigue no-supervisor no-replica-reason
    edge-live machine-live too-close in-the-line in-the-zone pointed-at over-limit out-of-scope
    not-planned changed-since expired past-end refused thing-away post-empty under-attended
    alone two-kinds-open minor-in-zone too-soon too-late not-as-planned lot-held not-judged
    nothing-required"""
)
"""What can be missing besides every check and every tag (see `vocabulary.missing_words`)."""

CODE_WORDS: Final = _w(
    """acp art article badge-reader board laptop phone tablet
    auto cal caliber calibre ccpa colt dsgvo gauge gdpr long luger magnum mm mos
    nato parabellum pickup rem remington retake short slate smith special take wesson winchester
    yes no"""
)
"""Words that may stand in a code (a calibre, a take, a legal basis) besides those of any list."""

HOLDS_THAT_NOBODY_OVERRIDES: Final = _w(
    "stopped incident-open unknown-rounds live-rounds refused walk-out-open remedy-open"
)
