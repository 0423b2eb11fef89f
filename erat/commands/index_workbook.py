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

SCORE, RANK, SHARE = "0.00", "0", "0.000"
FORMATS = {"year": "0", "weight": SHARE, "weight_in_index": SHARE, "direction": "0"}


def write_results_workbook(assessment: Assessment, about: Mapping[str, Any], path: Path) -> None:
    """Write an assessment to an Excel workbook.

    Parameters
    ----------
    assessment
        Any assessment.
    about
        What made it (:func:`erat.files.statement`), for the last sheet.
    path
        Of the file.

    Raises
    ------
    DataError
        If a table is larger than a sheet can be.
    """
    write_workbook(sheets(assessment, about), path)


def sheets(assessment: Assessment, about: Mapping[str, Any]) -> list[Sheet]:
    """Return the sheets: scores and ranks, every step, weights, framework, and what made them."""
    a, found = assessment, tables(assessment)
    nodes, codes = a.framework.aggregates, a.framework.indicators
    names = _names(a)
    scores, ranks = (found[name] for name in ("scores", "ranks"))
    ranks = ranks[nodes].add_suffix(" (rank)")
    both = pd.concat([scores, ranks], axis=1)
    top = a.framework.top
    order = [top, f"{top} (rank)", *(code for code in nodes if code != top)]
    order += [name for name in ranks if name not in order]
    both = both[[*(name for name in scores if name not in nodes), *order]]
    return [
        Sheet("Scores and ranks", _named(both, names), _formats(nodes, SCORE)),
        Sheet("Normalized", _named(found["normalized"], names), _formats(codes, SCORE)),
        Sheet("Contributions", _named(found["contributions"], names), _formats(codes, SCORE)),
        Sheet("Data", _named(found["imputed"], names), FORMATS),
        Sheet("Screening", _named(found["screening"], names), FORMATS),
        Sheet("Imputation", _named(found["imputation"], names), FORMATS),
        Sheet("Treatment", _named(found["treatment"], names), FORMATS),
        Sheet("Weights", weights_table(a), FORMATS),
        Sheet("Framework", a.framework.table.reset_index(), FORMATS),
        Sheet("About", about_table(about)),
    ]


def weights_table(assessment: Assessment) -> pd.DataFrame:
    """List every node with its weight under its parent and, multiplied on the way up, in the index.

    Returns
    -------
    DataFrame
        ``code, name, parent, weight, weight_in_index``; the index first, nodes below it in the
        order of the framework.
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


def about_table(about: Mapping[str, Any]) -> pd.DataFrame:
    """Lay a nested statement out as rows of ``what`` and ``value``.

    Examples
    --------
    >>> about_table({"made_by": "e-RAT", "choices": {"treat": {"method": "none"}}}).values.tolist()
    [['made_by', 'e-RAT'], ['choices.treat.method', 'none']]
    """
    return pd.DataFrame(list(_flat(about)), columns=["what", "value"])


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(part, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple) and not all(isinstance(v, int | float) for v in value):
        for part in value:
            yield from _flat(part, name)
    elif value is not None:
        yield name, str(value)


def _formats(codes: list[str], shape: str) -> dict[str, str]:
    return FORMATS | dict.fromkeys(codes, shape)


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
