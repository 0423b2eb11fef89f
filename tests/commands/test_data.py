"""``erat data add``: shown without --write, added with it, refused with status 2 in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from erat.indonesia.check import RawTables, read_tables
from erat.indonesia.package import write_descriptor
from erat.indonesia.series import cells
from tests.small import Run, erat

SOURCE = "BPS, Statistik Indonesia 2026, Tabel 4.1.1 (simulated)"


@pytest.fixture
def project(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of raw tables and the latest edition, and a table of invented figures of 2025."""
    shutil.copytree(root / "config", tmp_path / "config")
    for earlier in sorted((tmp_path / "config" / "editions").glob("*.yml"))[:-1]:
        earlier.unlink()
    shutil.copytree(root / "data" / "raw", tmp_path / "data" / "raw")
    table = pd.read_csv(root / "data" / "raw" / "province_statistics.csv", dtype={"unit": str})
    rows = table[(table["indicator"] == "hls") & (table["year"] == 2024)]
    lines = [f"{name.upper()};{value:.2f};{value + 0.02:.2f}".replace(".", ",")
             for name, value in zip(rows["name"], rows["value"], strict=True)]  # fmt: skip
    text = "\n".join(
        ["Harapan Lama Sekolah, 2024-2025", "Provinsi;2024;2025", *lines, "INDONESIA;13;13"]
    )
    (tmp_path / "simulated_hls.csv").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.stress
def test_invented_figures_go_into_a_copy_and_into_its_panel(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["data", "add", "simulated_hls.csv", "--indicator", "hls", "--year", "2025"]
    before = (project / "data" / "raw" / "province_statistics.csv").read_bytes()
    shown = erat(capsys, *call, "--source", SOURCE)
    assert (shown.status, shown.err) == (0, "")
    assert "2024 in the same file: 38 of 38 figures as in data/raw" in shown.out
    assert "Left out, totals (row): 'INDONESIA' (41)" in shown.out
    assert "Nothing was written. To add them: --write" in shown.out
    assert (project / "data" / "raw" / "province_statistics.csv").read_bytes() == before
    refused = erat(capsys, *call, "--source", "BPS", "--lang", "id", "--write")
    assert refused.status == 2
    assert "Tindakan: misalnya:" in refused.err
    assert "tidak ada yang ditulis" in refused.err
    written = erat(capsys, *call, "--source", SOURCE, "--write", "--lang", "id")
    assert (written.status, written.err) == (0, "")
    assert "Ditambahkan ke data/raw sebagai hls tahun 2025, sumber p104" in written.out
    assert erat(capsys, "check").status == 0
    panel = cells(read_tables(project / "data" / "raw"), ["hls"])
    of_year = panel[panel["year"] == 2025]
    assert len(of_year) == 38
    assert of_year["table"].str.contains("simulated").all()
    assert of_year["read_from"].str.startswith("file simulated_hls.csv").all()


WATER, UNIT = "drinking_water_access", "Jawa Timur"


@pytest.fixture(scope="module")
def few(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with few raw tables and no edition; do not change it."""
    folder = tmp_path_factory.mktemp("few")
    (folder / "config" / "editions").mkdir(parents=True)
    raw = Path(shutil.copytree(root / "data" / "raw", folder / "data" / "raw"))
    for path in raw.glob("*_statistics.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        kept = (table["indicator"] == WATER) & (table["unit"].str[:4] < "1102")
        kept |= (table["indicator"] == WATER) & (table["unit"].str.len() != 4)
        table[kept].to_csv(path, index=False, lineterminator="\n")
    write_descriptor(raw)
    return folder


@pytest.fixture
def water(few: Path) -> pd.DataFrame:
    """Access to drinking water of 2023 to 2025 by province, and invented figures of 2026 and 2027."""
    rows = pd.read_csv(few / "data" / "raw" / "province_statistics.csv")
    wide = rows.pivot_table(index="name", columns="year", values="value", sort=False)
    years = {2026: wide[2025] - 0.1, 2027: wide[2025] - 0.2}
    return pd.concat([wide[[2023, 2024, 2025]], pd.DataFrame(years)], axis=1)


@pytest.fixture
def add(
    few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Run]:
    """The command on a text, in a copy of the few raw tables that is the current folder."""
    shutil.copytree(few, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def run(text: str, *options: str, indicator: str = WATER) -> Run:
        Path("simulated.csv").write_text(text, "utf-8")
        call = ["data", "add", "simulated.csv", "--indicator", indicator, "--source", SOURCE]
        return erat(capsys, *call, *options)

    return run


def now() -> RawTables:
    return read_tables(Path("data") / "raw")


def printed(table: pd.DataFrame, form: str = "{:.2f}") -> str:
    """Return a table as text, years side by side."""
    lines = [";".join([str(name), *map(form.format, row)]) for name, *row in table.itertuples()]
    return "\n".join([";".join(["Provinsi", *map(str, table)]), *lines])


def assert_added(water: pd.DataFrame) -> None:
    rows = now().provinces.query("source == 'p104'")
    wide = rows.pivot(index="name", columns="year", values="value").loc[water.index]
    pd.testing.assert_frame_equal(wide, water.round(2), check_names=False)


def test_years_side_by_side_are_added_together_or_not_at_all(
    add: Callable[..., Run], water: pd.DataFrame
) -> None:
    before = Path("data/raw/province_statistics.csv").read_bytes()
    text = printed(water)
    wrong = text.replace(f"{water.at[UNIT, 2027]:.2f}", "9O.1")
    refused = add(wrong, "--year", "2026-2027", "--write")
    assert (refused.status, "found '9O.1'" in refused.err) == (2, True)
    assert Path("data/raw/province_statistics.csv").read_bytes() == before
    shown = add(text, "--year", "2027", "--year", "2025-2026", "--write", "--lang", "id")
    assert (shown.status, shown.err) == (0, "")
    assert f"sebagai {WATER} tahun 2026 dan 2027, sumber p104" in shown.out
    assert_added(water[[2026, 2027]])
    (source,) = now().sources.query("source == 'p104'")["read_from"]
    assert source.endswith("columns of 2025, 2026, 2027")
    assert add(text, "--year", "2026", "--count-copies").status == 2
    assert "erat: --year: found '2027-2026'" in add(text, "--year", "2027-2026").err


def test_a_revision_takes_the_breaks_along_and_years_their_borders(
    add: Callable[..., Run], water: pd.DataFrame
) -> None:
    text = printed(water - 0.5).replace("nan", "-")
    shown = add(text, "--year", "2023-2024", "--vintage", "2026", "--write", "--looked-at")
    assert shown.status == 0
    assert "2023 without figures of Papua Barat Daya, Papua Selatan, Papua Tengah" in shown.err
    assert "dashes" not in shown.err
    assert f"breaks.csv: {WATER}_v2026 breaks in 2016: The newer concept" in shown.out
    tables = now()
    breaks = tables.breaks.set_index("indicator")[["year", "kind"]]
    both = [breaks.loc[code].to_numpy().tolist() for code in (WATER, f"{WATER}_v2026")]
    assert both[1] == both[0] == [[2016, "concept"], [2024, "borders"]]
    units = tables.provinces[tables.provinces["indicator"] == f"{WATER}_v2026"].groupby("year")[
        "unit"
    ]
    assert {year: sum("-34" in unit for unit in its) for year, its in units} == {2023: 2, 2024: 0}
    assert units.size().to_dict() == {2023: 34, 2024: 38}


def long(water: pd.DataFrame) -> str:
    """Return a table as portals give it: a row a province and year, and columns beside."""
    head = "id,kode,nama_provinsi,indikator,persentase,satuan,tahun"
    rows = [(name, year) for year in water for name in water.index]
    lines = [f"{i},,{name.upper()},Air minum layak,{water.at[name, year]:.2f},PERSEN,{year}"
             for i, (name, year) in enumerate(rows)]  # fmt: skip
    return "\n".join([head, *lines, "Sumber: BPS"])


def test_a_long_table_is_read_as_the_wide_one(add: Callable[..., Run], water: pd.DataFrame) -> None:
    text = long(water[[2025, 2026, 2027]])
    shown = add(text, "--year", "2026-2027", "--write")
    assert (shown.status, shown.err) == (0, "")
    assert "column 'Air minum layak / PERSEN / persentase / 2027'" in shown.out
    assert "2025 in the same file: 38 of 38 figures" in shown.out
    assert_added(water[[2026, 2027]])


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("9l.96,PERSEN,2026", "found '9l.96'"),
        ("91.96,PERSEN,", "values without a year"),
        ("91.96,PERSEN,2025", "ACEH again, Air minum layak / PERSEN / persentase of 2025"),
    ],
)
def test_a_long_table_is_refused_at_its_own_row(
    add: Callable[..., Run], water: pd.DataFrame, new: str, said: str
) -> None:
    text = long(water[[2025, 2026]])
    refused = add(text.replace("91.96,PERSEN,2026", new, 1), "--year", "2026")
    assert refused.status == 2
    assert "simulated.csv, row 40" in refused.err
    assert said in refused.err


def test_a_percent_sign_stands_where_the_unit_is_percent(
    add: Callable[..., Run], water: pd.DataFrame
) -> None:
    text = printed(water[[2025, 2026]], "{:.2f} %").replace(".", ",")
    shown = add(text, "--year", "2026")
    assert (shown.status, "38 new" in shown.out) == (0, True)
    refused = add(text, "--year", "2026", "--lang", "id", indicator="ppp_exp")
    assert refused.status == 2
    assert "angka dalam thousand IDR per person a year (ribu rupiah" in refused.err
    assert "persentase tidak dikonversi" in refused.err


@pytest.mark.parametrize(("option", "added"), [("", 0), ("zero", 1)])
def test_a_dash_is_missing_and_noted_unless_told(
    add: Callable[..., Run], water: pd.DataFrame, option: str, added: int
) -> None:
    text = printed(water[[2026]]).replace(f"{UNIT};{water.at[UNIT, 2026]:.2f}", f"{UNIT};–")
    shown = add(text, "--year", "2026", "--write", "--looked-at", "--dash", option)
    assert shown.status == 0
    assert ("dashes in 2026: Jawa Timur; expected '...'" in shown.err) == (not option)
    assert ("dash: read as missing; BPS prints it for nil" in shown.out) == (added == 0)
    rows = now().provinces.query(f"year == 2026 and name == '{UNIT}'")
    assert rows["value"].tolist() == [0.0] * added


def test_no_value_beyond_those_that_can_be_is_called_usual(
    add: Callable[..., Run], water: pd.DataFrame
) -> None:
    water.loc[UNIT, 2026] = 40
    shown = add(printed(water[[2026]]), "--year", "2026")
    assert "40.00  new; an abrupt change: outside" in shown.out
    assert "to 100\n" in shown.out.split("40.00")[1][:80]
