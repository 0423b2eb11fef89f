"""The steps of construction up to the index: the values on their way, every step kept."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import reduce

import numpy as np
import pandas as pd

from erat.index.climb import ScoredTree
from erat.index.construct import screen
from erat.index.construct.anchors import COLUMNS
from erat.index.construct.denominate import denominate
from erat.index.construct.impute import Rows
from erat.index.construct.normalize import Anchors, Columns
from erat.index.construct.transform import fit
from erat.index.construct.treat import Treated
from erat.index.construction_checks import (
    check_anchors,
    check_denominator,
    check_domains,
    check_fits_all_years,
    check_marks,
    check_names,
    check_reach,
    check_screened,
)
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel, denominators

MARKS = ("goalpost_low", "goalpost_high", "target")
"""Columns of the framework in an indicator's own unit, transformed with it."""

TREATMENT_COLUMNS = ["unit", "year", "indicator", "action", "before", "after"]
SCREENING_COLUMNS = ["kind", "code", "year", "share", "action"]


def until_normalized(panel: Panel, framework: Framework, method: Method) -> Construction:
    """Go through the steps of construction up to the normalized indicators.

    Raises
    ------
    MethodError, DataError
        As :func:`assess` does.
    """
    check_names(method, framework, panel)
    work = Construction(panel, framework.without(method.exclude), method, framework.levels)
    for step in method.order[:-1]:
        getattr(work, step)()
    return work


class Construction:
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
        self.climbed: ScoredTree | None = None

    def fork(self, method: Method) -> Construction:
        """Return a copy that goes on with another method, equal in the steps done so far."""
        other = copy.copy(self)
        other.method, other.marks = method, self.marks.copy()
        other.done, other.scales = [list(done) for done in self.done], list(self.scales)
        other.treatments, other.climbed = dict(self.treatments), None
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

    def of_rows(self, rows: np.ndarray, framework: Framework, method: Method) -> Construction:
        """Return the normalized values of some rows (bool), to be aggregated in another way."""
        made = copy.copy(self)
        made.panel, made.framework, made.method = self.panel.take(rows), framework, method
        made.given = made.panel
        for name in ("x", "imputed", "filled", "treated", "normalized"):
            setattr(made, name, getattr(self, name)[rows])
        made.units, made.years = self.units[rows], self.years[rows]
        made.climbed = None
        return made

    @property
    def tree(self) -> ScoredTree:
        """How every node is scored; the framework is climbed when this is first asked for."""
        if self.climbed is None:
            self.climbed = ScoredTree(
                self.framework, self.method, self.normalized, self.panel, self.levels
            )
        return self.climbed

    def frame(self, values: np.ndarray | dict[str, np.ndarray]) -> pd.DataFrame:
        """Give values the index of all rows, those that screening dropped being empty."""
        columns = self.codes if isinstance(values, np.ndarray) else list(values)
        made = pd.DataFrame(values, index=self.panel.values.index, columns=columns)
        return (
            made if len(made) == len(self.given.values) else made.reindex(self.given.values.index)
        )
