"""What a request is refused for: one form, for a person and for a program.

* A refusal has a stable code, a sentence for whoever stands there, and what to do next;
  the rule that asks for it, where there is one.
* Every refusal that a route can give stands in its OpenAPI, by status and code.
* No fact is refused here: what a device signed is recorded or kept aside, whatever it says.
  Refused are requests that nobody could read, that come too often, or from whoever may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import JSONResponse
from starlette.types import Scope

SCHEMA: Final = "#/components/schemas/Refusal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One way in which a request is refused.

    Attributes:
        code: Stable word for programs, lower case with hyphens.
        status: The status of the answer, 400 to 599.
        sentence: What is wrong, for the person at the screen.
        next: What to do now.
        citation: Instrument and provision that ask for it; empty where it is our practice.
    """

    code: str
    status: int
    sentence: str
    next: str
    citation: str = ""


class RefusedError(Exception):
    """A request is refused.

    Attributes:
        refusal: Why, and what to do.
        headers: What the answer carries besides, such as `Retry-After`.
    """

    def __init__(
        self,
        refusal: Refusal,
        *,
        sentence: str = "",
        next_: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Refuse.

        Args:
            sentence: Says more exactly what is wrong than the refusal's own sentence.
            next_: Says more exactly what to do.
        """
        super().__init__(refusal.code)
        self.refusal = refusal
        self.headers = dict(headers or {})
        self._sentence, self._next = sentence, next_

    @property
    def body(self) -> dict[str, str]:
        """What the answer says."""
        told = {
            "code": self.refusal.code,
            "sentence": self._sentence or self.refusal.sentence,
            "next": self._next or self.refusal.next,
        }
        if self.refusal.citation:
            told["citation"] = self.refusal.citation
        return told

    def response(self) -> JSONResponse:
        """The answer."""
        return JSONResponse(self.body, status_code=self.refusal.status, headers=self.headers)


def tell_refused(scope: Scope, refused: RefusedError) -> None:
    """Leave the code of a refusal for whoever tells of the request."""
    scope.setdefault("state", {})["refused"] = refused.refusal.code


# --- what any request may be refused for ---------------------------------------------------

NOT_JSON: Final = Refusal(
    code="not-json",
    status=400,
    sentence="What came cannot be read as JSON.",
    next="Send one JSON object in UTF-8, each key once, numbers of at most 20 digits.",
)
NOT_HTTP: Final = Refusal(
    code="not-http",
    status=400,
    sentence="The request cannot be read.",
    next="Open the address of this server in a browser, or send what openapi.json describes.",
)
OTHER_ORIGIN: Final = Refusal(
    code="other-origin",
    status=403,
    sentence="This came from a page of somebody else, so nothing was written.",
    next="Open Showclear itself and do it there.",
)
NO_SUCH_PAGE: Final = Refusal(
    code="no-such-page",
    status=404,
    sentence="There is nothing at this address.",
    next="Go to the first page and take the way from there.",
)
NO_SUCH_METHOD: Final = Refusal(
    code="no-such-method",
    status=405,
    sentence="This address does not do that.",
    next="Ask in one of the ways that openapi.json names for it.",
)
TOO_SLOW: Final = Refusal(
    code="too-slow",
    status=408,
    sentence="What was sent did not arrive in time, so nothing was written.",
    next="Go where the network is better and send it again.",
)
TOO_LARGE: Final = Refusal(
    code="too-large",
    status=413,
    sentence="More came at once than this server takes, so nothing was written.",
    next="Send it in several parts.",
)
ADDRESS_TOO_LONG: Final = Refusal(
    code="address-too-long",
    status=414,
    sentence="The address is longer than this server reads.",
    next="Ask for less at once.",
)
OTHER_CONTENT: Final = Refusal(
    code="other-content",
    status=415,
    sentence="This address takes another kind of content.",
    next="Send JSON with the header Content-Type: application/json.",
)
OTHER_HOST: Final = Refusal(
    code="other-host",
    status=421,
    sentence="This server does not answer under that name.",
    next="Open it under the address that it printed when it was started.",
)
NOT_UNDERSTOOD: Final = Refusal(
    code="not-understood",
    status=422,
    sentence="Something in the request is missing or is not what this address takes.",
    next="Compare it with openapi.json.",
)
TOO_OFTEN: Final = Refusal(
    code="too-often",
    status=429,
    sentence="More requests came from this device than one person makes.",
    next="Wait a few seconds. Whatever is urgent: say it aloud, on the radio.",
)
FAULT: Final = Refusal(
    code="fault",
    status=500,
    sentence="A fault of this program. Nobody knows whether it was written.",
    next="Look at the board. If it is not there, say it again: twice is recorded once.",
)

ANY: Final = (
    NOT_HTTP,
    OTHER_ORIGIN,
    NO_SUCH_PAGE,
    NO_SUCH_METHOD,
    TOO_LARGE,
    ADDRESS_TOO_LONG,
    OTHER_HOST,
    TOO_OFTEN,
)
"""What every address may answer."""

CHANGING: Final = (NOT_JSON, OTHER_ORIGIN, TOO_SLOW, OTHER_CONTENT, NOT_UNDERSTOOD)
"""What an address may answer besides, if it changes something."""


# --- how they are documented -----------------------------------------------------------------


def refusing(*refusals: Refusal) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may be refused so."""
    return {str(status): _documented(group) for status, group in _by_status(refusals).items()}


def _by_status(refusals: Iterable[Refusal]) -> dict[int, list[Refusal]]:
    found: dict[int, list[Refusal]] = {}
    for one in refusals:
        found.setdefault(one.status, []).append(one)
    return found


def _documented(refusals: Iterable[Refusal]) -> dict[str, Any]:
    each = {one.code: one for one in refusals}
    examples = {
        code: {"summary": one.sentence, "value": RefusedError(one).body}
        for code, one in each.items()
    }
    described = ". ".join(f"`{code}`: {one.sentence.rstrip('.')}" for code, one in each.items())
    content = {"schema": {"$ref": SCHEMA}, "examples": examples}
    return {"description": f"{described}.", "content": {"application/json": content}}


def add_refusals(operation: dict[str, Any], refusals: Iterable[Refusal]) -> None:
    """Add refusals to what an operation documents; what it says itself is kept."""
    responses = operation.setdefault("responses", {})
    for status, told in refusing(*refusals).items():
        here = responses.get(str(status))
        if here is None:
            responses[str(status)] = told
            continue
        media = here.setdefault("content", {}).setdefault("application/json", {})
        media.setdefault("schema", {"$ref": SCHEMA})
        fresh = told["content"]["application/json"]["examples"]
        known = media.setdefault("examples", {})
        media["examples"] = {**fresh, **known}
        if set(fresh) - set(known):
            here["description"] = f"{told['description']} {here.get('description', '')}".strip()


REFUSAL_SCHEMA: Final[dict[str, Any]] = {
    "title": "Refusal",
    "type": "object",
    "required": ["code", "sentence", "next"],
    "properties": {
        "code": {"type": "string", "pattern": "^[a-z0-9-]+$", "description": "For programs."},
        "sentence": {"type": "string", "description": "What is wrong, for a person."},
        "next": {"type": "string", "description": "What to do now."},
        "citation": {"type": "string", "description": "The rule that asks for it, if one does."},
    },
}
