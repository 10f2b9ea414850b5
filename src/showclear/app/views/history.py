"""What does the record hold of one weapon, lot, person, thing or act, line by line?

* Newest first, in the order of the log: that is the order in which things became known. A
  line says when it was so; and when it was known, where that was later.
* Every line says who said it and how sure that is, what a gate answered then, and where its
  receipt is. An answer is the stored one: what was known then, never judged again.
* A correction stands as its own line, and beside what it corrects.
* In the history of a person nothing stands that only few are told: whether they spoke up,
  refused, walked out, or what a private check found. See `sentences`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from showclear.app.memory import Told
from showclear.app.views.look import Look
from showclear.app.views.sentences import (
    check_text,
    how_sure,
    is_unnamed,
    name_of,
    seen_by,
    sentence_of,
    who_said,
)
from showclear.app.views.wording import (
    clock,
    day_and_clock,
    instant,
    listed,
    number,
    person,
    role_text,
    title,
)
from showclear.core import words
from showclear.core.nouns import Lot, Person, Thing, Weapon

Plain = dict[str, Any]

LINES: Final = 200
"""Lines of one answer; older ones are asked for with `before`."""

FOUND_MAX: Final = 60
LATER: Final = timedelta(minutes=2)
"""What was known within this of when it was so, was known at once."""

SAYS: Final[Mapping[str, str]] = {
    "clear": "Clear then",
    "hold": "Hold then, for {missing}",
    "hold-none": "Hold then",
    "known": "known {at}",
    "corrects": "Corrects line {index}",
    "corrected": "Corrected by line {index}",
    "about": "about",
    "order-only": "only the order is known",
    "held-by": "with {who} since {at}",
    "store": "not taken out",
    "locked": "locked up since {at}",
    "unattended": "with nobody since {at}",
    "away": "not on the production's hands",
    "never-opened": "not opened since it came",
    "serial": "serial {serial}",
    "left": "no longer with the production",
    "unknown": "Nobody introduced this on the record",
    "until": "{kind} until {until}",
    "version": "version {version}",
    "dropped": "dropped",
    "limit": "What a person said no to, reported or asked for is not in this list: it is told "
    "without names where it belongs.",
}
KINDS: Final[Mapping[str, str]] = {
    "weapon": "Weapons",
    "lot": "Rounds",
    "activity": "Acts",
    "person": "People",
    "thing": "Things",
}
"""Each kind of subject with its heading, in the order of the page."""


# --- looking for something ------------------------------------------------------------------


def found(look: Look, *, wanted: str = "") -> Plain:
    """Everything whose id, serial number, name or title holds these letters.

    Returns:
        Groups by kind, each with its subjects; everything there is for an empty search.
    """
    letters = wanted.strip().casefold()
    subjects = [one for one in _subjects(look) if letters in one["letters"]]
    subjects.sort(key=lambda one: letters not in (one["id"], one["serial"].casefold()))
    shown = subjects[:FOUND_MAX]
    groups = [
        {"kind": kind, "says": heading, "subjects": list(_of_kind(shown, kind))}
        for kind, heading in KINDS.items()
    ]
    return {
        "wanted": wanted,
        "groups": [group for group in groups if group["subjects"]],
        "more": len(subjects) - len(shown),
        **_common(look),
    }


def _of_kind(subjects: Iterable[Plain], kind: str) -> Iterator[Plain]:
    for one in subjects:
        if one["kind"] == kind:
            yield {key: one[key] for key in ("id", "label", "note")}


def _subjects(look: Look) -> Iterator[Plain]:
    state, memory = look.state, look.memory
    for weapon in state.weapons.values():
        serial = memory.serials.get(weapon.id, "")
        told = SAYS["serial"].format(serial=serial) if serial else ""
        yield _subject("weapon", weapon.id, weapon.id, (weapon.kind, told), serial=serial)
    for lot in state.lots.values():
        yield _subject("lot", lot.id, lot.id, (lot.kind, lot.calibre or ""))
    for activity in state.activities:
        yield _subject("activity", activity, title(look, activity), (activity,))
    for one in state.people.values():
        yield _subject("person", one.id, person(look, one.id), map(role_text, sorted(one.roles)))
    for thing in state.things.values():
        yield _subject("thing", thing.id, thing.id, (thing.kind,))


def _subject(kind: str, id_: str, label: str, notes: Iterable[str], *, serial: str = "") -> Plain:
    note = ", ".join(note for note in notes if note and note != label)
    letters = f"{id_} {label} {serial}".casefold()
    return {
        "kind": kind,
        "id": id_,
        "label": label,
        "note": note,
        "letters": letters,
        "serial": serial,
    }


# --- one history ----------------------------------------------------------------------------


def history(look: Look, *, subject: str, before: int | None = None) -> Plain:
    """Every line about one subject, newest first.

    Args:
        subject: The id of a weapon, lot, person, thing or activity.
        before: Only lines with a smaller index; None for the newest.
    """
    kind = _kind_of(look, subject)
    told = [one for one in look.memory.about(subject) if _is_told(look, one, kind=kind)]
    corrected = _corrections(look, told)
    older = (one for one in reversed(told) if before is None or one.index < before)
    lines = [_line(look, one, corrected) for one in islice(older, LINES)]
    return {
        "subject": {
            "id": subject,
            "kind": kind,
            "label": name_of(look, subject),
            "facts": list(_facts(look, subject, kind)),
            "limit": SAYS["limit"] if kind == "person" else "",
        },
        "count": len(told),
        "says": number(len(told), "line"),
        "lines": lines,
        "before": next((one.index + 1 for one in islice(older, 1)), None),
        **_common(look),
    }


def _common(look: Look) -> Plain:
    return {
        "kind": look.kind,
        "title": look.spine.title,
        "now": look.now.astimezone(look.zone).isoformat(),
        "at": clock(look, look.now),
    }


def _kind_of(look: Look, subject: str) -> str:
    state = look.state
    tables: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("weapon", state.weapons),
        ("lot", state.lots),
        ("person", state.people),
        ("activity", state.activities),
        ("thing", state.things),
    )
    return next((kind for kind, table in tables if subject in table), "")


def _is_told(look: Look, told: Told, *, kind: str) -> bool:
    # Of whom nobody introduced nothing is known, so whatever it is, it may be a person.
    return kind not in ("person", "") or not is_unnamed(told.said, look)


def _corrections(look: Look, told: Iterable[Told]) -> dict[str, list[int]]:
    made: dict[str, list[int]] = {}
    for one in told:
        if one.said.corrects:
            made.setdefault(one.said.corrects, []).append(one.index)
    return made


def _line(look: Look, told: Told, corrected: Mapping[str, list[int]]) -> Plain:
    said = told.said
    line: Plain = {
        "index": told.index,
        "what": said.what,
        "at": clock(look, said.at),
        "day": "" if said.at is None else f"{said.at.astimezone(look.zone):%d %b %Y}",
        "instant": instant(said.at),
        "says": sentence_of(said, look),
        "who": who_said(said, look),
        "how": how_sure(said, look),
        "receipt": f"/api/receipts/{told.index}",
    }
    beside = {
        "exactly": SAYS.get(said.at_is, "") if said.at is not None else "",
        "known": _known(look, told),
        "eyes": seen_by(said, look),
        "then": _then(told),
        "stands": _stands(look, told, corrected),
    }
    return line | {key: value for key, value in beside.items() if value}


def _known(look: Look, told: Told) -> str:
    """When it was known, if that was later than it was so."""
    at = told.said.at
    known = max(filter(None, (told.said.entered_at, told.clock)), default=told.clock)
    if at is None or known - at <= LATER:
        return ""
    here, there = known.astimezone(look.zone), at.astimezone(look.zone)
    day = "" if here.date() == there.date() else f"{here:%d %b %Y} "
    return SAYS["known"].format(at=f"{day}{here:%H:%M}")


def _then(told: Told) -> Plain | None:
    """What a gate answered when it was said, as stored."""
    if not told.answer:
        return None
    missing = [missing_text(word) for word in told.missing]
    if told.answer == "clear":
        says = SAYS["clear"]
    elif missing:
        says = SAYS["hold"].format(missing=listed(missing))
    else:
        says = SAYS["hold-none"]
    return {"gate": told.gate, "answer": told.answer, "says": says}


def missing_text(word: str) -> str:
    """A word of a hold as people say it.

    >>> missing_text("load-shown"), missing_text("meeting.held"), missing_text("barrel-clear")
    ('load shown', 'meeting held', 'bore clear')
    """
    if word in words.CHECKS:
        return check_text(word)
    return word.replace(".", " ").replace("-", " ")


def _stands(look: Look, told: Told, corrected: Mapping[str, list[int]]) -> list[str]:
    said = told.said
    stands = []
    if said.corrects and (target := look.memory.find(said.corrects)) is not None:
        stands.append(SAYS["corrects"].format(index=target.index))
    stands += [SAYS["corrected"].format(index=index) for index in corrected.get(said.id, ())]
    return stands


# --- what is known of it now ----------------------------------------------------------------


def _facts(look: Look, subject: str, kind: str) -> Iterator[str]:
    state = look.state
    match kind:
        case "weapon":
            yield from _of_weapon(look, state.weapons[subject])
        case "lot":
            yield from _of_lot(state.lots[subject])
        case "person":
            yield from _of_person(look, state.people[subject])
        case "thing":
            yield from _of_thing(look, state.things[subject])
        case "activity":
            activity = state.activities[subject]
            yield SAYS["version"].format(version=activity.version)
            if activity.dropped:
                yield SAYS["dropped"]
        case _:
            yield SAYS["unknown"]


def _of_weapon(look: Look, weapon: Weapon) -> Iterator[str]:
    yield ", ".join(part for part in (weapon.kind, weapon.calibre or "") if part)
    if serial := look.memory.serials.get(weapon.id):
        yield SAYS["serial"].format(serial=serial)
    since = day_and_clock(look, weapon.since)
    if weapon.place == "held" and weapon.holder:
        yield SAYS["held-by"].format(who=person(look, weapon.holder), at=since)
    else:
        yield SAYS[weapon.place].format(at=since)
    if weapon.opened is None and weapon.kind in words.FIRING_KINDS:
        yield SAYS["never-opened"]


def _of_lot(lot: Lot) -> Iterator[str]:
    yield ", ".join(part for part in (lot.kind, lot.calibre or "") if part)


def _of_person(look: Look, one: Person) -> Iterator[str]:
    yield listed([role_text(role) for role in sorted(one.roles)])
    for shown in one.qualifications:
        until = "" if shown.until is None else f"{shown.until:%d %b %Y}"
        kind = shown.kind.replace("-", " ")
        yield SAYS["until"].format(kind=kind, until=until) if until else kind
    if one.left:
        yield SAYS["left"]


def _of_thing(look: Look, thing: Thing) -> Iterator[str]:
    yield thing.kind.replace("-", " ")
    if thing.away:
        yield SAYS["away"]
    elif thing.holder:
        yield person(look, thing.holder)
