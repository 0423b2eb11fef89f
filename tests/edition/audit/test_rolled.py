"""Provinces from their regencies against their published figures: by hand, and on real figures."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.edition.audit import rolled
from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.edition.regencies import regency_groups
from erat.indonesia.check import RawTables
from erat.subunits.rollup import RolledUp

THREE = ["poverty_rate", "drinking_water_access", "sanitation_access"]


@pytest.fixture(scope="module")
def edition(root: Path) -> Edition:
    return Edition.read(Project(root), "2021")


@pytest.fixture(scope="module")
def names(raw_tables: RawTables) -> dict[str, str]:
    return dict(zip(raw_tables.units["unit"], raw_tables.units["name"], strict=True))


@pytest.fixture(scope="module")
def equal(edition: Edition, raw_tables: RawTables) -> RolledUp:
    return rolled.rolled(edition, raw_tables)


def test_weights_that_are_needed_by_hand() -> None:
    """One series, values 0 and 1, target 0.8: weights 0.2 and 0.8, whatever the spread."""
    values = pd.DataFrame({"x": [0.0, 1.0, 5.0, 5.0]}, index=["a", "b", "c", "d"])
    parent = pd.Series({"a": "P", "b": "P", "c": "Q", "d": "Q"})
    targets = pd.DataFrame({"x": [0.8, 6.0]}, index=["P", "Q"])
    found = rolled.needed_weights(values, targets, parent).set_index("unit")
    assert found.loc[["a", "b"], "weight"].tolist() == pytest.approx([0.2, 0.8], abs=1e-7)
    assert found.loc[["a", "b"], "times"].tolist() == pytest.approx([0.4, 1.6], abs=1e-6)
    assert found["met"].to_dict() == {"a": True, "b": True, "c": False, "d": False}


def test_needed_weights_are_the_nearest_to_equal_ones() -> None:
    """With three values the tilted weights are in geometric progression: exp(slope x)."""
    values = pd.DataFrame({"x": [0.0, 1.0, 2.0]}, index=["a", "b", "c"])
    parent = pd.Series("P", index=values.index)
    found = rolled.needed_weights(values, pd.DataFrame({"x": [1.5]}, index=["P"]), parent)
    w = found["weight"].tolist()
    assert w[1] + 2 * w[2] == pytest.approx(1.5, abs=1e-7)
    assert w[1] ** 2 == pytest.approx(w[0] * w[2], abs=1e-7)


def test_real_needed_weights_reproduce_the_published_figures(
    edition: Edition, raw_tables: RawTables, names: dict[str, str]
) -> None:
    own = rolled.published(edition, raw_tables)
    values = rolled.regency_values(edition, raw_tables, THREE)
    parent = regency_groups(raw_tables, 34)["parent"]
    found = rolled.needed_weights(values, own[THREE], parent)
    assert found["met"].all()
    weight = found.set_index("unit")["weight"]
    means = values.mul(weight, axis=0).groupby(parent).sum()
    np.testing.assert_allclose(means, own.loc[means.index, THREE], atol=1e-4)
    table = rolled.who_needs(found, names, 3)
    assert table.iloc[0][["province", "heaviest"]].tolist() == ["Kepulauan Riau", "Kota Batam"]
    assert (table["counting"] <= table["regencies"]).all()


def test_gaps_by_hand() -> None:
    found = pd.DataFrame({"x": [1.0, 5.0, 3.0]}, index=["a", "b", "c"])
    own = pd.DataFrame({"x": [2.0, 2.0, 3.0], "y": 0.0}, index=["a", "b", "c"])
    row = rolled.gaps(found, own, {"a": "A", "b": "B", "c": "C"}).loc["x"]
    assert row[["mean", "mean_size", "largest", "who"]].tolist() == [2 / 3, 4 / 3, 3.0, "B"]


def test_the_human_development_index_is_compared_on_its_own_base(
    edition: Edition, raw_tables: RawTables, equal: RolledUp
) -> None:
    table = raw_tables.regencies.query("indicator == 'ipm_sp2010' and year == 2021")
    parent = regency_groups(raw_tables, 34)["parent"]
    mean = table.set_index("unit")["value"].groupby(parent).mean()
    found = rolled.means(equal, raw_tables, edition, ["ipm_sp2010"])["ipm_sp2010"]
    np.testing.assert_allclose(found.loc[mean.index], mean, atol=1e-10)
    own = rolled.published(edition, raw_tables, ["ipm_sp2010"])["ipm_sp2010"]
    gap = (found - own).mean()
    assert gap == pytest.approx(-0.913, abs=5e-4)


def test_gaps_of_scores_are_the_sum_of_their_indicators(
    edition: Edition, raw_tables: RawTables, names: dict[str, str], equal: RolledUp
) -> None:
    other = rolled.from_published(edition, raw_tables)
    table = rolled.score_gaps(equal, other, names)
    codes = edition.framework.indicators
    np.testing.assert_allclose(table[codes].sum(axis=1), table["gap"], atol=1e-10)
    assert table["gap"].abs().is_monotonic_decreasing
    assert (table["shift"] == table["rank"] - table["rank_published"]).all()
    # Jakarta's poverty of 2021 between the goalposts 45 and 0, an eighth of the index
    poverty = raw_tables.provinces.query(
        "unit == '31' and year == 2021 and period == 'Mar' and indicator == 'poverty_rate'"
    )["value"].item()
    part = other.contributions.droplevel("year").loc["31", "poverty_rate"]
    assert part == pytest.approx(100 * (45 - poverty) / 45 / 8, abs=1e-10)


def test_a_table_of_weights_closes_most_of_the_gap(
    edition: Edition, raw_tables: RawTables, equal: RolledUp, root: Path
) -> None:
    file = root / "config" / "weights" / "implied_persons_2021.csv"
    given = {"file": str(file), "column": "persons"}
    weighted = rolled.rolled(edition, raw_tables, weights=given)
    own = rolled.published(edition, raw_tables)
    sizes = [
        (rolled.means(one, raw_tables, edition, [])[THREE] - own[THREE]).abs().mean()
        for one in (equal, weighted)
    ]
    assert (sizes[1] < sizes[0] / 4).all()
    persons = pd.read_csv(file, dtype={"unit": str}).set_index("unit")["persons"]
    parent = regency_groups(raw_tables, 34)["parent"]
    units = parent.index[parent == "21"]
    values = rolled.regency_values(edition, raw_tables, ["poverty_rate", "pdrb_pc_adhb"]).loc[units]
    w = persons[units] / persons[units].sum()
    found = rolled.means(weighted, raw_tables, edition, []).loc["21"]
    assert found["poverty_rate"] == pytest.approx((w * values["poverty_rate"]).sum())
    logs = sum(w[unit] * math.log(values.at[unit, "pdrb_pc_adhb"]) for unit in units)
    assert found["pdrb_pc_adhb"] == pytest.approx(math.exp(logs))
