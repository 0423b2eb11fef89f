"""Every way in which a raw table can be wrong is told, with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from erat.errors import DataError
from erat.indonesia.check import check, one_of_each_family, read_tables
from tests.indonesia import damage
from tests.indonesia.damage import only, put

PROVINCES = "province_statistics.csv"
REGENCIES = "regency_statistics.csv"
UHH = {"unit": "11", "year": "2021", "indicator": "uhh"}
PPP = {"unit": "31", "year": "2020", "indicator": "ppp_exp"}
IPM_PAPUA = {"unit": "94", "year": "2024", "indicator": "ipm"}


def test_the_real_tables_have_no_problem(raw: Path) -> None:
    assert check(raw) == []


def test_the_small_tables_have_no_problem(small: Path) -> None:
    assert check(small) == []


@pytest.mark.parametrize(
    ("text", "expected", "remedy"),
    [
        ("about 70", "plain number", "number alone"),
        ("70 tahun", "plain number", "bare number"),
        ("70.5%", "plain number", "bare number"),
        ("70,5", "decimal comma", "write 70.5"),
        ("1.234.567", "thousands", "write 1234567"),
        ("1.234,5", "thousands", "write 1234.5"),
        ("1,234.5", "thousands", "write 1234.5"),
        ("1 234", "thousands", "write 1234"),
        ("7.05e1", "plain number", "digits out"),
        ("inf", "finite", "finite"),
        ("-Infinity", "finite", "finite"),
        ("nan", "plain number", "leave out the row"),
        ("NA", "plain number", "leave out the row"),
        ("-", "plain number", "leave out the row"),
        ("#N/A", "plain number", "leave out the row"),
        ("", "filled", "fill in"),
        ("Jan-70", "not a date", "spreadsheet"),
        ("2024-01-11 00:00:00", "not a date", "spreadsheet"),
        ("11/01/2024", "not a date", "spreadsheet"),
        ("11-Mei", "not a date", "spreadsheet"),
        (" 70.5", "no blank", "'70.5' without"),
        ("70.5\u00a0", "no blank", "'70.5' without"),
        ("\u0667\u0660", "plain number", "number alone"),
        ("070.5", "plain number", "bare number"),
    ],
)
def test_a_value_that_is_not_a_number(folder: Path, text: str, expected: str, remedy: str) -> None:
    line = put(folder, UHH, value=text)
    problem = only(folder)
    assert (problem.where, problem.row, problem.column) == (PROVINCES, line, "value")
    assert expected in problem.expected
    assert remedy in problem.remedy
    assert problem.found == (repr(text) if text else "an empty cell")


@pytest.mark.parametrize(
    ("row", "value", "expected"),
    [
        (UHH, "7", "a value from 30 to 95,"),
        (UHH, "705", "a value from 30 to 95,"),
        (PPP, "250000", "a value from 500 to 100,000,"),
        (IPM_PAPUA, "-1", "a value from 0 to 100,"),
    ],
)
def test_a_value_outside_its_physical_range(
    folder: Path, row: dict[str, str], value: str, expected: str
) -> None:
    line = put(folder, row, value=value)
    problem = only(folder)
    assert (problem.row, problem.column) == (line, "value")
    assert problem.found.startswith(value)
    assert problem.expected.startswith(expected)
    assert "publication" in problem.remedy


def test_a_percent_of_250(folder: Path) -> None:
    put(folder, UHH, indicator="poverty_rate", value="250", base="")
    assert only(folder).expected.startswith("a value from 0 to 100,")


def test_a_thousands_point_that_reads_as_a_decimal_point(folder: Path) -> None:
    put(folder, PPP, value="18.227")
    assert "if the point separates thousands, write 18227" in only(folder).remedy


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("24", "whole year"),
        ("2024.0", "write 2024"),
        ("11/01/2024", "spreadsheet"),
        ("2024-01-11 00:00:00", "spreadsheet"),
        ("1024", "publication"),
        ("20244", "whole year"),
        ("dua ribu", "number alone"),
    ],
)
def test_a_year_that_is_none(folder: Path, text: str, remedy: str) -> None:
    line = put(folder, UHH, year=text)
    problem = only(folder)
    assert (problem.row, problem.column) == (line, "year")
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("column", "text", "remedy"),
    [
        ("status", "publishd", "did you mean 'published'?"),
        ("period", "March", "did you mean 'Mar'?"),
        ("verified", "yes", "use one of"),
        ("copies", "0", "compare"),
        ("copies", "1.5", "look the number up"),
        ("source", "p999", "did you mean"),
        ("source", "P095", "did you mean 'p095'?"),
        ("indicator", "uhhh", "did you mean 'uhh'?"),
        ("indicator", "Life expectancy", "correct it"),
        ("status", "published ", "without blanks"),
        ("indicator", "\tuhh", "without blanks"),
        ("name", "Ac\neh", "line break"),
    ],
)
def test_a_cell_that_is_not_allowed(folder: Path, column: str, text: str, remedy: str) -> None:
    line = put(folder, UHH, **{column: text})
    problem = only(folder)
    assert (problem.row, problem.column) == (line, column)
    assert repr(text) in problem.found
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("row", "cells", "remedy"),
    [
        (IPM_PAPUA, {"unit": "91"}, "91 is the Kemendagri code of Papua, whose BPS unit is 94"),
        (
            {"unit": "95", "indicator": "ipm", "year": "2024"},
            {"unit": "93"},
            "93 is the Kemendagri code of Papua Selatan, whose BPS unit is 95",
        ),
        (
            {"unit": "94-34", "indicator": "ipm"},
            {"unit": "91-34"},
            "write 94-34, the unit of Papua",
        ),
        (
            {"unit": "91-34", "indicator": "ipm"},
            {"unit": "92"},
            "92 is the Kemendagri code of Papua Barat, whose BPS unit is 91-34",
        ),
        (
            {"unit": "92", "indicator": "ipm", "year": "2024"},
            {"unit": "96"},
            "96 is the Kemendagri code of Papua Barat Daya, whose BPS unit is 92",
        ),
        (UHH, {"unit": "99"}, "write 11, the unit of Aceh"),
        (UHH, {"unit": "ID-AC"}, "write 11, the unit of Aceh"),
        (UHH, {"unit": "Aceh"}, "write 11, the unit of Aceh"),
        (UHH, {"unit": "12"}, "write 11, the unit of Aceh"),
        (UHH, {"name": "Acheh"}, "did you mean 'Aceh'?"),
        (UHH, {"unit": "1.1"}, "write 11, the unit of Aceh"),
    ],
)
def test_a_code_that_does_not_belong_to_the_name(
    folder: Path, row: dict[str, str], cells: dict[str, str], remedy: str
) -> None:
    line = put(folder, row, **cells)
    problem = only(folder)
    assert (problem.where, problem.row, problem.column) == (PROVINCES, line, "unit")
    assert remedy in problem.remedy


@pytest.mark.parametrize("code", ["11.09", "1109"])
def test_a_kemendagri_code_of_a_regency(folder: Path, code: str) -> None:
    line = put(folder, {"unit": "1101"}, REGENCIES, unit=code)
    problems = [problem for problem in check(folder) if problem.column == "unit"]
    assert problems[0].row == line
    assert (
        f"{code} is the Kemendagri code of Kabupaten Simeulue, whose BPS unit is 1101"
        in problems[0].remedy
    )


def test_all_of_papua_in_kemendagri_codes(folder: Path) -> None:
    path = folder / PROVINCES
    codes = {"91": "92", "92": "96", "94": "91", "95": "93", "96": "94", "97": "95"}
    rows = damage.read(path)
    damage.write(path, [[codes.get(row[0], row[0]), *row[1:]] for row in rows])
    said = " ".join(problem.remedy for problem in check(folder))
    for bps, kemendagri in codes.items():
        assert f"{kemendagri} is the Kemendagri code of" in said
        assert f"whose BPS unit is {bps}:" in said


def test_a_unit_on_borders_where_it_is_none(folder: Path) -> None:
    line = put(folder, {"unit": "94-34", "year": "2021", "indicator": "uhh"}, unit="94")
    problem = only(folder)
    assert (problem.row, problem.column) == (line, "unit")
    assert problem.expected == "a unit of the borders of 34 provinces"
    assert "use unit 94-34" in problem.remedy


def test_borders_mixed_in_one_year(folder: Path) -> None:
    line = put(folder, {"unit": "32", "year": "2024", "indicator": "ipm"}, borders="34")
    problem = only(folder)
    assert (problem.row, problem.column) == (line, "borders")
    assert problem.found.startswith("ipm 2024 on the borders of both 34 and 38")
    assert f"rows {line} on 34" in problem.found


def test_a_duplicate_key_names_both_rows(folder: Path) -> None:
    path = folder / PROVINCES
    rows = damage.read(path)
    first = damage.line_of(path, **UHH)
    damage.write(path, [*rows, rows[first - 1]])
    problem = only(folder)
    assert problem.row == len(rows) + 1
    assert f"11 2021 uhh again, as in row {first}" in problem.found


def test_a_base_that_is_not_that_of_the_indicator(folder: Path) -> None:
    line = put(folder, UHH, base="LF SP2020")
    problem = only(folder)
    assert (problem.row, problem.column) == (line, "base")
    assert problem.found == "'LF SP2020'"
    assert "'SP2010'" in problem.expected
    assert "LF SP2020 is the base of uhh_lf2020" in problem.remedy


def test_a_vintage_under_another_name(folder: Path) -> None:
    put(folder, UHH, indicator="pdrb_growth_yoy", value="5", base="2025 revision")
    assert "2025 revision is the base of pdrb_growth_yoy_v2025" in only(folder).remedy


def test_a_regency_among_provinces(folder: Path) -> None:
    line = put(folder, UHH, unit="1101", name="Kabupaten Simeulue")
    problem = only(folder)
    assert (problem.row, problem.found) == (line, "'1101', of the level regency")


def test_cycles_and_missing_parents(folder: Path) -> None:
    put(folder, {"unit": "1101"}, "units.csv", parent_38="1102")
    put(folder, {"unit": "1102"}, "units.csv", parent_38="1101")
    line = put(folder, {"unit": "1103"}, "units.csv", parent_34="19x")
    said = [str(problem) for problem in check(folder)]
    assert any("1101 is below 1102 is below 1101" in text for text in said)
    assert any(f"row {line}, column parent_34: found '19x'" in text for text in said)


def test_a_parent_on_other_borders(folder: Path) -> None:
    line = put(folder, {"unit": "9401"}, "units.csv", parent_34="95")
    problem = next(p for p in check(folder) if p.column == "parent_34")
    assert problem.row == line
    assert problem.expected == "a unit of the level province on the borders of 34 provinces"


def test_counts_that_do_not_agree(folder: Path) -> None:
    line = put(folder, {"unit": "11"}, "units.csv", n_kota="6")
    problems = check(folder)
    assert {(p.row, p.column, p.found) for p in problems} == {(line, "n_kota", "6")}
    assert "5, the number of kota below 11" in problems[0].expected


def test_swapped_code_systems_in_the_table_of_units(folder: Path) -> None:
    line = put(folder, {"unit": "94"}, "units.csv", bps="91", kemendagri="94")
    said = {problem.column: problem for problem in check(folder) if problem.row == line}
    assert said["bps"].expected == "94"
    assert said["kemendagri"].expected == "91"
    assert "differ" in said["bps"].remedy


def test_ranges_and_computations_of_indicators(folder: Path) -> None:
    put(folder, {"indicator": "gini"}, "indicators.csv", low="1", high="0")
    put(folder, {"indicator": "food_share"}, "indicators.csv", computed_from="food/ppp_exp")
    assert {problem.column for problem in check(folder)} == {"low", "computed_from"}


def test_many_problems_are_all_told_at_once(folder: Path) -> None:
    put(folder, UHH, value="70,5")
    put(folder, PPP, value="1.234.567", status="guess")
    put(folder, IPM_PAPUA, unit="91", value="nan")
    put(folder, {"unit": "1101"}, REGENCIES, value="99")
    (folder / "island_groups.csv").write_bytes(b"")
    damage.drop_column(folder / "breaks.csv", "kind")
    with pytest.raises(DataError) as caught:
        read_tables(folder, verify=False)
    told = {(problem.where, problem.column) for problem in caught.value.problems}
    assert told == {
        (PROVINCES, "value"), (PROVINCES, "status"), (PROVINCES, "unit"),
        (REGENCIES, "value"), ("island_groups.csv", None), ("breaks.csv", "kind"),
    }  # fmt: skip
    assert len(caught.value.problems) == 8


def test_one_cause_in_very_many_rows_is_told_once(folder: Path) -> None:
    path = folder / REGENCIES
    header, *rows = damage.read(path)
    at = header.index("value")
    commas = [[*row[:at], row[at].replace(".", ","), *row[at + 1 :]] for row in rows]
    damage.write(path, [header, *commas])
    problem = only(folder)
    assert problem.row == 2
    assert "in rows 2, 3, 4" in problem.found
    assert "more)" in problem.found


def test_two_bases_in_one_analysis() -> None:
    table = pd.DataFrame(
        {
            "indicator": ["uhh", "uhh_lf2020", "rls", "ipm"],
            "family": ["uhh", "uhh", "rls", "ipm"],
            "base": ["SP2010", "LF SP2020", "", "LF SP2020"],
        }
    )
    (problem,) = one_of_each_family(["uhh", "rls", "uhh_lf2020"], table, "framework.csv")
    assert problem.where == "framework.csv"
    assert problem.found == "uhh (SP2010), uhh_lf2020 (LF SP2020)"
    assert one_of_each_family(["uhh", "rls", "ipm", "other"], table, "framework.csv") == []


def test_values_keep_their_types(small: Path) -> None:
    tables = read_tables(small)
    assert tables.provinces["value"].dtype == float
    assert tables.provinces["year"].dtype == int
    assert tables.units["n_kota"].dtype == "Int64"
    assert all(isinstance(unit, str) for unit in tables.provinces["unit"])
    assert (tables.provinces["verified"] != "nan").all()
