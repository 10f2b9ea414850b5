"""`showclear serve`: a production for its set, a sandbox of it, or a sample day.

Exit code: 0 stopped as asked, 2 something named cannot be read, 3 it cannot be opened.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from showclear.cli.production import refusing
from showclear.cli.streams import complain

if TYPE_CHECKING:
    from showclear.cli.serving_open import Served
    from showclear.cli.serving_run import Listening

PORT: Final = 8440
"""Where a production is. The others lie beside it: to a browser another port is another web
site, so neither keys nor unsent words of one ever come to another."""

PRACTICE_PORT: Final = PORT + 10
SAMPLE_PORT: Final = PORT + 20
UNREADABLE: Final = 2


def serve_production(
    path: Annotated[Path | None, Parameter(name="DIR")] = None,
    /,
    *,
    port: int | None = None,
    host: str = "0.0.0.0",
    cert: Path | None = None,
    key: Path | None = None,
    plain_port: int | None = None,
    zone: str = "",
    name: Annotated[tuple[str, ...], Parameter(name="--name", negative=())] = (),
    no_browser: Annotated[bool, Parameter(name="--no-browser", negative=())] = False,
    practice: Annotated[bool, Parameter(negative=())] = False,
    sample: Annotated[bool, Parameter(negative=())] = False,
    until: str = "",
    enrol: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Serve a production to the screens of its set.

    Parameters
    ----------
    path
        A production, as `showclear init` makes it. With --sample a case file, or nothing.
    port
        Where everything is: 8440 unless said otherwise; 8450 with --practice, 8460 with --sample.
    host
        The address to listen on; all of this machine's unless said otherwise.
    cert
        A certificate in PEM, for https. Without it devices other than this one cannot write.
    key
        The key of the certificate, in PEM, without a passphrase.
    plain_port
        With --cert: where the board and Stop are on plain http; else the port after --port.
    zone
        The zone in which times are shown, as America/Denver; this machine's unless said otherwise.
    name
        A name under which browsers find this machine, where it is no address and not *.local.
    no_browser
        Open no browser.
    practice
        Serve a sandbox of it instead: marked on every screen, and gone at the end.
    sample
        Serve a fresh sample instead: with a case file, that case's day.
    until
        With --sample CASE: how far the case is said, as 11:02 or the id of a statement.
    enrol
        Print codes for a first tablet and the first AD's device though others are enrolled:
        for when all of those are lost.
    """
    mistake = _mistake(
        path,
        certified=(cert is not None, key is not None),
        plain=plain_port is not None,
        practice=practice,
        sample=sample,
        until=until,
    )
    if mistake:
        complain([mistake])
        return UNREADABLE
    # Imported only here: the other commands do not wait for a web server.
    from showclear.cli import serving_open, serving_up
    from showclear.cli.serving_certificate import Certificate

    certificate = Certificate(cert=cert, key=key) if cert is not None and key is not None else None
    usual = SAMPLE_PORT if sample else PRACTICE_PORT if practice else PORT
    served: Callable[[], AbstractContextManager[Served]]
    if sample:
        served = lambda: serving_open.sample(path, until=until, zone=zone)  # noqa: E731
    elif practice:
        served = lambda: serving_open.practice(path or Path(), zone=zone)  # noqa: E731
    else:
        served = lambda: serving_open.production(path or Path(), zone=zone)  # noqa: E731

    def ports() -> tuple[Listening, ...]:
        return serving_up.taken(
            host, usual if port is None else port, plain_port, certificate=certificate
        )

    asked = serving_up.Asked(host=host, names=name, browser=not no_browser, enrol=enrol)
    return refusing(lambda: serving_up.up(served, ports, asked=asked), writes=False)


def _mistake(
    path: Path | None,
    *,
    certified: tuple[bool, bool],
    plain: bool,
    practice: bool,
    sample: bool,
    until: str,
) -> str:
    """What does not go together, as a sentence; empty for nothing."""
    if practice and sample:
        return "--practice is a sandbox of a production, --sample a day of its own: name one."
    if path is None and not sample:
        return "No production was named. `showclear init DIR` makes one; --sample needs none."
    if until and (path is None or not sample):
        return "--until says how far a case is said: it goes with --sample CASE."
    if certified[0] != certified[1]:
        return "--cert and --key go together: https takes both."
    if plain and not certified[0]:
        return "--plain-port goes with --cert: without it, plain http is on --port already."
    return ""
