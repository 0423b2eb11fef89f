"""Sentences on a province's regencies and cities."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.edition.province import Province
from erat.edition.regencies import OTHER_ROLLUPS
from erat.locale import written
from erat.report.index_text import estimate, thirds
from erat.report.study_text import rollup_label

MOST = 3
"""Regencies that are named at the most."""
SMALL = 0.05
"""Points below which nothing is named."""
TENTH = 0.9
"""A regency below this share of all by every rank of its interval is among the weakest tenth."""


def short_names(e: EditionFrames) -> pd.Series:
    """Return the names of regencies, unit -> name, the word for regency as an abbreviation."""
    return e.regency_scores["name"].str.replace("Kabupaten ", "Kab. ")


def weights_text(e: EditionFrames) -> str:
    """Say how regencies count in their province."""
    tr, weights = e.lang.tr, e.about["regencies_weights"]
    if weights == "equal":
        return tr(
            "In the province every one counts once: the population of regencies is not in the data."
        )
    return tr("In the province they count by {column}.", column=weights)


def by_third(here: Province) -> list[str]:
    """List the regencies by the thirds of the country that they are in, the best first."""
    e, names = here.edition, short_names(here.edition)
    ranks = here.regency_ranks.sort_values("rank", kind="stable")
    return [
        f"{word[:1].upper()}{word[1:]}: {', '.join(names[ranks.index[ranks['third'] == third]])}."
        for third, word in thirds(e.lang).items()
        if (ranks["third"] == third).any()
    ]


def failing_text(here: Province) -> str:
    """Warn where regencies are among the country's weakest tenth whatever the choices."""
    e, ranks = here.edition, here.regency_ranks
    weak = ranks.index[ranks["low"] > TENTH * len(e.regency_ranks)]
    if weak.empty:
        return ""
    named = e.lang.join(sorted(short_names(e)[weak]))
    mean = e.rolled_up[e.regency_framework.top]
    if mean[here.unit] < mean.median():
        return e.lang.tr(
            "Among the weakest tenth of the country in 90% of the ways: {named}.", named=named
        )
    return e.lang.tr(
        "The mean hides it: {named} is among the weakest tenth of the country in 90% of the ways, "
        "though the mean of the regencies is above that of half of the provinces.",
        named=named,
    )


def apart_text(e: EditionFrames, points: pd.Series) -> str:
    """Name the two indicators that set a regency apart from its province's mean, with points."""
    named = points[points.abs() >= SMALL].abs().sort_values(ascending=False, kind="stable").index
    said = [f"{e.inside(str(code))} {written(e.lang, points[code], '+.1')}" for code in named[:2]]
    return "; ".join(said) or "–"


def pulls(e: EditionFrames, cells: pd.DataFrame, *, change: bool = False) -> list[str]:
    """Name the regencies that pull a sum down and lift it most, each with its largest indicator.

    Parameters
    ----------
    e
        The edition.
    cells
        Points, regencies by indicators, that add up to a difference or a change.
    change
        Whether they are a change between two years.
    """
    tr, sums = e.lang.tr, cells.sum(axis=1)
    down = [str(u) for u in sums[sums <= -SMALL].sort_values(kind="stable").index[:MOST]]
    rising = sums[sums >= SMALL].sort_values(ascending=False, kind="stable")
    up = [str(u) for u in rising.index[:MOST]]
    said = []
    if down:
        named = e.lang.join([_pull(e, cells, unit, -1) for unit in down])
        said.append(
            tr("Fell: {named}.", named=named)
            if change
            else tr("Held back most by {named}.", named=named)
        )
    if up:
        named = e.lang.join([_pull(e, cells, unit, 1) for unit in up])
        said.append(
            tr("Rose most: {named}.", named=named)
            if change
            else tr("Lifted most by {named}.", named=named)
        )
    return [*said, *_by_indicator(e, cells)]


def _pull(e: EditionFrames, cells: pd.DataFrame, unit: str, side: int) -> str:
    """Tell a regency's points, and the indicator through which it brings most of them."""
    row = cells.loc[unit]
    return e.lang.tr(
        "{regency} ({points}, most in {label})",
        regency=short_names(e)[unit],
        points=written(e.lang, float(row.sum()), "+.2"),
        label=e.inside(str((row * side).idxmax())),
    )


def _by_indicator(e: EditionFrames, cells: pd.DataFrame) -> Iterator[str]:
    """Tell the sums by indicator, the lowest first."""
    sums = cells.sum().sort_values(kind="stable")
    named = [f"{e.inside(str(c))} {written(e.lang, float(x), '+.2')}" for c, x in sums.items()]
    yield e.lang.tr("By indicator: {named}.", named="; ".join(named))


def rollups(here: Province) -> pd.DataFrame:
    """Return the province's index under other roll-ups of its regencies, named: name, score..."""
    e, table = here.edition, here.rollups[["score", "low", "high"]]
    names = [rollup_label(e.lang, str(r), OTHER_ROLLUPS[str(r)]) for r in table.index]
    table.insert(0, "name", names)
    return table


def order_text(here: Province) -> str:
    """Say in which order the province was made from its regencies, and what the other gives."""
    e, tr = here.edition, here.edition.lang.tr
    table = e.table("orders")
    row = table[(table["node"] == e.regency_framework.top) & (table["unit"] == here.unit)].iloc[0]
    how = (
        tr(
            "Units first: every indicator is rolled up from the regencies to the province, and the "
            "index is made from these."
        )
        if e.about["regencies_first"] == "units"
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
    return f"{how} {then}"


def bottom_up_text(e: EditionFrames) -> str:
    """Say that the figures of provinces are made from their regencies; empty where they are not."""
    if not e.bottom_up:
        return ""
    return e.lang.tr(
        "In this edition every figure of a province is made from its regencies and cities. {weights} "
        "The province's own published figures stand beside them under the regencies.",
        weights=weights_text(e),
    )


def inequality_table(here: Province) -> pd.DataFrame:
    """Return how unequal the regencies are in the index and in each dimension, a row each."""
    e, tree, uneven = here.edition, here.edition.regency_framework, here.inequality
    names, rows = short_names(here.edition), []
    for node in [tree.top, *tree.dimensions]:
        scores = here.regency_scores[node]
        ends = {}
        for end, unit in ("lowest", scores.idxmin()), ("highest", scores.idxmax()):
            score = written(e.lang, estimate(e.regency_intervals.loc[(node, unit)], "score"))
            ends[end] = f"{score}, {names[unit]}"
        measures = {
            name: estimate(uneven.loc[(node, name)], "value", digits)
            for name, digits in (("range", 1), ("gini", 3), ("lost_percent", 1))
        }
        rows.append({"name": e.label(node), **ends, **measures})
    return pd.DataFrame(rows)


def published_beside(here: Province) -> pd.DataFrame:
    """Return values made from regencies beside those published of the province, and between them."""
    e, published = here.edition, here.regency_comparison
    codes = e.framework.indicators
    table = here.indicators.loc[codes, ["value", "digits"]]
    table["published"] = published.reindex(codes)
    table["difference"] = table["value"] - table["published"]
    table.insert(0, "name", table.index.map(e.label))
    return table.assign(unit=[e.measured_in(code) for code in codes])


def base_text(e: EditionFrames) -> str:
    """Say where a series of the regencies stands on another base than in the score."""
    inside, shown = e.framework.indicators, e.about["regency_series"].split()
    if "uhh_lf2020" not in inside or "uhh" not in shown:
        return ""
    return e.lang.tr(
        "Life expectancy stands here on the base SP2010, for the regencies and the "
        "province. The score uses the base LF SP2020, which is mostly two to three years "
        "higher."
    )
