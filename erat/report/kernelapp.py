"""The kernel itself, for warm and fresh ones: ``python -m erat.report.kernelapp -f FILE``.

An ordinary IPython kernel but for one thing: it opens no TCP port at all. Even over local sockets
ipykernel listens on one, for what processes started by a cell print; a report starts none.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp


def _no_pipe(thread: IOPubThread) -> None:
    thread._pipe_flag = False


def run_kernel(arguments: Sequence[str] | None = None) -> None:
    """Run a kernel until it is told to end.

    Parameters
    ----------
    arguments
        Those of ipykernel, ``-f`` with the connection file among them; by default the command's.
    """
    IOPubThread._setup_pipe_in = _no_pipe
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(arguments)
    app.start()


if __name__ == "__main__":
    run_kernel()
