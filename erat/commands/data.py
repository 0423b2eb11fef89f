"""``erat data``: published figures into the raw tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from erat.commands import err, out
from erat.commands.shared import Decimal, Lang, Sheet
from erat.edition.compute import problems_of
from erat.edition.project import Project
from erat.errors import InputError, Problem
from erat.indonesia.additions import Addition, Request, read_addition, refused, write_addition
from erat.indonesia.check import RawTables, read_tables
from erat.locale import Language, language
from erat.locale.problems import said

data = typer.Typer(
    help="Add figures as published to the raw tables, held against those that are there.",
    rich_markup_mode=None,
)
MOST_ROWS = 40
"""Rows that are shown: all provinces, but not all regencies."""


@data.callback()
def _group() -> None:
    """Keep 'add' a command of its own while there is one."""


@data.command()
def add(
    file: Annotated[Path, typer.Argument(help="The table as published (CSV or xlsx).")],
    indicator: Annotated[str, typer.Option(help="Code in data/raw/indicators.csv.")],
    year: Annotated[int, typer.Option(help="The year whose column is added.")],
    source: Annotated[str, typer.Option(help="'PUBLISHER, PUBLICATION, TABLE'.")],
    period: Annotated[
        str, typer.Option(help="Feb, Mar, Aug or Sep, where there are several.")
    ] = "",
    base: Annotated[
        str, typer.Option(help="Base of the figures, where a series has several.")
    ] = "",
    vintage: Annotated[
        int,
        typer.Option(
            show_default=False, help="Year of a revision: it becomes a series of its own."
        ),
    ] = 0,
    column: Annotated[
        list[str] | None, typer.Option(help="Words of the column's heading; may be repeated.")
    ] = None,
    sheet: Sheet = "",
    decimal: Decimal = "",
    looked_at: Annotated[
        bool, typer.Option("--looked-at", help="A person has looked at the values in doubt.")
    ] = False,
    count_copies: Annotated[
        bool, typer.Option("--count-copies", help="Count a further copy of figures that agree.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write/--dry-run", help="Write; without it all is only shown.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    lang: Lang = "en",
) -> None:
    """Read a table as published, show its figures beside those that are there; --write adds them.

    Nothing is written unless asked for: what a table really says is seen only when it was read.
    """
    chosen, project = language(lang), Project.here()
    request = Request(file, indicator, year, source, period, base, vintage, sheet,
                      tuple(column or ()), decimal)  # fmt: skip
    try:
        raw = read_tables(project.raw)
        addition = read_addition(raw, request)
        _show(addition, chosen, everything)
        to_write = len(addition.rows("new")) or (count_copies and len(addition.rows("equal")))
        problems = refused(addition, looked_at=looked_at or not write, count_copies=count_copies)
        if problems:
            raise InputError(problems)
        if write and to_write:
            known = _of_editions(project, raw)
            write_addition(
                project.raw,
                addition,
                count_copies=count_copies,
                also=lambda new: [one for one in _of_editions(project, new) if one not in known],
            )
    except InputError as wrong:
        for problem in wrong.problems:
            err.print(f"erat: {said(problem, chosen)}")
        err.print(chosen.tr("erat: nothing was written"))
        raise typer.Exit(2) from None
    out.print(_end(addition, chosen, bool(to_write), write))


def _of_editions(project: Project, raw: RawTables) -> list[Problem]:
    return [one for code in project.editions for one in problems_of(project, code, raw)]


def _show(addition: Addition, lang: Language, everything: bool) -> None:
    """Print what was read, what was left out, and the figures side by side."""
    tr, table, values = lang.tr, addition.table, addition.values
    of = {
        "34": tr("provinces on the borders of {borders}", borders=34),
        "38": tr("provinces on the borders of {borders}", borders=38),
        "": tr("regencies and cities"),
    }  # fmt: skip
    line = tr("{file}: {n} {units}, column {heading}", file=table.where, n=len(values),
              units=of[table.borders], heading=repr(addition.column.heading))  # fmt: skip
    out.print(line)
    kinds = {
        "total": tr("totals"), "province": tr("provinces above their regencies"),
        "note": tr("notes below the table"), "empty": tr("rows without values"),
    }  # fmt: skip
    for kind, labels in table.left_out.items():
        what = tr("Left out, {kind} (row): {rows}", kind=kinds[kind], rows=lang.listing(labels, 5))
        out.print(what)
    for year, (same, all_) in sorted(addition.agreeing.items()):
        agree = tr("{year} in the same file: {n} of {all} figures as in data/raw", year=year, n=same,
                   all=all_)  # fmt: skip
        out.print(agree)
    for note in table.notes:
        err.print(tr("erat: note: {note}", note=said(note, lang)))
    out.print("")
    _side_by_side(addition, lang, everything)
    out.print("")
    counts = values["state"].value_counts()
    summary = tr(
        "{new} new, {equal} equal to those that are there, {other} that differ, {none} without a value",
        **{state: int(counts.get(state, 0)) for state in ("new", "equal", "other", "none")},
    )
    out.print(summary)
    if addition.new_break:
        out.print(tr("breaks.csv: {series} is on 38 borders from {year} on", series=addition.series,
                     year=addition.year))  # fmt: skip
    if without := int((addition.rows("new")["near"] == 0).sum()):
        out.print(tr("{n} new without another year to compare with", n=without))


def _side_by_side(addition: Addition, lang: Language, everything: bool) -> None:
    tr, values = lang.tr, addition.values
    states = {
        "new": tr("new"),
        "equal": tr("equal"),
        "other": tr("differs"),
        "none": tr("no value"),
    }
    first = (values["abrupt"] & (values["state"] != "equal")) | (values["state"] == "other")
    ordered = pd.concat([values[first], values[~first]])
    grid = Table(box=None, pad_edge=False)
    for head in (tr("row"), tr("unit"), tr("name")):
        grid.add_column(head, no_wrap=True)
    for head in (tr("nearest year"), tr("its value"), tr("in data/raw"), tr("in the file")):
        grid.add_column(head, justify="right", no_wrap=True)
    grid.add_column(tr("what"), no_wrap=True)
    shown = ordered if everything else ordered.head(MOST_ROWS)
    for unit, row in shown.iterrows():
        what = states[row["state"]]
        if row["abrupt"] and row["state"] != "equal":
            what += "; " + _doubt(row, lang)
        near = str(row["near"]) if row["near"] > 0 else ""
        grid.add_row(str(row["row"]), str(unit), row["name"], near, _number(row["before"]),
                     _number(row["published"]), row["text"], what)  # fmt: skip
    Console(file=out.file, width=200, highlight=False, markup=False).print(grid)
    if len(ordered) > len(shown):
        out.print(tr("and {n} more: --all", n=len(ordered) - len(shown)))


def _doubt(row: pd.Series, lang: Language) -> str:
    if row["meant"] == row["meant"]:
        return lang.tr("a lost point? {value}", value=_number(row["meant"]))
    low, high = (
        np.format_float_positional(row[end], precision=4, fractional=False, trim="-")
        for end in ("low", "high")
    )
    return lang.tr("an abrupt change: outside {low} to {high}", low=low, high=high)


def _number(value: float) -> str:
    return "" if value != value else f"{value:.10g}"


def _end(addition: Addition, lang: Language, to_write: bool, written: bool) -> str:
    tr, doubts = lang.tr, len(addition.doubts)
    if not to_write:
        return tr("Nothing to add: every figure is there already")
    if written:
        return tr("Added to data/raw as {series} of {year}, source {source}; next: erat check",
                  series=addition.series, year=addition.year,
                  source=addition.source["source"])  # fmt: skip
    if doubts:
        return tr(
            "Nothing was written. Values in doubt: {n}. Look, then add --write --looked-at",
            n=doubts,
        )
    return tr("Nothing was written. To add them: --write")
