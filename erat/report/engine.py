"""An engine for papermill that runs the cells in this process: no kernel, no socket, no port.

The shell of ipykernel runs the cells, and its messages are taken as nbclient takes them, so that
outputs are those of a kernel. One process runs one notebook, since it has one shell.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import numpy as np
import pandas as pd
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets.config import Config

ENGINE = "erat"
"""Name of the engine, for ``papermill.execute_notebook(engine_name=...)``."""

Message = dict[str, Any]


class _Messages(Session):  # type: ignore[misc]
    """Gives the messages of a shell to a function instead of a socket."""

    def __init__(self, take: Callable[[Message], object]) -> None:
        super().__init__(key=b"")
        self._take = take

    def send(
        self,
        stream: object,  # noqa: ARG002  (there is no socket)
        msg_or_type: Any,
        content: Message | None = None,
        *_: object,
        **__: object,
    ) -> None:
        """Take a message, or one of a kind and content."""
        kind = isinstance(msg_or_type, str)
        self._take(self.msg(msg_or_type, content) if kind else msg_or_type)


class _Stream(io.TextIOBase):
    """A standard stream whose texts become messages."""

    encoding = "UTF-8"

    def __init__(self, name: str, messages: _Messages) -> None:
        self._name = name
        self._messages = messages

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
