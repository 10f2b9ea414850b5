"""How fast do statements become a state, what do they weigh, and does it stay so?

* From a line of JSON to the state: `json.loads`, `read_statement`, `Record.add`. Beside it,
  in the same rounds, `json.loads` alone: what no reader in Python can go below.
* What is said is a production of whole days of takes in order, without corrections.
* One more statement costs the same after 100 as after 100,000: measured on the same three
  days of takes, the mornings (when a snapshot is made) included.
* A late entry folds again from the morning of its day.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from datetime import datetime, timedelta
from statistics import median
from time import process_time

from _measure import last_line
from _production import Production, Said, long_production, more_days

from showclear.core.parse import read_statement
from showclear.core.record import Record
from showclear.core.statement import Kept

STATEMENTS = 100_000
FEW = 100
TARGETS = {"statements_per_s": (">=", 30_000.0), "one_more_100000_to_100": ("<=", 1.5)}


def main(arguments: list[str]) -> int:
    """Run the bench and print its result as the last line."""
    number = 7 if "--long" in arguments else 3
    production = long_production(STATEMENTS)
    lines = lines_of(production.said)
    print(f"{len(lines):,} statements of {sum(map(len, lines)) // len(lines)} bytes.")
    before = peak_kb()
    record, rate = folded(lines)
    grown = (peak_kb() - before) * STATEMENTS / len(lines)
    hold_to_order(record)
    rates, limits = [rate], [json_alone(lines)]
    for _ in range(number - 1):
        limits.append(json_alone(lines))
        rates.append(folded(lines)[1])
        print(f"  {rates[-1]:10,.0f} statements/s, JSON alone {limits[-1]:,.0f}/s")
    costs = [(one_more(few_then()), one_more((record, production))) for _ in range(3 * number)]
    ratios = {
        "json_alone_to_ours": round(median(b / a for a, b in zip(rates, limits, strict=True)), 2),
        "one_more_100000_to_100": round(median(many / few for few, many in costs), 3),
    }
    figures = {
        "statements_per_s": round(median(rates)),
        "json_alone_per_s": round(median(limits)),
        "memory_mb_per_100000": round(grown / 1024),
        "one_more_us_at_100": round(median(few for few, _ in costs) * 1e6, 1),
        "one_more_us_at_100000": round(median(many for _, many in costs) * 1e6, 1),
        "late_three_hours_ms": round(late(record, timedelta(hours=3)) * 1e3, 2),
        "late_ten_days_ms": round(late(record, timedelta(days=10)) * 1e3, 1),
    }
    print(last_line("fold", figures=figures, ratios=ratios, targets=TARGETS))
    return 0


def lines_of(said: list[Said]) -> list[bytes]:
    """As they stand in a file: one line of JSON each."""
    return [json.dumps(one).encode() for one in said]


def enter(record: Record, line: bytes) -> None:
    """One line into the record, as a set's own devices say it."""
    record.add(read_statement(json.loads(line), fallback_id="kept"))


def folded(lines: list[bytes]) -> tuple[Record, float]:
    """The record of all lines, and how many went into it a second."""
    gc.collect()
    record = Record()
    start = process_time()
    for line in lines:
        enter(record, line)
    return record, len(lines) / (process_time() - start)


def json_alone(lines: list[bytes]) -> float:
    """How many lines a second the JSON alone takes."""
    gc.collect()
    start = process_time()
    for line in lines:
        json.loads(line)
    return len(lines) / (process_time() - start)


def hold_to_order(record: Record) -> None:
    """Make sure that it was the plain day that it should be, or the figures are of another."""
    state = record.state
    kept = any(isinstance(said, Kept) for said in record.as_said.said)
    if kept or state.contradictions or state.gaps or record.as_corrected is not None:
        raise AssertionError("the production of this bench does not add up")


def few_then() -> tuple[Record, Production]:
    """A new production of a hundred statements: people, weapons, rounds and some checks."""
    production = Production()
    production.open()
    while len(production.said) < FEW:
        production.check("ears-eyes-worn", "focus", by="ad")
    return folded(lines_of(production.said))[0], production


def one_more(so_far: tuple[Record, Production]) -> float:
    """The mean seconds of one more statement, over three more days of takes."""
    record, production = so_far
    lines = lines_of(more_days(production))
    start = process_time()
    for line in lines:
        enter(record, line)
    return (process_time() - start) / len(lines)


def late(record: Record, by: timedelta) -> float:
    """The median seconds of a statement that comes so long after its time."""
    last = record.state.day.last_at if record.state.day is not None else None
    if not isinstance(last, datetime):
        raise AssertionError("the production has days")
    times = []
    for number in range(3):
        said = {"id": f"late-{by.days}-{number}", "what": "check.made", "by": "ad", "passed": True}
        said |= {"at": (last - by).isoformat(), "checks": ["ppe-worn"], "on": ["scene-1"]}
        start = process_time()
        enter(record, json.dumps(said).encode())
        times.append(process_time() - start)
    return median(times)


def peak_kb() -> int:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
