"""``erat index``, ``coherence``, ``compare`` and ``subunits``: any framework, anybody's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from erat.commands.shared import (
    Case,
    MethodFile,
    OutFolder,
    Tables,
    Year,
    with_tables,
    write_results,
)
from erat.errors import ParameterError, Problem, listing
from erat.files import statement
from erat.index.assessment import Assessment, assess
from erat.index.comparison import Comparison, leave_one_out
from erat.index.comparison import compare as side_by_side
from erat.index.display import counted
from erat.index.framework import RESERVED
from erat.index.method import Method
from erat.index.plausibility import NAMES
from erat.index.results import tables as step_tables
from erat.index.results import written, zero_scores
from erat.index.workbook import Sheet, write_workbook
from erat.subunits.rollup import roll_up
from erat.subunits.tables import tables as subunit_tables
from erat.subunits.unit_tree import UnitTree

FORMATS = {"year": "0", "weight": "0.000", "weight_in_index": "0.000", "direction": "0"}
"""Number formats of a workbook's columns, beside those of scores."""


@with_tables
def index(
    tables: Tables,
    out_dir: OutFolder,
    method: MethodFile = None,
    workbook: Annotated[
        bool, typer.Option("--workbook", help="Also write results.xlsx, for a spreadsheet.")
    ] = False,
) -> None:
    """Construct any index from a table of indicators and a framework."""
    case = Case.read(tables, method)
    panel, tree = case.panel, case.framework
    assessment = assess(panel, tree, case.method)
    notes = [*case.notes(), *map(str, zero_scores(assessment.tree))]
    unknown = [name for name in panel.groups if name not in tree.group_columns]
    choices = case.method.model_dump(mode="json")
    about = {"choices": choices, "columns_not_indicators": unknown}

    def write_book(folder: Path) -> None:
        origin = statement(case.files, **about, notes=notes)
        write_results_workbook(assessment, origin, folder / "results.xlsx")

    rows = counted(len(panel.values), "row")
    line = f"{tree.name(tree.top)}: {rows}, {counted(len(tree.indicators), 'indicator')}"
    also = write_book if workbook else None
    write_results(out_dir, written(assessment), case.files, about, notes, [line], also)


def write_results_workbook(assessment: Assessment, about: Mapping[str, Any], path: Path) -> None:
    """Write scores and ranks, every step, weights, framework, and what made them.

    ``about`` is what made it (:func:`erat.files.statement`), for the last sheet. A table that is
    larger than a sheet can be is a ``DataError``.
    """
    a, step = assessment, step_tables(assessment)
    nodes, top = a.framework.aggregates, a.framework.top
    ranks = step["ranks"][nodes].add_suffix(" (rank)")
    order = [top, f"{top} (rank)", *(code for code in nodes if code != top)]
    order += [name for name in ranks if name not in order]
    keys = [name for name in step["scores"] if name not in nodes]
    scores = FORMATS | dict.fromkeys([*nodes, *a.framework.indicators], "0.00")
    shown = {
        "Scores and ranks": pd.concat([step["scores"], ranks], axis=1)[[*keys, *order]],
        "Normalized": step["normalized"],
        "Contributions": step["contributions"],
        "Data": step["imputed"],
        "Screening": step["screening"],
        "Imputation": step["imputation"],
        "Treatment": step["treatment"],
    }
    of_scores, names = {"Scores and ranks", "Normalized", "Contributions"}, _names(a)
    sheets = [
        Sheet(title, _named(table, names), scores if title in of_scores else FORMATS)
        for title, table in shown.items()
    ]
    sheets += [
        Sheet("Weights", weights_table(a), FORMATS),
        Sheet("Framework", a.framework.table.reset_index(), FORMATS),
        Sheet("About", pd.DataFrame(list(_flat(about)), columns=["what", "value"])),
    ]
    write_workbook(sheets, path)


def weights_table(assessment: Assessment) -> pd.DataFrame:
    """List every node with its weight under its parent and, multiplied on the way up, in the index.

    The index comes first, the nodes below it in the order of the framework.
    """
    tree, weights = assessment.framework, assessment.weights
    whole = {tree.top: 1.0}
    for node in reversed(tree.upwards):
        whole |= {child: whole[node] * float(weights[child]) for child in tree.children[node]}
    codes = [tree.top, *(str(code) for code in tree.table.index if code != tree.top)]
    rows = [(c, tree.name(c), tree.parent(c), weights.get(c), whole[c]) for c in codes]
    return pd.DataFrame(rows, columns=["code", "name", "parent", "weight", "weight_in_index"])


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Lay a nested statement out as pairs: ``choices.treat.method`` and ``none``."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(part, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple) and not all(isinstance(v, int | float) for v in value):
        for part in value:
            yield from _flat(part, name)
    elif value is not None:
        yield name, str(value)


def _names(assessment: Assessment) -> dict[str, str]:
    """Names of the units, where the data have a column of them."""
    groups = assessment.panel.groups
    column = next((name for name in NAMES if name in groups), None)
    return dict(zip(assessment.panel.units, groups[column], strict=True)) if column else {}


def _named(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Set the names of the units beside their codes."""
    if not names or "unit" not in table or "name" in table:
        return table
    table = table.copy()
    table.insert(1, "name", [names.get(unit, "") for unit in table["unit"]])
    return table


@with_tables
def coherence(
    tables: Tables, out_dir: OutFolder, method: MethodFile = None, year: Year = None
) -> None:
    """Measure how the indicators of an index go together, and what each does to it.

    Writes statistics, correlations, parents, reliability, items, components, loadings, importance,
    redundancy and collinearity, each as CSV.
    """
    from erat.coherence.coherence_tables import coherence_tables

    case = Case.read(tables, method)
    about = {"choices": case.method.model_dump(mode="json"), **case.when(year)}
    assessment = assess(case.panel, case.framework, case.method)
    notes = [*case.notes(), *map(str, zero_scores(assessment.tree))]
    measured = coherence_tables(assessment, year)
    siblings = measured["correlations"].query("kind == 'pearson' and relation == 'siblings'")
    flagged = int((siblings["flag"] != "").sum())
    line = f"{flagged} of {len(siblings)} correlations within a node are flagged"
    write_results(out_dir, measured, case.files, about, notes, [line])


@with_tables
def subunits(
    tables: Tables,
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
    case = Case.read(tables, method)
    rule = case.method.subunits_or_mean
    chosen = case.method.model_copy(update={"subunits": rule})
    rolled = roll_up(case.panel, case.framework, chosen, UnitTree.read(tree) if tree else None)
    tables_of_units, refused = subunit_tables(rolled)
    of_units = {"parent", "kind", rule.parent, *(s for s in rule.sources if isinstance(s, str))}
    groups = case.panel.groups.drop(columns=of_units & set(case.panel.groups))
    parents = rolled.tree.parents[rolled.tree.places.get_indexer(case.panel.units)]
    case = replace(case, panel=replace(case.panel, groups=groups))
    notes = [*case.notes(parents=parents), *map(str, zero_scores(rolled.order.tree))]
    units, top = rolled.tree, case.framework.top
    first = "units before the framework" if rolled.units_first else "the framework before units"
    line = (
        f"{case.framework.name(top)}: {len(units.base)} units without sub-units "
        f"in {len(units.tops)} top units; {first}"
    )
    files = {**case.files, **({"tree": tree} if tree else {})}
    about = {"choices": chosen.model_dump(mode="json")}
    write_results(out_dir, tables_of_units, files, about, [*notes, *refused], [line])


@with_tables
def compare(
    tables: Tables,
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
    paths = dict(zip(names_of(method), method, strict=True))
    case = Case.read(tables)
    when = case.when(year)
    methods = {name: Method.read(path) for name, path in paths.items()}
    assessed = {name: assess(case.panel, case.framework, one) for name, one in methods.items()}
    compared = side_by_side(assessed, year=year)
    files = dict(case.files)
    for name, one in methods.items():
        files |= {f"method {name}": paths[name]}
        files |= {f"method {name}, {place}": file for place, file in one.files.items()}
    alone = leave_one_out(case.panel, case.framework, methods[compared.first], compared.year)
    lines = [
        f"{name} beside {compared.first}: ranks change by {row['mean_shift']:.2f} places on average, "
        f"{row['max_shift']:.0f} at most"
        for name, row in compared.summary().iterrows()
    ]
    choices = {name: one.model_dump(mode="json") for name, one in methods.items()}
    compared_tables = comparison_tables(compared) | {"leave_one_out": alone}
    notes = case.notes(methods.values())
    for name, assessment in assessed.items():
        notes += [f"{name}: {note}" for note in zero_scores(assessment.tree)]
    write_results(out_dir, compared_tables, files, {"choices": choices, **when}, notes, lines)


def comparison_tables(compared: Comparison) -> dict[str, pd.DataFrame]:
    """Return every table of a comparison by its name."""
    places, movers = ["before", "after", "shift"], {}
    for name in compared.shifts:
        moved = compared.movers(name, most=len(compared.ranks))
        movers[name] = moved.assign(**_whole(moved[places]))
    drivers = {name: compared.drivers(name) for name in compared.shifts}
    return {
        "scores": compared.scores.reset_index(),
        "ranks": _whole(compared.ranks).reset_index(),
        "shifts": _whole(compared.shifts).reset_index(),
        "summary": compared.summary().reset_index(),
        "movers": pd.concat(movers, names=["method"]).reset_index(),
        "drivers": pd.concat(drivers, names=["method"]).reset_index(),
    }


def _whole(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return ranks as whole numbers, unless ties got the average."""
    return ranks.astype("Int64") if ranks.mod(1).fillna(0).eq(0).all(axis=None) else ranks


def names_of(paths: Sequence[Path]) -> list[str]:
    """Name methods after their files; by as much of the path as it takes to tell them apart.

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
    remedy = "give every method once, in a file of its own name"
    found = f"{listing(twice)} as names"
    raise ParameterError([Problem("call", found, "a name for each method", remedy)])
