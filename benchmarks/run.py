"""The benchmarks: `make bench` prints ratios as a table, all measured in one run.

Each figure is the least of some runs in processor time of one thread, so that what else a machine
does counts little. The floor is what no way around can save: one product of weights and scores (a
study needs no more than one, since weights are multiplied down the levels first), and an argsort
of every replicate, of the same size, in the same blocks. The run needs 17 GB on the disk that holds
temporary files.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cases
import nbformat
import numpy as np
import pandas as pd
import papermill
from threadpoolctl import threadpool_limits

from erat.files import write_tables
from erat.index import results
from erat.index.assessment import assess
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.report.html import Page
from erat.report.run import Job, render_all
from erat.robustness.addresses import Resolver
from erat.robustness.claims import claims
from erat.robustness.engine import block_size
from erat.robustness.study_result import StudyResult
from erat.robustness.uncertainty import uncertainty

REPLICATES = 16_384
LARGE = 10_240
"""Replicates of the large run; they are shown for a tenth, a third and the whole."""


def least(runs: int, *functions: Callable[[], object]) -> list[float]:
    """Return the least processor time of each function in some runs by turns, in seconds."""
    found = np.empty((runs, len(functions)))
    for run in found:
        for i, function in enumerate(functions):
            begun = time.process_time()
            function()
            run[i] = time.process_time() - begun
    return found.min(axis=0).tolist()


def floor(units: int, replicates: int) -> Callable[[], None]:
    """Return what multiplies and sorts as much as a study does."""
    random = np.random.default_rng(0)
    scores = random.random((cases.INDICATORS, units))
    weights = random.random((replicates, cases.INDICATORS))
    size = block_size(units)

    def run() -> None:
        for start in range(0, replicates, size):
            np.argsort(weights[start : start + size] @ scores, axis=1)

    return run


def study(units: int, replicates: int, folder: Path) -> Callable[[], None]:
    """Return what evaluates the study of the benchmark: intervals of all scores and ranks."""
    tree = cases.framework()
    panel, chosen = cases.panel(units, tree), cases.study(folder)

    def run() -> None:
        found = uncertainty(panel, tree, chosen, replicates // 2, 1, jobs=1, only="intervals")
        with found.store:
            assert not found.problems

    return run


def against_the_floor(units: int, runs: int, folder: Path) -> str:
    """Tell how many times the floor a study takes."""
    base, own = least(runs, floor(units, REPLICATES), study(units, REPLICATES, folder))
    each, least_each = (1e9 * taken / units / REPLICATES for taken in (own, base))
    return (
        f"| {units:,} units, {REPLICATES:,} replicates, to the floor | {own / base:.1f} times "
        f"({own:.2f} s; {each:.0f} to {least_each:.0f} ns a score) |"
    )


def against_a_loop(units: int, folder: Path) -> str:
    """Tell how many replicates a study evaluates in the time of one assessment."""
    tree = cases.framework()
    panel = cases.panel(units, tree)
    method = Resolver(cases.study(folder)).base
    once, many = least(5, lambda: assess(panel, tree, method), study(units, REPLICATES, folder))
    times = REPLICATES * once / many
    return f"| {units:,} units, one replicate, a loop of `assess` to ours | {times:,.0f} times |"


def provinces(folder: Path) -> str:
    """Tell how long the whole study of 38 provinces takes, indices and claims included."""
    tree = cases.framework()
    panel = cases.panel(38, tree)
    chosen = cases.study(folder)
    begun = time.perf_counter()
    found = uncertainty(panel, tree, chosen, 8192, 1)
    findings = StudyResult(found)
    findings.tables()
    claims(findings)
    taken = time.perf_counter() - begun
    count = len(found.plan.evaluation)
    return f"| 38 units, {count:,} replicates, indices, dominance, claims | {taken:.1f} s |"


def tables_of_a_user(units: int, folder: Path) -> str:
    """Tell how many times `erat index` takes what pandas takes to read the data and write them once.

    An index is four tables of that size: data, data after treatment, normalized, contributions.
    """
    data, meta = cases.files(units, folder)

    def once() -> None:
        pd.read_csv(data).to_csv(folder / "again.csv", index=False)

    def whole() -> None:
        tree = Framework.read(meta)
        tables = results.tables(assess(Panel.read(data, tree), tree))
        write_tables(folder / "index", tables, {}, {})

    base, own = least(3, once, whole)
    return (
        f"| {units:,} units, tables read, assessed and written, to reading and writing one | "
        f"{own / base:.1f} times ({own:.1f} s) |"
    )


def notebooks(count: int, folder: Path) -> str:
    """Tell how much longer notebooks of one figure take with a plain kernel each, one by one."""
    cells = ["import matplotlib.pyplot as plt, pandas", "plt.plot([1, 2]);"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    nbformat.write(book, folder / "small.ipynb")
    jobs = [
        Job(folder / "small.ipynb", {}, folder / f"{n}.html", folder / f"{n}.ipynb", Page("", "en"))
        for n in range(count)
    ]
    begun = time.perf_counter()
    render_all(jobs, workers=1, force=True)
    own = time.perf_counter() - begun
    for job in jobs:
        papermill.execute_notebook(
            job.template, job.notebook, kernel_name="python3", language="python", progress_bar=False
        )
    plain = time.perf_counter() - begun - own
    return f"| {count} notebooks of one figure, plain kernels to ours | {plain / own:.1f} times |"


def large(replicates: int) -> None:
    """Evaluate all villages, and print seconds and megabytes; in a process of its own.

    Three factors, so that what is done once for all replicates counts little. Plain random points
    need no power of two, and no two replicates are the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        tree = cases.framework()
        panel = cases.panel(cases.UNITS[-1], tree)
        chosen = cases.study(Path(folder), ("normalization", "aggregation", "weights"))
        begun = time.process_time()
        half = replicates // 2
        found = uncertainty(panel, tree, chosen, half, 1, jobs=1, only="intervals", points="plain")
        with found.store:
            assert found.replicates == replicates
    taken = time.process_time() - begun
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def villages(parts: tuple[int, ...]) -> list[str]:
    """Tell time and memory of the large run for some of its replicates."""
    lines = []
    for replicates in parts:
        call = [sys.executable, __file__, "--large", str(replicates)]
        done = subprocess.run(call, capture_output=True, text=True, check=True)
        taken, memory = map(float, done.stdout.split())
        each = 1e9 * taken / replicates / cases.UNITS[-1]
        lines.append(
            f"| {cases.UNITS[-1]:,} units, {replicates:,} replicates | {taken:.0f} s "
            f"({each:.0f} ns a score), {memory:,.0f} MiB at most |"
        )
    return lines


def machine() -> str:
    """Name the processor, its cores, and the versions that count."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"numpy {np.__version__}"
    )


def main() -> None:
    """Run the benchmarks that were asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--large", type=int)
    asked.add_argument("--quick", action="store_true", help="leave the villages out")
    options = asked.parse_args()
    if options.large:
        large(options.large)
        return
    print(f"{machine()}\n\n| measured | result |\n|---|---|", flush=True)
    if not options.quick:  # first: a process begins with the peak of the one that starts it
        for line in villages((LARGE // 10, LARGE // 6 * 2, LARGE)):
            print(line, flush=True)
    with tempfile.TemporaryDirectory() as name, threadpool_limits(limits=1):
        folder = Path(name)
        for units in cases.UNITS[:2]:
            print(against_the_floor(units, 15, folder), flush=True)
        if not options.quick:
            print(against_the_floor(cases.UNITS[-1], 1, folder), flush=True)
        for units in cases.UNITS[:2]:
            print(against_a_loop(units, folder), flush=True)
        print(provinces(folder), flush=True)
        print(tables_of_a_user(20_000, folder), flush=True)
        print(notebooks(8, folder), flush=True)


if __name__ == "__main__":
    main()
