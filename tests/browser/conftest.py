"""The stage of the browser tests: one browser, a set for each story, people with devices.

* A story fails if any page complained of anything that the story is not about.
* Pictures of screens are kept: under `SHOWCLEAR_SHOTS` if that names a folder, else in the
  run's temporary folder; those of a whole page with `SHOWCLEAR_SHOTS` or `--long` only.
  `SHOWCLEAR_GUIDE_SHOTS` names where those of the guides go.
* What people pressed and typed is kept beside each test, and printed after the run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import LAPTOP, Complaints, Device, context_of
from tests.browser.counting import Counted
from tests.browser.people.actor import Actor
from tests.browser.set import WESTERN_DAY, Certificate, FilmSet, certificate, sample
from tests.quiet import quieted

A = TypeVar("A", bound=Actor)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A failure is read among what it says, not among a line for each request."""
    with quieted():
        yield


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate that nobody else signed."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of screens are kept."""
    named = os.environ.get("SHOWCLEAR_SHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Stage:
    """Where a story plays: its set, and everybody who comes to it."""

    def __init__(self, browser: Browser, *, certificate: Certificate, shots: Path) -> None:
        self._browser, self._certificate, self._shots = browser, certificate, shots
        self._open = ExitStack()
        self.people: list[Actor] = []

    def set(self, until: str = "", *, case: Path = WESTERN_DAY) -> FilmSet:
        """A set on which this case was said up to a moment of its day."""
        return self._open.enter_context(sample(case, until=until, certificate=self._certificate))

    def comes(
        self,
        kind: type[A],
        who: str,
        film: FilmSet,
        *,
        device: Device = LAPTOP,
        theme: str = "day",
    ) -> A:
        """Somebody comes with a device."""
        context = context_of(self._browser, device, theme=theme)
        person = kind(
            who,
            context,
            film=film,
            device=device,
            complaints=Complaints(),
            counted=Counted(who=who),
            shots=self._shots,
        )
        self._open.callback(context.close)
        self.people.append(person)
        return person

    def complaints(self) -> list[str]:
        """What pages complained of that no story is about."""
        return [f"{one.who}: {each}" for one in self.people for each in one.complaints.unexpected()]

    def close(self) -> None:
        """Everybody goes, and the set's server stops."""
        self._open.close()


@pytest.fixture
def stage(
    browser: Browser,
    self_signed: Certificate,
    shots: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> Iterator[Stage]:
    """Where a story plays."""
    one = Stage(browser, certificate=self_signed, shots=shots)
    try:
        yield one
        for person in one.people:
            if person.counted.day.taps:
                for line in person.counted.lines():
                    record_property("counted", f"{request.node.name}: {line}")
        found = one.complaints()
    finally:
        one.close()
    assert [] == found
