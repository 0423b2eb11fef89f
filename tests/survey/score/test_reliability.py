"""Reliability of the instrument: many omegas at once, intervals, the table."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from erat.coherence.reliability import omega, reliability
from erat.survey.score.reliability import COLUMNS, omega_interval, omegas, reliability_table
from tests.survey import small_survey as small


def items(n: int, k: int, loading: float, seed: int = 0) -> pd.DataFrame:
    """Items of one factor: each is loading times the factor, and noise of its own."""
    rng = np.random.default_rng(seed)
    x = loading * rng.normal(size=(n, 1)) + np.sqrt(1 - loading**2) * rng.normal(size=(n, k))
    return pd.DataFrame(x, columns=[f"x{j}" for j in range(k)])


@pytest.mark.parametrize("k", [2, 3, 5])
def test_many_omegas_at_once_are_those_one_by_one(k: int) -> None:
    frames = [items(40, k, loading, seed) for seed, loading in enumerate((0.4, 0.7, 0.9))]
    r = np.stack([frame.corr().to_numpy() for frame in frames])
    np.testing.assert_allclose(omegas(r), [omega(frame) for frame in frames], atol=1e-7)


def test_the_interval_holds_the_truth_of_one_factor() -> None:
    """Four items with loadings of 0.7: omega is 7.84 / (7.84 + 4 x 0.51)."""
    truth = 7.84 / (7.84 + 4 * 0.51)
    low, high = omega_interval(items(400, 4, 0.7), 0.95)
    assert low < truth < high
    assert high - low < 0.1


def test_few_rows_have_a_wide_interval_and_two_have_none() -> None:
    low, high = omega_interval(items(12, 3, 0.8), 0.9)
    assert high - low > 0.05
    assert np.isnan(omega_interval(items(2, 3, 0.8), 0.9)).all()


def test_feldts_interval_agrees_with_pingouin() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pingouin = pytest.importorskip("pingouin")
    frame = items(60, 4, 0.6)
    alpha, ends = pingouin.cronbach_alpha(frame, ci=0.9)
    ours = reliability(frame, 0.9)
    assert ours.alpha == pytest.approx(alpha)
    np.testing.assert_allclose([ours.low, ours.high], ends, atol=0.0006)


def test_the_table_has_every_aggregate_node() -> None:
    answers = small.answers(small.everybody("34") | small.everybody("51"))
    table = reliability_table(small.assessed(answers), resamples=20)
    assert table.columns.tolist() == COLUMNS
    assert table["node"].tolist()[0] == "CAP"
    assert set(table["node"]) == {"CAP", "A", "B", *(f"{d}{n}" for d in "AB" for n in range(1, 5))}
    assert table["n"].max() == 16
