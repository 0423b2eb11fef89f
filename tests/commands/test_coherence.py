"""``erat coherence``: the tables of the library, in files."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from erat.coherence import importance, reliability_by_node, statistics
from erat.coherence.coherence_tables import coherence_tables
from erat.index.assessment import assess
from tests.small import COINR_DATA, COINR_META, DATA, META, Index, Run, framework, panel

FILES = {
    *("statistics", "correlations", "parents", "reliability", "items", "components"),
    *("loadings", "importance", "redundancy", "collinearity"),
}
ONE = "code,parent,direction,weight,type\nidx,,,,aggregate\nx1,idx,1,1,indicator\n"


def run(index: Index, *more: str, data: str = DATA, meta: str = META) -> Run:
    return index.call("coherence", *more, data=data, meta=meta)


def test_every_table_is_written(index: Index) -> None:
    done = run(index)
    assert done.status == 0
    assert "of 3 correlations within a node are flagged" in done.out
    assert {path.stem for path in index.out.glob("*.csv")} == FILES
    made = json.loads((index.out / "manifest.json").read_text())
    assert set(made["outputs"]) == {f"{name}.csv" for name in FILES}
    assert "year" not in made
    assert len(made["notes"]) == 2


def test_the_numbers_are_those_of_the_library(index: Index) -> None:
    run(index)
    assessment = assess(panel(), framework())
    table = index.table("importance")
    expected = importance(assessment)
    parent = table[table["of"] == "parent"].drop(columns="of").reset_index(drop=True)
    pd.testing.assert_frame_equal(parent, expected, check_dtype=False)
    alpha = reliability_by_node(assessment)["alpha"].tolist()
    assert index.table("reliability")["alpha"].tolist() == pytest.approx(alpha, nan_ok=True)
    skewness = statistics(assessment.treated)["skewness"].tolist()
    treated = index.table("statistics").query("of == 'treated'")
    assert treated["skewness"].tolist() == skewness


def test_all_three_correlations_are_given(index: Index) -> None:
    run(index)
    for name in ("correlations", "parents"):
        assert set(index.table(name)["kind"]) == {"pearson", "spearman", "kendall"}
    table = index.table("correlations")
    assert set(table["relation"]) == {"siblings", "across"}
    assert "negative" in set(table["flag"])


def test_components_say_which_rule_keeps_them(index: Index) -> None:
    run(index)
    table = index.table("components")
    whole = table[(table["node"] == "idx") & (table["of"] == "indicators")]
    assert whole["kaiser"].tolist() == (whole["eigenvalue"] > 1).tolist()
    loadings = index.table("loadings").query("node == 'idx' and of == 'indicators'")
    squared = (loadings["loading"] ** 2).groupby(loadings["component"]).sum()
    assert squared.to_list() == pytest.approx(whole["eigenvalue"].to_list(), abs=1e-12)


def test_the_year_is_the_latest_or_the_one_asked_for(index: Index) -> None:
    method = index.write("m.yml", "order: [normalize, aggregate]")
    later = COINR_DATA.replace(",2020,", ",2021,").replace("10,1\n", "10,9\n").splitlines()[1:]
    data = COINR_DATA + "\n".join(later) + "\n"
    assert run(index, "--method", str(method), data=data, meta=COINR_META).status == 0
    assert json.loads((index.out / "manifest.json").read_text())["year"] == 2021
    newest = index.table("statistics")
    assert newest["n"].max() == 5
    run(index, "--method", str(method), "--year", "2020", data=data, meta=COINR_META)
    assert json.loads((index.out / "manifest.json").read_text())["year"] == 2020
    assert not newest.equals(index.table("statistics"))
    assert (
        "one of 2020, 2021"
        in run(index, "--method", str(method), "--year", "1999", data=data, meta=COINR_META).err
    )


def test_a_year_for_data_without_years_is_refused(index: Index) -> None:
    assert "the data have none" in run(index, "--year", "2020").err
    assert not index.out.exists()


@pytest.mark.parametrize("units", [1, 2, 3])
def test_what_is_not_defined_is_an_empty_cell(index: Index, units: int) -> None:
    data = "".join(DATA.splitlines(keepends=True)[: units + 1])
    assert run(index, data=data).status == 0
    assert index.table("reliability")["omega"].isna().any()
    assert run(index, data=data, meta=ONE).status == 0


def test_tables_of_one_indicator() -> None:
    tree = framework(ONE)
    found = coherence_tables(assess(panel(of=tree), tree))
    assert set(found) == FILES
    assert found["correlations"].empty
    assert found["importance"]["r2"].tolist() == pytest.approx([1, 1])
