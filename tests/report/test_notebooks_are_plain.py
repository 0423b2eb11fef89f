"""What a researcher does to a copy of a report notebook takes a few lines, and it runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from erat.edition.opened import OpenEdition, open_edition
from erat.edition.project import Project

REPORTS = Path(__file__).resolve().parents[2] / "notebooks" / "reports"

FIGURE = """\
figure = here.scores["score"].drop(e.top).plot.barh(xlim=(0, 100)).figure
show(figure, alt="Scores of {name} by dimension, as plain bars.", name=here.name)"""

WEIGHT = """\
from erat import Framework, assess
nodes = e.framework.table.copy()
nodes.loc["economy", "weight"] = 3
heavier = assess(e.panel, Framework(nodes), e.method).scores.droplevel("year")
print(heavier.to_json())"""

INDICATOR = """\
from erat import Panel
nodes.loc["tpt_aug"] = nodes.loc["poverty_rate"]  # of the same dimension, and less is better too
nodes.loc["tpt_aug", ["goalpost_low", "goalpost_high"]] = [0, 15]
panel = Panel.from_table(e.values.reset_index(), Framework(nodes))
print(assess(panel, Framework(nodes), e.method).scores.droplevel("year").to_json())"""


def papermill(notebook: Path, out: Path, folder: Path, *parameters: str) -> list[str]:
    """Run a notebook as its reader does, and return what each code cell put out."""
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--cwd", str(folder)]
    subprocess.run([*command, str(notebook), str(out), *parameters], check=True, timeout=600)
    cells = nbformat.read(out, as_version=4).cells
    return ["\n".join(map(_text, cell.outputs)) for cell in cells if cell.cell_type == "code"]


def _text(output: nbformat.NotebookNode) -> str:
    return str(output.get("text") or output.data.get("text/html", ""))


@pytest.fixture(scope="module")
def ran(built: Project, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The province's notebook with a figure, a weight and an indicator more."""
    folder = tmp_path_factory.mktemp("own")
    book = nbformat.read(REPORTS / "province.ipynb", as_version=4)
    for cell in (FIGURE, WEIGHT, INDICATOR):
        assert len(cell.splitlines()) <= 5
        book.cells.append(nbformat.v4.new_code_cell(cell))
    nbformat.write(book, folder / "mine.ipynb")
    given = ["-p", "province", "32", "-p", "lang", "en"]
    return papermill(folder / "mine.ipynb", folder / "out.ipynb", built.root, *given)


@pytest.fixture(scope="module")
def e(built: Project) -> OpenEdition:
    return open_edition("2024", lang="en", project=built)


def scores(text: str) -> pd.DataFrame:
    frame = pd.DataFrame(json.loads(text))
    frame.index = frame.index.astype(str)
    return frame


def test_the_report_is_of_the_province_that_was_given_as_a_number(ran: list[str]) -> None:
    assert re.search("<h1[^>]*>Jawa Barat", ran[2])


def test_a_figure_more(ran: list[str]) -> None:
    assert 'alt="Scores of Jawa Barat by dimension, as plain bars."' in ran[-3]
    assert ran[-3].count("<img") == 1


def test_another_weight(ran: list[str], e: OpenEdition) -> None:
    parts = e.scores[e.dimensions]
    weights = pd.Series(1.0, parts.columns).where(parts.columns != "economy", 3.0)
    expected = (parts**weights).prod(axis=1) ** (1 / weights.sum())
    found = scores(ran[-2])[e.top]
    pd.testing.assert_series_equal(found, expected, check_names=False)
    assert (found != e.scores[e.top]).all()


def test_an_indicator_more(ran: list[str], e: OpenEdition) -> None:
    children = len(e.framework.children["livelihood"])
    added = 100 - e.values["tpt_aug"] / 15 * 100
    expected = (e.scores["livelihood"] * children + added) / (children + 1)
    pd.testing.assert_series_equal(scores(ran[-1])["livelihood"], expected, check_names=False)
