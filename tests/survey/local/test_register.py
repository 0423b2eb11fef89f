"""The register is looked up by indicator, with all that is below it, and by unit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.indonesia.check import RawTables
from erat.survey.local import register
from erat.survey.local.reading import KnownCodes

TEXT = """entry,unit,name,kind,title,who,indicator,when,status,result,source,note
A,72,Sulawesi Tengah,practice,a,,RMP1,2023,done,,x,
B,7271,Kota Palu,event,b,,RMP10,2024-06,done,,x,
C,7271,Kota Palu,commitment,c,,RMP,2024-05-30,planned,,x,
D,51,Bali,practice,d,,poverty_rate,2024-06,done,,x,
E,51,Bali,practice,e,,RMP1a,2020,done,,x,
"""


def read(folder: Path, raw_tables: RawTables) -> pd.DataFrame:
    (folder / "register.csv").write_text(TEXT, "utf-8")
    codes = frozenset({"RMP", "RMP1", "RMP10", "RMP1a", "poverty_rate"})
    return register.read(folder, KnownCodes(raw_tables.units, frozenset(), codes))


def test_the_latest_entries_come_first(tmp_path: Path, raw_tables: RawTables) -> None:
    assert list(read(tmp_path, raw_tables)["entry"]) == ["B", "D", "C", "A", "E"]


def test_a_part_of_the_instrument_takes_all_below_it(tmp_path: Path, raw_tables: RawTables) -> None:
    found = read(tmp_path, raw_tables)
    for code, entries in (
        ("RMP", {"A", "B", "C", "E"}),
        ("RMP1", {"A", "E"}),
        ("RMP1a", {"E"}),
        ("poverty_rate", {"D"}),
        ("OR", set()),
    ):
        assert set(register.of_indicator(found, code)["entry"]) == entries


def test_entries_are_found_by_unit(tmp_path: Path, raw_tables: RawTables) -> None:
    found = read(tmp_path, raw_tables)
    assert set(register.of_units(found, ["72", "7271"])["entry"]) == {"A", "B", "C"}


def test_without_a_register_there_are_no_entries(tmp_path: Path, raw_tables: RawTables) -> None:
    known = KnownCodes(raw_tables.units, frozenset(), frozenset())
    assert register.read(tmp_path, known).empty
