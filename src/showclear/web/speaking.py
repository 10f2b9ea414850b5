"""Who speaks here? What several routes ask about the person in front of a device.

* On a person's own device it is that person. On a shared one it is whoever was named there,
  or gave a badge or PIN there.
* A badge or PIN is checked one at a time, away from the event loop, and never repeated in
  an answer or a log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from fastapi import Request

from showclear.app import entitling
from showclear.app.badges import Checked, is_badge, stands
from showclear.app.sessions import LASTS, Session
from showclear.app.speaking import LAPSES_AFTER, How, Speaker
from showclear.app.views import wording
from showclear.app.views.look import Look
from showclear.web.access import NOT_ENROLLED, Who, door_of
from showclear.web.door import Door
from showclear.web.refusals import Refusal, RefusedError

T = TypeVar("T")

WRONG: Final = Refusal(
    code="badge-wrong",
    status=403,
    sentence="That is nobody's badge, or not this person's PIN.",
    next="Try again, scan the badge, or go on as named on this device.",
)
BADGE_ONLY: Final = Refusal(
    code="badge-only",
    status=403,
    sentence="Five wrong PINs: for this person only the badge counts now.",
    next="Scan the badge, or let a handler or the AD give a new PIN. Or go on as named.",
)
WAIT: Final = Refusal(
    code="badge-wait",
    status=429,
    sentence="Too many wrong badges and PINs on this device.",
    next="Go on as named on this device, or wait a minute and try again.",
)
NOT_KNOWN: Final = Refusal(
    code="nobody-known",
    status=404,
    sentence="Nobody of that name is on the record.",
    next="Add the person on the floor first: a name and a role.",
)
OWN_DEVICE: Final = Refusal(
    code="own-device",
    status=409,
    sentence="This is somebody's own device, and they alone speak on it.",
    next="Somebody else speaks on their own device or on a shared tablet.",
)
NOT_TODAY: Final = Refusal(
    code="badge-not-on-record",
    status=403,
    sentence="The record does not say that this badge counts: it was never given, or it ended.",
    next="Let a handler or the AD give a badge or PIN. Until then go on as named.",
)
NOT_SHOWN: Final = Refusal(
    code="not-shown-who",
    status=403,
    sentence="This asks for somebody who showed who they are: an armorer, property master, AD, "
    "producer or safety adviser, by their own device, badge or PIN.",
    next="Let one of them give badge or PIN on this device, or do it on their own.",
)
CHECKED: Final = (WRONG, BADGE_ONLY, WAIT, NOT_TODAY)
"""What asking for a badge or PIN may answer."""


def session_of(found: Who) -> Session:
    """The session that a guard let in.

    Raises:
        RefusedError: `not-enrolled`: it ended meanwhile.
    """
    if found.session is None:
        raise RefusedError(NOT_ENROLLED)
    return found.session


def speaker_of(door: Door, session: Session | None) -> Speaker | None:
    """Who speaks on the device of a session."""
    if session is None:
        return None
    if session.person:
        since = session.until - LASTS
        how: How = "own-device" if session.vouched else "named"
        return Speaker(person=session.person, how=how, since=since, heard=since)
    return door.speakers.on(session.device)


async def off_loop(work: Callable[[], T]) -> T:
    """Work something out in a thread: a PIN's digest takes long on purpose, a disk too."""
    return await asyncio.to_thread(work)


async def person_shown(
    request: Request, session: Session, *, person: str, pin: str, badge: str
) -> str:
    """Return who showed who they are by badge or PIN.

    Args:
        person: With a PIN, whose. With a badge: empty, or whose it has to be.

    Raises:
        RefusedError: One of `CHECKED`; `nobody-known` is not told apart from a wrong PIN.
    """
    door = door_of(request)
    async with door.checking:
        now = door.server.now()
        if wait := door.badge_tries.wait(session.device, now=now):
            raise RefusedError(WAIT, headers={"Retry-After": str(wait)})
        shown = await _shown(door, person=person, pin=pin, badge=badge)
        if isinstance(shown, Refusal):
            door.badge_tries.use(session.device, now=now)
            raise RefusedError(shown)
        # Still one at a time: a badge that is given anew or taken away meanwhile opens nothing.
        if not await door.server.look(lambda look: stands(look.state, shown)):
            raise RefusedError(NOT_TODAY)
    return shown


async def _shown(door: Door, *, person: str, pin: str, badge: str) -> str | Refusal:
    if badge:
        found = await off_loop(lambda: door.badges.find(badge)) if is_badge(badge) else ""
        return found if found and person in ("", found) else WRONG
    match await off_loop(lambda: door.badges.check_pin(person, pin)):
        case Checked.RIGHT:
            return person
        case Checked.WRONG:
            return WRONG
        case Checked.BADGE_ONLY:
            return BADGE_ONLY


async def entitled(request: Request, found: Who) -> tuple[str, str]:
    """Return who may let others in from this device, and how it is known who that is.

    As long as nobody who may ever had an own device or a badge, a named one is enough: somebody
    has to be the first, and whoever is here came in by the code of the server's start. What is
    written then says `shared-tablet`. See `app.entitling`.

    Returns:
        Their id, and `own-device`, `badge` or `shared-tablet`.

    Raises:
        RefusedError: `not-shown-who`.
    """
    door = door_of(request)
    speaker = speaker_of(door, session_of(found))
    if speaker is None:
        raise RefusedError(NOT_SHOWN)
    have = door.badges.people

    def may(look: Look) -> bool:
        known = entitling.entitled(look)
        if speaker.person not in known.people:
            return False
        if speaker.how == "badge" and not stands(look.state, speaker.person):
            return False
        return speaker.how != "named" or not (known.begun or known.people & have)

    if not await door.server.look(may):
        raise RefusedError(NOT_SHOWN)
    return speaker.person, "shared-tablet" if speaker.how == "named" else speaker.how


async def is_known(door: Door, person: str) -> bool:
    """Whether the record has somebody under this id, who is still with the production."""

    def known(look: Look) -> bool:
        found = look.state.people.get(person)
        return found is not None and not found.left and not found.many

    return await door.server.look(known)


def told_speaker(speaker: Speaker | None, look: Look) -> dict[str, Any] | None:
    """Who speaks, as a page shows it."""
    if speaker is None:
        return None
    said: dict[str, Any] = {
        "person": speaker.person,
        "label": wording.person(look, speaker.person),
        "how": speaker.how,
        "since": wording.instant(speaker.since),
        "says": says(speaker, look),
    }
    if speaker.how == "badge":
        # A page that shows a badge asks again then: acts since have put it off, or it is over.
        said["until"] = wording.instant(speaker.heard + LAPSES_AFTER)
    return {**said, "lapsed": True} if speaker.lapsed else said


def says(speaker: Speaker, look: Look) -> str:
    """How it is known who speaks, in words."""
    match speaker.how:
        case "own-device":
            return "Own device"
        case "badge":
            return f"Badge, {wording.clock(look, speaker.since)}"
        case "named":
            named = "Named on this tablet: nothing proven"
            return f"{named}. The badge has lapsed." if speaker.lapsed else named
