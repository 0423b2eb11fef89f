"""What the commands on a user's own tables have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from erat.commands.console import err
from erat.errors import ParameterError, Problem
from erat.files import write_csv
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.index.plausibility import implausible

DataFile = Annotated[Path, typer.Argument(help="Table with a row a unit (CSV).")]
FrameworkFile = Annotated[Path, typer.Option(help="Table with a row a node (CSV).")]
MethodFile = Annotated[Path | None, typer.Option(help="The choices (YAML).")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
Year = Annotated[int | None, typer.Option(help="Year to look at; the latest if not given.")]


@dataclass(frozen=True)
class Case:
    """A framework and the data for it, with the files that they were read from."""

    panel: Panel
    framework: Framework
    files: Mapping[str, Path]

    @classmethod
    def read(cls, data: Path, framework: Path) -> Case:
        """Read both tables."""
        tree = Framework.read(framework)
        return cls(Panel.read(data, tree), tree, {"data": data, "framework": framework})

    def notes(self, exclude: Sequence[str] = ()) -> list[Problem]:
        """Say what is doubtful; see :func:`erat.index.plausibility.implausible`."""
        return implausible(self.panel, self.framework, exclude)

    def inputs(self, method: Path | None, chosen: Method) -> dict[str, Path]:
        """Name every file that a result depends on, those that the method names too."""
        given = {"method": method} if method else {}
        return {**self.files, **given, **chosen.files}

    def check_year(self, year: int | None) -> None:
        """Refuse a year for data that have none."""
        if year is not None and not self.panel.has_years:
            found, remedy = f"the year {year}", "leave --year out, or give the data a column 'year'"
            raise ParameterError([Problem("call", found, "no year: the data have none", remedy)])

    @property
    def latest(self) -> int:
        """The latest year of the data."""
        return int(self.panel.years.max())


def read_method(path: Path | None) -> Method:
    """Read a method, or take the defaults."""
    return Method.read(path) if path else Method()


def say_notes(notes: Sequence[Problem]) -> None:
    """Print what is doubtful, a line each, beside the results."""
    for note in notes:
        err.print(f"erat: note: {note}")


def as_texts(notes: Sequence[Problem]) -> list[str]:
    """Return notes as a manifest lists them."""
    return [str(note) for note in notes]


def write_all(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write tables without their index, each into a CSV file of its name."""
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv", index=False)


def choices(method: Method) -> dict[str, Any]:
    """Return every choice of a method, as a method file has them."""
    return method.model_dump(mode="json")
