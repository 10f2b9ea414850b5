"""How long do the shipped packs take to load, from cold, compiled and from YAML?

* From cold: a new process each time, its bytecode already there, as of any program that was
  started once. What counts is the processor time of `installed()` in it, and beside it that of
  the whole start, imports included.
* The compiled form has to say what the YAML says, and to be of this YAML, or the figures
  would be of another thing: that is looked at first.
"""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median

from _measure import last_line

from showclear.adapters.packs import installed
from showclear.rules.canonical import canonical

TARGETS = {"compiled_ms": ("<=", 300.0), "compiled_with_imports_to_yaml": ("<=", 1.0)}

LOAD = """
import json, sys, time
from showclear.adapters.packs import installed
start = time.process_time()
shelf = installed(compiled={compiled})
end = time.process_time()
print(json.dumps([end - start, end, len(shelf.packs)]))
"""


def main(arguments: list[str]) -> int:
    """Run the bench and print its result as the last line."""
    rounds = 15 if "--long" in arguments else 5
    rules, size = hold_to_order()
    print(f"{rules} rules, {size:,} bytes of canonical JSON.")
    loaded = [(cold(compiled=True), cold(compiled=False)) for _ in range(rounds)]
    compiled = [one for one, _ in loaded]
    yaml = [other for _, other in loaded]
    figures = {
        "compiled_ms": round(1e3 * median(load for load, _ in compiled), 1),
        "yaml_ms": round(1e3 * median(load for load, _ in yaml), 1),
        "compiled_with_imports_ms": round(1e3 * median(start for _, start in compiled), 1),
        "yaml_with_imports_ms": round(1e3 * median(start for _, start in yaml), 1),
        "rules": rules,
    }
    pairs = zip(compiled, yaml, strict=True)
    ratios = {
        "yaml_to_compiled": round(median(b[0] / a[0] for a, b in loaded), 1),
        "compiled_with_imports_to_yaml": round(median(a[1] / b[1] for a, b in pairs), 2),
    }
    print(last_line("packs", figures=figures, ratios=ratios, targets=TARGETS))
    return 0


def cold(*, compiled: bool) -> tuple[float, float]:
    """The processor seconds of a load in a new process, and of all that process did."""
    ran = subprocess.run(
        [sys.executable, "-c", LOAD.format(compiled=compiled)],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    load, start, _ = json.loads(ran.stdout)
    return load, start


def hold_to_order() -> tuple[int, int]:
    """How many rules there are and how long they are, once both ways of loading agree."""
    ours, theirs = installed(), installed(compiled=False)
    if ours.problems or {k: v.pack for k, v in ours.packs.items()} != {
        k: v.pack for k, v in theirs.packs.items()
    }:
        raise AssertionError("the compiled form is not that of the YAML: showclear packs compile")
    packs = [one.pack for one in ours.packs.values()]
    return sum(len(pack.rules) for pack in packs), sum(len(canonical(pack)) for pack in packs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
