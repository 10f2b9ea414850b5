"""The benches of the server measure what they say: whole views, and takes that nothing holds.

Nothing here looks at how long anything takes.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from secrets import token_bytes

import pytest

from showclear.adapters.packs import installed
from showclear.adapters.production_folder import writing
from showclear.app.incoming import Signed
from showclear.app.recording import Recorder

BENCH = Path(__file__).resolve().parents[2] / "bench"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


@pytest.fixture(autouse=True)
def _benches_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when one of them is run: its own folder comes first."""
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])


def _chunk(event: bytes) -> bytes:
    return f"{len(event):x}\r\n".encode() + event + b"\r\n"


@pytest.mark.parametrize("seed", range(20))
def test_a_reader_counts_each_whole_view_however_the_network_cuts_it(seed: int) -> None:
    from _wire import Stream, Where

    views = [b'event: view\ndata: {"a":"b","size":%d,"z":{}}\n\n' % size for size in (7, 113, 9000)]
    beats = [b'event: beat\ndata: {"now":"2026-06-09"}\n\n'] * 2
    sent = HEAD + b"".join(map(_chunk, [views[0], beats[0], views[1], beats[1], views[2]]))
    reader, chance = Stream(Where(host="h", port=1), "/"), Random(seed)
    place = 0
    while place < len(sent):
        # The first piece has the status in it, as from any real network.
        size = chance.randrange(12, 90) if place == 0 else chance.randrange(1, 60)
        piece = sent[place : place + size]
        reader.get_buffer(-1)[: len(piece)] = piece
        reader.buffer_updated(len(piece))
        place += size

    assert 200 == reader.status
    assert [7, 113, 9000] == reader.sizes
    assert len(sent) == reader.octets
    assert reader.times[1] == reader.seen(112)
    assert reader.seen(9000) is None


def test_the_takes_of_the_bench_are_a_compliant_day(tmp_path: Path) -> None:
    import _serve

    takes = _serve.made(tmp_path / "show")
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    with writing(tmp_path / "show") as held:
        recorder = Recorder(held, packs, clock=lambda: datetime.now(UTC), random=token_bytes)
        said = [one for one, _ in zip(takes, range(40), strict=False)]
        answers = recorder.record([Signed(jws=_serve.signed(one).jws) for one in said])
        recorder.close()

    assert all(one.index is not None for one in answers)
    assert {"clear"} == {one.verdict["answer"] for one in answers if one.verdict is not None}
