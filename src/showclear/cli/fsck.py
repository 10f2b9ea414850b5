"""`showclear fsck`: does everything in a production's folder follow from its entries?

1. The folder is read and checked (`ledger.fsck`, steps 1 to 9). Where a writer changed it
   meanwhile and something did not fit, it is read again.
2. Last, the program's own fold makes the state from the entries, on a copy of the journal, and
   compares it with the stored snapshot; not where the entries themselves are not whole.

Nothing is written anywhere. Exit code: 0 whole; 1 not whole, the first thing wrong named with
its place; 2 unreadable, or no production.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from showclear.adapters.fsck_folder import copied, opened
from showclear.cli.production import snapshot_differences
from showclear.cli.streams import Progress, answered, complain, write_json, write_text
from showclear.core.errors import ShowclearError
from showclear.core.vocabulary import GATE_OF_TAG
from showclear.ledger.errors import EvidenceError, LedgerError
from showclear.ledger.fsck import check, verified
from showclear.ledger.fsck_report import JOURNAL, Asked, Findings, Step
from showclear.ledger.verify_report import SHOWN_MAX, Verified, printable

CompareSnapshot = Callable[[Path], list[str]]
"""Folds the state from the entries of a journal, and names what its snapshot says otherwise."""

UNREADABLE: Final = 2
READINGS_MAX: Final = 4
"""How often a folder is read anew that somebody writes to meanwhile."""

_MOVING: Final = frozenset({"file-missing", "surplus-file"})
"""What is found of log/ where a writer published between two looks at it."""

_KEEP: Final = (
    "Keep the folder as it is and write nothing to it. Copy all of it, and compare it with a "
    "bundle, an older copy, or the receipts that others hold (`showclear verify DIR --receipt F`)."
)
NEXT: Final = {
    Step.PUBLISHED: (
        "Keep a copy of log/ as it is, for whoever asks who changed it. If nothing else is named "
        "here the journal is whole: without log/, the next `showclear say` publishes it anew."
    ),
    Step.ATTACHMENTS: (
        "Keep the file as it is, and look for the right one where it came from: a phone, a bundle."
    ),
    Step.STATE: (
        "The entries count, not the snapshot. Keep a copy of the folder, then let the program "
        "make it anew, and report what was named here."
    ),
}
"""What to do next, by the step of the first thing wrong; `_KEEP` for every other."""


def check_production(
    folder: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    hashes: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Check a production by a second reader: the journal, and everything beside it.

    Parameters
    ----------
    folder
        A production. It can be in use.
    hashes
        Leave out the signatures of statements, which take most of the time.
    json
        Print one JSON object and nothing else.
    """
    return checked(folder, hashes=hashes, json=json, compare_snapshot=snapshot_differences)


def checked(
    folder: Path, *, hashes: bool, json: bool, compare_snapshot: CompareSnapshot | None
) -> int:
    """Carry out the command.

    Args:
        compare_snapshot: Called last, if the entries are whole.
    """
    asked = Asked(signatures=not hashes, gated=frozenset(GATE_OF_TAG))
    try:
        found, report = _read(folder, asked, compare_snapshot)
    except EvidenceError as error:
        complain([printable(str(error))])
        return UNREADABLE
    except (LedgerError, MemoryError) as error:
        why = f"{folder}: could not be read to its end, so nothing is shown. {error}"
        complain([printable(why.rstrip())])
        return UNREADABLE
    return answered(0 if found.whole else 1, lambda: _print(found, report.first(), json=json))


def _print(found: Verified, first: Step | None, *, json: bool) -> None:
    if json:
        write_json(found.as_json())
    else:
        for line in lines_of(found, first):
            write_text(f"{line}\n")


def _read(
    folder: Path, asked: Asked, compare_snapshot: CompareSnapshot | None
) -> tuple[Verified, Findings]:
    for reading in range(1, READINGS_MAX + 1):
        # What is copied is of one moment, so that only log/ can have moved on beside it.
        with opened(folder, copying=reading > 1) as production, Progress(1) as progress:

            def shown(done: int, size: int, progress: Progress = progress) -> None:
                progress.show(f"{done:,} of {size:,} entries")

            record, report = check(
                production.folder, asked, published=production.published, shown=shown
            )
            moved = production.moved()
        if not report.count or not moved:
            break
        if reading == READINGS_MAX:
            report.drop(Step.PUBLISHED, _MOVING)
            report.unchecked.append(
                "Whether any file under log/ is missing or too many: a writer published all the "
                "time. Stop it, then run this again."
            )
    _compare(folder, report, compare_snapshot)
    return verified(record, report), report


def _compare(folder: Path, report: Findings, compare_snapshot: CompareSnapshot | None) -> None:
    """Step 8: the state that follows from the entries against the stored one."""
    if compare_snapshot is None:
        report.unchecked.append("Whether the snapshot's state is the one that the entries make.")
        return
    if report.of(Step.DATABASE, Step.ENTRIES, Step.TREE, Step.VERDICTS, Step.TEXTS):
        report.unchecked.append("The snapshot's state: see what is wrong with the entries first.")
        return
    where = f"{JOURNAL}, snapshot"
    try:
        # The program's own reader leaves companions beside what it reads: it gets a copy.
        with copied(folder) as beside:
            differing = compare_snapshot(beside)
    except (LedgerError, ShowclearError) as error:
        sentence = f"cannot be compared, because the entries cannot be folded: {error}"
        report.wrong(Step.STATE, "not-folded", where=where, sentence=sentence)
        return
    for place, name in enumerate(differing):
        sentence = f"says something else than the entries do: {name}"
        report.wrong(Step.STATE, "snapshot-differs", where=where, sentence=sentence, place=place)
    if not differing:
        report.shown.append("The state folded from the entries is the stored one, if one is there.")


def lines_of(found: Verified, first: Step | None) -> Iterator[str]:
    """Give the report as lines for a person."""
    if found.whole:
        yield "WHOLE: everything in this folder follows from its entries."
    else:
        yield f"NOT WHOLE. Things wrong: {found.count:,}."
    for number, one in enumerate(found.findings[:SHOWN_MAX]):
        yield f"{'' if number else 'The first thing wrong: '}{one} [{one.code}]"
        if not number:
            yield f"What to do: {NEXT.get(first, _KEEP) if first else _KEEP}"
    if (more := found.count - SHOWN_MAX) > 0:
        yield f"... and {more:,} more."
    for title, said in (
        ("Shown", found.shown),
        ("Gone or not here", found.gone),
        ("NOT checked", found.unchecked),
    ):
        yield ""
        yield f"{title}:"
        for sentence in said or ("nothing",):
            yield f"  {printable(sentence)}"
