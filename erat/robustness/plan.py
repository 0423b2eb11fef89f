"""What has to be computed: the distinct variants of the base among all replicates, each one once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from erat.errors import InputError
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel, denominators
from erat.robustness.addresses import Resolver, short
from erat.robustness.data_versions import Versions
from erat.robustness.design import BASE, Design, pick
from erat.robustness.factors import GOALPOSTS, Factor, Study
from erat.robustness.perturb import Mover

MOST_SETTINGS = 3
"""Settings that fail which are named."""

Cells = tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Variant:
    """The base with one combination of values of all factors but the weights that move.

    ``method`` is None if the values make none, and ``problem`` says why. ``cells`` of the framework
    are set: column, code, value. ``goalposts`` are moved by a draw, or at :data:`BASE`; ``data``
    are factors with the number of the version. Equal keys ``until_normalized`` mean equal
    normalized values; equal ``from_weights``, that nodes are weighted, aggregated and ranked alike.
    """

    method: Method | None
    problem: str = ""
    cells: Cells = ()
    goalposts: int = BASE
    data: tuple[tuple[str, int], ...] = ()
    until_normalized: str = ""
    from_weights: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells variants apart, and sorts like ones together."""
        exclude = sorted(self.method.exclude) if self.method else []
        return self.until_normalized, self.from_weights, f"{exclude}"


@dataclass(frozen=True)
class Plan:
    """The distinct evaluations, in an order that keeps like ones together.

    ``variant``, ``(evaluations,)``, has places in ``variants``; ``draws``,
    ``(evaluations, movers)``, the draw that each moving factor takes; ``evaluation``,
    ``(replicates,)``, which evaluation a replicate of the design is; ``labels``,
    ``(replicates, factors)``, numbers for factors' values.
    """

    design: Design
    variants: Sequence[Variant]
    variant: np.ndarray
    draws: np.ndarray
    evaluation: np.ndarray
    labels: np.ndarray

    @property
    def count(self) -> int:
        """Number of distinct evaluations."""
        return len(self.variant)

    def of(self, part: str) -> np.ndarray:
        """Return the evaluations of the replicates of a part of the design."""
        return self.evaluation[self.design.parts[part]]

    def sample_counts(self, problems: Iterable[int]) -> np.ndarray:
        """Count the replicates of A and B that each evaluation stands for; 0 if it failed."""
        counts = np.bincount(self.evaluation[self.design.independent], minlength=self.count)
        counts[list(problems)] = 0
        return counts


def make_plan(
    resolver: Resolver,
    design: Design,
    movers: Mapping[str, Mover],
    versions: Mapping[str, Versions],
    framework: Framework,
    panel: Panel,
) -> Plan:
    """Find the distinct variants among a design's replicates; movers and versions are by factor."""
    factors = resolver.study.factors
    labels = np.stack([_labels(one, design, movers, versions) for one in factors], axis=1)
    moving = np.array([factor.name in movers for factor in factors])
    others = [factor for factor in factors if factor.name not in movers]
    combinations, which = unique_rows(labels[:, ~moving])
    maker = _VariantMaker(resolver, design, framework, fewest_values(panel, framework))
    tried = [maker.variant(others, numbers) for numbers in combinations.tolist()]
    by_key = {variant.key: variant for variant in reversed(tried)}
    order = sorted(by_key)
    places = {key: place for place, key in enumerate(order)}
    variant = np.array([places[one.key] for one in tried])[which]
    rows, evaluation = unique_rows(np.column_stack([variant, labels[:, moving]]))
    # Evaluations of A and B come first, each part in its order: intervals read only these.
    both = evaluation[design.independent]
    first = np.argsort(~np.isin(np.arange(len(rows)), both), kind="stable")
    rows, evaluation = rows[first], np.argsort(first)[evaluation]
    variants = [by_key[key] for key in order]
    return Plan(design, variants, rows[:, 0], rows[:, 1:], evaluation, labels)


def unique_rows(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct rows of whole numbers in ascending order, and which of them each row is.

    >>> rows, which = unique_rows(np.array([[2, 1], [0, 5], [2, 1]]))
    >>> rows.tolist(), which.tolist()
    ([[0, 5], [2, 1]], [1, 0, 1])
    """
    which = np.zeros(len(table), dtype=np.int64)
    for column in table.T:
        values, places = np.unique(column, return_inverse=True)
        which = np.unique(which * len(values) + places, return_inverse=True)[1]
    return table[np.unique(which, return_index=True)[1]], which


def number_values(
    factor: Factor, points: np.ndarray, versions: Mapping[str, Versions]
) -> np.ndarray:
    """Number the options or versions that points of the unit cube stand for; else every point."""
    if factor.options:
        return pick(len(factor.options), points[:, 0])
    if factor.name in versions:
        return pick(versions[factor.name].count, points[:, 0])
    return np.arange(len(points))


def _labels(
    factor: Factor, design: Design, movers: Mapping[str, Mover], versions: Mapping[str, Versions]
) -> np.ndarray:
    """Return numbers for the values of a factor; equal numbers mean equal values."""
    points, mover = design.points[factor.name], movers.get(factor.name)
    labels = mover.identities(points) if mover else number_values(factor, points, versions)
    sources = design.sources[:, design.names.index(factor.name)]
    return np.where(sources == BASE, BASE, labels[sources])


class _VariantMaker:
    """Makes variants, and keeps the texts of steps that many of them share."""

    def __init__(
        self, resolver: Resolver, design: Design, framework: Framework, fewest: int
    ) -> None:
        self.resolver, self.framework, self.fewest = resolver, framework, fewest
        self.texts: dict[int, tuple[Any, str]] = {}
        self.quantiles = {
            factor.name: factor.quantiles(design.points[factor.name][:, 0]).tolist()
            for factor in resolver.study.factors
            if factor.is_distribution
        }

    def variant(self, factors: Sequence[Factor], numbers: Sequence[int]) -> Variant:
        """Make the variant that the numbers of some factors stand for."""
        values, cells, data, goalposts = dict[str, Any](), [], [], BASE
        for factor, number in zip(factors, numbers, strict=True):
            if number == BASE:
                continue
            if factor.in_method:
                values[factor.name] = self._value(factor, number)
            elif factor.in_framework:
                _, column, code = factor.at.split(".", 2)
                cells.append((column, code, float(self._value(factor, number))))
            elif factor.at == GOALPOSTS:
                goalposts = number
            else:
                data.append((factor.name, number))
        try:
            method = self.resolver.method(values)
        except InputError as refused:
            problem, key = str(refused.problems[0]), f"~{values}"
            return Variant(None, problem, tuple(cells), goalposts, tuple(data), key)
        goalposts = goalposts if uses_goalposts(method) else BASE
        keys = self._keys(method, cells, goalposts, tuple(data))
        return Variant(method, "", tuple(cells), goalposts, tuple(data), *keys)

    def _value(self, factor: Factor, number: int) -> Any:
        return (factor.options or self.quantiles[factor.name])[number]

    def _keys(
        self, method: Method, cells: Sequence[tuple[str, str, float]], goalposts: int, data: object
    ) -> tuple[str, str]:
        """Return the keys of what is done up to normalization, and of what is done after it."""
        marks = [cell for cell in cells if cell[0] != "weight"]
        weights = [cell for cell in cells if cell[0] == "weight"]
        steps = [name for name in method.order[:-1] if name in Method.model_fields]
        alone = looks_at_columns_alone(method, self.framework, self.fewest)
        excluded = [] if alone else [f"{sorted(method.exclude)}"]
        before = [
            *(f"{data}", f"{method.order}", f"{method.reference_year}"),
            *(self._text(getattr(method, name)) for name in ("screen", *steps)),
            *(*excluded, f"{marks}", f"{goalposts}"),
        ]
        after = [*map(self._text, (method.aggregate, method.ranks, method.weights)), f"{weights}"]
        return "|".join(before), "|".join(after)

    def _text(self, step: Any) -> str:
        """Write a step out; the same object only once."""
        if id(step) not in self.texts:
            plain = step.model_dump(mode="json") if hasattr(step, "model_dump") else step
            self.texts[id(step)] = (step, json.dumps(plain, sort_keys=True))
        return self.texts[id(step)][1]


def looks_at_columns_alone(method: Method, framework: Framework, fewest: int) -> bool:
    """Tell whether all steps up to normalization look at one indicator at a time.

    ``fewest`` values are in a row (:func:`fewest_values`). Imputation from other units leaves out a
    row that has no value in any indicator that stays.
    """
    if "other indicators" in method.impute.needs | method.screen.needs:
        return False
    left_out = {leaf for code in method.exclude for leaf in framework.leaves(code)}
    return "other units" not in method.impute.needs or len(left_out) < fewest


def fewest_values(panel: Panel, framework: Framework) -> int:
    """Count the values of the row with the fewest, rows without any aside, once divided."""
    there = panel.values[framework.indicators].notna().to_numpy(copy=True)
    counts = there.sum(axis=1)
    for code, name in denominators(framework).items():
        divisor = panel.divisor(name)
        there[:, framework.indicators.index(code)] &= divisor is None or ~np.isnan(divisor)
    return int(there.sum(axis=1)[counts > 0].min(initial=there.shape[1]))


def uses_goalposts(method: Method) -> bool:
    """Tell whether any indicator is placed between the framework's goalposts."""
    steps = (method.normalize, *method.normalize.indicators.values())
    return any("goalposts" in step.needs for step in steps)


def failing_settings(plan: Plan, study: Study, problems: Iterable[int]) -> str:
    """Name the settings that fail more often than others, with the share of replicates that do."""
    labels = plan.labels[plan.design.independent]
    failed = np.isin(plan.evaluation[plan.design.independent], list(problems))
    shares = []
    for factor, numbers in zip(study.factors, labels.T, strict=True):
        for number, option in enumerate(factor.options or ()):
            drawn = numbers == number
            if drawn.any() and (share := failed[drawn].mean()) > failed.mean():
                shares.append((share, f"{factor.name}: {short(option)} ({share:.0%})"))
    shares.sort(key=lambda one: -one[0])
    return "; ".join(text for _, text in shares[:MOST_SETTINGS])


def values_in_words(plan: Plan, study: Study, replicate: int) -> dict[str, str]:
    """Say in words what the value of every factor is in a replicate, counted from 0."""
    words = {}
    for factor, number in zip(study.factors, plan.labels[replicate].tolist(), strict=True):
        word = f"draw {number}"
        if number == BASE:
            word = "base"
        elif factor.options:
            word = short(factor.options[number])
        elif factor.is_distribution:
            point = plan.design.points[factor.name][[number], 0]
            word = f"{factor.quantiles(point)[0]:.12g}"
        words[factor.name] = word
    return words
