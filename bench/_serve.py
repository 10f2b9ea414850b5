"""A production that is being served in a process of its own, and devices that speak to it.

* The server is the product's own command, `showclear serve`, over a folder on this disk.
* Behind it lie some days of takes, so that its screens are as full as on a set.
* What is said meanwhile are takes, one after the other, as people say them: each by somebody
  on a device of their own, whose key signs it here and was enrolled before.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final

from _production import WEAPONS, Production, more_days
from _wire import Line, Where, trusting_nobody
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from showclear.adapters.packs import installed
from showclear.adapters.production_folder import making
from showclear.app.founding import founding
from showclear.app.incoming import Taken
from showclear.app.recording import GROUP_MAX, Recorder
from showclear.app.sessions import SPOKEN_BEFORE
from showclear.core.sealing import seal
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.jws import sign_statement, thumbprint
from showclear.ledger.payload import write_payload
from showclear.ledger.writer import Writer

HOST: Final = "127.0.0.1"
SPEAKERS: Final = ("lead", "assistant", "ad")
DEVICES_EACH: Final = 6
"""Devices of each speaker. Each has a key and a session of its own, as on a set."""

TICKS: Final = os.sysconf("SC_CLK_TCK")
STARTING_SECONDS_MAX: Final = 60
Said = dict[str, Any]


# --- the production -----------------------------------------------------------------------


def key_of(person: str, number: int = 0) -> SigningKey:
    """The key of one of this person's own devices."""
    return SigningKey(sha256(f"bench device {number} of {person}".encode()).digest())


def made(folder: Path) -> Takes:
    """Make a production with some days behind it; return what goes on from there."""
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    takes = Takes()
    with making(folder, secrets.token_bytes) as making_:
        journal = making_.journal()
        Writer.found(journal, making_.signer, place=making_.place)
        journal.close()
        recorder = Recorder(
            making_, packs, clock=lambda: datetime.now(UTC), random=secrets.token_bytes
        )
        recorder.record(
            founding(
                server=making_.server.public,
                title="bench",
                where="",
                sample=False,
                packs=[packs["showclear-baseline"]],
            )
        )
        recorder.record(
            [
                Taken(fields=_enrolled(name, number))
                for name in SPEAKERS
                for number in range(DEVICES_EACH)
            ]
        )
        for start in range(0, len(takes.before), GROUP_MAX):
            group = takes.before[start : start + GROUP_MAX]
            recorder.record([Taken(fields=fields) for fields in group])
        recorder.keep_view(every=1)
        recorder.publish()
        recorder.close()
    return takes


def _enrolled(person: str, number: int) -> Said:
    return {
        "id": f"enrolled/{person}-{number}",
        "what": "device.enrolled",
        "at_is": "order-only",
        "by": "server",
        "attested": "server",
        "device": f"phone-{person}-{number}",
        "kind": "phone",
        "key": encode_base64url(key_of(person, number).public).decode(),
        "person": person,
    }


LOT = "blanks-of-today"
"""A box of its own, so that what was looked at one by one this morning is the whole of it."""


class Takes:
    """Takes without end, of three revolvers, on the morning of a day that goes on now.

    Attributes:
        before: What was said until now.
    """

    def __init__(self) -> None:
        self._production = Production()
        self._production.open()
        more_days(self._production)
        self._today()
        self.before = _moved_to_now(self._production.said, self._production.at)
        self._number = count(1)
        # Ids of one run never meet those of another over the same folder.
        self._run = secrets.token_hex(4)

    def _today(self) -> None:
        one = self._production
        one.morning(one.at + timedelta(hours=12))
        one.plan("today", "blank", *WEAPONS[:3], lot=LOT)
        one.say("weapon.taken-out", weapons=list(WEAPONS))
        for check in ("chamber-empty", "barrel-clear", "mechanism-works"):
            one.check(check, *WEAPONS, with_=["assistant"])
        one.say("rounds.received", lot=LOT, kind="blank", count=90_000, from_="a supplier")
        one.say("rounds.opened", lots=[LOT])
        everybody = ["lead", "assistant", "ad", "operator", "focus", *_users()]
        meeting = {"meeting": "today", "kind": "safety", "activities": ["today"]}
        one.say("meeting.held", "ad", **meeting, present=everybody)
        one.check("distance-measured", "today", measured={"distance_ft": 22}, with_=["operator"])
        one.check("line-walked", "today", with_=["operator"])
        one.check("ppe-worn", "today", by="ad")
        one.check("blanks-verified", LOT, count=90_000, of=90_000, with_=["assistant"])
        one.check("trained-for-this", *_users(), about="firearm")

    def __iter__(self) -> Iterator[Said]:
        return (self._stamped(said) for take in count(1) for said in self._take(take))

    def _take(self, take: int) -> Iterator[Said]:
        used, users = list(WEAPONS[:3]), _users()
        pairs = list(zip(used, users, strict=True))
        yield _saying("weapon.loaded", weapons=used, lot=LOT, count=3, for_="today")
        for name, user in pairs:
            shown: Said = {"checks": ["load-shown"], "count": 3, "of": 3}
            shown["shown_to"] = [user, "ad"]
            yield _saying("check.made", on=[name], passed=True, **shown)
            yield _saying("confirmed", "ad", of="$last", as_="saw-it")
        yield _saying("set.declared", "ad", state="hot", weapons=used, for_="today")
        issues = [{"weapon": name, "to": user} for name, user in pairs]
        yield _saying("weapon.handed-over", from_="lead", issues=issues, for_="today")
        yield _saying("activity.rolled", "ad", activity="today", take=take)
        yield _saying("weapon.fired", "assistant", weapons=used, lot=LOT, count=3)
        yield _saying("activity.cut", "ad", activity="today", take=take)
        back = [{"weapon": name, "from": user} for name, user in pairs]
        yield _saying("weapon.handed-back", returns=back, to="lead")
        yield _saying(
            "check.made",
            checks=["shown-clear", "barrel-clear"],
            on=used,
            passed=True,
            shown_to=["ad"],
        )
        yield _saying("confirmed", "ad", of="$last", as_="saw-it")
        yield _saying("confirmed", "assistant", of="$last", as_="saw-it")
        yield _saying("set.declared", "ad", state="cold", weapons=used)

    def _stamped(self, said: Said) -> Said:
        number = next(self._number)
        stamped = {"id": f"{self._run}.{number}", "at": now_text(), **said}
        if said.get("of") == "$last":
            stamped["of"] = self._last
        else:
            self._last = stamped["id"]
        return stamped

    _last = ""


def _users() -> list[str]:
    return [f"performer-{number:02}" for number in range(3)]


def _saying(what: str, by: str = "lead", **given: Any) -> Said:
    own = {key.rstrip("_"): value for key, value in given.items()}
    return {"what": what, "by": by, "attested": "own-device", **own}


def now_text() -> str:
    """The time now, as a device writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _moved_to_now(said: list[Said], last: datetime) -> list[Said]:
    """The same, ending a minute ago."""
    by = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1) - last
    return [_moved(one, by) for one in said]


def _moved(one: Said, by: timedelta) -> Said:
    at = datetime.fromisoformat(one["at"]) + by
    moved = {**one, "at": at.isoformat()}
    if "date" in one:
        moved["date"] = at.date().isoformat()
    return moved


# --- signing -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Act:
    """A statement, signed, as a device posts it."""

    id: str
    what: str
    body: bytes
    jws: bytes


def signed(said: Said, number: int = 0) -> Act:
    """Sign a statement on one of its speaker's own devices."""
    sealed = seal(said, lambda: secrets.token_bytes(16))
    jws = sign_statement(write_payload(sealed.payload), key_of(said["by"], number))
    texts = {
        text.path: {"salt": encode_base64url(text.salt).decode(), "text": text.text}
        for text in sealed.texts
    }
    body = json.dumps({"statements": [{"jws": jws.decode(), "texts": texts}]}).encode()
    return Act(id=said["id"], what=said["what"], body=body, jws=jws)


# --- the server ------------------------------------------------------------------------------


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine that nobody else signed; return it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "showclear bench")])
    start = datetime.now(UTC)
    certificate_ = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=5))
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate_.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True, kw_only=True)
class Serving:
    """A server in a process of its own.

    Attributes:
        plain: Where it listens without TLS.
        tls: Where it listens with it.
    """

    process: subprocess.Popen[bytes]
    plain: Where
    tls: Where

    def busy_seconds(self) -> float:
        """Processor time it has used so far, all of its threads together."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        parts = fields.rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / TICKS

    def resident_mib(self) -> float:
        """Memory that it holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    """Serve a production with the product's own command: https on a port, http on the next."""
    cert, key = certificate(folder.parent)
    port = _free_pair()
    command = [sys.executable, "-m", "showclear.cli.main", "serve", str(folder)]
    command += ["--host", HOST, "--port", str(port), "--cert", str(cert), "--key", str(key)]
    log = (folder.parent / "server.log").open("wb")
    process = subprocess.Popen([*command, "--no-browser"], stdout=log, stderr=log)
    try:
        one = Serving(
            process=process,
            plain=Where(host=HOST, port=port + 1),
            tls=Where(host=HOST, port=port, tls=trusting_nobody()),
        )
        _wait_for(one, Path(log.name))
        yield one
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _free_pair() -> int:
    """A port that nobody listens on, nor on the next."""
    while True:
        port = free_port()
        with socket.socket() as one:
            try:
                one.bind((HOST, port + 1))
            except OSError:
                continue
            return port


def _wait_for(one: Serving, log: Path) -> None:
    until = time.monotonic() + STARTING_SECONDS_MAX
    while time.monotonic() < until:
        if one.process.poll() is not None:
            break
        with socket.socket() as trying:
            if trying.connect_ex((one.plain.host, one.plain.port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start:\n" + log.read_text("utf-8", "replace")[-4000:])


# --- a device that speaks --------------------------------------------------------------------


class Speaker:
    """Somebody's own device: a key, a session, and a connection that is kept."""

    def __init__(self, person: str, where: Where, *, number: int = 0) -> None:
        self.person, self._number = person, number
        self._line = Line(where)
        self._turn = asyncio.Lock()

    async def open(self) -> Speaker:
        """Open a session by the device's key."""
        key = key_of(self.person, self._number)
        kid = thumbprint(key.public)
        asked = await self._json("/api/sessions/challenge", {"kid": kid})
        challenge = asked["challenge"]
        signature = key.sign(SPOKEN_BEFORE + challenge.encode())
        await self._json(
            "/api/sessions",
            {
                "kid": kid,
                "challenge": challenge,
                "signature": encode_base64url(signature).decode(),
            },
        )
        return self

    async def _json(self, path: str, said: Mapping[str, Any]) -> Any:
        answer = await self._line.ask("POST", path, json.dumps(said).encode())
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {answer.body!r}")
        return json.loads(answer.body)

    async def says(self, said: Said) -> Acknowledged:
        """Sign an act, post it, and wait for its receipt and verdict."""
        act = signed(said, self._number)
        async with self._turn:
            start = time.perf_counter()
            answer = await self._line.ask("POST", "/api/acts", act.body)
            end = time.perf_counter()
        if answer.status != 200:
            raise RuntimeError(f"{act.what}: {answer.status} {answer.body!r}")
        (told,) = json.loads(answer.body)["answers"]
        if told.get("index") is None or not told.get("receipt"):
            raise RuntimeError(f"not acknowledged: {told}")
        verdict = (told.get("verdict") or {}).get("answer", "")
        return Acknowledged(index=told["index"], start=start, end=end, verdict=verdict)

    def close(self) -> None:
        """Hang up."""
        self._line.close()


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """An act that is on record.

    Attributes:
        index: Its entry.
        start: When it was posted, and `end` when its receipt was there: `time.perf_counter`.
        verdict: What its gate said; empty where none was asked.
    """

    index: int
    start: float
    end: float
    verdict: str
