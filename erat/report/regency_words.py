"""Sentences on a province's regencies."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from erat.edition.regency_study import OTHER_ROLLUPS
from erat.report.page import Html, note
from erat.report.regency_view import RegencyView
from erat.report.shared import rollup_names

MOST = 3
"""Regencies and cells that are named at the most."""

SMALL = 0.05
"""Points below which nothing is named."""

TENTH = 0.9
"""A regency below this share of all by every rank of its interval is among the weakest tenth."""


def weight_words(view: RegencyView) -> str:
    """Say how regencies count in their province."""
    tr, subunits = view.lang.tr, view.below.method.subunits
    weights = (subunits.weights if subunits else None) or "equal"
    if weights == "equal":
        return tr(
            "In the province every one counts once: the population of regencies is not in the data."
        )
    if isinstance(weights, str):
        return tr("In the province they count by {column}.", column=weights)
    return tr("In the province they count by a table of weights, {file}.", file=weights.file.name)


def made_words(view: RegencyView) -> list[Html]:
    """Say that the figures of a province are made from its regencies, where they are."""
    if not view.results.edition.bottom_up:
        return []
    said = view.lang.tr(
        "In this edition every figure of a province is made from its regencies and cities. {weights} "
        "The province's own published figures stand beside them under the regencies.",
        weights=weight_words(view),
    )
    return [note(said)]


def apart_words(view: RegencyView, unit: str) -> str:
    """Name the two indicators that set a regency apart from its province's mean, with points."""
    row = view.apart.loc[unit]
    named = row[row.abs() >= SMALL].abs().sort_values(ascending=False, kind="stable").index[:2]
    words = [f"{view.node_inside(str(code))} {view.signed(float(row[code]), 1)}" for code in named]
    return "; ".join(words) or "–"


def cell_sentences(view: RegencyView, cells: pd.DataFrame, *, change: bool = False) -> list[str]:
    """Name the regencies that pull a sum down and lift it most, each with its largest indicator."""
    tr = view.lang.tr
    sums = cells.sum(axis=1)
    down = [str(unit) for unit in sums[sums <= -SMALL].sort_values(kind="stable").index[:MOST]]
    up = [str(u) for u in sums[sums >= SMALL].sort_values(ascending=False, kind="stable").index]
    said = []
    if down:
        named = view.lang.join([_pull(view, cells, unit, -1) for unit in down])
        said.append(
            tr("Fell: {named}.", named=named)
            if change
            else tr("Held back most by {named}.", named=named)
        )
    if up:
        named = view.lang.join([_pull(view, cells, unit, 1) for unit in up[:MOST]])
        said.append(
            tr("Rose most: {named}.", named=named)
            if change
            else tr("Lifted most by {named}.", named=named)
        )
    return [*said, *_by_indicator(view, cells)]


def _pull(view: RegencyView, cells: pd.DataFrame, unit: str, side: int) -> str:
    """Tell a regency's points, and the indicator through which it brings most of them."""
    row = cells.loc[unit]
    code = str((row * side).idxmax())
    return view.lang.tr(
        "{regency} ({points}, most in {label})",
        regency=view.short[unit],
        points=view.signed(float(row.sum()), 2),
        label=view.name_inside(view.series(code)),
    )


def _by_indicator(view: RegencyView, cells: pd.DataFrame) -> Iterator[str]:
    """Tell the sums by indicator, the lowest first."""
    sums = cells.sum().sort_values(kind="stable")
    words = [
        f"{view.name_inside(view.series(str(c)))} {view.signed(float(x), 2)}"
        for c, x in sums.items()
    ]
    yield view.lang.tr("By indicator: {named}.", named="; ".join(words))


def failing(view: RegencyView) -> list[Html]:
    """Warn where regencies are among the country's weakest tenth whatever the choices."""
    tr, n = view.lang.tr, len(view.every)
    low = view.places.loc[view.my_regencies.index]
    weak = [view.short[str(unit)] for unit in low.index[low["low"] > TENTH * n]]
    if not weak:
        return []
    mean = view.rolled[view.tree.top]
    good = mean[view.province] >= mean.median()
    named = view.lang.join(sorted(weak))
    said = (
        tr(
            "The mean hides it: {named} is among the weakest tenth of the country in 90% of the ways, "
            "though the mean of the regencies is above that of half of the provinces.",
            named=named,
        )
        if good
        else tr("Among the weakest tenth of the country in 90% of the ways: {named}.", named=named)
    )
    return [note(said, kind="warning")]


def rollup_words(view: RegencyView, name: str) -> str:
    """Name a roll-up of :data:`erat.edition.regency_study.OTHER_ROLLUPS`."""
    aversion = OTHER_ROLLUPS[name].get("epsilon", 1.0)
    return rollup_names(view, aversion).get(name, name)


def order_words(view: RegencyView) -> str:
    """Say which order was used, and whether the other gives the same."""
    tr, row = view.lang.tr, view.order
    subunits = view.below.method.subunits
    how = (
        tr(
            "Units first: every indicator is rolled up from the regencies to the province, and the "
            "index is made from these."
        )
        if (subunits.first if subunits else "units") == "units"
        else tr(
            "Framework first: every regency gets its own index, and the indices are rolled up to the "
            "province."
        )
    )
    same = abs(float(row["units_first"]) - float(row["framework_first"])) < 1e-9
    then = (
        tr("The other order gives the same score, since all means are arithmetic.")
        if same
        else tr("The other order gives another score.")
    )
    more = tr(
        "What other ways to roll up the index of the regencies give, in brackets over the ways to "
        "construct that index:"
    )
    return f"{how} {then} {more}"
