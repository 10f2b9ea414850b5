"""How does something come onto the record from here, and what is answered when it does not?

* What was answered is durable. Where it is not known to be, the answer says so, in words: it
  is to be said again, and twice is recorded once, because it goes by its id.
* A statement that could not become an entry is no error of the request: it was kept aside, and
  the answer says for what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

from showclear.app.incoming import Answer, Incoming
from showclear.ledger.errors import EvidenceError, LedgerError
from showclear.web.refusals import Refusal, RefusedError

Plain = dict[str, Any]

NOT_STORED: Final = Refusal(
    code="not-stored",
    status=503,
    sentence="This is not on the record: it could not be stored.",
    next="Say it again. If that does not help, write it on paper and look after the server's disk.",
)
RECORD_DIFFERS: Final = Refusal(
    code="record-differs",
    status=503,
    sentence="The record on the disk is not the one that was signed: nothing is written to it.",
    next="Go on on paper. Keep the folder as it is and run `showclear fsck` on it.",
)
NOT_CURRENT: Final = Refusal(
    code="not-current",
    status=503,
    sentence="The record cannot be read at this moment, so nothing is shown.",
    next="Ask again in a few seconds. Until then go by what people say on the radio.",
)
STORING: Final = (NOT_STORED, RECORD_DIFFERS)
"""What a route that writes may be refused for."""


class Said(Protocol):
    """What takes statements."""

    async def say(self, incoming: Sequence[Incoming]) -> list[Answer]: ...


Wrote = Callable[[Sequence[Answer], float], None]
"""Told what was answered, and after how many seconds."""

_COUNTED: Final[WeakKeyDictionary[Said, Wrote]] = WeakKeyDictionary()


def count(server: Said, wrote: Wrote) -> None:
    """Tell somebody of everything that is written to this server from here on."""
    _COUNTED[server] = wrote


async def written(server: Said, incoming: Sequence[Incoming]) -> list[Answer]:
    """Put statements on the record.

    Raises:
        RefusedError: `not-stored`, `record-differs`: nothing was acknowledged.
    """
    began = perf_counter()
    try:
        answers = await server.say(incoming)
    except (LedgerError, OSError) as error:
        raise failed(error) from error
    if (wrote := _COUNTED.get(server)) is not None:
        wrote(answers, perf_counter() - began)
    return answers


def failed(error: Exception) -> RefusedError:
    """The refusal for a record that cannot be written or read."""
    refusal = RECORD_DIFFERS if isinstance(error, EvidenceError) else NOT_STORED
    return RefusedError(refusal, headers={"Retry-After": "2"})


def failed_to_look(error: Exception) -> RefusedError:
    """The refusal for a record that cannot be looked at."""
    refusal = RECORD_DIFFERS if isinstance(error, EvidenceError) else NOT_CURRENT
    return RefusedError(refusal, headers={"Retry-After": "2"})


def told(answer: Answer) -> Plain:
    """An answer as JSON: see docs/formats/http.md."""
    verdict = answer.verdict
    return {
        "id": answer.id,
        "index": answer.index,
        "repeat": answer.repeat,
        "verdict": None if verdict is None else dict(verdict),
        "says": list(answer.says),
        "receipt": None if answer.receipt is None else answer.receipt.decode("utf-8", "replace"),
        "aside": _aside(answer),
    }


def _aside(answer: Answer) -> Mapping[str, str] | None:
    if answer.aside is None:
        return None
    return {"code": answer.aside.reason, "sentence": answer.aside.sentence}


ANSWER_SCHEMA: Final[Plain] = {
    "title": "Answer",
    "type": "object",
    "required": ["id", "index", "repeat", "verdict", "says", "receipt", "aside"],
    "properties": {
        "id": {"type": "string", "description": "The statement's id; empty if none can be read."},
        "index": {"type": ["integer", "null"], "description": "Its entry; null if kept aside."},
        "repeat": {"type": "boolean", "description": "It was on record: its first answer again."},
        "verdict": {
            "type": ["object", "null"],
            "description": "What the gate before it answered, as stored beside it.",
        },
        "says": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The reasons of a hold with their next steps, as sentences.",
        },
        "receipt": {"type": ["string", "null"], "description": "A tlog-proof of its entry."},
        "aside": {
            "type": ["object", "null"],
            "required": ["code", "sentence"],
            "properties": {"code": {"type": "string"}, "sentence": {"type": "string"}},
            "description": "Why it could not become an entry; it is kept and shown.",
        },
    },
}
ANSWERS_SCHEMA: Final[Plain] = {
    "title": "Answers",
    "type": "object",
    "required": ["answers"],
    "properties": {"answers": {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}}},
}
