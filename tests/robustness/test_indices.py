"""Sensitivity indices: closed forms, and another implementation."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from erat.robustness.design import BASE, draw_points, lay_out, power_of_two
from erat.robustness.indices import resamples, resolved, sobol_indices
from tests.robustness.closed_forms import G_FUNCTION, ISHIGAMI, ClosedForm, outputs

N = 8192


def sample(form: ClosedForm) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A, B and AB of a function of single coordinates."""
    return outputs(form, N, 3)


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


@pytest.mark.parametrize("form", [ISHIGAMI, G_FUNCTION], ids=lambda form: form.name)
def test_closed_forms(form: ClosedForm) -> None:
    found = sobol_indices(*sample(form), resamples(N, 0))
    np.testing.assert_allclose(found.s1[:, 0], form.s1, atol=0.01)
    np.testing.assert_allclose(found.st[:, 0], form.st, atol=0.01)
    assert (found.s1_low[:, 0] <= form.s1).all()
    assert (found.s1_high[:, 0] >= form.s1).all()
    assert (found.st_low[:, 0] <= form.st + 1e-3).all()
    assert (found.st_high[:, 0] >= form.st - 1e-3).all()
    assert (found.s1_high - found.s1_low < 0.2).all()


@pytest.mark.parametrize("form", [ISHIGAMI, G_FUNCTION], ids=lambda form: form.name)
def test_the_same_as_salib(form: ClosedForm) -> None:
    analyze: Any = importlib.import_module("SALib.analyze.sobol")
    a, b, ab = sample(form)
    width = len(form.s1)
    y = np.concatenate([a, ab[:, :, 0].T, b], axis=1).reshape(-1)
    problem = {
        "num_vars": width,
        "names": [f"f{i}" for i in range(width)],
        "bounds": [[0, 1]] * width,
    }
    other = analyze.analyze(
        problem, y, calc_second_order=False, num_resamples=2, print_to_console=False
    )
    found = sobol_indices(a, b, ab)
    np.testing.assert_allclose(found.s1[:, 0], other["S1"], atol=1e-8)  # it centres at all of y
    np.testing.assert_allclose(found.st[:, 0], other["ST"], rtol=1e-12)


def test_indices_do_not_depend_on_level_or_unit() -> None:
    a, b, ab = sample(ISHIGAMI)
    found = sobol_indices(a, b, ab)
    moved = sobol_indices(1e6 + 1000 * a, 1e6 + 1000 * b, 1e6 + 1000 * ab)
    np.testing.assert_allclose(moved.s1, found.s1, atol=1e-9)
    np.testing.assert_allclose(moved.st, found.st, atol=1e-9)


def test_an_output_that_never_changes_has_no_index() -> None:
    same = np.full((64, 1), 0.1 + 0.2)
    noise = same * (1 + 1e-16 * np.arange(64)[:, None])
    for a in (same, noise, np.zeros((64, 1))):
        found = sobol_indices(a, a, a[None], resamples(64, 0))
        assert np.isnan(found).all()


def test_a_row_with_a_gap_is_left_out_as_a_whole() -> None:
    a, b, ab = sample(ISHIGAMI)
    kept = np.arange(N) % 5 != 0
    wanted = sobol_indices(a[kept], b[kept], ab[:, kept])
    a[::10], ab[1, 5::10] = np.nan, np.nan
    found = sobol_indices(a, b, ab)
    np.testing.assert_allclose(found.s1, wanted.s1)
    np.testing.assert_allclose(found.st, wanted.st)


def test_the_bootstrap_is_that_of_a_loop() -> None:
    a, b, ab = (y[..., :200, :] for y in sample(ISHIGAMI))
    drawn = resamples(200, 1, 40)
    assert (drawn.sum(axis=1) == 200).all()
    found = sobol_indices(a, b, ab, drawn)
    loop = []
    for counts in drawn.astype(int):
        rows = np.repeat(np.arange(200), counts)
        loop.append(sobol_indices(a[rows], b[rows], ab[:, rows]).st)
    low, high = np.percentile(np.stack(loop), [2.5, 97.5], axis=0)
    np.testing.assert_allclose(found.st_low, low, rtol=1e-9)
    np.testing.assert_allclose(found.st_high, high, rtol=1e-9)


def test_resolved() -> None:
    low, high = np.array([0.1, 0.5, 0.45, 0.0]), np.array([0.2, 0.7, 0.55, 0.02])
    found = resolved(low, high, np.array([0.15, 0.6, 0.5, 0.01]))
    assert found.tolist() == [True, False, True, True]


def test_power_of_two() -> None:
    assert [power_of_two(n) for n in (2, 3, 1000, 1024)] == [2, 4, 1024, 1024]


def test_the_layout_is_saltellis() -> None:
    points = dict(zip("xy", draw_points(4, [1, 2], 0, "sobol"), strict=True))
    design = lay_out(points, {"both": ["x", "y"]}, True, {"y": np.array([5])})
    parts = {name: design.sources[part].tolist() for name, part in design.parts.items()}
    assert parts["A"] == [[i, i] for i in range(4)]
    assert parts["B"] == [[i + 4, i + 4] for i in range(4)]
    assert parts["AB:x"] == [[i + 4, i] for i in range(4)]
    assert parts["AB:both"] == parts["B"]
    assert parts["alone:y"] == [[BASE, 5]]
    assert parts["nominal"] == [[BASE, BASE]]


@pytest.mark.parametrize("kind", ["sobol", "plain"])
def test_points_are_seeded_and_sobol_points_are_even(kind: Any) -> None:
    first, again, other = (draw_points(64, [2], seed, kind)[0] for seed in (7, 7, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    counts = [np.bincount((column[:64] * 64).astype(int), minlength=64) for column in first.T]
    assert (np.stack(counts) == 1).all() == (kind == "sobol")
