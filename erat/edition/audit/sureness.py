"""How sure scores and ranks are: what a study says, in tables to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from erat.edition.study import whole_ranks
from erat.errors import MethodError
from erat.index.assessment import Assessment
from erat.locale import Language
from erat.robustness.dominance import TOLD
from erat.robustness.exact_dominance import exact_dominance
from erat.robustness.factors import Factor, Study
from erat.robustness.settings import short
from erat.robustness.study_result import StudyResult
from erat.robustness.uncertainty import Uncertainty

ENGLISH = Language("en")
T = TypeVar("T")

PARTS = {
    "nominal": "base",
    "A": "A and B (intervals, dominance, claims)",
    "B": "A and B (intervals, dominance, claims)",
    "AB": "A with one factor from B (indices)",
    "alone": "one factor alone",
}
"""What the replicates of each part of a design are for."""


def study_of(study: Study, *factors: Mapping[str, Any]) -> Study:
    """Return a study of the same base with other factors, each written as in a study's file."""
    return study.model_copy(update={"factors": tuple(map(Factor.model_validate, factors))})


def factors(study: Study) -> pd.DataFrame:
    """List what is uncertain in a study: ``factor, varies`` and ``at`` (its address)."""
    rows = [(factor.label("en"), _varies(factor), factor.at) for factor in study.factors]
    return pd.DataFrame(rows, columns=["factor", "varies", "at"])


def _varies(factor: Factor) -> str:
    """Say in words what may stand at a factor's address."""
    if factor.choices and len(factor.choices) <= 4:
        return f"{len(factor.choices)} choices: {'; '.join(map(_setting, factor.choices))}"
    if factor.options:
        return f"{len(factor.options)} choices"
    if factor.perturb and factor.perturb.relative:
        return f"each by its own draw of up to ±{100 * factor.perturb.relative:.0f}%"
    return f"{factor.error.draws} draws" if factor.error else factor.kind


def _setting(choice: Any) -> str:
    """Write a choice: of a step its method, with options in brackets."""
    if not isinstance(choice, Mapping) or "method" not in choice:
        return short(choice)
    options = ", ".join(f"{name} {value}" for name, value in choice.items() if name != "method")
    return f"{choice['method']} ({options})" if options else str(choice["method"])


def design(found: Uncertainty) -> pd.DataFrame:
    """Count replicates: ``part``, ``replicates`` and ``distinct`` (evaluations, in all of them)."""
    plan, kinds = found.plan, dict[str, list[np.ndarray]]()
    for part in plan.design.parts:
        kind = PARTS[part.split(":")[0]]
        kinds.setdefault(kind, []).append(plan.evaluation[plan.design.rows(part)])
    kinds["all"] = [plan.evaluation]
    rows = {kind: np.concatenate(own) for kind, own in kinds.items()}
    return pd.DataFrame(
        {
            "part": list(rows),
            "replicates": [len(own) for own in rows.values()],
            "distinct": [len(np.unique(own)) for own in rows.values()],
        }
    )


def ranks(
    findings: StudyResult,
    scaled: StudyResult,
    names: Mapping[str, str],
    best: Sequence[int] = (5, 10),
) -> pd.DataFrame:
    """Show every unit with rank, score and their 90% intervals, the best mean rank first.

    Parameters
    ----------
    findings
        Of the whole study, of one year.
    scaled
        Of the study without what changes the scale of scores.
    names
        Unit to name.
    best
        Ranks of which to say how likely they are, or a better one.

    Returns
    -------
    DataFrame
        Indexed by unit: ``unit, rank, tier, score``, and ``best_K``: the percent of replicates in
        which the unit's rank is K or better.
    """
    tiers = _known(findings.tiers)
    whole = whole_ranks(findings.rank_intervals.assign(min=np.nan, max=np.nan))
    at_most = 100 * findings.found.intervals.at_most
    table = pd.DataFrame(
        {
            "unit": [names[unit] for unit in findings.units],
            "rank": _with_interval(whole, ("nominal", "low", "high"), 0),
            "tier": tiers.tier,
            "score": _with_interval(scaled.score_intervals, ("nominal", "q05", "q95"), 1),
            **{f"best_{k}": at_most[:, k - 1] for k in best},
        },
        index=findings.units,
    )
    return table.iloc[tiers.order]


def _with_interval(table: pd.DataFrame, columns: tuple[str, str, str], digits: int) -> list[str]:
    """Write the values of one column with their interval, from two others, in brackets."""
    said = [[ENGLISH.number(value, digits) for value in table[name]] for name in columns]
    return [
        f"{value} ({low} to {high})" if low.startswith("−") else f"{value} ({low}–{high})"
        for value, low, high in zip(*said, strict=True)
    ]


def _known(found: T | None) -> T:
    """Return what a study of few units, with the replicates for indices, has."""
    if found is None:
        raise ValueError("a study of too many units, or without the replicates for indices")
    return found


def tiers(table: pd.DataFrame) -> pd.DataFrame:
    """Say who is in each tier, from what :func:`ranks` gives: ``tier, who, units``."""
    grouped = table.groupby("tier")["unit"]
    return pd.DataFrame({"who": grouped.agg(", ".join), "units": grouped.size()}).reset_index()


def neighbours(findings: StudyResult, names: Mapping[str, str]) -> pd.DataFrame:
    """Compare each unit with the next one in the nominal ranking.

    Returns
    -------
    DataFrame
        In the order of ranks: ``above, below, share`` (the percent of replicates in which the order
        holds) and ``told``: whether that is enough to tell the two apart, if need be the other way.
    """
    shares, nominal = _known(findings.above), findings.found.ranks
    order = np.argsort(nominal, kind="stable")
    first, second = order[:-1], order[1:]
    share, back = shares[first, second], shares[second, first]
    return pd.DataFrame(
        {
            "above": [names[findings.units[i]] for i in first],
            "below": [names[findings.units[i]] for i in second],
            "share": 100 * share,
            "told": np.select([share >= TOLD, back >= TOLD], ["yes", "the other way"], "no"),
        }
    )


def kept(
    assessments: Mapping[str, Assessment], levels: Sequence[int], within: Sequence[float]
) -> pd.DataFrame:
    """Count the pairs whose order no weights within bounds can turn.

    Returns
    -------
    DataFrame
        ``index`` (with its level) and a column a bound: the pairs and their share of all, or
        'refused'.
    """
    rows = []
    for (name, one), level in product(assessments.items(), levels):
        counted = {_within(relative): _pairs_kept(one, level, relative) for relative in within}
        rows.append({"index": f"{name}, level {level}", **counted})
    return pd.DataFrame(rows)


def _within(relative: float) -> str:
    return f"±{100 * relative:.0f}%"


def _pairs_kept(assessment: Assessment, level: int, relative: float) -> str:
    n = len(assessment.panel.values)
    try:
        pairs = int(exact_dominance(assessment, level, relative).sum())
    except MethodError:
        return "refused"
    return f"{pairs} ({200 * pairs / (n * (n - 1)):.0f}%)"


def why_refused(assessment: Assessment, level: int, relative: float) -> str:
    """Return why exact dominance is refused; empty if it is not."""
    try:
        exact_dominance(assessment, level, relative)
    except MethodError as refused:
        return str(refused)
    return ""


def rank_bounds(
    assessment: Assessment, level: int, within: Iterable[float], names: Mapping[str, str]
) -> pd.DataFrame:
    """Bound every unit's rank under all weights: who is surely above it, and surely below.

    Returns
    -------
    DataFrame
        Indexed by unit, in the order of ranks: ``unit, rank`` and a column a bound with the ranks
        that are possible. They hold every rank that some weights give; not each of them need occur.
    """
    nominal = assessment.ranks[assessment.framework.top].astype(int).to_numpy()
    units = assessment.panel.units
    table = pd.DataFrame({"unit": [names[u] for u in units], "rank": nominal}, index=units)
    for relative in within:
        above = exact_dominance(assessment, level, relative)
        ends = zip(1 + above.sum(axis=0), len(units) - above.sum(axis=1), strict=True)
        table[_within(relative)] = [f"{a}\N{EN DASH}{b}" if a < b else f"{a}" for a, b in ends]
    return table.sort_values("rank", kind="stable")


def open_pairs(
    assessment: Assessment, level: int, relative: float, names: Mapping[str, str]
) -> pd.DataFrame:
    """Name the pairs that some weights within bounds turn; all others keep their order.

    Returns
    -------
    DataFrame
        A row a unit that has any, in the order of ranks: ``unit`` and ``order_open_with``: the
        units behind it that may come before it. Ties are open.
    """
    above = exact_dominance(assessment, level, relative)
    nominal = assessment.ranks[assessment.framework.top].astype(int).to_numpy()
    units, order = assessment.panel.units, np.argsort(nominal, kind="stable")
    rows = []
    for place, i in enumerate(order):
        behind = [names[units[j]] for j in order[place + 1 :] if not above[i, j]]
        if behind:
            rows.append((names[units[i]], ", ".join(behind)))
    return pd.DataFrame(rows, columns=["unit", "order_open_with"])


def against_sample(above: np.ndarray, surely: np.ndarray) -> pd.DataFrame:
    """Hold exact dominance to a sample in which only the same weights move.

    Parameters
    ----------
    above
        Share of replicates in which the row is above the column, ``(units, units)``.
    surely
        What :func:`~erat.robustness.exact_dominance.exact_dominance` gives, ``(units, units)``.

    Returns
    -------
    DataFrame
        ``pairs`` (which) and ``count``.
    """
    rows = [
        ("kept for all weights", surely.sum()),
        ("of these turned in the sample", (surely & (above < 1)).sum()),
        ("turned by some weights, never in the sample", ((above == 1) & ~surely).sum()),
    ]
    return pd.DataFrame(rows, columns=["pairs", "count"]).astype({"count": int})


def over_outputs(findings: StudyResult) -> pd.DataFrame:
    """Say how far an index goes over all outputs for which it is defined.

    Returns
    -------
    DataFrame
        A row a factor and index: ``index`` (``S1 of FACTOR``), ``lowest, highest, outputs``.
    """
    table = _known(findings.indices)
    long = table.melt(["factor", "output"], ["S1", "ST"], var_name="index").dropna()
    grouped = long.groupby(["factor", "index"])["value"]
    made = grouped.agg(lowest="min", highest="max", outputs="size").reset_index()
    made["index"] = made["index"] + " of " + made["factor"]
    return made.drop(columns="factor")


def convergence(findings: StudyResult, index: str = "ST") -> pd.DataFrame:
    """Set an index of the mean rank shift from all, a half and a quarter of the points side by side.

    Returns
    -------
    DataFrame
        ``factor, resolved`` (whether the factor's ST can be told from the next one's, with all
        points), and a column a number of points with the index and its 95% interval in percent of
        the variance. The largest ST first.
    """
    table = _known(findings.convergence)
    labels = {f.name: f.label("en") for f in findings.found.study.factors}
    parts = {rows: own.set_index("factor") for rows, own in table.groupby("rows")}
    last = parts[max(parts)].sort_values("ST", ascending=False, kind="stable")
    columns = (index, f"{index}_low", f"{index}_high")
    said = {
        f"{rows} points": _with_interval(100 * parts[rows].loc[last.index, [*columns]], columns, 1)
        for rows in sorted(parts, reverse=True)
    }
    resolved = last["resolved"].astype(bool).to_numpy()
    made = {"factor": [labels[name] for name in last.index], "resolved": resolved, **said}
    return pd.DataFrame(made, index=last.index)


def with_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """Set closed forms beside estimates with their 95% intervals: of what ``compared`` gives.

    Returns
    -------
    DataFrame
        ``index`` (``S1 of x1``), ``closed_form, estimate``.
    """
    return pd.DataFrame(
        {
            "index": table["index"] + " of " + table["factor"],
            "closed_form": table["closed_form"],
            "estimate": _with_interval(table, ("estimate", "low", "high"), 3),
        }
    )
