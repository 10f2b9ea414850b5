"""From a command line to a server that answers, and back to nothing.

In this order, so that what cannot be is said before anything is changed: the ports, the
production with its lock, the record, the door, the application. Let go in the reverse order.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from showclear.adapters.attachment_folder import AttachmentFolder
from showclear.adapters.badges_file import FILE_NAME, FileBadges
from showclear.adapters.production_folder import ATTACHMENTS, PRIVATE
from showclear.app.badges import is_pin, stands
from showclear.app.enrolling import ENROLLING_ROLES
from showclear.app.incoming import Taken
from showclear.app.set_server import SetServer
from showclear.app.views.look import Look
from showclear.app.views.wording import person
from showclear.cli.serving_certificate import Certificate
from showclear.cli.serving_log import set_up_log
from showclear.cli.serving_open import Served
from showclear.cli.serving_run import Listening, listening, run, serve_until_stopped
from showclear.cli.serving_told import (
    ENROLLED,
    NOBODY,
    Address,
    Invited,
    Page,
    Replay,
    addresses,
    from_here,
    program,
    told,
)
from showclear.cli.streams import write_text
from showclear.web.application import application
from showclear.web.door import Door, open_door

KEY_BYTES: Final = 16
"""Of the key to a sample."""

PIN_DIGITS: Final = 4


def taken(
    host: str, port: int, plain_port: int | None, *, certificate: Certificate | None
) -> tuple[Listening, ...]:
    """Take the ports: the one where everything is, and beside https the one for plain http.

    Raises:
        ReadError: The certificate is none.
        StorageError: A port cannot be had.
    """
    if certificate is None:
        return (listening(host, port),)
    certificate.check()
    main = listening(host, port, certificate=certificate)
    beside = plain_port if plain_port is not None else main.port + 1 if port else 0
    try:
        return main, listening(host, beside)
    except BaseException:
        main.socket.close()
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What whoever starts a server asks for, beside what is served.

    Attributes:
        host: The address that it listens on.
        names: Under which it answers besides addresses, `localhost`, `*.local` and the name
            that this machine has itself.
        browser: Whether to open one.
        enrol: Whether to make codes for first devices though others are enrolled.
    """

    host: str
    names: tuple[str, ...]
    browser: bool
    enrol: bool = False

    def addresses(self, port: Listening) -> tuple[Address, ...]:
        """Where a port is found."""
        return addresses(self.host, port.port, scheme=port.scheme, names=self.names)


def up(
    served: Callable[[], AbstractContextManager[Served]],
    ports: Callable[[], tuple[Listening, ...]],
    *,
    asked: Asked,
) -> int:
    """Serve until a signal comes; return the exit code.

    Raises:
        LedgerError: A port cannot be had, or the production cannot be opened.
        ReadError: Something that was named cannot be read.
    """
    with ExitStack() as held:
        taken_ = ports()
        for one in taken_:
            held.callback(one.socket.close)
        production = held.enter_context(served())
        set_up_log()
        return run(lambda: _up(production, taken_, asked=asked))


async def _up(served: Served, ports: tuple[Listening, ...], *, asked: Asked) -> int:
    server = await SetServer.opened(
        served.make, clock=served.clock, zone=served.zone, kind=served.kind
    )
    try:
        await _serve(server, served, ports=ports, asked=asked)
    finally:
        await server.close()
    return 0


async def _serve(
    server: SetServer, served: Served, *, ports: tuple[Listening, ...], asked: Asked
) -> None:
    key = secrets.token_urlsafe(KEY_BYTES) if served.kind == "sample" else ""
    door = await open_door(
        server,
        FileBadges(served.folder / PRIVATE / FILE_NAME),
        random=secrets.token_bytes,
        sample_key=key,
        base=_base(ports[0], asked),
    )
    try:
        pins = await _pins(door) if served.fresh else {}
        invited = await _invited(door, anew=asked.enrol)
        app = application(
            server,
            door,
            names=(*asked.names, socket.gethostname()),
            photos=AttachmentFolder(served.folder / ATTACHMENTS),
        )
        app.state.set_forward = served.set_forward
        page = await _page(server, served, ports=ports, asked=asked)
        page = replace(
            page,
            invited=invited,
            pins=pins,
            replay=Replay(case=_case(served), key=key, program=program()) if key else None,
            notes=(*page.notes, *(() if invited else (ENROLLED,))),
        )

        def started() -> None:
            # Where nobody reads it, the server serves all the same.
            with suppress(OSError):
                write_text(told(page, blocks=_shows_blocks()))
                sys.stdout.flush()
            if asked.browser:
                show((page.here or page.main[0]).url)

        def stopping() -> None:
            app.state.hub.end()

        await serve_until_stopped(app, ports, started=started, stopping=stopping)
    finally:
        await door.close()


async def _page(
    server: SetServer, served: Served, *, ports: tuple[Listening, ...], asked: Asked
) -> Page:
    """What is told of a server before anybody comes to it."""
    main, *plain = map(asked.addresses, ports)
    title, anybody = await server.look(
        lambda look: (look.spine.title, any(not one.left for one in look.state.people.values()))
    )
    certificate = ports[0].certificate
    notes = (
        ()
        if certificate is None
        else certificate.warnings(one.host for one in main if not one.here)
    )
    return Page(
        kind=served.kind,
        title=title or served.folder.resolve().name,
        main=main,
        plain=plain[0] if plain else (),
        fingerprint="" if certificate is None else certificate.fingerprint(),
        notes=notes if anybody or served.kind == "sample" else (*notes, NOBODY),
        goes=served.fresh,
    )


def _base(port: Listening, asked: Asked) -> str:
    """Where other devices come in: over https alone, so only there it is known beforehand."""
    return asked.addresses(port)[0].url.rstrip("/") if port.scheme == "https" else ""


def _case(served: Served) -> str:
    return "CASE" if served.case is None else from_here(Path(served.case.file))


async def _invited(door: Door, *, anew: bool) -> list[Invited]:
    """Codes for the first devices, where none is enrolled yet; or anew, where all are lost."""
    if door.keys and not anew:
        return []
    first_ad = await door.server.look(lambda look: _only_one(look, "first-ad"))
    found = []
    for kind, who, whose in (
        ("tablet", "", "the tablet on the cart"),
        ("phone", first_ad, "the first AD's phone or laptop"),
    ):
        if kind == "phone" and not who:
            continue
        offer = door.enrolments.make(kind=kind, person=who, starting=True)
        if offer is not None:
            found.append(Invited(whose=whose, path=f"/enrol#{offer.code}"))
    return found


def _only_one(look: Look, role: str) -> str:
    """The one person with a role; empty where nobody has it, or several."""
    found = [one.id for one in look.state.people.values() if role in one.roles and not one.left]
    return found[0] if len(found) == 1 else ""


# --- what only a sample or a sandbox has -----------------------------------------------------


async def _pins(door: Door) -> Mapping[str, str]:
    """Give everybody a PIN who may be asked for one; return them by what people are called."""
    people = await door.server.look(_with_pins)
    said = [
        {
            "id": f"sample/badge/{name}",
            "what": "badge.issued",
            "at_is": "order-only",
            "by": "server",
            "attested": "server",
            "person": name,
        }
        for name, (_, known) in people.items()
        if not known
    ]
    if said:
        await door.server.say([Taken(fields=one) for one in said])
    pins = {name: new_pin() for name in people}
    await asyncio.to_thread(lambda: [door.badges.give(name, pin=pin) for name, pin in pins.items()])
    return {label: pins[name] for name, (label, _) in people.items()}


def _with_pins(look: Look) -> dict[str, tuple[str, bool]]:
    """Whom a PIN is given to: what they are called, and whether they have a badge on record.

    In a sample everybody; in a sandbox of a real production, which may have hundreds of
    people, who has a badge there, and who may let others in.
    """
    found = {}
    for one in look.state.people.values():
        known = stands(look.state, one.id)
        asked = look.kind == "sample" or known or not ENROLLING_ROLES.isdisjoint(one.roles)
        if one.known and not one.many and not one.left and asked:
            found[one.id] = person(look, one.id), known
    return found


def new_pin() -> str:
    """Make a PIN that may be one."""
    while True:
        pin = "".join(str(secrets.randbelow(10)) for _ in range(PIN_DIGITS))
        if is_pin(pin):
            return pin


# --- this machine's own screen -----------------------------------------------------------------


def _shows_blocks() -> bool:
    """Whether whoever reads along sees a QR code: a terminal that has half blocks."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return sys.stdout.isatty() and encoding == "utf8"


def show(url: str) -> None:
    """Open a browser, where there is a screen for one; nothing waits for it.

    Without a screen some browsers would take over the terminal.
    """
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not any(os.environ.get(one) for one in screens):
        return
    threading.Thread(target=_open, args=(url,), daemon=True).start()


def _open(url: str) -> None:
    try:
        webbrowser.open(url)
    except (OSError, webbrowser.Error):
        # The address stands on the terminal: whoever wants it opens it by hand.
        return
