"""COINr's two tables run as they are: ``iData`` and ``iMeta``, for one year and as a panel.

The files have the structure of COINr's example (``ASEM_iData``, ``ASEM_iData_p``, ``ASEM_iMeta`` as
R's ``write.csv`` writes them: row names in a column without a header, quotes, NA, 1e+05) and a
column ``Lineage``, which COINr ignores; names and numbers are made up.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.index.assessment import assess
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.index.plausibility import implausible
from tests.small import Run, erat

FILES = Path(__file__).parents[1] / "data" / "coinr"
UNDIVIDED = Method.parse({"order": ["impute", "transform", "treat", "normalize", "aggregate"]})


@pytest.fixture(scope="module")
def tree() -> Framework:
    """The framework of the example."""
    return Framework.read(FILES / "iMeta.csv")


def run(capsys: pytest.CaptureFixture[str], folder: Path, data: str, meta: Path) -> Run:
    method = folder / "method.yml"
    method.write_text("order: [impute, transform, treat, normalize, aggregate]\n")
    call: list[str | Path] = [
        FILES / data,
        "--framework",
        meta,
        "--method",
        method,
        "--out",
        folder / "out",
    ]
    return erat(capsys, "index", *call)


def test_types_become_nodes_groups_and_other_columns(tree: Framework) -> None:
    assert tree.top == "Index"
    assert tree.dimensions == ["Reach", "Last"]
    assert tree.children["Trade"] == ["Ports", "Flights", "Tariff"]
    assert tree.group_columns == ("Size_group", "Coast_group")
    assert tree.other_columns == ("Area", "GDP", "Population", "Remark")
    assert tree.levels == {"Trade": 1, "Ties": 1, "Planet": 1, "People": 1,
                           "Reach": 2, "Last": 2, "Index": 3}  # fmt: skip
    assert list(tree.column("weight", ["Embs", "Students", "Press"])) == [1, 2, 0.5]
    assert tree.name("Students") == "Students from abroad"


@pytest.mark.parametrize("data", ["iData.csv", "iData_p.csv"])
def test_the_files_run_unchanged(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, data: str
) -> None:
    assert run(capsys, tmp_path, data, FILES / "iMeta.csv").status == 0
    scores = pd.read_csv(tmp_path / "out" / "scores.csv")
    assert list(scores)[:2] == ["unit", "year"]
    given = pd.read_csv(FILES / data)
    assert scores["unit"].tolist() == given["uCode"].tolist()
    assert scores["year"].tolist() == given["Time"].tolist()
    assert scores["Index"].notna().all()


def test_denominators_divide_by_columns_of_the_data(tree: Framework) -> None:
    panel = Panel.read(FILES / "iData.csv", tree)
    made = assess(panel, tree, Method())
    given = pd.read_csv(FILES / "iData.csv")
    expected = {"Ports": given["Ports"] / given["GDP"]}
    expected |= {code: given[code] / given["Population"] for code in ("Flights", "Students")}
    for code in tree.indicators:
        values = expected.get(code, given[code]).to_numpy(dtype=float)
        np.testing.assert_allclose(made.treated[code].to_numpy(), values, rtol=1e-12)


def test_scores_are_those_that_the_tables_say(tree: Framework) -> None:
    made = assess(Panel.read(FILES / "iData.csv", tree), tree, UNDIVIDED)
    given = pd.read_csv(FILES / "iData.csv").set_index("uCode")
    y = given[["Grads", "Press"]] * [1, -1]
    scaled = (y - y.min()) / (y.max() - y.min()) * 100
    weights = scaled.notna() * [1, 0.5]
    expected = (scaled.fillna(0) * weights).sum(axis=1) / weights.sum(axis=1)
    np.testing.assert_allclose(made.scores["People"].to_numpy(), expected.to_numpy(), rtol=1e-12)


def test_a_panel_is_ranked_year_by_year(tree: Framework) -> None:
    made = assess(Panel.read(FILES / "iData_p.csv", tree), tree, UNDIVIDED)
    last = made.ranks["Index"].groupby(level="year").max()
    assert last.to_dict() == {2018: 11, 2019: 12, 2020: 12}


def test_nothing_is_said_of_columns_and_levels_that_fit(tree: Framework) -> None:
    found = [note.found for note in implausible(Panel.read(FILES / "iData_p.csv", tree), tree)]
    assert found == [
        "units that are not there in every year: LUN",
        "12 units for 9 indicators",
    ]


def test_a_level_that_contradicts_the_parents_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (FILES / "iMeta.csv").read_text()
    meta = tmp_path / "iMeta.csv"
    meta.write_text(text.replace('"11",2,"Ties"', '"11",3,"Ties"'))
    done = run(capsys, tmp_path, "iData.csv", meta)
    assert done.status == 0
    assert "levels that the tree contradicts: Ties (3, where the tree has 2)" in done.err


def test_uneven_depth_needs_no_level(tree: Framework) -> None:
    meta = pd.read_csv(FILES / "iMeta.csv", dtype=str, keep_default_na=False)
    meta = meta[meta["iCode"] != "Planet"].drop(columns="Level")
    meta["Parent"] = meta["Parent"].replace("Planet", "Last")
    uneven = Framework.from_table(meta)
    assert uneven.children["Last"] == ["CO2", "Forest", "People"]
    made = assess(Panel.read(FILES / "iData.csv", uneven), uneven, UNDIVIDED)
    total = made.contributions.sum(axis=1)
    np.testing.assert_allclose(total.to_numpy(), made.index.to_numpy(), rtol=1e-12)
