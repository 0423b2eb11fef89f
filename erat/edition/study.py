"""What an edition's study says: the tables of uncertainty and sensitivity that its reports show.

A study is sampled, or every combination of its choices is tried; the tables are the same. Ranks are
tried under all factors; scores under all but those that change the scale on which scores stand:
normalizations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from erat.edition.replicates import Replicates
from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.alternatives import Alternatives, alternatives
from erat.robustness.claims import Names, claim_table, claims
from erat.robustness.factors import Study
from erat.robustness.indices import enumerated_indices
from erat.robustness.intervals import COLUMNS
from erat.robustness.node_study import node_study, without_scales
from erat.robustness.rank_result import RankResult
from erat.robustness.sensitivity import SHIFT, convergence_table, index_table
from erat.robustness.study_result import StudyResult
from erat.robustness.uncertainty import Only, Uncertainty, uncertainty

BASE_SAMPLE = 512
"""Points of the base sample: 1,024 independent ways, and 512 more for each factor."""

YEAR_SAMPLE = 128
"""Points where only intervals are wanted, of many years."""

SEED = 20240

Tables = dict[str, pd.DataFrame]
Groups = Mapping[str, Sequence[str]]
"""Units by the name of their group; the group without a name holds all."""


@dataclass(frozen=True)
class SampledStudy:
    """A study that was sampled.

    Attributes
    ----------
    ranks, scores
        Under all factors, and under those that keep the scale of scores.
    nodes
        Scores of every aggregate node, the index first.
    """

    ranks: Uncertainty
    scores: Uncertainty
    nodes: dict[str, Replicates]

    @property
    def extremes(self) -> dict[str, np.ndarray]:
        """The best and the worst rank of each unit."""
        return extremes(self.ranks.store.ranks[:, self.ranks.counts > 0])


def sample(
    panel: Panel,
    framework: Framework,
    study: Study,
    n: int,
    scores_n: int,
    seed: int = SEED,
    only: Only | None = None,
) -> SampledStudy:
    """Sample a study of one year: ranks, and the scores of every node as an index of its own.

    Parameters
    ----------
    panel, framework, study
        The data of one year, the tree, and what is uncertain.
    n, scores_n
        The base samples for ranks and for scores.
    seed
        Where points come from.
    only
        ``intervals`` leaves the sensitivity indices out.
    """
    ranks = uncertainty(panel, framework, study, n, seed, jobs=1, only=only)
    scaled = without_scales(study)
    scores = ranks
    if scaled:
        scores = uncertainty(panel, framework, scaled, scores_n, seed, jobs=1, only=only)
    nodes = {framework.top: Replicates.of(scores)}
    for node in framework.aggregates:
        if node == framework.top:
            continue
        part, own = node_study(framework, scaled, node) if scaled else (framework, None)
        if own:
            made = uncertainty(panel, part, own, scores_n, seed, jobs=1, only="intervals")
            nodes[node] = Replicates.of(made)
        else:  # nothing acts on it
            same = scores.assessment.scores[node].to_numpy()
            nodes[node] = Replicates(nodes[framework.top].units, same, same[:, None])
    return SampledStudy(ranks, scores, nodes)


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

    Parameters
    ----------
    panel, framework, study
        The data of one year, the tree, and the study.
    names
        Of units, for claims.
    groups
        Of units, for medians.
    n, seed
        The base sample, half of which is for scores, and where its points come from.

    Returns
    -------
    dict
        ``study`` (one row: how many ways were tried); ``rank_intervals`` (with the extremes),
        ``score_intervals``, ``indices``, ``convergence``, ``dominance``, ``tiers``,
        ``rank_at_most`` and ``claims`` as ``erat uncertainty`` writes them, where scores are those
        on one scale; ``node_intervals`` (scores of every aggregate node), ``score_shares`` (the
        share of ways with a higher score), ``medians`` (of groups, in every aggregate node),
        ``distances`` (of scores to the mean of the units); ``shifts`` (by how much a factor alone
        moves a unit's rank); and of single choices ``choices, alternatives, effects, alone``.
    """
    made = sample(panel, framework, study, n, n // 2, seed)
    result, of_scores = StudyResult(made.ranks), index_table(made.scores)
    of_ranks = index_table(made.ranks)
    parts = [
        of_ranks[~of_ranks["output"].str.startswith("score:")],
        of_scores[of_scores["output"].str.startswith("score:")],
    ]
    plan, ranks = made.ranks.plan, made.ranks.store.ranks[:, made.ranks.plan.evaluation]
    moved = {
        name: ranks[:, plan.design.parts[f"alone:{name}"]] - made.ranks.ranks[:, None]
        for name in plan.design.names
    }
    return {
        "study": study_row("sampled", made.ranks.replicates, made.ranks.n, seed),
        **rank_tables(result.ranks, made.extremes),
        "convergence": convergence_table(made.ranks),
        "claims": claim_table(claims(result, names)),
        "indices": pd.concat(parts, ignore_index=True),
        "shifts": _shifts(result.units, moved),
        **node_tables(framework.top, made.nodes, groups),
        **choice_tables(alternatives(panel, framework, study, alone=True), framework.top),
    }


def enumerated_tables(
    tried: Alternatives, framework: Framework, study: Study, names: Names, groups: Groups
) -> Tables:
    """Tell everything that reports show of a study, every combination of which was tried.

    Parameters
    ----------
    tried
        Every combination, with scores.
    framework, study
        The tree, and what was tried.
    names, groups
        As in :func:`study_tables`.

    Returns
    -------
    dict
        As :func:`study_tables`; no ``convergence``, since nothing is estimated.
    """
    units, ranks = list(map(str, tried.ranks.index)), tried.ranks.to_numpy(dtype=float)
    result = RankResult.of_every(ranks, tried.nominal.to_numpy(), units, study)
    nominal, on_scale = tried.nominal.name, tried.on_scale
    nodes = {
        node: Replicates(
            list(map(str, scores.index)),
            scores[nominal].to_numpy(),
            scores[[i for i in on_scale if i in scores]].to_numpy(),
        )
        for node, scores in tried.scores.items()
    }
    shift = tried.ranks.sub(tried.nominal, axis=0).abs().mean().to_numpy()
    choices = tried.choices.loc[on_scale]
    choices = choices[[name for name in choices if name not in tried.scale]]
    scores = tried.scores[framework.top][on_scale].to_numpy().T
    outputs = [SHIFT, *(f"rank:{unit}" for unit in units)]
    parts = [
        _exact_rows(tried.choices, np.column_stack([shift, ranks.T]), outputs),
        _exact_rows(choices, scores, [f"score:{unit}" for unit in units]),
    ]
    moved = {
        str(factor): tried.ranks[tried.choices.index[tried.only(factor)]]
        .sub(tried.nominal, axis=0)
        .to_numpy(dtype=float)
        for factor in tried.choices
    }
    return {
        "study": study_row("every", len(tried.choices), 0, 0),
        **rank_tables(result, extremes(ranks)),
        "claims": claim_table(claims(result, names)),
        "indices": pd.concat(parts, ignore_index=True),
        "shifts": _shifts(units, moved),
        **node_tables(framework.top, nodes, groups),
        **choice_tables(tried, framework.top),
    }


def _exact_rows(choices: pd.DataFrame, outputs: np.ndarray, names: list[str]) -> pd.DataFrame:
    """Return exact indices; the ends of their intervals are the indices themselves."""
    s1, st = enumerated_indices(choices, outputs)
    return pd.DataFrame(
        {
            "factor": np.tile(list(map(str, choices)), len(names)),
            "output": np.repeat(names, choices.shape[1]),
            **dict.fromkeys(("S1", "S1_low", "S1_high"), s1.T.reshape(-1)),
            **dict.fromkeys(("ST", "ST_low", "ST_high"), st.T.reshape(-1)),
        }
    )


def study_row(kind: str, ways: int, n: int, seed: int) -> pd.DataFrame:
    """Say in one row how a study was tried: ``sampled``, or ``every`` combination."""
    return pd.DataFrame({"kind": [kind], "ways": [ways], "n": [n], "seed": [seed]})


def extremes(ranks: np.ndarray) -> dict[str, np.ndarray]:
    """Return the best and the worst rank of each unit, of ranks ``(units, replicates)``."""
    return {"min": np.nanmin(ranks, axis=1), "max": np.nanmax(ranks, axis=1)}


def rank_tables(result: RankResult, ends: Mapping[str, np.ndarray]) -> Tables:
    """Return ``rank_intervals`` with the extremes, and the tables of pairs, tiers and chances."""
    intervals = result.intervals.assign(**ends)
    intervals.insert(0, "unit", result.units)
    return {"rank_intervals": intervals, **result.tables()}


def node_tables(top: str, made: Mapping[str, Replicates], groups: Groups) -> Tables:
    """Return ``node_intervals``, ``medians`` and ``score_shares`` of every node, and of the index
    alone ``score_intervals`` and ``distances``.
    """
    return {
        "score_intervals": made[top].intervals(),
        "distances": made[top].distances(),
        "node_intervals": stacked({node: own.intervals() for node, own in made.items()}),
        "medians": stacked({node: own.medians(groups) for node, own in made.items()}),
        "score_shares": pd.concat([own.above().assign(node=node) for node, own in made.items()]),
    }


def stacked(tables: Mapping[str, pd.DataFrame], *keys: str) -> pd.DataFrame:
    """Put the tables of nodes one under the other: first key, node, other keys and intervals."""
    every = pd.concat([own.assign(node=node) for node, own in tables.items()], ignore_index=True)
    return every[[every.columns[0], "node", *keys, *COLUMNS]]


def _shifts(units: list[str], moved: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Summarize changes of rank by each factor alone, ``(units, settings)``; below 0 is towards
    the first rank.
    """
    tables = [
        pd.DataFrame(
            {
                "factor": factor,
                "unit": units,
                "mean": own.mean(axis=1),
                "mean_absolute": np.abs(own).mean(axis=1),
                "low": own.min(axis=1),
                "high": own.max(axis=1),
            }
        )
        for factor, own in moved.items()
    ]
    return pd.concat(tables, ignore_index=True)


def choice_tables(tried: Alternatives, top: str) -> Tables:
    """Tell what single choices do."""
    return {
        "effects": tried.effects(),
        "choices": tried.choices.reset_index(),
        "alternatives": tried.ranks.reset_index(),
        "alone": tried.alone(top),
    }


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
