"""Runs notebooks by papermill in parallel processes and writes their pages.

A page carries a digest of everything it was made from, and is made again only when that changed.
The same inputs give the same bytes, of the page and of the executed notebook.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from erat.errors import ReportError
from erat.files import library_digest
from erat.report.engine import ENGINE
from erat.report.html import Page, spoken_in, to_html
from erat.report.processes import Ended, Step, run_apart

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""Metadata of a notebook that is kept: nothing of the machine or the time."""


@dataclass(frozen=True)
class Job:
    """One report to render: a notebook, its parameters, and where page and executed notebook go.

    Parameters are as JSON writes them, their names already checked. ``data_key`` is the digest of
    the data that the notebook reads, ``folder`` where it runs. A cell may take ``cell_seconds``.
    """

    template: Path
    parameters: Mapping[str, Any]
    html: Path
    notebook: Path
    page: Page
    data_key: str = ""
    folder: Path = field(default_factory=Path.cwd)
    cell_seconds: int = 120

    @property
    def name(self) -> str:
        """Template and parameters in a few words, for messages."""
        given = [str(value) for value in self.parameters.values() if value not in (None, "")]
        return " ".join([self.template.stem, *given])

    @property
    def key(self) -> str:
        """Digest of everything that the page is made from."""
        given = [
            hashlib.sha256(self.template.read_bytes()).hexdigest(),
            dict(self.parameters),
            repr(replace(self.page, key="")),
            self.data_key,
            library_digest(),
        ]
        return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """How one job ended; ``cell`` counts those of the template from 1, ``line`` is its first."""

    job: Job
    status: Literal["done", "fresh", "failed"]
    seconds: float = 0.0
    cell: int | None = None
    line: str = ""
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the page is there."""
        return self.status != "failed"

    def __str__(self) -> str:
        if self.ok:
            return f"{self.job.name}: {self.status}"
        place = f"cell {self.cell} ({self.line})" if self.cell else "outside the cells"
        return f"{self.job.name}: {place}: {self.error}"


def render_all(
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    on_done: Callable[[Outcome], None] = lambda _: None,
    force: bool = False,
) -> list[Outcome]:
    """Render reports in parallel; one that fails does not stop the others, and leaves no file.

    Parameters
    ----------
    jobs
        What to render; no two may write one file. The outcomes come in their order.
    workers
        Processes; by default one a core.
    on_done
        Called in this process after each job, for a progress bar.
    force
        Make pages again that are still right.
    """
    keys = [job.key for job in jobs]
    fresh = (not force and is_fresh(job, key) for job, key in zip(jobs, keys, strict=True))
    outcomes = {n: Outcome(jobs[n], "fresh") for n, still in enumerate(fresh) if still}
    for outcome in outcomes.values():
        on_done(outcome)
    waiting = [n for n in range(len(jobs)) if n not in outcomes]

    def done(place: int, ended: Ended) -> None:
        number = waiting[place]
        outcomes[number] = _outcome(jobs[number], ended)
        on_done(outcomes[number])

    calls = [partial(render, jobs[n], keys[n]) for n in waiting]
    run_apart(calls, done, workers=workers or os.cpu_count() or 1)
    return [outcomes[n] for n in range(len(jobs))]


def is_fresh(job: Job, key: str) -> bool:
    """Say whether the page is there and was made from the same inputs."""
    if not (job.html.is_file() and job.notebook.is_file()):
        return False
    with job.html.open(encoding="utf-8") as file:
        return f'<meta name="erat-key" content="{key}">' in file.read(1000)


def render(job: Job, key: str, step: Step) -> None:
    """Run the notebook of a job in this process and write its page; ``key`` is the job's digest."""
    ran = execute(job.template, job.folder, job.cell_seconds, step, job.parameters)
    made = spoken_in(settle(ran, job.page.title, job.page.lang), job.page.lang)
    page = to_html(made, replace(job.page, key=key), by_section=True)
    write_whole(job.notebook, nbformat.writes(made))
    write_whole(job.html, page)


def execute(
    notebook: Path,
    folder: Path,
    cell_seconds: int,
    step: Step,
    parameters: Mapping[str, Any] | None = None,
) -> nbformat.NotebookNode:
    """Run a notebook in this process and return it with its outputs.

    ``step`` is told before each cell what it may take. A ``ReportError`` says what a cell raised.
    """
    try:
        ran = papermill.execute_notebook(
            str(notebook),
            None,
            parameters=dict(parameters or {}),
            engine_name=ENGINE,
            cwd=str(folder),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            on_cell_start=lambda cell, cell_index: step(cell_index, cell_seconds),  # noqa: ARG005
        )
    except PapermillExecutionError as error:
        raise ReportError(f"{error.ename}: {error.evalue}") from None
    step(len(ran.cells), cell_seconds)  # for what the caller does with it
    return ran


def settle(notebook: nbformat.NotebookNode, title: str, lang: str) -> nbformat.NotebookNode:
    """Take out of an executed notebook what differs between runs: times, ids, paths."""
    cells = []
    for number, cell in enumerate(notebook.cells, start=1):
        kept = {k: v for k, v in cell.metadata.items() if k not in {"papermill", "execution"}}
        cells.append({**cell, "id": f"cell-{number}", "metadata": kept})
    metadata = {**METADATA, "title": title, "lang": lang}
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(book)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, "utf-8", newline="\n")
    part.replace(path)


def _outcome(job: Job, how: Ended) -> Outcome:
    """Tell the end of a job; a failed one leaves no page."""
    if not how.error:
        return Outcome(job, "done", how.seconds)
    for path in (job.html, job.notebook):
        path.unlink(missing_ok=True)
        for part in path.parent.glob(f".{path.name}.*.part"):
            part.unlink()
    cell, line = _place(job, how.step)
    return Outcome(job, "failed", how.seconds, cell, line, how.error)


def _place(job: Job, index: int | None) -> tuple[int | None, str]:
    """Find the template's cell from the running notebook's, which has one more (parameters)."""
    cells = nbformat.read(job.template, as_version=4).cells
    tagged = [n for n, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])]
    if index is not None and job.parameters and index > (tagged[0] if tagged else -1):
        index = max(0, index - 1)
    if index is None or index >= len(cells):
        return None, ""
    lines = [line for line in cells[index].source.splitlines() if line.strip()]
    return index + 1, lines[0].strip() if lines else ""
