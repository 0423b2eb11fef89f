"""What may stand at an address: distributions, moving weights, versions; and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from erat.errors import InputError
from erat.robustness.addresses import Resolver
from erat.robustness.design import BASE, pick
from erat.robustness.factors import Factor, Normal, Study
from erat.robustness.perturb import Mover, to_one
from erat.robustness.study_checks import check_study
from erat.robustness.uncertainty import uncertainty
from tests.robustness.cases import simulated, study
from tests.small import framework

U = (np.arange(4096) + 0.5) / 4096


def test_distributions_are_those_of_scipy() -> None:
    for key, value, wanted in (
        ("uniform", (2, 6), stats.uniform(2, 4)),
        ("triangular", (1, 2, 5), stats.triang(0.25, 1, 4)),
        ("triangular", (1, 1, 5), stats.triang(0.0, 1, 4)),
        ("normal", {"mean": 3, "sd": 2}, stats.norm(3, 2)),
        ("normal", {"mean": 3, "sd": 2, "low": 2, "high": 4}, stats.truncnorm(-0.5, 0.5, 3, 2)),
    ):
        factor = Factor.model_validate({"name": "f", "at": "aggregate.p", key: value})
        np.testing.assert_allclose(factor.quantiles(U), wanted.ppf(U))
    assert np.isfinite(Normal(mean=0, sd=1).at(np.array([0.0, 1.0]))).all()
    assert np.bincount(pick(3, U)).tolist() == [1365, 1366, 1365]


def mover(folder: Path, how: str) -> Mover:
    factor = study(folder, f"{{name: w, at: weights, {how}}}").factors[0]
    assert factor.moves_weights is not None
    made = Mover.of(factor.moves_weights, framework())
    points = np.random.default_rng(0).random((20_000, made.width))
    return Mover(made.how, made.columns, made.width, points, made.experts)


def test_relative_weights_have_a_draw_each(tmp_path: Path) -> None:
    made = mover(tmp_path, "perturb: {relative: 0.2}")
    assert made.width == 6
    w, sources = np.array([0.25, 0.75]), np.arange(-1, 20_000)
    found = made.move("B", ["x3", "x4"], w, sources) / w
    assert found[0].tolist() == [1, 1]
    assert sources[0] == BASE
    assert 0.8 <= found.min() < 0.81
    assert 1.19 < found.max() <= 1.2
    assert abs(np.corrcoef(found.T)[0, 1]) < 0.03
    other = made.move("A", ["x1", "x2"], w, sources) / w
    assert abs(np.corrcoef(found[:, 0], other[:, 0])[0, 1]) < 0.03


def test_only_the_levels_that_are_named_move(tmp_path: Path) -> None:
    made = mover(tmp_path, "perturb: {relative: 0.2, levels: [2]}")
    w, sources = np.array([0.5, 0.5]), np.arange(10)
    assert (made.move("A", ["x1", "x2"], w, sources) == w).all()
    assert (made.move("idx", ["A", "B"], w, sources) != w).all()


def test_dirichlet_weights_have_its_moments(tmp_path: Path) -> None:
    for how in ("dirichlet: {concentration: 20}", "perturb: {dirichlet: {concentration: 20}}"):
        made = mover(tmp_path, how)
        w = np.array([0.2, 0.8])
        found = to_one(made.move("idx", ["A", "B"], w, np.arange(20_000)))
        np.testing.assert_allclose(found.mean(axis=0), w, atol=0.002)
        np.testing.assert_allclose(found.var(axis=0), w * (1 - w) / 21, rtol=0.05)


def test_a_weight_of_zero_stays_zero(tmp_path: Path) -> None:
    made = mover(tmp_path, "dirichlet: {concentration: 0.1}")
    found = made.move("idx", ["A", "B"], np.array([0.0, 1.0]), np.arange(20_000))
    assert (found[:, 0] == 0).all()
    assert (found[:, 1] > 0).all()


def test_weights_of_experts(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("expert,A,B,x1\na,1,3,\nb,30,10,\nc,,,5\n")
    one = mover(tmp_path, "experts: {file: points.csv}")
    w, sources = np.array([0.5, 0.5]), np.arange(20_000)
    found = one.move("idx", ["A", "B"], w, sources)
    shares, counts = np.unique(found[:, 0], return_counts=True)
    assert shares.tolist() == [0.25, 0.5, 0.75]  # the third expert says nothing: the base's
    np.testing.assert_allclose(counts / 20_000, 1 / 3, atol=0.02)
    assert (one.move("A", ["x1", "x2"], w, sources) == w).all()
    mean = mover(tmp_path, "experts: {file: points.csv, take: mean}")
    found = mean.move("idx", ["A", "B"], w, sources)
    assert mean.width == 3
    np.testing.assert_allclose(found[:, 0].mean(), 0.5, atol=0.01)
    assert 0.25 in found[:, 0]
    np.testing.assert_allclose(np.unique(found[:, 0].round(6)),
                               [0.25, 0.416667, 0.5, 0.583333, 0.75])  # fmt: skip


def refused(folder: Path, factors: str, base: str = "{}") -> str:
    tree = framework()
    with pytest.raises(InputError) as error:
        check_study(Resolver(study(folder, factors, base)), tree, simulated(tree))
    return str(error.value)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ("{name: f, at: normalise, choices: [rank]}", "did you mean 'normalize'"),
        ("{name: f, at: normalize.rang, choices: [[1, 2]]}", "'range'?"),
        ("{name: f, at: exclude, choices: [none, x9]}", "'x9'"),
        ("{name: f, at: aggregate.levels.7, choices: [geometric]}", "'7'"),
        ("{name: f, at: aggregate.nodes.C, choices: [geometric]}", "'C'"),
        ("{name: f, at: aggregate.p, uniform: [0, 1]}", "but aggregate is 'arithmetic'"),
        ("{name: f, at: treat.max_points, range: [1, 3]}", "expected treat: one of winsorize"),
        ("{name: f, at: subunits.method, choices: [mean, median]}", "units that stand alone"),
        ("{name: f, at: reference_year, choices: [2020]}", "the data have no years"),
        ("{name: f, at: impute, choices: [{method: group_mean, group: isle}]}", "one of region"),
        ("{name: f, at: framework.goalpost_lo.x1, uniform: [0, 1]}", "'goalpost_low'"),
        ("{name: f, at: framework.weight.x9, uniform: [0, 1]}", "expected framework.COLUMN.CODE"),
        ("{name: f, at: framework, uniform: [0, 1]}", "'' in 'framework'"),
        ("{name: f, at: framework.target.A, uniform: [0, 1]}", "'A' in 'framework.target.A'"),
        ("{name: f, at: framework.weight.x1, uniform: [-1, 1]}", "a weight of 0 or more"),
        ("{name: f, at: framework.weight.x1, normal: {mean: 1, sd: 1}}", "a weight of 0 or more"),
        ("{name: f, at: framework.goalpost_low.x1, uniform: [0, 10]}", "goalpost_high of x1, 10"),
        ("{name: f, at: framework.goalpost_high.x3, choices: [1, 5]}", "goalpost_low of x3, 1"),
        ("{name: f, at: weights, perturb: {relative: 0.2, levels: [4]}}", "one of 1, 2"),
        ("{name: f, at: impute, draws: 5}", "expected impute: one of iterative"),
        ("{name: f, at: weights, perturb: {}}", "0 ways to move weights"),
        ("{name: f, at: weights, perturb: {relative: 1.5}}", "less than 1"),
        ("{name: f, at: normalize, perturb: {relative: 0.5}}", "expected at: weights"),
        ("{name: f, at: data, choices: [1]}", "an address in a method"),
        ("{name: f, at: normalize, choices: rank}", "found 'rank'; expected a list"),
        ("{name: f, at: weights, perturb: 0.2}", "found 0.2; expected a mapping of keys"),
        ("{name: f, at: weights, choices: [{method: budget, file: no.csv}]}", "no file no.csv"),
        (
            "{name: f, at: goalposts, perturb: {dirichlet: {concentration: 5}}}",
            "without 'relative'",
        ),
        ("{name: f, at: goalposts, perturb: {relative: 0.5}}", "below 0.5"),
        ("{name: f, at: aggregate.p, uniform: [2, 1]}", "do not ascend"),
        ("{name: f, at: aggregate.p, normal: {mean: 0, sd: 1, low: 50}}", "leave nothing"),
        ("{name: f, at: data, error: {draws: 5}}", "no error"),
        ("{name: f, at: framework.weight.x1, choices: [1, .inf]}", "finite numbers at a cell"),
        ('{name: f, at: data, error: {file: "a\\0b"}}', "null byte"),
        ("{name: f, at: normalize, choices: [rank], uniform: [0, 1]}", "exactly one of"),
    ],
)
def test_what_does_not_exist_is_refused(tmp_path: Path, factor: str, said: str) -> None:
    assert said in refused(tmp_path, factor)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, """
{name: f, at: normalize, choices: [rnak, minmax, zscor]}
{name: g, at: exclude, choices: [x9]}
{name: h, at: framework.goalpost_low.x9, uniform: [0, 1]}
""")  # fmt: skip
    assert len(said.splitlines()) == 4


def test_a_factor_without_an_address_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("expert,A,x9\na,1,2\n")
    said = refused(tmp_path, """
{name: f, at: agregate, choices: [geometric]}
{name: g, at: weights, experts: {file: points.csv}}
{name: h, at: data, error: {rounding: {x8: 1}}}
{name: i, at: data, realizations: {file: none.csv}}
{name: j, at: treat.max_points, uniform: [1, 4]}
""", base="{treat: winsorize}")  # fmt: skip
    lines = said.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("study, f, at: found 'agregate'")
    assert "column x9: found 'x9'; expected a node of the framework" in lines[1]
    assert "found no column B; expected points for every child of 'idx'" in lines[2]
    assert lines[3].startswith("study, h, rounding: found 'x8'")
    assert lines[4].startswith(f"{tmp_path}/none.csv: found no such file")
    assert lines[5].startswith("study, j, treat.max_points: found 2.146; expected a whole number")


def test_two_factors_at_one_address_are_refused(tmp_path: Path) -> None:
    factors = "{name: f, at: exclude, choices: [x1]}\n{name: g, at: exclude, choices: [x2]}"
    assert "two factors at 'exclude'" in refused(tmp_path, factors)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("e.csv", "unit,x9\nu01,1\n", "'x9'"),
        ("e.csv", "unit,x1\nu99,1\n", "'u99'"),
        ("e.csv", "unit,x1\nu01,-1\n", "below 0"),
        ("e.csv", "unit,x1\nu01,1\nu01,2\n", "a row twice"),
        ("e.csv", "x1\n1\n", "columns unit"),
        ("r.csv", "replicate,unit,x1\n1,u01,1\n", "two versions or more"),
        ("r.csv", "unit,x1\nu01,1\n", "replicate, unit"),
    ],
)
def test_files_of_versions_are_checked(tmp_path: Path, name: str, text: str, said: str) -> None:

    (tmp_path / name).write_text(text)
    way = "error: {file: e.csv}" if name == "e.csv" else "realizations: {file: r.csv}"
    tree = framework()
    chosen = study(tmp_path, f"{{name: f, at: data, {way}}}")
    with pytest.raises(InputError) as error:
        uncertainty(simulated(tree), tree, chosen, n=4, jobs=1)
    assert said in str(error.value)


def test_another_method_of_a_step_leaves_the_old_options_behind(tmp_path: Path) -> None:
    base = "aggregate: {method: geometric, floor: 1, min_share: 0.5}"
    resolver = Resolver(
        study(tmp_path, "{name: a, at: aggregate.method, choices: [harmonic]}", base)
    )
    made = resolver.method({"a": "harmonic"})
    assert made.aggregate.method == "harmonic"
    assert made.aggregate.min_share == 0.5


def test_the_study_of_the_readme_can_be_read(root: Path, tmp_path: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "study.yml").write_text(example)
    (tmp_path / "METHOD.yml").write_text("{}")
    kinds = [factor.kind for factor in Study.read(tmp_path / "study.yml").factors]
    assert {"choices", "range", "triangular", "perturb", "draws", "error", "realizations"} <= {
        *kinds
    }
