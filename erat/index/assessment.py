"""From a panel to an index: every step of construction, in order, with its result kept."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from erat.errors import MethodError, ParameterError, Problem, listing
from erat.index.construct import screen
from erat.index.construct.anchors import COLUMNS
from erat.index.construct.denominate import denominate
from erat.index.construct.impute import Rows
from erat.index.construct.normalize import Anchors, Columns
from erat.index.construct.transform import fit
from erat.index.construct.treat import Treated
from erat.index.display import counted, small_table
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel, denominators
from erat.index.step_checks import (
    check_anchors,
    check_denominator,
    check_domains,
    check_fits_all_years,
    check_marks,
    check_names,
    check_no_subunits,
    check_reach,
    check_screened,
)
from erat.index.tree import Tree

DIGITS = 12
"""Scores are rounded to this many digits before they are ranked, so that noise makes no order."""


MOST_UNITS = 10
"""Units that an assessment shows of itself in a notebook."""

MARKS = ("goalpost_low", "goalpost_high", "target")
"""Columns of the framework in an indicator's own unit, transformed with it."""

TREATMENT_COLUMNS = ["unit", "year", "indicator", "action", "before", "after"]
SCREENING_COLUMNS = ["kind", "code", "year", "share", "action"]


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
    imputed, treated, normalized
        Values after each step, a column an indicator.
    filled
        Whether a value was imputed (bool), a column an indicator.
    treatment
        What was treated: columns ``unit, year, indicator, action, before, after``.
    anchors
        What a linear normalization was fitted to: indexed by indicator, columns
        ``low, high, to_low, to_high, clip, cap, scale`` on the scale of direction x treated value.
    weights
        Weight of every node under its parent, adding to 1 there.
    scores, ranks
        A column an aggregate node. Rank 1 is best, within the year.
    contributions
        A column an indicator; a row adds up to the score of the index. Empty where the score is no
        sum of the indicators.
    climbed
        How every node was scored, over the units that screening left; None of units whose scores
        were rolled up from sub-units that climbed the framework.
    """

    panel: Panel
    framework: Framework
    method: Method
    availability: pd.DataFrame
    screening: pd.DataFrame
    imputed: pd.DataFrame
    filled: pd.DataFrame
    treated: pd.DataFrame
    treatment: pd.DataFrame
    normalized: pd.DataFrame
    anchors: pd.DataFrame
    weights: pd.Series
    scores: pd.DataFrame
    ranks: pd.DataFrame
    contributions: pd.DataFrame
    climbed: Tree | None = field(repr=False, compare=False)

    @property
    def tree(self) -> Tree:
        """How every node was scored.

        Raises
        ------
        MethodError
            If the units did not climb the framework themselves.
        """
        if self.climbed is None:
            found, expected = "the framework climbed before the units", "units first"
            remedy = "use erat.subunits.contributions, or 'first: units'"
            raise MethodError([Problem("method, subunits.first", found, expected, remedy)])
        return self.climbed

    def __repr__(self) -> str:
        years = sorted(set(self.panel.years.tolist()))
        when = f", {years[0]} to {years[-1]}" if years[1:] else f" in {years[0]}"
        return (
            f"Assessment: {self.framework.name(self.framework.top)} of "
            f"{counted(len(set(self.panel.units)), 'unit')}{when if self.panel.has_years else ''}, "
            f"{counted(len(self.framework.indicators), 'indicator')}; without interval: see "
            "erat.alternatives or a study"
        )

    def _repr_html_(self) -> str:
        year, top = self.panel.years.max(), self.framework.top
        scores, ranks = (t.xs(year, level="year") for t in (self.scores, self.ranks))
        nodes = [top, *self.framework.dimensions]
        order = ranks[top].sort_values(kind="stable").index
        rows = (
            (u, ranks.at[u, top], *map(float, scores.loc[u, nodes])) for u in order[:MOST_UNITS]
        )
        header = ["unit", "rank", *(self.framework.name(node) for node in nodes)]
        more = f"; the first {MOST_UNITS}" if len(order) > MOST_UNITS else ""
        return small_table(f"{self!r}{more}", header, rows, len(order[:MOST_UNITS]))

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
        If a transformation meets a value outside its domain, a denominator is not above zero, or
        screening leaves nothing.
    """
    if isinstance(panel, pd.DataFrame):
        panel = Panel.from_frame(panel, framework)
    method = Method.parse(method) if isinstance(method, Mapping) else method or Method()
    check_no_subunits(method)
    work = until_normalized(panel, framework, method)
    work.aggregate()
    return work.result()


def until_normalized(panel: Panel, framework: Framework, method: Method) -> Steps:
    """Go through the steps of construction up to the normalized indicators.

    Raises
    ------
    MethodError, DataError
        As :func:`assess` does.
    """
    check_names(method, framework, panel)
    work = Steps(panel, framework.without(method.exclude), method, framework.levels)
    for step in method.order[:-1]:
        getattr(work, step)()
    return work


def availability(panel: Panel, framework: Framework) -> pd.DataFrame:
    """Share of the indicators under every aggregate node that have a value, a row a unit and year.

    The index's column is the unit's share of all its data.
    """
    there = panel.values.notna()
    return pd.DataFrame(
        {node: there[framework.leaves(node)].mean(axis=1) for node in framework.aggregates}
    )


class Steps:
    """The values on their way through the steps; one method a step, named as in ``order``.

    Steps put new arrays into the place of old ones, so that :meth:`fork` after a step lets two
    methods go on from there.
    """

    def __init__(
        self, panel: Panel, framework: Framework, method: Method, levels: dict[str, int]
    ) -> None:
        self.given, self.method, self.levels, self.whole = panel, method, levels, framework
        self.panel, self.framework = self._screened(panel, framework)
        self.codes = self.framework.indicators
        self.x = np.asfortranarray(self.panel.values[self.codes].to_numpy(dtype=float))
        self.imputed, self.filled = self.x, np.zeros(self.x.shape, dtype=bool)
        self.units, self.years = np.array(self.panel.units), self.panel.years
        reference = method.reference_year
        self.fitted_on = np.flatnonzero((self.years == reference) | (reference is None))
        self.marks = np.stack([self.framework.column(name) for name in MARKS])
        self.done: list[list[Callable[[np.ndarray], np.ndarray]]] = [[] for _ in self.codes]
        self.scales = ["x" for _ in self.codes]
        self.before_treat = self.after_treat = self.x
        self.treatments: dict[int, Treated] = {}

    def fork(self, method: Method) -> Steps:
        """Return a copy that goes on with another method, equal in the steps done so far."""
        other = copy.copy(self)
        other.method, other.marks = method, self.marks.copy()
        other.done, other.scales = [list(done) for done in self.done], list(self.scales)
        other.treatments = dict(self.treatments)
        return other

    def _screened(self, panel: Panel, framework: Framework) -> tuple[Panel, Framework]:
        """Take out units and indicators with too little data, as the method says."""
        step, codes = self.method.screen, np.array(framework.indicators)
        there = panel.values[framework.indicators].notna().to_numpy()
        units = np.array(panel.units)
        found: screen.Screened = step.function(there, units, codes, **step.arguments)
        check_screened(found, panel, self.method)
        self.screened, self.screened_of = found, (codes, units, panel.years)
        gone = [str(code) for code in codes[found.columns == screen.DROPPED]]
        return panel.take(found.rows != screen.DROPPED), framework.without(gone)

    def screening(self) -> pd.DataFrame:
        """Tell the share of data of every indicator and unit, and what became of it."""
        found, (codes, units, years) = self.screened, self.screened_of
        of_columns = pd.DataFrame(
            {"kind": "indicator", "code": codes, "year": pd.NA,
             "share": found.column_shares, "action": found.columns}
        )  # fmt: skip
        of_rows = pd.DataFrame(
            {"kind": "unit", "code": units, "year": years,
             "share": found.row_shares, "action": found.rows}
        )  # fmt: skip
        both = pd.concat([of_columns.astype({"year": "Int64"}), of_rows])
        return both.astype({"year": "Int64"}).reset_index(drop=True)

    def denominate(self) -> None:
        self.x = self.x.copy(order="K")
        for code, name in denominators(self.framework).items():
            j = self.codes.index(code)
            by = check_denominator(self.panel, code, name)
            self.x[:, j] = denominate(self.x[:, j], by)
            self.scales[j] += f" per {name}"

    def impute(self) -> None:
        step, groups, before = self.method.impute, self.panel.groups, self.x
        rows = Rows(
            self.units,
            self.years,
            {str(name): groups[name].to_numpy() for name in groups},
            np.array([self.framework.parent(code) for code in self.codes]),
            self.framework.column("direction"),
            np.array(self.codes),
        )
        self.x = step.function(self.x, rows, **step.arguments)
        self.imputed, self.filled = self.x, np.isnan(before) & ~np.isnan(self.x)

    def transform(self) -> None:
        table = self.framework.table["transform"]
        given = dict(zip(table.index, map(str, table), strict=True)) | self.method.transform
        names: dict[str, str] = {code: given[code] for code in self.codes}
        check_domains(self.panel, names, self.codes, self.x)
        self.x = self.x.copy(order="K")
        for j, code in enumerate(self.codes):
            function, scale = fit(names[code], self.x[self.fitted_on, j])
            before, self.x[:, j] = self.x[:, j].copy(), function(self.x[:, j])
            if scale != "none":
                check_reach(self.panel, code, names[code], before, self.x[:, j])
                self._rescale(j, function, scale)

    def _rescale(self, j: int, function: Callable[[np.ndarray], np.ndarray], scale: str) -> None:
        """Take goalposts and target along where the scale of an indicator changes."""
        self.done[j].append(function)
        self.scales[j] += f" then {scale}"
        with np.errstate(invalid="ignore", divide="ignore"):
            self.marks[:, j] = function(self.marks[:, j])

    def treat(self) -> None:
        step, before = self.method.treat, self.x
        self.x = before.copy(order="K")
        self.before_treat, self.after_treat = before, self.x
        for j in range(len(self.codes)):
            treated = step.function(before[self.fitted_on, j], **step.arguments)
            if not treated.action:
                continue
            self.treatments[j] = treated
            self.x[:, j] = treated.function(before[:, j])
            if treated.rescales:
                check_reach(self.panel, self.codes[j], treated.action, before[:, j], self.x[:, j])
                self._rescale(j, treated.function, treated.scale)

    def treatment(self) -> pd.DataFrame:
        """List every value that was treated."""
        rows, before = [], self.before_treat
        for j, treated in self.treatments.items():
            note = treated.action + ("" if treated.passes else "; skewness and kurtosis still fail")
            after, there = self.after_treat[:, j], ~np.isnan(before[:, j])
            for i in np.flatnonzero(there & (treated.rescales | (after != before[:, j]))):
                end = "top" if before[i, j] > after[i] else "bottom"
                action = note if treated.rescales else f"{note} ({end})"
                key = (self.units[i], self.years[i], self.codes[j])
                rows.append((*key, action, before[i, j], after[i]))
        return pd.DataFrame(rows, columns=TREATMENT_COLUMNS)

    def normalize(self) -> None:
        y = np.asfortranarray(self.x * self.framework.column("direction"))
        self.treated, self.normalized = self.x, np.empty_like(y)
        self.lines: dict[str, tuple[Anchors, int, str]] = {}
        apart = self.method.normalize.indicators
        together = [j for j, code in enumerate(self.codes) if code not in apart]
        for places in [together, *([j] for j, code in enumerate(self.codes) if code in apart)]:
            if places:
                self._normalize(y, places)

    def _normalize(self, y: np.ndarray, places: list[int]) -> None:
        """Normalize columns that have one step in common; keep what was fitted."""
        step, columns = self.method.normalize.of(self.codes[places[0]]), self._columns(places)
        for j, code in enumerate(columns.codes):
            check_marks(step, code, *(float(mark[j]) for mark in columns.marks))
        own = y if len(places) == y.shape[1] else y[:, places]
        part = own if len(self.fitted_on) == len(y) else own[self.fitted_on]
        made = step.function(part, columns, **step.arguments)
        if isinstance(made, Anchors):
            sound = (made.low < made.high) & np.isfinite(made.low) & np.isfinite(made.high)
            doubtful = ~np.broadcast_to(sound, (1, len(places)))[0]
            for j, code in enumerate(columns.codes):
                if doubtful[j] or "true zero" in step.needs:
                    line, direction = made.column(j), float(columns.direction[j])
                    check_anchors(step, code, line, own[:, j], direction)
                self.lines[code] = (made, j, columns.scales[j])
            made = made.apply(own)
        else:
            check_fits_all_years(step.method, self.method)
        self.normalized[:, places] = made

    def anchors(self) -> pd.DataFrame:
        """Tell what linear normalizations were fitted to."""
        rows = {
            code: self.lines[code][0].column(self.lines[code][1]).table(self.lines[code][2])
            for code in self.codes
            if code in self.lines
        }
        made = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))
        return made.rename_axis("indicator")

    def _columns(self, places: list[int]) -> Columns:
        """Collect what a normalization may know of some indicators."""
        direction = self.framework.column("direction")[places]
        low, high, target = self.marks[:, places] * direction
        done = [self.done[j] for j in places]
        words = ["" if way > 0 else ", less is better" for way in direction]

        def place(values: np.ndarray) -> np.ndarray:
            with np.errstate(invalid="ignore", divide="ignore"):
                return np.concatenate(
                    [
                        reduce(lambda value, function: function(value), steps, values[j : j + 1])
                        for j, steps in enumerate(done)
                    ]
                )

        return Columns(
            np.minimum(low, high),
            np.maximum(low, high),
            target,
            self.units[self.fitted_on],
            self.years[self.fitted_on],
            tuple(self.codes[j] for j in places),
            direction,
            tuple(self.scales[j] + word for j, word in zip(places, words, strict=True)),
            place,
        )

    def of_rows(self, rows: np.ndarray, framework: Framework, method: Method) -> Steps:
        """Return the normalized values of some rows (bool), to be aggregated in another way."""
        made = copy.copy(self)
        made.panel, made.framework, made.method = self.panel.take(rows), framework, method
        made.given = made.panel
        for name in ("x", "imputed", "filled", "treated", "normalized"):
            setattr(made, name, getattr(self, name)[rows])
        made.units, made.years = self.units[rows], self.years[rows]
        made.__dict__.pop("tree", None)
        return made

    def aggregate(self) -> None:
        self.tree = Tree(self.framework, self.method, self.normalized, self.panel, self.levels)

    def result(self) -> Assessment:
        frame = self._frame
        filled = pd.DataFrame(self.filled, self.panel.values.index, self.codes)
        scores = frame({node: self.tree.values[node] for node in self.framework.aggregates})
        top = self.framework.top
        return Assessment(
            panel=self.given,
            framework=self.framework,
            method=self.method,
            availability=availability(self.given, self.whole),
            screening=self.screening(),
            imputed=frame(self.imputed),
            filled=filled.reindex(self.given.values.index, fill_value=False),
            treated=frame(self.treated),
            treatment=self.treatment(),
            normalized=frame(self.normalized),
            anchors=self.anchors(),
            weights=pd.Series(self.tree.weights, name="weight").rename_axis("code"),
            scores=scores,
            ranks=rank(scores, self.method.ranks.ties),
            contributions=frame(self.tree.parts[top]),
            climbed=self.tree,
        )

    def _frame(self, values: np.ndarray | dict[str, np.ndarray]) -> pd.DataFrame:
        """Give values the index of all rows, those that screening dropped being empty."""
        columns = self.codes if isinstance(values, np.ndarray) else list(values)
        made = pd.DataFrame(values, index=self.panel.values.index, columns=columns)
        return (
            made if len(made) == len(self.given.values) else made.reindex(self.given.values.index)
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
    """Return the scores of all nodes in one year.

    Parameters
    ----------
    assessment
        Any assessment.
    year
        The latest one if not given. Years are not pooled: what moves together over time would
        look as if it moved together between units.

    Returns
    -------
    DataFrame
        Indexed by unit; a column an indicator (normalized, so that more is better) and then a
        column an aggregate node.

    Raises
    ------
    ParameterError
        If the assessment does not have the year.
    """
    scores = pd.concat([assessment.normalized, assessment.scores], axis=1)
    years = scores.index.get_level_values("year")
    chosen = int(years.max()) if year is None else year
    if chosen not in years:
        expected = f"one of {listing(sorted({int(y) for y in years}))}"
        raise ParameterError([Problem("year", str(chosen), expected, "choose another year")])
    return scores[years == chosen].droplevel("year")
