"""``erat index``: any index, from a table of indicators and a framework."""

from __future__ import annotations

from typing import Annotated

import typer

from erat.commands.console import out
from erat.commands.shared import (
    Case,
    DataFile,
    FrameworkFile,
    MethodFile,
    OutFolder,
    as_texts,
    choices,
    read_method,
    say_notes,
)
from erat.files import replaced_when_whole, statement, write_manifest
from erat.index.assessment import assess
from erat.index.results import write_tables


def index(
    data: DataFile,
    framework: FrameworkFile,
    out_dir: OutFolder,
    method: MethodFile = None,
    workbook: Annotated[
        bool, typer.Option("--workbook", help="Also write results.xlsx, for a spreadsheet.")
    ] = False,
) -> None:
    """Construct any index from a table of indicators and a framework."""
    case, chosen = Case.read(data, framework), read_method(method)
    panel, tree = case.panel, case.framework
    assessment = assess(panel, tree, chosen)
    notes = case.notes(chosen.exclude)
    files = case.inputs(method, chosen)
    more = {
        "choices": choices(chosen),
        "columns_not_indicators": [n for n in panel.groups if n not in tree.group_columns],
        "notes": as_texts(notes),
    }
    with replaced_when_whole(out_dir) as folder:
        write_tables(assessment, folder)
        if workbook:
            from erat.commands.index_workbook import write_results_workbook

            about = statement(files, **more)
            write_results_workbook(assessment, about, folder / "results.xlsx")
        write_manifest(folder, files, **more)
    say_notes(notes)
    out.print(f"{tree.name(tree.top)}: {len(panel.values)} rows, {len(tree.indicators)} indicators")
    out.print(f"Results in {out_dir}")
