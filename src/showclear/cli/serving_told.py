"""What does whoever starts a server have to know, and read off the screen?

* Where to look: every address of this machine on the set's network, the first of them as a QR
  code that any phone reads.
* How a device comes in where none is enrolled yet: one code for a tablet on the cart, one for
  the first AD's own device. Each works once.
* What plain http cannot do, where there is no certificate.
* Of a sample, what only a sample has: its PINs and the key that puts a case on its record.

Secrets go to standard output, to the person who started it, and into no log.
"""

from __future__ import annotations

import fcntl
import io
import ipaddress
import shlex
import socket
import struct
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import segno

from showclear.app.set_server import Kind

SIOCGIFADDR: Final = 0x8915
"""Linux: the IPv4 address of a network interface. Source: netdevice(7)."""

NOT_THE_SET: Final = ("docker", "br-", "veth", "virbr", "tun", "tap")
"""Interfaces that lead to programs on this machine, or out of the set, by how they begin."""

WIDTH: Final = 80
"""Columns of a sentence."""

EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})
NOWHERE: Final = ("192.0.2.1", 9)
"""No packet goes there: asked for the way, a machine says which address it would use.
Source: RFC 5737, TEST-NET-1."""

HEADLINES: Final[Mapping[Kind, str]] = {
    "production": "Showclear serves {title}.",
    "practice": "PRACTICE. A sandbox of {title}: nothing said here is on its record.",
    "sample": "SAMPLE. {title}: nothing in it was recorded on a set.",
}

PINS: Final[Mapping[Kind, str]] = {
    "production": "PINs:",
    "practice": "PINs of this sandbox:",
    "sample": "PINs of this sample:",
}

PLAIN: Final = (
    "Plain http: the board and Stop work on every phone. A tablet or phone can be enrolled, and "
    "so write, only over https, because browsers give keys to nobody else; a browser on this "
    "machine itself can do all of it. For the others start with --cert FILE --key FILE."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server answers.

    Attributes:
        host: As a browser is given it.
        here: Whether it leads to this machine from itself alone.
    """

    scheme: str
    host: str
    port: int
    here: bool

    @property
    def url(self) -> str:
        """The address of its first page."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A code by which one device comes in, once.

    Attributes:
        whose: For whom it is, in words.
        path: The page that takes it, from the first slash on.
    """

    whose: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How a whole case is said to a sample.

    Attributes:
        case: The file; `CASE` where it was made of none.
        key: What the sample takes it by.
    """

    case: str
    key: str


def addresses(
    host: str, port: int, *, scheme: str, names: Iterable[str] = ()
) -> tuple[Address, ...]:
    """Where a server that listens on a host is found: from the set first, then from here.

    Args:
        names: Of this machine, which come first: a certificate may be for a name.
    """
    if host not in EVERYWHERE:
        here = host == "localhost" or _loopback(host)
        return (Address(scheme=scheme, host=host, port=port, here=here),)
    outside = [Address(scheme=scheme, host=one, port=port, here=False) for one in own_addresses()]
    return (*outside, Address(scheme=scheme, host="localhost", port=port, here=True))


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_addresses() -> tuple[str, ...]:
    """This machine's IPv4 addresses on its networks, the one that it would use first."""
    found = [*_first_choice(), *_of_interfaces(), *_of_its_name()]
    return tuple(dict.fromkeys(one for one in found if not _loopback(one)))


def _first_choice() -> Iterator[str]:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect(NOWHERE)
        yield str(way.getsockname()[0])


def _of_interfaces() -> Iterator[str]:
    if not sys.platform.startswith("linux"):
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        for _, name in socket.if_nameindex():
            if name.startswith(NOT_THE_SET):
                continue
            with suppress(OSError):
                asked = struct.pack("256s", name.encode()[:15])
                yield socket.inet_ntoa(fcntl.ioctl(link, SIOCGIFADDR, asked)[20:24])


def _of_its_name() -> Iterator[str]:
    with suppress(OSError):
        for *_, address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            yield str(address[0])


def qr(text: str) -> str:
    """A QR code in half blocks, two rows of it in one of the terminal."""
    held = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(held, border=2, compact=True)
    return held.getvalue()


def told(
    kind: Kind,
    title: str,
    *,
    main: Sequence[Address],
    plain: Sequence[Address],
    invited: Sequence[Invited],
    pins: Mapping[str, str],
    replay: Replay | None,
    blocks: bool,
) -> str:
    """Return the page that a person reads when the server is up.

    Args:
        main: Where everything is.
        plain: Where plain http is served beside https.
        pins: Of a sample, by person.
        replay: Of a sample, how a whole case is said to it.
        blocks: Whether the terminal can show a QR code.
    """
    lines = [*textwrap.wrap(HEADLINES[kind].format(title=title), WIDTH), ""]
    board = (plain or main)[0]
    lines += ["The board, for anybody:", *_listed(plain or main), ""]
    if blocks:
        lines += [qr(board.url).rstrip("\n"), ""]
    if plain:
        lines += ["Cart and floor, for enrolled devices:", *_listed(main), ""]
    here = next((one for one in main if one.here), None)
    if here is not None:
        lines += [f"On this machine: {here.url}cart and {here.url}floor", ""]
    for one in invited:
        lines += [f"Enrol {one.whose}, once:", *_enrolling(one, main), ""]
    if main[0].scheme == "http":
        lines += [*textwrap.wrap(PLAIN, WIDTH), ""]
    if pins:
        lines += [PINS[kind], *_table(pins), ""]
    if replay is not None:
        url = (here or main[0]).url
        lines += [
            "The whole day by itself, while the screens look on:",
            f"    showclear replay {shlex.quote(replay.case)} --through {url} --key {replay.key}",
            "",
        ]
    lines += ["Stop it with Ctrl-C. Whatever was answered is on disk."]
    return "\n".join(lines) + "\n"


def _listed(addresses: Sequence[Address]) -> list[str]:
    return [f"    {one.url}" for one in addresses]


def _enrolling(one: Invited, main: Sequence[Address]) -> list[str]:
    """Where a code is taken: over https by anybody, over plain http from this machine alone."""
    fit = [address for address in main if address.scheme == "https" or address.here]
    return [f"    {address.url.rstrip('/')}{one.path}" for address in fit]


def _table(pins: Mapping[str, str]) -> list[str]:
    width = max(len(name) for name in pins)
    return [f"    {name:<{width}}  {pin}" for name, pin in pins.items()]
