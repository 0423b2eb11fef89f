"""Figures that are not answers are merged only where the settings say so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.errors import MethodError
from erat.survey.merge import merge

INDEX = pd.Series({"34": 60.0, "51": 40.0, "72": np.nan})
OTHERS = pd.DataFrame({"ikd": {"34": 30.0, "51": np.nan}, "conditions": {"34": 90.0, "51": 50.0}})


def test_nothing_is_merged_unless_somebody_says_so() -> None:
    assert merge(INDEX, OTHERS, {}) is None


def test_a_weighted_mean_with_the_assessed_index_at_one() -> None:
    found = merge(INDEX, OTHERS, {"ikd": 0.5, "conditions": 0.5})
    assert found is not None
    assert found["34"] == pytest.approx((60 + 15 + 45) / 2)
    assert found[["51", "72"]].isna().all()


def test_a_figure_that_is_not_there_is_refused() -> None:
    with pytest.raises(MethodError, match="did you mean 'ikd'"):
        merge(INDEX, OTHERS, {"ikd1": 1})
