"""Local tables are read as spreadsheets save them, and refused as a whole with every reason."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from erat.errors import DataError, Problem
from erat.indonesia.check import RawTables
from erat.survey.local.reading import (
    KnownCodes,
    assessment_weights,
    figures_of,
    local_problems,
    read_local,
)
from erat.survey.local.tables import TABLES
from tests.survey.exports_of import the_units

UNITS = the_units()
YOGYAKARTA = ("3401", "3402", "3403", "3404", "3471")

POPULATION = "unit,name,year,value,source\n72,Sulawesi Tengah,2024,3121600,BPS\n"
RISK = "unit,name,index,year,value,class,source\n7271,Kota Palu,IKD,2024,0.45,sedang,BNPB\n"
ROSTER = "subunit,name,eligible,note\n7271.bpbd,Kota Palu,12,\n"
HEAD = "entry,unit,name,kind,title,who,indicator,when,status,result,source,note\n"
REGISTER = (
    HEAD
    + "P-1,72,Sulawesi Tengah,practice,Siaran peringatan dini,72.bpbd,RMP1,2023-05,done,,Laporan,\n"
    + "P-2,7271,Kota Palu,event,Banjir,,,2024-01-17,done,,BPBD,\n"
    + "P-3,7271,Kota Palu,commitment,Anggaran siap pakai,7271.bpkad,poverty_rate,2025,planned,,,\n"
).replace("planned,,,", "planned,,RKPD,")


@pytest.fixture
def known(raw_tables: RawTables) -> KnownCodes:
    indicators = frozenset({"RMP", "RMP1", "RMP1a", "poverty_rate"})
    return KnownCodes(raw_tables.units, frozenset({"bpbd", "bpkad"}), indicators)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A local folder in which everything is right."""
    texts = {"population": POPULATION, "risk_indices": RISK, "roster": ROSTER, "register": REGISTER}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path


def faults(folder: Path, known: KnownCodes) -> list[str]:
    return [str(problem) for problem in local_problems(folder, known)]


def test_tables_without_fault_are_read_with_their_types(folder: Path, known: KnownCodes) -> None:
    assert faults(folder, known) == []
    local = read_local(folder, known)
    assert local["population"]["value"].tolist() == [3121600]
    assert local["risk_indices"]["value"].tolist() == [0.45]
    assert local["roster"]["eligible"].tolist() == [12]
    assert len(local["register"]) == 3


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path, known: KnownCodes) -> None:
    local = read_local(tmp_path / "none", known)
    assert {name: list(frame.columns) for name, frame in local.items()} == {
        name: table.columns for name, table in TABLES.items()
    }
    assert all(frame.empty for frame in local.values())


def test_a_template_that_is_not_filled_is_no_fault(folder: Path, known: KnownCodes) -> None:
    (folder / "population.csv").write_text("unit,name,year,value,source\n", "utf-8")
    (folder / "roster.csv").write_text("", "utf-8")
    assert faults(folder, known) == []
    assert read_local(folder, known)["population"].empty


def test_rows_of_a_province_and_its_regencies_are_kept(folder: Path, known: KnownCodes) -> None:
    local = read_local(folder, known)
    assert len(figures_of(local, ["72", "7271"])["register"]) == 3
    assert figures_of(local, ["7271"])["roster"]["subunit"].tolist() == ["7271.bpbd"]
    assert all(frame.empty for frame in figures_of(local, ["51"]).values())


def test_an_indonesian_spreadsheet_is_read_as_it_saves(folder: Path, known: KnownCodes) -> None:
    """Byte order mark, semicolons, decimal commas, Windows line ends, empty rows at the end."""
    text = RISK.replace(",", ";").replace("0.45", "0,45").replace("\n", "\r\n") + ";;;;;;\r\n\r\n"
    (folder / "risk_indices.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert faults(folder, known) == []
    assert read_local(folder, known)["risk_indices"]["value"].tolist() == [0.45]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("population", "72,Sulawesi", "99,Sulawesi", "write 72, the unit of Sulawesi Tengah"),
        ("population", "Sulawesi Tengah", "Sulawesi Utara", "the name Sulawesi Tengah"),
        ("population", "3121600", "3.121.600", "write 3121600"),
        ("population", "3121600", "3.086", "write 3086 if the point separates thousands"),
        ("population", "3121600", "-3", "1 to 4e+08"),
        ("population", "2024", "24", "four digits"),
        ("population", "value", "jumlah", "add the column value"),
        ("risk_indices", "0.45", "45", "0 to 1 for IKD"),
        ("risk_indices", "sedang", "tinggi", "sedang, the class of 0.45"),
        ("risk_indices", "sedang", "medium", "rendah"),
        ("risk_indices", "IKD", "IKK", "did you mean 'IKD'"),
        ("roster", "7271.bpbd", "7271.bpdb", "did you mean 'bpbd'"),
        ("roster", "7271.bpbd", "7299.bpbd", "a government of units.csv"),
        ("roster", "Kota Palu", "Kota Poso", "the name Kota Palu"),
        ("roster", "7271.bpbd", "bpbd", "such as 7201.bpbd"),
        ("register", "RMP1", "RMP99", "a code of the instrument or a framework"),
        ("register", "practice", "praktik", "did you mean 'practice'"),
        ("register", "2023-05", "5/2023", "2024-06"),
        ("register", "2024-01-17", "2024-13-17", "a year, a month or a day"),
        ("register", "P-2", "P-1", "as in row 2"),
        ("register", "72.bpbd", "72.bpdb", "a respondent of the instrument"),
        ("register", "Laporan", "", "Document or person"),
    ],
)
def test_what_is_wrong_is_refused_with_what_to_do(
    folder: Path, known: KnownCodes, file: str, old: str, new: str, said: str
) -> None:
    path = folder / f"{file}.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    found = faults(folder, known)
    assert any(said in text for text in found), found
    assert all(f"data/local/{file}.csv" in text for text in found)
    with pytest.raises(DataError):
        read_local(folder, known)


def test_all_problems_are_told_at_once(folder: Path, known: KnownCodes) -> None:
    for file, old, new in (
        ("population", "3121600", "banyak"),
        ("risk_indices", "0.45", "1.45"),
        ("register", "practice", "praktik"),
    ):
        path = folder / f"{file}.csv"
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    (folder / "populasi.csv").write_text(POPULATION, "utf-8")
    places = {problem.where for problem in local_problems(folder, known)}
    names = ("population", "risk_indices", "register", "populasi")
    assert places == {f"data/local/{name}.csv" for name in names}


def test_a_table_that_nothing_reads_is_not_passed_over(folder: Path, known: KnownCodes) -> None:
    (folder / "populasi.csv").write_text(POPULATION, "utf-8")
    (found,) = faults(folder, known)
    assert "did you mean 'population.csv'" in found


def population(units: tuple[str, ...]) -> pd.DataFrame:
    rows = [(unit, 2023, 7) for unit in units] + [(unit, 2024, 100 + int(unit)) for unit in units]
    return pd.DataFrame(rows, columns=["unit", "year", "value"])


def test_the_latest_people_are_the_weights_of_regencies() -> None:
    table = assessment_weights(population(YOGYAKARTA), UNITS).set_index("unit")["weight"]
    assert table["3471"] == 3571
    assert table["34.regencies"] == table["34.government"] == table["3401.bpbd"] == 1
    assert set(table.index) == {
        "34.regencies", "34.government", *YOGYAKARTA,
        *(one.code for one in UNITS.of_province("34")),
    }  # fmt: skip


def test_a_regency_without_people_is_named() -> None:
    with pytest.raises(DataError, match="no population of 3471"):
        assessment_weights(population(YOGYAKARTA[:-1]), UNITS)


def test_without_regencies_there_are_no_weights() -> None:
    with pytest.raises(DataError, match="no regency or city"):
        assessment_weights(population(()), UNITS)


@pytest.mark.parametrize(
    ("code", "name", "known_name"),
    [
        ("72", "SULAWESI TENGAH", "Sulawesi Tengah"),
        ("7210", "Kab. Sigi", "Kabupaten Sigi"),
        ("7210", "SIGI", "Kabupaten Sigi"),
        ("7211", "BANGGAI LAUT", "Kabupaten Banggai Laut"),
        ("34", "D I YOGYAKARTA", "DI Yogyakarta"),
        ("34", "D.I. Yogyakarta", "DI Yogyakarta"),
        ("21", "KEP. RIAU", "Kepulauan Riau"),
        ("7271", "KOTA PALU", "Kota Palu"),
    ],
)
def test_units_spelled_otherwise_are_known_by_their_codes(
    code: str, name: str, known_name: str, tmp_path: Path, known: KnownCodes
) -> None:
    row = f"{code},{name},2024,3121600,BPS\n"
    (tmp_path / "population.csv").write_text(POPULATION.splitlines()[0] + "\n" + row, "utf-8")
    assert read_local(tmp_path, known)["population"]["name"].tolist() == [known_name]


def test_another_unit_is_refused_with_few_names(tmp_path: Path, known: KnownCodes) -> None:
    text = POPULATION.replace("Sulawesi Tengah", "Atlantis")
    (tmp_path / "population.csv").write_text(text, "utf-8")
    (problem,) = faults(tmp_path, known)
    assert "expected the name Sulawesi Tengah, which belongs to 72" in problem
    assert len(problem) < 600


def test_a_workbook_among_local_tables_is_not_passed_over(
    tmp_path: Path, known: KnownCodes
) -> None:
    (tmp_path / "penduduk.xlsx").write_bytes(b"PK")
    (problem,) = faults(tmp_path, known)
    assert "a table that nothing reads" in problem
    (tmp_path / "penduduk.xlsx").rename(tmp_path / "population.xlsx")
    (problem,) = faults(tmp_path, known)
    assert "data/local/population.xlsx: found a damaged workbook" in problem


def test_tables_of_every_spreadsheet_are_read(tmp_path: Path, known: KnownCodes) -> None:
    book = openpyxl.Workbook()
    for row in csv.reader(REGISTER.splitlines()):
        book.worksheets[0].append([int(cell) if cell.isdigit() else cell for cell in row])
    book.worksheets[0]["H3"] = date(2024, 1, 17)
    book.save(tmp_path / "register.xlsx")
    latin = POPULATION.replace("BPS", "BPS é").replace(",", "\t").encode("cp1252")
    (tmp_path / "population.csv").write_bytes(latin)
    (tmp_path / "roster.csv").write_bytes(ROSTER.encode("utf-16"))
    notes: list[Problem] = []
    assert local_problems(tmp_path, known, notes) == []
    (note,) = notes
    assert "data/local/population.csv" in note.where
    assert "Latin-1" in note.found
    local = read_local(tmp_path, known)
    assert local["register"]["when"].tolist() == ["2023-05", "2024-01-17", "2025"]
    assert local["population"]["source"].tolist() == ["BPS é"]
    assert local["roster"]["eligible"].tolist() == [12]
