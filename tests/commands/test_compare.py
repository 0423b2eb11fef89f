"""``erat compare``: methods side by side, in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from erat.commands.tables import names_of
from erat.errors import ParameterError
from erat.index.assessment import assess
from erat.index.comparison import leave_one_out
from erat.index.method import Method
from tests.small import DATA, META, Index, Run, framework, panel

FILES = {*("scores", "ranks", "shifts", "summary", "movers", "drivers", "leave_one_out")}
ALTERNATIVES = {"base.yml": "", "ranked.yml": "normalize: rank", "equal.yml": "weights: equal"}


def run(index: Index, *methods: Path, data: str = DATA, meta: str = META) -> Run:
    given = [part for path in methods for part in ("--method", path)]
    return index.call("compare", *given, data=data, meta=meta)


@pytest.fixture
def methods(index: Index) -> list[Path]:
    """Three method files."""
    return [index.write(name, text) for name, text in ALTERNATIVES.items()]


def test_every_table_is_written(index: Index, methods: list[Path]) -> None:
    done = run(index, *methods)
    assert done.status == 0
    assert "ranked beside base: ranks change by" in done.out
    assert {path.stem for path in index.out.glob("*.csv")} == FILES
    assert list(index.table("scores")) == ["unit", "base", "ranked", "equal"]
    assert list(index.table("shifts")) == ["unit", "ranked", "equal"]
    made = json.loads((index.out / "manifest.json").read_text())
    assert {name: entry["file"] for name, entry in made["inputs"].items()} == {
        "data": "data.csv",
        "framework": "meta.csv",
        "method base": "base.yml",
        "method ranked": "ranked.yml",
        "method equal": "equal.yml",
    }
    assert made["choices"]["ranked"]["normalize"]["method"] == "rank"


def test_the_numbers_are_those_of_the_index(index: Index, methods: list[Path]) -> None:
    run(index, *methods)
    for path in methods:
        one = assess(panel(), framework(), Method.read(path))
        assert index.table("scores")[path.stem].tolist() == one.index.tolist()
        assert index.table("ranks")[path.stem].tolist() == one.ranks["idx"].tolist()
    ranks = index.table("ranks")
    shifts = index.table("shifts")["equal"].tolist()
    assert shifts == (ranks["equal"] - ranks["base"]).tolist()
    alone = leave_one_out(panel(), framework(), Method())
    assert index.table("leave_one_out")["mean_shift"].tolist() == alone["mean_shift"].tolist()


def test_movers_name_who_moves_and_through_what(index: Index, methods: list[Path]) -> None:
    run(index, *methods)
    movers, ranks = index.table("movers"), index.table("ranks").set_index("unit")
    for name in ("ranked", "equal"):
        moved = ranks.index[ranks[name] != ranks["base"]]
        rows = movers[movers["method"] == name]
        assert set(rows["unit"]) == set(moved)
        assert (rows["shift"] == rows["after"] - rows["before"]).all()
    assert set(movers["through"]) <= {"x1", "x2", "x3", "x4"}


def test_ranks_are_whole_numbers_unless_ties_are_averaged(
    index: Index, methods: list[Path]
) -> None:
    run(index, *methods)
    assert ".0" not in (index.out / "ranks.csv").read_text()
    tied = DATA + DATA.splitlines()[2].replace("u2", "u6") + "\n"
    average = index.write("tied.yml", "ranks: {ties: average}")
    assert run(index, methods[0], average, data=tied).status == 0
    assert index.table("ranks")["base"].tolist() == [6, 1, 4, 3, 5, 1]
    assert index.table("ranks")["tied"].tolist() == [6, 1.5, 4, 3, 5, 1.5]
    assert ".5" in (index.out / "ranks.csv").read_text()


def test_one_method_is_not_enough(index: Index, methods: list[Path]) -> None:
    done = run(index, methods[0])
    assert done.status == 2
    assert "found 1 assessment; expected two or more" in done.err
    assert not index.out.exists()


def test_methods_are_named_by_as_much_as_tells_them_apart() -> None:
    assert names_of([Path("a/x.yml"), Path("a/y.yml")]) == ["x", "y"]
    assert names_of([Path("a/x.yml"), Path("b/x.yml")]) == ["a/x.yml", "b/x.yml"]
    assert names_of([Path("unit.yml"), Path("year.yml")]) == ["unit.yml", "year.yml"]
    with pytest.raises(ParameterError, match=r"x\.yml as names"):
        names_of([Path("x.yml"), Path("x.yml")])


def test_a_wrong_method_is_named(index: Index, methods: list[Path]) -> None:
    done = run(index, methods[0], index.write("wrong.yml", "agregate: geometric"))
    assert done.status == 2
    assert "wrong.yml" in done.err
    assert "did you mean 'aggregate'?" in done.err
