"""The benchmarks: `make bench` prints ratios as a table, all measured in one run.

Each figure is the least of some runs in processor time of one thread, so that what else a machine
does counts little. The floor is what no way around can save: products of weights and scores, and a
sort of every replicate, of the same size, in the same blocks.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parent))

import cases

from erat.assessment import assess
from erat.robustness.claims import claims
from erat.robustness.engine import block_size
from erat.robustness.findings import Findings
from erat.robustness.uncertainty import uncertainty

REPLICATES = 16_384
LARGE = 10_240
"""Replicates of the large run; they are shown for an eighth, a quarter and the whole."""


def least(function: Callable[[], object], runs: int) -> float:
    """Return the least processor time of some runs, in seconds."""
    found = []
    for _ in range(runs):
        begun = time.process_time()
        function()
        found.append(time.process_time() - begun)
    return min(found)


def floor(units: int, replicates: int) -> None:
    """Multiply and sort as much as a study does."""
    random = np.random.default_rng(0)
    scores = random.random((cases.INDICATORS, units))
    weights = random.random((replicates, cases.INDICATORS))
    size = block_size(units)
    for start in range(0, replicates, size):
        np.argsort(weights[start : start + size] @ scores, axis=1)


def study(units: int, replicates: int, folder: Path) -> None:
    """Evaluate the study of the benchmark: intervals of all scores and ranks."""
    tree = cases.framework()
    panel = cases.panel(units, tree)
    chosen = cases.study(folder)

    found = uncertainty(panel, tree, chosen, replicates // 2, 1, jobs=1, only="intervals")
    with found.store:
        assert not found.problems


def against_the_floor(units: int, replicates: int, runs: int, folder: Path) -> str:
    """Tell how many times the floor a study takes."""
    base = least(lambda: floor(units, replicates), runs)
    own = least(lambda: study(units, replicates, folder), runs)
    value = 1e9 * own / units / replicates
    return (
        f"| {units:,} units, {replicates:,} replicates, to the floor | {own / base:.1f} times "
        f"({own:.2f} s, {value:.0f} ns a value) |"
    )


def against_a_loop(units: int, folder: Path) -> str:
    """Tell how many replicates a study evaluates in the time of one assessment."""
    tree = cases.framework()
    panel = cases.panel(units, tree)
    method = cases.study(folder).methods({})[0]
    once = least(lambda: assess(panel, tree, method), 5)
    many = least(lambda: study(units, REPLICATES, folder), 3) / REPLICATES
    return (
        f"| {units:,} units, one replicate, a loop of `assess` to ours | {once / many:,.0f} times |"
    )


def provinces(folder: Path) -> str:
    """Tell how long the whole study of 38 provinces takes, indices and claims included."""
    tree = cases.framework()
    panel = cases.panel(38, tree)
    chosen = cases.study(folder)
    begun = time.perf_counter()
    found = uncertainty(panel, tree, chosen, 8192, 1)
    findings = Findings(found)
    findings.tables()
    claims(findings)
    taken = time.perf_counter() - begun
    count = len(found.plan.evaluation)
    return f"| 38 units, {count:,} replicates, indices, dominance, claims | {taken:.1f} s |"


def large(replicates: int) -> None:
    """Evaluate all villages, and print seconds and megabytes; in a process of its own.

    With three factors there are five replicates a point of the base sample, so that 10,240 are
    2,048 points.
    """
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        tree = cases.framework()
        panel = cases.panel(cases.UNITS[-1], tree)
        chosen = cases.study(Path(folder), ("normalization", "aggregation", "weights"))
        found = uncertainty(panel, tree, chosen, round(replicates / 5), 1, jobs=1)
        made = found.plan.count
        with found.store:
            assert not found.problems
    taken = time.process_time() - begun
    print(made, taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def villages(parts: tuple[int, ...]) -> list[str]:
    """Tell time and memory of the large run for some of its replicates."""
    lines = []
    for replicates in parts:
        call = [sys.executable, __file__, "--large", str(replicates)]
        done = subprocess.run(call, capture_output=True, text=True, check=True)
        made, taken, memory = (float(word) for word in done.stdout.split())
        each = 1e9 * taken / made / cases.UNITS[-1]
        lines.append(
            f"| {cases.UNITS[-1]:,} units, {made:,.0f} evaluations | {taken:.0f} s "
            f"({each:.0f} ns a value), {memory:,.0f} MiB at most |"
        )
    return lines


def main() -> None:
    """Run the benchmarks that were asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--large", type=int)
    asked.add_argument("--quick", action="store_true", help="leave the villages out")
    options = asked.parse_args()
    if options.large:
        large(options.large)
        return
    print(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, "
        f"numpy {np.__version__}\n"
    )
    print("| measured | result |\n|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as name, threadpool_limits(limits=1):
        folder = Path(name)
        for units in cases.UNITS[:2]:
            print(against_the_floor(units, REPLICATES, 5, folder), flush=True)
        if not options.quick:
            print(against_the_floor(cases.UNITS[-1], REPLICATES // 4, 1, folder), flush=True)
        for units in cases.UNITS[:2]:
            print(against_a_loop(units, folder), flush=True)
        print(provinces(folder), flush=True)
    if not options.quick:
        for line in villages((LARGE // 8, LARGE // 4, LARGE)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
