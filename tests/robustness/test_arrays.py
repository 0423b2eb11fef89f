"""Ranks, quantiles, dominance, tiers and storage, held against slower ways to get them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from erat.errors import MethodError
from erat.index.assessment import assess, rank
from erat.index.method import Method
from erat.index.panel import Panel
from erat.robustness.dominance import dominance, exact_dominance, find_tiers
from erat.robustness.intervals import rank_chances, summary
from erat.robustness.plan import unique_rows
from erat.robustness.ranking import rank_rows
from erat.robustness.store import Store
from tests.robustness.cases import simulated
from tests.small import framework

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(8)


@pytest.mark.parametrize("ties", ["min", "average", "max"])
@pytest.mark.parametrize("units", [1, 40, 1500])
def test_ranks_are_those_of_an_assessment(
    ties: str, units: int, random: np.random.Generator
) -> None:
    scores = random.integers(-3, 9, (60, units)) / 7 * 1e3
    scores[random.random(scores.shape) < 0.1] = np.nan
    scores[3], scores[4], scores[5] = np.nan, 0.0, -1e-9
    scores[6] = 1e8 + 1e-5 * (np.arange(units) % 40)  # ties within twelve digits
    scores[7:20] = random.random((13, units))
    scores[20, 0], scores[20, 1:] = 1e3, -1e3 + random.random(units - 1)
    found = rank_rows(scores, ties)
    index = pd.MultiIndex.from_product([range(units), [0]], names=["unit", "year"])
    for own, row in zip(found, scores, strict=True):
        expected = rank(pd.DataFrame({"s": row}, index=index), ties)["s"].astype(float)
        np.testing.assert_array_equal(own, expected.to_numpy(na_value=np.nan))


def test_ranks_of_many_units_go_in_slices(random: np.random.Generator) -> None:
    scores = random.random((5, 70_000))
    order = (-scores).argsort(axis=1).argsort(axis=1) + 1
    np.testing.assert_array_equal(rank_rows(scores), order)


def test_quantiles_are_exact_and_leave_gaps_out(random: np.random.Generator) -> None:
    values = random.random((6, 41))
    values[1, :7], values[2] = np.nan, np.nan
    ranks = np.round(2 * 9 * values) / 2 + 1
    for found, own in ((summary(one.copy()), one) for one in (values, ranks)):
        for name, share in QUANTILES.items():
            expected = [
                np.nanquantile(row, share) if i != 2 else np.nan for i, row in enumerate(own)
            ]
            np.testing.assert_allclose(found[name], expected, err_msg=name)
        means = [np.nanmean(row) if i != 2 else np.nan for i, row in enumerate(own)]
        np.testing.assert_allclose(found["mean"], means)
    chances = rank_chances(ranks, 10)
    for k in range(1, 10):
        np.testing.assert_allclose(chances[:, k - 1], (ranks <= k).mean(axis=1))


def test_dominance_is_counted_pair_by_pair(random: np.random.Generator) -> None:
    ranks = random.integers(1, 9, (7, 300)) / 2 + 0.5
    ranks[2, :50] = np.nan
    for counts in (np.ones(300, dtype=int), random.integers(0, 4, 300)):
        found = dominance(ranks, counts)
        every = np.repeat(ranks, counts, axis=1)
        for i, j in product(range(7), repeat=2):
            assert found[i, j] == pytest.approx((every[i] < every[j]).mean())
    ranks[3] = np.nan
    assert np.isnan(dominance(ranks, np.ones(300, dtype=int))[3]).all()


def test_tiers_by_hand() -> None:
    # a is above all; b and c cannot be told, nor c and d, but b and d can
    above = np.array([[0, 0.95, 1, 1], [0.05, 0, 0.8, 0.92], [0, 0.2, 0, 0.7], [0, 0.08, 0.3, 0]])
    found = find_tiers(above, np.array([1.1, 2.2, 2.9, 3.6]))
    assert found.tier.tolist() == [1, 2, 2, 3]
    assert found.cuts == [(1, 0.95)]
    assert found.runs == [(1, 2), (2, 3)]
    turned = find_tiers(above[::-1, ::-1], np.array([3.6, 2.9, 2.2, 1.1]))
    assert turned.tier.tolist() == [3, 2, 2, 1]
    assert find_tiers(above, np.array([1.1, np.nan, 2.9, 3.6])).tier.tolist() == [1, 0, 2, 2]


def corners(weights: np.ndarray, relative: float) -> Iterator[np.ndarray]:
    for signs in product((1 - relative, 1 + relative), repeat=len(weights)):
        moved = weights * np.array(signs)
        yield moved / moved.sum()


@pytest.mark.parametrize("name", ["arithmetic", "geometric"])
@pytest.mark.parametrize("level", [1, 2])
def test_exact_dominance_holds_at_every_corner(name: str, level: int) -> None:
    tree = framework()
    panel: Panel = simulated(tree)
    method = Method.parse({"normalize": {"range": [1, 10]}, "aggregate": name})
    one = assess(panel, tree, method)
    relative = 0.5
    found = exact_dominance(one, level, relative)
    x = np.log(one.normalized.to_numpy()) if name == "geometric" else one.normalized.to_numpy()
    w = one.weights
    worst = np.full((12, 12), np.inf)
    ways = [corners(w[list(codes)].to_numpy(), relative) if varied else [w[list(codes)].to_numpy()]
            for codes, varied in ((("x1", "x2"), level == 1), (("x3", "x4"), level == 1),
                                  (("A", "B"), level == 2))]  # fmt: skip
    for a, b, top in product(*map(list, ways)):
        score = top[0] * (x[:, :2] @ a) + top[1] * (x[:, 2:] @ b)
        worst = np.minimum(worst, score[:, None] - score[None, :])
    assert (found == (worst > 1e-10)).all()
    assert 20 < found.sum() < 66


def test_exact_dominance_of_zeros_and_gaps() -> None:
    tree = framework()
    panel = simulated(tree, gaps=0.2)
    one = assess(panel, tree, Method.parse({"aggregate": "geometric"}))
    found = exact_dominance(one, 2, 0.2)
    incomplete = one.scores[["A", "B"]].isna().any(axis=1).to_numpy()
    zero = (one.index == 0).to_numpy() & ~incomplete
    positive = (one.index > 0).to_numpy() & ~incomplete
    assert zero.any()
    assert found[np.ix_(positive, zero)].all()
    assert not found[zero].any()
    assert not found[incomplete].any()
    assert not found[:, incomplete].any()


def test_exact_dominance_of_one_year_of_a_panel_and_of_dropped_units() -> None:
    tree = framework()
    panel = simulated(tree, years=2)
    rows = np.flatnonzero(panel.years == 2021)
    whole = exact_dominance(assess(panel, tree), 2, 0.2)
    found = exact_dominance(assess(panel, tree), 2, 0.2, rows)
    assert 0 < found.sum() < found.size / 2
    assert (found == whole[np.ix_(rows, rows)]).all()

    table = panel.values.copy()
    table.iloc[3, :3] = np.nan
    gap = replace(panel, values=table)
    method = Method.parse({"screen": {"method": "drop", "units": 0.5, "indicators": 0.1}})
    one = exact_dominance(assess(gap, tree, method), 2, 0.2)
    assert not one[3].any()
    assert not one[:, 3].any()
    kept = np.delete(np.arange(24), 3)
    without = exact_dominance(assess(panel.take(np.arange(24) != 3), tree), 2, 0.2)
    assert (one[np.ix_(kept, kept)] == without).all()


@pytest.mark.parametrize(
    ("aggregate", "level"),
    [("copeland", 2), ("harmonic", 1), ({"method": "arithmetic", "levels": {2: "geometric"}}, 1),
     ("arithmetic", 7)],
)  # fmt: skip
def test_exact_dominance_is_refused(aggregate: object, level: int) -> None:
    tree = framework()
    method = Method.parse({"normalize": {"range": [1, 10]}, "aggregate": aggregate})
    one = assess(simulated(tree), tree, method)
    with pytest.raises(MethodError, match="arithmetic means only, or geometric"):
        exact_dominance(one, level, 0.2)


def test_a_floor_that_is_never_reached_is_no_obstacle() -> None:
    tree = framework()
    method = {"normalize": {"range": [5, 10]}, "aggregate": {"method": "geometric", "floor": 1}}
    one = assess(simulated(tree), tree, Method.parse(method))
    plain = assess(simulated(tree), tree, Method.parse({**method, "aggregate": "geometric"}))
    for level in (1, 2):
        found = exact_dominance(one, level, 0.3)
        assert (found == exact_dominance(plain, level, 0.3)).all()


@pytest.mark.parametrize("memory", [0, 2**30])
def test_a_store_gives_back_what_it_got(
    memory: int, random: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erat.robustness.store.MEMORY", memory)
    scores = random.random((11, 9))
    ranks = scores.argsort(axis=1).astype(np.float32)
    with Store(11, 9, 4) as store:
        for number in range(3):
            part = slice(4 * number, 4 * number + 4)
            store.write(number, scores[part], ranks[part])
        found = store.units(slice(2, 7))
        assert np.array_equal(found.scores, scores[:, 2:7].T)
        assert np.array_equal(found.ranks, ranks[:, 2:7].T)
        assert np.array_equal(np.concatenate([g.scores for g in store.groups()]), scores.T)


def test_unique_rows(random: np.random.Generator) -> None:
    table = random.integers(-1, 3, (200, 4))
    rows, which = unique_rows(table)
    assert np.array_equal(rows, np.unique(table, axis=0))
    assert np.array_equal(rows[which], table)
    assert unique_rows(table[:, :0])[0].shape == (1, 0)
