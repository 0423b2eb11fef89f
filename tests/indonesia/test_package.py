"""The descriptor of the raw tables: valid, true to the files, and the guard of every byte."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pytest

from erat.errors import DataError
from erat.indonesia.check import RawTables, read_tables
from erat.indonesia.package import DESCRIPTOR, changed_files, describe, write_descriptor
from erat.indonesia.schemas import TABLES
from tests.indonesia import damage


def test_frictionless_finds_the_real_package_valid(raw: Path) -> None:
    report = frictionless.Package(str(raw / DESCRIPTOR)).validate()
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName", "note"])
    assert len(report.tasks) == len(TABLES) + len(list((raw / "instrument").glob("*.yml")))


def test_frictionless_refuses_a_changed_byte(folder: Path) -> None:
    damage.replace_bytes(folder / "sources.csv", b"Table 4.3.9", b"Table 4.3.8")
    report = frictionless.Package(str(folder / DESCRIPTOR)).validate()
    assert not report.valid
    assert ["hash-count"] in report.flatten(["type"])


def test_the_descriptor_is_that_of_the_files(raw: Path) -> None:
    assert json.loads((raw / DESCRIPTOR).read_bytes()) == describe(raw)


def test_describing_again_gives_the_same_bytes(folder: Path) -> None:
    before = (folder / DESCRIPTOR).read_bytes()
    write_descriptor(folder)
    assert (folder / DESCRIPTOR).read_bytes() == before


def test_every_field_has_type_and_title_and_every_resource_its_publishers(raw: Path) -> None:
    resources = {item["name"]: item for item in describe(raw)["resources"]}
    for table in TABLES:
        for field in resources[table]["schema"]["fields"]:
            assert field["type"]
            assert field["title"]
        assert resources[table]["schema"]["missingValues"] == [""]
    assert resources["province_statistics"]["publishers"] == ["BPS", "Kemenkeu", "e-RAT"]
    assert resources["regency_statistics"]["publishers"] == ["BPS"]


def test_real_files_are_unchanged(raw: Path) -> None:
    assert changed_files(raw) == []


@pytest.mark.parametrize("name", [table.file for table in TABLES.values()])
def test_a_flipped_byte_is_found(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    (problem,) = changed_files(folder)
    assert problem.where == name
    assert "changed" in problem.found


def test_other_line_ends_are_told_as_such(folder: Path) -> None:
    path = folder / "units.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (problem,) = changed_files(folder)
    assert "CRLF" in problem.found
    assert "LF" in problem.remedy


def test_missing_and_undescribed_files_are_found(folder: Path) -> None:
    (folder / "breaks.csv").unlink()
    (folder / "more.csv").write_text("a\n1\n")
    where = {problem.where: problem.found for problem in changed_files(folder)}
    assert where == {
        "breaks.csv": "no such file",
        "more.csv": "a file that is not described",
    }


def test_a_changed_missing_or_new_file_of_the_instrument_is_found(folder: Path) -> None:
    (folder / "instrument").mkdir()
    for name in ("A", "B"):
        (folder / "instrument" / f"{name}.yml").write_text(f"dimension: {name}\n")
    write_descriptor(folder)
    assert changed_files(folder) == []
    (folder / "instrument" / "A.yml").write_text("dimension: C\n")
    (folder / "instrument" / "B.yml").rename(folder / "instrument" / "C.yml")
    found = {problem.where: problem.found[:14] for problem in changed_files(folder)}
    assert found == {
        "instrument/A.yml": "a changed file",
        "instrument/B.yml": "no such file",
        "instrument/C.yml": "a file that is",
    }


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", '{"resources": [1]}', '{"resources": [{}]}', '{"resources": 3}']
)
def test_an_unreadable_descriptor_is_a_problem(folder: Path, text: str | None) -> None:
    if text is None:
        (folder / DESCRIPTOR).unlink()
    else:
        (folder / DESCRIPTOR).write_text(text)
    (problem,) = changed_files(folder)
    assert problem.where == DESCRIPTOR


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = changed_files(tmp_path / "nowhere")
    assert problem.where == DESCRIPTOR


def test_reading_refuses_a_changed_file_unless_told_otherwise(folder: Path) -> None:
    damage.replace_bytes(folder / "sources.csv", b"Table 4.3.9", b"Table 4.3.8")
    with pytest.raises(DataError, match=r"sources\.csv: found a changed file"):
        read_tables(folder)
    assert isinstance(read_tables(folder, verify=False), RawTables)
