"""The numbers that the ten steps are judged by: pure functions from tables to a step."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from erat.edition.audit.ten_steps import Check, Step
from erat.index.framework import Framework

LENSES = {
    "phase": ("prevention", "preparedness", "response", "recovery"),
    "capacity": ("absorb", "adapt", "recover"),
}
"""The two lenses of a framework, and what each can say of an indicator."""


def framework_step(framework: Framework) -> Step:
    """Judge the theoretical framework: is every node argued for, and is each dimension more than one?

    Parameters
    ----------
    framework
        ``unexplained`` is the share of nodes without a reason or a reference, ``single`` that of
        dimensions with one indicator, ``lenses`` the number of phases and capacities that no
        indicator stands for (where the framework has these columns).
    """
    table, families = framework.table, _families(framework)
    said = [column for column in ("reason_en", "reference") if column in table]
    bare = (table[said] == "").any(axis=1) if len(said) == 2 else pd.Series(True, table.index)
    single = tuple(node for node, own in families.items() if len(own) == 1)
    checks = [
        Check("unexplained", float(bare.mean()), _codes(bare)),
        Check("single", len(single) / len(families), single),
    ]
    leaves = table.loc[framework.indicators]
    if set(LENSES) <= set(table):
        gone = [w for lens, words in LENSES.items() for w in words if not (leaves[lens] == w).any()]
        checks.append(Check("lenses", len(gone), tuple(gone)))
    return Step("framework", tuple(checks))


def data_step(values: pd.DataFrame, cells: pd.DataFrame) -> Step:
    """Judge the data: how complete, how much derived, how much verified.

    Parameters
    ----------
    values
        Units by indicators as they came, missing as nan.
    cells
        The cells they came from: columns ``status`` and ``verified``.
    """
    there = values.notna()
    columns, rows = there.mean(), there.mean(axis=1)
    return Step(
        "data",
        (
            Check("coverage_indicator", float(columns.min()), (str(columns.idxmin()),)),
            Check("coverage_unit", float(rows.min()), (str(rows.idxmin()),)),
            Check("derived", float((cells["status"] == "derived").mean())),
            Check("unverified", float((cells["verified"] == "").mean())),
        ),
    )


def imputation_step(values: pd.DataFrame, imputed: pd.DataFrame, carried: pd.DataFrame) -> Step:
    """Judge what was not observed.

    Parameters
    ----------
    values, imputed
        Units by indicators before and after imputation.
    carried
        On the same cells: whether the value is of an earlier year.

    Returns
    -------
    Step
        ``filled`` is the share of cells imputed or carried forward; ``left`` the share that is
        still missing, for which the other indicators of its node stand in.
    """
    filled = (values.isna() & imputed.notna()) | carried
    left = imputed.isna()
    return Step(
        "imputation",
        (
            Check("filled", float(filled.to_numpy().mean()), _codes(filled.any())),
            Check("left", float(left.to_numpy().mean()), _codes(left.any())),
        ),
    )


def multivariate_step(
    pairs: pd.DataFrame, parents: pd.DataFrame, reliability: pd.DataFrame, indicators: Sequence[str]
) -> Step:
    """Judge whether the indicators of a dimension go together, and only they.

    Parameters
    ----------
    pairs, parents, reliability
        Tables of :func:`erat.coherence.coherence_tables.coherence_tables`, the correlations of one kind.
    indicators
        The framework's indicators.
    """
    own = pairs[pairs["a"].isin(indicators) & pairs["b"].isin(indicators)]
    inside, leaves = own[own["relation"] == "siblings"], parents[parents["code"].isin(indicators)]
    nodes = reliability[
        (reliability["of"] == "children") & reliability["node"].isin(inside["node"])
    ]
    whole = reliability.iloc[-1]
    away = leaves[leaves["flag"] == "elsewhere"]
    elsewhere = Check(
        "elsewhere",
        len(away) / len(indicators),
        about=tuple(away["code"]),
        against=tuple(away["best"]),
        numbers=tuple(zip(away["r"].astype(float), away["r_best"].astype(float), strict=True)),
    )
    return Step(
        "multivariate",
        (
            _pair("lowest_pair", inside, inside["r"], "min"),
            _pair("highest_pair", own, own["r"].abs(), "max"),
            _extreme("alpha", nodes.set_index("node")["alpha"], "min"),
            elsewhere,
            Check("kmo", float(whole["kmo"])),
            Check("units_each", int(whole["n"]) / len(indicators)),
        ),
    )


def normalization_step(outliers: pd.Series, used: pd.Series, clipped: pd.DataFrame) -> Step:
    """Judge the scales.

    Parameters
    ----------
    outliers
        By indicator: whether it has outliers after transformation and treatment.
    used
        By indicator: the share of its scale between the lowest and the highest unit.
    clipped
        Units by indicators: whether the value lies beyond the ends of the scale.
    """
    return Step(
        "normalization",
        (
            Check("outliers", float(outliers.mean()), _codes(outliers)),
            _extreme("scale", used, "min"),
            Check("clipped", float(clipped.to_numpy().mean()), _codes(clipped.any())),
        ),
    )


def weighting_step(importance: pd.DataFrame) -> Step:
    """Judge the weights: the largest, and how far the effective importance is from them.

    Parameters
    ----------
    importance
        Indexed by indicator: ``weight``, ``r`` and ``gap`` in the index, as
        :func:`erat.coherence.importance` gives them.
    """
    gap = importance["gap"].abs()
    return Step(
        "weighting",
        (
            _extreme("largest_weight", importance["weight"] * len(importance), "max"),
            _extreme("gap", gap, "max"),
            _extreme("with_index", importance["r"], "min"),
        ),
    )


def robustness_step(intervals: pd.DataFrame, effects: pd.DataFrame) -> Step:
    """Judge how firm the ranks are under other choices of method.

    Parameters
    ----------
    intervals
        A row a unit: ``low``, ``high``, ``best``, ``worst`` (thirds).
    effects
        A row a choice: ``factor, choice, mean_shift``; leaving out an indicator belongs to the
        step after this one.
    """
    n = len(intervals)
    width = (intervals["high"] - intervals["low"]) / n
    checks = [
        Check("width", float(width.median())),
        Check("open", float((intervals["best"] != intervals["worst"]).mean())),
    ]
    choices = effects[effects["factor"] != "left_out"].reset_index(drop=True)
    if len(choices):
        most = choices.loc[choices["mean_shift"].idxmax()]
        about = (str(most["factor"]), str(most["choice"]))
        checks.append(Check("choice", float(most["mean_shift"]) / n, about))
    return Step("robustness", tuple(checks))


def details_step(
    contributions: pd.DataFrame, score: pd.Series, stored: pd.Series, left_out: pd.Series
) -> Step:
    """Judge what the index is made of, and whether its numbers can be followed back.

    Parameters
    ----------
    contributions
        Units by indicators.
    score, stored
        Of the index, by unit: constructed anew from the published figures, and as reported.
    left_out
        By indicator: the mean change of rank without it.
    """
    total = contributions.sum(axis=1, skipna=False)
    parts = contributions.div(total.where(total > 0), axis=0).mean()
    return Step(
        "details",
        (
            _extreme("left_out", left_out / len(score), "max"),
            _extreme("dominant", parts, "max"),
            Check("closing", float((total - score).abs().max())),
            Check("rebuilt", float((score - stored.reindex(score.index)).abs().max())),
        ),
    )


def links_step(score: pd.Series, others: pd.DataFrame, shared: float) -> Step:
    """Judge how the index stands to published indexes of something near.

    Parameters
    ----------
    score
        Of the index, by unit.
    others
        Published indexes on the same units; no column if none is named.
    shared
        Share of the indicators that the index has in common with them.
    """
    checks = [Check("compared", others.shape[1], tuple(str(code) for code in others))]
    if others.shape[1]:
        r = others.corrwith(score)
        checks += [_extreme("overlap", r.abs(), "max"), Check("shared", shared)]
    return Step("links", tuple(checks))


def presentation_step(framework: Framework, cells: pd.DataFrame, intervals: pd.DataFrame) -> Step:
    """Judge whether a reader can trace and read what is shown.

    Parameters
    ----------
    framework
        Its names and reasons must be there in both languages.
    cells
        Columns ``publisher, publication, table`` of every value.
    intervals
        A row a rank or score that is published: ``low`` and ``high``.
    """
    texts = [f"{text}_{code}" for text in ("name", "reason") for code in ("id", "en")]
    said = framework.table.reindex(columns=texts, fill_value="")
    named = (cells["publisher"] != "") & ((cells["publication"] != "") | (cells["table"] != ""))
    return Step(
        "presentation",
        (
            Check("unsourced", float((~named).mean())),
            Check("untranslated", float((said == "").to_numpy().mean())),
            Check("no_interval", float(intervals[["low", "high"]].isna().any(axis=1).mean())),
        ),
    )


def _families(framework: Framework) -> dict[str, list[str]]:
    """Return the nodes that have indicators right under them, with these."""
    own = {
        node: [code for code in children if code not in framework.children]
        for node, children in framework.children.items()
    }
    return {node: codes for node, codes in own.items() if codes}


def _codes(flags: pd.Series) -> tuple[str, ...]:
    return tuple(str(code) for code in flags.index[flags])


def _extreme(name: str, values: pd.Series, end: str) -> Check:
    """Take the lowest or highest value with its code; nan where there is none."""
    known = values.dropna()
    if known.empty:
        return Check(name, float("nan"))
    code = known.idxmin() if end == "min" else known.idxmax()
    return Check(name, float(known[code]), (str(code),))


def _pair(name: str, pairs: pd.DataFrame, r: pd.Series, end: str) -> Check:
    """Take the pair with the lowest or highest correlation."""
    named = r.set_axis(pd.MultiIndex.from_frame(pairs[["a", "b"]])).dropna()
    if named.empty:
        return Check(name, float("nan"))
    a, b = named.idxmin() if end == "min" else named.idxmax()
    return Check(name, float(named[(a, b)]), (str(a), str(b)))
