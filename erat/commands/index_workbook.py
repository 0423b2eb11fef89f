"""An assessment as a workbook: what people read, sort and pass on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from erat.index.assessment import Assessment
from erat.index.plausibility import NAMES
from erat.index.results import tables
from erat.index.workbook import Sheet, write_workbook

FORMATS = {"year": "0", "weight": "0.000", "weight_in_index": "0.000", "direction": "0"}


def write_results_workbook(assessment: Assessment, about: Mapping[str, Any], path: Path) -> None:
    """Write scores and ranks, every step, weights, framework, and what made them.

    ``about`` is what made it (:func:`erat.files.statement`), for the last sheet. A table that is
    larger than a sheet can be is a ``DataError``.
    """
    a, step = assessment, tables(assessment)
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
    return pd.DataFrame(
        {
            "code": codes,
            "name": [tree.name(code) for code in codes],
            "parent": [tree.parent(code) for code in codes],
            "weight": [float(weights.get(code, float("nan"))) for code in codes],
            "weight_in_index": [whole[code] for code in codes],
        }
    )


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
