"""`showclear bundle`: the evidence of one production, as one file for a stranger.

Exit codes: 0 made, 2 there is no production or no such statement, 3 not stored: nothing was
written, and what was there before still is.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from showclear.adapters.bundle_zip import ending_of, read_attachment, refuse_place, write_zip
from showclear.adapters.production_folder import POLICY
from showclear.app.bundle_readme import Beside, readme
from showclear.app.bundling import (
    Member,
    Survey,
    Texts,
    given_out,
    key_members,
    left_out,
    log_members,
    survey,
    text_lines,
    whole,
)
from showclear.cli.log import reading, receipt_of
from showclear.cli.production import UNREADABLE, refusing
from showclear.cli.streams import Progress, complain, write_text
from showclear.ledger.errors import EvidenceError, StorageError
from showclear.ledger.journal import Journal
from showclear.ledger.policy import Policy, parse_policy
from showclear.ledger.tlog_proof import verify_tlog_proof

ATTACHMENTS: Final = "attachments"
_POLICY_BYTES_MAX: Final = 1 << 16


def bundle_production(
    folder: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    texts: Literal["work", "all", "none"] = "work",
    attachments: bool = True,
    receipt: Annotated[tuple[str, ...], Parameter(name="--receipt", negative=())] = (),
    force: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Put the evidence of a production into one file that a stranger can check.

    Parameters
    ----------
    folder
        A production. A server may go on writing to it meanwhile.
    output
        The zip to make.
    texts
        work: words about the work. all: also names, notes and what is about people. none.
    attachments
        Pictures, sound and PDF; --no-attachments leaves them out.
    receipt
        The id of a statement whose receipt goes in as well.
    force
        Take the place of a file that is there.
    """
    return refusing(
        lambda: _bundle(
            folder, output, Texts(texts), attachments=attachments, ids=receipt, force=force
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attached:
    """Attachments that go in, by digest with the ending of their names, and what does not."""

    endings: dict[str, str]
    left: Counter[str]


def _bundle(
    folder: Path, output: Path, texts: Texts, *, attachments: bool, ids: Sequence[str], force: bool
) -> int:
    journal = reading(folder)
    try:
        refuse_place(output, folder, force=force)
        raw = _policy_of(folder)
        policy = parse_policy(raw)
        found = _survey(journal, folder, policy)
        unknown = [one for one in ids if journal.find([one]).get(one, found.size) >= found.size]
        if unknown:
            complain([f"No statement with the id {one!r} is on this record." for one in unknown])
            return UNREADABLE
        attached = _attached(folder, found, wanted=attachments)
        receipts = _receipts(journal, policy, ids)
        beside = Beside(
            texts=texts,
            attached=len(attached.endings),
            attachments_left=attached.left,
            receipts=len(receipts),
            aside=sum(1 for _ in journal.aside()),
        )
        small = [
            whole("README.txt", readme(found, beside).encode()),
            *_attachment_members(folder, attached),
            *key_members(found, policy),
            whole(POLICY, raw),
            *receipts,
            Member(name="texts/texts.jsonl", chunks=partial(text_lines, found, journal, texts)),
            whole("verify.py", verifier()),
        ]
        write_zip(output, _in_order(small, found, journal), force=force)
    finally:
        journal.close()
    _tell(output, found, beside)
    return 0


def verifier() -> bytes:
    """The bytes of verify.py as shipped."""
    return (resources.files("showclear.ledger") / "bare" / "verify.py").read_bytes()


def _policy_of(folder: Path) -> bytes:
    try:
        with (folder / POLICY).open("rb") as file:
            raw = file.read(_POLICY_BYTES_MAX + 1)
    except OSError as error:
        raise StorageError(f"{folder / POLICY} cannot be read: {error.strerror}") from error
    if len(raw) > _POLICY_BYTES_MAX:
        raise EvidenceError("bad-policy", "it is longer than any policy", where=POLICY)
    return raw


def _survey(journal: Journal, folder: Path, policy: Policy) -> Survey:
    head = journal.head()
    if head is None:
        raise EvidenceError("no-production", "no log was founded here.", where=str(folder))
    with Progress(1) as progress:
        return survey(
            journal,
            head,
            policy,
            shown=lambda done, of: progress.show(f"checking the record: {done:,} of {of:,}"),
        )


def _attached(folder: Path, found: Survey, *, wanted: bool) -> _Attached:
    attached = _Attached(endings={}, left=Counter())
    for sha256 in sorted(found.files):
        if found.is_erased(sha256):
            attached.left["erased, as the log says"] += 1
        elif not wanted:
            attached.left["not asked for"] += 1
        else:
            _take(folder / ATTACHMENTS, sha256, attached)
    return attached


def _take(folder: Path, sha256: str, attached: _Attached) -> None:
    try:
        raw = read_attachment(folder, sha256)
    except EvidenceError as error:
        if error.code != "attachment-changed":
            raise
        complain([f"warning: {error} It is left out; what the log says of it stands."])
        attached.left["changed since, so not what the log names"] += 1
        return
    if raw is None:
        attached.left["not in this store"] += 1
    else:
        attached.endings[sha256] = ending_of(raw)


def _attachment_members(folder: Path, attached: _Attached) -> Iterator[Member]:
    for sha256, ending in attached.endings.items():
        yield Member(
            name=f"{ATTACHMENTS}/{sha256}{ending}",
            chunks=partial(_again, folder / ATTACHMENTS, sha256),
        )


def _again(folder: Path, sha256: str) -> tuple[bytes]:
    raw = read_attachment(folder, sha256)
    if raw is None:
        raise StorageError(f"the attachment {sha256} went away while it was read. Run again.")
    return (raw,)


def _receipts(journal: Journal, policy: Policy, ids: Sequence[str]) -> list[Member]:
    receipts = []
    for index in sorted(set(journal.find(list(ids)).values())):
        raw = receipt_of(journal, index)
        # Under an older checkpoint than the one that was checked: it is looked at by itself.
        verify_tlog_proof(raw, next(journal.entries(index, index + 1)), trust=policy)
        receipts.append(whole(f"receipts/{index}.tlog-proof", raw))
    return receipts


def _in_order(small: list[Member], found: Survey, journal: Journal) -> Iterator[Member]:
    small.sort(key=lambda one: one.name)
    before = [one for one in small if one.name < "log/"]
    after = [one for one in small if one.name > "log/"]
    with Progress(1) as progress:
        members = chain(before, log_members(found, journal), after)
        for number, member in enumerate(members, start=1):
            progress.show(f"writing: {number:,} files, {member.name}")
            yield member


def _tell(output: Path, found: Survey, beside: Beside) -> None:
    if beside.texts is Texts.ALL:
        complain(
            [
                "It contains personal words: names, notes, and what was said about people. Give it "
                "only to whom they may be shown."
            ]
        )
    # Unpacked beside the production, it must not land in the production's own folder.
    name, into = shlex.quote(str(output)), shlex.quote(f"{output.stem}-evidence")
    lines = ["SAMPLE: nothing in it was recorded on a set."] if found.sample else []
    lines += [f"{output} is made: {found.size:,} entries of {found.head.origin}."]
    if found.clocks:
        lines += [f"By the server's clock from {found.clocks[0]} to {found.clocks[-1]}."]
    lines += [f"Texts given out: {given_out(found, beside.texts):,}."]
    lines += [f"  left out: {n:,} {sort.value}" for n, sort in left_out(found, beside.texts)]
    lines += [f"Attachments: {beside.attached:,}. Receipts: {beside.receipts:,}."]
    lines += [f"  left out: {n:,} {why}" for why, n in sorted(beside.attachments_left.items())]
    lines += [
        "To check it, on any computer with Python 3.9 or newer:",
        f"  python3 -m zipfile -e {name} {into}",
        f"  cd {into}",
        "  python3 verify.py .",
        "The last line of its checkpoint, to compare by phone:",
        "  " + found.head.checkpoint.decode().splitlines()[-1],
    ]
    write_text("\n".join(lines) + "\n")
