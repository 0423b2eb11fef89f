"""Weights whose means are known figures: by hand, and with the regencies' real figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.edition.regencies import regency_groups
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells
from erat.subunits.weights import calibrated_weights

THREE = ["poverty_rate", "drinking_water_access", "sanitation_access"]


def test_weights_of_two_by_hand() -> None:
    """One series, values 0 and 1, target 0.8: weights 0.2 and 0.8, whatever the spread."""
    values = pd.DataFrame({"x": [0.0, 1.0, 5.0, 5.0]}, index=["a", "b", "c", "d"])
    parent = pd.Series({"a": "P", "b": "P", "c": "Q", "d": "Q"})
    targets = pd.DataFrame({"x": [0.8, 6.0]}, index=["P", "Q"])
    found = calibrated_weights(values, targets, parent).set_index("unit")
    assert found.loc[["a", "b"], "weight"].tolist() == pytest.approx([0.2, 0.8], abs=1e-7)
    assert found.loc[["a", "b"], "times"].tolist() == pytest.approx([0.4, 1.6], abs=1e-6)
    assert found["met"].to_dict() == {"a": True, "b": True, "c": False, "d": False}


def test_they_are_the_nearest_to_equal_ones() -> None:
    """With three values the tilted weights are in geometric progression: exp(slope x)."""
    values = pd.DataFrame({"x": [0.0, 1.0, 2.0]}, index=["a", "b", "c"])
    parent = pd.Series("P", index=values.index)
    found = calibrated_weights(values, pd.DataFrame({"x": [1.5]}, index=["P"]), parent)
    w = found["weight"].tolist()
    assert w[1] + 2 * w[2] == pytest.approx(1.5, abs=1e-7)
    assert w[1] ** 2 == pytest.approx(w[0] * w[2], abs=1e-7)


def test_they_reproduce_the_published_figures(raw_tables: RawTables) -> None:
    parent = regency_groups(raw_tables, 34)["parent"]
    values, own = (
        cells(raw_tables, THREE, level=level, periods=periods)
        .query("year == 2021")
        .pivot(index="unit", columns="indicator", values="value")[THREE]
        for level, periods in (("regency", {}), ("province", {"poverty_rate": "Mar"}))
    )
    found = calibrated_weights(values, own, parent)
    assert found["met"].all()
    means = values.mul(found.set_index("unit")["weight"], axis=0).groupby(parent).sum()
    np.testing.assert_allclose(means, own.loc[means.index, THREE], atol=1e-4)
