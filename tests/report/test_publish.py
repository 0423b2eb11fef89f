"""A report asked for in a wrong way is refused in one clear line; what is older or has no source any
more in a site says so, or goes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from papermill.exceptions import PapermillExecutionError
from rich.console import Console

from erat.edition.project import Project
from erat.errors import ParameterError
from erat.files import write_tables
from erat.report.publish import check_pages, check_parameters, publish

REPORTS = Path(__file__).resolve().parents[2] / "notebooks" / "reports"
PROVINCES = {"32": "Jawa Barat", "72": "Sulawesi Tengah"}
SENSITIVITY = REPORTS / "sensitivity.ipynb"


def test_known_parameters_and_pages_pass() -> None:
    check_parameters(REPORTS / "province.ipynb", ["lang", "edition", "province"])
    check_pages(["32", "national"], "2024", PROVINCES, ["national"])


def test_every_unknown_parameter_is_refused_at_once() -> None:
    with pytest.raises(ParameterError, match="did you mean 'lang'") as caught:
        check_parameters(SENSITIVITY, ["langs", "edition", "year"])
    assert [problem.found for problem in caught.value.problems] == ["'langs'", "'year'"]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("73", ["'73'", "32 Jawa Barat", "72 Sulawesi Tengah", "national"]),
        ("sulawesi tengah", ["use its code, '72'"]),
        ("nasional", ["did you mean 'national'?"]),
    ],
)
def test_an_unknown_page_is_refused_with_the_valid_ones(page: str, words: list[str]) -> None:
    with pytest.raises(ParameterError) as caught:
        check_pages([page, "32"], "2024", PROVINCES, ["national"])
    assert len(caught.value.problems) == 1
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_template_names_its_parameters_and_holds_no_outputs(path: Path) -> None:
    assert {"edition", "lang"} <= set(papermill.inspect_notebook(str(path)))
    book = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells)


def test_a_wrong_value_is_one_clear_line_in_papermill(root: Path) -> None:
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(
            str(SENSITIVITY), None, parameters={"edition": 2042}, cwd=str(root), progress_bar=False
        )
    error = caught.value
    assert error.traceback == [f"{error.ename}: {error.evalue}"]
    assert error.evalue.startswith("edition: found '2042'; expected one of 2021")
    assert "\n" not in error.evalue


@pytest.mark.stress
def test_a_wrong_value_is_one_clear_line_in_nbclient(root: Path) -> None:
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("from erat import open_edition\nopen_edition(2042)")]
    )
    with pytest.raises(CellExecutionError) as caught:
        NotebookClient(book, resources={"metadata": {"path": str(root)}}).execute()
    assert book.cells[0].outputs[0].traceback == [f"ParameterError: {caught.value.evalue}"]


OLDER = {"en": "This page is older than the data", "id": "Halaman ini lebih lama daripada data"}
OURS = '<meta name="erat-key" content="">'


@pytest.fixture
def copy(published: Project, tmp_path: Path) -> Project:
    """A copy of the published project."""
    shutil.copytree(published.root, tmp_path / "copy", symlinks=True)
    return Project(tmp_path / "copy")


def test_pages_of_another_state_are_marked(copy: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(record=True, width=200)
    monkeypatch.setattr("erat.report.run.library_digest", lambda: "another e-RAT")
    assert publish(copy, ["sensitivity"], lang="en", workers=2, console=console) == []
    reports = [path for lang in OLDER for path in copy.site.rglob(f"{lang}/*.html")]
    older = {path for path in reports if OLDER[path.parent.name] in path.read_text("utf-8")}
    assert older == {*reports} - {copy.site / "en" / "sensitivity.html"}
    assert f"{len(older)} other pages are older" in console.export_text()


def test_what_has_no_source_any_more_is_removed(copy: Project) -> None:
    site, processed = copy.site, copy.root / "data" / "processed"
    gone = [
        site / "en" / "capacity-72.html",
        site / "notebooks" / "en" / "capacity-72.ipynb",
        site / "data" / "72-capacity-en.xlsx",
        site / "2019" / "index.html",
        processed / "2019" / "manifest.json",
    ]
    mine = [site / "en" / "mine.html", site / "data" / "mine.xlsx", processed / "mine" / "x.csv"]
    write_tables(processed / "2019", {}, {}, {"edition": "2019"})
    for path in [*gone[:-1], *mine]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine" if path in mine else OURS, "utf-8")
    others = {path for path in site.rglob("*") if path.is_file()} - set(gone)
    console = Console(record=True, width=300)
    assert publish(copy, ["72"], lang="id", workers=1, console=console) == []
    assert not [path for path in gone if path.exists()]
    assert not (site / "2019").exists()
    assert not [path for path in [*others, *mine] if not path.exists()]
    said = console.export_text()
    assert "removed, since what it was made from is gone:" in said
    assert "reports/site/data/72-capacity-en.xlsx" in said
    assert "older" not in said
