"""Alternatives: every combination of a study's choices, and what they do to the ranks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from erat.index.assessment import rank
from erat.index.construction import SharedSteps
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.robustness.addresses import Resolver
from erat.robustness.factors import Study
from erat.subunits.rollup import roll_up
from erat.subunits.unit_tree import UnitTree


@dataclass(frozen=True)
class Alternatives:
    """Ranks and scores under every combination of choices.

    Attributes
    ----------
    choices
        A row an alternative, a column a factor: the number of the choice, 0 being the first.
    ranks
        A row a unit, a column an alternative.
    scores
        By aggregate node, shaped as ``ranks``.
    scale
        The factors on whose choice the scale of scores depends.
    """

    choices: pd.DataFrame
    ranks: pd.DataFrame
    scores: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    scale: tuple[str, ...] = ()

    @property
    def nominal(self) -> pd.Series:
        """Ranks under the first choice of every factor."""
        return self.ranks[self.choices.index[(self.choices == 0).all(axis=1)][0]]

    @property
    def on_scale(self) -> list[int]:
        """Alternatives whose scores are on the scale of the nominal one."""
        scale = self.choices[[name for name in self.scale if name in self.choices]]
        return [int(i) for i in self.choices.index[(scale == 0).all(axis=1)]]

    def only(self, factor: str) -> pd.Index:
        """Return the alternatives in which all other factors are at their first choice."""
        return self.choices.index[(self.choices.drop(columns=factor) == 0).all(axis=1)]

    def _moved(self) -> Iterator[tuple[str, int, int]]:
        """Give every choice that is not the first, alone: factor, choice and alternative."""
        for factor in self.choices:
            for i, choice in self.choices.loc[self.only(factor), factor].items():
                if choice:
                    yield str(factor), int(choice), int(str(i))

    def effects(self) -> pd.DataFrame:
        """Measure what each factor does alone, the others at their first choice.

        Returns ``factor, choice, mean_shift, max_shift, unit``: the mean and the largest absolute
        change of rank, and who has the largest.
        """
        rows = []
        for factor, choice, i in self._moved():
            shift = (self.ranks[i] - self.nominal).abs()
            rows.append((factor, choice, shift.mean(), int(shift.max()), shift.idxmax()))
        return pd.DataFrame(rows, columns=["factor", "choice", "mean_shift", "max_shift", "unit"])

    def alone(self, node: str) -> pd.DataFrame:
        """Tell what each choice alone does to every unit's rank and score at a node, the index.

        Returns ``factor, choice, unit, rank, shift`` (of rank; below 0 is towards the first),
        ``score, change`` (of score; missing on another scale), a row a choice and unit.
        """
        scores, nominal = self.scores[node], self.scores[node][self.nominal.name]
        columns = ["factor", "choice", "unit", "rank", "shift", "score", "change"]
        tables = [pd.DataFrame(columns=columns)]
        for factor, choice, i in self._moved():
            score = scores[i] if i in self.on_scale else scores[i] * float("nan")
            moved = {"rank": self.ranks[i], "shift": self.ranks[i] - self.nominal}
            table = pd.DataFrame({**moved, "score": score, "change": score - nominal})
            table = table.rename_axis("unit").reset_index().assign(factor=factor, choice=choice)
            tables.append(table[columns])
        return pd.concat(tables[1:] or tables, ignore_index=True)


def alternatives(
    panel: Panel, framework: Framework, study: Study, *, alone: bool = False
) -> Alternatives:
    """Construct the index in every combination of the study's choices, for one year.

    Where a method rolls units up, the ranks are those of the units at the top.

    Parameters
    ----------
    study
        The base and its choices; factors that cannot be counted (distributions, perturbed weights)
        stay at the base.
    alone
        Whether one choice is changed at a time, the others being the first.

    Raises
    ------
    MethodError
        If a choice is not possible.
    """
    options = {factor.name: factor.options for factor in study.factors if factor.options}
    picks = [
        dict(zip(options, numbers, strict=True))
        for numbers in product(*(range(len(one)) for one in options.values()))
        if not alone or sum(map(bool, numbers)) < 2
    ]
    resolver, steps, top = Resolver(study), SharedSteps(), framework.top
    methods = [
        resolver.method({name: options[name][number] for name, number in pick.items()})
        for pick in picks
    ]
    subunits = methods[0].subunits
    tree = UnitTree.of_groups(panel, subunits.parent) if subunits else None
    units = pd.Index(panel.units if tree is None else tree.codes[tree.tops], name="unit")
    scores = [_scores(panel, framework, method, tree, steps) for method in methods]
    by_node = {
        node: pd.DataFrame({i: s[node] for i, s in enumerate(scores) if node in s}, units)
        for node in framework.aggregates
    }
    ties, of_year = pd.Series([method.ranks.ties for method in methods]), by_node[top]
    of_year = of_year.set_axis(pd.MultiIndex.from_product([units, [0]], names=["unit", "year"]))
    ranks = [rank(of_year[same], how) for how, same in ties.groupby(ties).groups.items()]
    table = pd.DataFrame(picks).rename_axis("alternative")
    scale = tuple(f.name for f in study.factors if f.at.split(".")[0] == "normalize")
    every = pd.concat(ranks, axis=1)[of_year.columns].to_numpy(dtype=float, na_value=np.nan)
    return Alternatives(table, pd.DataFrame(every, units, of_year.columns), by_node, scale)


def _scores(
    panel: Panel, framework: Framework, method: Method, tree: UnitTree | None, steps: SharedSteps
) -> dict[str, np.ndarray]:
    """Score the units of the panel, or those at the top of a tree of units, by aggregate node."""
    if tree is None:
        work = steps(panel, framework, method.model_copy(update={"subunits": None}))
        scores = work.frame({node: work.tree.values[node] for node in work.framework.aggregates})
        return {str(node): scores[node].to_numpy() for node in scores}
    rolled = roll_up(panel, framework, method, tree, steps)
    tops = rolled.order.values[tree.tops]
    return {
        node: tops[:, :, rolled.nodes.index(node)].reshape(-1)
        for node in rolled.framework.aggregates
    }
