"""Methodology notebooks: kept with their outputs, and rendered."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from erat.edition.project import Project
from erat.errors import ReportError
from erat.report.methodology import keep_outputs, methodology_pages, title_of
from erat.report.run import METADATA
from tests.report.faults import page_faults


def write(path: Path, *sources: str) -> Path:
    heading = nbformat.v4.new_markdown_cell("# Small")
    cells = [nbformat.v4.new_code_cell(source, metadata={"x": 1}) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=[heading, *cells]), path)
    return path


def test_kept_outputs_say_nothing_of_machine_or_time(tmp_path: Path) -> None:
    path = write(tmp_path / "small.ipynb", "1 + 1")
    keep_outputs([path])
    first = path.read_bytes()
    book = nbformat.read(path, as_version=4)
    assert book.cells[1].outputs[0].data["text/plain"] == "2"
    assert book.cells[1].metadata == {}
    assert book.metadata == METADATA
    assert str(tmp_path).encode() not in first
    assert sys.version.split()[0].encode() not in first
    keep_outputs([path])
    assert path.read_bytes() == first


def test_a_cell_that_raises_keeps_the_file_as_it_was_and_the_others_run(tmp_path: Path) -> None:
    path, good = write(tmp_path / "small.ipynb", "1 / 0"), write(tmp_path / "good.ipynb", "2 + 1")
    before = path.read_bytes()
    with pytest.raises(ReportError, match=r"^small.ipynb, cell 2: ZeroDivisionError: division"):
        keep_outputs([path, good])
    assert path.read_bytes() == before
    assert nbformat.read(good, as_version=4).cells[1].outputs[0].data["text/plain"] == "3"


def test_a_notebook_without_a_heading_has_no_title() -> None:
    with pytest.raises(ValueError, match="begins with a heading"):
        title_of(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Text")]))


def test_every_page_shows_its_tables_and_pictures_and_nothing_stray(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "methodology").symlink_to(root / "notebooks" / "methodology")
    project = replace(Project(root), root=tmp_path)
    names = methodology_pages(project, (("Edition", "2024"),))
    assert names == [
        "aggregation",
        "api",
        "bottom_up",
        "coherence",
        "comparison",
        "data_audit",
        "framework",
        "human_development_index",
        "robustness",
        "tutorial",
        "weighting",
    ]
    for name in names:
        page = (project.site / "methodology" / f"{name}.html").read_text("utf-8")
        assert page_faults(page) == []
        assert page.count("<table>") >= 4
        assert page.count("<img") >= 1 or name == "api"
