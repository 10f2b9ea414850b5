"""The one option of the tests: `--long` runs what takes more than its share of ten minutes.

`SHOWCLEAR_LONG` says the same to tests that only ask more often. At the end stands what people
pressed and typed in the stories told in a browser.
"""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run what takes longer too")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--long"):
        os.environ["SHOWCLEAR_LONG"] = "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
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
