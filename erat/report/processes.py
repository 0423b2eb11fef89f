"""Calls in processes of their own, forked from a preloaded one where the system can fork.

Importing pandas, scipy and matplotlib takes longer than a report. The fork server imports them
once; each call runs in a fresh fork of it (a fresh interpreter where there is no fork server), and
is ended with all that it started when it takes too long.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any

from erat.errors import EratError
from erat.files import temporary_folder
from erat.robustness.workers import end_with_parent

PRELOAD = (
    "erat.cli", "erat.report", "erat.report.run", "erat.report.html", "nbconvert.exporters",
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib_inline.backend_inline",
    "pandas", "scipy.stats", "seaborn", "openpyxl", "yaml", "babel.numbers", "erat.report.preload",
)  # fmt: skip
"""What every forked process has already imported; what is not there, its cell will miss."""

# Processes fill the cores.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
DROPPED = frozenset({"MPLBACKEND", "PYTHONWARNINGS", "PYTHONSTARTUP"})
"""Of the user's profile, not for a process of one thread and fixed hashing."""
LONGEST_FOLDER = 70
"""Characters of a temporary folder; a socket in it has 32 more, and an address ends at 104."""
START_SECONDS = 120
"""How long a process may take until its call says how long its first step may take."""
PAUSES = (0, 0.05, 0.2, 0.8, 3.2)
"""Seconds before each try to start a process: a killed fork server is seen as alive for a while."""
SPARE_SECONDS = 5
"""How much later than its limit a process ends itself, if the one that watches it has gone."""

Step = Callable[[int, int], None]
"""What a call says before each step: its number, and the seconds that it may take."""


@dataclass(frozen=True)
class Ended:
    """How one call ended: what it returned, or what happened (``error``) in which step."""

    value: Any = None
    error: str = ""
    step: int | None = None


def run_apart(
    calls: Sequence[Callable[[Step], Any]],
    done: Callable[[int, Ended], None],
    *,
    workers: int,
    modules: Sequence[str] = (),
) -> None:
    """Run each call in a process of its own; one that fails does not stop the others.

    A call gets a function to call before each of its steps. ``done`` is told in this process the
    number of each call and how it ended. ``modules`` are preloaded beside the usual ones.
    """
    context: Any = multiprocessing.get_context(best_method())
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload([*PRELOAD, *modules])
    running: dict[int, _Running] = {}
    with temporary_folder() as folder:
        try:
            for number, call in enumerate(calls):
                while len(running) == workers:
                    _take_ended(running, done)
                make = partial(_Running, context, call, tempfile.mkdtemp(dir=folder))
                _start(running, number, make)
            while running:
                _take_ended(running, done)
        finally:
            for one in running.values():
                one.end()


def _start(running: dict[int, _Running], number: int, make: Callable[[], _Running]) -> None:
    """Start a process; where the fork server was killed as it was asked, ask a new one.

    It is among the running before it starts: an interrupt meanwhile ends it too.
    """
    for pause in PAUSES:
        time.sleep(pause)
        running[number] = make()
        try:
            running[number].start()
            return
        except (EOFError, OSError):
            if pause == PAUSES[-1]:
                raise


def best_method() -> str:
    """Name the fork server where there is one and the path of its socket fits into an address."""
    known = multiprocessing.get_all_start_methods()
    fits = len(tempfile.gettempdir()) <= LONGEST_FOLDER
    return "forkserver" if "forkserver" in known and fits else "spawn"


def _take_ended(running: dict[int, _Running], done: Callable[[int, Ended], None]) -> None:
    """Wait until a process says something, ends or has had its time."""
    signs = [sign for one in running.values() for sign in (one.reader, one.process.sentinel)]
    wait(signs, max(0.0, min(one.limit for one in running.values()) - time.monotonic()))
    for number, one in list(running.items()):
        ended = one.ended()
        if ended is not None:
            one.end()
            del running[number]
            done(number, ended)


class _Running:
    """One process, and what it said last."""

    def __init__(self, context: Any, call: Callable[[Step], Any], folder: str) -> None:
        self.reader, self.writer = context.Pipe(duplex=False)
        self.step: int | None = None
        self.allowed = START_SECONDS
        self.limit = time.monotonic() + self.allowed
        kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
        self.environment = {**kept, **ONE_THREAD, "PYTHONHASHSEED": "0", "IPYTHONDIR": folder}
        arguments = (call, self.writer, self.environment)
        self.process = context.Process(target=_be_called, args=arguments)

    def start(self) -> None:
        """Start the process; a fork server takes its environment from here, an interpreter too."""
        before = dict(os.environ)
        try:
            os.environ.clear()
            os.environ.update(self.environment)
            self.process.start()
        finally:
            os.environ.clear()
            os.environ.update(before)
        self.writer.close()

    def ended(self) -> Ended | None:
        """Say how the call ended, or None while it runs."""
        gone = not self.process.is_alive()
        try:
            while self.reader.poll():
                match self.reader.recv():
                    case int(step), int(seconds):
                        self.step, self.allowed = step, seconds
                        self.limit = time.monotonic() + seconds
                    case Ended() as ended:
                        return replace(ended, step=self.step)
        except (EOFError, OSError):  # it closed its end; whoever counts it may be gone as well
            gone = True
            self.process.join(SPARE_SECONDS)
        if not gone and time.monotonic() < self.limit:
            return None
        error = f"took longer than {self.allowed} seconds"
        if gone:
            error = f"its process ended with status {self.process.exitcode}"
        return Ended(None, error, self.step)

    def end(self) -> None:
        """End the process and all that it started."""
        if self.process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                self.process.kill()
                if hasattr(os, "killpg"):
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()
        self.reader.close()


def _be_called(
    call: Callable[[Step], Any], writer: Connection, environment: Mapping[str, str]
) -> None:
    """Run a call in its process, which is the first of a group, and say how it ended."""
    gc.freeze()  # what was preloaded is no garbage, and need not be looked at again and again
    gc.set_threshold(10_000)  # a figure is many objects, few of them garbage
    if hasattr(os, "setsid"):
        os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.environ.clear()
    os.environ.update(environment)
    end_with_parent()

    def step(number: int, seconds: int) -> None:
        if hasattr(signal, "alarm"):
            signal.alarm(seconds + SPARE_SECONDS)
        writer.send((number, seconds))

    try:
        ended = Ended(call(step))
    except Exception as error:  # noqa: BLE001  (told to the caller, whatever it is)
        message = str(error) if isinstance(error, EratError) else f"{type(error).__name__}: {error}"
        ended = Ended(None, message)
    writer.send(ended)
    signal.pause() if hasattr(signal, "pause") else time.sleep(START_SECONDS)  # until it is ended
