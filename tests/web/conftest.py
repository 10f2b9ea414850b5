"""A set of a western, served: one for all tests of a file that only look or only add."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.quiet import quieted
from tests.stories.production import Device
from tests.web.serving import Screen, Served, served


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """A failure is read among what it says, not among a line for each request."""
    with quieted():
        yield


@pytest.fixture(scope="module")
def set_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def cart(set_: Served) -> Screen:
    """The armorer's tablet, shared."""
    return set_.enrol(Device(name="cart"))
