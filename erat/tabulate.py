"""An assessment as files: the tables of the contract of ``erat index``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.assessment import Assessment
from erat.files import write_csv


def tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return every table of an assessment by its file name, without the suffix.

    The first column is ``unit``, the second ``year`` where the data have years.
    """
    a = assessment
    by_unit = {
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
    result["treatment"] = a.treatment if years else a.treatment.drop(columns="year")
    result["anchors"] = a.anchors.reset_index()
    result["weights"] = a.weights.reset_index()
    return result


def write_tables(assessment: Assessment, folder: Path) -> None:
    """Write every table of an assessment into a folder as CSV."""
    for name, frame in tables(assessment).items():
        write_csv(frame, folder / f"{name}.csv", index=False)
