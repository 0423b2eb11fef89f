"""The preloaded process from which kernels are forked: ``python -m erat.report.warm``.

Importing pandas, seaborn and scipy takes longer than a report itself. This process imports them
once and forks a kernel for each notebook. It has one thread and no socket before a fork, so that
a child inherits nothing that is in use. It reads requests as lines of JSON and answers each with
one line; it ends with its kernels when its standard input closes.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import signal
import sys
from typing import Any, NoReturn, TextIO

THIRD_PARTY = (
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "pandas", "scipy.stats", "seaborn",
    "openpyxl", "yaml", "babel.numbers", "pandera.pandas",
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
    "matplotlib_inline.backend_inline", "matplotlib_inline.config",
    "IPython.core.magics", "IPython.core.pylabtools", "IPython.core.completerlib",
    "IPython.core.magics.execution", "IPython.core.debugger", "IPython.extensions.storemagic",
    "IPython.core.payloadpage", "tornado.platform.asyncio", "runpy",
    "PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
)  # fmt: skip
REPORTS = (
    "erat.report.kernelapp",
    "erat.report.page",
    "erat.report.province",
    "erat.report.national",
)


def preload(names: tuple[str, ...]) -> None:
    """Import what is there; what fails to import will say so in the cell that imports it."""
    for name in names:
        try:
            if importlib.util.find_spec(name) is None:
                continue
            module = importlib.import_module(name)
            if name.startswith("erat.") and hasattr(module, "warm_up"):
                module.warm_up()
        except Exception:  # noqa: BLE001, S112  (the cell reports it)
            continue


def become_kernel(request: dict[str, Any]) -> NoReturn:
    """Become a kernel, in the forked child; never return."""
    status = 1
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        os.closerange(3, 256)
        os.chdir(request["folder"])
        os.environ.update(request["environment"])
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        from erat.report.kernelapp import run_kernel

        run_kernel(request["arguments"])
        status = 0
    finally:
        os._exit(status)


class Forks:
    """The kernels that were forked, and how each ended."""

    def __init__(self) -> None:
        self.running: set[int] = set()

    def fork(self, request: dict[str, Any]) -> int:
        """Fork a kernel and return its process id."""
        pid = os.fork()
        if pid == 0:
            become_kernel(request)
        self.running.add(pid)
        return pid

    def poll(self, pid: int) -> int | None:
        """Return the exit status of a kernel that has ended, or None while it runs."""
        if pid not in self.running:
            return 0
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended == 0:
            return None
        self.running.discard(pid)
        return os.waitstatus_to_exitcode(status)

    def kill_all(self) -> None:
        """End the kernels that still run."""
        for pid in self.running:
            os.kill(pid, signal.SIGKILL)


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer requests until there are no more."""
    forks = Forks()
    try:
        for line in requests:
            request = json.loads(line)
            pid = request.get("pid")
            answer = forks.poll(pid) if request["do"] == "poll" else forks.fork(request)
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
    finally:
        forks.kill_all()


def main() -> None:
    """Preload, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an import prints must not look like an answer
    preload((*THIRD_PARTY, *REPORTS, *sys.argv[1:]))
    gc.collect()
    gc.freeze()
    with answers:
        serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
