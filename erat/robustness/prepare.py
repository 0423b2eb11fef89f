"""Normalized values of a setting, every step before them done once for all that share it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce

import numpy as np

from erat.errors import InputError, MethodError, Problem
from erat.index.construction import MARKS, Construction
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.robustness.data_versions import Measured, Versions, with_version
from erat.robustness.design import BASE
from erat.robustness.plan import Setup, looks_at_columns_alone

KEPT_BYTES = 2**28
"""About as much memory is given to steps that may be needed again."""


@dataclass(frozen=True)
class Prepared:
    """Normalized values.

    Attributes
    ----------
    framework
        Without what was excluded before, or dropped by screening.
    panel
        The rows that screening left.
    rows
        Their places among all rows.
    values
        ``(rows, indicators)``, in the framework's order; nan where missing.
    levels
        Level of each node in the whole framework.
    """

    framework: Framework
    panel: Panel
    rows: np.ndarray
    values: np.ndarray
    levels: Mapping[str, int]


class Preparer:
    """Prepares settings of one panel and framework.

    Parameters
    ----------
    panel, framework
        The base's.
    versions
        Versions of the data by factor.
    goalposts
        By how much goalposts move, ``(draws, 2, indicators)``, in parts of their distance.
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
        self.kept: OrderedDict[str, Construction] = OrderedDict()
        size = max(8 * panel.values.size, 1)
        self.most_steps, self.most = max(8, KEPT_BYTES // size), max(2, KEPT_BYTES // size)
        self.frameworks: dict[tuple[str, ...], Framework] = {}
        self.made: OrderedDict[str, Prepared | InputError] = OrderedDict()

    def prepared(self, setup: Setup) -> Prepared:
        """Do every step of a setting up to normalization.

        Raises
        ------
        InputError
            If a step refuses its data or options.
        """
        assert setup.method is not None  # noqa: S101
        whole = looks_at_columns_alone(setup.method)
        if whole:
            try:
                return self._cached(setup, setup.method, ())
            except InputError:
                if not setup.method.exclude:
                    raise
        return self._cached(setup, setup.method, setup.method.exclude)

    def _cached(self, setup: Setup, method: Method, without: tuple[str, ...]) -> Prepared:
        key = f"{setup.steps}|{sorted(without)}"
        if key not in self.made:
            try:
                self.made[key] = self._prepare(setup, method, without)
            except InputError as refused:
                self.made[key] = refused
            while len(self.made) > self.most:
                self.made.popitem(last=False)
        self.made.move_to_end(key)
        found = self.made[key]
        if isinstance(found, InputError):
            raise found
        return found

    def _prepare(self, setup: Setup, method: Method, without: tuple[str, ...]) -> Prepared:
        key = f"{setup.data}|{sorted(without)}|{method.screen!r}|{method.reference_year}"
        work = self._step(key, partial(self._begin, setup, method, without))
        for step in method.order[:-2]:
            key += f"|{step}: {getattr(method, step, '')!r}"
            work = self._step(key, partial(_go_on, work, method, step))
        work = work.fork(method)
        self._set_marks(work, setup)
        work.normalize()
        rows = np.arange(len(self.panel.values))
        if len(work.panel.values) < len(rows):
            rows = np.flatnonzero(self.panel.values.index.isin(work.panel.values.index))
        return Prepared(work.framework, work.panel, rows, work.normalized, self.framework.levels)

    def _begin(self, setup: Setup, method: Method, without: tuple[str, ...]) -> Construction:
        panel = self.panel  # versions made elsewhere come first: they would undo an error
        for name, number in sorted(
            setup.data, key=lambda own: isinstance(self.versions[own[0]], Measured)
        ):
            panel = with_version(panel, self.versions[name], number)
        if without not in self.frameworks:
            self.frameworks[without] = self.framework.without(without)
        return Construction(panel, self.frameworks[without], method, self.framework.levels)

    def _step(self, key: str, make: Callable[[], Construction]) -> Construction:
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        work = make()
        self.kept[key] = work
        while len(self.kept) > self.most_steps:
            self.kept.popitem(last=False)
        return work

    def _set_marks(self, work: Construction, setup: Setup) -> None:
        """Set goalposts and targets that differ from the framework's, on the scale of the values.

        Goalposts move on the scale on which they are used: of a logarithm, by parts of its range.
        """
        marks = [cell for cell in setup.cells if cell[0] in MARKS]
        if not marks and setup.goalposts == BASE:
            return
        new = np.stack([work.framework.column(name) for name in MARKS])
        for column, code, value in marks:
            if code in work.codes:
                new[MARKS.index(column), work.codes.index(code)] = value
        _refuse_crossed(new, work.codes)
        with np.errstate(invalid="ignore", divide="ignore"):
            work.marks = np.stack(
                [
                    reduce(lambda mark, function: function(mark), done, new[:, j])
                    for j, done in enumerate(work.done)
                ],
                axis=1,
            )
        if setup.goalposts != BASE:
            places = [self.framework.indicators.index(code) for code in work.codes]
            moves = self.goalposts[setup.goalposts][:, places]
            work.marks[:2] += moves * (work.marks[1] - work.marks[0])


def _go_on(before: Construction, method: Method, step: str) -> Construction:
    work = before.fork(method)
    getattr(work, step)()
    return work


def _refuse_crossed(marks: np.ndarray, codes: Sequence[str]) -> None:
    """Refuse goalposts that do not ascend, which a framework's table may not hold either."""
    for j in np.flatnonzero(marks[0] >= marks[1])[:1]:
        low, high = marks[:2, j]
        found = f"goalposts of {codes[j]!r} from {low:.6g} to {high:.6g}"
        raise MethodError([Problem("study", found, "the lower one first", "narrow their factors")])


def with_weights(framework: Framework, weights: Mapping[str, float]) -> Framework:
    """Return a framework in which some weights are others."""
    known = {code: weight for code, weight in weights.items() if code in framework.table.index}
    if not known:
        return framework
    table = framework.table.copy()
    table.loc[list(known), "weight"] = list(known.values())
    return replace(framework, table=table)
