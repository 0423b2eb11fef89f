"""Components against scikit-learn, and importance where the truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from erat.coherence import (
    importance,
    importance_table,
    main_effect,
    principal_components,
    retained,
    scree,
)
from erat.coherence.correlations import BANDWIDTHS, local_linear, smooth
from erat.index.assessment import assess
from tests.coherence.technology import DATA
from tests.small import framework, panel

X = np.array(
    [-0.963, -0.909, -0.902, -0.892, -0.878, -0.872, -0.545, -0.531, -0.457, -0.428, -0.233, -0.215,
     -0.183, -0.13, -0.014, 0.031, 0.111, 0.305, 0.353, 0.358, 0.61, 0.616, 0.688, 0.74, 0.744,
     0.759, 0.791, 0.795, 0.948, 0.998]
)  # fmt: skip
Y = np.array(
    [0.798, 0.828, 0.81, 0.765, 0.666, 0.721, 0.188, 0.146, 0.231, 0.072, 0.171, 0.118, -0.166,
     0.044, -0.11, 0.004, 0.017, -0.106, 0.101, 0.103, 0.468, 0.261, 0.547, 0.438, 0.52, 0.492,
     0.771, 0.689, 1.142, 1.06]
)  # fmt: skip
"""A parabola and noise."""


def lattice(k: int, n: int = 1024) -> np.ndarray:
    """Spread points evenly over a cube: multiples of square roots, without their whole part."""
    return np.outer(np.arange(1, n + 1), np.sqrt([2.0, 3.0, 5.0][:k])) % 1.0


def test_components_are_those_of_scikit_learn() -> None:
    """scikit-learn 1.9.1, PCA of StandardScaler; loadings from components_ and their variance."""
    share = [0.4192951509, 0.2182575145, 0.1231077538, 0.1117394666]
    share += [0.0588995163, 0.037431504, 0.0218027727, 0.0094663211]
    first = [0.1046019441, 0.5608860985, 0.9156001288, -0.3515636427]
    first += [0.7597111475, 0.9047915402, 0.7360701413, 0.3595800641]
    found = principal_components(DATA)
    np.testing.assert_allclose(found.share, share, atol=1e-9)
    np.testing.assert_allclose(found.loadings[1], first, atol=1e-9)
    np.testing.assert_allclose((found.loadings**2).sum(), found.eigenvalues, atol=1e-12)
    assert (found.loadings.sum() >= 0).all()


def test_the_noise_is_that_of_independent_numbers() -> None:
    found = scree(DATA, draws=200, seed=3)
    draws = np.random.default_rng(3).standard_normal((200, 23, 8))
    drawn = [np.linalg.svd(np.corrcoef(one.T))[1] for one in draws]
    np.testing.assert_allclose(found["noise"], np.quantile(drawn, 0.95, axis=0), atol=1e-10)
    pd.testing.assert_frame_equal(found, scree(DATA, draws=200, seed=3))


def test_the_rules_keep_as_many_components_as_there_are_factors() -> None:
    draw = np.random.default_rng(1)
    factors = draw.standard_normal((300, 2))
    own = draw.standard_normal((300, 8))
    table = pd.DataFrame(np.repeat(factors, 4, axis=1) + 0.6 * own)
    assert retained(scree(table, draws=100)).to_dict() == {"kaiser": 2, "parallel": 2, "elbow": 2}
    noise = pd.DataFrame(own[:, :3])
    assert retained(scree(noise, draws=100))["parallel"] == 0


@pytest.mark.parametrize("table", [DATA[["patents"]], DATA[:2], DATA[[]]])
def test_too_little_has_no_components(table: pd.DataFrame) -> None:
    assert principal_components(table).eigenvalues.empty
    assert retained(scree(table)).to_dict() == {"kaiser": 0, "parallel": 0, "elbow": 0}


def test_collinear_and_constant_items_have_components() -> None:
    pair = DATA[["patents", "internet"]]
    found = principal_components(pair.assign(twin=pair["patents"], same=1.0))
    assert found.left_out == ("same",)
    assert found.eigenvalues.iloc[2] == pytest.approx(0, abs=1e-12)
    opposite = principal_components(pair[["patents"]].assign(other=-pair["patents"]))
    assert opposite.loadings[1].tolist() == pytest.approx([1, -1])


def test_local_lines_are_those_of_statsmodels() -> None:
    """statsmodels 0.15.0, KernelReg(reg_type="ll") with the same bandwidths; and its cv_ls."""
    places = [0, 7, 15, 29]
    narrow = [0.8278526967, 0.1795786282, -0.0232226321, 1.1353260701]
    wide = [0.8370234998, 0.3185129899, 0.0619171977, 1.0724009615]
    np.testing.assert_allclose(local_linear(X, Y, 0.1)[0][places], narrow, atol=1e-9)
    np.testing.assert_allclose(local_linear(X, Y, 0.3)[0][places], wide, atol=1e-9)
    chosen = smooth(X, Y)[1]
    near = sorted(BANDWIDTHS, key=lambda h: abs(np.log(h / 0.2484143696)) if h < 9 else 9)
    assert chosen in near[:2]
    assert main_effect(X, Y) == pytest.approx(0.8963272512795053, abs=0.01)


def test_leverage_leaves_one_out() -> None:
    fitted, leverage = local_linear(X, Y, 0.2)
    rest = np.arange(30) != 12
    d = X[rest] - X[12]
    w = np.sqrt(np.exp(-0.5 * (d / 0.2) ** 2))
    line = np.linalg.lstsq(np.column_stack([w, w * d]), w * Y[rest])[0]
    assert Y[12] - line[0] == pytest.approx((Y[12] - fitted[12]) / (1 - leverage[12]), abs=1e-12)


def test_main_effects_of_the_ishigami_function_are_known() -> None:
    """Ishigami and Homma (1990): 0.3139, 0.4424 and 0 for a = 7, b = 0.1; waves are flattened."""
    u = np.pi * (2 * lattice(3) - 1)
    y = np.sin(u[:, 0]) + 7 * np.sin(u[:, 1]) ** 2 + 0.1 * u[:, 2] ** 4 * np.sin(u[:, 0])
    found = [main_effect(u[:, i], y) for i in range(3)]
    assert found == pytest.approx([0.3139, 0.4424, 0.0], abs=0.06)


def test_the_main_effect_of_a_line_is_the_squared_correlation() -> None:
    x = np.array([1.0, 2, 3, 4, 5, 6])
    assert main_effect(x, 5 - 3 * x) == pytest.approx(1, abs=1e-12)
    assert main_effect(x, np.abs(x - 3.5)) > 0.5
    assert main_effect(np.array([0.0, 0, 1]), np.array([1.0, 1, 2])) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "y"),
    [([1.0, 1, 1, 1], [1.0, 2, 3, 4]), ([1.0, 2, 3], [5.0] * 3), ([1.0, 2, np.nan], [1.0, 2, 3])],
)
def test_what_does_not_vary_has_no_effect(x: list[float], y: list[float]) -> None:
    assert np.isnan(main_effect(np.array(x), np.array(y)))


def test_shares_of_independent_children_are_those_of_their_variances() -> None:
    x = norm.ppf(lattice(2))
    children = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "same": 3.0})
    weights = pd.Series({"a": 1 / 4, "b": 2 / 4, "same": 1 / 4})
    table = importance_table(children, children @ weights, weights)
    assert table["r2_share"].tolist() == pytest.approx([0.2, 0.8, np.nan], abs=0.01, nan_ok=True)
    assert table["s1_share"].tolist() == pytest.approx([0.2, 0.8, np.nan], abs=0.03, nan_ok=True)
    assert table[["r2_share", "s1_share"]].sum().tolist() == pytest.approx([1, 1])
    assert table.at["b", "gap"] == pytest.approx(0.3, abs=0.03)


def test_importance_covers_every_node() -> None:
    assessment = assess(panel(), framework())
    table = importance(assessment)
    assert table["node"].tolist() == ["A"] * 2 + ["B"] * 2 + ["idx"] * 2
    np.testing.assert_allclose(table.groupby("node")[["weight", "r2_share", "s1_share"]].sum(), 1)
    whole = importance(assessment, "index").set_index("code")
    assert whole["weight"].to_dict() == {"x1": 1 / 16, "x2": 3 / 16, "x3": 3 / 8, "x4": 3 / 8}
    assert whole["r2_share"].sum() == pytest.approx(1)


def test_one_unit_has_no_importance() -> None:
    assessment = assess(panel("unit,region,x1,x2,x3,x4\nu1,east,1,20,10,1\n"), framework())
    assert importance(assessment).drop(columns=["node", "code", "weight"]).isna().all(axis=None)
