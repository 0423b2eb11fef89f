"""The methodology notebooks keep their outputs, and a broken one does not pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

import erat
from conftest import notebook_faults
from tests.robustness.cases import simulated
from tests.small import META

ROOT = Path(__file__).resolve().parent.parent
METHODOLOGY = sorted((ROOT / "notebooks" / "methodology").glob("*.ipynb"))
Break = Callable[[nbformat.NotebookNode], None]


def small_notebook() -> nbformat.NotebookNode:
    """A notebook of two cells with the outputs that they give."""
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                "print(round(2 / 3, 2))",
                execution_count=1,
                outputs=[nbformat.v4.new_output("stream", name="stdout", text="0.67\n")],
            ),
            nbformat.v4.new_code_cell("x = 1", execution_count=2),
        ]
    )


def nbval(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Check a notebook, or those of a folder, as `make test` does."""
    options = ["--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider"]
    folder = path if path.is_dir() else path.parent
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *more, "--rootdir", str(folder), str(path)],
        cwd=folder,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def change_number(book: nbformat.NotebookNode) -> None:
    book.cells[0].outputs[0].text = "0.66\n"


def raise_in_cell(book: nbformat.NotebookNode) -> None:
    book.cells[1].source = "raise ValueError('broken')"


def raise_after_magic(book: nbformat.NotebookNode) -> None:
    book.cells[1].source = "%notmagic\nraise ValueError('broken')"


def strip(book: nbformat.NotebookNode) -> None:
    for cell in book.cells:
        cell.execution_count, cell.outputs = None, []


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A copy of a methodology notebook in a project of its own."""
    shutil.copy(ROOT / "conftest.py", tmp_path)
    for name in ("config", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    path = ROOT / "notebooks" / "methodology" / "human_development_index.ipynb"
    return Path(shutil.copy(path, tmp_path))


def second(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The second code cell; the first one sets up."""
    return [cell for cell in book.cells if cell.cell_type == "code"][1]


def change_real_number(book: nbformat.NotebookNode) -> None:
    data = second(book).outputs[0].data
    assert "85.000" in data["text/plain"]
    data.update({kind: text.replace("85.000", "85.001") for kind, text in data.items()})


def raise_in_real_cell(book: nbformat.NotebookNode) -> None:
    second(book).source += "\nraise ValueError('broken')"


def strip_real(book: nbformat.NotebookNode) -> None:
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []


def whole(_: nbformat.NotebookNode) -> None:
    """Leave it as it is."""


@pytest.mark.stress
def test_a_whole_notebook_passes_and_a_broken_one_fails(tmp_path: Path) -> None:
    shutil.copy(ROOT / "conftest.py", tmp_path)
    for spoil in (whole, change_number, raise_in_cell, raise_after_magic, strip):
        book = small_notebook()
        spoil(book)
        nbformat.write(book, tmp_path / f"{spoil.__name__}.ipynb")
    done = nbval(tmp_path, "-rA", "--continue-on-collection-errors")
    outcomes = re.findall(r"^(PASSED|FAILED|ERROR) (\w+)\.ipynb(?:::(Cell \d))?", done.stdout, re.M)
    assert sorted(outcomes) == [
        ("ERROR", "raise_after_magic", ""),
        ("ERROR", "strip", ""),
        ("FAILED", "change_number", "Cell 0"),
        ("FAILED", "raise_in_cell", "Cell 1"),
        ("PASSED", "change_number", "Cell 1"),
        ("PASSED", "raise_in_cell", "Cell 0"),
        ("PASSED", "whole", "Cell 0"),
        ("PASSED", "whole", "Cell 1"),
    ], done.stdout


@pytest.mark.stress
@pytest.mark.parametrize(
    ("spoil", "status", "said"),
    [
        (change_real_number, 1, ["1 failed, 1 passed", "85.001"]),
        (raise_in_real_cell, 1, ["1 failed, 1 passed", "caused an exception"]),
        (strip_real, 2, ["was not run: keep the outputs"]),
    ],
)
def test_a_methodology_notebook_that_is_broken_fails(
    real: Path, spoil: Break, status: int, said: list[str]
) -> None:
    book = nbformat.read(real, as_version=4)
    spoil(book)
    nbformat.write(book, real)
    done = nbval(real, "-x")
    assert done.returncode == status, done.stdout
    assert [words for words in said if words not in done.stdout] == []


def test_there_are_methodology_notebooks() -> None:
    assert [path.stem for path in METHODOLOGY] == [
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


@pytest.mark.parametrize("path", METHODOLOGY, ids=lambda path: path.stem)
def test_methodology_notebook_can_be_trusted(path: Path) -> None:
    assert notebook_faults(path) == []
    book = nbformat.read(path, as_version=4)
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert any(output.output_type != "error" for output in outputs)
    assert not any(output.output_type == "error" for output in outputs)
    assert not any(output.get("name") == "stderr" for output in outputs)


def test_the_guide_to_a_study_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Python of the notebook `robustness`, on a small table and its study of five lines."""
    book = nbformat.read(ROOT / "notebooks" / "methodology" / "robustness.ipynb", as_version=4)
    texts = [cell.source for cell in book.cells]
    python = [text.split("```python\n")[1].split("```")[0] for text in texts if "```python" in text]
    lines = [
        text.split('STUDY = """\\\n')[1].split('"""')[0] for text in texts if "STUDY =" in text
    ]
    assert (len(python), len(lines), len(lines[0].splitlines())) == (1, 1, 5)
    study = lines[0].replace("hls, food_share", "x1, x4")
    panel = simulated()
    table = panel.values.join(panel.groups).droplevel("year")
    table.to_csv(tmp_path / "DATA.csv")
    for name, text in {"META.csv": META, "STUDY.yml": study, "METHOD.yml": "{}"}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    exec(python[0], known)  # noqa: S102
    assert len(known["own"].rank_intervals) == 12
    assert known["claims"](known["own"])


def test_the_api_page_lists_every_public_name_and_uses_it() -> None:
    book = nbformat.read(ROOT / "notebooks" / "methodology" / "api.ipynb", as_version=4)
    listed = next(
        cell.outputs[0].data["text/markdown"] for cell in book.cells if cell.get("outputs")
    )
    texts = "\n".join(cell.source for cell in book.cells[2:])
    names = set(erat.__all__)
    assert {name for name in names if f"| `{name}` |" in listed} == names
    assert {name for name in names if name in texts} == names


def test_the_tutorial_is_ten_cells() -> None:
    book = nbformat.read(ROOT / "notebooks" / "methodology" / "tutorial.ipynb", as_version=4)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert len(code) == 10
    assert max(len(source.splitlines()) for source in code) < 45
