"""One foreign verifier for all conformance tests of one process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.foreign_build import Foreign, build, shared_folder, why_not


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with Foreign(build(shared_folder(tmp_path_factory.getbasetemp()))) as running:
        yield running
