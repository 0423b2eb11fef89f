"""What has to be computed: the distinct settings among all replicates, each one once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from erat.errors import InputError
from erat.index.method import Method
from erat.robustness.data_versions import Versions
from erat.robustness.design import BASE, Design
from erat.robustness.distributions import pick
from erat.robustness.factors import GOALPOSTS, Factor, Study
from erat.robustness.perturb import Mover
from erat.robustness.settings import Resolver, is_in_method, short

Cells = tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Setup:
    """One distinct setting of everything but the weights that move.

    Attributes
    ----------
    method
        The method; None if the settings make none, and ``problem`` says why.
    cells
        Cells of the framework that are set: column, code and value.
    goalposts
        Which draw moves the goalposts, or :data:`BASE`.
    data
        Names of the factors that change the data, with the number of the version.
    steps
        Key of everything up to normalization; equal keys have the same normalized values.
    shape
        Key of how nodes are aggregated, weighted and ranked.
    """

    method: Method | None
    problem: str = ""
    cells: Cells = ()
    goalposts: int = BASE
    data: tuple[tuple[str, int], ...] = ()
    steps: str = ""
    shape: str = ""

    @property
    def cell_weights(self) -> dict[str, float]:
        """Weights of the framework that are set, by code."""
        return {code: value for column, code, value in self.cells if column == "weight"}


@dataclass(frozen=True)
class Plan:
    """The distinct evaluations, in an order that keeps like ones together.

    Attributes
    ----------
    design
        The replicates.
    setups
        Every distinct setting.
    setup
        The setting of each evaluation, ``(evaluations,)``.
    moves
        The draw that each moving weights factor takes, ``(evaluations, movers)``.
    evaluation
        Which evaluation each replicate is, ``(replicates,)``.
    labels
        The number that stands for what each factor is set to, ``(replicates, factors)``.
    """

    design: Design
    setups: Sequence[Setup]
    setup: np.ndarray
    moves: np.ndarray
    evaluation: np.ndarray
    labels: np.ndarray = field(repr=False)

    @property
    def count(self) -> int:
        """Number of distinct evaluations."""
        return len(self.setup)


def make_plan(
    study: Study,
    resolver: Resolver,
    design: Design,
    movers: Mapping[str, Mover],
    versions: Mapping[str, Versions],
) -> Plan:
    """Find the distinct settings among a design's replicates.

    Parameters
    ----------
    study, resolver
        The study, and what makes its methods.
    design
        The replicates.
    movers, versions
        What moves weights, and versions of the data, by factor.
    """
    labels = np.stack(
        [_labels(factor, design, movers, versions) for factor in study.factors], axis=1
    )
    moving = [i for i, factor in enumerate(study.factors) if factor.name in movers]
    others = [i for i in range(len(study.factors)) if i not in moving]
    combinations, which = unique_rows(labels[:, others])
    maker = _SetupMaker(study, resolver, design)
    made = [maker.setup([study.factors[i] for i in others], row) for row in combinations]
    distinct = sorted(set(map(_key, made)))
    number = {key: i for i, key in enumerate(distinct)}
    first = {_key(setup): setup for setup in reversed(made)}
    numbers = np.array([number[_key(setup)] for setup in made])[which]
    rows, evaluation = unique_rows(np.column_stack([numbers, labels[:, moving]]))
    rows, evaluation = _sample_first(rows, evaluation, design)
    setups = [first[key] for key in distinct]
    return Plan(design, setups, rows[:, 0], rows[:, 1:], evaluation, labels)


def _sample_first(
    rows: np.ndarray, evaluation: np.ndarray, design: Design
) -> tuple[np.ndarray, np.ndarray]:
    """Put the evaluations of A and B first, each part in its order: intervals read only these."""
    used = np.zeros(len(rows), dtype=bool)
    for part in ("A", "B"):
        used[evaluation[design.parts[part]]] = True
    order = np.argsort(~used, kind="stable")
    return rows[order], np.argsort(order)[evaluation]


def unique_rows(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct rows in ascending order, and which of them each row is.

    Parameters
    ----------
    table
        Whole numbers, ``(rows, columns)``.

    Returns
    -------
    tuple
        ``(distinct, columns)`` and ``(rows,)``.

    Examples
    --------
    >>> rows, which = unique_rows(np.array([[2, 1], [0, 5], [2, 1]]))
    >>> rows.tolist(), which.tolist()
    ([[0, 5], [2, 1]], [1, 0, 1])
    """
    which = np.zeros(len(table), dtype=np.int64)
    for column in table.T:
        values, places = np.unique(column, return_inverse=True)
        which = np.unique(which * len(values) + places, return_inverse=True)[1]
    first = np.zeros(which.max() + 1, dtype=np.int64)
    first[which[::-1]] = np.arange(len(table))[::-1]
    return table[first], which


def _labels(
    factor: Factor, design: Design, movers: Mapping[str, Mover], versions: Mapping[str, Versions]
) -> np.ndarray:
    """Return numbers for what a factor is set to; equal numbers mean equal settings."""
    points = design.points[factor.name]
    if factor.name in movers:
        own = movers[factor.name].identities(points)
    elif factor.options:
        own = pick(len(factor.options), points[:, 0])
    elif factor.name in versions:
        own = pick(versions[factor.name].count, points[:, 0])
    else:
        own = np.arange(len(points))
    sources = design.sources[:, design.names.index(factor.name)]
    return np.where(sources == BASE, BASE, own[sources])


class _SetupMaker:
    """Makes setups, and keeps the texts of steps that many of them share."""

    def __init__(self, study: Study, resolver: Resolver, design: Design) -> None:
        self.resolver, self.design = resolver, design
        self.texts: dict[int, tuple[Any, str]] = {}
        self.values = {
            factor.name: factor.numbers(design.points[factor.name][:, 0])
            for factor in study.factors
            if factor.uniform or factor.triangular or factor.normal
        }

    def setup(self, factors: Sequence[Factor], row: np.ndarray) -> Setup:
        """Make the setup that the numbers of some factors stand for."""
        settings, cells, data, goalposts = dict[str, Any](), [], [], BASE
        for factor, number in zip(factors, row.tolist(), strict=True):
            if number == BASE:
                continue
            value = self.setting(factor, number)
            if is_in_method(factor):
                settings[factor.name] = value
            elif factor.in_framework:
                _, column, code = factor.at.split(".", 2)
                cells.append((column, code, float(value)))
            elif factor.at == GOALPOSTS:
                goalposts = number
            else:
                data.append((factor.name, number))
        rest = (tuple(cells), goalposts, tuple(data))
        try:
            method = self.resolver.method(settings)
        except InputError as refused:
            return Setup(None, str(refused.problems[0]), *rest, f"~{settings}")
        if not uses_goalposts(method):
            rest = (tuple(cells), BASE, tuple(data))
        return Setup(method, "", *rest, self._steps(method, *rest), self._shape(method, rest[0]))

    def setting(self, factor: Factor, number: int) -> Any:
        """Return what a number stands for."""
        if factor.options:
            return factor.options[number]
        if factor.name in self.values:
            return float(self.values[factor.name][number])
        return number

    def _steps(self, method: Method, cells: Cells, goalposts: int, data: object) -> str:
        texts = [
            f"{data}",
            f"{method.order}",
            f"{method.reference_year}",
            self._text(method.screen),
        ]
        texts += [
            self._text(getattr(method, step))
            for step in method.order
            if step not in ("denominate", "aggregate")
        ]
        texts += [] if looks_at_columns_alone(method) else [f"{sorted(method.exclude)}"]
        marks = [cell for cell in cells if cell[0] != "weight"]
        return "|".join([*texts, f"{marks}", f"{goalposts}"])

    def _shape(self, method: Method, cells: Cells) -> str:
        weights = [cell for cell in cells if cell[0] == "weight"]
        steps = (method.aggregate, method.ranks, method.weights)
        return "|".join([*map(self._text, steps), f"{weights}"])

    def _text(self, step: Any) -> str:
        """Write a step out; the same object only once."""
        if id(step) not in self.texts:
            plain = step.model_dump(mode="json") if hasattr(step, "model_dump") else step
            self.texts[id(step)] = (step, json.dumps(plain, sort_keys=True))
        return self.texts[id(step)][1]


def looks_at_columns_alone(method: Method) -> bool:
    """Tell whether all steps up to normalization look at one indicator at a time."""
    return "other indicators" not in method.impute.needs | method.screen.needs


def uses_goalposts(method: Method) -> bool:
    """Tell whether any indicator is placed between the framework's goalposts."""
    steps = (method.normalize, *method.normalize.indicators.values())
    return any("goalposts" in step.needs for step in steps)


def _key(setup: Setup) -> tuple[str, str, str]:
    """Return what tells setups apart, and sorts like ones together."""
    exclude = sorted(setup.method.exclude) if setup.method else []
    return setup.steps, setup.shape, f"{exclude}"


def settings_of(plan: Plan, study: Study, replicate: int) -> dict[str, str]:
    """Say in words what every factor of a replicate, counted from 0, is set to."""
    said = {}
    for factor, number in zip(study.factors, plan.labels[replicate].tolist(), strict=True):
        if number == BASE:
            said[factor.name] = "base"
        elif factor.options:
            said[factor.name] = short(factor.options[number])
        elif factor.uniform or factor.triangular or factor.normal:
            points = plan.design.points[factor.name][:, 0]
            said[factor.name] = f"{factor.numbers(points[[number]])[0]:.12g}"
        else:
            said[factor.name] = f"draw {number}"
    return said
