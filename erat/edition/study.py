"""What an edition's study says: the tables of uncertainty and sensitivity that its reports show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from erat.edition.replicates import Replicates
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.alternatives import Alternatives, alternatives
from erat.robustness.claims import claim_table, claims
from erat.robustness.factors import Study
from erat.robustness.intervals import COLUMNS
from erat.robustness.node_study import node_study, without_scales
from erat.robustness.sensitivity import index_table
from erat.robustness.study_result import StudyResult
from erat.robustness.uncertainty import Uncertainty, uncertainty

BASE_SAMPLE = 512
"""Points of the base sample: 1,024 independent ways, and 512 more for each factor."""

YEAR_SAMPLE = 128
"""Points where only intervals are wanted, of many years."""

SEED = 20240

Tables = dict[str, pd.DataFrame]
Names = Mapping[str, Mapping[str, str]]
"""What units are called, by language and code."""
Groups = Mapping[str, Sequence[str]]
"""Units by the name of their group; the group without a name holds all."""


def study_tables(
    panel: Panel,
    framework: Framework,
    study: Study,
    names: Names,
    groups: Groups,
    n: int = BASE_SAMPLE,
    seed: int = SEED,
) -> Tables:
    """Sample a study, and tell everything that reports show of it.

    Ranks are tried under all factors. Scores are tried, with half the points, under all but those
    that change the scale on which scores stand: normalizations.

    Parameters
    ----------
    panel, framework, study
        The data of one year, the tree, and the study.
    names
        Of units, for claims.
    groups
        Of units, for medians.
    n, seed
        The base sample, and where its points come from.

    Returns
    -------
    dict
        ``study`` (one row: how many ways were tried); ``rank_intervals`` (with the extremes),
        ``score_intervals``, ``indices``, ``convergence``, ``dominance``, ``tiers``,
        ``rank_at_most`` and ``claims`` as ``erat uncertainty`` writes them, where scores are those
        on one scale; ``node_intervals`` (scores of every aggregate node), ``medians`` (of groups,
        in every aggregate node), ``distances`` (of scores to the mean of the units); ``shifts`` (by
        how much a factor alone moves a unit's rank); and of single choices ``choices,
        alternatives, effects``.
    """
    made = uncertainty(panel, framework, study, n, seed, jobs=1)
    scaled = without_scales(study)
    on_scale = uncertainty(panel, framework, scaled, n // 2, seed, jobs=1) if scaled else made
    found = StudyResult(made)
    known = found.tables()
    every = made.store.ranks[:, made.plan.evaluation]
    ranks = known["rank_intervals"].drop(columns="year", errors="ignore")
    own = ["dominance", "tiers", "rank_at_most", "convergence"]
    return {
        "study": study_row("sampled", made.replicates, made.n, seed),
        "rank_intervals": ranks.assign(**extremes(made.store.ranks[:, made.counts > 0])),
        "indices": _indices(made, on_scale),
        **{name: known[name] for name in own},
        "claims": claim_table(claims(found, names)),
        **node_tables(
            framework, node_replicates(panel, framework, scaled, on_scale, n // 2, seed), groups
        ),
        "shifts": _shifts(made, every),
        **choice_tables(alternatives(panel, framework, study, alone=True), framework.top),
    }


def study_row(kind: str, ways: int, n: int, seed: int) -> pd.DataFrame:
    """Say in one row how a study was tried: ``sampled``, or ``every`` combination."""
    return pd.DataFrame({"kind": [kind], "ways": [ways], "n": [n], "seed": [seed]})


def extremes(ranks: np.ndarray) -> dict[str, np.ndarray]:
    """Return the best and the worst rank of each unit, of ranks ``(units, replicates)``."""
    return {"min": np.nanmin(ranks, axis=1), "max": np.nanmax(ranks, axis=1)}


def _indices(made: Uncertainty, on_scale: Uncertainty) -> pd.DataFrame:
    """Return the indices of ranks, and those of scores on one scale."""
    of_ranks, of_scores = index_table(made), index_table(on_scale)
    of_ranks = of_ranks[~of_ranks["output"].str.startswith("score:")]
    of_scores = of_scores[of_scores["output"].str.startswith("score:")]
    return pd.concat([of_ranks, of_scores], ignore_index=True)


def node_replicates(
    panel: Panel,
    framework: Framework,
    study: Study | None,
    on_scale: Uncertainty,
    n: int,
    seed: int,
) -> dict[str, Replicates]:
    """Return every aggregate node's scores: each is studied as an index of its own.

    Parameters
    ----------
    panel, framework
        The data, and the whole tree.
    study
        What is uncertain, on one scale of scores; None if nothing is.
    on_scale
        The same study of the index, evaluated.
    n, seed
        The base sample, and where its points come from.
    """
    made = {framework.top: Replicates.of(on_scale)}
    for node in framework.aggregates:
        if node == framework.top:
            continue
        part, own = node_study(framework, study, node) if study else (framework, None)
        if own:
            found = uncertainty(panel, part, own, n, seed, jobs=1, only="intervals")
            made[node] = Replicates.of(found)
        else:  # nothing acts on it
            same = on_scale.assessment.scores[node].to_numpy()
            made[node] = Replicates(made[framework.top].units, same, same[:, None])
    return made


def year_intervals(
    panel: Panel,
    framework: Framework,
    study: Study,
    middle: pd.MultiIndex,
    n: int = YEAR_SAMPLE,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return intervals of the index's scores in every year of a panel, on one scale.

    Parameters
    ----------
    panel, framework, study
        The data of all years, the tree, and the study.
    middle
        Units and years that medians of a year are taken over.
    n, seed
        The base sample, and where its points come from.

    Returns
    -------
    DataFrame
        Columns ``unit, year, low, high``: the 5% and 95% quantiles. The unit without a name is the
        median of the year.
    """
    scaled = without_scales(study)
    if scaled is None:
        return pd.DataFrame(columns=["unit", "year", "low", "high"])
    found = uncertainty(panel, framework, scaled, n, seed, jobs=1, only="intervals")
    rows = pd.Series(range(len(panel.values)), panel.values.index)
    scores = replace(Replicates.of(found), units=list(map(str, rows)))
    by_year = rows[rows.index.isin(middle)].groupby(level="year")
    medians = scores.medians({str(year): list(map(str, own)) for year, own in by_year})
    own = scores.intervals().assign(unit=panel.units, year=panel.years)
    both = pd.concat([own, medians.assign(unit="", year=medians["group"].astype(int))])
    return both.rename(columns={"q05": "low", "q95": "high"})[["unit", "year", "low", "high"]]


def node_tables(framework: Framework, made: Mapping[str, Replicates], groups: Groups) -> Tables:
    """Return ``node_intervals``, ``medians`` and ``score_shares`` (the share of ways with a higher
    score) of every node, and of the index alone ``score_intervals`` and ``distances``.
    """
    top = made[framework.top]
    parts = {
        "node_intervals": {node: own.intervals() for node, own in made.items()},
        "medians": {node: own.medians(groups) for node, own in made.items()},
    }
    return {
        "score_intervals": top.intervals(),
        "distances": top.distances(),
        **{name: stacked(tables) for name, tables in parts.items()},
        "score_shares": pd.concat([own.above().assign(node=node) for node, own in made.items()]),
    }


def stacked(tables: Mapping[str, pd.DataFrame], *keys: str) -> pd.DataFrame:
    """Put the tables of nodes one under the other: first key, node, other keys and intervals."""
    every = pd.concat([own.assign(node=node) for node, own in tables.items()], ignore_index=True)
    return every[[every.columns[0], "node", *keys, *COLUMNS]]


def _shifts(made: Uncertainty, ranks: np.ndarray) -> pd.DataFrame:
    """Say by how much each factor alone moves each unit's rank."""
    rows = []
    for name in made.plan.design.names:
        moved = ranks[:, made.plan.design.parts[f"alone:{name}"]] - made.ranks[:, None]
        rows.append(shift_rows(name, made.panel.units, moved))
    return pd.concat(rows, ignore_index=True)


def shift_rows(factor: str, units: list[str], moved: np.ndarray) -> pd.DataFrame:
    """Summarize changes of rank, ``(units, settings)``; below 0 is towards the first rank."""
    return pd.DataFrame(
        {
            "factor": factor,
            "unit": units,
            "mean": moved.mean(axis=1),
            "mean_absolute": np.abs(moved).mean(axis=1),
            "low": moved.min(axis=1),
            "high": moved.max(axis=1),
        }
    )


def choice_tables(tried: Alternatives, top: str) -> Tables:
    """Tell what single choices do."""
    return {
        "effects": tried.effects(),
        "choices": tried.choices.reset_index(),
        "alternatives": tried.ranks.reset_index(),
        "alone": tried.alone(top),
    }


def whole_ranks(intervals: pd.DataFrame) -> pd.DataFrame:
    """Return rank intervals in whole ranks, as sentences and tables show them, indexed by unit.

    The ends are those of the 5% and 95% quantiles, rounded outwards.

    Parameters
    ----------
    intervals
        ``rank_intervals`` of :func:`study_tables`.
    """
    known = intervals.set_index("unit")
    return pd.DataFrame(
        {
            "nominal": known["nominal"],
            "low": np.floor(known["q05"] + 1e-9),
            "high": np.ceil(known["q95"] - 1e-9),
            "median": known["median"],
            "min": known["min"],
            "max": known["max"],
        }
    )
