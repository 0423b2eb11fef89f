"""Reading the instrument: whole files only, and every problem at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from erat.errors import DataError
from erat.survey.instrument import Instrument

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "raw" / "instrument"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the instrument with its dimension names, to be damaged."""
    shutil.copy(FOLDER.parent / "erat_dimensions.csv", tmp_path)
    return Path(shutil.copytree(FOLDER, tmp_path / "instrument"))


def change(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, times), encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as refused:
        Instrument.read(folder)
    return str(refused.value)


def test_questions_come_in_the_order_of_the_description() -> None:
    instrument = Instrument.read(FOLDER)
    order = list(instrument.description.dimensions)
    found = [one.code for one in instrument.dimensions]
    assert found == [code for code in order if code in found]
    assert [q.code for q in instrument.questions] == list(instrument.codes)
    assert instrument.question("RMP1a").code == "RMP1a"
    assert instrument.indicator_of["RMP1a"] == "RMP1"


def test_asked_follows_respondent_and_level() -> None:
    instrument = Instrument.read(FOLDER)
    for one in instrument.respondents:
        for level in ("province", "regency"):
            codes = {question.code for question in instrument.asked(one.code, level)}
            for question in instrument.questions:
                asked = one.code in question.respondents and level in question.governments
                assert (question.code in codes) == asked


def test_the_framework_is_the_tree_with_equal_weights() -> None:
    instrument = Instrument.read(FOLDER)
    tree = instrument.framework()
    assert tree.top == "CAP"
    assert tree.dimensions == [one.code for one in instrument.dimensions]
    assert tree.indicators == list(instrument.codes)
    assert set(tree.column("weight")) == {1.0}
    assert tree.name("RMP", "id") == "Praktik manajemen risiko"


def test_an_instrument_may_be_a_part(folder: Path) -> None:
    for path in folder.glob("*.yml"):
        if path.stem not in {"instrument", "RMP"}:
            path.unlink()
    assert [one.code for one in Instrument.read(folder).dimensions] == ["RMP"]


def test_the_digest_changes_with_any_text(folder: Path) -> None:
    before = Instrument.read(folder).digest
    assert before == Instrument.read(FOLDER).digest
    change(folder / "RMP.yml", "risiko", "resiko")
    assert Instrument.read(folder).digest != before


def test_everything_wrong_is_said_at_once(folder: Path) -> None:
    change(folder / "RMP.yml", "respondents: [bpbd, ", "respondents: [bpdb, ")
    change(folder / "SFC.yml", "code: SFC1a", "code: SFC2a")
    change(folder / "NPSD.yml", "code: NPSD1a", "code: NPSD1z")
    shutil.copy(folder / "SFC.yml", folder / "XYZ.yml")
    told = refusal(folder)
    assert "did you mean 'bpbd'?" in told
    assert "the code 'SFC2a', which SFC.yml has too" in told
    assert "a code that begins with SFC1, its parent" in told
    assert "NPSD.yml, indicators.0.questions.0.code" in told
    assert "found 'SFC'; expected 'XYZ'" in told
    assert "found 'XYZ'; expected a dimension of instrument.yml" in told


def test_a_missing_description_or_name_is_said(folder: Path) -> None:
    (folder / "instrument.yml").unlink()
    assert "instrument.yml: found no such file" in refusal(folder)
    (folder.parent / "erat_dimensions.csv").unlink()
    assert "erat_dimensions.csv: found no such file" in refusal(folder)


def test_nothing_but_a_description_is_refused(folder: Path) -> None:
    for path in folder.glob("[A-Z]*.yml"):
        path.unlink()
    assert "expected a file for every dimension" in refusal(folder)


def test_codes_are_whole(folder: Path) -> None:
    """A pattern holds from the first character to the last."""
    change(folder / "RMP.yml", "code: RMP1a", "code: xxRMP1a yy")
    assert "RMP.yml" in refusal(folder)
