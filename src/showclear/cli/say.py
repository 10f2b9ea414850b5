"""`showclear say`: put statements on the record of a production.

* Everything goes the way that it goes through a server: judged, recorded, acknowledged.
* With --json each statement is answered by one line, written when it is durable.
* Where a file cannot be read, or has an id that no log would take, nothing of any is said.
* A folder means every *.yaml below it, as with `replay`.
* Interrupted or cut off, the same command again answers what is there and says the rest.
"""

from __future__ import annotations

import json as jsons
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from showclear.adapters.files import yaml_files
from showclear.adapters.packs import installed
from showclear.adapters.statement_files import BySignature, Given, read_given
from showclear.app.draft import checked_id
from showclear.app.incoming import Answer, Incoming, Signed, Taken
from showclear.app.recording import Recorder
from showclear.app.sayings import as_from_file, of_case
from showclear.cli.production import NOT_STORED, packs_of, recording, refusing
from showclear.cli.streams import Progress, complain, drop_output, write_text
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError
from showclear.ledger.errors import EvidenceError
from showclear.ledger.payload import id_of


class UnansweredError(Exception):
    """Nobody can read the answers any more: what follows is not said."""

    def __init__(self, size: int, error: OSError) -> None:
        super().__init__(
            f"the answers cannot be written: {error.strerror or error}. The record has {size} "
            "entries now; say the same again to have every answer, and the rest recorded."
        )


GROUP: Final = 64
"""Statements in one commit: few enough that an answer comes at once."""

PUBLISH_SECONDS: Final = 2.0

SHOWN_ID: Final = 200
"""Characters of an id that a complaint shows."""

_KEPT: Final = "Kept, and it holds"
"""How the recorder begins what it says of a statement that it could not read."""


@dataclass(slots=True)
class Count:
    """What came of everything said, for the lines at the end.

    Attributes:
        missed: Kept aside and not on the record.
        kept: On the record, and not readable as what they say they are.
    """

    missed: int = 0
    kept: int = 0

    def take(self, answers: Iterable[Answer]) -> None:
        """Count what was answered."""
        for answer in answers:
            self.missed += answer.aside is not None
            self.kept += any(sentence.startswith(_KEPT) for sentence in answer.says)

    def told(self, folder: Path) -> Iterator[str]:
        """Say what somebody has to look at."""
        if self.kept == 1:
            yield (
                "1 statement could not be read as what it says: it is on record and holds what "
                "it names. Say it better with corrects: and its id."
            )
        elif self.kept:
            yield (
                f"{self.kept} statements could not be read as what they say: they are on record "
                "and hold what they name. Say each better with corrects: and its id."
            )
        if self.missed:
            yield (
                f"{self.missed} kept aside and not on the record: each with its reason above, and "
                f"in `showclear log {folder} --aside`."
            )


def say_statements(
    folder: Annotated[Path, Parameter(name="DIR")],
    /,
    *files: Annotated[Path, Parameter(name="FILE")],
    json: Annotated[bool, Parameter(negative=())] = False,
    receipt: Annotated[tuple[Path, ...], Parameter(name="--receipt", negative=())] = (),
) -> int:
    """Put what files say on the record of a production.

    Parameters
    ----------
    folder
        A production, as `showclear init` makes it.
    files
        Case files, lists of statements, signed statements one a line, or folders of them
        (every *.yaml below).
    json
        Answer each statement with one line of JSON, once it is durable.
    receipt
        A receipt that somebody holds: nothing is signed if it is ahead of this log.
    """
    if not files:
        complain(["No file was named. Name case files, or files of statements."])
        return 2
    try:
        return refusing(lambda: _say(folder, files, receipt, json=json))
    except UnansweredError as error:
        complain([str(error)])
        drop_output()
        return NOT_STORED


def _say(folder: Path, files: Sequence[Path], receipts: Sequence[Path], *, json: bool) -> int:
    # Read whole before anything is said, so that what cannot be read says nothing.
    given = [(file, read_given(file)) for file in _meant(files)]
    packs = packs_of(installed())
    count = Count()
    with recording(folder, presented=receipts) as recorder:
        problems = [
            one for file, what in given for one in _untaken(file, _incoming(what, recorder, packs))
        ]
        if problems:
            raise ReadError(problems)
        for file, what in given:
            # Composed anew: what a case brings depends on what was said before it.
            incoming = _incoming(what, recorder, packs)
            _say_all(recorder, incoming, str(file), count=count, json=json)
            complain(_not_installed(recorder))
            complain(_differing(recorder))
        recorder.publish()
        if recorder.erasure_due:
            complain(
                [
                    "warning: somebody reads this record just now, so erased words may still lie "
                    "in its files. They go when the next statement is said, or at the next start."
                ]
            )
    complain(count.told(folder))
    return NOT_STORED if count.missed else 0


def _meant(files: Sequence[Path]) -> Iterator[Path]:
    """Give every file meant; a file is taken as it is, whatever its name.

    Raises:
        ReadError: A folder cannot be opened, or holds nothing to say.
    """
    for path in files:
        if not path.is_dir():
            yield path
            continue
        inside, problems = yaml_files([path])
        if problems:
            raise ReadError(problems)
        yield from inside


def _untaken(file: Path, incoming: Sequence[Incoming]) -> Iterator[Problem]:
    """Name every id that no log would take; a device's own is answered by keeping it aside."""
    for one in incoming:
        if isinstance(one, Signed):
            continue
        try:
            checked_id(id_of(one.fields))
        except EvidenceError as found:
            name = str(one.fields.get("id"))
            shown = name if len(name) <= SHOWN_ID else f"{name[:SHOWN_ID]}..."
            yield Problem(file=str(file), line=0, found=f"the id {shown!r}: {found.sentence}")


def _incoming(given: Given, recorder: Recorder, packs: Any) -> list[Incoming]:
    sample = recorder.spine.sample
    if isinstance(given, Case):
        fresh = sample and recorder.spine.record.state.now is None
        gone = [name for name in recorder.spine.adopted if name not in given.packs]
        said = of_case(given, packs, sample=sample, withdrawn=gone if fresh else ())
        return [Taken(fields=fields) for fields in said]
    return [
        Signed(jws=one.jws, texts=one.texts)
        if isinstance(one, BySignature)
        else Taken(fields=as_from_file(one.fields, sample=sample))
        for one in given
    ]


def _say_all(
    recorder: Recorder, incoming: list[Incoming], name: str, *, count: Count, json: bool
) -> None:
    published = time.monotonic()
    with Progress(len(incoming)) as progress:
        for start in range(0, len(incoming), GROUP):
            group = incoming[start : start + GROUP]
            answers = recorder.record(group)
            # From here on every one of them is durable: what is written below is true.
            try:
                _write(answers, json=json)
            except OSError as error:
                raise UnansweredError(recorder.size, error) from error
            count.take(answers)
            progress.show(f"{name}: {start + len(group)} of {len(incoming)}")
            if time.monotonic() - published > PUBLISH_SECONDS:
                recorder.publish()
                published = time.monotonic()


def _write(answers: Sequence[Answer], *, json: bool) -> None:
    if json:
        lines = (jsons.dumps(answer_json(answer), ensure_ascii=False) for answer in answers)
        sys.stdout.flush()
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
        sys.stdout.buffer.flush()
        return
    for line in _lines(answers):
        write_text(line + "\n")
    sys.stdout.flush()


def answer_json(answer: Answer) -> dict[str, Any]:
    """One answer, as the contract has it (docs/formats/ledger.md)."""
    told: dict[str, Any] = {
        "id": answer.id,
        "index": answer.index,
        "receipt": None if answer.receipt is None else answer.receipt.decode(),
        "verdict": answer.verdict,
    }
    if answer.aside is not None:
        told["aside"] = {"reason": answer.aside.reason, "sentence": answer.aside.sentence}
    return told


def _lines(answers: Sequence[Answer]) -> Iterator[str]:
    for answer in answers:
        if answer.aside is not None:
            yield f"ASIDE    {answer.id or '(no id)'}: {answer.aside.sentence}"
            continue
        mark = "again" if answer.repeat else ""
        verdict = answer.verdict
        if verdict is None:
            yield f"{answer.index:>7}  {answer.id} {mark}".rstrip()
            yield from (f"         - {sentence}" for sentence in answer.says)
            continue
        said = "HOLD " if verdict["answer"] == "hold" else "clear"
        on = " ".join(verdict["on"])
        yield f"{answer.index:>7}  {answer.id}  {said} {verdict['gate']} {on} {mark}".rstrip()
        for reason in answer.says or _in_words(verdict):
            yield f"         - {reason}"


def _in_words(verdict: Mapping[str, Any]) -> Iterator[str]:
    """The reasons of a stored verdict, which keeps no sentences."""
    for reason in verdict.get("reasons", ()):
        yield f"{' or '.join(reason['missing'])} on {reason['on']} ({reason['pack']})"


def _differing(recorder: Recorder) -> list[str]:
    count = len(recorder.spine.differing)
    if not count:
        return []
    return [
        f"warning: {count} statements have stored words that are not those they were sealed with. "
        "They count as gone; `showclear fsck` names them."
    ]


def _not_installed(recorder: Recorder) -> list[str]:
    return [
        f"warning: the pack {name!r} is adopted by name, and is not installed here: nothing is "
        "judged by it."
        for name in recorder.spine.not_installed
    ]
