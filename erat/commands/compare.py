"""``erat compare``: two or more methods side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from erat.commands.console import out
from erat.commands.shared import (
    Case,
    DataFile,
    FrameworkFile,
    OutFolder,
    Year,
    as_texts,
    choices,
    say_notes,
    write_all,
)
from erat.errors import ParameterError, Problem, listing
from erat.files import replaced_when_whole, write_manifest
from erat.index.assessment import assess
from erat.index.comparison import Comparison, leave_one_out
from erat.index.comparison import compare as side_by_side
from erat.index.framework_checks import RESERVED
from erat.index.method import Method


def compare(
    data: DataFile,
    framework: FrameworkFile,
    method: Annotated[
        list[Path],
        typer.Option(help="The choices (YAML); give two or more, the first to compare with."),
    ],
    out_dir: OutFolder,
    year: Year = None,
) -> None:
    """Set two or more methods side by side: scores, ranks, who moves, and through what.

    Writes scores, ranks, shifts, summary, movers, drivers and (for the first method)
    leave_one_out, each as CSV.
    """
    names = names_of(method)
    case = Case.read(data, framework)
    case.check_year(year)
    methods = {name: Method.read(path) for name, path in zip(names, method, strict=True)}
    found = side_by_side(
        {name: assess(case.panel, case.framework, one) for name, one in methods.items()}, year=year
    )
    first = methods[found.first]
    files = dict(case.files)
    for path, (name, one) in zip(method, methods.items(), strict=True):
        files |= {f"method {name}": path}
        files |= {f"method {name}, {place}": file for place, file in one.files.items()}
    when = {"year": found.year} if case.panel.has_years else {}
    notes = case.notes()
    with replaced_when_whole(out_dir) as folder:
        write_all(comparison_tables(found), folder)
        alone = leave_one_out(case.panel, case.framework, first, found.year)
        write_all({"leave_one_out": alone}, folder)
        made = {name: choices(one) for name, one in methods.items()}
        write_manifest(folder, files, choices=made, **when, notes=as_texts(notes))
    say_notes(notes)
    for name, row in found.summary().iterrows():
        moved = f"{row['mean_shift']:.2f} places on average, {row['max_shift']:.0f} at most"
        out.print(f"{name} beside {found.first}: ranks change by {moved}")
    out.print(f"Results in {out_dir}")


def comparison_tables(found: Comparison) -> dict[str, pd.DataFrame]:
    """Return every table of a comparison by its name."""
    others = list(found.shifts)
    movers = {name: found.movers(name, most=len(found.ranks)) for name in others}
    places = ["before", "after", "shift"]
    movers = {name: x.assign(**_whole(x[places])).reset_index() for name, x in movers.items()}
    drivers = {name: found.drivers(name).reset_index() for name in others}
    return {
        "scores": found.scores.reset_index(),
        "ranks": _whole(found.ranks).reset_index(),
        "shifts": _whole(found.shifts).reset_index(),
        "summary": found.summary().reset_index(),
        "movers": _stacked(movers),
        "drivers": _stacked(drivers),
    }


def _whole(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return ranks as whole numbers, unless ties got the average."""
    return ranks.astype("Int64") if ranks.mod(1).fillna(0).eq(0).all(axis=None) else ranks


def _stacked(parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat([part.assign(method=name) for name, part in parts.items()])
    return table[["method", *(column for column in table if column != "method")]]


def names_of(paths: Sequence[Path]) -> list[str]:
    """Name methods after their files; by as much of the path as it takes to tell them apart.

    Raises
    ------
    ParameterError
        If a file is given twice.

    Examples
    --------
    >>> names_of([Path("a/base.yml"), Path("a/ranks.yml")])
    ['base', 'ranks']
    >>> names_of([Path("a/base.yml"), Path("b/base.yml")])
    ['a/base.yml', 'b/base.yml']
    """
    whole = [path.as_posix() for path in paths]
    for names in ([path.stem for path in paths], whole):
        if len(set(names)) == len(names) and not set(names) & set(RESERVED):
            return names
    twice = sorted({name for name in whole if whole.count(name) > 1 or name in RESERVED})
    found, remedy = (
        f"{listing(twice)} as names",
        "give every method once, in a file of its own name",
    )
    raise ParameterError([Problem("erat compare", found, "a name for each method", remedy)])
