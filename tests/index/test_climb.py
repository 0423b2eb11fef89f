"""The climber against plain loops: every aggregation, leading axes, missing children, years."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import exp, isnan, log, nan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from erat.errors import MethodError
from erat.index.climb import Climber, node_of, weigh
from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.construct.power_means import has_enough, over_those_there
from erat.index.framework import Framework
from erat.index.method import Aggregate, Weights
from tests.small import NO_NEGATIVES

OPTIONS: dict[str, dict[str, Any]] = {"power": {"p": 3.0}}
REPLICATES, ROWS, CHILDREN = 3, 4, 3
VALUES = st.one_of(st.just(nan), st.sampled_from([0.0, 1.0, 7.5, 40.0, 100.0]))
WEIGHTS = arrays(float, (REPLICATES, CHILDREN), elements=st.sampled_from([0.0, 0.5, 1.0, 3.0]))


def tree(children: int = CHILDREN) -> Framework:
    """An index of some indicators, and one of three dimensions of two each."""
    rows = [("idx", "", "aggregate"), *((f"x{j}", "idx", "indicator") for j in range(children))]
    table = pd.DataFrame(rows, columns=["code", "parent", "type"])
    return Framework.from_table(table.assign(direction=1, weight=1))


def climber(step: Any, years: Any = None, groups: pd.DataFrame | None = None) -> Climber:
    f = tree()
    when = np.zeros(ROWS, dtype=int) if years is None else np.asarray(years)
    return Climber(f, Aggregate.model_validate(step), f.levels, when, groups)


def plain_mean(name: str, x: list[float], w: list[float]) -> float:
    """Return the score of one unit from the children it has, weights adding to 1."""
    pairs = [(a, b) for a, b in zip(x, w, strict=True) if b > 0]
    values = sorted(a for a, _ in pairs)
    mean = sum(a * b for a, b in pairs)
    spread = sum(b * (a - mean) ** 2 for a, b in pairs)
    middle = [values[(len(values) - 1) // 2], values[len(values) // 2]]
    if name in ("geometric", "harmonic") and values[0] == 0:
        return 0.0
    formulas: dict[str, Callable[[], float]] = {
        "arithmetic": lambda: mean,
        "geometric": lambda: exp(sum(b * log(a) for a, b in pairs)),
        "harmonic": lambda: 1 / sum(b / a for a, b in pairs),
        "power": lambda: sum(b * a**3 for a, b in pairs) ** (1 / 3),
        "minimum": lambda: values[0],
        "median": lambda: sum(middle) / 2,
        "mpi": lambda: mean - (spread / mean if mean > 0 else 0.0),
        "ampi": lambda: mean - (spread / mean if mean > 0 else 0.0),
    }
    return formulas[name]()


def plain_copeland(x: np.ndarray, w: np.ndarray, unit: int) -> float:
    score = 0
    for other in range(len(x)):
        lead = 0.0
        for j in range(len(w)):
            if x[unit, j] > x[other, j]:
                lead += w[j]
            elif x[unit, j] < x[other, j]:
                lead -= w[j]
        score += int(lead > 1e-9) - int(lead < -1e-9)
    return float(score)


def plain(name: str, x: np.ndarray, w: np.ndarray, min_share: float) -> list[float]:
    """Score every unit of one replicate in loops."""
    found = []
    for i, row in enumerate(x.tolist()):
        there = [not isnan(value) for value in row]
        total = sum(b for b, has in zip(w.tolist(), there, strict=True) if has)
        if total == 0 or sum(there) / len(there) < min_share - 1e-12:
            found.append(nan)
        elif name == "copeland":
            found.append(plain_copeland(x, w, i))
        else:
            own = [b / total if has else 0.0 for b, has in zip(w.tolist(), there, strict=True)]
            found.append(plain_mean(name, row, own))
    return found


LOOPS = [name for name in AGGREGATIONS if name != "bod"]


@pytest.mark.parametrize("name", LOOPS)
@given(
    x=arrays(float, (REPLICATES, ROWS, CHILDREN), elements=VALUES),
    w=WEIGHTS,
    shared=arrays(bool, CHILDREN),
    min_share=st.sampled_from([0.0, 1 / 3, 0.5, 2 / 3, 1.0]),
)
def test_scores_are_those_of_plain_loops(
    name: str, x: np.ndarray, w: np.ndarray, shared: np.ndarray, min_share: float
) -> None:
    """Whether replicates share a child's scores or not, and whichever are missing."""
    total = w.sum(axis=1, keepdims=True)
    w = np.where(total > 0, w, 1.0) / np.where(total > 0, total, CHILDREN)
    x[:, :, shared] = x[0, :, shared].T
    xs = [x[0, :, j] if shared[j] else x[:, :, j] for j in range(CHILDREN)]
    step = {"method": name, "min_share": min_share, **OPTIONS.get(name, {})}
    scored = climber(step).scores("idx", xs, w)
    expected = [plain(name, x[r], w[r], min_share) for r in range(REPLICATES)]
    assert not scored.problems.any()
    made = np.broadcast_to(scored.values, (REPLICATES, ROWS))
    np.testing.assert_allclose(made, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", AGGREGATIONS)
@given(x=arrays(float, (REPLICATES, ROWS, CHILDREN), elements=VALUES), w=WEIGHTS)
def test_replicates_are_climbs_of_their_own(name: str, x: np.ndarray, w: np.ndarray) -> None:
    w = (w + 0.25) / (w + 0.25).sum(axis=1, keepdims=True)
    one = climber({"method": name, "min_share": 0.5, **OPTIONS.get(name, {})}, [1, 1, 1, 2])
    scored = one.scores("idx", [x[:, :, j] for j in range(CHILDREN)], w)
    expected = [one.climb("idx", x[r], w[r]).mean.score for r in range(REPLICATES)]
    np.testing.assert_allclose(scored.values, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", AGGREGATIONS)
def test_aggregations_take_leading_axes(name: str) -> None:
    """Two axes in front, of scores or of weights or of both, are a loop over them."""
    random = np.random.default_rng(4)
    x = random.integers(1, 9, (2, 3, ROWS, CHILDREN)).astype(float)
    weights = random.dirichlet(np.ones(CHILDREN), (2, 3))
    one = climber(name if name not in OPTIONS else {"method": name, **OPTIONS[name]})
    function, options = AGGREGATIONS[name], OPTIONS.get(name, {})
    for scores, own in ((x, weights), (x[0, 0], weights), (x, weights[0, 0])):
        w, _ = over_those_there(scores, own[..., None, :], 0.0)
        made = function(scores, w, node_of(tree(), "idx", own), **options)
        assert made.score.shape == (2, 3, ROWS)
        for a, b in product(range(2), range(3)):
            here = scores[a, b] if scores.ndim == 4 else scores
            mine = own[a, b] if own.ndim == 3 else own
            alone = one.climb("idx", here, mine).mean
            np.testing.assert_allclose(made.score[a, b], alone.score, rtol=1e-12)
            if made.shares is not None and alone.shares is not None:
                np.testing.assert_allclose(made.shares[a, b], alone.shares, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("there", "children", "min_share", "enough"),
    [(0, 3, 0.0, True), (1, 3, 1 / 3, True), (1, 3, 0.34, False), (2, 3, 2 / 3, True),
     (7, 10, 0.7, True), (6, 10, 0.7, False), (3, 3, 1.0, True), (2, 3, 1.0, False)],
)  # fmt: skip
def test_the_share_that_is_asked_for_is_enough(
    there: int, children: int, min_share: float, enough: bool
) -> None:
    assert bool(has_enough(np.asarray(there / children), min_share)) is enough


def test_a_unit_without_a_weight_is_missing_whatever_is_asked() -> None:
    x = np.array([[nan, nan, nan], [nan, 5.0, nan], [1.0, 2.0, nan]])
    w, enough = over_those_there(x, np.array([0.5, 0.0, 0.5]), 0.0)
    assert enough.tolist() == [False, False, True]
    assert w.tolist() == [[0, 0, 0], [0, 0, 0], [1, 0, 0]]


def test_what_is_refused_is_refused_in_its_replicate_alone() -> None:
    x = np.array([[[1.0, 2, 3]] * ROWS, [[-1.0, 2, 3]] * ROWS, [[-1.0, 1, 0]] * ROWS])
    w = np.array([[0.2, 0.4, 0.4], [0.2, 0.4, 0.4], [0.5, 0.5, 0.0]])
    xs = [x[:, :, j] for j in range(3)]
    for name in NO_NEGATIVES:
        step = {"method": name, **OPTIONS.get(name, {})}
        problems = climber(step).scores("idx", xs, w).problems
        assert [bool(problem) for problem in problems] == [False, True, True]
        assert "negative values" in problems[1]
    mpi = climber("mpi").scores("idx", xs, w)
    assert [bool(problem) for problem in mpi.problems] == [False, False, True]
    assert "not above 0" in mpi.problems[2]
    with pytest.raises(MethodError, match="not above 0"):
        climber("mpi").climb("idx", x[2], w[2])


def test_groups_and_years_part_the_rows() -> None:
    groups = pd.DataFrame({"region": ["a", "a", "b", "b"]})
    step = {"method": "copeland", "groups": {"region": {"b": "minimum"}}}
    x = np.array([[3.0, 3, 3], [1, 1, 1], [9, 2, 5], [4, 8, 6]])
    w = np.full((1, 3), 1 / 3)
    apart = climber(step, groups=groups).scores("idx", list(x.T), w).values[0]
    assert apart.tolist() == [1, -1, 2, 4]
    years = climber("copeland", [1, 2, 1, 2]).scores("idx", list(x.T), w).values[0]
    assert years.tolist() == [-1, -1, 1, 1]
    some = climber(step, groups=groups).scores("idx", list(x[2:].T), w, np.array([2, 3])).values
    assert some[0].tolist() == [2, 4]


def test_all_nodes_of_a_framework_in_the_order_of_its_table() -> None:
    rows = [("idx", "", "aggregate"), ("A", "idx", "aggregate"), ("x1", "A", "indicator"),
            ("x2", "A", "indicator"), ("x3", "idx", "indicator")]  # fmt: skip
    table = pd.DataFrame(rows, columns=["code", "parent", "type"])
    f = Framework.from_table(table.assign(direction=1, weight=[1, 3, 1, 1, 1]))
    own = Aggregate.model_validate({"method": "arithmetic", "nodes": {"A": "geometric"}})
    weights = {n: weigh(f, Weights(method="framework"), n, np.empty((0, 0))) for n in f.aggregates}
    x = np.array([[[4.0, 9.0, 2.0]], [[nan, 9.0, nan]]])
    made = Climber(f, own, f.levels).all_nodes(x, weights)
    np.testing.assert_allclose(made[0, 0], [0.75 * 6 + 0.25 * 2, 6, 4, 9, 2])
    np.testing.assert_allclose(made[1, 0], [9, 9, nan, 9, nan])
