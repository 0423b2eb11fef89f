"""What is doubtful is told, and never refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from erat.errors import DataError
from erat.index.assessment import assess
from erat.index.method import Method
from erat.index.panel import Panel
from erat.index.plausibility import footnotes, implausible, named_totals, sums_or_means
from tests.small import META, framework, panel

TREE = """code,parent,direction,weight,type,goalpost_low,goalpost_high,target,level,denominator
i,,{top},1,aggregate,,,,{level},
x,i,1,{wx},indicator,{posts},{target},1,{by}
y,i,-1,{wy},indicator,,,{worst},1,
g,,,,group,,,,,
d,,,,denominator,,,,,
"""
GIVEN = {
    "top": "1",
    "level": "2",
    "wx": "1",
    "wy": "3",
    "posts": ",",
    "target": "",
    "worst": "",
    "by": "",
}
DATA = "unit,name,g,d,x,y\n" + "".join(f"u{i},U,a,1,{i},{(i * 5) % 7}\n" for i in range(7))


def notes(data: str = DATA, exclude: tuple[str, ...] = (), **changed: str) -> list[str]:
    tree = framework(TREE.format(**(GIVEN | changed)))
    return [str(note) for note in implausible(panel(data, tree), tree, exclude)]


def one(data: str = DATA, **changed: str) -> str:
    found = notes(data, (), **changed)
    assert len(found) == 1, found
    return found[0]


def test_nothing_is_said_where_nothing_is_doubtful() -> None:
    assert notes() == []


def test_columns_that_the_framework_does_not_name() -> None:
    note = one(DATA.replace("unit,name,g,d,x,y", "unit,name,g,other,x,y"))
    assert "data, row 1: found columns that are not in the framework: other" in note


def test_a_column_that_is_divided_by_is_named() -> None:
    data = DATA.replace("unit,name,g,d,x,y", "unit,name,g,people,x,y")
    assert notes(data, by="people") == []


def test_a_constant_indicator() -> None:
    data = "\n".join(f"{line.rsplit(',', 1)[0]},{'y' if i == 0 else 4}"
                     for i, line in enumerate(DATA.splitlines()))  # fmt: skip
    assert "indicators with one value only: y (4)" in one(data)
    assert notes(data, exclude=("y",)) == []


def test_an_indicator_that_is_constant_in_a_year() -> None:
    rows = [f"u{i},{year},a,1,{i if year == 2020 else 3},{i}" for year in (2020, 2021)
            for i in range(7)]  # fmt: skip
    note = one("unit,year,g,d,x,y\n" + "\n".join(rows) + "\n")
    assert "one value only in some years: x (2021)" in note


def test_indicators_and_units_without_a_value() -> None:
    rows = [f"u{i},a,1,,{i if i else ''}" for i in range(8)]
    found = notes("unit,g,d,x,y\n" + "\n".join(rows) + "\n")
    assert "indicators without any value: x;" in found[0]
    assert "units without any value: u0;" in found[1]
    assert len(found) == 2


@pytest.mark.parametrize(("units", "told"), [(5, True), (6, False)])
def test_three_units_are_needed_for_an_indicator(units: int, told: bool) -> None:
    data = "".join(DATA.splitlines(keepends=True)[: units + 1])
    found = notes(data)
    assert [f"found {units} units for 2 indicators" in note for note in found] == [True] * told


def test_units_are_counted_by_year() -> None:
    rows = [f"u{i},{year},a,1,{i + year},{i}" for year in (2020, 2021) for i in range(5)]
    assert "5 units for 2 indicators" in one("unit,year,g,d,x,y\n" + "\n".join(rows) + "\n")


def test_one_unit_is_told_as_such_and_not_as_constant() -> None:
    assert "found one unit; expected several" in one("unit,g,d,x,y\nu,a,1,2,3\n")


def test_units_that_come_and_go() -> None:
    rows = [f"u{i},{year},a,1,{i + year},{i}" for year in (2020, 2021) for i in range(7 + year % 2)]
    note = one("unit,year,g,d,x,y\n" + "\n".join(rows) + "\n")
    assert "units that are not there in every year: u7" in note


def test_data_outside_the_goalposts() -> None:
    note = one(posts="1,5.5")
    assert "data, column x: found u0 (0), u6 (6); expected values from 1 to 5.5" in note
    assert notes(posts="0,6") == []
    assert notes(posts="1,5.5", by="d") == []  # the data still have another unit


def test_a_target_that_is_no_better_than_the_worst_value() -> None:
    assert "a target of 0, while the worst value is 0" in one(target="0")
    assert "a target of 6, while the worst value is 6" in one(worst="6")
    assert notes(target="0.1", worst="5.9") == []


def test_shares_that_do_not_add_to_one() -> None:
    note = one(wx="0.3", wy="0.6")
    assert "framework, column weight: found weights below 1 that do not add to 1: i (0.9)" in note
    assert notes(wx="0.3", wy="0.7") == []
    assert notes(wx="2", wy="3") == []


def test_a_direction_of_an_aggregate() -> None:
    assert "aggregates with a direction: i (-1)" in one(top="-1")
    assert notes(top="") == []


@pytest.mark.parametrize("level", ["3", "1", "two", "2.5"])
def test_a_level_that_the_tree_contradicts(level: str) -> None:
    assert f"levels that the tree contradicts: i ({level}, where the tree has 2)" in one(
        level=level
    )


@pytest.mark.parametrize("level", ["", "NA", "2.0"])
def test_a_level_that_is_right_or_not_given(level: str) -> None:
    assert notes(level=level) == []


def test_everything_may_be_left_out_without_an_error() -> None:
    tree = framework(META)
    assert implausible(panel(of=tree), tree, ("A", "B")) != []


def of_x(*values: object) -> list[str]:
    lines = [f"u{i},U,a,1,{x},{(i * 5) % 7}" for i, x in enumerate(values)]
    return notes("\n".join(["unit,name,g,d,x,y", *lines]))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ((12, 15.5, -999, 14, 13, 16, 11), "-999"),
        ((12, 15.5, 14, 9999, 13, 9999, 11), "9999"),
        ((70, -99, 71, 72, -88, 73, 74), "-99"),
        ((0.5, 0.7, 0.6, 99, 0.8, 0.4, 0.6), "99"),
    ],
)
def test_numbers_that_publishers_write_for_missing(values: tuple[float, ...], code: str) -> None:
    said = [note for note in of_x(*values) if f"'missing: [{code}]'" in note]
    assert len(said) == 1
    assert f"found {code} in x of u" in said[0]


@pytest.mark.parametrize(
    "values",
    [(97, 98, 99, 96, 95, 94, 99), (-9, -5, 4, 2, -8, 3, 1), (950, 1020, 999, 870, 1500, 640, 990)],
)
def test_values_like_the_others_are_no_codes(values: tuple[float, ...]) -> None:
    assert of_x(*values) == []


def test_three_digits_behind_every_point_are_doubtful() -> None:
    values = ("1.234", "3.724", "5.321", "9.871", "2.225", "1.118", "845")
    (note,) = of_x(*values)
    assert "three digits behind every point in x" in note
    assert "--decimal comma" in note


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+x", "-x"])
def test_names_that_a_spreadsheet_may_run(name: str) -> None:
    assert f"may run as a formula: {name};" in one(DATA.replace("u3,", f"{name},"))


COINR_COLUMNS = (
    *("goalpost_lower", "goalpost_upper", "goalpost_scale", "minmax_lower", "minmax_upper"),
    *("zscore_mean", "zscore_sd", "scaled_lower", "scaled_upper"),
)
COINR = """iCode,iName,Parent,Direction,Weight,Type,{columns}
idx,I,NA,1,1,Aggregate,NA,NA,NA,NA,NA,NA,NA,NA,NA
x,X,idx,1,1,Indicator,0,10,100,1,50,10,2,NA,NA
y,Y,idx,-1,1,Indicator,0,7,100,1,50,10,2,-7,0
"""


def said_of_parameters(**normalize: Any) -> list[str]:
    tree = framework(COINR.format(columns=",".join(COINR_COLUMNS)))
    method = Method.parse({"normalize": normalize})
    notes = map(str, implausible(panel(DATA, tree), tree, normalizations=[method.normalize]))
    return [note for note in notes if "does not ask for" in note or "bounds" in note]


def test_columns_for_normalization_that_are_not_read_are_noted() -> None:
    keys = {
        "minmax, range: framework": "minmax_lower, minmax_upper of x, y,",
        "zscore, mean: framework, sd: framework": "zscore_mean, zscore_sd of x, y,",
        "goalposts, scale: framework": "goalpost_scale of x, y,",
        "scaled, low: framework, high: framework": "scaled_lower, scaled_upper of y,",
    }
    said = said_of_parameters()
    assert len(said) == len(keys)
    for key, found in keys.items():
        assert sum(f"normalize: {{method: {key}}}" in s and found in s for s in said) == 1, key
    only_x = {"x": {"method": "minmax", "range": "framework"}}
    assert not any("minmax" in note for note in said_of_parameters(indicators=only_x))


def test_bounds_of_a_turned_indicator_are_noted() -> None:
    said = said_of_parameters(method="scaled", low="framework", high="framework")
    assert sum("of y, of which less is better" in note for note in said) == 1


PAIR = framework("""code,parent,direction,weight,type
i,,,1,aggregate
grdp,i,1,1,indicator
life,i,1,1,indicator
""")
GRDP = [243, 1050, 1027, 294, 95, 448, 274, 814]
LIFE = [70.2, 69.9, 72.1, 71.6, 70.0, 71.0, 73.0, 70.9]
UNITS = ["ACEH", "SUMUT", "RIAU", "JAMBI", "BENGKULU", "LAMPUNG", "BALI", "NTB"]
PROVINCES = [f"{u},{x},{y}" for u, x, y in zip(UNITS, GRDP, LIFE, strict=True)]


def read(*more: str) -> Panel:
    return panel("\n".join(["unit,grdp,life", *PROVINCES, *more]) + "\n", PAIR)


def first_note(*more: str) -> str:
    return str(implausible(read(*more), PAIR)[0])


@pytest.mark.parametrize("name", ["INDONESIA", "JUMLAH/TOTAL", "Rata-rata", "XYZ"])
def test_a_total_among_the_units_is_the_first_note(name: str) -> None:
    note = first_note(f"{name},4245,71.1")
    assert f"found rows that seem to be totals or means of the others: {name};" in note
    assert f"--leave-out {name}" in note


def test_a_total_is_told_beside_a_mean_and_in_its_year_only() -> None:
    rows = ["Jumlah,4245,", "Rata-rata,530.6,71.1", "XYZ,4245,71.1"]
    assert "Jumlah, Rata-rata, XYZ;" in first_note(*rows)


def test_a_total_is_told_among_the_units_of_its_parent() -> None:
    """The sum of Aceh's regencies is no sum of those of both provinces."""
    rows = [f"{u},{x},{x / 2}" for u, x in zip(UNITS, GRDP, strict=True)]
    rows += [f"other {i},{x},{y}" for i, (x, y) in enumerate([*zip(GRDP, LIFE, strict=True)] * 2)]
    table = panel("\n".join(["unit,grdp,life", *rows, "XYZ,4245,2122.5"]) + "\n", PAIR)
    parents = np.array([0] * 8 + [1] * 16 + [0])
    assert not any("totals" in str(note) for note in implausible(table, PAIR))
    assert "others: XYZ;" in str(implausible(table, PAIR, parents=parents)[0])


def test_units_are_no_totals() -> None:
    assert not any("totals" in str(note) for note in implausible(read(), PAIR))
    names = panel("unit,grdp,life\nTotalindo,1,2\nSUMATERA,2,3\nJumla,3,4\n", PAIR)
    assert not named_totals(names, np.empty((3, 0))).any()


def test_a_mean_of_several_columns() -> None:
    x = np.random.default_rng(1).normal(size=(38, 4))
    assert not sums_or_means(x).any()
    with_mean = np.vstack([x, x.mean(axis=0).round(2)])
    assert np.flatnonzero(sums_or_means(with_mean)).tolist() == [38]
    few_alike = np.vstack([x, [*x.mean(axis=0)[:2], 3, 3]])
    assert not sums_or_means(few_alike).any()


def test_hardly_any_of_many_rows_is_a_total_by_chance() -> None:
    random = np.random.default_rng(2)
    assert not sums_or_means(random.lognormal(size=(50_000, 6))).any()
    assert not sums_or_means(random.integers(1, 6, (500, 8)).astype(float)).any()


def test_what_is_left_out_is_not_read() -> None:
    table = "\n".join(["unit,grdp,life", *PROVINCES, "INDONESIA,rahasia,71.1"])
    cells = [line.split(",") for line in table.splitlines()]
    text = pd.DataFrame(cells[1:], columns=cells[0])
    left = Panel.from_table(text, PAIR, leave_out=["INDONESIA"])
    assert assess(left, PAIR).index.loc["RIAU"].item() == pytest.approx(84.28, abs=0.005)
    with pytest.raises(DataError, match="did you mean 'INDONESIA'"):
        Panel.from_table(text, PAIR, leave_out=["INDONESI"])
    with pytest.raises(DataError, match="all units to be left out"):
        Panel.from_table(text, PAIR, leave_out=[*UNITS, "INDONESIA"])


def test_notes_below_a_table_are_called_so() -> None:
    notes = ["Catatan: angka sementara", "Sumber: BPS", "Note: x", "Source: y", "*) provisional"]
    assert footnotes([*notes, "1) tanpa Aceh", "Keterangan :"]).all()
    assert not footnotes([*UNITS, "Sumbermanjing", "Notecity", "3216", "Sourceland"]).any()
    said = [str(note) for note in implausible(read(*(f"{n},," for n in notes), "SUMBAR,,"), PAIR)]
    assert any(f"rows that are notes and no units: {', '.join(notes)};" in note for note in said)
    assert any("units without any value: SUMBAR;" in note for note in said)


@pytest.mark.parametrize("method", ["mean", "median", "iterative", "knn", "sibling_mean"])
def test_what_has_no_value_gets_no_score(method: str) -> None:
    gap = "SUMBAR,500,"
    whole, more = read(gap), read(gap, "Sumber: BPS,,", "KOSONG,NA,NA")
    scores = assess(more, PAIR, {"impute": method}).index
    assert scores.tail(2).isna().all()
    assert scores.head(9).tolist() == assess(whole, PAIR, {"impute": method}).index.tolist()
    assert assess(more, PAIR, {"impute": method, "exclude": ["grdp"]}).index.isna().sum() == 3
