"""Comparing methods: two or more indexes of the same units side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from erat.errors import InputError, MethodError, Problem, listing, nearest
from erat.index.assessment import Assessment, assess, in_year
from erat.index.correlation import Kind, correlations, is_constant
from erat.index.display import counted
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel


@dataclass(frozen=True)
class Comparison:
    """Assessments of one year beside each other, by name; others are compared with the first.

    ``scores`` and ``ranks`` are those of ``node``, a row a unit that any assessment has, a column an
    assessment; nan where one has no score. Rank 1 is best.
    """

    assessments: Mapping[str, Assessment]
    node: str
    year: int
    scores: pd.DataFrame
    ranks: pd.DataFrame

    @property
    def first(self) -> str:
        """Name of the assessment that others are compared with."""
        return next(iter(self.assessments))

    @property
    def shifts(self) -> pd.DataFrame:
        """Change of rank against the first, units by the other names; above 0 a unit falls."""
        others = self.ranks.drop(columns=self.first)
        return others.sub(self.ranks[self.first], axis=0)

    def summary(self) -> pd.DataFrame:
        """Measure how far each other assessment is from the first.

        Indexed by name: ``mean_shift`` and ``max_shift`` (of the absolute change of rank), ``unit``
        (who has the largest; the first in the table of those who share it, empty if nobody moves),
        ``moved`` (the share of units whose rank changes), ``correlation`` (of the ranks; nan if
        they do not vary) and ``units`` (ranked by both).
        """
        size = self.shifts.abs()
        most, n = size.max(), size.count()
        return pd.DataFrame(
            {
                "mean_shift": size.mean(),
                "max_shift": most,
                "unit": [str(size[name].idxmax()) if most[name] > 0 else "" for name in size],
                "moved": (size > 0).sum() / n.where(n > 0),
                "correlation": self.correlation().loc[self.first].drop(self.first),
                "units": n,
            }
        ).rename_axis("name")

    def correlation(self, kind: Kind = "spearman") -> pd.DataFrame:
        """Correlate the ranks of all assessments; see :func:`erat.index.correlations`."""
        return correlations(self.ranks, kind=kind).r

    def movers(self, name: str, most: int = 10) -> pd.DataFrame:
        """List the ``most`` units that move most from the first assessment to another, and why.

        Indexed by unit, the largest move first, without units that do not move: ``before`` and
        ``after`` (ranks), ``shift`` (above 0 a unit falls), ``score_before``, ``score_after``,
        ``through`` (the indicator whose contribution to the change of standing is largest in the
        direction of the move; empty without contributions) and ``effect`` (its part, see
        :meth:`drivers`).
        """
        drivers, shift = self.drivers(name), self.shifts[name]
        moved = shift[shift.notna() & (shift != 0)]
        order = moved.abs().sort_values(ascending=False, kind="stable").index[:most]
        through = [_through(drivers.loc[unit].dropna(), shift[unit]) for unit in order]
        ranks, scores = self.ranks.loc[order], self.scores.loc[order]
        columns = {"before": ranks[self.first], "after": ranks[name], "shift": shift[order]}
        columns |= {"score_before": scores[self.first], "score_after": scores[name]}
        effects = pd.DataFrame(through, order, ["through", "effect"])
        return pd.DataFrame(columns, index=order).join(effects)

    def drivers(self, name: str) -> pd.DataFrame:
        """Split each unit's change of standing since the first assessment among the indicators.

        Units by indicators, in standard deviations of the index: how much more the indicator sets
        the unit above (or below) the mean than it does in the first assessment. A row adds up to
        the change of the unit's standard score, so that methods of different scales can be
        compared. An indicator that only one assessment has contributes nothing to the other. A row
        is nan where one of the two has no exact contributions. MethodError if the node is not the
        index of both, or the name is not known.

        With contributions ``c`` that add up to the score s, ``(s - mean s) / sd s`` is the sum of
        ``(c_j - mean c_j) / sd s`` over indicators, means and sd over units with a score.
        """
        others = list(self.shifts)
        if name not in others:
            found, remedy = repr(name), nearest(name, others)
            raise MethodError([Problem("comparison", found, f"one of {listing(others)}", remedy)])
        pair = [self.assessments[self.first], self.assessments[name]]
        if any(one.framework.top != self.node for one in pair):
            found = f"contributions to {self.node!r}"
            remedy = "compare the index, or read the scores"
            raise MethodError([Problem("comparison", found, "the index of both", remedy)])
        before, after = (_standings(one, self.year) for one in pair)
        before, after = before.align(after, join="outer")
        codes = dict.fromkeys([*pair[0].framework.indicators, *pair[1].framework.indicators])
        gone = before.isna().all(axis=1) | after.isna().all(axis=1)
        change = after.fillna(0.0) - before.fillna(0.0)
        return change.mask(gone, axis=0).reindex(index=self.scores.index, columns=list(codes))


def compare(
    assessments: Mapping[str, Assessment], node: str | None = None, year: int | None = None
) -> Comparison:
    """Set two or more assessments side by side; others are compared with the first.

    The scores are those of ``node``, or of the index of each (their codes may differ), in ``year``,
    or in the latest of the first. MethodError if there are fewer than two assessments, or one does
    not have the node; ParameterError if one does not have the year.
    """
    if len(assessments) < 2:
        found, remedy = counted(len(assessments), "assessment"), "give another one to compare with"
        raise MethodError([Problem("comparison", found, "two or more", remedy)])
    first = next(iter(assessments.values()))
    chosen = int(first.scores.index.get_level_values("year").max()) if year is None else year
    expected = "a node of its framework"
    problems = [
        Problem(f"comparison, {name}", repr(node), expected, nearest(node, one.scores))
        for name, one in assessments.items()
        if node is not None and node not in one.scores
    ]
    if problems:
        raise MethodError(problems)
    scores, ranks = {}, {}
    for name, one in assessments.items():
        code = node or one.framework.top
        scores[name] = in_year(one, chosen)[code]
        ranks[name] = one.ranks[code].xs(chosen, level="year").astype(float)
    units = pd.Index(dict.fromkeys(unit for part in scores.values() for unit in part.index))
    tables = (pd.DataFrame(parts).reindex(units.rename("unit")) for parts in (scores, ranks))
    return Comparison(dict(assessments), node or first.framework.top, chosen, *tables)


def leave_one_out(
    panel: Panel, framework: Framework, method: Method | None = None, year: int | None = None
) -> pd.DataFrame:
    """Construct the index again without each indicator and each other node in turn.

    What the method excludes stays excluded. Ranks are those of ``year``, the latest if not given.

    A row a node below the index, indicators first: ``code``, ``kind`` (``indicator`` or
    ``aggregate``), ``parent``, ``mean_shift``, ``max_shift``, ``unit``, ``moved``, ``correlation``
    (Spearman), ``units`` (see :meth:`Comparison.summary`) and ``reason``: why the index cannot be
    constructed without the node, in which case the figures are nan. A node with everything in it
    cannot go.
    """
    method = method or Method()
    whole = assess(panel, framework, method)
    tree = whole.framework
    rows = []
    for code in [*tree.indicators, *(node for node in tree.upwards if node != tree.top)]:
        kind = "aggregate" if code in tree.children else "indicator"
        row: dict[str, Any] = {"code": code, "kind": kind, "parent": tree.parent(code)}
        try:
            reduced = method.model_copy(update={"exclude": (*method.exclude, code)})
            rest = assess(panel, framework, reduced)
        except InputError as error:
            rows.append(row | {"unit": "", "reason": str(error)})
            continue
        both = compare({"whole": whole, code: rest}, year=year)
        rows.append(row | both.summary().loc[code].to_dict() | {"reason": ""})
    columns = ["code", "kind", "parent", "mean_shift", "max_shift", "unit", "moved"]
    return pd.DataFrame(rows, columns=[*columns, "correlation", "units", "reason"])


def _standings(one: Assessment, year: int) -> pd.DataFrame:
    """Contributions to the standard score, units by indicators; nan without a score."""
    parts = one.contributions.xs(year, level="year").astype(float)
    score = one.index.xs(year, level="year").astype(float)
    ranked = score[score.notna() & parts.notna().all(axis=1)]
    if is_constant(ranked.to_numpy()):
        return parts * np.nan
    parts = parts.loc[ranked.index]
    return (parts - parts.mean()).div(ranked.std()).reindex(score.index)


def _through(row: pd.Series, shift: float) -> tuple[str, float]:
    """Find the indicator that does most to lower (shift above 0) or raise a unit."""
    if row.empty:
        return "", np.nan
    code = row.idxmin() if shift > 0 else row.idxmax()
    return str(code), float(row[code])


def with_choice(assessment: Assessment, **steps: Any) -> Assessment:
    """Construct an index again with other choices.

    ``steps`` are what a method file would have at some steps (``weights``, ``normalize``, ...); all
    others stay. MethodError if a choice is not known, or the index cannot be constructed so.
    """
    return assess(assessment.panel, assessment.framework, assessment.method.replace(**steps))


def shift_table(comparison: Comparison, names: Mapping[str, str]) -> pd.DataFrame:
    """Summarize a comparison, with the names of those who move most.

    ``choice, mean_shift, max_shift, who, moved`` (percent) and ``rank_correlation``.
    """
    table = comparison.summary()
    return pd.DataFrame(
        {
            "choice": table.index,
            "mean_shift": table["mean_shift"],
            "max_shift": table["max_shift"].astype("Int64"),
            "who": [names.get(str(unit), "–") for unit in table["unit"]],
            "moved": 100 * table["moved"],
            "rank_correlation": table["correlation"],
        }
    )
