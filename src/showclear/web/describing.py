"""What can a program of somebody else's say and ask here? OpenAPI, made from the routes.

* Each refusal stands where it may be given: what the route names itself, what its guard turns
  away, what any address may answer, and what any address that changes something may.
* What the framework would document of its own form of errors is taken out: nothing is
  answered in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from showclear.web.access import REFUSALS, ROUTES
from showclear.web.bodies import SCHEMAS
from showclear.web.gates import GATE_ANSWER_SCHEMA
from showclear.web.health import HEALTH_SCHEMA
from showclear.web.prepare import PREPARED_SCHEMA
from showclear.web.refusals import (
    ANY,
    CHANGING,
    FAULT,
    NOT_UNDERSTOOD,
    REFUSAL_SCHEMA,
    SCHEMA,
    Refusal,
    add_refusals,
)
from showclear.web.stop import PRESS_SCHEMA, STOPPED_SCHEMA
from showclear.web.writing import ANSWER_SCHEMA, ANSWERS_SCHEMA, NOT_STORED, RECORD_DIFFERS

Plain = dict[str, Any]

DESCRIPTION: Final = (
    "The record of one production: what is said of weapons, rounds, checks and people, and what "
    "gates answer. Whatever is refused has the form of `Refusal`. See docs/formats/http.md."
)
OWN_SCHEMAS: Final[Plain] = {
    "Refusal": REFUSAL_SCHEMA,
    "Answer": ANSWER_SCHEMA,
    "Answers": ANSWERS_SCHEMA,
    "Prepared": PREPARED_SCHEMA,
    "GateAnswer": GATE_ANSWER_SCHEMA,
    "Health": HEALTH_SCHEMA,
    "Press": PRESS_SCHEMA,
    "Stopped": STOPPED_SCHEMA,
}
FRAMEWORK: Final = ("HTTPValidationError", "ValidationError")
METHODS: Final = ("get", "post", "put", "patch", "delete")


def described(app: FastAPI) -> bytes:
    """Return the OpenAPI of an application as JSON; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return json.dumps(app.openapi_schema, ensure_ascii=False).encode()


def _made(app: FastAPI) -> Plain:
    made = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for name in FRAMEWORK:
        schemas.pop(name, None)
    schemas.update({**SCHEMAS, **OWN_SCHEMAS})
    for method, path, operation in operations(made):
        _without_framework(operation)
        add_refusals(operation, refusals_of(method, path, operation))
    return made


def operations(made: Plain) -> Iterator[tuple[str, str, Plain]]:
    """Give every method and path with what is documented of it."""
    for path, item in made["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def refusals_of(method: str, path: str, operation: Plain) -> Iterator[Refusal]:
    """Give what any such route may be refused for, besides what it names itself."""
    yield from ANY
    yield from (FAULT, NOT_STORED, RECORD_DIFFERS)
    if method != "GET":
        yield from CHANGING
    if operation.get("parameters"):
        yield NOT_UNDERSTOOD
    guard = ROUTES.get((method, path))
    if guard is not None:
        yield from REFUSALS[guard]


def _without_framework(operation: Plain) -> None:
    own = operation.get("responses", {}).get("422", {})
    media = own.get("content", {}).get("application/json", {})
    reference = media.get("schema", {}).get("$ref", "")
    if reference != SCHEMA and reference.endswith(FRAMEWORK):
        del operation["responses"]["422"]
