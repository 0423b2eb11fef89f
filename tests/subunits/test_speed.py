"""Many sub-units: arrays at every level, no loop over units."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from erat.index.method import Method
from erat.index.panel import Panel
from erat.subunits.contributions import contributions
from erat.subunits.rollup import roll_up
from erat.subunits.unit_tree import UnitTree
from tests.small import framework

META = "code,parent,direction,weight,type,goalpost_low,goalpost_high\nidx,,1,1,aggregate,,\n"


def wide(indicators: int, dimensions: int) -> str:
    """A framework of indicators in turn under some dimensions, as CSV."""
    rows = [f"D{d},idx,1,1,aggregate,," for d in range(dimensions)]
    rows += [f"x{j},D{j % dimensions},1,1,indicator,0,100" for j in range(indicators)]
    return META + "\n".join(rows) + "\n"


def parents_of(below: list[str], above: list[str], kind: str) -> list[tuple[str, str, str]]:
    """Deal units out to the units above them."""
    return [(unit, above[i % len(above)], kind) for i, unit in enumerate(below)]


@pytest.mark.stress
@pytest.mark.parametrize(("bases", "levels"), [(76_000, [38]), (30_000, [38, 76, 1520])])
def test_thousands_of_sub_units_roll_up_in_a_moment(bases: int, levels: list[int]) -> None:
    names = [[f"u{level}.{i}" for i in range(n)] for level, n in enumerate([*levels, bases])]
    rows = [(unit, "", "0") for unit in names[0]]
    for level in range(1, len(names)):
        rows += parents_of(names[level], names[level - 1], str(level))
    tree = UnitTree.from_table(pd.DataFrame(rows, columns=["unit", "parent", "kind"]))
    f = framework(wide(100, 8))
    draw = np.random.default_rng(1)
    x = 20.0 * draw.integers(0, 6, (bases, 100))
    x[draw.random(x.shape) < 0.1] = np.nan
    index = pd.MultiIndex.from_arrays([names[-1], np.zeros(bases, int)], names=["unit", "year"])
    panel = Panel(pd.DataFrame(x, index, f.indicators), pd.DataFrame(index=index), False)
    for first in ("units", "framework"):
        chosen = Method.parse({"normalize": "goalposts", "subunits": {"first": first}})
        start = time.process_time()
        made = roll_up(panel, f, chosen, tree)
        assert time.process_time() - start < 10
        parts = contributions(made).groupby("unit")["contribution"].sum()
        top = made.top.scores["idx"].droplevel("year")[parts.index]
        assert (parts - top).abs().max() < 1e-10
