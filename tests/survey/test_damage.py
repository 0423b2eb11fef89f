"""Files damaged at random: never an error, and every answer that is found comes out in one way."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.locale import Language
from erat.survey.importing import check_files
from tests.survey.exports_of import export, full, the_units
from tests.survey.hostile_made import Maker, changed

UNITS = the_units()
MAKER = Maker(UNITS)
BOOK = MAKER.book()
EXPORT = export([full("7201.bpbd", "A", UNITS), full("72.bpbd", "B", UNITS)], UNITS).encode()
PARTS = ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml",
         "xl/styles.xml", "[Content_Types].xml")  # fmt: skip
with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
    PARTS_OF = {name: archive.read(name) for name in PARTS}

Damage = list[tuple[float, int, bytes]]
DAMAGE = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 30),
        st.one_of(st.binary(max_size=6), st.sampled_from([b'"', b";", b"<", b">", b"\r\n", b"="])),
    ),
    min_size=1,
    max_size=4,
)
"""Where to damage, how many bytes to take out there, and what to put in."""


def damaged(data: bytes, damage: Damage) -> bytes:
    for where, out, put in damage:
        place = int(where * len(data))
        data = data[:place] + put + data[place + out :]
    return data


def whole(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    found = check_files([path], UNITS, Language("en"))
    row = found.files().iloc[0]
    assert row["found"] == row["accepted"] + row["repeated"] + row["refused"]
    assert all(remark.line(Language("en")).isprintable() for remark in found.remarks)
    if found.answers:
        counted = found.answers.states.isin([0, 1, 2]).to_numpy().sum()
        assert counted == row["accepted"]


@given(DAMAGE)
def test_a_damaged_export(tmp_path_factory: pytest.TempPathFactory, damage: Damage) -> None:
    whole(tmp_path_factory.mktemp("d") / "a.csv", damaged(EXPORT, damage))


@given(DAMAGE)
def test_a_damaged_archive(tmp_path_factory: pytest.TempPathFactory, damage: Damage) -> None:
    whole(tmp_path_factory.mktemp("d") / "a.xlsx", damaged(BOOK, damage))


@given(st.sampled_from(PARTS), DAMAGE)
def test_a_damaged_part_of_a_workbook(
    tmp_path_factory: pytest.TempPathFactory, part: str, damage: Damage
) -> None:
    parts = {part: damaged(PARTS_OF[part], damage)}
    whole(tmp_path_factory.mktemp("d") / "a.xlsx", changed(BOOK, parts))
