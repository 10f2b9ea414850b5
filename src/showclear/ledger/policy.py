"""Whose signatures are enough to believe a checkpoint?

* A policy names logs, witnesses, groups of witnesses with a threshold, and one quorum.
* A checkpoint satisfies it when one of the logs signed it and the quorum cosigned it.
* The names of witnesses and groups are octets with no meaning outside the file, in one name
  space. A name is defined before it is used, and is a member of at most one group, once:
  so no witness counts twice.
* Two keys are duplicates when the public key is the same, whatever they are called.
* `quorum none` asks for no witness. A policy without a quorum line is refused: nothing that
  was left out may ever mean "none".

Source: c2sp.org/tlog-policy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from showclear.ledger.checkpoint import OpenedCheckpoint, open_checkpoint_of_any
from showclear.ledger.encoding import decimal
from showclear.ledger.errors import EvidenceError
from showclear.ledger.note import KeyType, VerifierKey, parse_verifier_key

POLICY_BYTES_MAX: Final = 64 * 1024
NONE: Final = "none"

_WHITESPACE: Final = b" \t"
_SPLIT: Final = re.compile(rb"[ \t]+")
_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLog:
    """A log whose checkpoints may be believed.

    Attributes:
        key: The log's key, of type 0x01; its name is the log's origin.
        url: Where the log can be reached; empty for offline verification.
    """

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWitness:
    """A witness that can count towards the quorum.

    Attributes:
        name: What this file calls it. Octets that are not UTF-8 are kept as surrogates.
        key: The witness's key, of type 0x04.
        url: Where the witness can be reached; empty for offline verification.
    """

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyGroup:
    """Witnesses and groups of which some have to agree.

    Attributes:
        name: What this file calls it.
        threshold: How many members are enough, from 1 to their number.
        members: Names of witnesses and groups defined before, at least one.
    """

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What to believe. Made by hand it is checked no further: `parse_policy` checks.

    Attributes:
        logs: In the file's order, which means nothing; may be empty.
        witnesses: In the file's order, which means nothing.
        groups: In the file's order: each only names what stands before it.
        quorum: The name of a witness or group that must have cosigned, or `none`.
    """

    logs: tuple[PolicyLog, ...] = ()
    witnesses: tuple[PolicyWitness, ...] = ()
    groups: tuple[PolicyGroup, ...] = ()
    quorum: str

    def to_bytes(self) -> bytes:
        """Write the policy file: logs, witnesses, groups, quorum.

        Source: c2sp.org/tlog-policy, "Policy file syntax and structure".
        """
        lines = [f"log {log.key} {log.url}" for log in self.logs]
        lines += [f"witness {one.name} {one.key} {one.url}" for one in self.witnesses]
        lines += [_group_line(group) for group in self.groups]
        lines.append(f"quorum {self.quorum}")
        return "".join(f"{line.rstrip(' ')}\n" for line in lines).encode(errors="surrogateescape")

    def satisfied_by(self, raw: bytes, *, log: VerifierKey | None = None) -> OpenedCheckpoint:
        """Return a signed checkpoint when its log and the quorum have signed it.

        Args:
            raw: The signed checkpoint exactly as received.
            log: One more log to believe: for a policy that names none.

        Raises:
            EvidenceError: As `open_checkpoint`; `quorum-not-met`; `no-known-log` when neither
                the policy nor the caller names a log.

        Source: c2sp.org/tlog-policy, "Defining the quorum".
        """
        logs = [one.key for one in self.logs]
        if log is not None and log not in logs:
            logs.append(log)
        if not logs:
            raise EvidenceError("no-known-log", "The policy names no log whose word would count.")
        opened = open_checkpoint_of_any(
            raw, logs=logs, witnesses=[one.key for one in self.witnesses]
        )
        if not self._quorum_met(opened):
            raise EvidenceError(
                "quorum-not-met",
                f"The policy asks for {_shown(self.quorum)}: too few witnesses have cosigned.",
            )
        return opened

    def _quorum_met(self, opened: OpenedCheckpoint) -> bool:
        """Tell whether the quorum has cosigned."""
        if self.quorum == NONE:
            return True
        keys = [one.key for one in opened.cosigned]
        agreed = {one.name for one in self.witnesses if one.key in keys}
        # Groups only name what stands before them: one pass in the file's order is enough.
        for group in self.groups:
            if len(agreed.intersection(group.members)) >= group.threshold:
                agreed.add(group.name)
        return self.quorum in agreed


def parse_policy(raw: bytes) -> Policy:
    """Read a policy file.

    Raises:
        EvidenceError: `bad-policy` for whatever the specification refuses, with the line;
            `bad-verifier-key`, `key-id`, `not-base64`, `not-decimal` likewise.

    Source: c2sp.org/tlog-policy, "Policy file syntax and structure".
    """
    if len(raw) > POLICY_BYTES_MAX:
        raise EvidenceError("bad-policy", f"A policy has at most {POLICY_BYTES_MAX} bytes.")
    if _FORBIDDEN.search(raw):
        raise EvidenceError("bad-policy", "A policy has no control characters but tab and newline.")
    # A last line that is cut off could still read as another, weaker quorum.
    if not raw.endswith(b"\n"):
        raise EvidenceError("bad-policy", "The policy's last line is not ended by a newline.")
    reader = _Reader()
    for number, line in enumerate(raw[:-1].split(b"\n"), start=1):
        stripped = line.strip(_WHITESPACE)
        if stripped and not stripped.startswith(b"#"):
            try:
                reader.read(_SPLIT.split(stripped))
            except EvidenceError as fault:
                raise fault.at(f"line {number}") from None
    return reader.policy()


class _Reader:
    """What has been read of a policy so far, and what may therefore follow."""

    def __init__(self) -> None:
        self.logs: list[PolicyLog] = []
        self.witnesses: list[PolicyWitness] = []
        self.groups: list[PolicyGroup] = []
        self.quorum: str | None = None
        self._names: set[str] = set()
        self._members: set[str] = set()
        self._labels: set[tuple[str, bytes]] = set()

    def policy(self) -> Policy:
        """Return the policy, complete."""
        if self.quorum is None:
            raise EvidenceError("bad-policy", "The policy has no quorum line.")
        return Policy(
            logs=tuple(self.logs),
            witnesses=tuple(self.witnesses),
            groups=tuple(self.groups),
            quorum=self.quorum,
        )

    def read(self, items: Sequence[bytes]) -> None:
        """Take one line, already cut into its items."""
        keyword, *rest = (item.decode(errors="surrogateescape") for item in items)
        match keyword, rest:
            case "log", [vkey, *url] if len(url) <= 1:
                self._read_log(vkey, url="".join(url))
            case "witness", [name, vkey, *url] if len(url) <= 1:
                self._read_witness(name, vkey, url="".join(url))
            case "group", [name, threshold, *members] if members:
                self._read_group(name, threshold, members=members)
            case "quorum", [name]:
                self._read_quorum(name)
            case _:
                raise EvidenceError(
                    "bad-policy", "A line is log, witness, group or quorum with its items."
                )

    def _read_log(self, vkey: str, *, url: str) -> None:
        key = self._key(vkey, key_type=KeyType.ED25519, whose="A log")
        if key.public in [one.key.public for one in self.logs]:
            raise EvidenceError("bad-policy", "Another log has the same public key.")
        self.logs.append(PolicyLog(key=key, url=url))

    def _read_witness(self, name: str, vkey: str, *, url: str) -> None:
        key = self._key(vkey, key_type=KeyType.COSIGNATURE, whose="A witness")
        if key.public in [one.key.public for one in self.witnesses]:
            raise EvidenceError("bad-policy", "Another witness has the same public key.")
        self._define(name)
        self.witnesses.append(PolicyWitness(name=name, key=key, url=url))

    def _read_group(self, name: str, threshold: str, *, members: Sequence[str]) -> None:
        for member in members:
            if member not in self._names:
                raise EvidenceError("bad-policy", "A group's member is not defined before it.")
            if member in self._members:
                raise EvidenceError("bad-policy", "A name is a member of a group more than once.")
            self._members.add(member)
        self._define(name)
        match threshold:
            case "all":
                enough = len(members)
            case "any":
                enough = 1
            case _:
                enough = decimal(threshold, what="The group's threshold")
        if not 1 <= enough <= len(members):
            raise EvidenceError("bad-policy", "A threshold is from 1 to the number of members.")
        self.groups.append(PolicyGroup(name=name, threshold=enough, members=tuple(members)))

    def _read_quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise EvidenceError("bad-policy", "The policy has a second quorum line.")
        if name != NONE and name not in self._names:
            raise EvidenceError("bad-policy", "The quorum's name is not defined before it.")
        self.quorum = name

    def _key(self, vkey: str, *, key_type: KeyType, whose: str) -> VerifierKey:
        """Return the key on a line, when its type fits the line."""
        key = parse_verifier_key(vkey)
        if key.key_type is not key_type:
            raise EvidenceError("bad-policy", f"{whose} has a key of type 0x{key_type:02x}.")
        label = (key.name, key.key_id)
        # Somebody with time can make a second key with a first one's name and 4-byte id.
        if label in self._labels:
            raise EvidenceError("bad-policy", "Another key has the same name and the same id.")
        self._labels.add(label)
        return key

    def _define(self, name: str) -> None:
        """Take a name for a witness or a group."""
        if name == NONE or name in self._names:
            raise EvidenceError("bad-policy", "The name of a witness or group is already taken.")
        self._names.add(name)


def _shown(name: str) -> str:
    """Return a name as something that can be printed: octets beside UTF-8 become U+FFFD."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _group_line(group: PolicyGroup) -> str:
    """Write a group's line."""
    threshold = str(group.threshold)
    if group.threshold == len(group.members):
        threshold = "all"
    elif group.threshold == 1:
        threshold = "any"
    return f"group {group.name} {threshold} {' '.join(group.members)}"
