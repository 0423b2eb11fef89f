"""Normalized values of a variant, every step before them done once for all that share it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial, reduce
from typing import TypeVar

import numpy as np

from erat.errors import InputError, MethodError, Problem
from erat.index.construction import MARKS, Construction
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.robustness.data_versions import Measured, Versions
from erat.robustness.design import BASE
from erat.robustness.plan import Variant, fewest_values, looks_at_columns_alone

KEPT_BYTES = 2**28
"""About as much memory is given to steps that may be needed again."""

T = TypeVar("T")


@dataclass(frozen=True)
class Prepared:
    """Normalized values, ``(rows, indicators)`` in the framework's order; nan where missing.
    Framework and panel are without what was excluded or dropped by screening; ``rows`` are the
    panel's places among all rows, ``levels`` those of nodes in the whole framework.
    """

    framework: Framework
    panel: Panel
    rows: np.ndarray
    values: np.ndarray
    levels: Mapping[str, int]


class Preparer:
    """Prepares variants of one panel and framework; ``versions`` of the data are by factor, and
    ``goalposts``, ``(draws, 2, indicators)``, move in parts of their distance.
    """

    def __init__(
        self,
        panel: Panel,
        framework: Framework,
        versions: Mapping[str, Versions],
        goalposts: np.ndarray,
    ) -> None:
        self.panel, self.framework = panel, framework
        self.versions, self.goalposts = versions, goalposts
        self.fewest = fewest_values(panel, framework)
        self.framework_without = cache(framework.without)
        self.steps: OrderedDict[str, Construction] = OrderedDict()
        self.texts: dict[int, tuple[object, str]] = {}
        self.prepared: OrderedDict[str, Prepared | InputError] = OrderedDict()
        self.most = max(2, KEPT_BYTES // max(8 * panel.values.size, 1))

    def prepare(self, variant: Variant, method: Method) -> Prepared:
        """Do every step of a variant up to normalization, or refuse it. What is excluded is left
        out at once only where it matters to other indicators, or where a step refuses it.
        """
        if looks_at_columns_alone(method, self.framework, self.fewest):
            try:
                return self._prepare_without((), variant, method)
            except InputError:
                if not method.exclude:
                    raise
        return self._prepare_without(method.exclude, variant, method)

    def _prepare_without(
        self, excluded: tuple[str, ...], variant: Variant, method: Method
    ) -> Prepared:
        def outcome() -> Prepared | InputError:
            try:
                return self._do_steps(excluded, variant, method)
            except InputError as refused:
                return refused

        key = f"{variant.until_normalized}|{sorted(excluded)}"
        prepared = _kept(self.prepared, self.most, key, outcome)
        if isinstance(prepared, InputError):
            raise prepared
        return prepared

    def _do_steps(self, excluded: tuple[str, ...], variant: Variant, method: Method) -> Prepared:
        most = max(8, self.most)
        key = (
            f"{variant.data}|{sorted(excluded)}|{self._text(method.screen)}|{method.reference_year}"
        )
        work = _kept(self.steps, most, key, partial(self._begin, excluded, variant, method))
        for step in method.order[:-2]:
            key += f"|{step}: {self._text(getattr(method, step, ''))}"
            work = _kept(self.steps, most, key, partial(_go_on, work, method, step))
        work = work.fork(method)
        self._set_marks(work, variant)
        work.normalize()
        rows = np.arange(len(self.panel.values))
        if len(work.panel.values) < len(rows):
            rows = np.flatnonzero(self.panel.values.index.isin(work.panel.values.index))
        return Prepared(work.framework, work.panel, rows, work.normalized, self.framework.levels)

    def _text(self, step: object) -> str:
        """Write a step out; the same object only once."""
        if id(step) not in self.texts:
            self.texts[id(step)] = (step, repr(step))
        return self.texts[id(step)][1]

    def _begin(self, excluded: tuple[str, ...], variant: Variant, method: Method) -> Construction:
        panel, data = self.panel, [(self.versions[name], number) for name, number in variant.data]
        # Versions made elsewhere come first: they would undo an error.
        for versions, number in sorted(data, key=lambda one: isinstance(one[0], Measured)):
            values = versions.version(panel.values.to_numpy(dtype=float), number)
            panel = panel.with_values(values)
        return Construction(panel, self.framework_without(excluded), method, self.framework.levels)

    def _set_marks(self, work: Construction, variant: Variant) -> None:
        """Set goalposts and targets that differ from the framework's, on the scale of the values.
        Goalposts move on that scale too: of a logarithm, by parts of its range.
        """
        if cells := [cell for cell in variant.cells if cell[0] in MARKS]:
            self._set_cells(work, cells)
        if variant.goalposts != BASE:
            places = [self.framework.indicators.index(code) for code in work.codes]
            moves = self.goalposts[variant.goalposts][:, places]
            work.marks[:2] += moves * (work.marks[1] - work.marks[0])

    def _set_cells(self, work: Construction, cells: Sequence[tuple[str, str, float]]) -> None:
        marks = np.stack([work.framework.column(name) for name in MARKS])
        for column, code, value in cells:
            if code in work.codes:
                marks[MARKS.index(column), work.codes.index(code)] = value
        for j in np.flatnonzero(marks[0] >= marks[1])[:1]:
            ends = f"goalposts of {work.codes[j]!r} from {marks[0, j]:.6g} to {marks[1, j]:.6g}"
            expected, remedy = "the lower one first", "narrow their factors"
            raise MethodError([Problem("study", ends, expected, remedy)])
        with np.errstate(invalid="ignore", divide="ignore"):
            columns = [
                reduce(lambda mark, function: function(mark), functions, marks[:, j])
                for j, functions in enumerate(work.done)
            ]
        work.marks = np.stack(columns, axis=1)


def _kept(kept: OrderedDict[str, T], most: int, key: str, make: Callable[[], T]) -> T:
    """Return what is kept under a key, or make it; only what was used last is kept."""
    if key not in kept:
        kept[key] = make()
        while len(kept) > most:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


def _go_on(before: Construction, method: Method, step: str) -> Construction:
    work = before.fork(method)
    getattr(work, step)()
    return work
