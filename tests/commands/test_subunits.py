"""``erat subunits``: units that feed units, in files."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.small import Index, Run
from tests.subunits.cases import META, UNITS, YEARS, drawn

FILES = {"scores", "ranks", "contributions", "distance", "inequality", "orders"}
METHOD = "normalize: none\nsubunits: {method: mean, weights: population}\n"


def data(years: int = 1, column: str = "parent") -> str:
    """A table with a row a base unit, its parent and population."""
    parents = dict(line.split(",")[:2] for line in UNITS.splitlines())
    panel = drawn(1, years=years)
    table = panel.values.reset_index()
    table.insert(1, column, table["unit"].map(parents))
    table.insert(2, "population", range(1, len(table) + 1))
    return str((table if years > 1 else table.drop(columns="year")).to_csv(index=False))


def run(index: Index, method: str | None = METHOD, tree: str | None = None, **more: str) -> Run:
    files = {"--method": ("method.yml", method), "--tree": ("units.csv", tree)}
    paths: list[str | Path] = []
    for option, (name, text) in files.items():
        paths += [] if text is None else [option, index.write(name, text)]
    return index.call("subunits", *paths, data=more.get("data", data()), meta=META)


def test_every_table_is_written(index: Index) -> None:
    done = run(index, tree=UNITS)
    assert done.status == 0
    assert "Index: 7 units without sub-units in 3 top units; units before the framework" in done.out
    assert {path.stem for path in index.out.glob("*.csv")} == FILES
    scores = index.table("scores").set_index("unit")
    assert list(scores)[:3] == ["parent", "kind", "depth"]
    assert list(scores.index) == [line.split(",")[0] for line in UNITS.splitlines()[1:]]
    parts = index.table("contributions").groupby("unit")["contribution"].sum()
    tops = scores.loc[["P", "Q", "R"], "idx"]
    assert parts.to_numpy() == pytest.approx(tops.to_numpy(), abs=1e-12)
    away = index.table("distance").groupby("unit")["contribution"].sum()
    assert away.to_numpy() == pytest.approx((tops - tops.mean()).to_numpy(), abs=1e-12)
    assert index.table("ranks").set_index("unit").loc[["P", "Q", "R"], "idx"].max() == 3
    assert set(index.table("orders")["node"]) == {"idx", "A", "B"}
    assert "weakest" in index.table("inequality")


def test_the_manifest_says_what_made_them(index: Index) -> None:
    (index.folder / "people.csv").write_text(
        "unit,people\n" + "".join(f"{u},1\n" for u in ["R", "Pa1", "Pa2", "Pb1", "Pb2", "Q1", "Q2"])
    )
    method = "subunits: {weights: {file: people.csv, column: people}}"
    assert run(index, method, tree=UNITS).status == 0
    made = json.loads((index.out / "manifest.json").read_text())
    assert set(made["inputs"]) == {
        *("data", "framework", "method", "tree", "subunits.weights people.csv"),
    }
    assert made["choices"]["subunits"]["first"] == "units"
    assert f"{'scores'}.csv" in made["outputs"]


def test_a_column_names_the_parents_and_a_method_is_not_needed(index: Index) -> None:
    assert run(index, None).status == 0
    scores = index.table("scores").set_index("unit")
    assert scores.index[scores["depth"] == 0].tolist() == ["Pa", "Pb", "Q", "R"]
    assert run(index, "subunits: {parent: above}", data=data(column="above")).status == 0


def test_columns_that_the_roll_up_uses_are_not_told_as_left_over(index: Index) -> None:
    done = run(index, "subunits: {weights: population}", data=data())
    assert done.status == 0
    assert "columns that are not in the framework" not in done.err
    assert "population" in run(index, "subunits: mean").err


def test_a_panel_has_changes_and_years(index: Index) -> None:
    assert run(index, data=data(2), tree=UNITS).status == 0
    assert {path.stem for path in index.out.glob("*.csv")} == {*FILES, "changes"}
    scores = index.table("scores").set_index(["unit", "year"])["idx"].unstack("year")
    moved = index.table("changes").groupby("unit")["change"].sum()
    due = (scores[YEARS[1]] - scores[YEARS[0]])[moved.index]
    assert moved.to_numpy() == pytest.approx(due.to_numpy(), abs=1e-12)
    for name in ("ranks", "contributions", "distance", "inequality", "orders"):
        assert set(index.table(name)["year"]) == set(YEARS)


def test_numbers_read_back_and_missing_is_empty(index: Index) -> None:
    lines = data().splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:-1], ""])
    assert run(index, tree=UNITS, data="\n".join(lines)).status == 0
    scores = pd.read_csv(index.out / "scores.csv", dtype=str, keep_default_na=False)
    row = scores.set_index("unit").loc[cells[0]]
    assert row["x3"] == ""
    assert float(row["x1"]) == float(cells[3])


def test_what_cannot_be_taken_apart_is_said_and_the_rest_is_there(index: Index) -> None:
    done = run(index, "aggregate: copeland\nsubunits: mean", tree=UNITS)
    assert done.status == 0
    assert "note: no contributions.csv" in done.err
    assert "'copeland' at 'A', whose score is no sum" in done.err
    assert {path.stem for path in index.out.glob("*.csv")} == FILES - {"contributions", "distance"}
    made = json.loads((index.out / "manifest.json").read_text())
    assert any("no distance.csv" in note for note in made["notes"])


@pytest.mark.parametrize(
    ("method", "tree", "said"),
    [
        ("subunits: {frst: units}", UNITS, "did you mean 'first'?"),
        ("subunits: {weights: people}", UNITS, "'people'; expected 'equal', a column"),
        ("subunits: {nodes: {x7: median}}", UNITS, "'x7'"),
        ("subunits: share_above", UNITS, "threshold"),
        (METHOD, UNITS.replace("Q,,", "Q,P,").replace("P,,", "P,Q,"), "a circle of parents"),
        (METHOD, UNITS.replace("R,,province,4\n", ""), "1 unit of the data outside the tree: R"),
        ("subunits: {parent: above}", None, "no column 'above'"),
        (METHOD, "unit,parent\n", "a header and no row"),
    ],
)
def test_what_is_wrong_is_refused(index: Index, method: str, tree: str | None, said: str) -> None:
    done = run(index, method, tree)
    assert done.status == 2
    assert said in done.err
    assert not index.out.exists()


def test_earlier_results_stay_when_something_is_wrong(index: Index) -> None:
    run(index, tree=UNITS)
    before = (index.out / "scores.csv").read_bytes()
    assert run(index, "subunits: {weights: people}", tree=UNITS).status == 2
    assert (index.out / "scores.csv").read_bytes() == before


def test_the_other_commands_do_not_take_sub_units_in_silence(index: Index) -> None:
    done = index.run("subunits: mean")
    assert done.status == 2
    assert "use 'erat subunits'" in done.err
