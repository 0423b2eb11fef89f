"""What an edition's study says: the tables of uncertainty and sensitivity that its reports show.

A study is sampled, or every combination of its choices is tried; the tables are the same. Ranks are
tried under all factors, scores under all but normalizations, which change their scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from erat.index.framework import Framework
from erat.index.panel import Panel
from erat.robustness.alternatives import Alternatives, alternatives
from erat.robustness.claims import Names, claim_table, claims
from erat.robustness.factors import Study
from erat.robustness.indices import enumerated_indices
from erat.robustness.intervals import COLUMNS, summary
from erat.robustness.rank_result import RankResult
from erat.robustness.sensitivity import SHIFT, convergence_table, index_table
from erat.robustness.study_result import StudyResult
from erat.robustness.subindex import subindex, without_scales
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
class Replicates:
    """A node's scores of all units in every way to construct it, ``(rows, ways)``; ``nominal`` are
    the edition's, ``(rows,)``. A panel names a unit again every year.
    """

    units: Sequence[str]
    nominal: np.ndarray
    scores: np.ndarray

    @classmethod
    def of(cls, study: Uncertainty) -> Replicates:
        """Take the scores of the independent samples of a study."""
        rows = slice(0, len(study.panel.values))
        scores = np.repeat(study.store.units(rows).scores, study.counts, axis=1)
        return cls(list(map(str, study.panel.units)), study.scores, scores)

    def intervals(self) -> pd.DataFrame:
        """Return the interval of every row: ``unit`` and the columns of the contract."""
        return interval_table({"unit": self.units}, self.nominal, self.scores)

    def above(self) -> pd.DataFrame:
        """Return the share of ways in which a score is above the edition's: ``unit, above``."""
        more = np.round(self.scores, 9) > np.round(self.nominal, 9)[:, None]
        return pd.DataFrame({"unit": self.units, "above": more.mean(axis=1)})

    def medians(self, groups: Groups) -> pd.DataFrame:
        """Return intervals of medians, each taken within one way: ``group`` and the columns."""
        rows = [pd.Index(self.units).get_indexer(list(members)) for members in groups.values()]
        ways = pd.DataFrame(np.column_stack([self.nominal, self.scores]))
        medians = np.stack([ways.iloc[members].median() for members in rows])
        return interval_table({"group": list(groups)}, medians[:, 0], medians[:, 1:])

    def distances(self) -> pd.DataFrame:
        """Return intervals of distances to the mean of all units, taken within one way."""
        apart = self.scores - np.nanmean(self.scores, axis=0)
        nominal = self.nominal - np.nanmean(self.nominal)
        return interval_table({"unit": self.units}, nominal, apart)


def interval_table(
    keys: Mapping[str, Sequence[str]], nominal: np.ndarray, values: np.ndarray
) -> pd.DataFrame:
    """Return intervals of values ``(rows, ways)``: the keys, and the columns of the contract."""
    table = pd.DataFrame({**keys, "nominal": nominal, **summary(values.copy())})
    return table[[*keys, *COLUMNS]]


def stacked(tables: Mapping[str, pd.DataFrame], *keys: str) -> pd.DataFrame:
    """Put the tables of nodes one under the other: first key, node, other keys and intervals."""
    every = pd.concat([own.assign(node=node) for node, own in tables.items()], ignore_index=True)
    return every[[every.columns[0], "node", *keys, *COLUMNS]]


@dataclass(frozen=True)
class SampledStudy:
    """A study that was sampled: ``ranks`` under all factors, ``scores`` under those that keep their
    scale, and the scores of every aggregate node, the index first.
    """

    ranks: Uncertainty
    scores: Uncertainty
    nodes: dict[str, Replicates]

    @property
    def row(self) -> pd.DataFrame:
        """How the study was tried."""
        return study_row("sampled", self.ranks.replicates, self.ranks.n, SEED)

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
    only: Only | None = None,
) -> SampledStudy:
    """Sample ranks (base sample ``n``), and the scores of every node as an index (``scores_n``)."""
    ranks = uncertainty(panel, framework, study, n, SEED, jobs=1, only=only)
    scaled, scores = without_scales(study), ranks
    if scaled:
        scores = uncertainty(panel, framework, scaled, scores_n, SEED, jobs=1, only=only)
    nodes = {framework.top: Replicates.of(scores)}
    for node in framework.aggregates:
        if node == framework.top:
            continue
        part, own = subindex(framework, scaled, node) if scaled else (framework, None)
        if own:
            made = uncertainty(panel, part, own, scores_n, SEED, jobs=1, only="intervals")
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
) -> Tables:
    """Sample a study of one year, and tell everything that reports show of it.

    Claims name units by ``names``, medians are of ``groups``; half of the base sample ``n`` is for
    scores. As ``erat uncertainty`` writes them: ``rank_intervals`` (with the extremes),
    ``score_intervals``, ``indices``, ``convergence``, ``dominance``, ``tiers``, ``rank_at_most``,
    ``claims``, scores being on one scale. Beside these: ``study`` (one row: how many ways were
    tried); of every aggregate node ``node_intervals``, ``score_shares`` (of ways with a higher
    score) and ``medians``; ``distances`` (of scores to the mean of the units); ``shifts`` (by how
    much a factor alone moves a rank); of single choices ``choices, alternatives, effects, alone``.
    """
    made = sample(panel, framework, study, n, n // 2)
    result, design = StudyResult(made.ranks), made.ranks.plan.design
    of_ranks, of_scores = index_table(made.ranks), index_table(made.scores)
    parts = [
        of_ranks[~of_ranks["output"].str.startswith("score:")],
        of_scores[of_scores["output"].str.startswith("score:")],
    ]
    ranks = made.ranks.store.ranks[:, made.ranks.plan.evaluation]
    moved = {
        name: ranks[:, design.parts[f"alone:{name}"]] - made.ranks.ranks[:, None]
        for name in design.names
    }
    single = alternatives(panel, framework, study, alone=True)
    return {
        "study": made.row,
        "convergence": convergence_table(made.ranks),
        "claims": claim_table(claims(result, names)),
        "indices": pd.concat(parts, ignore_index=True),
        **_tables(framework.top, result.ranks, made.extremes, moved, made.nodes, groups, single),
    }


def enumerated_tables(
    tried: Alternatives, framework: Framework, study: Study, names: Names, groups: Groups
) -> Tables:
    """Tell the same, but ``convergence``, of a study whose every combination was tried."""
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
    apart = tried.ranks.sub(tried.nominal, axis=0)
    outputs = np.column_stack([apart.abs().mean(), ranks.T])
    choices = tried.choices.loc[on_scale].drop(columns=list(tried.scale), errors="ignore")
    scores = tried.scores[framework.top][on_scale].to_numpy().T
    parts = [
        _exact_rows(tried.choices, outputs, [SHIFT, *(f"rank:{unit}" for unit in units)]),
        _exact_rows(choices, scores, [f"score:{unit}" for unit in units]),
    ]
    moved = {
        str(factor): apart[tried.choices.index[tried.only(factor)]].to_numpy(dtype=float)
        for factor in tried.choices
    }
    return {
        "study": study_row("every", len(tried.choices), 0, 0),
        "claims": claim_table(claims(result, names)),
        "indices": pd.concat(parts, ignore_index=True),
        **_tables(framework.top, result, extremes(ranks), moved, nodes, groups, tried),
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


def _tables(
    top: str,
    result: RankResult,
    ends: Mapping[str, np.ndarray],
    moved: Mapping[str, np.ndarray],
    nodes: Mapping[str, Replicates],
    groups: Groups,
    single: Alternatives,
) -> Tables:
    """Return the tables of ranks with their extremes, of nodes, and of single choices. ``moved``
    are changes of rank by a factor alone, ``(units, settings)``; below 0 is towards the first.
    """
    intervals = result.intervals.assign(**ends)
    intervals.insert(0, "unit", result.units)
    shifts = [
        pd.DataFrame(
            {
                "factor": factor,
                "unit": result.units,
                "mean": own.mean(axis=1),
                "mean_absolute": np.abs(own).mean(axis=1),
                "low": own.min(axis=1),
                "high": own.max(axis=1),
            }
        )
        for factor, own in moved.items()
    ]
    return {
        "rank_intervals": intervals,
        **result.tables(),
        "shifts": pd.concat(shifts, ignore_index=True),
        "score_intervals": nodes[top].intervals(),
        "distances": nodes[top].distances(),
        "node_intervals": stacked({node: own.intervals() for node, own in nodes.items()}),
        "medians": stacked({node: own.medians(groups) for node, own in nodes.items()}),
        "score_shares": pd.concat([own.above().assign(node=node) for node, own in nodes.items()]),
        "effects": single.effects(),
        "choices": single.choices.reset_index(),
        "alternatives": single.ranks.reset_index(),
        "alone": single.alone(top),
    }


def year_intervals(
    panel: Panel,
    framework: Framework,
    study: Study,
    middle: pd.MultiIndex,
    n: int = YEAR_SAMPLE,
) -> pd.DataFrame:
    """Return the 5% and 95% quantiles of the index, on one scale: ``unit, year, low, high``. The
    unit ``""`` is the year's median, over the units and years of ``middle``.
    """
    scaled = without_scales(study)
    if scaled is None:
        return pd.DataFrame(columns=["unit", "year", "low", "high"])
    made = uncertainty(panel, framework, scaled, n, SEED, jobs=1, only="intervals")
    rows = pd.Series(range(len(panel.values)), panel.values.index).astype(str)
    scores = replace(Replicates.of(made), units=list(rows))
    by_year = rows[rows.index.isin(middle)].groupby(level="year")
    medians = scores.medians({str(year): list(own) for year, own in by_year})
    own = scores.intervals().assign(unit=panel.units, year=panel.years)
    both = pd.concat([own, medians.assign(unit="", year=medians["group"].astype(int))])
    return both.rename(columns={"q05": "low", "q95": "high"})[["unit", "year", "low", "high"]]
