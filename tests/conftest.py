"""The one option of the tests: `--long` runs what takes more than its share of ten minutes.

`SHOWCLEAR_LONG` says the same to tests that only ask more often. At the end stands what people
pressed and typed in the stories told in a browser.

Examples in docstrings are tried where they are shown to readers, under src: to look for them
here too would read every test file twice.

One browser serves every test of a process. What drives it keeps an event loop that counts as
running in this thread for as long as the browser is open; tests that open loops of their own
must not meet it, whichever order they run in.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule
from hypothesis import settings
from playwright.sync_api import Browser

from tests.browser.chromium import chromium

_TESTS = Path(__file__).parent


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    found = yield
    return [one for one in found if not isinstance(one, DoctestModule)]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run what takes longer too")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--long"):
        os.environ["SHOWCLEAR_LONG"] = "1"
    # A property that names no number of its own is tried half as often as with `--long`. How
    # long one try takes says more about what else the machine does than about the program.
    tries = 100 if "SHOWCLEAR_LONG" in os.environ else 50
    settings.register_profile("showclear", max_examples=tries, deadline=None)
    settings.load_profile("showclear")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            if not item.path.is_relative_to(_TESTS / "browser") and not item.path.is_relative_to(
                _TESTS / "web"
            ):
                raise pytest.UsageError(
                    f"{item.nodeid} drives a browser: move it to tests/browser or tests/web,"
                    " where 'python3 dev.py test' looks for such tests"
                )
            item.add_marker(pytest.mark.browser)
    if config.getoption("--long"):
        return
    later = pytest.mark.skip(reason="takes longer: --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(later)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the browser stories counted; a test records each line as `counted`."""
    counted = sorted(
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "teardown"
        for key, value in getattr(report, "user_properties", ())
        if key == "counted"
    )
    if counted:
        terminalreporter.section("what people pressed and typed")
        for line in counted:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as one:
        yield one


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    return (yield from _without_the_browsers_loop(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    return (yield from _without_the_browsers_loop(item))


def _without_the_browsers_loop(item: pytest.Item) -> Generator[None, None, None]:
    """Hide the loop that drives the browser from a test that has no browser."""
    if "browser" in getattr(item, "fixturenames", ()):
        return (yield)
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)
