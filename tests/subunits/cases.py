"""A small forest of units, three levels deep and uneven, and figures for its base units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.subunits.rollup import RolledUp, roll_up
from erat.subunits.unit_tree import UnitTree
from tests.small import framework

META = """code,name,parent,direction,weight,type,goalpost_low,goalpost_high
idx,Index,,1,1,aggregate,,
A,Dimension A,idx,1,1,aggregate,,
B,Dimension B,idx,1,3,aggregate,,
x1,First,A,1,1,indicator,0,100
x2,Second,A,1,3,indicator,0,100
x3,Third,B,1,1,indicator,0,100
"""
UNITS = """unit,parent,kind,population
P,,province,
Q,,province,
R,,province,4
Pa,P,block,
Pb,P,block,
Pa1,Pa,regency,1
Pa2,Pa,regency,3
Pb1,Pb,regency,2
Pb2,Pb,regency,5
Q1,Q,regency,2
Q2,Q,regency,2
"""
YEARS = (2020, 2021)
CODES = ["x1", "x2", "x3"]


def texts(csv: str) -> pd.DataFrame:
    """Make a table of texts of a CSV text."""
    lines = [line.split(",") for line in csv.splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0], dtype=object)


def forest(units: str = UNITS) -> UnitTree:
    """Make the tree."""
    return UnitTree.from_table(texts(units), "units.csv")


def meta() -> Framework:
    """Make the framework."""
    return framework(META)


def figures(cube: np.ndarray, tree: UnitTree | None = None) -> Panel:
    """Make a panel of values ``(base units, years, indicators)``."""
    tree = tree or forest()
    bases = tree.codes[tree.is_base]
    years = list(YEARS[: cube.shape[1]])
    index = pd.MultiIndex.from_product([bases, years], names=["unit", "year"])
    values = pd.DataFrame(cube.reshape(len(index), -1), index, CODES)
    return Panel(values, pd.DataFrame(index=index), has_years=len(years) > 1)


def drawn(seed: int = 0, missing: float = 0.0, zeros: float = 0.0, years: int = 2) -> Panel:
    """Draw figures at random, from 1 to 100."""
    draw = np.random.default_rng(seed)
    cube = draw.uniform(1, 100, (7, years, 3))
    cube[draw.random(cube.shape) < zeros] = 0.0
    cube[draw.random(cube.shape) < missing] = np.nan
    return figures(cube)


def method(subunits: Any = "mean", aggregate: Any = "arithmetic", **more: Any) -> Method:
    """Make a method that takes values as they are."""
    plain = {"normalize": "none", "aggregate": aggregate, "subunits": subunits}
    return Method.parse(plain | more)


def rolled(panel: Panel, subunits: Any = "mean", aggregate: Any = "arithmetic") -> RolledUp:
    """Roll up figures through the forest."""
    return roll_up(panel, meta(), method(subunits, aggregate), forest())
