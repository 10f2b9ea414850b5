"""Whoever writes a program against this finds every address, and every refusal, in its OpenAPI.

Protects: integrators, and the server from whatever they send. Whatever comes: it is answered in
a documented way, and never by falling over.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from showclear.web.access import REFUSALS, ROUTES
from showclear.web.application import ROUTERS
from showclear.web.describing import operations
from showclear.web.refusals import ANY, CHANGING
from showclear.web.screens import VIEWS
from showclear.web.views import router_of
from tests.stories.production import Device
from tests.web.serving import Served, served

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
ENDLESS = re.compile(r"/api/stream/.*")
"""A stream has no end that a test could wait for; test_streams looks at them."""

EXAMPLES = 50 if "SHOWCLEAR_LONG" in os.environ else 2
"""Requests of one kind to one address."""

LEAVING = ("DELETE", "/api/sessions")
"""Would end the session that the others are asked with."""


@pytest.fixture(scope="module")
def told(set_: Served) -> dict[str, Any]:
    found: dict[str, Any] = set_.client().get("/openapi.json").json()
    return found


def test_every_route_is_described_and_somebody_has_said_who_may(told: dict[str, Any]) -> None:
    described = {(method, path) for method, path, _ in operations(told)}
    routes = {
        (method, route.path)
        for router in (*ROUTERS, router_of(VIEWS))
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }

    assert routes == described
    assert set() == described - ROUTES.keys()


def test_every_refusal_has_its_code_its_sentence_and_what_to_do(told: dict[str, Any]) -> None:
    for method, path, operation in operations(told):
        codes = set()
        for status, answer in operation["responses"].items():
            if int(status) < 400 or path == "/healthz":
                continue
            media = answer["content"]["application/json"]
            assert media["schema"] == {"$ref": "#/components/schemas/Refusal"}, (path, status)
            for code, example in media["examples"].items():
                assert code == example["value"]["code"]
                assert example["value"]["sentence"]
                assert example["value"]["next"]
                codes.add(code)
        expected = {one.code for one in ANY}
        expected |= {one.code for one in REFUSALS[ROUTES[method, path]]}
        if method != "GET":
            expected |= {one.code for one in CHANGING}
        if path != "/healthz":
            assert set() == expected - codes, (method, path)


def test_the_frameworks_own_errors_are_nowhere(told: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in str(told)
    assert [] == [name for name in _references(told) if name not in told["components"]["schemas"]]


def _references(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(name := found.get("$ref"), str):
            yield name.rpartition("/")[2]
        for value in found.values():
            yield from _references(value)
    elif isinstance(found, list):
        for value in found:
            yield from _references(value)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("known", ["enrolled", "a stranger"])
def test_whatever_is_sent_is_answered_in_a_documented_way(tmp_path: Path, known: str) -> None:
    """A bounded run: every address, both kinds of asking, what fits and what does not."""
    with served(tmp_path) as set_:
        _ask_everything(set_, known)


def _ask_everything(set_: Served, known: str) -> None:
    headers = {"X-Forwarded-For": "10.0.0.9"}
    if known == "enrolled":
        client = set_.enrol(Device(name="fuzz")).client
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in client.cookies.items())}
    schema = schemathesis.openapi.from_dict(set_.client().get("/openapi.json").json())
    for found in schema.get_all_operations():
        operation = found.ok()
        if (
            ENDLESS.fullmatch(operation.path)
            or (operation.method.upper(), operation.path) == LEAVING
        ):
            continue
        for mode in schemathesis.GenerationMode:
            _ask(operation, mode, base_url=set_.url, headers=headers)


def _ask(operation: Any, mode: Any, *, base_url: str, headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: Any) -> None:
        answer = case.call(base_url=base_url, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    try:
        asked()
    except Exception as error:
        if "Unsatisfiable" in type(error).__name__:
            return
        raise


def test_the_page_for_integrators_names_what_there_is(told: dict[str, Any]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats" / "http.md").read_text("utf-8")
    codes = {
        code
        for _, _, operation in operations(told)
        for answer in operation["responses"].values()
        for code in answer.get("content", {}).get("application/json", {}).get("examples", {})
    }
    table = page.partition("| status | codes |")[2].partition("**A fact")[0]
    named = set(re.findall(r"`([a-z-]+)`", table)) - {"fault"}
    addresses = set(re.findall(r"`(?:GET|POST) (/[a-z/-]+)", page)) - {"/openapi"}

    assert set() == named - codes
    assert [] == [one for one in addresses if not any(p.startswith(one) for p in told["paths"])]
