"""Runs notebooks by papermill in parallel processes and writes their pages.

A page carries digests of everything it was made from and of itself, and is made again only when one
of them changed. The same inputs give the same bytes, of the page and of the executed notebook.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import nbformat
import numpy as np
import pandas as pd
import papermill
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from markupsafe import escape
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from erat.errors import ReportError
from erat.files import library_digest, write_whole
from erat.locale import language
from erat.report.html import Page, spoken_in, to_html
from erat.report.processes import Ended, Step, run_apart

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""Metadata of a notebook that is kept: nothing of the machine or the time."""

ENGINE = "erat"  # name of the engine, for papermill.execute_notebook(engine_name=...)

Message = dict[str, Any]
KEY = re.compile('<meta name="erat-key" content="([0-9a-f]{64} [0-9a-f]{64}) ([0-9a-f]{64})">')
"""What a page was made from, and a digest of the page and its notebook."""
CONTENT = '<main id="content">'  # where the content of a page begins


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
        values = [str(value) for value in self.parameters.values() if value not in (None, "")]
        return " ".join([self.template.stem, *values])

    @property
    def state(self) -> str:
        """Digest of what the numbers on the page come from."""
        template = hashlib.sha256(self.template.read_bytes()).hexdigest()
        return _digest(template, dict(self.parameters), self.data_key, library_digest())

    @property
    def key(self) -> str:
        """Digest of everything that the page is made from, its links included; begins as state."""
        return f"{self.state} {_digest(self.state, repr(replace(self.page, key='')))}"

    @property
    def is_fresh(self) -> bool:
        """Whether the page is there, whole, and made from what its inputs are now."""
        html, notebook = _read(self.html), _read(self.notebook)
        signed = KEY.search(html)
        if not notebook or not signed or signed[1] != self.key:
            return False
        return signed[2] == _digest(html.replace(signed[0], _mark(self.key), 1), notebook)

    @property
    def is_older(self) -> bool:
        """Whether the page is there and its numbers come from another state than now."""
        signed = KEY.search(_read(self.html))
        return self.html.is_file() and not (signed and signed[1].startswith(self.state))

    def mark_older(self) -> None:
        """Say at the top of the page, if it is there, that a newer one could not be made."""
        if html := _read(self.html):
            text = language(self.page.lang).tr(
                "This page is older than the data, the method or the e-RAT that are here now: its "
                "numbers may differ from those of other pages."
            )
            note = f'{CONTENT}\n<aside class="note older" role="note">{escape(text)}</aside>'
            if note not in html:
                write_whole(self.html, html.replace(CONTENT, note, 1))


@dataclass(frozen=True)
class Outcome:
    """How one job ended; ``cell`` counts those of the template from 1, ``line`` is its first."""

    job: Job
    status: Literal["done", "fresh", "failed"]
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
    """Render reports in parallel, no two of which may write one file, and return what came of each,
    in their order. One that fails does not stop the others, and leaves what was there before, marked
    as older. ``workers`` is one a core if None; ``on_done`` is called in this process after each
    job; ``force`` makes pages again that are still right.
    """
    fresh = [not force and job.is_fresh for job in jobs]
    outcomes = {n: Outcome(jobs[n], "fresh") for n, still in enumerate(fresh) if still}
    for outcome in outcomes.values():
        on_done(outcome)
    waiting = [n for n in range(len(jobs)) if n not in outcomes]

    def done(place: int, ended: Ended) -> None:
        number = waiting[place]
        job, outcome = jobs[number], Outcome(jobs[number], "done")
        if ended.error:
            with suppress(OSError):  # a full disk, perhaps, which the error already says
                job.mark_older()
            outcome = Outcome(job, "failed", *_place(job, ended.step), ended.error)
        outcomes[number] = outcome
        on_done(outcome)

    calls = [partial(render, jobs[n], jobs[n].key) for n in waiting]
    run_apart(calls, done, workers=workers or os.cpu_count() or 1)
    return [outcomes[n] for n in range(len(jobs))]


def render(job: Job, key: str, step: Step) -> None:
    """Run the notebook of a job in this process and write its page; ``key`` is the job's digest."""
    ran = execute(job.template, job.folder, job.cell_seconds, step, job.parameters)
    book = spoken_in(settle(ran, job.page.title, job.page.lang), job.page.lang)
    page, notebook = (
        to_html(book, replace(job.page, key=key), by_section=True),
        nbformat.writes(book),
    )
    signed = page.replace(_mark(key), _mark(f"{key} {_digest(page, notebook)}"), 1)
    write_whole(job.notebook, notebook)
    write_whole(job.html, signed)


def _read(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.is_file() else ""


def _mark(key: str) -> str:
    return f'<meta name="erat-key" content="{key}">'


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def execute(
    notebook: Path,
    folder: Path,
    cell_seconds: int,
    step: Step,
    parameters: Mapping[str, Any] | None = None,
) -> NotebookNode:
    """Run a notebook in this process and return it with its outputs.

    ``step`` is told before each cell what it may take. A ``ReportError`` says what a cell raised.
    """
    try:
        ran = papermill.execute_notebook(
            str(notebook), None, parameters=dict(parameters or {}), engine_name=ENGINE,
            cwd=str(folder), kernel_name="python3", language="python", progress_bar=False,
            request_save_on_cell_execute=False, autosave_cell_every=0,
            on_cell_start=lambda cell, cell_index: step(cell_index, cell_seconds),  # noqa: ARG005
        )  # fmt: skip
    except PapermillExecutionError as error:
        raise ReportError(f"{error.ename}: {error.evalue}") from None
    step(len(ran.cells), cell_seconds)  # for what the caller does with it
    return ran


def settle(notebook: NotebookNode, title: str, lang: str) -> NotebookNode:
    """Take out of an executed notebook what differs between runs: times, ids, paths."""
    cells = []
    for number, cell in enumerate(notebook.cells, start=1):
        kept = {k: v for k, v in cell.metadata.items() if k not in {"papermill", "execution"}}
        cells.append({**cell, "id": f"cell-{number}", "metadata": kept})
    metadata, form = (
        {**METADATA, "title": title, "lang": lang},
        {"nbformat": 4, "nbformat_minor": 5},
    )
    return nbformat.from_dict({"cells": cells, "metadata": metadata, **form})


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


class _Messages(Session):  # type: ignore[misc]
    """Gives the messages of a shell to a function instead of a socket."""

    def __init__(self, take: Callable[[Message], object]) -> None:
        super().__init__(key=b"")
        self._take = take

    def send(
        self,
        _stream: object,
        message: Any,
        content: Message | None = None,
        *_: object,
        **__: object,
    ) -> None:
        """Take a message, or one of a kind and content."""
        self._take(self.msg(message, content) if isinstance(message, str) else message)


class _Stream(io.TextIOBase):
    """A standard stream whose texts become messages."""

    encoding = "UTF-8"

    def __init__(self, name: str, messages: _Messages) -> None:
        self._name, self._messages = name, messages

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._messages.send(None, "stream", {"name": self._name, "text": text})
        return len(text)


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's own client, with a shell in this process in the place of a kernel."""

    def execute(self) -> NotebookNode:
        """Run every cell until one raises."""
        self.reset_execution_trackers()
        pd.set_option("display.max_columns", 20)  # as where pandas is imported in a kernel
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002  (the state that a notebook itself may draw from)
        self._messages = _Messages(lambda message: self.process_message(message, *self._running))
        self._shell = ZMQInteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
        for part in (self._shell.displayhook, self._shell.display_pub):
            part.session = self._messages
        self._shell.enable_gui = lambda *_: None  # there is no event loop to join
        self._shell.enable_matplotlib("inline")
        self.papermill_execute_cells()
        return self.nb

    def execute_cell(self, cell: NotebookNode, cell_index: int) -> NotebookNode:
        """Run one cell and fill in its outputs; one that raises is a ``CellExecutionError``.

        The tag ``raises-exception`` lets a cell raise.
        """
        self.on_cell_start(cell=cell, cell_index=cell_index)
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        self._running = (cell, cell_index)
        self.clear_before_next_output = False
        cell.execution_count = self._shell.execution_count
        out, err = _Stream("stdout", self._messages), _Stream("stderr", self._messages)
        with redirect_stdout(out), redirect_stderr(err):
            self._shell.run_cell(cell.source, store_history=True)
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors and "raises-exception" not in cell.metadata.get("tags", []):
            raise CellExecutionError.from_cell_and_msg(cell, errors[0])
        return cell

    def output(self, outs: list[NotebookNode], msg: Message, *more: Any) -> NotebookNode | None:
        """Add an output; texts of one stream that follow each other are one."""
        last = outs[-1] if outs and not self.clear_before_next_output else None
        if msg["msg_type"] == "stream" and last and last.get("name") == msg["content"]["name"]:
            last.text += msg["content"]["text"]
            return last
        added: NotebookNode | None = super().output(outs, msg, *more)
        return added


class InProcessEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in this process, once."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, on_cell_start: Any, **_: object
    ) -> NotebookNode:
        """Run the cells; ``on_cell_start`` is called with ``cell`` and ``cell_index`` before each."""
        return _Client(nb_man, kernel_name=kernel_name, on_cell_start=on_cell_start).execute()


papermill_engines.register(ENGINE, InProcessEngine)
