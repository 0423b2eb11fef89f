"""The published human development index, made again from its published components."""

from __future__ import annotations

import pandas as pd
import pytest

from erat.edition.audit.reproduction import agreement, by_time, largest, reproduced
from erat.edition.project import Project
from erat.index.framework import Framework
from erat.index.method import Method
from erat.indonesia.check import RawTables


@pytest.fixture(scope="session")
def framework(project: Project) -> Framework:
    return Framework.read(project.config / "frameworks" / "ipm_sp2010.csv")


@pytest.fixture(scope="session")
def method(project: Project) -> Method:
    return Method.read(project.config / "methods" / "ipm_sp2010.yml")


@pytest.mark.parametrize(
    ("level", "values", "tolerance"), [("province", 405, 0.015), ("regency", 4112, 0.016)]
)
def test_every_published_index_is_reproduced(
    raw: RawTables,
    framework: Framework,
    method: Method,
    level: str,
    values: int,
    tolerance: float,
) -> None:
    found = reproduced(raw, framework, method, "ipm_sp2010", level)
    total = agreement(found, tolerance).set_index("year").loc["all"]
    assert total["values"] == total["within"] == total["by_rounding"] == values
    assert found["difference"].abs().max() <= tolerance
    since = found[found["year"] >= 2016]["difference"].abs()
    assert (since > 0.0051).sum() == (level == "regency")


def test_another_goalpost_is_no_rounding(
    raw: RawTables, framework: Framework, method: Method
) -> None:
    table = framework.table.copy()
    table.loc["rls", "goalpost_high"] = 15.1
    found = reproduced(raw, Framework(table), method, "ipm_sp2010")
    assert not found["rounding"].any()


def test_the_old_life_expectancy_misses_the_newer_index(
    raw: RawTables, framework: Framework, method: Method
) -> None:
    mixed = reproduced(raw, framework, method, "ipm")
    total = agreement(mixed, 0.015).set_index("year").loc["all"]
    assert total["within"] < 10
    assert total["mean"] < -1


def test_differences_are_summed_up_by_year_and_named() -> None:
    found = pd.DataFrame(
        {
            "name": ["A", "B", "C"],
            "year": [2015, 2016, 2016],
            "published": [70.00, 71.00, 72.00],
            "computed": [70.02, 71.004, 71.99],
            "difference": [0.02, 0.004, -0.01],
            "rounding": [False, True, True],
        }
    )
    rows = agreement(found, 0.015).set_index("year")
    assert rows.index.tolist() == ["2015", "2016", "all"]
    assert rows["within"].tolist() == [0, 2, 2]
    assert rows["by_rounding"].tolist() == [0, 2, 2]
    assert rows["same_2_decimals"].tolist() == [0, 1, 1]
    assert rows["largest"].tolist() == pytest.approx([0.02, 0.01, 0.02])
    assert largest(found, 2)["name"].tolist() == ["A", "C"]
    parts = by_time(found, 2016)
    assert {head: len(part) for head, part in parts.items()} == {"To 2015": 1, "From 2016 on": 2}
