"""Simulated cases for the benchmarks: 71 indicators in 3 levels, and studies of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.factors import Study

UNITS = (38, 514, 83_763)
"""Provinces, regencies and cities, villages."""

INDICATORS, DIMENSIONS = 71, 12

BASE = {
    "treat": {"method": "winsorize", "max_points": 5},
    "normalize": {"method": "minmax", "range": [1, 100]},
}


def framework() -> Framework:
    """Return 71 indicators under 12 dimensions under an index, all with weights of their own."""
    random = np.random.default_rng(71)
    rows = [("index", "", 1, 1.0, "aggregate")]
    dimensions = [f"d{j:02}" for j in range(DIMENSIONS)]
    rows += [(code, "index", 1, round(random.uniform(1, 3), 2), "aggregate") for code in dimensions]
    rows += [
        (f"x{i:02}", dimensions[i % DIMENSIONS], [1, -1][i % 3 == 0], round(random.uniform(1, 3), 2),
         "indicator")
        for i in range(INDICATORS)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["code", "parent", "direction", "weight", "type"])
    return Framework.from_table(table)


def panel(units: int, tree: Framework) -> Panel:
    """Return correlated values, every tenth column skewed so that it is winsorized."""
    random = np.random.default_rng(units)
    common = random.standard_normal((units, 1))
    values = 0.6 * common + 0.8 * random.standard_normal((units, INDICATORS))
    values[:, ::10] = np.exp(0.8 * values[:, ::10])
    names = [f"u{i:05}" for i in range(units)]
    index = pd.MultiIndex.from_product([names, [0]], names=["unit", "year"])
    table = pd.DataFrame(values, index=index, columns=tree.indicators)
    return Panel(table, pd.DataFrame(index=index), has_years=False)


def files(units: int, folder: Path) -> tuple[Path, Path]:
    """Write the data of some units and the framework as tables of a user, numbers of four digits."""
    tree = framework()
    data, meta = folder / "data.csv", folder / "meta.csv"
    panel(units, tree).values.droplevel("year").round(4).to_csv(data)
    tree.table.to_csv(meta)
    return data, meta


def study(folder: Path, names: tuple[str, ...] = ()) -> Study:
    """Return the study of the benchmark: its factors, or those that are named."""
    left_out = ["none", *(f"x{i:02}" for i in range(9))]
    normalizations = [
        {"method": "minmax", "range": [1, 100]},
        {"method": "zscore", "mean": 100, "sd": 10},
        {"method": "rank"},
    ]
    factors = [
        {"name": "normalization", "at": "normalize", "choices": normalizations},
        {"name": "aggregation", "at": "aggregate.method", "choices": ["arithmetic", "geometric"]},
        {"name": "winsorizing", "at": "treat.max_points", "choices": [1, 2, 3, 4, 5]},
        {"name": "left_out", "at": "exclude", "choices": left_out},
        {"name": "weights", "at": "weights", "perturb": {"relative": 0.25}},
    ]
    factors = [factor for factor in factors if not names or factor["name"] in names]
    (folder / "base.yml").write_text(yaml.safe_dump(BASE), encoding="utf-8")
    path = folder / "study.yml"
    path.write_text(yaml.safe_dump({"base": "base.yml", "factors": factors}), encoding="utf-8")
    return Study.read(path)
