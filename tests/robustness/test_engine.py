"""The engine: every replicate has the scores and ranks that an assessment has."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from erat.errors import InputError
from erat.index.assessment import assess
from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.framework import Framework
from erat.index.method import Method, Weights
from erat.index.panel import Panel
from erat.robustness import workers
from erat.robustness.plan import values_in_words
from erat.robustness.uncertainty import Uncertainty, uncertainty
from tests.robustness.cases import simulated, study
from tests.small import META, framework

ALL = """
{name: normalization, at: normalize, choices: [{method: minmax, range: [1, 100]}, zscore, rank]}
{name: imputation, at: impute.method, choices: [none, median, sibling_mean]}
{name: aggregation, at: aggregate.method, choices: [arithmetic, geometric, harmonic, minimum, mpi]}
{name: low, at: aggregate.levels.1, choices: [arithmetic, geometric, harmonic, median, copeland]}
{name: top, at: aggregate.nodes.idx, choices: [arithmetic, {method: geometric, floor: 2}, bod]}
{name: winsorizing, at: treat.max_points, choices: [0, 1, 2]}
{name: weights, at: weights, perturb: {relative: 0.5}}
{name: weighting, at: weights, choices: [framework, equal]}
{name: left_out, at: exclude, choices: [none, x1, x4, [x1, x2]]}
{name: share, at: aggregate.min_share, choices: [0, 0.6]}
{name: ties, at: ranks.ties, choices: [min, average, max]}
"""
BASE = """
treat: {method: winsorize, max_points: 2, skewness: 0.5, kurtosis: 0.5}
normalize: {method: minmax, range: [1, 100]}
"""


POSTS = "normalize: {method: goalposts, indicators: {x1: distance_to_target}}"


def own_method(found: Uncertainty, evaluation: int, tree: Framework) -> Method | None:
    """The method of an evaluation, with its moved weights written out."""
    method: Method | None = found.plan.variants[found.plan.variant[evaluation]].method
    if method is None or not found.task.movers:
        return method
    [mover], source = found.task.movers, found.plan.draws[evaluation, 0]
    if source < 0:
        return method
    values = {}
    for node, children in tree.without(method.exclude).children.items():
        nominal = tree.column("weight", children)
        nominal = nominal if method.weights.method == "framework" else np.ones(len(children))
        for child, weight in zip(children, nominal.tolist(), strict=True):
            u = mover.points[source, mover.columns[node][child]]
            values[child] = weight * (1 + 0.5 * (2 * u - 1))
    moved = Weights.model_validate({"method": "framework", "values": values})
    return method.model_copy(update={"weights": moved})


def compare(found: Uncertainty, panel: Panel, tree: Framework, every: int = 1) -> tuple[int, int]:
    """Hold evaluations against assessments; return how many have scores, and how many failed."""
    made, failed = 0, 0
    values = found.store.units(slice(0, len(panel.values)))
    for evaluation in range(0, found.plan.count, every):
        replicate = int(np.flatnonzero(found.plan.evaluation == evaluation)[0])
        said = str(values_in_words(found.plan, found.study, replicate))
        method = own_method(found, evaluation, tree)
        try:
            assert method is not None
            one = assess(panel, tree, method)
        except (InputError, AssertionError):
            failed += 1
            assert evaluation in found.problems, said
            assert np.isnan(values.scores[:, evaluation]).all()
            continue
        made += 1
        assert evaluation not in found.problems, found.problems[evaluation]
        scores, ranks = one.index.to_numpy(), one.ranks[tree.top].astype(float)
        np.testing.assert_allclose(
            values.scores[:, evaluation], scores, rtol=1e-9, atol=1e-9, err_msg=said
        )
        np.testing.assert_array_equal(
            values.ranks[:, evaluation], ranks.to_numpy(na_value=np.nan), err_msg=said
        )
        shift = np.nanmean(np.abs(values.ranks[:, evaluation] - found.ranks))
        assert found.shifts[evaluation] == pytest.approx(shift, abs=1e-6)
    return made, failed


def run(folder: Path, panel: Panel, tree: Framework, factors: str, **more: Any) -> Uncertainty:
    base = more.pop("base", "{}")
    chosen = study(folder, factors, base, more.pop("text", ""))
    return uncertainty(panel, tree, chosen, **{"n": 16, "seed": 1, "jobs": 1, **more})


def test_every_method_as_assess_does(tmp_path: Path) -> None:
    tree = framework()
    panel = simulated(tree, gaps=0.15)
    found = run(tmp_path, panel, tree, ALL, base=BASE, n=32)
    made, failed = compare(found, panel, tree, every=3)
    assert made > 60
    assert failed > 10


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.stress if name == "bod" else ())
        for name in AGGREGATIONS
    ],
)
@pytest.mark.parametrize("gaps", [pytest.param(0.0, marks=pytest.mark.stress), 0.2])
def test_every_aggregation_with_moving_weights(tmp_path: Path, name: str, gaps: float) -> None:
    tree = framework()
    panel = simulated(tree, gaps=gaps)
    step = {"power": "{method: power, p: -2}"}.get(name, name)
    factors = """
{name: weights, at: weights, perturb: {relative: 0.5}}
{name: left_out, at: exclude, choices: [none, x1, [x3, x4]]}
"""
    base = f"normalize: {{method: minmax, range: [0, 10]}}\naggregate: {step}"
    made, failed = compare(run(tmp_path, panel, tree, factors, base=base, n=8), panel, tree)
    assert made > 20
    assert failed == 0


def test_weights_that_look_at_scores(tmp_path: Path) -> None:
    tree = framework()
    panel = simulated(tree, gaps=0.1)
    factors = """
{name: weighting, at: weights, choices: [pca, entropy, critic, bod]}
{name: normalization, at: normalize, choices: [minmax, {method: zscore, mean: 100, sd: 10}]}
{name: order, at: order, choices: [[impute, treat, normalize, aggregate]]}
{name: levels, at: aggregate.levels.2, choices: [geometric, arithmetic]}
"""
    made, failed = compare(run(tmp_path, panel, tree, factors), panel, tree)
    assert made >= 17
    assert failed == 0


def test_a_panel_of_years_with_groups_of_their_own(tmp_path: Path) -> None:
    tree = framework()
    panel = simulated(tree, years=3, gaps=0.1)
    factors = """
{name: weights, at: weights, perturb: {relative: 0.5}}
{name: own, at: aggregate.groups, choices: [{}, {region: {west: copeland, east: geometric}}]}
{name: reference, at: reference_year, choices: [null, 2021]}
{name: screen, at: screen, choices: [none, {method: drop, units: 0.8}]}
"""
    base = "normalize: {method: minmax, range: [10, 100]}"
    made, failed = compare(run(tmp_path, panel, tree, factors, base=base), panel, tree)
    assert made > 40
    assert failed < 20


def test_numbers_at_any_address(tmp_path: Path) -> None:
    tree = framework()
    panel = simulated(tree)
    factors = """
{name: p, at: aggregate.p, uniform: [-2, 2]}
{name: low, at: normalize.range, choices: [[1, 10], [1, 100]]}
{name: points, at: treat.max_points, range: [0, 3]}
{name: skewness, at: treat.skewness, triangular: [0.1, 0.5, 2]}
"""
    base = "{treat: winsorize, normalize: minmax, aggregate: {method: power, p: 1}}"
    found = run(tmp_path, panel, tree, factors, base=base)
    assert compare(found, panel, tree) == (found.plan.count, 0)


def test_goalposts_and_cells_of_the_framework(tmp_path: Path) -> None:
    tree = framework()
    tree = Framework(tree.table.assign(target=12.0), tree.group_columns)
    panel = simulated(tree)
    factors = """
{name: posts, at: goalposts, perturb: {relative: 0.2}}
{name: target, at: framework.target.x1, choices: [10, 30]}
{name: weight, at: framework.weight.x2, uniform: [1, 5]}
"""
    found = run(tmp_path, panel, tree, factors, base=POSTS)
    values = found.store.units(slice(0, len(panel.values)))
    for evaluation in range(found.plan.count):
        variant = found.plan.variants[found.plan.variant[evaluation]]
        table = tree.table.copy()
        columns = ["goalpost_low", "goalpost_high"]
        if variant.goalposts >= 0:
            posts = table.loc[tree.indicators, columns].to_numpy(dtype=float, copy=True)
            posts[2] = np.log(posts[2])
            u = found.plan.design.points["posts"][variant.goalposts].reshape(2, -1).T
            posts = posts + 0.2 * (2 * u - 1) * (posts[:, 1:] - posts[:, :1])
            posts[2] = np.exp(posts[2])
            table.loc[tree.indicators, columns] = posts
        for column, code, value in variant.cells:
            table.loc[code, column] = value
        one = assess(panel, Framework(table, tree.group_columns), variant.method)
        np.testing.assert_allclose(values.scores[:, evaluation], one.index, rtol=1e-9)
    assert found.plan.count > 40


def test_versions_of_the_data(tmp_path: Path) -> None:
    tree = framework()
    panel = simulated(tree)
    errors = "unit,x1,x3\nu01,0.5,0.1\nu02,,0.2\n"
    (tmp_path / "errors.csv").write_text(errors)
    given = "replicate,unit,x2\n1,u03,2.5\n2,u03,4.5\n3,u04,1\n"
    (tmp_path / "given.csv").write_text(given)
    factors = """
{name: error, at: data, error: {file: errors.csv, rounding: {x4: 1}, draws: 6}}
{name: samples, at: data, realizations: {file: given.csv}}
"""
    found = run(tmp_path, panel, tree, factors, base="normalize: goalposts")
    values = found.store.units(slice(0, len(panel.values)))
    seen = []
    for evaluation in range(found.plan.count):
        variant = found.plan.variants[found.plan.variant[evaluation]]
        x = panel.values.to_numpy()
        for name, number in variant.data:
            x = found.task.versions[name].version(x, number)
        seen.append(x)
        changed = Panel(pd.DataFrame(x, panel.values.index, panel.values.columns), panel.groups)
        one = assess(changed, tree, variant.method)
        np.testing.assert_allclose(values.scores[:, evaluation], one.index, rtol=1e-9)
    apart = np.ptp(np.stack(seen), axis=0)
    places = {(int(i), tree.indicators[j]) for i, j in np.argwhere(apart > 0)}
    assert places == {
        (1, "x1"), (1, "x3"), (2, "x3"), (3, "x2"), (4, "x2"), *((i, "x4") for i in range(12)),
    }  # fmt: skip
    assert (np.abs(np.stack(seen) - panel.values.to_numpy())[:, :, 3] <= 0.05 + 1e-12).all()


def test_versions_of_the_data_do_not_depend_on_the_order_of_factors(tmp_path: Path) -> None:
    tree = framework()
    panel = simulated(tree)
    (tmp_path / "given.csv").write_text("replicate,unit,x4\n1,u03,2.5\n2,u03,2.5\n")
    error = "{name: error, at: data, error: {rounding: {x4: 1}, draws: 6}}"
    given = "{name: given, at: data, realizations: {file: given.csv}}"
    for factors in (f"{error}\n{given}", f"{given}\n{error}"):
        found = run(tmp_path, panel, tree, factors, base="normalize: none")
        assert np.ptp(found.store.units(slice(3, 4)).scores) > 0


def test_the_nominal_is_the_base(tmp_path: Path) -> None:
    tree = framework()
    panel = simulated(tree, gaps=0.1)
    found = run(
        tmp_path, panel, tree, "{name: n, at: normalize, choices: [rank, zscore]}", base=BASE
    )
    one = assess(panel, tree, Method.read(tmp_path / "base.yml"))
    assert found.scores.tolist() == one.index.tolist()
    assert found.ranks.tolist() == one.ranks["idx"].astype(float).tolist()


def test_a_large_index_has_a_nominal_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = framework()
    panel = simulated(tree)
    factors = "{name: n, at: normalize, choices: [rank, zscore]}"
    small = run(tmp_path, panel, tree, factors, base=BASE)
    monkeypatch.setattr("erat.robustness.uncertainty.SMALL", 0)
    large = run(tmp_path, panel, tree, factors, base=BASE)
    assert large.base is None
    np.testing.assert_allclose(large.scores, small.scores, rtol=1e-12)
    assert large.ranks.tolist() == small.ranks.tolist()


def _kill_a_worker_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a process be killed, as where memory is short; what it had not done is done again."""
    in_order, killed = workers._in_order, list[int]()

    def and_killing(*given: Any) -> Iterator[tuple[int, Any]]:
        for number, block in in_order(*given):
            yield number, block
            if not killed:
                killed.append(number)
                multiprocessing.active_children()[0].kill()

    monkeypatch.setattr(workers, "_in_order", and_killing)


@pytest.mark.parametrize("memory", [0, pytest.param(2**30, marks=pytest.mark.stress)])
def test_same_values_for_any_number_of_jobs_and_on_disk(
    tmp_path: Path, memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erat.robustness.engine.BLOCK_VALUES", 8 * 16)
    monkeypatch.setattr("erat.robustness.workers.PATIENCE", 0.0)
    monkeypatch.setattr("erat.robustness.store.GROUP_ON_DISK", 500)
    if memory:
        _kill_a_worker_once(monkeypatch)
    tree = Framework.from_table(pd.DataFrame([line.split(",") for line in META.splitlines()[1:]],
                                             columns=META.splitlines()[0].split(",")))  # fmt: skip
    panel = simulated(tree)
    factors = """
{name: weights, at: weights, perturb: {relative: 0.25}}
{name: aggregation, at: aggregate.method, choices: [arithmetic, copeland]}
"""
    one = run(tmp_path, panel, tree, factors, n=32)
    monkeypatch.setattr("erat.robustness.store.MEMORY", memory)
    two = run(tmp_path, panel, tree, factors, n=32, jobs=2)
    first = one.store.units(slice(0, 12))
    groups = list(two.store.groups())
    assert two.store.on_disk == (memory == 0)
    for name in ("scores", "ranks"):
        other = np.concatenate([getattr(group, name) for group in groups])
        assert np.array_equal(getattr(first, name), other)
    pd.testing.assert_frame_equal(one.intervals.ranks, two.intervals.ranks)
    pd.testing.assert_frame_equal(one.intervals.scores, two.intervals.scores)
    assert np.array_equal(one.shifts, two.shifts)
    two.store.__exit__(None, None, None)


def test_plain_points_take_any_number(tmp_path: Path) -> None:
    tree = framework()
    factors = "{name: weights, at: weights, perturb: {relative: 0.25}}"
    for points, n in (("plain", 11), ("sobol", 16)):
        found = run(tmp_path, simulated(tree), tree, factors, n=11, points=points)
        assert (found.n, found.replicates) == (n, 2 * n)


def test_rows_that_lose_every_value_by_what_is_left_out(tmp_path: Path) -> None:
    tree = framework()
    panel = simulated(tree, gaps=0.6)
    factors = """
{name: imputation, at: impute, choices: [mean, median, sibling_mean, {method: iterative}]}
{name: left_out, at: exclude, choices: [none, x1, [x3, x4], B]}
"""
    found = run(tmp_path, panel, tree, factors)
    made, failed = compare(found, panel, tree)
    assert made > 10
    assert failed == 0
    lost = np.isnan(found.store.units(slice(0, len(panel.values))).scores).sum(axis=0)
    assert len(set(lost.tolist())) > 1
