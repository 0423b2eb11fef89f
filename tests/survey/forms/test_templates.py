"""The tree of templates: for whom it is made, and that nobody's answers are overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from erat.cli import main
from erat.errors import InputError, ParameterError
from erat.files import changed_since
from erat.locale import Language
from erat.survey.forms.templates import Scope, place, write_templates
from tests.survey.exports_of import the_units

UNITS = the_units()


@pytest.fixture(autouse=True)
def _not_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether pyxform reads the forms is tested with the forms."""
    monkeypatch.setattr("erat.survey.forms.templates.validate", lambda _: [])


def write(folder: Path, **scope: list[str]) -> int:
    return write_templates(folder, UNITS, Scope.of(UNITS, **scope), Language("id"), [])


def test_a_province_is_its_own_agencies_and_those_of_its_regencies() -> None:
    scope = Scope.of(UNITS, provinces=["72"])
    assert list(scope.units) == UNITS.of_province("72")
    assert {one.province for one in scope.governments} == {"72"}


def test_without_a_province_there_are_only_the_forms_for_the_country() -> None:
    scope = Scope.of(UNITS)
    assert scope.units == ()
    assert len(scope.governments) == len(UNITS.governments)


def test_an_agency_narrows_the_workbooks_and_not_the_form() -> None:
    scope = Scope.of(UNITS, governments=["7201", "7202"], agencies=["bpbd", "community"])
    codes = [one.code for one in scope.units]
    assert codes == ["7201.bpbd", "7201.community", "7202.bpbd", "7202.community"]
    assert [one.code for one in scope.governments] == ["7201", "7202"]


def test_every_unknown_code_is_named() -> None:
    with pytest.raises(ParameterError) as refused:
        Scope.of(UNITS, provinces=["7201", "99"], governments=["7299"], agencies=["bpdb"])
    told = str(refused.value)
    assert "7201 is a regency or city: use --government 7201" in told
    assert "'99'" in told
    assert "'7299'" in told
    assert "did you mean 'bpbd'?" in told


def test_the_tree_has_a_folder_a_government_and_a_workbook_a_sub_unit(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert write(folder, governments=["7201"], agencies=["bpbd", "bappeda"]) == 2
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.xlsx"))
    base = "72-sulawesi-tengah/7201-kabupaten-banggai-kepulauan"
    assert found == [f"{base}/7201.bappeda.xlsx", f"{base}/7201.bpbd.xlsx",
                     "erat_questionnaire.xlsx", "erat_verification.xlsx"]  # fmt: skip
    assert place(UNITS.all["7201.bpbd"], UNITS).as_posix() == f"{base}/7201.bpbd.xlsx"
    outputs = json.loads((folder / "manifest.json").read_text())["outputs"]
    assert sorted(outputs) == found
    assert changed_since(folder) == []


def test_the_same_templates_have_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, governments=["7201"], agencies=["bpbd"])
    first = {p.relative_to(tmp_path / "a"): p.read_bytes() for p in (tmp_path / "a").rglob("*.*")}
    again = {p.relative_to(tmp_path / "b"): p.read_bytes() for p in (tmp_path / "b").rglob("*.*")}
    assert first == again


def test_they_are_made_again_over_untouched_ones_only(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, governments=["7201"], agencies=["bpbd"])
    write(folder, governments=["7202"], agencies=["bpbd"])
    (book,) = folder.rglob("7202.bpbd.xlsx")
    book.write_bytes(book.read_bytes() + b"filled in")
    with pytest.raises(InputError, match=r"filled in or added since: .*7202\.bpbd\.xlsx"):
        write(folder, governments=["7201"], agencies=["bpbd"])
    assert book.exists()
    (book.parent / "answers of BPBD.xlsx").write_bytes(b"x")
    with pytest.raises(InputError, match=r"answers of BPBD\.xlsx"):
        write(folder, governments=["7201"])


def test_the_command_makes_forms_and_workbooks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ["--regency", "7201", "--agency", "bpbd", "--lang", "en", "--out", str(out)]
    with pytest.raises(SystemExit) as stopped:
        main(["survey", "template", *arguments])
    assert stopped.value.code == 0
    assert f"1 workbooks in {out}" in capsys.readouterr().out
    assert len(list(out.rglob("*.xlsx"))) == 3
    with pytest.raises(SystemExit) as stopped:
        main(["survey", "template", "--out", str(tmp_path / "forms")])
    assert stopped.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("Formulir: ")
    assert "Tanpa buku kerja: tambahkan --province 72" in told


def test_templates_are_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out", governments=["7201"], agencies=["bpbd"])
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.xlsx")}

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("erat.survey.forms.workbook.FormBook.bytes_for", fail)
    with pytest.raises(OSError, match="no space left"):
        write(tmp_path / "out", governments=["7202"], agencies=["bpbd"])
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.xlsx")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
