"""Runs notebooks by papermill in parallel processes and writes their pages.

A page carries a digest of everything it was made from, and is made again only when that changed.
The same inputs give the same bytes, of the page and of the executed notebook.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from erat.files import library_digest
from erat.report.html import Page, spoken_in, to_html
from erat.report.kernel import (
    KERNEL_ARGUMENTS,
    ONE_THREAD,
    LocalKernelManager,
    start_warm,
)


@dataclass(frozen=True)
class Job:
    """One report to render.

    Parameters
    ----------
    template
        The notebook.
    parameters
        What it is run with, already checked.
    html, notebook
        Where the page and the executed notebook go.
    page
        What stands around the content.
    data_key
        Digest of the data that the notebook reads.
    folder
        Folder in which the notebook runs.
    cell_seconds
        A cell that takes longer fails.
    """

    template: Path
    parameters: Mapping[str, str]
    html: Path
    notebook: Path
    page: Page
    data_key: str = ""
    folder: Path = field(default_factory=Path.cwd)
    cell_seconds: int = 120

    @property
    def name(self) -> str:
        """Template and parameters in a few words, for messages."""
        return " ".join(filter(None, [self.template.stem, *self.parameters.values()]))

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
    """How one job ended.

    ``cell`` counts the cells of the template from 1; ``line`` is the first line of that cell.
    """

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
        place = f"cell {self.cell} ({self.line})" if self.cell else "before the first cell"
        return f"{self.job.name}: {place}: {self.error}"


def render_all(
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    on_done: Callable[[Outcome], None] = lambda _: None,
    force: bool = False,
    modules: tuple[str, ...] = (),
) -> list[Outcome]:
    """Render reports in parallel; one that fails does not stop the others.

    Parameters
    ----------
    jobs
        What to render; no two may write one file.
    workers
        Processes; by default one a core.
    on_done
        Called in this process after each job, for a progress bar.
    force
        Make pages again that are still right.
    modules
        Modules to preload in the kernels; a function ``warm_up`` in them is called once.

    Returns
    -------
    list of Outcome
        In the order of the jobs. The files of a failed job are not there.
    """
    outcomes: dict[int, Outcome] = {}

    def done(number: int, outcome: Outcome) -> None:
        outcomes[number] = outcome
        on_done(outcome)

    waiting: dict[int, tuple[Job, str]] = {}
    for number, job in enumerate(jobs):
        key = job.key
        if not force and is_fresh(job, key):
            done(number, Outcome(job, "fresh"))
        else:
            waiting[number] = (job, key)
    if waiting:
        count = min(workers or os.cpu_count() or 1, len(waiting))
        _run_pool(waiting, count, modules, done)
    return [outcomes[number] for number in range(len(jobs))]


def is_fresh(job: Job, key: str) -> bool:
    """Say whether the page is there and was made from the same inputs."""
    if not (job.html.is_file() and job.notebook.is_file()):
        return False
    with job.html.open(encoding="utf-8") as file:
        return f'<meta name="erat-key" content="{key}">' in file.read(1000)


def render(job: Job, key: str) -> Outcome:
    """Run one notebook and write its page; never raises for what a notebook does.

    Parameters
    ----------
    job
        What to render.
    key
        The job's digest.
    """
    started = time.perf_counter()
    running: dict[str, Any] = {}
    try:
        notebook = execute(job, running.update)
        made = spoken_in(settle(notebook, job.page.title, job.page.lang), job.page.lang)
        page = to_html(made, replace(job.page, key=key), by_section=True)
        write_whole(job.notebook, nbformat.writes(made))
        write_whole(job.html, page)
    except Exception as error:  # noqa: BLE001  (told to the caller, whatever it is)
        for path in (job.html, job.notebook):
            path.unlink(missing_ok=True)
        return _failure(job, error, running.get("cell_index"), time.perf_counter() - started)
    return Outcome(job, "done", time.perf_counter() - started)


def execute(
    job: Job, on_cell_start: Callable[..., None] = lambda **_: None
) -> nbformat.NotebookNode:
    """Run the notebook of a job and return it with its outputs.

    Raises
    ------
    PapermillExecutionError
        When a cell raises.
    CellTimeoutError
        When a cell takes too long.
    """
    return papermill.execute_notebook(
        str(job.template),
        None,
        parameters=dict(job.parameters),
        cwd=str(job.folder),
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        execution_timeout=job.cell_seconds,
        kernel_manager_class=LocalKernelManager,
        extra_arguments=list(KERNEL_ARGUMENTS),
        shutdown_kernel="immediate",
        on_cell_start=on_cell_start,
    )


def settle(notebook: nbformat.NotebookNode, title: str, lang: str) -> nbformat.NotebookNode:
    """Take out of an executed notebook what differs between runs: times, ids, paths."""
    cells = []
    for number, cell in enumerate(notebook.cells, start=1):
        kept = {k: v for k, v in cell.metadata.items() if k not in {"papermill", "execution"}}
        cells.append({**cell, "id": f"cell-{number}", "metadata": kept})
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "title": title,
        "lang": lang,
    }
    return nbformat.from_dict(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, "utf-8", newline="\n")
    part.replace(path)


def _run_pool(
    waiting: Mapping[int, tuple[Job, str]],
    count: int,
    modules: tuple[str, ...],
    done: Callable[[int, Outcome], None],
) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, start_warm, (modules,)) as pool:
        running: dict[Future[Outcome], int] = {
            pool.submit(render, job, key): number for number, (job, key) in waiting.items()
        }
        try:
            for future in as_completed(running):
                number = running[future]
                done(number, _result(future, waiting[number][0]))
        except BaseException:
            workers = list(pool._processes.values())
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.terminate()
            raise


def _result(future: Future[Outcome], job: Job) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool as error:
        return Outcome(job, "failed", error=f"a worker process ended: {error}")


def _failure(job: Job, error: Exception, index: int | None, seconds: float) -> Outcome:
    cell, line = _place(job, index)
    match error:
        case PapermillExecutionError():
            message = f"{error.ename}: {error.evalue}"
        case CellTimeoutError():
            message = f"took longer than {job.cell_seconds} seconds"
        case DeadKernelError():
            message = "the kernel died"
        case _:
            message = f"{type(error).__name__}: {error}"
    return Outcome(job, "failed", seconds, cell, line, message)


def _place(job: Job, index: int | None) -> tuple[int | None, str]:
    """Find the template's cell from the running notebook's, which has one more (parameters)."""
    if index is None:
        return None, ""
    cells = nbformat.read(job.template, as_version=4).cells
    tagged = [n for n, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])]
    injected = tagged[0] + 1 if tagged else 0
    place = index - 1 if job.parameters and index >= injected and index > 0 else index
    lines = [line for line in cells[place].source.splitlines() if line.strip()]
    return place + 1, lines[0].strip() if lines else ""


# Workers fill the cores: their own numerical libraries take one thread.
for _name, _value in ONE_THREAD.items():
    os.environ.setdefault(_name, _value)
