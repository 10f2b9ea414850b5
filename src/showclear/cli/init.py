"""`showclear init`: a new production, made on purpose and only where nothing is."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from showclear.adapters.packs import installed
from showclear.adapters.production_folder import (
    LOG,
    POLICY,
    ProductionFolder,
    is_production,
    making,
)
from showclear.app.choosing import choose
from showclear.app.founding import Before, founding
from showclear.cli.log import reading
from showclear.cli.production import now, packs_of, read_bytes, recorder_of, refusing
from showclear.cli.streams import complain, write_text
from showclear.ledger.errors import EvidenceError
from showclear.ledger.policy import parse_policy
from showclear.ledger.publish import CHECKPOINT
from showclear.ledger.writer import Writer
from showclear.rules.grammar import Pack

BASELINE = "showclear-baseline"

ISO_3166: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
"""Source: ISO 3166-1 alpha-2, and 3166-2 for a part of a country."""


def init_production(
    folder: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    title: str = "",
    where: str = "",
    packs: str = BASELINE,
    sample: Annotated[bool, Parameter(negative=())] = False,
    continue_: Annotated[Path | None, Parameter(name="--continue")] = None,
) -> int:
    """Make a production: a folder with its own log, keys and rules.

    Parameters
    ----------
    folder
        A folder that is not there yet, or is empty.
    title
        What the show is called. Kept sealed, so that it can be erased.
    where
        Where it is, as in ISO 3166: US-NM, CA-MB, GB.
    packs
        The rule packs it adopts, with commas between.
    sample
        Mark it for ever as a sample: nothing in it was recorded on a set.
    continue_
        A production whose log this one goes on from, under a new name.
    """
    return refusing(
        lambda: _init(folder, title or folder.resolve().name, where, packs, sample, continue_)
    )


def _init(path: Path, title: str, where: str, packs: str, sample: bool, old: Path | None) -> int:
    shelf = installed()
    complain(shelf.problems)
    if where and not ISO_3166.fullmatch(where):
        complain(
            [
                f"warning: --where {where!r} does not look like ISO 3166, as US-NM, CA-MB or GB "
                "do. It is taken as it is."
            ]
        )
    wanted = [part.strip() for part in packs.split(",") if part.strip()]
    chosen = choose(packs_of(shelf), wanted, file="--packs", who="--packs")
    before = None if old is None else _last_point(old)
    with making(path, secrets.token_bytes) as made:
        _found(made, chosen, title=title, where=where, sample=sample, before=before)
    write_text(_told(path, chosen, sample=sample, before=before))
    return 0


def _found(
    made: ProductionFolder,
    packs: tuple[Pack, ...],
    *,
    title: str,
    where: str,
    sample: bool,
    before: Before | None,
) -> None:
    journal = made.journal()
    Writer.found(journal, made.signer, place=made.place)
    journal.close()
    recorder = recorder_of(made, {pack.id: pack for pack in packs})
    try:
        answers = recorder.record(
            founding(
                server=made.server.public,
                title=title,
                where=where,
                sample=sample,
                packs=packs,
                before=before,
            )
        )
        for answer in answers:
            # A log without its own key or title would be none: nothing is made then.
            if answer.aside is not None:
                raise EvidenceError("not-founded", answer.aside.sentence)
        recorder.publish()
    finally:
        recorder.close()


def _last_point(old: Path) -> Before:
    """The last checkpoint of the log that is left: read by its policy, without its keys."""
    policy = parse_policy(read_bytes(old / POLICY))
    if is_production(old):
        journal = reading(old)
        try:
            head = journal.head()
        finally:
            journal.close()
        raw = head.checkpoint if head is not None else b""
    else:
        raw = read_bytes(old / LOG / CHECKPOINT)
    point = policy.satisfied_by(raw).checkpoint
    return Before(origin=point.origin, size=point.size, root=point.root.hex())


def _told(path: Path, packs: tuple[Pack, ...], *, sample: bool, before: Before | None) -> str:
    lines = [f"{path} is made, on {now():%Y-%m-%d}."]
    if sample:
        lines.append("It is a sample, and marked so for ever.")
    names = ", ".join(pack.id for pack in packs)
    lines.append(f"Judged by: {names}." if packs else "No pack is adopted: every gate holds.")
    if before is not None:
        lines.append(
            f"It goes on from {before.origin}, whose last checkpoint has {before.size} entries. "
            "What that record holds is not in this one: say again who is here and what is out."
        )
    lines.append(f"Next: showclear say {path} FILE")
    return "\n".join(lines) + "\n"
