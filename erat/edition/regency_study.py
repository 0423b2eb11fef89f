"""How sure the regencies' scores are, and what is made from them: a sampled study of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from erat.edition.replicates import Replicates, interval_table
from erat.edition.study import SEED, Tables, sample, stacked, study_row
from erat.index.construct.groups import Groups
from erat.index.construct.rollup import ROLLUPS
from erat.index.panel import Panel
from erat.robustness.factors import Study
from erat.robustness.intervals import COLUMNS
from erat.robustness.node_study import without_scales
from erat.robustness.rank_result import thirds, whole_ranks
from erat.robustness.uncertainty import uncertainty
from erat.subunits.inequality import measures
from erat.subunits.rollup import RolledUp

SAMPLE = 256
"""Points of the base sample: 512 ways."""

MEASURES = ("mean", "range", "gini", "lost_percent")

OTHER_ROLLUPS: dict[str, dict[str, float]] = {
    "mean": {},
    "median": {},
    "atkinson": {"epsilon": 0.5},
    "minimum": {},
}
"""Roll-ups of the regencies' index that are set beside an edition's own, with their options."""


class Parents:
    """The units that regencies are part of, and how regencies count in them.

    Parameters
    ----------
    rolled
        The roll-up of the regencies' panel.
    units
        The regencies, in the order of their scores.
    """

    def __init__(self, rolled: RolledUp, units: Sequence[str]) -> None:
        places = rolled.tree.places.get_indexer(units)
        parents = rolled.tree.parents[places]
        self.order = np.argsort(parents, kind="stable")
        found, starts = np.unique(parents[self.order], return_index=True)
        self.units = [rolled.tree.units[i] for i in found]
        self.groups = Groups(starts, len(units))
        top = rolled.framework.indicators[0] if rolled.units_first else rolled.framework.top
        self.given = rolled.weights_of(top)[places, -1][self.order, None]
        self.step = rolled.subunits

    def values(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return scores ``(regencies, ways)`` in order, and the weights of those that are there."""
        x = scores[self.order]
        return x, self.groups.share(np.where(np.isnan(x), 0.0, self.given))

    def rolled(self, scores: np.ndarray, method: str, options: Mapping[str, float]) -> np.ndarray:
        """Roll scores up with a method and its options, ``(units, ways)``."""
        x, w = self.values(scores)
        return np.asarray(ROLLUPS[method](x, w, self.groups, **options).score)

    def replicates(self, made: Replicates) -> Replicates:
        """Roll scores up as the method does."""
        nominal, every = (
            self.rolled(x, self.step.method, self.step.arguments)
            for x in (made.nominal[:, None], made.scores)
        )
        return Replicates(self.units, nominal[:, 0], every)

    def inequality(self, scores: np.ndarray) -> dict[str, np.ndarray]:
        """Measure the inequality among the regencies of each unit, ``(units, ways)`` each."""
        x, w = self.values(scores)
        own = self.step.arguments.get("epsilon", 1.0)
        return measures(x, w, self.groups, np.full((len(self.units), x.shape[1]), own))


def regency_study(panel: Panel, rolled: RolledUp, study: Study) -> Tables:
    """Sample a study of regencies, and tell how sure they and what is made from them are.

    Scores are tried under all factors but normalizations, ranks under all.

    Parameters
    ----------
    panel, rolled
        The regencies' figures of one year, and their roll-up.
    study
        What is uncertain; its base rolls nothing up.

    Returns
    -------
    dict
        ``subunit_study`` (one row: how many ways), ``subunit_intervals`` (whole ranks among all,
        with their thirds), ``subunit_node_intervals`` (scores); of provinces, ``subunit_measures``
        (inequality, by node and measure), ``subunit_apart`` (the distance of their index to the
        mean of the provinces) and ``subunit_rollups`` (the index, by roll-up).
    """
    made = sample(panel, rolled.framework, study, SAMPLE, SAMPLE, only="intervals")
    found, top = made.nodes, made.nodes[rolled.framework.top]
    parents = Parents(rolled, top.units)
    intervals = made.ranks.intervals.ranks.assign(
        unit=top.units, nominal=made.ranks.ranks, **made.extremes
    )
    ranks = whole_ranks(intervals)
    return {
        "subunit_study": study_row("sampled", made.ranks.replicates, made.ranks.n, SEED),
        "subunit_intervals": ranks.join(thirds(ranks)).reset_index(),
        "subunit_node_intervals": stacked({n: own.intervals() for n, own in found.items()}),
        "subunit_measures": stacked(
            {node: _measures(parents, own) for node, own in found.items()}, "measure"
        ),
        "subunit_apart": parents.replicates(top).distances(),
        "subunit_rollups": _rollups(parents, top),
    }


def change_intervals(panel: Panel, rolled: RolledUp, study: Study) -> pd.DataFrame:
    """Return intervals of the change of every province from the first to the last year.

    Both years are taken from the same way to construct the index, so that what moves both alike
    cancels. The provinces' index is rolled up from that of their regencies.

    Parameters
    ----------
    panel, rolled, study
        As in :func:`regency_study`, of two years; every regency is in both.

    Returns
    -------
    DataFrame
        ``unit`` and the columns of the contract.
    """
    scaled = without_scales(study) or study
    found = uncertainty(panel, rolled.framework, scaled, SAMPLE, SEED, jobs=1, only="intervals")
    made = Replicates.of(found)
    ends = []
    for year in (panel.years.min(), panel.years.max()):
        rows = panel.years == year
        units = [unit for unit, here in zip(made.units, rows, strict=True) if here]
        year_made = Replicates(units, made.nominal[rows], made.scores[rows])
        ends.append(Parents(rolled, units).replicates(year_made))
    first, last = ends
    keys = {"unit": first.units}
    return interval_table(keys, last.nominal - first.nominal, last.scores - first.scores)


def _measures(parents: Parents, own: Replicates) -> pd.DataFrame:
    """Return intervals of the inequality inside every province: ``unit, measure`` and columns."""
    nominal, every = (parents.inequality(x) for x in (own.nominal[:, None], own.scores))
    tables = [
        interval_table({"unit": parents.units}, nominal[name][:, 0], every[name]).assign(
            measure=name
        )
        for name in MEASURES
    ]
    return pd.concat(tables, ignore_index=True)


def _rollups(parents: Parents, top: Replicates) -> pd.DataFrame:
    """Return intervals of the provinces' index by roll-up: ``unit, rollup`` and columns."""
    tables = []
    for name, options in OTHER_ROLLUPS.items():
        nominal, every = (
            parents.rolled(x, name, options) for x in (top.nominal[:, None], top.scores)
        )
        table = interval_table({"unit": parents.units}, nominal[:, 0], every)
        tables.append(table.assign(rollup=name))
    return pd.concat(tables, ignore_index=True)[["unit", "rollup", *COLUMNS]]
