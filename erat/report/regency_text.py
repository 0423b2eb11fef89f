"""Sentences and tables on regencies and cities: of one province, and of all."""

from __future__ import annotations

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.edition.province import Province
from erat.edition.regencies import OTHER_ROLLUPS
from erat.locale import phrase, written
from erat.report.index_text import estimate, thirds
from erat.report.show import link
from erat.report.study_text import rollup_label

MOST = 3  # regencies that are named at the most
SMALL = 0.05  # points below which nothing is named
TENTH = 0.9
"""A regency below this share of all by every rank of its interval is among the weakest tenth."""


def short_names(e: EditionFrames) -> pd.Series:
    """Return the names of regencies, unit -> name, the word for regency as an abbreviation."""
    return e.regency_scores["name"].str.replace("Kabupaten ", "Kab. ")


def weights_text(e: EditionFrames) -> str:
    """Say how regencies count in their province."""
    weights = e.about["regencies_weights"]
    text = phrase("In the province they count by {column}.")
    if weights == "equal":
        text = phrase(
            "In the province every one counts once: the population of regencies is not in the data."
        )
    return e.lang.tr(text, column=weights)


def not_scored_text(e: EditionFrames) -> str:
    """Say that regencies are not scored in an edition, and what is not known for it."""
    return e.lang.tr(
        "Not scored: this edition does not place the regencies and cities, so where they stand, what "
        "changed in them and how unequal they are is not said."
    )


def no_figures_text(e: EditionFrames) -> str:
    """Say that there are no figures of regencies of the edition's year."""
    return e.lang.tr(
        "No figures of the regencies and cities of {year} are in this edition.", year=e.year
    )


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
    mean = e.rolled_up[e.regency_framework.top]
    text = phrase("Among the weakest tenth of the country in 90% of the ways: {named}.")
    if not mean[here.unit] < mean.median():
        text = phrase(
            "The mean hides it: {named} is among the weakest tenth of the country in 90% of the ways, "
            "though the mean of the regencies is above that of half of the provinces."
        )
    return e.lang.tr(text, named=e.lang.join(sorted(short_names(e)[weak])))


def apart_text(e: EditionFrames, points: pd.Series) -> str:
    """Name the two indicators that set a regency apart from its province's mean, with points."""
    named = points[points.abs() >= SMALL].abs().sort_values(ascending=False, kind="stable").index
    return _points(e, points[named[:2]]) or "–"


def _points(e: EditionFrames, points: pd.Series, spec: str = "+.1") -> str:
    """List indicators with their points."""
    return "; ".join(f"{e.inside(code)} {written(e.lang, x, spec)}" for code, x in points.items())


def pulls(e: EditionFrames, cells: pd.DataFrame, *, change: bool = False) -> list[str]:
    """Name the regencies that pull a sum down and lift it most, each with its largest indicator.

    ``cells`` are points, regencies by indicators, that add up to a difference, or to a ``change``
    between two years.
    """
    sums = cells.sum(axis=1)
    down = sums[sums <= -SMALL].sort_values(kind="stable").index[:MOST]
    up = sums[sums >= SMALL].sort_values(ascending=False, kind="stable").index[:MOST]
    fell = phrase("Fell: {named}.") if change else phrase("Held back most by {named}.")
    rose = phrase("Rose most: {named}.") if change else phrase("Lifted most by {named}.")
    ends = []
    for text, units, side in ((fell, down, -1), (rose, up, 1)):
        named = [_pull(e, cells.loc[unit], side) for unit in units]
        ends += [e.lang.tr(text, named=e.lang.join(named))] if named else []
    by_indicator = _points(e, cells.sum().sort_values(kind="stable"), "+.2")
    return [*ends, e.lang.tr("By indicator: {named}.", named=by_indicator)]


def _pull(e: EditionFrames, row: pd.Series, side: int) -> str:
    """Tell a regency's points, and the indicator through which it brings most of them."""
    name, label = short_names(e)[row.name], e.inside(str((row * side).idxmax()))
    text = phrase("{regency} ({points:+.2}, most in {label})")
    return e.lang.tr(text, regency=name, points=float(row.sum()), label=label)


def rollups(here: Province) -> pd.DataFrame:
    """Return the province's index under other roll-ups of its regencies, named: name, score..."""
    e, table = here.edition, here.rollups[["score", "low", "high"]]
    names = [rollup_label(e.lang, str(r), OTHER_ROLLUPS[str(r)]) for r in table.index]
    table.insert(0, "name", names)
    return table


def order_text(here: Province) -> str:
    """Say in which order the province was made from its regencies, and what the other gives."""
    e = here.edition
    row = e.table("orders").set_index(["node", "unit"]).loc[(e.regency_framework.top, here.unit)]
    how = phrase(
        "Framework first: every regency gets its own index, and the indices are rolled up to the "
        "province."
    )
    if e.about["regencies_first"] == "units":
        how = phrase(
            "Units first: every indicator is rolled up from the regencies to the province, and the "
            "index is made from these."
        )
    then = phrase("The other order gives another score.")
    if abs(float(row["units_first"]) - float(row["framework_first"])) < 1e-9:
        then = phrase("The other order gives the same score, since all means are arithmetic.")
    return f"{e.lang.tr(how)} {e.lang.tr(then)}"


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


def inequality_inside(e: EditionFrames) -> pd.DataFrame:
    """Return how unequal the regencies of every province are, the most unequal first.

    Columns ``name`` (a link), ``regencies, mean, weakest_regency, lost_percent``.
    """
    top, short = e.regency_framework.top, short_names(e)
    table = e.table("inequality").query("node == @top")
    table = table.sort_values("lost_percent", ascending=False, kind="stable")
    measures = e.table("subunit_measures").query("node == @top").set_index(["measure", "unit"])
    scores = e.regency_intervals.loc[top]
    weakest = [
        f"{short[unit]}: {written(e.lang, estimate(scores.loc[unit], 'score'))}"
        for unit in table["weakest"]
    ]
    mean, lost = (
        [estimate(measures.loc[(name, unit)], "nominal") for unit in table["unit"]]
        for name in ("mean", "lost_percent")
    )
    names = [link(f"{unit}.html", str(e.names[unit])) for unit in table["unit"]]
    rows = zip(names, table["n"], mean, weakest, lost, strict=True)
    columns = ["name", "regencies", "mean", "weakest_regency", "lost_percent"]
    return pd.DataFrame(rows, columns=columns)


def hidden_regencies(e: EditionFrames) -> list[str]:
    """Name regencies of the weakest tenth in provinces whose mean is above the median."""
    mean = e.rolled_up[e.regency_framework.top]
    good = mean.index[mean >= mean.median()]
    low, parent, names = e.regency_ranks["low"], e.regency_scores["parent"], short_names(e)
    weak = [unit for unit in low.index[low > TENTH * len(low)] if parent[unit] in good]
    if not weak:
        return []
    named = e.lang.join(f"{names[unit]} ({e.names[parent[unit]]})" for unit in weak)
    text = phrase(
        "Hidden by a good mean: {named}; among the weakest tenth of all regencies in "
        "90% of the ways, in provinces whose mean is above that of half of the provinces."
    )
    return [e.lang.tr(text, named=named)]
