"""How long does a production of 100,000 statements take to open?

Twice: from the view that is kept with it, and from nothing, reading and folding every entry.
Beside them, in the same run, what no start can go below: reading every leaf hash from the
journal and building the tree that the last checkpoint was signed for.

What is said is whole days of takes in order; it is said once, through the product's own path.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from _measure import last_line
from _production import long_production

from showclear.adapters.packs import installed
from showclear.adapters.production_folder import ProductionFolder, making, with_keys
from showclear.app.founding import founding
from showclear.app.incoming import Taken
from showclear.app.recording import GROUP_MAX, Recorder
from showclear.ledger.journal import Snapshot
from showclear.ledger.recover import tree_of
from showclear.ledger.writer import Writer

STATEMENTS = 100_000
TARGETS = {"from_view_s": ("<=", 1.0)}


def main(arguments: list[str]) -> int:
    """Run the bench and print its result as the last line."""
    count = STATEMENTS if "--short" not in arguments else 5_000
    rounds = 7 if "--long" in arguments else 3
    with tempfile.TemporaryDirectory(prefix="showclear-bench-") as name:
        path = Path(name) / "production"
        size, view = written(path, count)
        folder = with_keys(path)
        print(f"{count:,} statements in {size:,} entries; a view of {view // 1024:,} KiB.")
        quick = [opened(folder) for _ in range(rounds)]
        limit = [tree_alone(folder, size) for _ in range(rounds)]
        without_view(folder)
        slow = [opened(folder) for _ in range(1)]
    figures = {
        "from_view_s": round(median(quick), 3),
        "from_nothing_s": round(median(slow), 2),
        "tree_alone_s": round(median(limit), 3),
        "view_kib": view // 1024,
    }
    ratios = {
        "from_view_s": round(median(quick), 3),
        "from_view_to_tree_alone": round(median(quick) / median(limit), 1),
        "from_nothing_to_from_view": round(median(slow) / median(quick), 1),
    }
    print(last_line("start", figures=figures, ratios=ratios, targets=TARGETS))
    return 0


def written(path: Path, count: int) -> tuple[int, int]:
    """Make a production and say everything; return its entries and the bytes of its view."""
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    with making(path, secrets.token_bytes) as made:
        journal = made.journal()
        Writer.found(journal, made.signer, place=made.place)
        journal.close()
        recorder = recorder_of(made)
        recorder.record(
            founding(
                server=made.server.public,
                title="bench",
                where="",
                sample=True,
                packs=[packs["showclear-baseline"]],
            )
        )
        said = long_production(count).said
        started = time.monotonic()
        for start in range(0, len(said), GROUP_MAX):
            recorder.record([Taken(fields=fields) for fields in said[start : start + GROUP_MAX]])
        rate = len(said) / (time.monotonic() - started)
        print(f"said at {rate:,.0f} statements/s, taken, judged and signed by the server")
        recorder.keep_view(every=1)
        recorder.publish()
        size = recorder.size
        recorder.close()
    kept = with_keys(path).journal()
    view = kept.snapshot()
    kept.close()
    return size, len(view.body) if view is not None else 0


def recorder_of(folder: ProductionFolder) -> Recorder:
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
    return Recorder(folder, packs, clock=clock, random=secrets.token_bytes)


def opened(folder: ProductionFolder) -> float:
    """Seconds from nothing to a recorder that can judge; packs are read beforehand."""
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
    start = time.perf_counter()
    one = Recorder(folder, packs, clock=clock, random=secrets.token_bytes)
    took = time.perf_counter() - start
    one.close()
    return took


def tree_alone(folder: ProductionFolder, size: int) -> float:
    journal = folder.journal()
    start = time.perf_counter()
    tree_of(journal, size).root()
    took = time.perf_counter() - start
    journal.close()
    return took


def without_view(folder: ProductionFolder) -> None:
    journal = folder.journal()
    journal.put_snapshot(Snapshot(size=0, root=b"", maker="", body=b""))
    journal.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
