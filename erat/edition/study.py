"""What an edition's study says: the tables of uncertainty and sensitivity that its reports show.

A study is sampled, or every combination of its choices is tried; the tables are the same. Ranks are
tried under all factors, scores under all but normalizations, which change their scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from erat.robustness.sensitivity import SHIFT, convergence_table, index_table
from erat.robustness.study_result import RankResult, StudyResult
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

    def intervals(self, **labels: str) -> pd.DataFrame:
        """Return the interval of every row: ``unit``, labels, and the columns of the contract."""
        values = self.scores.copy()  # row by row: sums round by the order in memory
        every = {"unit": self.units, **labels, "nominal": self.nominal, **summary(values)}
        return pd.DataFrame(every)[["unit", *labels, *COLUMNS]]

    def above(self) -> pd.DataFrame:
        """Return the share of ways in which a score is above the edition's: ``unit, above``."""
        more = np.round(self.scores, 9) > np.round(self.nominal, 9)[:, None]
        return pd.DataFrame({"unit": self.units, "above": more.mean(axis=1)})

    def medians(self, groups: Groups, **labels: str) -> pd.DataFrame:
        """Return intervals of medians within one way: ``group``, labels, and the columns."""
        rows = [pd.Index(self.units).get_indexer(list(members)) for members in groups.values()]
        ways = pd.DataFrame(np.column_stack([self.nominal, self.scores]))
        medians = np.stack([ways.iloc[members].median() for members in rows])
        table = Replicates(list(groups), medians[:, 0], medians[:, 1:]).intervals(**labels)
        return table.rename(columns={"unit": "group"})

    def distances(self) -> pd.DataFrame:
        """Return intervals of distances to the mean of all units, taken within one way."""
        apart = self.scores - np.nanmean(self.scores, axis=0)
        nominal = self.nominal - np.nanmean(self.nominal)
        return Replicates(self.units, nominal, apart).intervals()


def stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put the intervals of nodes one under the other: first key, node, other keys and columns."""
    every = pd.concat(tables, ignore_index=True)
    first, *others = every.columns.drop(["node", *COLUMNS])
    return every[[first, "node", *others, *COLUMNS]]


def evaluated(
    panel: Panel, framework: Framework, study: Study, n: int, only: Only | None = "intervals"
) -> Uncertainty:
    """Evaluate a study with the seed of all editions."""
    return uncertainty(panel, framework, study, n, SEED, jobs=1, only=only)


def sample(
    panel: Panel,
    framework: Framework,
    study: Study,
    n: int,
    scores_n: int,
    only: Only | None = None,
) -> tuple[Uncertainty, Uncertainty, dict[str, Replicates]]:
    """Sample a study under all factors (base sample ``n``) for ranks, and (``scores_n``) under
    those that keep their scale for scores; third, every aggregate node as an index of its own.
    """
    ranks = evaluated(panel, framework, study, n, only)
    scaled, scores = without_scales(study), ranks
    if scaled:
        scores = evaluated(panel, framework, scaled, scores_n, only)
    nodes = {framework.top: Replicates.of(scores)}
    for node in [node for node in framework.aggregates if node != framework.top]:
        part, inside = subindex(framework, scaled, node) if scaled else (framework, None)
        if inside:
            nodes[node] = Replicates.of(evaluated(panel, part, inside, scores_n))
        else:  # nothing acts on it
            same = scores.assessment.scores[node].to_numpy()
            nodes[node] = Replicates(nodes[framework.top].units, same, same[:, None])
    return ranks, scores, nodes


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
    by_rank, by_score, nodes = sample(panel, framework, study, n, n // 2)
    result, design, ranks = StudyResult(by_rank), by_rank.plan.design, by_rank.store.ranks
    tables = [index_table(by_rank), index_table(by_score)]
    of_scores = [table["output"].str.startswith("score:") for table in tables]
    indices = [tables[0][~of_scores[0]], tables[1][of_scores[1]]]
    apart = (ranks - by_rank.ranks[:, None])[:, by_rank.plan.evaluation]
    moved = {name: apart[:, design.parts[f"alone:{name}"]] for name in design.names}
    ends = extremes(ranks[:, by_rank.counts > 0])
    single = alternatives(panel, framework, study, alone=True)
    return {
        "study": study_row(by_rank),
        "convergence": convergence_table(by_rank),
        "claims": claim_table(claims(result, names)),
        "indices": pd.concat(indices, ignore_index=True),
        **_tables(framework.top, result.ranks, ends, moved, nodes, groups, single),
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
    indices = [
        _exact_rows(tried.choices, outputs, [SHIFT, *(f"rank:{unit}" for unit in units)]),
        _exact_rows(choices, scores, [f"score:{unit}" for unit in units]),
    ]
    moved = {
        str(factor): apart[tried.only(str(factor))].to_numpy(dtype=float)
        for factor in tried.choices
    }
    return {
        "study": study_row(tried),
        "claims": claim_table(claims(result, names)),
        "indices": pd.concat(indices, ignore_index=True),
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


def study_row(tried: Uncertainty | Alternatives) -> pd.DataFrame:
    """Say in one row how a study was tried: ``sampled``, or ``every`` combination."""
    if isinstance(tried, Alternatives):
        row = ("every", len(tried.choices), 0, 0)
    else:
        row = ("sampled", tried.replicates, tried.n, tried.seed)
    return pd.DataFrame([row], columns=["kind", "ways", "n", "seed"])


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
        pd.DataFrame({"factor": factor, "unit": result.units}).assign(
            mean=shift.mean(axis=1),
            mean_absolute=np.abs(shift).mean(axis=1),
            low=shift.min(axis=1),
            high=shift.max(axis=1),
        )
        for factor, shift in moved.items()
    ]
    return {
        "rank_intervals": intervals,
        **result.tables(),
        "shifts": pd.concat(shifts, ignore_index=True),
        "score_intervals": nodes[top].intervals(),
        "distances": nodes[top].distances(),
        "node_intervals": stacked(one.intervals(node=node) for node, one in nodes.items()),
        "medians": stacked(one.medians(groups, node=node) for node, one in nodes.items()),
        "score_shares": pd.concat([one.above().assign(node=node) for node, one in nodes.items()]),
        "effects": single.effects(),
        "choices": single.choices.reset_index(),
        "alternatives": single.ranks.reset_index(),
        "alone": single.alone(top),
    }


def year_intervals(
    panel: Panel, framework: Framework, study: Study, middle: pd.MultiIndex, n: int = YEAR_SAMPLE
) -> pd.DataFrame:
    """Return the 5% and 95% quantiles of the index, on one scale: ``unit, year, low, high``. The
    unit ``""`` is the year's median, over the units and years of ``middle``.
    """
    scaled = without_scales(study)
    if scaled is None:
        return pd.DataFrame(columns=["unit", "year", "low", "high"])
    every = Replicates.of(evaluated(panel, framework, scaled, n))
    rows = pd.Series(range(len(panel.values)), panel.values.index).astype(str)
    by_year = rows[rows.index.isin(middle)].groupby(level="year")
    groups = {str(year): list(same) for year, same in by_year}
    medians = replace(every, units=list(rows)).medians(groups)
    intervals = every.intervals().assign(year=panel.years)
    both = pd.concat([intervals, medians.assign(unit="", year=medians["group"].astype(int))])
    return both.rename(columns={"q05": "low", "q95": "high"})[["unit", "year", "low", "high"]]
