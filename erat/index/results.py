"""An assessment as files: the tables of the contract of ``erat index``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.files import write_csv
from erat.index.assessment import Assessment
from erat.index.benefit_of_doubt import frontier_table
from erat.index.changes import changes
from erat.index.construct.aggregate import bod


def tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return every table of an assessment by its file name, without the suffix.

    The first column is ``unit``, the second ``year`` where the data have years.
    """
    a = assessment
    by_unit = {
        "availability": a.availability,
        "imputed": a.imputed,
        "treated": a.treated,
        "normalized": a.normalized,
        "scores": a.scores,
        "ranks": a.ranks,
        "contributions": a.contributions,
    }
    years = a.panel.has_years
    result = {
        name: frame.reset_index() if years else frame.reset_index().drop(columns="year")
        for name, frame in by_unit.items()
    }
    listed = {"screening": a.screening, "imputation": imputation(a), "treatment": a.treatment}
    for name, frame in listed.items():
        result[name] = frame if years else frame.drop(columns="year")
    result["anchors"] = a.anchors.reset_index()
    result["weights"] = a.weights.reset_index()
    return result


def imputation(assessment: Assessment) -> pd.DataFrame:
    """List every value that was filled in: columns ``unit, year, indicator, value, method``."""
    filled = assessment.filled.to_numpy()
    index = assessment.filled.index
    rows, columns = filled.nonzero()
    return pd.DataFrame(
        {
            "unit": index.get_level_values("unit")[rows],
            "year": index.get_level_values("year")[rows],
            "indicator": assessment.filled.columns[columns],
            "value": assessment.imputed.to_numpy()[rows, columns],
            "method": assessment.method.impute.method,
        }
    )


def further_tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return the tables that only some assessments have.

    ``changes`` splits the change of every score from the first to the last year of a panel;
    ``frontier`` tells own weights, ties and peers of every node under the benefit of the doubt.
    """
    found = {}
    years = sorted(set(assessment.panel.years))
    if len(years) > 1:
        found["changes"] = changes(assessment, int(years[0]), int(years[-1]))
    doubted = [
        frontier_table(assessment, node)
        for node, climbed in assessment.tree.climbed.items()
        if any(block.step.function is bod for block in climbed.blocks)
    ]
    if doubted:
        frame = pd.concat(doubted, ignore_index=True)
        found["frontier"] = frame if assessment.panel.has_years else frame.drop(columns="year")
    return found


def write_tables(assessment: Assessment, folder: Path) -> None:
    """Write every table of an assessment into a folder as CSV."""
    for name, frame in {**tables(assessment), **further_tables(assessment)}.items():
        write_csv(frame, folder / f"{name}.csv", index=False)
