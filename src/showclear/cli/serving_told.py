"""What does whoever starts a server have to know, and read off the screen?

* Where to look: every address of this machine on the set's network, the first of them as a QR
  code that any phone reads.
* How a device comes in where none is enrolled yet: one code for a tablet on the cart, one for
  the first AD's own device. Each works once. Over https it is a QR code too.
* What plain http cannot do, where there is no certificate; and what a certificate's owner
  compares on a device that warns.
* What is missing before anybody can begin, with what to do.
* Of a sample, what only a sample has: its PINs and the key that puts a case on its record.

Secrets go to standard output, to the person who started it, and into no log.
"""

from __future__ import annotations

import fcntl
import io
import ipaddress
import os
import shlex
import shutil
import socket
import struct
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

import segno

from showclear.app.set_server import Kind

SIOCGIFADDR: Final = 0x8915
"""Linux: the IPv4 address of a network interface. Source: netdevice(7)."""

NOT_THE_SET: Final = ("docker", "br-", "veth", "virbr", "tun", "tap")
"""Interfaces that lead to programs on this machine, or out of the set, by how they begin."""

NAME: Final = "showclear"

WIDTH: Final = 80
"""Columns of a terminal."""

GAP: Final = 3
"""Columns between two things beside each other."""

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
    "machine itself can do all of it, each window that shares no cookies as a device of its own: "
    "an ordinary one and a private one. For other devices start with --cert FILE --key FILE."
)

FINGERPRINT: Final = (
    "A device warns of a certificate that nobody it knows signed. Go on if it shows this SHA-256:"
)
NOBODY: Final = (
    "Nobody is on record yet, so nobody can write: stop this, say from a file who is here and what "
    "came (docs/guides/first-day.md, 2), and start again."
)
ENROLLED: Final = (
    "Devices are enrolled already: open /enrol on one of them for a code that lets another in. If "
    "all of them are lost, start with --enrol."
)
LASTS: Final = "Stop it with Ctrl-C. Whatever was answered is on disk."
GOES: Final = "Stop it with Ctrl-C. It is gone then: every start is a fresh one."

ON_BLACK: Final = "\x1b[97;40m{}\x1b[0m"
"""White on black whatever a terminal's own colours are: cameras want a QR dark on light."""


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
        program: How the program is started from where whoever started this one is.
    """

    case: str
    key: str
    program: str = "showclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server tells whoever started it.

    Attributes:
        main: Where everything is.
        plain: Where plain http is served beside https.
        fingerprint: Of the certificate.
        notes: What is missing, with what to do; sentences.
        pins: Of a sample, by person.
        replay: Of a sample, how a whole case is said to it.
        goes: Whether it is gone when it ends.
    """

    kind: Kind
    title: str
    main: Sequence[Address]
    plain: Sequence[Address] = ()
    fingerprint: str = ""
    invited: Sequence[Invited] = ()
    notes: Sequence[str] = ()
    pins: Mapping[str, str] = field(default_factory=dict)
    replay: Replay | None = None
    goes: bool = False

    @property
    def here(self) -> Address | None:
        """Where everything is found from this machine itself."""
        return next((one for one in self.main if one.here), None)


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


def qr(text: str) -> list[str]:
    """The lines of a QR code in half blocks, two rows of it in one of the terminal."""
    held = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(held, border=2, compact=True)
    return held.getvalue().rstrip("\n").split("\n")


def told(page: Page, *, blocks: bool) -> str:
    """Return the page that a person reads when the server is up.

    Args:
        blocks: Whether the terminal can show a QR code.
    """
    parts = [
        _wrapped(HEADLINES[page.kind].format(title=page.title)),
        _board(page),
        _codes([(page.plain or page.main)[0].url]) if blocks else [],
        _cart_and_floor(page),
        *_first_devices(page, blocks=blocks),
        *map(_wrapped, page.notes),
        _wrapped(PLAIN) if page.main[0].scheme == "http" else [],
        [PINS[page.kind], *_table(page.pins)] if page.pins else [],
        _replay(page),
        [GOES if page.goes else LASTS],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _wrapped(sentence: str) -> list[str]:
    # A command that is quoted in a sentence is not broken at its hyphens.
    return textwrap.wrap(sentence, WIDTH, break_on_hyphens=False, break_long_words=False)


def _board(page: Page) -> list[str]:
    return ["The board, for anybody:", *_listed(page.plain or page.main)]


def _cart_and_floor(page: Page) -> list[str]:
    lines = []
    if page.plain:
        lines += ["Cart and floor, for enrolled devices:", *_listed(page.main)]
    if page.fingerprint:
        # As a browser shows it: in two lines of sixteen.
        half = len(page.fingerprint) // 2
        lines += [*_wrapped(FINGERPRINT), f"    {page.fingerprint[:half]}"]
        lines += [f"    {page.fingerprint[half + 1 :]}"]
    if page.here is not None:
        lines += ["On this machine:", f"    {page.here.url}cart", f"    {page.here.url}floor"]
    return lines


def _first_devices(page: Page, *, blocks: bool) -> list[list[str]]:
    """Where the codes are taken, as text; and for another device's camera."""
    found = {one.whose: _taking(one, page.main) for one in page.invited}
    named = [f"{whose[0].upper()}{whose[1:]}" for whose in found]
    parts = [
        [f"Enrol {whose}, once:", *(f"    {one}" for one in at)] for whose, at in found.items()
    ]
    if blocks and page.main[0].scheme == "https" and found:
        parts.append(_codes([at[0] for at in found.values()], named))
    return parts


def _codes(urls: Sequence[str], captions: Iterable[str] = ()) -> list[str]:
    """QR codes beside each other where they fit, each with its caption above."""
    drawn = [qr(url) for url in urls]
    named = [*captions] or [""] * len(drawn)
    wide = [len(lines[0]) for lines in drawn]
    if sum(wide) + GAP * (len(wide) - 1) > WIDTH:
        return [
            line for url, name in zip(urls, named, strict=True) for line in _codes([url], [name])
        ]
    gap = " " * GAP
    lines = [gap.join(ON_BLACK.format(one) for one in row) for row in zip_longest(*drawn)]
    head = gap.join(f"{name:<{width}}" for name, width in zip(named, wide, strict=True)).rstrip()
    return [head, *lines] if head else lines


def _replay(page: Page) -> list[str]:
    if page.replay is None:
        return []
    url = (page.here or page.main[0]).url
    return [
        "The whole day by itself, in a second terminal, while the screens look on:",
        f"    {page.replay.program} replay {shlex.quote(page.replay.case)} \\",
        f"        --through {url} --key {page.replay.key}",
    ]


def _listed(addresses: Sequence[Address]) -> list[str]:
    return [f"    {one.url}" for one in addresses]


def _taking(one: Invited, main: Sequence[Address]) -> list[str]:
    """Where a code is taken: over https by anybody, over plain http from this machine alone."""
    fit = [address for address in main if address.scheme == "https" or address.here]
    return [f"{address.url.rstrip('/')}{one.path}" for address in fit]


def _table(pins: Mapping[str, str]) -> list[str]:
    """Names and PINs in as many columns as fit, to be read downwards."""
    wide = max(len(name) for name in pins)
    cells = [f"{name:<{wide}}  {pin}" for name, pin in pins.items()]
    columns = max(1, (WIDTH - 4 + GAP) // (len(cells[0]) + GAP))
    rows = -(-len(cells) // columns)
    return ["    " + (" " * GAP).join(cells[row::rows]) for row in range(rows)]


def program() -> str:
    """How whoever started this program starts it again: by its name where that finds it."""
    started = Path(sys.argv[0])
    found = shutil.which(started.name)
    if started.name != NAME or (found is not None and Path(found).resolve() == started.resolve()):
        return NAME
    return shlex.quote(from_here(started))


def from_here(path: Path) -> str:
    """A path as the shell finds it that this was started from."""
    folder = Path(os.environ.get("PWD") or Path.cwd())
    absolute = path.absolute()
    return str(absolute.relative_to(folder) if absolute.is_relative_to(folder) else absolute)
