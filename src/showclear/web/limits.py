"""How often may one address ask, so that one phone cannot keep a set from working?

* A bucket a address: so many at once, and so many a second after that.
* An IPv6 address counts by its /64: one phone has many of them.
* Memory is bounded: who has not asked for longest is forgotten first, and forgetting only
  ever lets more through for that one address.
* This machine itself is not limited: who sits at it can end the server anyway.
* Time is a monotonic clock's, given by the caller.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Final

from starlette.types import Scope

ADDRESSES_MAX: Final = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many at once, and so many a second after that.

    Attributes:
        at_once: 1 or more.
        a_second: More than 0.
    """

    at_once: int
    a_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one production's server takes.

    Attributes:
        requests: From one asker (a device, or an address that sixty phones may share).
        acts: Requests that write, from one asker.
        photos: Of these, photos.
        stops: Presses that write a stop of less than everything, from one address: 6 a minute.
        all_stops: The same, from everywhere: 30 a minute.
        streams: Open at once from one asker.
        all_streams: Open at once by everybody who is not enrolled, and again by who is.
        body_bytes: Of a request, unless its route takes more (a photo).
        spare_this_machine: Whether this machine itself is not counted by address.
    """

    requests: Rate = Rate(at_once=1_500, a_second=100)
    acts: Rate = Rate(at_once=60, a_second=10)
    photos: Rate = Rate(at_once=30, a_second=0.1)
    stops: Rate = Rate(at_once=6, a_second=0.1)
    all_stops: Rate = Rate(at_once=30, a_second=0.5)
    streams: int = 256
    all_streams: int = 2_000
    body_bytes: int = 1_048_576
    spare_this_machine: bool = True


class Buckets:
    """Counts what each address asks."""

    def __init__(self, rate: Rate, *, clock: Callable[[], float] = monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> int:
        """Count one request.

        Returns:
            0 if it is let through, else after how many seconds to ask again.
        """
        now = self._clock()
        left, then = self._levels.pop(address, (float(self._rate.at_once), now))
        left = min(self._rate.at_once, left + (now - then) * self._rate.a_second)
        through = left >= 1
        self._levels[address] = (left - 1 if through else left, now)
        if len(self._levels) > ADDRESSES_MAX:
            self._levels.popitem(last=False)
        return 0 if through else max(1, ceil((1 - left) / self._rate.a_second))


def address_of(scope: Scope) -> str:
    """Return whom a request counts for: an address, of IPv6 its /64; empty for a socket file."""
    client = scope.get("client")
    if not client or not client[0]:
        return ""
    found = _parsed(client[0])
    if found is None:
        return str(client[0])
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def from_this_machine(scope: Scope) -> bool:
    """Whether a request comes from the machine that the server runs on."""
    client = scope.get("client")
    if not client:
        return False
    found = _parsed(client[0])
    return found is not None and found.is_loopback


def _parsed(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        # A zone (`fe80::1%eth0`) says by which cable; it is no part of who.
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped if mapped is not None else found
