"""`showclear verify`: has anybody changed this record since it was signed?

Exit code: 0 whole; 1 not whole, the first thing wrong named with its place; 2 unreadable.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from showclear.adapters.log_source import open_source
from showclear.cli.production import catch_up
from showclear.cli.streams import Progress, answered, complain, write_json, write_text
from showclear.ledger.errors import EvidenceError, LedgerError
from showclear.ledger.policy import POLICY_BYTES_MAX, parse_policy
from showclear.ledger.tiles import TILE_WIDTH
from showclear.ledger.verify import Asked, Receipt, Verified, lines_of, verify
from showclear.ledger.verify_source import LogSource

CatchUp = Callable[[Path], None]
"""Publishes what a production's journal holds and its folder does not show yet."""

RECEIPT_BYTES_MAX = 1 << 20


def verify_log(
    where: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    policy: Path | None = None,
    receipt: Annotated[tuple[Path, ...], Parameter(name="--receipt", negative=())] = (),
    processes: int = 0,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Check every hash, signature, text and receipt of a record.

    Parameters
    ----------
    where
        A production's folder, an unpacked bundle or its zip.
    policy
        Whom to trust, from elsewhere. Without it the one that came along is taken.
    receipt
        A receipt from elsewhere; can be given several times.
    processes
        How many work side by side. One on each core if not said.
    json
        Print one JSON object and nothing else.
    """
    return verified(
        where, policy=policy, receipts=receipt, processes=processes, json=json, catch_up=catch_up
    )


def verified(
    where: Path,
    *,
    policy: Path | None,
    receipts: tuple[Path, ...],
    processes: int,
    json: bool,
    catch_up: CatchUp | None,
) -> int:
    """Carry out the command.

    Args:
        catch_up: Called first with the folder of a production, if it is one.
    """
    if processes < 0:
        complain(["--processes is how many work side by side, from 1."])
        return 2
    try:
        asked = Asked(
            policy=None if policy is None else parse_policy(_bytes(policy, POLICY_BYTES_MAX)),
            receipts=tuple(
                Receipt(name=str(path), raw=_bytes(path, RECEIPT_BYTES_MAX)) for path in receipts
            ),
            processes=processes,
        )
        if catch_up is not None and where.is_dir():
            catch_up(where)
        source = open_source(where)
        found = _with_progress(source, replace(asked, beside=_beside(where)))
    except EvidenceError as error:
        complain([f"{where}: {error}" if error.where is None else str(error)])
        return 2
    except (LedgerError, MemoryError) as error:
        complain([f"{where}: could not be read to its end, so nothing is shown. {error}".rstrip()])
        return 2
    return answered(0 if found.whole else 1, lambda: _print(found, json=json))


def _beside(where: Path) -> tuple[str, ...]:
    """Name what lies at the top of a folder or a zip, which was opened before.

    In a zip with one folder around everything, that is what lies in this folder.
    """
    try:
        if where.is_dir():
            return tuple(one.name for one in where.iterdir())
        with zipfile.ZipFile(where) as zipped:
            names = [name.split("/") for name in zipped.namelist()]
    except (OSError, ValueError, zipfile.BadZipFile):
        # Whoever took it away meanwhile is told of by what reads it next.
        return ()
    around = (
        []
        if any(one[0] == "log" for one in names)
        else [one[0] for one in names if one[1:2] == ["log"]][:1]
    )
    inside = (one[len(around) :] if one[: len(around)] == around else one for one in names)
    return tuple({one[0] for one in inside if one and one[0]})


def _with_progress(source: LogSource, asked: Asked) -> Verified:
    progress: Progress | None = None

    def shown(done: int, size: int) -> None:
        nonlocal progress
        if progress is None:
            progress = Progress(-(-size // TILE_WIDTH))
            progress.__enter__()
        progress.step(f"{done:,} of {size:,} entries")

    try:
        return verify(source, asked, shown=shown)
    finally:
        if progress is not None:
            progress.__exit__(None, None, None)


def _print(found: Verified, *, json: bool) -> None:
    if json:
        write_json(found.as_json())
    else:
        for line in lines_of(found):
            write_text(f"{line}\n")


def _bytes(path: Path, limit: int) -> bytes:
    """Read a file that the person named; one that is too large is cut, and then refused."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise EvidenceError(
            "unreadable", f"cannot be read: {error.strerror or error}", where=str(path)
        ) from None
