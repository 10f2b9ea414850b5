"""Whose word is it that a shared device signs?

1. On a person's own device that person speaks, and nobody else.
2. On a shared one somebody is *named* by whoever holds it: nothing is proven. Or they gave
   their badge or PIN to this server: then it is their word, until somebody else speaks, the
   device says that they are done, 20 minutes have gone by without an act, or the record says
   that their badge ended or that they left.
3. When a badge has lapsed the person stays named: the work goes on, and the record says less.
4. What a shared device signs may claim `badge` for nobody but whoever's badge stands there.
   The key alone cannot show that a badge was asked; only this server knows.

Nothing here is a fact that is refused: the same may be said as named.

Source: docs/design/access.md, "Who speaks on a shared device".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from showclear.app.attesting import as_attested
from showclear.core.sealing import SealError, unseal
from showclear.ledger.keyring import SERVER, Enrolled

LAPSES_AFTER: Final = timedelta(minutes=20)

How = Literal["own-device", "badge", "named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Whoever speaks on a device.

    Attributes:
        how: `badge` where this server checked a badge or PIN of theirs; `named` where
            somebody named them; `own-device` on their own.
        since: When that began, UTC.
        heard: When the last act came under it, UTC.
        lapsed: Whether they were there by badge, too long ago.
    """

    person: str
    how: How
    since: datetime
    heard: datetime
    lapsed: bool = False


class Speakers:
    """Who speaks on which shared device. In memory: after a restart everybody is asked again."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        """Begin with nobody speaking. `now` gives UTC."""
        self._now = now
        self._on: dict[str, Speaker] = {}

    def begin(self, device: str, person: str, *, how: How) -> Speaker:
        """Let somebody speak; whoever spoke there before does not any more."""
        now = self._now()
        self._on[device] = Speaker(person=person, how=how, since=now, heard=now)
        return self._on[device]

    def on(self, device: str) -> Speaker | None:
        """Who speaks on a device now."""
        found = self._on.get(device)
        if found is None or found.how != "badge" or self._now() < found.heard + LAPSES_AFTER:
            return found
        lapsed = found.heard + LAPSES_AFTER
        self._on[device] = replace(found, how="named", since=lapsed, lapsed=True)
        return self._on[device]

    def spoke(self, device: str) -> None:
        """Note that an act came from a device: its badge stands on."""
        found = self.on(device)
        if found is not None:
            self._on[device] = replace(found, heard=self._now())

    def end(self, device: str) -> None:
        """Nobody speaks on a device any more."""
        self._on.pop(device, None)

    def end_person(self, person: str, *, but_on: str = "") -> None:
        """End whatever somebody's badge opened: it was revoked, or given anew.

        Args:
            but_on: A device on which they stand and showed themselves who they are.
        """
        for device, found in list(self._on.items()):
            if found.person == person and found.how == "badge" and device != but_on:
                del self._on[device]

    def by_badge(self) -> frozenset[str]:
        """Everybody who speaks somewhere by badge or PIN."""
        return frozenset(one.person for one in self._on.values() if one.how == "badge")

    def keep(self, devices: frozenset[str]) -> None:
        """Forget devices that do not stand any more."""
        for device in set(self._on) - devices:
            del self._on[device]


def badges_claimed(
    payload: Mapping[str, Any], texts: Mapping[str, tuple[bytes, str]], *, key: Enrolled
) -> frozenset[str]:
    """Return everybody whose badge this statement would count as, under the key that signed it.

    It is the record's own weighing that is asked, on the words as it will read them: so
    `with`, a witness without a `how` and what lies under a seal are no ways around.

    Returns:
        Ids of people; empty under a person's own key, which claims no badge.
    """
    if key.person or key.kind == SERVER or not key.vouched:
        return frozenset()
    try:
        plain = unseal(payload, texts)[0]
    except SealError:
        # The record keeps it aside; what of it is open is weighed all the same.
        plain = dict(payload)
    said = as_attested(plain, key)
    claimed: set[str] = set()
    if said.get("attested") == "badge":
        claimed.add(str(said.get("said_by") or said.get("by")))
    witnesses = said.get("witnesses", [])
    for one in witnesses if isinstance(witnesses, list) else [witnesses]:
        if isinstance(one, Mapping) and one.get("how") == "badge":
            claimed.add(str(one.get("person")))
    return frozenset(claimed)
