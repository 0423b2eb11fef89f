"""``erat data``: published figures into the raw tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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
from erat.indonesia.additions import Addition, read_additions, refused, write_additions
from erat.indonesia.check import RawTables, read_tables
from erat.indonesia.published_table import Request, years_of
from erat.locale import Language, language, phrase, said

data = typer.Typer(
    help="Add figures as published to the raw tables, held against those that are there.",
    rich_markup_mode=None,
)
MOST_ROWS = 40  # rows that are shown: all provinces, but not all regencies

Vintage = Annotated[
    int,
    typer.Option(show_default=False, help="Year of a revision: it becomes a series of its own."),
]
Column = Annotated[
    list[str] | None, typer.Option(help="Words of the column's heading; may be repeated.")
]
Dash = Annotated[
    Literal["", "zero", "missing"], typer.Option(help="What '-' is: BPS prints it for nil.")
]
LookedAt = Annotated[
    bool, typer.Option("--looked-at", help="A person has looked at the values in doubt.")
]
CountCopies = Annotated[
    bool, typer.Option("--count-copies", help="Count a further copy of figures that agree.")
]
Write = Annotated[
    bool, typer.Option("--write/--dry-run", help="Write; without it all is only shown.")
]


@data.callback()
def _group() -> None:
    """Keep 'add' a command of its own while there is one."""


@data.command()
def add(
    file: Annotated[Path, typer.Argument(help="The table as published (CSV or xlsx).")],
    indicator: Annotated[str, typer.Option(help="Code in data/raw/indicators.csv.")],
    year: Annotated[list[str], typer.Option(help="Year, or 2020-2024; may be repeated.")],
    source: Annotated[str, typer.Option(help="'PUBLISHER, PUBLICATION, TABLE'.")],
    period: Annotated[str, typer.Option(help="Feb, Mar, Aug or Sep, if several.")] = "",
    base: Annotated[str, typer.Option(help="Base, where a series has several.")] = "",
    vintage: Vintage = 0,
    column: Column = None,
    sheet: Sheet = "",
    decimal: Decimal = "",
    dash: Dash = "",
    looked_at: LookedAt = False,
    count_copies: CountCopies = False,
    write: Write = False,
    everything: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    lang: Lang = "en",
) -> None:
    """Read a table as published, show its figures beside those that are there; --write adds them.

    Nothing is written unless asked for: what a table really says is seen only when it was read.
    """
    chosen, project = language(lang), Project.here()
    try:
        request = Request(file, indicator, years_of(year), source, period, base, vintage, sheet,
                          tuple(column or ()), decimal, dash)  # fmt: skip
        raw = read_tables(project.raw)
        additions = read_additions(raw, request)
        _show(additions, chosen, everything)
        states = ["new", "equal"] if count_copies else ["new"]
        to_write = any(len(one.rows(state)) for one in additions for state in states)
        problems = refused(additions, looked_at=looked_at or not write, count_copies=count_copies)
        if problems:
            raise InputError(problems)
        if write and to_write:
            known = _of_editions(project, raw)
            write_additions(
                project.raw,
                additions,
                count_copies=count_copies,
                also=lambda new: [one for one in _of_editions(project, new) if one not in known],
            )
    except InputError as wrong:
        for problem in wrong.problems:
            err.print(f"erat: {said(problem, chosen)}")
        err.print(chosen.tr("erat: nothing was written"))
        raise typer.Exit(2) from None
    out.print(_end(additions, chosen, to_write, write))


def _of_editions(project: Project, raw: RawTables) -> list[Problem]:
    return [one for code in project.editions for one in problems_of(project, code, raw)]


def _show(additions: list[Addition], lang: Language, everything: bool) -> None:
    """Print what was read, what was left out, the figures side by side, and last what is doubtful."""
    tr, first = lang.tr, additions[0]
    for one in additions:
        _show_year(one, lang, everything)
    kinds = {
        "total": tr("totals"), "province": tr("provinces above their regencies"),
        "note": tr("notes below the table"), "empty": tr("rows without values"),
    }  # fmt: skip
    for kind, labels in first.table.left_out.items():
        rows = lang.listing(labels, 5)
        out.print(tr("Left out, {kind} (row): {rows}", kind=kinds[kind], rows=rows))
    for year, (same, compared) in sorted(first.agreeing.items()):
        text = phrase("{year} in the same file: {n} of {all} figures as in data/raw")
        out.print(tr(text, year=year, n=same, all=compared))
    for row in (row for one in additions for row in one.new_breaks):
        text = phrase("breaks.csv: {series} breaks in {year}: {reason}")
        reason = lang.pick(row["reason_id"], row["reason_en"])
        out.print(tr(text, series=row["indicator"], year=row["year"], reason=reason))
    for note in first.table.notes:
        err.print(tr("erat: note: {note}", note=said(note, lang)))


def _show_year(addition: Addition, lang: Language, everything: bool) -> None:
    """Print the figures of a year beside those that are there, those to look at first."""
    tr, table, values = lang.tr, addition.table, addition.values
    borders = tr("provinces on the borders of {borders}", borders=addition.borders)
    units = borders if addition.borders else tr("regencies and cities")
    text = phrase("{file}: {n} {units}, column {heading}")
    heading = repr(addition.column.heading)
    out.print(tr(text, file=table.where, n=len(values), units=units, heading=heading) + "\n")
    grid = Table(box=None, pad_edge=False)
    for head in (tr("row"), tr("unit"), tr("name")):
        grid.add_column(head, no_wrap=True)
    for head in (tr("nearest year"), tr("its value"), tr("in data/raw"), tr("in the file")):
        grid.add_column(head, justify="right", no_wrap=True)
    grid.add_column(tr("what"), no_wrap=True)
    first = (values["abrupt"] & (values["state"] != "equal")) | (values["state"] == "other")
    ordered = values.assign(last=~(first | values["dash"])).sort_values("last", kind="stable")
    shown = ordered if everything else ordered.head(MOST_ROWS)
    for unit, row in shown.iterrows():
        near = str(row["near"]) if row["near"] > 0 else ""
        grid.add_row(str(row["row"]), str(unit), row["name"], near, _number(row["before"]),
                     _number(row["published"]), row["text"], _remark(row, lang))  # fmt: skip
    Console(file=out.file, width=200, highlight=False, markup=False).print(grid)
    if len(ordered) > len(shown):
        out.print(tr("and {n} more: --all", n=len(ordered) - len(shown)))
    counts = {state: len(addition.rows(state)) for state in ("new", "equal", "other", "none")}
    text = phrase(
        "{new} new, {equal} equal to those that are there, {other} that differ, {none} without a value"
    )
    out.print("\n" + tr(text, **counts))
    if without := int((addition.rows("new")["near"] == 0).sum()):
        out.print(tr("{n} new without another year to compare with", n=without))


def _remark(row: pd.Series, lang: Language) -> str:
    """Say what a value is, and what is doubtful in it."""
    tr, state = lang.tr, row["state"]
    names = {"new": tr("new"), "equal": tr("equal"), "other": tr("differs"), "none": tr("no value")}
    parts = [names[state]]
    if row["dash"]:
        missing = tr("dash: read as missing; BPS prints it for nil")
        parts.append(missing if state == "none" else tr("dash: read as zero"))
    if row["abrupt"] and state != "equal":
        low, high = (
            np.format_float_positional(row[end], precision=4, fractional=False, trim="-")
            for end in ("low", "high")
        )
        change = tr("an abrupt change: outside {low} to {high}", low=low, high=high)
        lost = tr("a lost point? {value}", value=_number(row["meant"]))
        parts.append(lost if row["meant"] == row["meant"] else change)
    return "; ".join(parts)


def _number(value: float) -> str:
    return "" if value != value else f"{value:.10g}"


def _end(additions: list[Addition], lang: Language, to_write: bool, written: bool) -> str:
    tr, doubts = lang.tr, sum(len(one.doubts) for one in additions)
    if not to_write:
        return tr("Nothing to add: every figure is there already")
    if written:
        added = [one for one in additions if len(one.rows("new"))] or additions
        years, source = lang.join([str(one.year) for one in added]), added[0].source["source"]
        text = phrase("Added to data/raw as {series} of {years}, source {source}; next: erat check")
        return tr(text, series=added[0].series, years=years, source=source)
    if doubts:
        text = phrase(
            "Nothing was written. Values in doubt: {n}. Look, then add --write --looked-at"
        )
        return tr(text, n=doubts)
    return tr("Nothing was written. To add them: --write")
