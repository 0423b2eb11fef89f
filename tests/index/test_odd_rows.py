"""Rows that are no units: totals and means of the others, notes below a table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erat.errors import DataError
from erat.index.assessment import assess
from erat.index.odd_rows import footnotes, named_totals, sums_or_means
from erat.index.panel import Panel
from erat.index.plausibility import implausible
from tests.small import framework, panel

TREE = framework("""code,parent,direction,weight,type
i,,,1,aggregate
grdp,i,1,1,indicator
life,i,1,1,indicator
""")
GRDP = [243, 1050, 1027, 294, 95, 448, 274, 814]
LIFE = [70.2, 69.9, 72.1, 71.6, 70.0, 71.0, 73.0, 70.9]
UNITS = ["ACEH", "SUMUT", "RIAU", "JAMBI", "BENGKULU", "LAMPUNG", "BALI", "NTB"]
PROVINCES = [f"{u},{x},{y}" for u, x, y in zip(UNITS, GRDP, LIFE, strict=True)]


def read(*more: str) -> Panel:
    return panel("\n".join(["unit,grdp,life", *PROVINCES, *more]) + "\n", TREE)


def first_note(*more: str) -> str:
    return str(implausible(read(*more), TREE)[0])


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
    table = panel("\n".join(["unit,grdp,life", *rows, "XYZ,4245,2122.5"]) + "\n", TREE)
    parents = np.array([0] * 8 + [1] * 16 + [0])
    assert not any("totals" in str(note) for note in implausible(table, TREE))
    assert "others: XYZ;" in str(implausible(table, TREE, parents=parents)[0])


def test_units_are_no_totals() -> None:
    assert not any("totals" in str(note) for note in implausible(read(), TREE))
    names = panel("unit,grdp,life\nTotalindo,1,2\nSUMATERA,2,3\nJumla,3,4\n", TREE)
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
    left = Panel.from_table(text, TREE, leave_out=["INDONESIA"])
    assert assess(left, TREE).index.loc["RIAU"].item() == pytest.approx(84.28, abs=0.005)
    with pytest.raises(DataError, match="did you mean 'INDONESIA'"):
        Panel.from_table(text, TREE, leave_out=["INDONESI"])
    with pytest.raises(DataError, match="all units to be left out"):
        Panel.from_table(text, TREE, leave_out=[*UNITS, "INDONESIA"])


def test_notes_below_a_table_are_called_so() -> None:
    notes = ["Catatan: angka sementara", "Sumber: BPS", "Note: x", "Source: y", "*) provisional"]
    assert footnotes([*notes, "1) tanpa Aceh", "Keterangan :"]).all()
    assert not footnotes([*UNITS, "Sumbermanjing", "Notecity", "3216", "Sourceland"]).any()
    said = [str(note) for note in implausible(read(*(f"{n},," for n in notes), "SUMBAR,,"), TREE)]
    assert any(f"rows that are notes and no units: {', '.join(notes)};" in note for note in said)
    assert any("units without any value: SUMBAR;" in note for note in said)


@pytest.mark.parametrize("method", ["mean", "median", "iterative", "knn", "sibling_mean"])
def test_what_has_no_value_gets_no_score(method: str) -> None:
    gap = "SUMBAR,500,"
    whole, more = read(gap), read(gap, "Sumber: BPS,,", "KOSONG,NA,NA")
    scores = assess(more, TREE, {"impute": method}).index
    assert scores.tail(2).isna().all()
    assert scores.head(9).tolist() == assess(whole, TREE, {"impute": method}).index.tolist()
    assert assess(more, TREE, {"impute": method, "exclude": ["grdp"]}).index.isna().sum() == 3
