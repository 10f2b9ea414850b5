"""How quickly does what was said become the state, and does it stay so as a show goes on?

A production of 100,000 statements as JSON lines, in order, read and folded; in the same
run the machine's own limit, reading the same JSON alone. Then what one statement costs
after 100 and after 100,000 others, what a late one costs, and the memory they take.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

import _production

from showclear.core.parse import read_statement
from showclear.core.record import Record

STATEMENTS = 100_000
WANTED_PER_S = 30_000


def read(line: bytes) -> Any:
    return read_statement(json.loads(line), fallback_id="unnamed", attested="badge")


def folded(lines: list[bytes]) -> tuple[Record, float]:
    """Read and fold; returns the record and the statements a second."""
    record = Record()
    start = time.perf_counter()
    for line in lines:
        record.add(read(line))
    return record, len(lines) / (time.perf_counter() - start)


def cost_of_next(lines: list[bytes], before: int, count: int = 400) -> float:
    """The median microseconds of one more statement after `before` others."""
    record, _ = folded(lines[:before])
    times = []
    for line in lines[before : before + count]:
        start = time.perf_counter()
        record.add(read(line))
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def cost_of_late(record: Record) -> float:
    """Milliseconds to put one statement three hours late into the last ShootDay."""
    last = max(said.at for said in record.by_id.values() if said.at is not None)
    assert isinstance(last, datetime)
    at = (last - timedelta(hours=3)).isoformat()
    late = {
        "id": "late",
        "at": at,
        "by": "ad",
        "what": "request.made",
        "request": "tea",
        "kind": "rest",
    }
    start = time.perf_counter()
    record.add(read(json.dumps(late).encode()))
    return (time.perf_counter() - start) * 1e3


def main() -> int:
    lines = [json.dumps(said).encode() for said in _production.days_until(STATEMENTS + 1_000)]
    print(f"{len(lines):,} statements, {sum(map(len, lines)) / len(lines):.0f} bytes each")
    rates, limits = [], []
    for turn in range(3):
        gc.collect()
        start = time.perf_counter()
        for line in lines[:STATEMENTS]:
            json.loads(line)
        limits.append(STATEMENTS / (time.perf_counter() - start))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        record, rate = folded(lines[:STATEMENTS])
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        if turn == 0:
            memory = grown / 1024
        rates.append(rate)
        print(f"round {turn + 1}: {rate:,.0f} statements a second; json alone {limits[-1]:,.0f}")
    late = cost_of_late(record)
    del record
    early, full = cost_of_next(lines, 100), cost_of_next(lines, STATEMENTS)
    figures = {
        "statements_per_s": round(statistics.median(rates)),
        "json_alone_per_s": round(statistics.median(limits)),
        "memory_mb_per_100000": round(memory),
        "one_more_us_at_100": round(early, 1),
        "one_more_us_at_100000": round(full, 1),
        "late_entry_ms": round(late, 2),
    }
    ratios = {
        "fold_to_json_alone": round(statistics.median(rates) / statistics.median(limits), 3),
        "one_more_100000_to_100": round(full / early, 3),
    }
    targets = {"statements_per_s": f">= {WANTED_PER_S}", "one_more_100000_to_100": "<= 1.5"}
    met = figures["statements_per_s"] >= WANTED_PER_S and ratios["one_more_100000_to_100"] <= 1.5
    line = {"bench": "fold", "figures": figures, "ratios": ratios, "targets": targets, "met": met}
    print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
