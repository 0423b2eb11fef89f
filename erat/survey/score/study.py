"""A study of an assessment: the sample and the choices of the method as factors, side by side.

Every combination of choices is computed with the same replicates of the sample, so that what each
factor does to scores and ranks is an exact analysis of variance.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from erat.index.assessment import DIGITS as SCORE_DIGITS
from erat.index.config import read_yaml, validated
from erat.robustness.addresses import put
from erat.robustness.factors import Study
from erat.robustness.indices import enumerated_indices
from erat.survey.answers import Answers
from erat.survey.score.replicates import DIGITS, Replicator
from erat.survey.score.resampling import interval
from erat.survey.score.scoring import Assessed
from erat.survey.score.settings import AssessmentSettings
from erat.survey.score.sufficiency import Basis
from erat.survey.units import SubUnits

SAMPLING = "sampling"
"""The factor that is the sample: which respondents, sub-units and regencies answered."""

INTERACTIONS = "interactions"


def settings_of(study: Study, pick: Mapping[str, int]) -> AssessmentSettings:
    """Return the settings with the picked choice of every factor (its number from 0).

    Addresses of factors are those in the method: ``subunits.first``, ``aggregate``.
    """
    path = Path(study.base)
    data = copy.deepcopy(read_yaml(path))
    for factor in study.factors:
        put(data.setdefault("method", {}), factor.at, factor.choices[pick[factor.name]])
    return validated(AssessmentSettings, data, f"{path.name}, {dict(pick)}", path.parent)


def assessment_study(
    answers: Answers, units: SubUnits, study: Study, count: int
) -> dict[str, pd.DataFrame]:
    """Compute the provinces' index under every combination of choices and in every replicate.

    The study's base is a file of settings, its factors are choices of the method in it; ``count`` is
    the number of replicates of the sample. MethodError if a choice is not possible. Two tables:

    ``intervals``: ``unit, output, nominal, median, low, high, simulated``, of score and rank over
    all combinations and replicates; nominal is the first choice of every factor and the answers as
    they are. ``shares``: ``unit, output, factor, share, simulated``, the share of the variance that
    a factor explains alone (first-order), the sample being one, and at last what only interactions
    explain. They add to 1; nan where nothing varies.
    """
    names = [factor.name for factor in study.factors]
    sizes = [len(factor.choices) for factor in study.factors]
    picks = [dict(zip(names, numbers, strict=True)) for numbers in product(*map(range, sizes))]
    options = [settings_of(study, pick) for pick in picks]
    nominals, drawn = [], []
    for settings in options:
        one, values = _replicated(answers, units, settings, count)
        top = one.framework.top
        nominals.append(one.scores.loc[answers.provinces, top].to_numpy())
        drawn.append(values[:, :, one.nodes.index(top)])
    scores = np.reshape(drawn, (-1, len(answers.provinces)))
    grid = pd.MultiIndex.from_product([range(n) for n in (*sizes, count)], names=[*names, SAMPLING])
    grid = grid.to_frame(index=False)
    intervals, shares = [], []
    for output, nominal, flat in (
        ("score", nominals[0], scores),
        ("rank", _ranks(nominals[0]), _ranks(scores)),
    ):
        low, high = interval(flat, options[0].resampling.level)
        if output == "rank":
            low, high = np.floor(low), np.ceil(high)
        ends = {"nominal": nominal, "median": np.nanmedian(flat, axis=0), "low": low, "high": high}
        intervals.append(pd.DataFrame({"unit": answers.provinces, "output": output, **ends}))
        first, _ = enumerated_indices(grid, flat)
        alone = pd.DataFrame(first, [*names, SAMPLING], answers.provinces).rename_axis("factor")
        alone.loc[INTERACTIONS] = 1 - alone.sum(skipna=False)
        shares.append(alone.melt(var_name="unit", value_name="share", ignore_index=False))
        shares[-1].insert(0, "output", output)
    columns = ["unit", "output", "factor", "share"]
    tables = {
        "intervals": pd.concat(intervals, ignore_index=True),
        "shares": pd.concat(shares).reset_index()[columns],
    }
    return {name: table.assign(simulated=answers.word) for name, table in tables.items()}


def _replicated(
    answers: Answers, units: SubUnits, settings: AssessmentSettings, count: int
) -> tuple[Assessed, np.ndarray]:
    """Return an assessment and replicates of its provinces, ``(replicates, provinces, nodes)``."""
    options = settings.resampling.model_copy(update={"replicates": count})
    settings = settings.model_copy(update={"resampling": options})
    one = Assessed.of(answers, settings, units)
    return one, Replicator(one).provinces()


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Rank provinces on the last axis: 1 is best, ties take the smaller, nan stays nan."""
    rounded = np.round(scores, SCORE_DIGITS - 2)
    above = (rounded[..., None, :] > rounded[..., :, None]).sum(axis=-1)
    return np.asarray(np.where(np.isnan(scores), np.nan, 1.0 + above))


def version_tables(
    answers: Answers, settings: AssessmentSettings, units: SubUnits, count: int
) -> dict[str, pd.DataFrame]:
    """Return the provinces' dimensions, and ``count`` replicates of them.

    ``provinces``: ``unit``, a column a dimension, ``simulated``; and ``replicates``: the same with
    ``replicate`` (from 1) after ``unit``, as a factor's ``realizations: {file: ...}`` reads them. A
    dimension of a province that is not assessed is empty in both.
    """
    one, drawn = _replicated(answers, units, settings, count)
    provinces, dimensions = one.answers.provinces, one.framework.children[one.framework.top]
    columns = [one.nodes.index(code) for code in dimensions]
    rows = one.tree.places.get_indexer(pd.Index(provinces))
    hidden = Basis(one).reasons[np.ix_(rows, columns)] != ""
    scores = one.scores.loc[provinces, dimensions].to_numpy()
    drawn = np.round(np.where(hidden, np.nan, drawn[:, :, columns]), DIGITS)
    every = pd.MultiIndex.from_product(
        [range(1, count + 1), provinces], names=["replicate", "unit"]
    )
    now = pd.DataFrame(np.where(hidden, np.nan, scores), provinces, dimensions)
    again = pd.DataFrame(drawn.reshape(-1, len(dimensions)), every, dimensions).reset_index()
    tables = {
        "provinces": now.rename_axis("unit").reset_index(),
        "replicates": again[["unit", "replicate", *dimensions]],
    }
    return {name: table.assign(simulated=answers.word) for name, table in tables.items()}
