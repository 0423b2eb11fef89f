"""The workbook of an assessment."""

from __future__ import annotations

import json
from typing import Any

import openpyxl
import pandas as pd

from erat.commands.tables import weights_table
from erat.index.assessment import assess
from tests.small import COINR_DATA, COINR_META, DATA, META, Index, framework, panel

SHEETS = ["Scores and ranks", "Normalized", "Contributions", "Data", "Screening", "Imputation",
          "Treatment", "Weights", "Framework", "About"]  # fmt: skip
EVIL = {
    "u1,": '"=HYPERLINK(""http://a.example"",""b"")",',
    "u2,": "+2+2,",
    "u3,": "@SUM(1),",
    "u4,": "-1+1,",
}


def book(index: Index) -> Any:
    return openpyxl.load_workbook(index.out / "results.xlsx")


def column(page: Any, name: str) -> list[Any]:
    header = [cell.value for cell in page[1]]
    return [page.cell(row, header.index(name) + 1).value for row in range(2, page.max_row + 1)]


def given(values: pd.Series) -> list[Any]:
    """Return values as a workbook gives them back: missing as None."""
    return [None if pd.isna(value) else value for value in values]


def test_the_workbook_has_what_the_files_have(index: Index) -> None:
    method = "treat: {method: winsorize, skewness: 0.5, kurtosis: -1}\naggregate: {min_share: 0.6}"
    assert index.run(method, workbook=True).status == 0
    pages = book(index)
    assert pages.sheetnames == SHEETS
    page = pages["Scores and ranks"]
    assert [cell.value for cell in page[1]] == [
        *("unit", "idx", "idx (rank)", "A", "B", "A (rank)", "B (rank)")
    ]
    scores, ranks = index.table("scores"), index.table("ranks")
    assert column(page, "idx") == given(scores["idx"])
    assert column(page, "B (rank)") == given(ranks["B"])
    assert column(pages["Contributions"], "x2") == given(index.table("contributions")["x2"])
    assert column(pages["Treatment"], "indicator") == index.table("treatment")["indicator"].tolist()
    assert page.freeze_panes == "A2"
    assert page["B2"].number_format == "0.00"


def test_no_cell_is_executed(index: Index) -> None:
    data, meta = DATA, META.replace("x1,First", "x1,=1+1").replace("Third", "@Third")
    for old, new in EVIL.items():
        data = data.replace(old, new)
    assert (
        index.run(data=data, meta=meta.replace("idx,Index", "idx,=idx"), workbook=True).status == 0
    )
    cells = [cell for page in book(index) for row in page.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    for text in ('=HYPERLINK("http://a.example","b")', "+2+2", "@SUM(1)", "-1+1", "=1+1", "@Third"):
        assert text in texts


def test_the_last_sheet_says_what_made_it(index: Index) -> None:
    index.run("normalize: {method: minmax, range: [1, 100]}", workbook=True)
    page = book(index)["About"]
    rows = list(zip(column(page, "what"), column(page, "value"), strict=True))
    made = json.loads((index.out / "manifest.json").read_text())
    assert ("inputs.data.sha256", made["inputs"]["data"]["sha256"]) in rows
    assert ("choices.normalize.range", "[1.0, 100.0]") in rows
    assert [value for what, value in rows if what == "notes"] == made["notes"]
    assert "results.xlsx" in made["outputs"]


def test_same_inputs_same_bytes_and_no_workbook_unasked(index: Index) -> None:
    index.run(workbook=True)
    first = (index.out / "results.xlsx").read_bytes()
    index.run(workbook=True)
    assert (index.out / "results.xlsx").read_bytes() == first
    index.run()
    assert not (index.out / "results.xlsx").exists()


def test_names_and_years_stand_beside_the_codes(index: Index) -> None:
    method = "order: [normalize, aggregate]"
    assert index.run(method, data=COINR_DATA, meta=COINR_META, workbook=True).status == 0
    page = book(index)["Scores and ranks"]
    assert [cell.value for cell in page[1]][:4] == ["unit", "name", "year", "idx"]
    assert column(page, "name") == [f"Unit {i}" for i in range(1, 6)]
    assert column(page, "year") == [2020] * 5


def test_weights_in_the_index_are_multiplied_on_the_way_up() -> None:
    table = weights_table(assess(panel(), framework())).set_index("code")
    assert table["weight_in_index"].to_dict() == {
        "idx": 1, "A": 0.25, "B": 0.75, "x1": 0.0625, "x2": 0.1875, "x3": 0.375, "x4": 0.375
    }  # fmt: skip


def test_a_node_that_was_left_out_is_not_in_the_workbook(index: Index) -> None:
    assert index.run("exclude: A", workbook=True).status == 0
    pages = book(index)
    assert column(pages["Weights"], "code") == ["idx", "B", "x3", "x4"]
    assert "x1" not in column(pages["Framework"], "code")


def test_what_was_screened_and_imputed_is_listed(index: Index) -> None:
    method = "screen: {method: drop, units: 0.6, indicators: 0.7}\nimpute: mean"
    data = DATA.replace("u2,east,4,5,100,,", "u2,east,,,100,,")
    assert index.run(method, data=data, workbook=True).status == 0
    pages = book(index)
    assert column(pages["Screening"], "code")[0] == "x1"
    assert column(pages["Screening"], "action").count("dropped") == 2
    assert column(pages["Weights"], "code") == ["idx", "A", "B", "x2", "x3", "x4"]
    assert column(pages["Scores and ranks"], "idx")[1] is None
    index.run("impute: mean", workbook=True)
    imputed = book(index)["Imputation"]
    assert column(imputed, "unit") == ["u2", "u5"]
    assert column(imputed, "indicator") == ["x4", "x1"]
