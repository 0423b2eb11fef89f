"""From a panel to an index: every step of construction, in order, with its result kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.construct.impute import Rows
from erat.construct.normalize import Anchors, Columns
from erat.construct.transform import TRANSFORMS
from erat.framework import Framework
from erat.method import Method
from erat.panel import Panel
from erat.preconditions import (
    check_domains,
    check_goalposts,
    check_names,
    check_no_denominators,
)
from erat.tree import Tree

DIGITS = 12
"""Scores are rounded to this many digits before they are ranked, so that noise makes no order."""


TREATMENT_COLUMNS = ["unit", "year", "indicator", "action", "before", "after"]


@dataclass(frozen=True)
class Assessment:
    """An index and every step on the way to it.

    Tables have the panel's rows (index ``unit, year``).

    Attributes
    ----------
    imputed, treated, normalized
        Values after each step, a column an indicator.
    treatment
        What was treated: columns ``unit, year, indicator, action, before, after``.
    anchors
        What a linear normalization was fitted to: indexed by indicator, columns
        ``low, high, to_low, to_high, clip`` on the scale of direction x treated value.
    weights
        Weight of every node under its parent, adding to 1 there.
    scores, ranks
        A column an aggregate node. Rank 1 is best, within the year.
    contributions
        A column an indicator; a row adds up to the score of the index.
    """

    panel: Panel
    framework: Framework
    method: Method
    imputed: pd.DataFrame
    treated: pd.DataFrame
    treatment: pd.DataFrame
    normalized: pd.DataFrame
    anchors: pd.DataFrame
    weights: pd.Series
    scores: pd.DataFrame
    ranks: pd.DataFrame
    contributions: pd.DataFrame

    @property
    def index(self) -> pd.Series:
        """Scores of the index."""
        return self.scores[self.framework.top]


def assess(panel: Panel, framework: Framework, method: Method | None = None) -> Assessment:
    """Construct an index.

    Parameters
    ----------
    panel
        Values of the framework's indicators.
    framework
        The tree of index, dimensions and indicators.
    method
        The choices; the defaults of :class:`Method` if not given.

    Returns
    -------
    Assessment
        With every step's table.

    Raises
    ------
    MethodError
        If the method names a node, indicator or group that is not there, or an aggregation meets a
        value it is not defined for.
    DataError
        If a transformation meets a value outside its domain.
    """
    method = method or Method()
    check_names(method, framework, panel)
    work = _Work(panel, framework.without(method.exclude), method, framework.levels)
    for step in method.order:
        getattr(work, step)()
    return work.result()


class _Work:
    """The values on their way through the steps; one method a step, named as in ``order``."""

    def __init__(
        self, panel: Panel, framework: Framework, method: Method, levels: dict[str, int]
    ) -> None:
        self.panel, self.framework, self.method, self.levels = panel, framework, method, levels
        self.codes = framework.indicators
        self.x = panel.values[self.codes].to_numpy(dtype=float)
        self.imputed = self.x
        self.goalposts = np.stack(
            [framework.column("goalpost_low"), framework.column("goalpost_high")]
        )
        self.treatment = pd.DataFrame(columns=TREATMENT_COLUMNS)

    def denominate(self) -> None:
        check_no_denominators(self.framework)

    def impute(self) -> None:
        step, groups = self.method.impute, self.panel.groups
        rows = Rows(
            np.array(self.panel.units),
            self.panel.years,
            {str(name): groups[name].to_numpy() for name in groups},
        )
        self.x = step.function(self.x, rows, **step.arguments)
        self.imputed = self.x

    def transform(self) -> None:
        names = {
            code: self.method.transform.get(code, str(self.framework.table.loc[code, "transform"]))
            for code in self.codes
        }
        check_domains(self.panel, names, self.codes, self.x)
        self.x = self.x.copy()
        for j, code in enumerate(self.codes):
            self.x[:, j] = TRANSFORMS[names[code]](self.x[:, j])
            with np.errstate(invalid="ignore", divide="ignore"):
                self.goalposts[:, j] = TRANSFORMS[names[code]](self.goalposts[:, j])

    def treat(self) -> None:
        step, before = self.method.treat, self.x
        units, years = self.panel.units, self.panel.years
        rows = []
        self.x = before.copy()
        for j, code in enumerate(self.codes):
            treated = step.function(before[:, j], **step.arguments)
            self.x[:, j] = treated.x
            if treated.function is not None:
                self.goalposts[:, j] = treated.function(self.goalposts[:, j])
            note = "" if treated.passes else "; skewness and kurtosis still fail"
            rows += [
                (units[i], years[i], code, treated.action[i] + note, before[i, j], self.x[i, j])
                for i in np.flatnonzero(treated.action != "")
            ]
        self.treatment = pd.DataFrame(rows, columns=TREATMENT_COLUMNS)

    def normalize(self) -> None:
        direction = self.framework.column("direction")
        y = self.x * direction
        posts = np.sort(self.goalposts * direction, axis=0)
        self.treated = self.x
        self.normalized = np.empty_like(y)
        fitted = {}
        for j, code in enumerate(self.codes):
            step = self.method.normalize.of(code)
            check_goalposts(step.method, code, posts[:, j])
            columns = Columns(posts[0, j : j + 1], posts[1, j : j + 1])
            made = step.function(y[:, j : j + 1], columns, **step.arguments)
            if isinstance(made, Anchors):
                fitted[code] = (made.low.item(), made.high.item(), *made.to, made.clip)
                made = made.apply(y[:, j : j + 1])
            self.normalized[:, j] = made[:, 0]
        self.anchors = pd.DataFrame.from_dict(
            fitted, orient="index", columns=["low", "high", "to_low", "to_high", "clip"]
        ).rename_axis("indicator")

    def aggregate(self) -> None:
        tree = Tree(self.framework, self.method, self.normalized, self.levels)
        for node in self.framework.upwards:
            tree.climb(node, self.panel)
        self.tree = tree

    def result(self) -> Assessment:
        frame = self._frame
        scores = frame({node: self.tree.values[node] for node in self.framework.aggregates})
        top = self.framework.top
        return Assessment(
            panel=self.panel,
            framework=self.framework,
            method=self.method,
            imputed=frame(self.imputed),
            treated=frame(self.treated),
            treatment=self.treatment,
            normalized=frame(self.normalized),
            anchors=self.anchors,
            weights=pd.Series(self.tree.weights, name="weight").rename_axis("code"),
            scores=scores,
            ranks=rank(scores, self.method.ranks.ties),
            contributions=frame(self.tree.parts[top]),
        )

    def _frame(self, values: np.ndarray | dict[str, np.ndarray]) -> pd.DataFrame:
        columns = self.codes if isinstance(values, np.ndarray) else list(values)
        return pd.DataFrame(values, index=self.panel.values.index, columns=columns)


def rank(scores: pd.DataFrame, ties: str = "min") -> pd.DataFrame:
    """Rank scores within each year: 1 is best; a missing score has no rank.

    Scores that agree in the first :data:`DIGITS` digits of the column's largest are tied.
    """
    years = scores.index.get_level_values("year")
    largest = scores.abs().max().replace(0, 1).fillna(1)
    rounded = (scores / 10 ** np.ceil(np.log10(largest))).round(DIGITS)
    ranked = rounded.groupby(years).rank(ascending=False, method=ties)
    return ranked if ties == "average" else ranked.astype("Int64")
