"""The shell command ``erat``."""

from __future__ import annotations

import io
import signal
import sys
from typing import NoReturn

import typer

from erat.commands.coherence import coherence
from erat.commands.compare import compare
from erat.commands.index import index
from erat.commands.local import local
from erat.commands.project import build, check, describe, report
from erat.commands.shared import err
from erat.commands.subunits import subunits
from erat.commands.survey import survey
from erat.commands.uncertainty import uncertainty
from erat.errors import EratError, InputError

app = typer.Typer(
    name="erat",
    help="e-RAT, the Electronic Resilience Assessment Tool.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    *(index, coherence, compare, subunits, uncertainty),
    *(check, describe, build, report),
):
    app.command()(command)
app.add_typer(local, name="local")
app.add_typer(survey, name="survey")


def _stop(number: int, _: object) -> NoReturn:
    """End as a shell expects of a process that was told to stop; worker processes end too."""
    sys.exit(128 + number)


def main(arguments: list[str] | None = None) -> None:
    """Run the command; whatever is wrong with an input ends in a message and status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name must not fail on an old terminal
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _stop)
    status = 2
    try:
        app(arguments)
    except InputError as refused:
        for problem in refused.problems:
            err.print(f"erat: {problem}")
        if len(refused.problems) > 1:
            err.print(f"erat: {len(refused.problems)} problems; nothing was written")
    except (EratError, OSError) as refused:
        err.print(f"erat: {refused}")
    except MemoryError as refused:
        err.print(f"erat: not enough memory ({refused}). What to do: ask for less at a time")
    sys.exit(status)
