"""`showclear replay CASE --through URL --key KEY`: a case said through a running sample.

* Everything goes the way that it goes from a set's own screens: judged, recorded, told to
  every screen. Groups of it are small enough to be watched.
* Said twice it is answered again and changes nothing: so a case may be said to a sample that
  stands in the middle of it, and after a server was killed.
* At the end the state there is compared with the fold of the file here, table by table.

Exit code: 0 the same, 1 another state, 2 it could not be said, or the file not be read.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from showclear.adapters.cases import read_case
from showclear.adapters.packs import installed
from showclear.app.founding import founding
from showclear.app.sayings import of_case
from showclear.app.spine import Spine
from showclear.app.state_digest import Digests, differing, digest_of, digests_of
from showclear.cli.production import packs_of
from showclear.cli.streams import Progress, complain, write_text
from showclear.core.case import Case
from showclear.ledger.payload import write_payload
from showclear.rules.grammar import Pack

Plain = dict[str, Any]

GROUP: Final = 64
WAIT_SECONDS: Final = 30.0
SAMPLE: Final = "/api/sample"
SAME, OTHER, UNREADABLE = 0, 1, 2
_NO_CLOCK: Final = datetime(1, 1, 1, tzinfo=UTC)


class UnsaidError(Exception):
    """A server did not take what was said. Its message says why, and what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What came of a case that was said through a server."""

    said: int = 0
    repeats: int = 0
    holds: int = 0
    aside: tuple[str, ...] = ()

    def with_answers(self, answers: Sequence[Mapping[str, Any]]) -> Counts:
        """Count some more."""
        return Counts(
            said=self.said + len(answers),
            repeats=self.repeats + sum(bool(one["repeat"]) for one in answers),
            holds=self.holds + sum(one["answer"] == "hold" for one in answers),
            aside=(
                *self.aside,
                *(f"{one['id']}: {one['aside']}" for one in answers if one["aside"]),
            ),
        )


def replay_through(file: Path, url: str, key: str) -> int:
    """Say a case through a server, compare, and return the exit code."""
    case, packs = read_case(file), packs_of(installed())
    try:
        with _sample(url, key) as sample:
            before = sample.ask("GET")
            said = list(_said(case, packs, before))
            counts = _say_all(sample, said, case.id)
            after = sample.ask("GET")
    except UnsaidError as error:
        complain([str(error)])
        return UNREADABLE
    complain(f"kept aside: {one}" for one in counts.aside)
    here = folded(case, packs, said)
    return _compared(case, counts, here=here, there=after)


def _said(case: Case, packs: Mapping[str, Pack], before: Mapping[str, Any]) -> Iterator[Plain]:
    """What is said: as `showclear say` says it to a sample in which nothing has a time yet."""
    gone = [name for name in before["adopted"] if name not in case.packs]
    return of_case(case, packs, sample=True, withdrawn=() if before["begun"] else gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What follows from a file: one digest, and one for each table."""

    digest: str
    tables: Digests


def folded(case: Case, packs: Mapping[str, Pack], said: Sequence[Mapping[str, Any]]) -> Folded:
    """Fold what is said here, as the record of a sample does."""
    spine = Spine(packs)
    for one in founding(
        server=bytes(32), title=case.title, where=case.where, sample=True, packs=()
    ):
        spine.take(spine.read_plain(one.fields, clock=_NO_CLOCK))
    for fields in said:
        spine.take(spine.read_plain(fields, clock=_NO_CLOCK))
    record = spine.record
    return Folded(digest=digest_of(record), tables=digests_of(record.state))


def _say_all(sample: _Sample, said: Sequence[Plain], name: str) -> Counts:
    counts = Counts()
    with Progress(len(said)) as progress:
        for start in range(0, len(said), GROUP):
            group = said[start : start + GROUP]
            counts = counts.with_answers(sample.ask("POST", {"statements": group})["answers"])
            progress.show(f"{name}: {counts.said} of {len(said)}")
    return counts


def _compared(case: Case, counts: Counts, *, here: Folded, there: Mapping[str, Any]) -> int:
    write_text(
        f"{case.id}: {counts.said} statements said, {counts.repeats} of them there already; "
        f"{counts.holds} acts held.\n"
    )
    write_text(f"the file, folded here:  {here.digest}\n")
    write_text(f"the record there:       {there['digest']}\n")
    if here.digest == there["digest"]:
        write_text("The same state.\n")
        return SAME
    tables = ", ".join(differing(here.tables, there["tables"]))
    write_text(
        f"Another state{f': {tables}' if tables else ''}. Something else was said there too, or "
        "not all of it counts there.\n"
    )
    return OTHER


class _Sample:
    """A sample that is being served, and the key to it."""

    def __init__(self, link: http.client.HTTPConnection, *, path: str, key: str) -> None:
        self._link, self._path, self._key = link, path, key

    def ask(self, method: str, body: Mapping[str, Any] | None = None) -> Plain:
        """Ask it something.

        Raises:
            UnsaidError: It cannot be reached, or said no.
        """
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        raw = None
        if body is not None:
            raw = write_payload(body)
            headers["Content-Type"] = "application/json"
        try:
            self._link.request(method, self._path, body=raw, headers=headers)
            answer = self._link.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UnsaidError(_unreached(self._link, error)) from error
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        if answer.status == http.client.OK and isinstance(told, dict):
            return told
        raise UnsaidError(_refused(answer.status, told))


@contextmanager
def _sample(url: str, key: str) -> Iterator[_Sample]:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    link: http.client.HTTPConnection
    try:
        if parts.hostname is None or parts.scheme not in ("http", "https"):
            raise ValueError(url)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            link = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=WAIT_SECONDS, context=context
            )
        else:
            link = http.client.HTTPConnection(parts.hostname, parts.port, timeout=WAIT_SECONDS)
    except (ValueError, http.client.InvalidURL):
        raise UnsaidError(
            f"--through {url!r} is no address of a server, as http://localhost:8440/ is."
        ) from None
    try:
        yield _Sample(link, path=parts.path.rstrip("/") + SAMPLE, key=key)
    finally:
        link.close()


def _unreached(link: http.client.HTTPConnection, error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"{link.host}:{link.port} shows a certificate that this machine does not trust. Name "
            "the plain address that the sample printed, or the file in SSL_CERT_FILE."
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"{link.host}:{link.port} does not speak https. Name the address that the sample "
            "printed, with its http or https."
        )
    if isinstance(error, http.client.HTTPException | ConnectionResetError | BrokenPipeError):
        return (
            f"{link.host}:{link.port} broke off. Was it stopped, or is that its https port? What "
            "it had answered is on its record: say the same again to the same sample."
        )
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (
        f"No answer from {link.host}:{link.port}: {why}. Start a sample with `showclear serve "
        "--sample CASE`, and name the address that it prints."
    )


def _refused(status: int, told: object) -> str:
    if isinstance(told, dict) and "sentence" in told:
        return f"{told['sentence']} {told.get('next', '')}".strip()
    return (
        f"The server there answered {status}, as no sample does. Name the address that `showclear "
        "serve --sample CASE` printed."
    )
