"""Alternatives: ranks under every combination, by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from erat.robustness.addresses import Resolver
from erat.robustness.alternatives import Alternatives, alternatives
from erat.robustness.factors import Study
from erat.robustness.intervals import third, thirds
from tests.small import framework, panel

META = """code,name,parent,direction,weight,type
i,Index,,1,1,aggregate
x,X,i,1,1,indicator
y,Y,i,1,1,indicator
"""
DATA = "unit,x,y\na,0,10\nb,4,4\nc,10,1\n"
STUDY = """base: base.yml
factors:
  - {name: weights, at: weights, choices: [{method: framework}, {method: framework, values: {x: 3}}]}
  - {name: left_out, at: exclude, choices: [none, x, y]}
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Alternatives:
    folder = tmp_path_factory.mktemp("study")
    (folder / "base.yml").write_text("normalize: none\n")
    (folder / "study.yml").write_text(STUDY)
    tree = framework(META)
    return alternatives(panel(DATA, tree), tree, Study.read(folder / "study.yml"))


def test_every_combination_is_tried(tried: Alternatives) -> None:
    assert tried.choices.to_numpy().tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    assert list(tried.ranks.index) == ["a", "b", "c"]
    # scores: 5, 4, 5.5 | y | x | 2.5, 4, 7.75 | y | x
    assert tried.ranks.T.to_numpy().tolist() == [
        *([2, 3, 1], [1, 2, 3], [3, 2, 1]),
        *([3, 2, 1], [1, 2, 3], [3, 2, 1]),
    ]
    assert tried.nominal.tolist() == [2, 3, 1]


def test_effects_by_hand(tried: Alternatives) -> None:
    rows = tried.effects().to_dict("records")
    assert [(row["factor"], row["choice"]) for row in rows] == [
        *(("weights", 1), ("left_out", 1), ("left_out", 2)),
    ]
    assert rows[0]["mean_shift"] == pytest.approx(2 / 3)
    assert (rows[1]["max_shift"], rows[1]["unit"]) == (2, "c")
    assert rows[1]["mean_shift"] == pytest.approx(4 / 3)


def test_thirds_of_a_ranking() -> None:
    units = [f"u{i}" for i in range(1, 8)]
    ranks = pd.Series(range(1, 8), index=units, dtype=float)
    found = thirds(pd.DataFrame({"nominal": ranks, "low": 1.0, "high": 7.0}))
    assert found["tier"].tolist() == ["upper"] * 3 + ["middle"] * 2 + ["lower"] * 2
    assert set(found["best"]) == {"upper"}
    assert set(found["worst"]) == {"lower"}


def test_thirds_of_a_number_that_three_does_not_divide() -> None:
    """Of 38 the first 13 and the last 12; every page counts so."""
    found = third(pd.Series([1.0, 13.0, 14.0, 26.0, 27.0, 38.0]), 38)
    assert found.tolist() == ["upper", "upper", "middle", "middle", "lower", "lower"]


def test_the_choices_of_the_project_name_its_base_first(root: Path) -> None:
    study = Study.read(root / "config" / "studies" / "choices.yml")
    resolver = Resolver(study)
    first = {name: f.options[0] for name, f in resolver.factors.items() if f.options}
    assert resolver.method(first) == resolver.base


NESTED = "unit,parent,x,y\na1,A,0,10\na2,A,10,2\nb1,B,4,4\nb2,B,4,4\nb3,B,4,7\n"
ROLLED = """base: base.yml
factors:
  - {name: rollup, at: subunits, choices: [{method: mean}, {method: minimum}]}
  - {name: order, at: subunits.first, choices: [units, framework]}
  - {name: weights, at: subunits.weights, choices: [equal, {file: w.csv, column: n}]}
"""


@pytest.fixture
def rolled(tmp_path: Path) -> Study:
    (tmp_path / "base.yml").write_text("normalize: none\nsubunits: {method: mean}\n")
    (tmp_path / "w.csv").write_text("unit,n\na1,1\na2,3\nb1,1\nb2,1\nb3,2\n")
    (tmp_path / "study.yml").write_text(ROLLED)
    return Study.read(tmp_path / "study.yml")


def test_units_made_from_their_sub_units_are_ranked(rolled: Study) -> None:
    """Means A 5.5 and B 4.5, weighted 5.75 and 4.75; minima 1 (or 5) and 4."""
    tree = framework(META + "parent,Parent,,,,group\n")
    tried = alternatives(panel(NESTED, tree), tree, rolled)
    assert list(tried.ranks.index) == ["A", "B"]
    named = tried.ranks.T.set_axis([tuple(row) for row in tried.choices.to_numpy().tolist()])
    for weights in (0, 1):
        assert named.loc[[(0, 0, weights)]].to_numpy().tolist() == [[1, 2]]
        assert named.loc[[(0, 1, weights)]].to_numpy().tolist() == [[1, 2]]
        # units first: the minima of x and y are 0, 2 and 4, 4; framework first: 5 and 4
        assert named.loc[[(1, 0, weights)]].to_numpy().tolist() == [[2, 1]]
        assert named.loc[[(1, 1, weights)]].to_numpy().tolist() == [[1, 2]]
    assert rolled.factors[0].choices[0] == {"method": "mean"}


def test_files_of_a_study(rolled: Study, tmp_path: Path) -> None:
    files = {"base": tmp_path / "base.yml", "study.weights w.csv": tmp_path / "w.csv"}
    assert rolled.files == files
