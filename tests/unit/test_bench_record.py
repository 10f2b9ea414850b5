"""The benches of the record measure the product: real productions, all of it acknowledged.

Nothing here looks at how long anything takes.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from showclear.cli.main import main

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(autouse=True)
def _benches_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when one of them is run: its own folder comes first."""
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])


@pytest.mark.parametrize("judging", [False, True])
def test_everything_that_append_counts_is_on_a_record_that_verifies(
    tmp_path: Path, judging: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    import append

    stored = [*append.signed("r.", 40), *list(append.acts("g."))[:8]]
    with append.recorder(tmp_path, "show", judging=judging) as one:
        rate, times = asyncio.run(append.said(one, stored, 8))
        one.publish()

    assert rate > 0
    assert 48 == len(times)
    assert 0 == main(["verify", str(tmp_path / "show")])
    told = capsys.readouterr().out
    assert "tablet 48" in told


def test_start_opens_the_same_production_with_its_view_and_without(tmp_path: Path) -> None:
    import start

    size, view = start.written(tmp_path / "show", 300)
    folder = start.with_keys(tmp_path / "show")
    with_view = start.recorder_of(folder)
    quick = with_view.spine
    with_view.close()
    start.without_view(folder)
    without = start.recorder_of(folder)

    assert view > 0
    assert size == quick.size == without.spine.size
    assert quick.record.state.weapons == without.spine.record.state.weapons
    assert (None, True) == (without.spine.record.since, quick.record.since is not None)
    without.close()
