"""From a panel to an index: every step of construction, in order, with its result kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from erat.errors import ParameterError, Problem, listing
from erat.index.climb import ScoredTree
from erat.index.construction import Construction, until_normalized
from erat.index.construction_checks import check_no_subunits
from erat.index.display import counted, small_table
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel

DIGITS = 12
"""Scores are rounded to this many digits before they are ranked, so that noise makes no order."""
MOST_UNITS = 10
"""Units that an assessment shows of itself in a notebook."""


@dataclass(frozen=True, repr=False)
class Assessment:
    """An index and every step on the way to it.

    Tables have the panel's rows (index ``unit, year``). A unit that screening dropped has an empty
    row; an indicator that it dropped is not in the framework.

    Attributes
    ----------
    availability
        Share of the indicators under an aggregate node that have a value, a column a node.
    screening
        Share of data of every indicator and unit: columns ``kind`` (``indicator`` or ``unit``),
        ``code, year, share, action``. The action is empty where the share is large enough, else
        ``below`` (the threshold, but in), ``dropped`` or ``kept`` (forced in by the method).
    imputed, filled, treated, normalized
        Values after each step, and whether they were imputed, a column an indicator.
    anchors
        What a linear normalization was fitted to: a row an indicator, columns
        ``low, high, to_low, to_high, clip, cap, scale`` on the scale of direction x treated value.
    weights
        Weight of every node under its parent, adding to 1 there.
    scores, ranks
        A column an aggregate node. Rank 1 is best, within the year.
    tree
        How every node was scored, over the units that screening left.
    rolled_up
        The contributions of units whose scores were rolled up from sub-units; None of others.
    treatment_by_indicator
        Gives the treatment of an indicator after the other.
    """

    panel: Panel
    framework: Framework
    method: Method
    availability: pd.DataFrame
    screening: pd.DataFrame
    imputed: pd.DataFrame
    filled: pd.DataFrame
    treated: pd.DataFrame
    normalized: pd.DataFrame
    anchors: pd.DataFrame
    weights: pd.Series
    scores: pd.DataFrame
    ranks: pd.DataFrame
    tree: ScoredTree = field(repr=False, compare=False)
    treatment_by_indicator: Callable[[], Iterator[pd.DataFrame]] = field(repr=False, compare=False)
    rolled_up: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    @cached_property
    def treatment(self) -> pd.DataFrame:
        """What was treated: columns ``unit, year, indicator, action, before, after``."""
        return pd.concat(self.treatment_by_indicator(), ignore_index=True)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """A column an indicator; a row adds up to the score of the index.

        Empty where the score is no sum of the indicators.
        """
        if self.rolled_up is not None:
            return self.rolled_up
        parts = self._parts(self.tree.parts_of(self.framework.top))
        whole = self.panel.values.index
        return parts if len(parts) == len(whole) else parts.reindex(whole)

    def contributions_by_rows(self) -> Iterator[pd.DataFrame]:
        """Give the contributions of some rows after another, if that takes less memory."""
        if self.rolled_up is not None or len(self.tree.panel.values) < len(self.panel.values):
            yield self.contributions
            return
        for rows, part in self.tree.by_rows():
            yield self._parts(part.parts_by_column(self.framework.top), rows)

    def _parts(self, values: np.ndarray, rows: slice = slice(None)) -> pd.DataFrame:
        index = self.tree.panel.values.index[rows]
        return pd.DataFrame(values, index, self.framework.indicators, copy=False)

    def __repr__(self) -> str:
        units, indicators = len(set(self.panel.units)), len(self.framework.indicators)
        return (
            f"Assessment: {self.framework.name(self.framework.top)} of "
            f"{counted(units, 'unit')}{self.panel.when}, {counted(indicators, 'indicator')}; "
            "without interval: see erat.alternatives or a study"
        )

    def _repr_html_(self) -> str:
        year, top = self.panel.years.max(), self.framework.top
        scores, ranks = (t.xs(year, level="year") for t in (self.scores, self.ranks))
        nodes = [top, *self.framework.dimensions]
        units = ranks[top].sort_values(kind="stable").index[:MOST_UNITS]
        rows = ((unit, ranks.at[unit, top], *map(float, scores.loc[unit, nodes])) for unit in units)
        header = ["unit", "rank", *(self.framework.name(node) for node in nodes)]
        more = f"; the first {MOST_UNITS}" if len(ranks) > MOST_UNITS else ""
        return small_table(f"{self!r}{more}", header, rows, len(units))

    @property
    def index(self) -> pd.Series:
        """Scores of the index."""
        return self.scores[self.framework.top]


def assess(
    panel: Panel | pd.DataFrame,
    framework: Framework,
    method: Method | Mapping[str, Any] | None = None,
) -> Assessment:
    """Construct an index.

    Parameters
    ----------
    panel
        Values of the framework's indicators; of a plain table see :meth:`Panel.from_frame`.
    framework
        The tree of index, dimensions and indicators.
    method
        The choices, or what a method file would hold of them; the defaults of :class:`Method` if
        not given.

    Raises
    ------
    MethodError
        If the method names a node, indicator or group that is not there, or an aggregation meets a
        value it is not defined for.
    DataError
        If a transformation meets a value outside its domain, a denominator is not above zero, or
        screening leaves nothing.
    """
    if isinstance(panel, pd.DataFrame):
        panel = Panel.from_frame(panel, framework)
    method = Method.parse(method) if isinstance(method, Mapping) else method or Method()
    check_no_subunits(method)
    return assessment_of(until_normalized(panel, framework, method))


def assessment_of(steps: Construction) -> Assessment:
    """Return everything that came of the steps."""
    frame, panel = steps.frame, steps.unscreened
    filled = pd.DataFrame(steps.filled, steps.panel.values.index, steps.codes)
    scores = frame({node: steps.tree.values[node] for node in steps.framework.aggregates})
    there, whole = panel.values.notna(), steps.whole
    shares = {node: there[whole.leaves(node)].mean(axis=1) for node in whole.aggregates}
    imputed = frame(steps.imputed)
    steps.tree.shared = normalized = frame(steps.normalized)
    return Assessment(
        panel=panel,
        framework=steps.framework,
        method=steps.method,
        availability=pd.DataFrame(shares),
        screening=steps.screening(),
        imputed=imputed,
        filled=filled.reindex(panel.values.index, fill_value=False),
        treated=imputed.assign(**frame(steps.treated)),
        normalized=normalized.copy(deep=False),
        anchors=steps.anchors(),
        weights=pd.Series(steps.tree.weights, name="weight").rename_axis("code"),
        scores=scores,
        ranks=rank(scores, steps.method.ranks.ties),
        tree=steps.tree,
        treatment_by_indicator=steps.treatment,
    )


def rank(scores: pd.DataFrame, ties: str = "min") -> pd.DataFrame:
    """Rank scores within each year: 1 is best; a missing score has no rank.

    Scores that agree in the first :data:`DIGITS` digits of the column's largest are tied.
    """
    years = scores.index.get_level_values("year")
    largest = scores.abs().max().replace(0, 1).fillna(1)
    rounded = (scores / 10 ** np.ceil(np.log10(largest))).round(DIGITS)
    ranked = rounded.groupby(years).rank(ascending=False, method=ties)
    return ranked if ties == "average" else ranked.astype("Int64")


def in_year(assessment: Assessment, year: int | None = None) -> pd.DataFrame:
    """Return the scores of all nodes in one year, the latest one if not given.

    A row a unit; a column an indicator (normalized, so that more is better) and then an aggregate
    node. Years are not pooled: what moves together over time would look as if it moved together
    between units. A year that is not there is refused (ParameterError).
    """
    scores = pd.concat([assessment.normalized, assessment.scores], axis=1)
    years = scores.index.get_level_values("year")
    chosen = int(years.max()) if year is None else year
    if chosen not in years:
        expected = f"one of {listing(sorted({int(y) for y in years}))}"
        raise ParameterError([Problem("year", str(chosen), expected, "choose another year")])
    return scores[years == chosen].droplevel("year")
