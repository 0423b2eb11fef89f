"""What the commands on a user's own tables have in common: options, reading, writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import signature as signature_of
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import typer

from erat.commands import err, out
from erat.errors import ParameterError, Problem, visible
from erat.files import write_tables
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.index.plausibility import implausible
from erat.index.rows import TableForm

MethodFile = Annotated[Path | None, typer.Option(help="The choices (YAML).")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
Sheet = Annotated[str, typer.Option(help="Sheet of the data, if not the first: name or number.")]
Decimal = Annotated[
    Literal["", "point", "comma"],
    typer.Option(help="How numbers are written, where the files do not tell."),
]
Lang = Annotated[str, typer.Option(help="Language of what is said: id or en.")]
Year = Annotated[int | None, typer.Option(help="Year to look at; the latest if not given.")]


@dataclass(frozen=True)
class Tables:
    """The two tables of a call, and how they are laid out where the files do not tell."""

    data: Annotated[Path, typer.Argument(help="Table with a row a unit (CSV or xlsx).")]
    framework: Annotated[Path, typer.Option(help="Table with a row a node (CSV or xlsx).")]
    leave_out: Annotated[
        list[str] | None,
        typer.Option(help="A unit whose rows are not read, such as a total; may be repeated."),
    ] = None
    unit: Annotated[str, typer.Option(help="Column of the units, if not 'unit' or 'uCode'.")] = ""
    sheet: Sheet = ""
    framework_sheet: Annotated[
        str, typer.Option(help="Sheet of the framework, if not the first.")
    ] = ""
    skip: Annotated[int, typer.Option(min=0, help="Rows of the data above the header.")] = 0
    decimal: Decimal = ""


def with_tables(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the fields of :class:`Tables` as arguments and options in place of its first
    parameter: the two tables before its own, the others behind.
    """
    signature, fields = (signature_of(one, eval_str=True) for one in (command, Tables))
    _, *own = signature.parameters.values()
    data, framework, *layout = fields.parameters.values()

    @wraps(command)
    def on_tables(**options: Any) -> None:
        tables = Tables(**{name: options.pop(name) for name in fields.parameters})
        command(tables, **options)

    parameters = [data, framework, *own, *layout]
    vars(on_tables).update(__signature__=signature.replace(parameters=parameters))
    return on_tables


@dataclass(frozen=True)
class Case:
    """A framework, the data for it and a method, with the files that they were read from."""

    panel: Panel
    framework: Framework
    method: Method
    files: Mapping[str, Path]
    left_out: tuple[str, ...] = ()

    @classmethod
    def read(cls, tables: Tables, method: Path | None = None) -> Case:
        """Read both tables, and a method or the defaults."""
        form = TableForm(tables.framework_sheet, decimal=tables.decimal)
        tree = Framework.read(tables.framework, form)
        form = TableForm(tables.sheet, tables.skip, tables.decimal, tables.unit)
        left_out = tuple(tables.leave_out or ())
        panel = Panel.read(tables.data, tree, left_out, form)
        chosen = Method.read(method) if method else Method()
        files = {"data": tables.data, "framework": tables.framework}
        files |= {"method": method} if method else {}
        panel = panel.without_codes(chosen.missing)
        return cls(panel, tree, chosen, files | chosen.files, left_out)

    def notes(self, methods: Iterable[Method] = (), parents: np.ndarray | None = None) -> list[str]:
        """Say what is doubtful (:func:`erat.index.plausibility.implausible`), for one method or
        several; ``parents`` are the units that rows are part of.
        """
        used = {id(one.normalize): one.normalize for one in methods or [self.method]}
        exclude, normalizations = self.method.exclude, list(used.values())
        doubts = implausible(self.panel, self.framework, exclude, parents, normalizations)
        left_out = [f"left out, as --leave-out says: {visible(unit)}" for unit in self.left_out]
        return [*left_out, *map(str, doubts)]

    def when(self, year: int | None) -> dict[str, int]:
        """Return the year that is looked at, for a manifest; refuse one for data without years."""
        if self.panel.has_years:
            return {"year": int(self.panel.years.max()) if year is None else year}
        if year is None:
            return {}
        found, remedy = f"the year {year}", "leave --year out, or give the data a column 'year'"
        raise ParameterError([Problem("call", found, "no year: the data have none", remedy)])


def write_results(
    folder: Path,
    tables: Mapping[str, pd.DataFrame | Iterator[pd.DataFrame]],
    files: Mapping[str, Path],
    about: Mapping[str, Any],
    notes: Sequence[str],
    lines: Iterable[str],
    also: Callable[[Path], None] | None = None,
) -> None:
    """Write tables and what made them; then print notes and what was done.

    ``also`` writes further files into the folder.
    """
    write_tables(folder, tables, files, {**about, "notes": notes}, also)
    for note in notes:
        err.print(f"erat: note: {note}")
    for line in (*lines, f"Results in {folder}"):
        out.print(visible(line))
