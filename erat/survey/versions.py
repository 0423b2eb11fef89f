"""Assessed dimensions as figures among others, and versions of them by the sampling of sub-units.

A study of an index that holds assessed dimensions beside conditions (``erat uncertainty``) reads
both: the provinces' scores as data, the replicates as what the sample leaves uncertain in them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from erat.survey.answers import SIMULATED, Answers
from erat.survey.instrument import Instrument
from erat.survey.replicates import DIGITS, replicates
from erat.survey.scoring import Assessed
from erat.survey.settings import AssessmentSettings
from erat.survey.sufficiency import Basis, reasons
from erat.survey.units import SubUnits


def version_tables(
    answers: Answers,
    instrument: Instrument,
    settings: AssessmentSettings,
    units: SubUnits,
    count: int,
    roster: Mapping[str, float] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the provinces' dimensions, and replicates of them.

    Parameters
    ----------
    answers, instrument, settings, units, roster
        As for :func:`erat.survey.results.assess_capacity`.
    count
        Replicates of the sample.

    Returns
    -------
    dict of DataFrame
        ``provinces``: ``unit``, a column a dimension, ``simulated``; and ``replicates``: the same
        with ``replicate`` (from 1) after ``unit``, as a factor's ``realizations: {file: ...}`` reads
        them. A dimension of a province that is not assessed is empty in both.
    """
    options = settings.resampling.model_copy(update={"replicates": count})
    one = Assessed.of(
        answers, instrument, settings.model_copy(update={"resampling": options}), units
    )
    provinces, dimensions = one.answers.provinces, one.framework.children[one.framework.top]
    columns = [one.nodes.index(code) for code in dimensions]
    rows = [int(one.tree.places.get_loc(province)) for province in provinces]
    hidden = (reasons(Basis(one)) != "")[np.ix_(rows, columns)]
    scores = one.rolled.scores.loc[[(p, 0) for p in provinces], dimensions].to_numpy(dtype=float)
    made = np.where(hidden, np.nan, replicates(one, roster).values[:, :, columns])
    tables = {
        "provinces": pd.DataFrame(np.where(hidden, np.nan, scores), columns=dimensions),
        "replicates": pd.DataFrame(
            np.round(made, DIGITS).reshape(-1, len(dimensions)), columns=dimensions
        ),
    }
    tables["replicates"].insert(0, "replicate", np.repeat(np.arange(1, count + 1), len(provinces)))
    word = SIMULATED if answers.simulated else ""
    for table in tables.values():
        table.insert(0, "unit", np.resize(np.array(provinces, dtype=object), len(table)))
        table[SIMULATED] = word
    return tables
