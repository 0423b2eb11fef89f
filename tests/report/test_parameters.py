"""A report asked for in a wrong way is refused, with what is valid."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest

from erat.errors import ParameterError
from erat.report.parameters import TEMPLATES, check_parameters, check_template

EDITIONS = {"2024": {"32": "Jawa Barat", "72": "Sulawesi Tengah"}}
REPORTS = Path(__file__).resolve().parents[2] / "notebooks" / "reports"
GOOD = {"province": "72", "edition": "2024", "lang": "id"}


def refusal(template: str, parameters: Mapping[str, object]) -> ParameterError:
    with pytest.raises(ParameterError) as caught:
        check_parameters(template, parameters, EDITIONS)
    return caught.value


def test_good_parameters_come_back_in_the_declared_order() -> None:
    shuffled = {"lang": "id", "province": "72", "edition": "2024"}
    empty = {"answers": "", "local": ""}
    found = check_parameters("province", shuffled, EDITIONS)
    assert list(found.items()) == list((GOOD | empty).items())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"province": "73"}, ["'73'", "32 Jawa Barat", "72 Sulawesi Tengah"]),
        ({"province": "sulawesi tengah"}, ["use its code, '72'"]),
        ({"edition": "2042"}, ["did you mean '2024'?"]),
        ({"lang": "fr"}, ["'fr'", "one of: id, en"]),
        ({"provinse": "72"}, ["'provinse'", "did you mean 'province'?"]),
        ({"province": 72}, ["found 72", "expected text", "'72'"]),
    ],
)
def test_wrong_value_is_refused_with_the_valid_ones(
    change: dict[str, object], words: list[str]
) -> None:
    error = refusal("province", {**GOOD, **change})
    assert all(word in str(error) for word in words), str(error)


def test_all_problems_are_told_at_once() -> None:
    error = refusal("province", {"province": "99", "edition": "2024", "langs": "id"})
    assert len(error.problems) == 3


def test_unknown_template_is_refused() -> None:
    assert "did you mean 'province'?" in str(refusal("provinces", GOOD))


def test_template_that_drifted_is_refused(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("edition = '2024'\nlanguage = 'id'")
    cell.metadata.tags = ["parameters"]
    path = tmp_path / "national.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), path)
    with pytest.raises(ParameterError, match="edition, language"):
        check_template(path)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_takes_what_is_declared(name: str) -> None:
    check_template(REPORTS / f"{name}.ipynb")


def test_every_template_is_declared() -> None:
    assert {path.stem for path in REPORTS.glob("*.ipynb")} == set(TEMPLATES)


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_templates_hold_no_outputs(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells)
