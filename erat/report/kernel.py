"""Kernels for notebooks over local sockets: no open TCP port, and warm where the system can fork.

A kernel manager gives each kernel a private folder with a short path, since the path of a Unix
socket ends at 107 bytes. With :func:`start_warm` called in a process, its kernels are forks of
one preloaded process (:mod:`erat.report.warm`); otherwise each is a fresh interpreter. Both
run the same way for those who use them.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

LONGEST_SOCKET_PATH = 100
POLL_SECONDS = 0.005
KERNEL_ARGUMENTS = [
    "--matplotlib=inline",
    "--HistoryManager.enabled=False",
    "--InteractiveShellApp.exec_lines=import random, numpy",
    "--InteractiveShellApp.exec_lines=random.seed(0); numpy.random.seed(0); del random, numpy",
]
"""The same for warm and fresh kernels, so that both give the same bytes."""
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
ONE_THREAD = dict.fromkeys(THREAD_VARIABLES, "1")


def kernel_environment() -> dict[str, str]:
    """Environment of a kernel: one thread, fixed hashing, nothing of the user's profile."""
    dropped = {"MPLBACKEND", "PYTHONWARNINGS", "PYTHONSTARTUP"}
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    quiet = {"PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return {**kept, **ONE_THREAD, **quiet}


def private_folder() -> Path:
    """Make a folder that only the user can enter, with a path short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="erat-"))
    if len(str(folder)) + len("/k-99999") > LONGEST_SOCKET_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="erat-", dir="/tmp"))
    return folder


class WarmProcess:
    """The preloaded process of this process, and the kernels forked from it.

    Requests and answers are lines of JSON over its standard input and output. It ends, with its
    kernels, when this process ends and its standard input closes.
    """

    def __init__(self, modules: tuple[str, ...]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  (this package, by this interpreter)
            [sys.executable, "-m", "erat.report.warm", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=kernel_environment(),
            text=True,
            start_new_session=True,
        )

    def ask(self, **request: object) -> Any:
        """Send one request and return its answer."""
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise RuntimeError("the warm process has no pipes")
        pipe_in.write(json.dumps(request) + "\n")
        pipe_in.flush()
        answer = pipe_out.readline()
        if not answer:
            raise RuntimeError("the warm process of the kernels has ended")
        return json.loads(answer)

    def close(self) -> None:
        """End the process and its kernels."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(timeout=10)


class _Warm:
    process: WarmProcess | None = None


def start_warm(modules: tuple[str, ...] = ()) -> None:
    """Make the kernels of this process forks of a preloaded one, where the system can fork.

    Parameters
    ----------
    modules
        Modules to preload beside the usual ones; a function ``warm_up`` in them is called.
    """
    if hasattr(os, "fork") and _Warm.process is None:
        _Warm.process = WarmProcess(modules)


def stop_warm() -> None:
    """End the preloaded process; later kernels are fresh interpreters."""
    if _Warm.process is not None:
        _Warm.process.close()
        _Warm.process = None


class ForkedProvisioner(KernelProvisionerBase):  # type: ignore[misc]
    """Starts, watches and ends one kernel that the warm process forks."""

    pid: int | None = None
    _status: int | None = None

    @property
    def has_process(self) -> bool:
        return self.pid is not None

    async def poll(self) -> int | None:
        if self.pid is None:
            return 0
        if self._status is None and _Warm.process is not None:
            self._status = _Warm.process.ask(do="poll", pid=self.pid)
        return self._status

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(POLL_SECONDS)
        self.pid = None
        return self._status

    async def send_signal(self, signum: int) -> None:
        if self.pid is not None and await self.poll() is None:
            os.killpg(self.pid, signum)

    async def kill(self, restart: bool = False) -> None:  # noqa: ARG002
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:  # noqa: ARG002
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:  # noqa: ARG002
        return None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self.parent.write_connection_file()
        self.connection_info = self.parent.get_connection_info()
        return {**kwargs, "cmd": kwargs.pop("extra_arguments", [])}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        if _Warm.process is None:
            raise RuntimeError("start_warm was not called")
        self._status = None
        self.pid = _Warm.process.ask(
            do="fork",
            arguments=["-f", self.parent.connection_file, *cmd],
            folder=str(kwargs.get("cwd") or Path.cwd()),
            environment={"IPYTHONDIR": str(Path(self.parent.connection_file).parent)},
        )
        return self.connection_info


class LocalKernelManager(AsyncKernelManager):  # type: ignore[misc]
    """A kernel in a private folder, spoken to over Unix sockets; to be given to nbclient."""

    provisioner: KernelProvisionerBase | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.folder = private_folder()
        self.transport = "ipc"
        self.ip = str(self.folder / "k")
        self.connection_file = str(self.folder / "c.json")
        self.shutdown_wait_time = 1.0

    @property
    def kernel_spec(self) -> KernelSpec:
        """This interpreter's kernel, whatever kernels are installed for the user."""
        argv = [sys.executable, "-m", "erat.report.kernelapp", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        if _Warm.process is not None and self.provisioner is None:
            self.provisioner = ForkedProvisioner(
                kernel_id="warm", kernel_spec=self.kernel_spec, parent=self
            )
        options.setdefault("env", {**kernel_environment(), "IPYTHONDIR": str(self.folder)})
        prepared: tuple[list[str], dict[str, Any]] = await super()._async_pre_start_kernel(
            **options
        )
        return prepared

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self.folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources
