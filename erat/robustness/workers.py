"""Doing the blocks of a task: here, in local processes, or on a cluster; the bytes are the same."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any

from erat.errors import ParameterError, Problem
from erat.files import library_digest
from erat.robustness.engine import Engine, Evaluated, Task

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

PATIENCE = 4.0
"""Seconds of work left from which on processes are worth their start."""

CONNECT_SECONDS = 10
"""How long a scheduler may take to answer."""

POOLS = 3
"""How often processes are started anew when one was killed."""

_ENGINES: dict[str, Engine] = {}


def evaluate(
    task: Task, jobs: int | None = None, scheduler: str | None = None
) -> Iterator[tuple[int, Evaluated]]:
    """Evaluate every block, and give each with its number in order: in ``jobs`` processes (one a
    core if not given; none for little work), or by the workers of the dask scheduler at an address.
    A wrong number of jobs, or no scheduler there, is refused.
    """
    if jobs is not None and jobs < 1:
        raise ParameterError([Problem("call, --jobs", str(jobs), "1 or more", "correct it")])
    if scheduler is not None:
        yield from _on_cluster(task, scheduler)
        return
    engine, begun = Engine(task), time.monotonic()
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    workers = min(jobs or cores, task.blocks)
    for number in range(task.blocks):
        yield number, engine.block(number)
        left = (time.monotonic() - begun) / (number + 1) * (task.blocks - number - 1)
        if workers > 1 and left > PATIENCE * workers / (workers - 1):
            yield from _in_processes(task, range(number + 1, task.blocks), workers)
            return


def _in_processes(
    task: Task, numbers: Sequence[int], workers: int
) -> Iterator[tuple[int, Evaluated]]:
    """Do blocks in processes of one thread each."""
    before = {name: os.environ[name] for name in THREADS if name in os.environ}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    left = deque(numbers)
    try:
        for _ in range(POOLS):
            with (
                suppress(BrokenProcessPool),  # a process was killed: its block is done again
                ProcessPoolExecutor(
                    workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(task,)
                ) as pool,
            ):
                for done in _in_order(pool.submit, (_block,), list(left), 2 * workers):
                    yield done
                    left.popleft()
            if not left:
                return
        found, remedy = "workers that were killed, again and again", "ask for fewer jobs"
        raise ParameterError([Problem("call, --jobs", found, "memory for each of them", remedy)])
    finally:
        for name in THREADS:
            os.environ.pop(name, None)
        os.environ.update(before)


def _in_order(
    submit: Callable[..., Any], call: tuple[Any, ...], numbers: Sequence[int], ahead: int
) -> Iterator[tuple[int, Evaluated]]:
    """Give blocks in their order; so many are begun ahead of what is taken, and no more are kept.
    ``call`` is a function and what it takes before the number.
    """
    waiting = deque(submit(*call, number) for number in numbers[:ahead])
    for i, number in enumerate(numbers):
        block = waiting.popleft().result()
        if i + ahead < len(numbers):
            waiting.append(submit(*call, numbers[i + ahead]))
        yield number, block


def end_with_parent() -> None:
    """Let this process end when the one that started it has gone, with its group if it leads one."""

    def wait_for_it() -> None:
        parent = parent_process()
        if parent is not None:
            wait([parent.sentinel])
            if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
                os.killpg(0, signal.SIGKILL)
            os._exit(1)

    threading.Thread(target=wait_for_it, daemon=True).start()


def _begin(task: Task) -> None:
    end_with_parent()
    _ENGINES["process"] = Engine(task)


def _block(number: int) -> Evaluated:
    return _ENGINES["process"].block(number)


def _on_cluster(task: Task, scheduler: str) -> Iterator[tuple[int, Evaluated]]:
    """Do blocks on a dask cluster."""
    client = _client(scheduler)
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            remedy = "start some: dask worker ADDRESS"
            raise _no_scheduler(f"{scheduler} without workers", "workers", remedy)
        [sent] = client.scatter([task], broadcast=True)
        call = (_block_of, sent, library_digest())
        submit = partial(client.submit, pure=False)
        yield from _in_order(submit, call, range(task.blocks), 2 * threads)
    finally:
        client.close()


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client  # an optional extra
    except ImportError:
        remedy = "install e-RAT with the extra 'cluster'"
        raise _no_scheduler("no package 'distributed'", "dask's scheduler", remedy) from None
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as cause:
        silent = f"{scheduler} ({type(cause).__name__})"
        remedy = "start it with 'dask scheduler', and give its address: tcp://HOST:8786"
        raise _no_scheduler(silent, "a scheduler", remedy) from None


def _no_scheduler(found: str, expected: str, remedy: str) -> ParameterError:
    return ParameterError([Problem("call, --scheduler", found, expected, remedy)])


def _block_of(task: Task, library: str, number: int) -> Evaluated:
    """Do one block on a worker, which keeps the engine of its last task. A worker whose e-RAT,
    Python or numpy is not the caller's is refused: bytes would differ.
    """
    if library != library_digest():
        other, expected = "a worker with another e-RAT, Python or numpy", "the same on every worker"
        raise _no_scheduler(other, expected, "install the same")
    key = f"{id(task)}"
    if key not in _ENGINES:
        _ENGINES.clear()
        _ENGINES[key] = Engine(task)
    return _ENGINES[key].block(number)
