"""The shell command ``erat``."""

from __future__ import annotations

import io
import signal
import sys
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from erat.commands import err
from erat.errors import EratError, InputError

COMMANDS = {
    "index": "Construct any index from a table of indicators and a framework.",
    "coherence": "Measure how the indicators of an index go together, and what each does to it.",
    "compare": "Set two or more methods side by side: scores, ranks, who moves, and through what.",
    "subunits": "Roll up sub-units into the units they are part of, and trace every score to them.",
    "uncertainty": "Measure what uncertain choices and data do to every unit's score and rank.",
    "check": "Read every raw and local table, the instrument and every edition; say all that is wrong.",
    "describe": "Describe the raw tables again (fields, hashes) after a change that is meant.",
    "data": "Add figures as published to the raw tables, held against those that are there.",
    "edition": "Begin an edition: its file, from another one's, and what it lacks.",
    "build": "Compute the results of editions from the raw tables into data/processed.",
    "report": "Render reports into reports/site.",
    "local": "A province's own figures, in data/local: never published.",
    "survey": "The assessment: templates out to sub-units, their answers back.",
}
"""Name and help of each command, so that the list of them is shown without importing any."""
MODULES = {
    **dict.fromkeys(("index", "coherence", "compare", "subunits"), "tables"),
    **dict.fromkeys(("check", "describe", "edition", "build", "report"), "project"),
    "local": "survey",
}
"""Where a command stands that has no module of its own: with what imports the same."""
STYLE: dict[str, Any] = {"no_args_is_help": True, "add_completion": False,
                         "pretty_exceptions_enable": False, "rich_markup_mode": None}  # fmt: skip


class Commands(TyperGroup):
    """Commands that are imported when they are called: each takes what it needs and no more."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is called, and import it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, imported(str(name)), rest


def imported(name: str) -> Any:
    """Import a command, or a group of commands, by its name."""
    module = import_module(f"erat.commands.{MODULES.get(name, name)}")
    command, alone = getattr(module, name), typer.Typer(**STYLE)
    if isinstance(command, typer.Typer):
        alone.add_typer(command, name=name)
    else:
        alone.command(name)(command)
    return typer.main.get_group(alone).commands[name]


def _not_called() -> None:
    """Stand for a command that is not imported."""


app = typer.Typer(
    cls=Commands, name="erat", help="e-RAT, the Electronic Resilience Assessment Tool.", **STYLE
)
for command, text in COMMANDS.items():
    app.command(command, help=text)(_not_called)


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
        for line in refused.lines:
            err.print(f"erat: {line}")
        if len(refused.problems) > 1:
            err.print(f"erat: {len(refused.problems)} problems; nothing was written")
    except (EratError, OSError) as refused:
        err.print(f"erat: {refused}")
    except MemoryError as refused:
        err.print(f"erat: not enough memory ({refused}). What to do: ask for less at a time")
    sys.exit(status)
