"""Small studies on simulated values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.factors import Study
from tests.small import framework

CODES = ["x1", "x2", "x3", "x4"]


def simulated(
    tree: Framework | None = None, units: int = 12, gaps: float = 0.0, years: int = 1, seed: int = 5
) -> Panel:
    """Positive values with some gaps, for the small framework."""
    random = np.random.default_rng(seed)
    names = [f"u{i:02}" for i in range(units)]
    rows = [(name, str(2020 + year)) for year in range(years) for name in names]
    table = pd.DataFrame(rows, columns=["unit", "year"], dtype=object)
    table["region"] = ["east" if i % 3 else "west" for i in range(len(table))]
    for code in CODES:
        values = np.round(random.lognormal(1, 1, len(table)), 3)
        missing = random.random(len(table)) < gaps
        table[code] = ["" if m else repr(float(v)) for v, m in zip(values, missing, strict=True)]
    if years == 1:
        table = table.drop(columns="year")
    return Panel.from_table(table, tree or framework())


def study(folder: Path, factors: str, base: str = "{}", more: str = "") -> Study:
    """A study from the text of its factors, a line each."""
    (folder / "base.yml").write_text(base)
    lines = "".join(f"  - {line}\n" for line in factors.strip().splitlines())
    (folder / "study.yml").write_text(f"base: base.yml\nfactors:\n{lines}{more}")
    return Study.read(folder / "study.yml")
