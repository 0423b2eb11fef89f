"""Published tables, each trait in a file as BPS prints it, held against the raw tables and added."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from erat.errors import DataError, InputError
from erat.indonesia.additions import Addition, read_additions, refused, write_additions
from erat.indonesia.check import RawTables, check, read_tables
from erat.indonesia.package import changed_files, describe, write_descriptor
from erat.indonesia.published_table import Request
from erat.indonesia.unit_checks import FORMER_NAMES, CodeBook

SOURCE = "BPS, Tabel statistik BPS, Pengeluaran per Kapita Disesuaikan (simulated)"
PRINTED = {
    "DI Yogyakarta": "D I YOGYAKARTA",
    "Kepulauan Riau": "KEP. RIAU",
    "Kepulauan Bangka Belitung": "BANGKA BELITUNG",
}


@pytest.fixture(scope="module")
def tables(small: Path) -> RawTables:
    """The small raw tables."""
    return read_tables(small)


def provinces(tables: RawTables, borders: str = "38") -> pd.Series:
    """Return ppp_exp of provinces by unit: of 2024 on 38 borders, of 2023 on 34."""
    year = {"38": 2024, "34": 2023}[borders]
    rows = tables.provinces[
        (tables.provinces["indicator"] == "ppp_exp") & (tables.provinces["year"] == year)
    ]
    return rows[rows["borders"] == borders].set_index("unit")["value"]


def printed(
    tables: RawTables, values: pd.Series, form: str = "{:.0f}", sign: str = ";"
) -> list[str]:
    """Return lines of names in capitals and values."""
    names = [PRINTED.get(tables.names[unit], tables.names[unit]).upper() for unit in values.index]
    return [f"{name}{sign}{form.format(value)}" for name, value in zip(names, values, strict=True)]


def add(
    tables: RawTables, folder: Path, text: str | bytes, indicator: str = "ppp_exp", **more: Any
) -> Addition:
    """Read a text as an addition of 2025."""
    path = folder / "simulated.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    request = Request(path, indicator, (2025,), SOURCE)
    (addition,) = read_additions(tables, request._replace(**more))
    return addition


def workbook(folder: Path, rows: list[list[object]]) -> Path:
    """Write a workbook whose first rows are merged as BPS's are."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Tabel", 0)
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B3:C3")
    book.save(folder / "simulated.xlsx")
    return folder / "simulated.xlsx"


def test_a_table_as_bps_prints_it_is_placed_row_by_row(tables: RawTables, tmp_path: Path) -> None:
    new = provinces(tables) * 1.02
    lines = [
        "Pengeluaran per Kapita Disesuaikan Menurut Provinsi (Ribu Rupiah/Orang/Tahun);",
        "Provinsi;2025*",
        *printed(tables, new),
        "INDONESIA;12.999",
        "Catatan: * Angka sementara;",
        "Sumber: BPS, Susenas;",
    ]
    dotted = [line.replace(line.split(";")[1], f"{int(line.split(';')[1]):,}".replace(",", "."))
              for line in lines[2:40]]  # fmt: skip
    text = "\r\n".join(["", *lines[:2], *dotted, *lines[40:]])
    got = add(tables, tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert (got.table.level, got.table.borders, len(got.rows("new"))) == ("province", "38", 38)
    assert got.values["value"].tolist() == new.round().tolist()
    assert got.values["preliminary"].all()
    assert got.values.at["34", "name"] == "DI Yogyakarta"
    assert got.values.at["21", "row"] == 13
    assert {kind: len(rows) for kind, rows in got.table.left_out.items()} == {"total": 1, "note": 2}
    assert got.doubts.empty
    assert refused([got], looked_at=False, count_copies=False) == []


def test_merged_headers_years_side_by_side_and_signs_for_no_value(
    tables: RawTables, tmp_path: Path
) -> None:
    old = provinces(tables)
    rows: list[list[object]] = [["Pengeluaran per Kapita, 2024-2025"], [],
                                ["Provinsi", "Nilai", None, "Peringkat", None],
                                [None, 2024, 2025, 2024, 2025]]  # fmt: skip
    rows += [[tables.names[unit], value, value * 1.02 if unit != "95" else "...", 1, 2]
             for unit, value in old.items()]  # fmt: skip
    path = workbook(tmp_path, [*rows, ["Sumber: BPS"]])
    request = Request(path, "ppp_exp", (2025,), SOURCE, column=("nilai",))
    (got,) = read_additions(tables, request)
    assert got.column.heading == "Nilai / 2025"
    assert (len(got.rows("new")), got.rows("none").index.tolist()) == (37, ["95"])
    assert got.agreeing == {2024: (38, 38)}
    with pytest.raises(DataError, match=r"several columns of 2025.*Nilai / 2025.*--column"):
        read_additions(tables, request._replace(column=()))
    with pytest.raises(DataError, match="no column of 2023, but of 2024, 2025"):
        read_additions(tables, request._replace(years=(2023,)))


@pytest.mark.parametrize("borders", ["34", "38"])
def test_papua_is_another_area_on_each_borders(
    tables: RawTables, tmp_path: Path, borders: str
) -> None:
    text = "Provinsi;2025\n" + "\n".join(printed(tables, provinces(tables, borders)))
    got = add(tables, tmp_path, text)
    assert got.table.borders == borders
    assert ("94-34" in got.values.index, "94" in got.values.index) == (
        borders == "34",
        borders == "38",
    )


@pytest.mark.parametrize("system", ["bps", "kemendagri"])
def test_codes_alone_are_told_by_the_system_that_knows_them_all(
    tables: RawTables, tmp_path: Path, system: str
) -> None:
    values = provinces(tables)
    codes = tables.units.set_index("unit").loc[values.index, system]
    ending = "00" if system == "bps" else ""
    lines = [f"{code}{ending};{value:.0f}" for code, value in zip(codes, values, strict=True)]
    got = add(tables, tmp_path, "Kode;2025\n" + "\n".join(lines))
    assert got.values["value"].to_dict() == values.to_dict()
    aceh = "Kode;2025\n1101;10,55\n1102;10,56\n"
    with pytest.raises(DataError, match="codes that both systems have"):
        add(tables, tmp_path, aceh, "rls")


def test_a_table_of_regencies_with_their_provinces_above(tables: RawTables, tmp_path: Path) -> None:
    text = (
        "Rata-rata Lama Sekolah;2025\nACEH;9,9\nSimeulue;10,1\nKab. Aceh Singkil;9,0\nBanda Aceh;13,1\n"
        "GORONTALO;8,3\nBoalemo;7,5\nGorontalo;7,7\nKota Gorontalo;10,7\nPalu;11,9\n"
        "Maluku Tenggara Barat;9,9\nKalimant\xe1n;;\nSumber: BPS\n"
    )
    got = add(tables, tmp_path, text.encode("latin-1"), "rls")
    assert got.table.level == "regency"
    placed = ["1101", "1102", "1171", "7501", "7502", "7571", "7271", "8103"]
    names = got.values["name"].tolist()
    assert got.values.index.tolist()[:7] == placed[:7]
    assert names[-1] == "Kabupaten Kepulauan Tanimbar"
    assert got.table.left_out == {
        "province": ["'ACEH' (2)", "'GORONTALO' (6)"],
        "note": ["'Kalimantán' (12)", "'Sumber: BPS' (13)"],
    }
    assert "read as such" in str(got.table.notes[0])
    with pytest.raises(DataError, match=r"Gorontalo once.*'Provinsi Gorontalo' or 'Kabupaten Gor"):
        add(tables, tmp_path, text.replace("GORONTALO;8,3\n", ""), "rls")


def test_every_regency_is_placed_without_kab_and_under_its_province(
    raw_tables: RawTables, tmp_path: Path
) -> None:
    rows = raw_tables.regencies.query("indicator == 'rls' and year == 2024").set_index("unit")
    above = raw_tables.units.set_index("unit")["parent_34"].loc[rows.index]
    lines = ["Kabupaten/Kota;2025"]
    for before, (unit, parent) in zip([None, *above], above.items(), strict=False):
        if parent != before:
            lines.append(f"{raw_tables.names[parent].upper()};9,99")
        name = raw_tables.names[unit].removeprefix("Kabupaten ")
        lines.append(f"{name};{rows.at[unit, 'value'] + 0.1:.2f}".replace(".", ","))
    got = add(raw_tables, tmp_path, "\n".join([*lines, "INDONESIA;9,22"]), "rls")
    assert got.values["value"].sub(rows["value"]).round(2).eq(0.1).all()
    assert (len(got.values), len(got.table.left_out["province"])) == (514, 34)
    assert got.doubts.empty


def test_former_names_lead_to_present_ones(tables: RawTables) -> None:
    assert set(FORMER_NAMES.values()) <= CodeBook(tables.units).by_spelling.keys()


@pytest.mark.parametrize(
    ("old", "new", "more", "said"),
    [
        ("SULAWESI TENGAH", "SULAWESI TENGGAH", {}, "'SULAWESI TENGGAH'.*did you mean 'Sulawesi"),
        ("SULAWESI TENGAH", "", {}, "values without a name"),
        ("SULAWESI TENGAH", "SULAWESI UTARA", {}, "Sulawesi Utara again"),
        ("PAPUA SELATAN", "Sumber", {}, "found 'Sumber'"),
        ("PAPUA SELATAN", "Papua Pegunungan", {}, "Papua Pegunungan again"),
        ("SULAWESI TENGAH", "MALUKU DAN PAPUA", {}, None),
        ("Provinsi", "Propinsi", {"decimal": "point"}, None),
        ("2025", "2024", {}, "no column of 2025, but of 2024"),
        ("2025", "Nilai", {"years": (2025, 2026)}, "one column for several years: Nilai"),
        (";10", ";1O", {}, "found '1O"),
        (";10", ";9910", {}, "expected a value from 500 to 100,000.*if its point was lost"),
        ("2025", "2025", {"indicator": "ppp"}, "'ppp_exp'.* add its row to indicators.csv"),
        ("2025", "2025", {"indicator": "food_share"}, "which is computed"),
        ("2025", "2025", {"source": "BPS 2026"}, "PUBLISHER, PUBLICATION, TABLE"),
        ("2025", "2025", {"indicator": "uhh"}, "no base of the figures.*--base 'SP2010'"),
        ("2025", "LF SP2020, 2025", {"indicator": "uhh"}, "give them to uhh_lf2020"),
        ("2025", "2025", {"period": "Agustus"}, "one of Feb, Mar, Aug, Sep"),
        ("2025", "2025", {"base": "LF SP2020"}, "an indicator of their own"),
    ],
)  # fmt: skip
def test_what_cannot_be_placed_or_read_is_refused(
    tables: RawTables, tmp_path: Path, old: str, new: str, more: dict[str, Any], said: str | None
) -> None:
    values = provinces(tables) if more.get("indicator") != "uhh" else provinces(tables) * 0 + 70.5
    form = "{:.1f}" if more.get("indicator") == "uhh" else "{:.0f}"
    text = "Provinsi;2025\n" + "\n".join(printed(tables, values, form))
    text = text.replace(old, new, 1)
    if said is None:
        assert len(add(tables, tmp_path, text, **more).values) >= 37
    else:
        with pytest.raises(InputError, match=said):
            add(tables, tmp_path, text, **more)


def test_part_of_the_provinces_does_not_tell_the_borders(tables: RawTables, tmp_path: Path) -> None:
    lines = printed(tables, provinces(tables).head(20))
    match = "20 provinces, none of which began in 2022, and no Gorontalo, Kalimantan Selatan"
    with pytest.raises(DataError, match=match):
        add(tables, tmp_path, "Provinsi;2025\n" + "\n".join(lines))


def test_a_long_table_without_numbers_is_refused(tables: RawTables, tmp_path: Path) -> None:
    lines = [f"{tables.names[unit]};2025;high" for unit in provinces(tables).index]
    with pytest.raises(DataError, match="no column with numbers"):
        add(tables, tmp_path, "\n".join(["Provinsi;Tahun;Nilai", *lines]))


def test_points_that_may_part_thousands_are_asked_for(tables: RawTables, tmp_path: Path) -> None:
    values = provinces(tables, "34") * 0 + 1.234
    text = "Provinsi\t2025\n" + "\n".join(printed(tables, values, "{:.3f}", "\t"))
    for decimal, value in (("point", 1.234), ("comma", 1234)):
        got = add(tables, tmp_path, text, "poor_population", decimal=decimal, period="Mar")
        assert (got.values["value"] == value).all()
    with pytest.raises(DataError, match=r"'1\.234', whose point or comma may mark.*--decimal"):
        add(tables, tmp_path, text, "poor_population", period="Mar")
    fitting = add(tables, tmp_path, text)  # 1.234 thousand rupiah a year is out of range
    assert (fitting.values["value"] == 1234).all()


def test_a_lost_point_and_an_abrupt_change_are_listed(tables: RawTables, tmp_path: Path) -> None:
    new = provinces(tables) * 1.02
    new["72"], new["51"] = new["72"] / 10, new["51"] * 1.5
    got = add(tables, tmp_path, "Provinsi;2025\n" + "\n".join(printed(tables, new)))
    assert got.doubts.index.tolist() == ["51", "72"]
    assert got.doubts.at["72", "meant"] == pytest.approx(provinces(tables)["72"] * 1.02, abs=10)
    assert pd.isna(got.doubts.at["51", "meant"])
    (problem,) = refused([got], looked_at=False, count_copies=False)
    assert "Bali" in problem.found
    assert "--looked-at" in problem.remedy
    assert refused([got], looked_at=True, count_copies=False) == []


def test_other_years_of_the_file_tell_another_series(tables: RawTables, tmp_path: Path) -> None:
    old = provinces(tables)
    text = "Provinsi;2024;2025\n" + "\n".join(
        f"{line};{value * 1.02:.0f}"
        for line, value in zip(printed(tables, old * 1.01), old, strict=True)
    )
    got = add(tables, tmp_path, text)
    assert got.agreeing == {2024: (0, 38)}
    (problem,) = refused([got], looked_at=False, count_copies=False)
    assert problem.found == "0 of 38 figures of 2024 as in data/raw"
    assert refused([got], looked_at=True, count_copies=False) == []


def test_new_figures_are_in_the_raw_tables_and_nothing_else_changed(
    tables: RawTables, folder: Path, tmp_path: Path
) -> None:
    before = (folder / "province_statistics.csv").read_text("utf-8").splitlines()
    got = add(
        tables, tmp_path, "Provinsi;2025\n" + "\n".join(printed(tables, provinces(tables) * 1.02))
    )
    write_additions(folder, [got])
    lines = (folder / "province_statistics.csv").read_text("utf-8").splitlines()
    assert [line for line in lines if line in set(before)] == before
    assert len(lines) == len(before) + 38
    assert f"94,Papua,38,2025,,ppp_exp,{got.values.at['94', 'text']},,published,1,,p104" in lines
    now = read_tables(folder)
    source = now.sources.set_index("source").loc["p104"]
    assert source["publication"] == "Tabel statistik BPS"
    assert source["read_from"].startswith("file simulated.csv (sha256 ")
    assert json.loads((folder / "datapackage.json").read_bytes()) == describe(folder)
    again = add(now, tmp_path, (tmp_path / "simulated.csv").read_bytes())
    assert (len(again.rows("equal")), again.repeats, again.source["source"]) == (38, True, "p104")


def test_a_series_that_begins_38_borders_gets_its_break(
    tables: RawTables, folder: Path, tmp_path: Path
) -> None:
    before = (folder / "breaks.csv").read_bytes()
    for name in ("province_statistics", "breaks"):
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        of_2024 = (table["indicator"] == "ppp_exp") & (table["year"] == "2024")
        table[~of_2024].to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    write_descriptor(folder)
    text = "Provinsi;2024;2023\n" + "\n".join(
        f"{line};9999" for line in printed(tables, provinces(tables))
    )
    now = read_tables(folder)
    write_additions(folder, [add(now, tmp_path, text, years=(2024,))])
    assert (folder / "breaks.csv").read_bytes() == before
    with pytest.raises(DataError, match="expected 34 provinces: ppp_exp of 2023 is on these"):
        add(now, tmp_path, text, years=(2023,))


def test_a_published_figure_stays_and_a_revision_is_a_series_of_its_family(
    tables: RawTables, folder: Path, tmp_path: Path
) -> None:
    revised = provinces(tables)
    revised["72"] += 100
    text = "Provinsi;2024\n" + "\n".join(printed(tables, revised))
    got = add(tables, tmp_path, text, years=(2024,))
    assert (len(got.rows("equal")), got.rows("other").index.tolist()) == (37, ["72"])
    (problem,) = refused([got], looked_at=True, count_copies=False)
    assert "Sulawesi Tengah" in problem.found
    assert "--vintage" in problem.remedy
    vintage = add(tables, tmp_path, text, years=(2024,), vintage=2026)
    assert refused([vintage], looked_at=True, count_copies=False) == []
    write_additions(folder, [vintage])
    now = read_tables(folder)
    series = now.indicators.set_index("indicator")
    assert series.at["ppp_exp_v2026", "base"] == "2026 revision"
    assert series.at["ppp_exp_v2026", "family"] == series.at["ppp_exp", "family"]
    kept = now.provinces[now.provinces["indicator"] != "ppp_exp_v2026"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, tables.provinces)
    assert (now.provinces["indicator"] == "ppp_exp_v2026").sum() == 38


def test_a_further_copy_counts_once(tables: RawTables, folder: Path, tmp_path: Path) -> None:
    text = "Provinsi;2024\n" + "\n".join(printed(tables, provinces(tables)))
    got = add(tables, tmp_path, text, years=(2024,))
    write_additions(folder, [got], count_copies=True)
    now = read_tables(folder)
    copies = now.provinces[
        (now.provinces["indicator"] == "ppp_exp") & (now.provinces["year"] == 2024)
    ]
    assert set(copies["verified"]) == {"second_copy"}
    assert (copies["copies"] >= 2).all()
    again = add(now, tmp_path, text, years=(2024,))
    (problem,) = refused([again], looked_at=True, count_copies=True)
    assert "a source already" in problem.found


def test_what_fails_at_the_end_leaves_every_file_as_it_was(
    tables: RawTables, folder: Path, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    got = add(
        tables, tmp_path, "Provinsi;2025\n" + "\n".join(printed(tables, provinces(tables) * 1.02))
    )

    def refuse(_: RawTables) -> list[object]:
        raise DataError([])

    with pytest.raises(DataError):
        write_additions(folder, [got], also=refuse)  # type: ignore[arg-type]
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert check(folder) == changed_files(folder) == []
    assert [path.name for path in folder.parent.iterdir() if path.name.endswith(".part")] == []
