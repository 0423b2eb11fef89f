"""``erat subunits``: units that feed units, from a table of the smallest ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from erat.commands.console import err, out
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
    write_all,
)
from erat.files import replaced_when_whole, write_manifest
from erat.index.method import SubUnits
from erat.subunits.rollup import RolledUp, roll_up
from erat.subunits.tables import tables
from erat.subunits.unit_tree import UnitTree


def subunits(
    data: DataFile,
    framework: FrameworkFile,
    out_dir: OutFolder,
    method: MethodFile = None,
    tree: Annotated[
        Path | None,
        typer.Option(help="Table with a row a unit: unit, parent, kind, weights (CSV)."),
    ] = None,
) -> None:
    """Roll up sub-units into the units they are part of, and trace every score to them.

    DATA has a row a unit without sub-units; its column 'parent' names the unit above, unless --tree
    gives the whole tree. Writes scores, ranks, contributions, distance, changes (of a panel),
    inequality and orders, each as CSV.
    """
    case, given = Case.read(data, framework), read_method(method)
    chosen = given.model_copy(
        update={"subunits": given.subunits or SubUnits.model_validate({"method": "mean"})}
    )
    units = UnitTree.read(tree) if tree else None
    rolled = roll_up(case.panel, case.framework, chosen, units)
    made, refused = tables(rolled)
    notes = _without(case, ["parent", "kind", *_columns(rolled.subunits)]).notes(chosen.exclude)
    files = case.inputs(method, chosen) | ({"tree": tree} if tree else {})
    with replaced_when_whole(out_dir) as folder:
        write_all(made, folder)
        write_manifest(folder, files, choices=choices(chosen), notes=[*as_texts(notes), *refused])
    say_notes(notes)
    for reason in refused:
        err.print(f"erat: note: {reason}")
    out.print(summary(rolled))
    out.print(f"Results in {out_dir}")


def _columns(subunits: SubUnits) -> list[str]:
    """Columns of the data that the method asks for."""
    return [subunits.parent, *(s for s in subunits.sources if isinstance(s, str))]


def _without(case: Case, columns: list[str]) -> Case:
    """Return a case without some columns that are no indicators."""
    kept = [name for name in case.panel.groups if name not in columns]
    return replace(case, panel=replace(case.panel, groups=case.panel.groups[kept]))


def summary(rolled: RolledUp) -> str:
    """Say in one line what was rolled up, and what went first."""
    tree, framework = rolled.tree, rolled.framework
    first = "units before the framework" if rolled.units_first else "the framework before units"
    return (
        f"{framework.name(framework.top)}: {len(tree.base)} units without sub-units "
        f"in {len(tree.tops)} top units; {first}"
    )
