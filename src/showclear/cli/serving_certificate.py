"""Do a certificate and its key open https, and for whom? Asked before anything is opened.

* What cannot open https is refused, with the file that is wrong and what to do about it.
* What opens https and makes a browser warn (its dates are over, it is for another address) is
  told and served: on the day itself a warning on a tablet is less than no record.
* It is tried, not read: a browser that trusts this certificate alone shakes hands with it in
  memory, by the same library that will do it on the network.
"""

from __future__ import annotations

import hashlib
import ssl
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from showclear.core.errors import Problem, ReadError

CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----"
END: Final = "-----END CERTIFICATE-----"
KEY: Final = "PRIVATE KEY-----"
LOCKED: Final = "ENCRYPTED"

GUIDE: Final = "docs/guides/first-day.md, 3, says how both are made"

NOT_YET: Final = 9
OVER: Final = 10
"""What OpenSSL says of a certificate's dates. Source: X509_STORE_CTX_get_error(3)."""

ROUNDS_MAX: Final = 10
"""Of a handshake in memory; TLS 1.3 takes two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files in PEM: a certificate with its chain, and its key."""

    cert: Path
    key: Path

    def check(self) -> None:
        """Refuse files that do not open https.

        Raises:
            ReadError: They cannot be read, or do not belong together.
        """
        cert = _read(self.cert, "--cert")
        key = _read(self.key, "--key")
        if CERTIFICATE not in cert:
            raise _refused(self.cert, f"--cert is no certificate in PEM. {GUIDE}.")
        if KEY not in key:
            raise _refused(self.key, f"--key is no private key in PEM. {GUIDE}.")
        if LOCKED in key:
            raise _refused(
                self.key,
                "--key has a passphrase, and a server that starts by itself knows none. "
                f"`openssl pkey -in {self.key} -out plain.pem` writes it without.",
            )
        try:
            self._server()
        except OSError as error:
            # A file that is no certificate is an SSLError, which is an OSError too.
            reason = getattr(error, "reason", None) or error
            raise _refused(
                self.cert,
                f"--cert and --key do not open https together ({reason}). Name the key that this "
                f"certificate was made with; {GUIDE}.",
            ) from error

    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as browsers and openssl write it."""
        text = self.cert.read_text(encoding="latin-1")
        first = text[text.index(CERTIFICATE) : text.index(END) + len(END)]
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest().upper()
        return ":".join(textwrap.wrap(digest, 2))

    def warnings(self, hosts: Iterable[str]) -> tuple[str, ...]:
        """What makes a browser warn although somebody trusts the certificate, with what to do.

        Args:
            hosts: The addresses and names under which the server is found on the set.
        """
        told = self._told("")
        if told == OVER:
            return ("The certificate's last day is over: make another.",)
        if told == NOT_YET:
            return (
                "The certificate's first day has not come: set this machine's clock, or make "
                "another.",
            )
        others = [one for one in hosts if self._told(one)]
        if not others:
            return ()
        return (
            f"The certificate is not for {', '.join(others)}: devices warn there each time. Make "
            "one with that address in it, or open another.",
        )

    def _server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # With an empty passphrase a locked key is refused, and nobody is asked for one.
        context.load_cert_chain(self.cert, self.key, "")
        return context

    def _told(self, host: str) -> int:
        """What a browser that trusts this certificate says of it under a name; 0 is nothing."""
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = bool(host)
        trusting.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        try:
            trusting.load_verify_locations(self.cert)
            _shake_hands(self._server(), trusting, host=host or None)
        except ssl.SSLCertVerificationError as error:
            return error.verify_code
        except ssl.SSLError:
            # Whatever else a library does not like is not for us to explain.
            return 0
        return 0


def _shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, *, host: str | None) -> None:
    """Open a connection in memory, until it stands or the client says no."""
    there, here = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(here, there, server_hostname=host),
        server.wrap_bio(there, here, server_side=True),
    ]
    for _ in range(ROUNDS_MAX):
        for end in list(ends):
            try:
                end.do_handshake()
                ends.remove(end)
            except ssl.SSLWantReadError:
                continue
        if not ends:
            return


def _read(path: Path, option: str) -> str:
    try:
        return path.read_text(encoding="latin-1")
    except OSError as error:
        raise _refused(path, f"{option} cannot be read: {error.strerror}. {GUIDE}.") from error


def _refused(path: Path, found: str) -> ReadError:
    return ReadError([Problem(file=str(path), line=0, found=found)])
