"""Weights: held to the Handbook, to stored results of other tools, and to what must hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from erat.errors import MethodError
from erat.index.construct.experts import expert_points, expert_shares, priorities
from erat.index.construct.power_means import Node
from erat.index.construct.weight import (
    WEIGHTINGS,
    components_kept,
    influence,
    varimax,
)
from erat.index.correlation import principal
from erat.index.registry import NamedFile
from tests.coherence.technology import CODES, DATA, LOADINGS, VARIANCE

NOMINAL = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=6)
NONE = np.full(6, np.nan)

FROM_DATA = {"pca", "entropy", "critic", "bod"}
"""Weightings that look at the data and take whatever comes."""
FROM_PEOPLE = {"framework", "equal", "ahp", "budget"}
REFUSES = {"optimized"}
"""Weightings that may find no weights."""

MATRIX = [
    [1, 2, 3, 2, 5, 5, 1, 3],
    ["1/2", 1, 2, "1/2", 4, 4, "1/2", 3],
    ["1/3", "1/2", 1, "1/4", 2, 2, "1/5", "1/2"],
    ["1/2", 2, 4, 1, 4, 4, "1/2", 3],
    ["1/5", "1/4", "1/2", "1/4", 1, 1, "1/5", "1/2"],
    ["1/5", "1/4", "1/2", "1/4", 1, 1, "1/5", "1/2"],
    [1, 2, 5, 2, 5, 5, 1, 4],
    ["1/3", "1/3", 2, "1/3", 2, 2, "1/4", 1],
]
"""The Handbook's comparison of the eight indicators of the Technology Achievement Index."""


Children = tuple[Node, np.ndarray]
"""A node and the scores of its children."""


def children(nominal: list[float], x: Any = None, **more: Any) -> Children:
    codes = tuple(f"c{i}" for i in range(len(nominal)))
    x = np.ones((3, len(nominal))) if x is None else np.asarray(x, dtype=float)
    none = np.full(len(nominal), np.nan)
    return Node("D", codes, np.array(nominal), **{"low": none, "high": none, **more}), x


def on_0_to_100(x: np.ndarray) -> np.ndarray:
    return np.asarray(100 * (x - x.min(axis=0)) / np.ptp(x, axis=0))


def technology(x: np.ndarray) -> Children:
    none = np.full(8, np.nan)
    return Node("index", tuple(CODES), np.ones(8), none, none), x


TECHNOLOGY = technology(on_0_to_100(DATA.to_numpy()))


def options(name: str, **given: Any) -> dict[str, Any]:
    """Check options as a method file's are."""
    model = WEIGHTINGS.options[name].model_validate(given)
    return {key: getattr(model, key) for key in type(model).model_fields if key != "method"}


def weigh(name: str, of: Children, **given: Any) -> np.ndarray:
    made: np.ndarray = WEIGHTINGS[name](*of, **options(name, **given))
    return made


def test_every_weighting_is_declared() -> None:
    assert set(WEIGHTINGS) == FROM_DATA | FROM_PEOPLE | REFUSES


# Framework and equal


@pytest.mark.parametrize("name", ["framework", "equal"])
@given(nominal=NOMINAL)
def test_weights_add_to_1_and_are_not_negative(name: str, nominal: list[float]) -> None:
    weights = weigh(name, children(nominal))
    assert weights.sum() == pytest.approx(1, rel=1e-14)
    assert (weights >= 0).all()


@given(nominal=NOMINAL, factor=st.floats(1e-6, 1e6))
def test_only_the_relation_counts(nominal: list[float], factor: float) -> None:
    scaled = weigh("framework", children([factor * value for value in nominal]))
    np.testing.assert_allclose(scaled, weigh("framework", children(nominal)), rtol=1e-12)


def test_framework_and_equal() -> None:
    assert weigh("framework", children([1, 3])).tolist() == [0.25, 0.75]
    assert weigh("equal", children([1, 3])).tolist() == [0.5, 0.5]


def test_values_replace_some_weights() -> None:
    weights = weigh("framework", children([1, 3]), values={"c0": 9, "other": 1})
    assert weights.tolist() == [0.75, 0.25]


def test_weights_of_any_size() -> None:
    assert weigh("framework", children([1e308, 1e308])).tolist() == [0.5, 0.5]
    assert weigh("framework", children([0, 5e-324])).tolist() == [0, 1]


# Principal components


def test_eigenvalues_and_number_of_components_are_the_handbook_s() -> None:
    """OECD/JRC (2008), Handbook, table 16: percent of variance; four components are kept."""
    _, loadings = principal(np.corrcoef(DATA.to_numpy().T))
    variance = (loadings**2).sum(axis=0) / 8 * 100
    np.testing.assert_allclose(variance, VARIANCE, atol=0.12)
    assert components_kept(loadings) == 4


def test_rotation_is_that_of_factor_analyzer() -> None:
    """factor-analyzer 0.5.1, Rotator('varimax', normalize=True), on the same four components.

    Handbook, table 17, gives patents .07 .97 .06 .06 (squared and scaled: .00 .67 .00 .00).
    """
    rotated = varimax(principal(np.corrcoef(DATA.to_numpy().T))[1][:, :4])
    explained = (rotated**2).sum(axis=0)
    expected = [2.63316784, 1.3852899, 1.17870792, 1.78203343]
    np.testing.assert_allclose(explained, expected, atol=1.5e-3)
    np.testing.assert_allclose(np.abs(rotated[0]), [0.07, 0.97, 0.06, 0.06], atol=0.01)
    assert rotated[0, 1] ** 2 / explained[1] == pytest.approx(0.67, abs=0.01)


def test_weights_by_components_are_those_of_factor_analyzer() -> None:
    """Squared loadings of factor-analyzer 0.5.1, each child in its component, scaled to 1."""
    expected = [0.167967, 0.154618, 0.111319, 0.056506, 0.086145, 0.118626, 0.138797, 0.166022]
    np.testing.assert_allclose(weigh("pca", TECHNOLOGY), expected, atol=1e-4)


def test_weights_by_the_first_component() -> None:
    """scikit-learn 1.9.1, PCA().components_[0] of standardized columns; Handbook, table 8."""
    expected = [
        0.0222899,
        0.1195204,
        0.1951072,
        0.0749155,
        0.1618885,
        0.192804,
        0.1568508,
        0.0766237,
    ]
    weights = weigh("pca", TECHNOLOGY, variant="first")
    np.testing.assert_allclose(weights, expected, atol=1e-6)
    printed = np.array([abs(LOADINGS[code][0]) for code in CODES])
    np.testing.assert_allclose(weights, printed / printed.sum(), atol=2e-3)


def test_one_component_has_the_squared_loadings() -> None:
    loadings = principal(np.corrcoef(DATA.to_numpy().T))[1][:, 0]
    weights = weigh("pca", TECHNOLOGY, factors=1)
    np.testing.assert_allclose(weights, loadings**2 / (loadings**2).sum(), rtol=1e-9)


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.3, 0.95])
def test_two_children_share_alike(correlation: float) -> None:
    x = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1.0]])
    x[:, 1] = correlation * x[:, 0] + np.sqrt(1 - correlation**2) * x[:, 1]
    np.testing.assert_allclose(weigh("pca", children([1, 1], x)), 0.5, rtol=1e-9)


@given(x=arrays(float, (8, 4), elements=st.floats(-1, 1)))
def test_varimax_turns_and_does_not_stretch(x: np.ndarray) -> None:
    turned = varimax(x)
    np.testing.assert_allclose(turned @ turned.T, x @ x.T, atol=1e-10)


# Entropy and CRITIC


def test_entropy_is_that_of_scikit_criteria() -> None:
    """scikit-criteria 0.10, entropy_weights, on the columns as printed and on 0..100."""
    printed = technology(DATA.to_numpy())
    raw = [0.400072321, 0.317314603, 0.189015102, 0.040550822]
    raw += [0.000366652, 0.001072501, 0.009260278, 0.04234772]
    np.testing.assert_allclose(weigh("entropy", printed), raw, atol=1e-9)
    scaled = [0.25653368, 0.223167407, 0.127293662, 0.05906672]
    scaled += [0.049889878, 0.066239707, 0.102678789, 0.115130157]
    np.testing.assert_allclose(weigh("entropy", TECHNOLOGY), scaled, atol=1e-9)


def test_entropy_moves_up_what_is_negative() -> None:
    x = np.array([[0.0, 5], [1, 7], [4, 6]])
    moved = weigh("entropy", children([1, 1], x - [2, 0]))
    np.testing.assert_allclose(moved, weigh("entropy", children([1, 1], x)), rtol=1e-12)


def test_critic_is_that_of_scikit_criteria() -> None:
    """scikit-criteria 0.10, critic_weights."""
    expected = [0.119948828, 0.1421469, 0.122474557, 0.159202817]
    expected += [0.089817129, 0.09083975, 0.139376932, 0.136193087]
    np.testing.assert_allclose(weigh("critic", TECHNOLOGY), expected, atol=1e-9)


def test_critic_by_hand() -> None:
    """Deviations 1 and 2 (in proportion); r = 0 with each other, 1 and 0 with a copy of the first."""
    a, b = np.array([1, -1, 1, -1.0]), np.array([2, 2, -2, -2.0])
    weights = weigh("critic", children([1, 1, 1], np.column_stack([a, b, a])))
    np.testing.assert_allclose(weights, np.array([1, 4, 1]) / 6, rtol=1e-12)


# What holds of all that look at the data


@pytest.mark.parametrize("name", sorted(FROM_DATA))
@given(
    x=arrays(float, (6, 3), elements=st.one_of(st.just(np.nan), st.floats(0, 100))),
    order=st.permutations(range(6)),
)
def test_weights_from_any_data(name: str, x: np.ndarray, order: list[int]) -> None:
    weights = weigh(name, children([1, 1, 1], x))
    assert weights.sum() == pytest.approx(1, rel=1e-12)
    assert (weights >= 0).all()
    turned = weigh(name, children([1, 1, 1], x[order]))
    np.testing.assert_allclose(turned, weights, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", sorted(FROM_DATA | {"equal", "framework", "optimized"}))
@pytest.mark.parametrize("column", [[1, 2, 3], [4, 4, 4], [np.nan, np.nan, np.nan], [0, 0, 0]])
def test_one_child_has_all_the_weight(name: str, column: list[float]) -> None:
    assert weigh(name, children([3], np.array([column]).T)).tolist() == [1]


@pytest.mark.parametrize("name", ["pca", "entropy", "critic"])
def test_what_does_not_vary_gets_no_weight(name: str) -> None:
    x = np.array([[1, 0.1, 5], [2, 0.1, 3], [4, 0.1, 9]])
    weights = weigh(name, children([1, 1, 1], x))
    assert weights[1] == 0
    assert (weights[[0, 2]] > 0).all()
    assert weigh(name, children([1, 1], np.full((3, 2), 0.1))).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("name", sorted(FROM_DATA | REFUSES))
def test_children_that_are_the_same(name: str) -> None:
    x = np.array([[1, 1], [2, 2], [5, 5.0]])
    weights = weigh(name, children([1, 1], x))
    assert weights.sum() == pytest.approx(1)
    if name != "bod":
        np.testing.assert_allclose(weights, 0.5)


def test_numbers_of_any_size() -> None:
    x = on_0_to_100(DATA.to_numpy()[:, :3])
    for name in ("pca", "critic", "entropy", "optimized"):
        for factor in (1e-140, 1e140):
            small, large = (weigh(name, children([1, 1, 1], x * f)) for f in (1, factor))
            np.testing.assert_allclose(large, small, rtol=1e-6)


# Benefit of the doubt


def test_benefit_of_the_doubt_within_bounds() -> None:
    low, high = np.array([0.2, 0.1, 0.2]), np.array([0.5, 0.6, 0.5])
    of = children([1, 1, 1], TECHNOLOGY[1][:, :3], low=low, high=high)
    weights = weigh("bod", of)
    assert ((weights >= low - 1e-9) & (weights <= high + 1e-9)).all()
    fixed = children([1, 1], [[1, 2], [3, 4]], low=np.array([0.3, 0.7]), high=np.array([0.3, 0.7]))
    np.testing.assert_allclose(weigh("bod", fixed), [0.3, 0.7], rtol=1e-9)


def test_benefit_of_the_doubt_is_the_mean_over_units() -> None:
    """A puts all on the first, B and C on the second."""
    x = [[10, 0], [0, 10], [0, 5]]
    np.testing.assert_allclose(weigh("bod", children([1, 1], x)), [1 / 3, 2 / 3], rtol=1e-9)


def test_benefit_of_the_doubt_refuses() -> None:
    with pytest.raises(MethodError, match="negative values of c1"):
        weigh("bod", children([1, 1], [[1, -1], [3, 4]]))
    low = np.array([0.6, 0.6])
    with pytest.raises(MethodError, match=r"add to 1\.2"):
        weigh("bod", children([1, 1], [[1, 1], [3, 4]], low=low))


# Optimized


def test_equal_influence() -> None:
    codes = ["patents", "royalties", "internet", "electricity", "schooling", "university"]
    x = on_0_to_100(DATA[codes].to_numpy())
    weights = weigh("optimized", children([1.0] * 6, x))
    score = x @ weights
    r2 = np.array([np.corrcoef(column, score)[0, 1] ** 2 for column in x.T])
    np.testing.assert_allclose(r2 / r2.sum(), 1 / 6, atol=1e-6)


def test_a_given_influence_with_gaps() -> None:
    x = on_0_to_100(DATA.to_numpy()[:, [0, 1, 7]])
    x[2, 0] = x[5, 1] = np.nan
    weights = weigh("optimized", children([1, 1, 1], x), target={"c0": 2, "c1": 1, "c2": 1})
    np.testing.assert_allclose(influence(x, weights), [0.5, 0.25, 0.25], atol=1e-3)
    unrelated = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1.0]]) * [1, 4]
    weights = weigh("optimized", children([1, 1], unrelated), target={"c0": 4, "c1": 1})
    np.testing.assert_allclose(weights, [8 / 9, 1 / 9], rtol=1e-6)


def test_influence_that_cannot_be() -> None:
    with pytest.raises(MethodError, match=r"'index'.*influence at best patents 0\.\d+"):
        weigh("optimized", TECHNOLOGY)
    assert weigh("optimized", TECHNOLOGY, tolerance=0.05).sum() == pytest.approx(1)
    with pytest.raises(MethodError, match="c1 constant"):
        weigh("optimized", children([1, 1], [[1, 2], [2, 2], [5, 2]]))
    with pytest.raises(MethodError, match="no target for c1"):
        weigh("optimized", children([1, 1]), target={"c0": 1})


# Experts


def test_ahp_is_the_handbook_s() -> None:
    """OECD/JRC (2008), Handbook, section 6.6 and its tables."""
    matrix = np.array(options("ahp", matrix=MATRIX)["matrix"])
    found = priorities(matrix)
    assert found.largest == pytest.approx(8.2111, abs=5e-5)
    assert found.ratio == pytest.approx(0.0214, abs=5e-5)
    expected = [0.2291, 0.1346, 0.0594, 0.1761, 0.0385, 0.0385, 0.2522, 0.0715]
    np.testing.assert_allclose(found.weights, expected, atol=6e-5)
    np.testing.assert_array_equal(weigh("ahp", TECHNOLOGY, matrix=MATRIX), found.weights)


def test_ahp_is_for_the_index_or_the_nodes_that_it_names() -> None:
    two = [[1, 3], ["1/3", 1]]
    assert weigh("ahp", children([1, 1]), matrix=two).tolist() == pytest.approx([0.75, 0.25])
    below = children([1, 4], top=False)
    assert weigh("ahp", below, matrix=two).tolist() == [0.2, 0.8]
    named = weigh("ahp", below, matrix={"D": two, "other": [[1]]})
    assert named.tolist() == pytest.approx([0.75, 0.25])


def test_ahp_from_a_file(tmp_path: Path) -> None:
    text = "code,c1,c0,x\nc0,3,1,\nc1,1,1/3,\nx,,,1\n"
    (tmp_path / "pairs.csv").write_text(text)
    file = NamedFile("pairs.csv", tmp_path)
    assert weigh("ahp", children([1, 1]), matrix=file).tolist() == pytest.approx([0.75, 0.25])
    assert weigh("ahp", children([1, 1, 2]), matrix=file).tolist() == [0.25, 0.25, 0.5]


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([[1, 5, 1], [0.2, 1, 5], [1, 0.2, 1]], r"'D'.*consistency ratio of 1\.091"),
        ([[1, 2], [0.5, 1]], "matrix of 2 rows.*3 by 3: c0, c1, c2"),
        ([[1, 2, 3], [0.5, 1, 1], [2, 1, 1]], "c0 over c2 is 3, c2 over c0 is 2"),
    ],
)
def test_ahp_refuses(matrix: list[list[float]], said: str) -> None:
    """Of three, the largest eigenvalue is ``1 + c + 1/c``, ``c**3 = a12 a23 / a13`` (25 here)."""
    with pytest.raises(MethodError, match=said):
        weigh("ahp", children([1, 1, 1]), matrix=matrix)


def test_ahp_allows_more_if_told_so() -> None:
    matrix = [[1, 5, 1], [0.2, 1, 5], [1, 0.2, 1]]
    assert weigh("ahp", children([1, 1, 1]), matrix=matrix, max_ratio=1.1).sum() == pytest.approx(1)


@pytest.mark.parametrize("cell", ["-1", "0", "1/0", "two", "nan"])
def test_ahp_refuses_a_cell(cell: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="matrix"):
        options("ahp", matrix=[[1, cell], [1, 1]])
    (tmp_path / "p.csv").write_text(f"code,c0,c1\nc0,1,{cell}\nc1,1,1\n")
    with pytest.raises(MethodError, match=rf"p\.csv.*{cell}"):
        weigh("ahp", children([1, 1]), matrix=NamedFile("p.csv", tmp_path))


def test_consistent_comparisons_have_ratio_0() -> None:
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    found = priorities(weights[:, None] / weights)
    np.testing.assert_allclose(found.weights, weights, rtol=1e-9)
    assert found.ratio == pytest.approx(0, abs=1e-12)


POINTS = "expert,c0,c1,z\nAni,30,10,60\nBudi,50,50,\nCici,0,,100\n"


def points(folder: Path, text: str = POINTS) -> NamedFile:
    (folder / "points.csv").write_text(text)
    return NamedFile("points.csv", folder)


def test_budget_is_the_mean_of_shares(tmp_path: Path) -> None:
    """Ani gives 3 of 4 to the first, Budi half; Cici has no say under this node."""
    file = points(tmp_path)
    assert weigh("budget", children([1, 1]), file=file).tolist() == pytest.approx([0.625, 0.375])
    shares = expert_shares(expert_points(file.path), ["c0", "c1"])
    assert shares.to_dict("index") == {
        "Ani": {"c0": 0.75, "c1": 0.25},
        "Budi": {"c0": 0.5, "c1": 0.5},
    }


def test_experts_without_names(tmp_path: Path) -> None:
    table = expert_points(points(tmp_path, "c0,c1\n1,3\n2,2\n").path)
    assert table.index.tolist() == ["1", "2"]
    assert table.to_numpy().tolist() == [[1, 3], [2, 2]]


def test_a_node_without_points_keeps_the_framework_s_weights(tmp_path: Path) -> None:
    file = points(tmp_path, "y,z\n1,2\n")
    assert weigh("budget", children([1, 3]), file=file).tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c0,z\n1,2\n", r"no column c1 in points\.csv"),
        ("c0,c1\n0,\n", "no points of any expert"),
        ("c0,c1\n1,-2\n", r"points\.csv, column c1: found '-2'"),
        ("c0,c1\n1,many\n", r"points\.csv, column c1: found 'many'"),
    ],
)
def test_budget_refuses(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(MethodError, match=said):
        weigh("budget", children([1, 1]), file=points(tmp_path, text))


def test_budget_reads_a_changed_file_again(tmp_path: Path) -> None:
    file = points(tmp_path)
    weigh("budget", children([1, 1]), file=file)
    (tmp_path / "points.csv").unlink()
    with pytest.raises(MethodError, match="no such file"):
        weigh("budget", children([1, 1]), file=file)
