"""`showclear log` and `showclear receipt`: what is on record, and the proof of one entry."""

from __future__ import annotations

import json as jsons
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from showclear.adapters.production_folder import JOURNAL, is_production
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.app.reading_log import Said, entries_of
from showclear.cli.production import UNREADABLE, refusing
from showclear.cli.streams import complain, write_text
from showclear.core.errors import nearest
from showclear.core.sealing import digest
from showclear.ledger.checkpoint import size_of
from showclear.ledger.errors import EvidenceError
from showclear.ledger.journal import Aside, Journal
from showclear.ledger.payload import what_of
from showclear.ledger.recover import tree_of
from showclear.ledger.tlog_proof import TlogProof
from showclear.ledger.verify_payloads import seals_in

FOLLOW_SECONDS: Final = 0.5
_COMMON: Final = frozenset(
    {"id", "what", "at", "at_is", "by", "attested", "note", "because", "witnesses", "said_by"}
)


def show_log(
    folder: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    follow: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
    aside: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Show what is on the record of a production, in the order in which it was known.

    Parameters
    ----------
    folder
        A production.
    follow
        Go on showing what comes, until interrupted.
    json
        One line of JSON an entry.
    aside
        Show instead what came and could not become an entry, with its reason.
    """
    return refusing(lambda: _show(folder, follow=follow, json=json, aside=aside), writes=False)


def _show(folder: Path, *, follow: bool, json: bool, aside: bool) -> int:
    journal = reading(folder)
    try:
        if aside:
            for one in journal.aside():
                _write(aside_json(one), _aside_line(one), json=json)
            return 0
        shown = _show_from(journal, 0, json=json)
        while follow:
            sys.stdout.flush()
            time.sleep(FOLLOW_SECONDS)
            shown = _show_from(journal, shown, json=json)
        kept = sum(1 for _ in journal.aside())
        if kept:
            complain([f"{kept} kept aside: `showclear log {folder} --aside` shows them."])
    finally:
        journal.close()
    return 0


def reading(folder: Path) -> SqliteJournal:
    """Open a production's journal to look at, also while somebody writes.

    Raises:
        EvidenceError: `no-production`.
    """
    if not is_production(folder):
        raise EvidenceError(
            "no-production",
            "no production is here. `showclear init DIR` makes one.",
            where=str(folder),
        )
    journal = SqliteJournal.read(folder / JOURNAL)
    if journal.head() is None:
        journal.close()
        raise EvidenceError(
            "journal-damaged",
            "the journal does not say where its log stands: it was changed or damaged. Keep this "
            "folder as it is and run `showclear fsck` on it.",
            where=str(folder),
        )
    return journal


def _show_from(journal: Journal, start: int, *, json: bool) -> int:
    head = journal.head()
    size = head.size if head is not None else 0
    for said in entries_of(journal, start, size):
        _write(entry_json(said), _line(said), json=json)
    return max(start, size)


def _write(plain: dict[str, Any], line: str, *, json: bool) -> None:
    write_text((jsons.dumps(plain, ensure_ascii=False, default=str) if json else line) + "\n")


def entry_json(said: Said) -> dict[str, Any]:
    """One entry, as the contract has it (docs/formats/ledger.md)."""
    payload = said.payload
    return {
        "index": said.index,
        "id": payload.get("id"),
        "what": payload.get("what"),
        "by": payload.get("by"),
        "at": payload.get("at"),
        "attested": payload.get("attested"),
        "kid": said.kid,
        "payload": payload,
        "texts": {path: text for path, (_, text) in sorted(said.texts.items())},
        **({"changed": changed} if (changed := sorted(_changed(said))) else {}),
    }


def _changed(said: Said) -> set[str]:
    """Paths whose words are not those that were sealed there."""
    sealed: dict[str, set[str]] = {}
    for path, found in seals_in(said.payload):
        sealed.setdefault(path, set()).add(found)
    return {
        path
        for path, (salt, text) in said.texts.items()
        if digest(salt, text) not in sealed.get(path, set())
    }


def _line(said: Said) -> str:
    payload = said.payload
    what = what_of(payload) or "(cannot be read)"
    when = str(payload.get("at") or "no time").ljust(22)
    told = ", ".join(_subjects(said))
    return f"{said.index:>7}  {when}  {payload.get('by')}  {what}  {told}  [{payload.get('id')}]"


def _subjects(said: Said) -> Iterator[str]:
    """What a person looks for in a line: which things, and the words that are at hand."""
    if said.payload.get("what") == "verdict.given":
        yield str(said.payload.get("answer")).upper().replace("CLEAR", "clear")
    for key, value in said.payload.items():
        if key in _COMMON or isinstance(value, dict) or key in ("relied_on", "reasons", "packs"):
            continue
        listed = value if isinstance(value, list) else [value]
        if all(isinstance(item, str | int) for item in listed):
            yield f"{key} {' '.join(map(str, listed))}"
    changed = _changed(said)
    for path, (_, text) in sorted(said.texts.items()):
        yield f"{path} (CHANGED, not what was sealed)" if path in changed else f'{path} "{text}"'


def aside_json(one: Aside) -> dict[str, Any]:
    """One statement kept aside."""
    return {
        "aside": one.number,
        "id": one.id,
        "reason": one.reason,
        "sentence": one.sentence,
        "clock": one.clock,
        "length": one.length,
        "sha256": one.sha256.hex(),
        "raw": one.raw.decode("utf-8", "replace"),
    }


def _aside_line(one: Aside) -> str:
    return f"{one.number:>4}  {one.clock}  {one.reason}  [{one.id or 'no id'}]  {one.sentence}"


def show_receipt(
    folder: Annotated[Path, Parameter(name="DIR")],
    said: Annotated[str, Parameter(name="ID")],
    /,
) -> int:
    """Print the receipt of one statement: its proof under the checkpoint that made it durable.

    Parameters
    ----------
    folder
        A production.
    said
        The id of a statement, as `showclear log` shows it.
    """
    return refusing(lambda: _receipt(folder, said), writes=False)


def _receipt(folder: Path, said: str) -> int:
    journal = reading(folder)
    try:
        index = journal.find([said]).get(said)
        if index is None:
            complain([_unknown(journal, said)])
            return UNREADABLE
        write_text(receipt_of(journal, index).decode())
    finally:
        journal.close()
    return 0


def receipt_of(journal: Journal, index: int) -> bytes:
    """Return the tlog-proof of an entry under the first checkpoint that covers it."""
    point = journal.covering(index)
    size = size_of(point)
    proof = tree_of(journal, size).inclusion(index, size)
    return TlogProof(index=index, proof=tuple(proof), checkpoint=point).to_bytes()


def _unknown(journal: Journal, said: str) -> str:
    head = journal.head()
    size = head.size if head is not None else 0
    ids = (str(one.payload.get("id")) for one in entries_of(journal, max(0, size - 2_000), size))
    near = nearest(said, ids)
    hint = f" Did you mean {near}?" if near else ""
    return f"No statement with the id {said!r} is on this record.{hint}"
