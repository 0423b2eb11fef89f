"""Processes of their own: each ends at its limit, alone, and with the one who asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from erat.report import processes
from erat.report.processes import Ended, Step, best_method, run_apart

SEEN: list[str] = []


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Preload nothing: these calls need nothing."""
    monkeypatch.setattr("erat.report.processes.PRELOAD", ())


def works(name: str, step: Step) -> tuple[str, list[str], str]:
    """Return what it was given, what earlier calls left in this process, and its threads."""
    step(0, 60)
    SEEN.append(name)
    return name, SEEN, os.environ["OMP_NUM_THREADS"]


def fails(step: Step) -> None:
    step(3, 60)
    raise KeyError("nothing")


def sleeps(step: Step) -> None:
    step(1, 1)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def loops(step: Step) -> None:
    step(2, 1)
    pow(7, 10**9, 10 ** (10**6) + 1)  # in C, with the interpreter's lock: no signal is looked at


def ends(step: Step) -> None:
    step(4, 60)
    os._exit(7)


def starts(file: Path, step: Step, *, seconds: int = 4) -> None:
    """Start a process, and write its number and this one's to a file."""
    step(0, seconds)
    child = subprocess.Popen(["sleep", "600"])
    file.with_suffix(".part").write_text(f"{os.getpid()} {child.pid}")
    file.with_suffix(".part").rename(file)
    if file.stem != "done":
        time.sleep(600)


def ended(*calls: Callable[[Step], object]) -> list[Ended]:
    """Run calls and return how each ended."""
    found: dict[int, Ended] = {}
    run_apart(calls, found.__setitem__, workers=2, modules=[__name__])
    return [found[number] for number in range(len(calls))]


def test_every_call_ends_for_itself() -> None:
    named = [partial(works, name) for name in "abc"]
    made = ended(named[0], fails, named[1], sleeps, ends, loops, named[2])
    assert [one.value for one in made if one.value] == [(name, [name], "1") for name in "abc"]
    assert [(one.error, one.step) for one in made if one.error] == [
        ("KeyError: 'nothing'", 3),
        ("took longer than 1 seconds", 1),
        ("its process ended with status 7", 4),
        ("took longer than 1 seconds", 2),
    ]


def kills(step: Step) -> None:
    """Kill the process that forks, as one who looks for memory would."""
    step(5, 60)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)


def test_calls_that_wait_are_made_although_others_and_the_server_were_killed() -> None:
    one, *others = ended(kills, *(partial(works, name) for name in "abcd"))
    assert one.error
    assert [other.value and other.value[0] for other in others[1:]] == ["b", "c", "d"]


def test_an_interrupt_while_a_process_starts_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begin, begun = processes._Running.start, list[processes._Running]()

    def interrupted(one: processes._Running) -> None:
        begin(one)
        begun.append(one)
        raise KeyboardInterrupt

    monkeypatch.setattr(processes._Running, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ended(sleeps)
    assert begun[0].process.exitcode == -signal.SIGKILL


def test_what_a_call_started_ends_with_it_and_no_folder_is_left(tmp_path: Path) -> None:
    before = dict(os.environ)
    ended(partial(starts, tmp_path / "done"), partial(starts, tmp_path / "not"))
    for name in ("done", "not"):
        assert not any(alive(int(pid)) for pid in (tmp_path / name).read_text().split())
    assert not list(Path(tempfile.gettempdir()).glob(f"erat-{os.getpid()}-*"))
    assert dict(os.environ) == before


def test_there_is_a_fresh_interpreter_where_a_socket_has_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert best_method() == "forkserver"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("d" * 90)))
    assert best_method() == "spawn"


@pytest.mark.parametrize(
    "how", [pytest.param(signal.SIGINT, marks=pytest.mark.stress), signal.SIGKILL]
)
def test_everything_ends_with_the_one_who_asked(tmp_path: Path, how: signal.Signals) -> None:
    lines = [
        "from functools import partial; from pathlib import Path; import signal, sys",
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # where tests run behind a shell",
        "from erat.report import processes",
        "processes.PRELOAD = ()",
        "from tests.report.test_processes import starts",
        "calls = [partial(starts, Path(sys.argv[1], name), seconds=600) for name in 'ab']",
        "processes.run_apart(calls, print, workers=2, modules=['tests.report.test_processes'])",
    ]
    asked = subprocess.Popen(
        [sys.executable, "-c", "\n".join(lines), str(tmp_path)],
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    files = [tmp_path / name for name in "ab"]
    try:
        wait_until(lambda: all(file.is_file() for file in files))
        begun = [int(file.read_text().split()[0]) for file in files]
    finally:
        asked.send_signal(how)
        asked.communicate(timeout=60)
    started = [int(file.read_text().split()[1]) for file in files]
    wait_until(lambda: not any(map(alive, [*begun, *started])))


def alive(pid: int) -> bool:
    """Say whether a process runs; one that has ended may wait to be counted."""
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(fact: Callable[[], bool], seconds: float = 150) -> None:
    """Wait for something that comes true soon."""
    limit = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < limit
        time.sleep(0.05)
