"""Functions with known indices: their published values, and how estimates are set beside them."""

from __future__ import annotations

import numpy as np
import pytest

from erat.robustness.closed_forms import G_FUNCTION, ISHIGAMI, ClosedForm, compared, coverage


def test_published_indices() -> None:
    """Textbook values of a = 7 and b = 0.1, to four decimals."""
    np.testing.assert_allclose(ISHIGAMI.s1, [0.3139, 0.4424, 0], atol=5e-5)
    np.testing.assert_allclose(ISHIGAMI.st, [0.5576, 0.4424, 0.2437], atol=5e-5)


@pytest.mark.parametrize("form", [ISHIGAMI, G_FUNCTION], ids=lambda form: form.name)
def test_closed_forms_are_those_of_the_function(form: ClosedForm) -> None:
    """The variance of means over all but one coordinate, on a grid."""
    middles = (np.arange(40) + 0.5) / 40
    axes = np.meshgrid(*[middles] * len(form.s1), indexing="ij")
    y = form.function(np.stack([axis.ravel() for axis in axes], axis=1)).reshape(axes[0].shape)
    for i, (first, total) in enumerate(zip(form.s1, form.st, strict=True)):
        others = tuple(j for j in range(y.ndim) if j != i)
        assert y.mean(axis=others).var() / y.var() == pytest.approx(first, abs=2e-3)
        assert y.var(axis=i).mean() / y.var() == pytest.approx(total, abs=2e-3)


def test_estimates_stand_beside_their_closed_forms() -> None:
    table = compared(ISHIGAMI, 512, 1)
    assert (table["factor"] + table["index"]).tolist() == [
        "x1S1", "x1ST", "x2S1", "x2ST", "x3S1", "x3ST",
    ]  # fmt: skip
    assert table["closed_form"].tolist() == np.stack([ISHIGAMI.s1, ISHIGAMI.st], 1).ravel().tolist()
    assert (table["estimate"] - table["closed_form"]).abs().max() < 0.05
    assert table["estimate"].between(table["low"], table["high"]).all()


def test_sobol_points_are_nearer_and_their_intervals_hold_more() -> None:
    table = coverage(G_FUNCTION, [256], 10).set_index("tried")
    sobol, plain = (table.loc[f"Sobol's G, {kind} points"] for kind in ("sobol", "plain"))
    assert sobol["mean_error"] < plain["mean_error"] / 1.5
    assert 80 < plain["inside"] <= sobol["inside"] <= 100
