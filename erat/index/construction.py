"""The steps of construction up to the index: the values on their way, every step kept."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
import pandas as pd

from erat.index.climb import VALUES_AT_ONCE, ScoredTree
from erat.index.construct import screen
from erat.index.construct.impute import Rows
from erat.index.construct.normalize import ANCHOR_COLUMNS, Anchors, Columns
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
    with_parameters,
)
from erat.index.framework import Framework
from erat.index.method import Method, NormalizeOne
from erat.index.panel import Panel, denominators

MARKS = ("goalpost_low", "goalpost_high", "target")
"""Columns of the framework in an indicator's own unit, transformed with it."""
Function = Callable[[np.ndarray], np.ndarray]
TREATMENT_COLUMNS = ["unit", "year", "indicator", "action", "before", "after"]
SCREENING_COLUMNS = ["kind", "code", "year", "share", "action"]


def until_normalized(panel: Panel, framework: Framework, method: Method) -> Construction:
    """Go through the steps of construction up to the normalized indicators."""
    check_names(method, framework, panel)
    work = Construction(panel, framework.without(method.exclude), method, framework.levels)
    for step in method.order[:-1]:
        getattr(work, step)()
    return work


class SharedSteps:
    """Goes through the steps up to normalization, those that methods have in common once. One panel
    and framework.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Construction] = {}

    def __call__(self, panel: Panel, framework: Framework, method: Method) -> Construction:
        """Do as :func:`until_normalized`."""
        check_names(method, framework, panel)
        later = ("weights", "aggregate", "ranks", "subunits")
        key = repr([value for name, value in method if name not in later])
        if key not in self.kept:
            self.kept[key] = until_normalized(panel, framework, method)
        return self.kept[key].fork(method)


class Construction:
    """The values on their way through the steps; one method a step, named as in ``order``.

    Steps put new arrays into the place of old ones: two methods can go on from a :meth:`fork`.
    """

    def __init__(
        self, panel: Panel, framework: Framework, method: Method, levels: dict[str, int]
    ) -> None:
        panel = panel.without_codes(method.missing)
        self.unscreened, self.method, self.levels, self.whole = panel, method, levels, framework
        self.panel, self.framework, self.of_panel = self._screened(panel, framework)
        self.codes, self.x, self.forked = self.framework.indicators, self.of_panel, False
        self.imputed, self.filled = self.x, np.zeros(self.x.shape, dtype=bool)
        self.units, self.years = np.array(self.panel.units), self.panel.years
        reference = method.reference_year
        self.fitted_on = np.flatnonzero((self.years == reference) | (reference is None))
        self.marks = np.stack([self.framework.column(name) for name in MARKS])
        self.done: list[list[Function]] = [[] for _ in self.codes]
        self.scales = ["x" for _ in self.codes]
        self.treatments: dict[int, Treated] = {}

    def fork(self, method: Method) -> Construction:
        """Return a copy that goes on with another method, equal in the steps done so far."""
        other = copy.copy(self)
        other.method, other.marks, other.forked = method, self.marks.copy(), True
        other.done, other.scales = [list(done) for done in self.done], list(self.scales)
        other.treatments = dict(self.treatments)
        vars(other).pop("tree", None)
        return other

    def _screened(self, panel: Panel, framework: Framework) -> tuple[Panel, Framework, np.ndarray]:
        """Take out units and indicators with too little data, as the method says; third, values."""
        step, codes = self.method.screen, np.array(framework.indicators)
        at = [panel.values.columns.get_loc(code) for code in framework.indicators]
        x = panel.values.to_numpy(dtype=float)
        x = x if at == list(range(x.shape[1])) else x.T[at].T
        cells = screen.Cells(~np.isnan(x), np.array(panel.units), codes)
        self.screened: screen.Screened = step.function(cells, **step.arguments)
        check_screened(self.screened, panel, self.method)
        rows, columns = (of != screen.DROPPED for of in (self.screened.rows, self.screened.columns))
        x = x if rows.all() and columns.all() else x[rows][:, columns]
        gone = codes[~columns].tolist()
        return panel.take(rows), framework.without(gone), np.asfortranarray(x)

    def screening(self) -> pd.DataFrame:
        """Tell the share of data of every indicator and unit, and what became of it."""
        screened, panel = self.screened, self.unscreened
        cells = [
            ("indicator", self.whole.indicators, pd.NA, screened.column_shares, screened.columns),
            ("unit", panel.units, panel.years, screened.row_shares, screened.rows),
        ]
        tables = [pd.DataFrame(dict(zip(SCREENING_COLUMNS, row, strict=True))) for row in cells]
        return pd.concat([table.astype({"year": "Int64"}) for table in tables], ignore_index=True)

    def denominate(self) -> None:
        """Divide indicators by another column, ``x / by`` (missing where that is), in whose unit
        goalposts and targets are. Source: OECD/JRC (2008), Handbook, step 2; COINr, ``Denominate``.
        """
        divided = denominators(self.framework)
        self.x = self.x.copy(order="K") if divided else self.x
        for code, name in divided.items():
            j = self.codes.index(code)
            self.x[:, j] = self.x[:, j] / check_denominator(self.panel, code, name)
            self.scales[j] += f" per {name}"

    def impute(self) -> None:
        step, before = self.method.impute, self.x
        rows = Rows(
            self.units,
            self.years,
            self.panel.groups,
            np.array([self.framework.parent(code) for code in self.codes]),
            self.framework.column("direction"),
            np.array(self.codes),
        )
        self.x = step.function(self.x, rows, **step.arguments)
        if "other units" in step.needs:
            nothing = np.isnan(before).all(axis=1)
            if nothing.any():  # it would be scored by the others' values
                self.x = self.x.copy(order="K")
                self.x[nothing] = np.nan
        self.imputed, self.filled = self.x, np.isnan(before) & ~np.isnan(self.x)

    def transform(self) -> None:
        transforms = self.framework.transforms | self.method.transform
        names: dict[str, str] = {code: transforms[code] for code in self.codes}
        check_domains(self.panel, names, self.codes, self.x)
        changed = [j for j, code in enumerate(self.codes) if names[code] != "none"]
        self.x = self.x.copy(order="K") if changed else self.x
        for j in changed:
            code = self.codes[j]
            function, scale = fit(names[code], self.x[self.fitted_on, j])
            before, self.x[:, j] = self.x[:, j].copy(), function(self.x[:, j])
            if scale != "none":
                self._rescale(j, names[code], function, scale, before)

    def _rescale(
        self, j: int, name: str, function: Function, scale: str, before: np.ndarray
    ) -> None:
        """Take goalposts and target along where the scale of an indicator changes."""
        check_reach(self.panel, self.codes[j], name, before, self.x[:, j])
        self.done[j].append(function)
        self.scales[j] += f" then {scale}"
        with np.errstate(invalid="ignore", divide="ignore"):
            self.marks[:, j] = function(self.marks[:, j])

    def treat(self) -> None:
        step, before = self.method.treat, self.x
        fitted = [step.function(x[self.fitted_on], **step.arguments) for x in before.T]
        self.treatments = {j: treated for j, treated in enumerate(fitted) if treated.action}
        self.x = before.copy(order="K") if self.treatments else before
        self.moved: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        for j, treated in self.treatments.items():
            self.x[:, j] = after = treated.function(before[:, j])
            self.moved[j] = before[:, j], after
            if treated.scale:
                self._rescale(j, treated.action, treated.function, treated.scale, before[:, j])

    def treatment(self) -> Iterator[pd.DataFrame]:
        """List every value that was treated, an indicator after the other."""
        units = self.panel.values.index.get_level_values("unit")
        for j, treated in self.treatments.items():
            before, after = self.moved[j]
            moved = ~np.isnan(before) & (bool(treated.scale) | (after != before))
            before, after = before[moved], after[moved]
            note = treated.action + ("" if treated.passes else "; skewness and kurtosis still fail")
            action: str | np.ndarray = note
            if not treated.scale:
                action = np.where(before > after, f"{note} (top)", f"{note} (bottom)")
            cells = (units[moved], self.years[moved], self.codes[j], action, before, after)
            yield pd.DataFrame(dict(zip(TREATMENT_COLUMNS, cells, strict=True)))
        if not self.treatments:
            yield pd.DataFrame(columns=TREATMENT_COLUMNS)

    def normalize(self) -> None:
        y = np.asfortranarray(self.x * self.framework.column("direction"))
        self.treated = self._changed_since_imputed()
        self.lines, self.trees = list[tuple[Anchors, Columns]](), dict[str, ScoredTree]()
        normalize = with_parameters(self.method.normalize, self.framework)
        apart = [[j] for j, code in enumerate(self.codes) if code in normalize.indicators]
        together = [j for j in range(len(self.codes)) if [j] not in apart]
        if not apart:
            self.normalized = np.asfortranarray(self._normalize(normalize, y, together))
            return
        self.normalized = np.empty_like(y)
        for places in filter(None, [together, *apart]):
            step = normalize.of(self.codes[places[0]])
            self.normalized[:, places] = self._normalize(step, y, places)

    def _changed_since_imputed(self) -> dict[str, np.ndarray]:
        """Return the columns that treatment or transformation changed, to the last bit."""
        if self.x is self.imputed:
            return {}
        columns = zip(self.codes, self.x.T, self.imputed.T, strict=True)
        bits = np.dtype(np.int64)
        return {
            code: x.copy()
            for code, x, before in columns
            if not np.array_equal(x.view(bits), before.view(bits))
        }

    def _normalize(self, step: NormalizeOne, y: np.ndarray, places: list[int]) -> np.ndarray:
        """Normalize columns with one step in common, in place if that can be; keep what was fitted."""
        columns = self._columns(places)
        check_marks(step, columns)
        y = y if len(places) == y.shape[1] else y[:, places]
        part = y if len(self.fitted_on) == len(y) else y[self.fitted_on]
        normalized = step.function(part, columns, **step.arguments)
        if isinstance(normalized, Anchors):
            check_anchors(step, columns, normalized, y)
            size = max(VALUES_AT_ONCE // len(places), 1)
            if len(y) > size:  # they may hold parts of y, which is changed
                normalized = copy.deepcopy(normalized)
            self.lines.append((normalized, columns))
            if len(y) <= size:
                return normalized.apply(y)
            for start in range(0, len(y), size):
                y[start : start + size] = normalized.apply(y[start : start + size])
            return y
        check_fits_all_years(step.method, self.method)
        return np.asarray(normalized)

    def anchors(self) -> pd.DataFrame:
        """Tell what linear normalizations were fitted to, by indicator."""
        tables = [line.table(columns.codes, columns.scales) for line, columns in self.lines]
        table = pd.concat(tables) if tables else pd.DataFrame(columns=ANCHOR_COLUMNS)
        order = [code for code in self.codes if code in table.index]
        return table.loc[order].rename_axis("indicator")

    def _columns(self, places: list[int]) -> Columns:
        """Collect what a normalization may know of some indicators."""
        direction = self.framework.column("direction")[places]
        low, high, target = self.marks[:, places] * direction
        done = [self.done[j] for j in places]
        scales = [
            self.scales[j] + ("" if way > 0 else ", less is better")
            for j, way in zip(places, direction, strict=True)
        ]

        def place(values: np.ndarray) -> np.ndarray:
            placed = values.copy()
            with np.errstate(invalid="ignore", divide="ignore"):
                for j, functions in enumerate(done):
                    for function in functions:
                        placed[j : j + 1] = function(placed[j : j + 1])
            return placed

        return Columns(
            np.minimum(low, high),
            np.maximum(low, high),
            target,
            self.units[self.fitted_on],
            self.years[self.fitted_on],
            tuple(self.codes[j] for j in places),
            direction,
            tuple(scales),
            place,
        )

    @cached_property
    def tree(self) -> ScoredTree:
        """How every node is scored; forks with the same weights and aggregation share it."""
        key = f"{self.method.weights!r} {self.method.aggregate!r}"
        if key not in self.trees:
            of = (self.framework, self.method, self.normalized, self.panel, self.levels)
            self.trees[key] = ScoredTree(*of)
        return self.trees[key]

    def frame(self, values: np.ndarray | dict[str, np.ndarray]) -> pd.DataFrame:
        """Give values the index of all rows, those that screening dropped being empty."""
        rows, index = self.panel.values.index, self.unscreened.values.index
        if isinstance(values, dict):
            table = pd.DataFrame(values, index=rows)
        elif values is self.of_panel:  # which takes no memory again
            table = self.panel.values[self.codes]
        else:  # a copy that goes on with another method may have the same array
            table = pd.DataFrame(values, rows, self.codes, copy=self.forked)
        return table.copy(deep=False) if len(table) == len(index) else table.reindex(index)
