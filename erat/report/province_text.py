"""Sentences on one province that choose among several wordings, and rules for what stands out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.edition.province import Province
from erat.locale import Estimate, phrase, written
from erat.report.index_text import estimate, thirds
from erat.report.show import link
from erat.report.study_text import choice_label, factor_label
from erat.robustness.intervals import third

MOST = 3  # strengths and weaknesses listed at the most
FIFTH = 5  # A flag is raised for an indicator in the lowest fifth of the provinces
APART = 30.0  # points between the strongest and the weakest dimension that raise a flag
BEHIND = 0.25
"""Part of the country's range by which the lowest regency must trail its province's median."""

BANDS = ("low", "high", "compare_low", "compare_high")
"""Ends of the intervals of a province's score and of the median."""


def place_text(here: Province) -> str:
    """Say where a province stands, as far as that is sure."""
    e, third = here.edition, str(here.rank["third"])
    text = phrase(
        "By the conditions that help it to take a shock and recover, {name} stands in the {third} of "
        "the {n} provinces."
    )
    if third == "open":
        text = phrase(
            "Where {name} stands among the {n} provinces depends on method: anywhere from the "
            "upper to the lower third."
        )
    return e.lang.tr(text, name=here.name, third=thirds(e.lang)[third], n=len(e.scores))


def gap_text(here: Province) -> str:
    """Say in which dimension a province is furthest behind the median, and ahead of it."""
    e = here.edition
    gaps = here.scores.loc[e.dimensions, "gap"]
    behind, ahead = str(gaps.idxmin()), str(gaps.idxmax())
    text = phrase(
        "It is furthest behind the median of the provinces in {behind}, by {low} points, and furthest "
        "ahead in {ahead}, by {high}."
    )
    if gaps[behind] >= 0:
        text = phrase("In no dimension is it behind the median of the provinces.")
    elif gaps[ahead] <= 0:
        text = phrase(
            "In no dimension is it ahead of the median of the provinces; it is furthest behind in "
            "{behind}, by {low} points."
        )
    points = {"low": abs(gaps[behind]), "high": abs(gaps[ahead])}
    return e.lang.tr(text, behind=e.inside(behind), ahead=e.inside(ahead), **points)


def unknown_text(here: Province) -> str:
    """Say of a province formed or changed in 2022 what is not known of it; empty for the others."""
    e, old = here.edition, _predecessor(here)
    if not old:
        return ""
    first = phrase("{name} was formed in 2022 out of {old}.")
    if here.unit == old.split("-", maxsplit=1)[0]:
        first = phrase("{name} lost a part of its area to new provinces in 2022.")
    rest = e.lang.tr(
        "On the present borders most series begin in 2024, so no trend before that year is "
        "known. Values of the older, larger province are shown apart where there are any. "
        "The regencies' figures go back further, since their borders did not change."
    )
    return f"{e.lang.tr(first, name=here.name, old=e.names[old])} {rest}"


def largest_move_text(here: Province) -> str:
    """Say which single choice moves the rank most, and where to."""
    e, move = here.edition, here.largest_move
    if move is None:
        return e.lang.tr("No single choice of method moves its rank.")
    factor, choice, rank = str(move["factor"]), int(move["choice"]), int(move["rank"])
    label = choice_label(e, factor, choice)
    if str(e.factors.at[factor, "at"]) == "exclude":
        text = phrase("One choice moves it most: without {label} its rank would be {rank}.")
        return e.lang.tr(text, label=e.lang.inside(label), rank=rank)
    text = phrase(
        "One choice moves it most: with another {factor} ({label}) its rank would be {rank}."
    )
    return e.lang.tr(text, factor=e.lang.inside(factor_label(e, factor)), label=label, rank=rank)


def end_of_interval_text(here: Province) -> str:
    """Say so where the published rank lies at the end of its interval, and what puts it there."""
    e, row = here.edition, here.rank
    rank, low, high, middle = (row[name] for name in ("rank", "low", "high", "median_rank"))
    if low == high or rank not in (low, high):
        return ""
    text = phrase(
        "Its rank as published, {rank}, is the worst end of its interval: the middle of all ways is "
        "rank {middle}."
    )
    if rank == low:
        text = phrase(
            "Its rank as published, {rank}, is the best end of its interval: the middle of all ways "
            "is rank {middle}."
        )
    place = e.lang.tr(text, rank=int(rank), middle=int(middle))
    moves = here.alone[here.alone["shift"] * (-1 if rank == high else 1) > 0]
    if moves.empty:
        return place
    labels = []
    for f, c in moves[["factor", "choice"]].head(MOST).itertuples(index=False):
        label = choice_label(e, str(f), int(c))
        if str(e.factors.at[f, "at"]) == "exclude":
            label = e.lang.tr("without {label}", label=e.lang.inside(label))
        labels.append(label)
    more = e.lang.tr("What moves it from there: {labels}.", labels=e.lang.join(labels))
    return f"{place} {more}"


def strengths(here: Province) -> list[str]:
    """Return sentences on indicators in the upper third of the provinces, the best first."""
    return _in_third(here, "upper")[:MOST]


def weaknesses(here: Province) -> list[str]:
    """Return sentences on indicators in the lower third of the provinces, the worst first."""
    return _in_third(here, "lower")[::-1][:MOST]


def _in_third(here: Province, name: str) -> list[str]:
    """Return sentences on the indicators whose rank is in a third, the best first."""
    e, n, sentences = here.edition, len(here.edition.scores), []
    text = phrase("{label}: {value} {unit}, rank {rank} of {n}; median {median}")
    ranked = here.indicators.dropna(subset="rank").sort_values("rank", kind="stable")
    for code, row in ranked[third(ranked["rank"], n) == name].iterrows():
        digits = f".{int(row['digits'])}"
        value, median = (written(e.lang, row[column], digits) for column in ("value", "median"))
        about = {"label": e.label(code), "unit": e.measured_in(code), "rank": estimate(row, "rank")}
        sentences.append(e.lang.tr(text, value=value, median=median, n=n, **about))
    return sentences


def red_flags(here: Province) -> list[str]:
    """Return what the score does not show: low single indicators, uneven dimensions, a regency."""
    return [*_low_indicators(here), *_uneven_dimensions(here), *_weak_regencies(here)]


def _low_indicators(here: Province) -> Iterator[str]:
    """Name indicators in the lowest fifth, where the province as a whole is not in it."""
    e, n = here.edition, len(here.edition.scores)
    limit = n - n // FIFTH
    if here.rank["rank"] > limit:
        return
    ranked = here.indicators.dropna(subset="rank").sort_values("rank", kind="stable")
    text = phrase(
        "{label} is among the weakest fifth of the provinces, though the index is not: {value} {unit}"
    )
    for code, row in ranked[ranked["rank"] > limit].iterrows():
        value = written(e.lang, row["value"], f".{int(row['digits'])}")
        yield e.lang.tr(text, label=e.label(code), value=value, unit=e.measured_in(code))


def _uneven_dimensions(here: Province) -> Iterator[str]:
    e, scores = here.edition, here.scores.loc[here.edition.dimensions]
    weak, strong = str(scores["score"].idxmin()), str(scores["score"].idxmax())
    if scores["score"].max() - scores["score"].min() > APART:
        low, high = (estimate(scores.loc[one], "score") for one in (weak, strong))
        text = phrase("{strong} stands at {high}, {weak} at {low}")
        yield e.lang.tr(text, strong=e.label(strong), high=high, weak=e.inside(weak), low=low)


def _weak_regencies(here: Province) -> Iterator[str]:
    """Name regencies that trail the median of their province by a quarter of the country's range."""
    e = here.edition
    every = e.regency_cells.query("year == @e.year").groupby("indicator")["value"]
    limits = BEHIND * (every.max() - every.min())
    text = phrase(
        "{regency} trails far behind in {label}: {value} {unit}, the median of the regencies is "
        "{median}"
    )
    for code, values in here.regency_values.groupby("indicator", sort=False):
        low, middle = values.loc[values["value"].idxmin()], values["value"].median()
        if middle - low["value"] > limits[code]:
            value, median = (
                written(e.lang, x, f".{e.digits(code)}") for x in (low["value"], middle)
            )
            about = {"label": e.inside(code), "unit": e.measured_in(code), "regency": low["name"]}
            yield e.lang.tr(text, value=value, median=median, **about)


def absent_text(here: Province) -> str:
    """Name the series beside the index that have no figure of the edition's year; else empty."""
    e, there = here.edition, here.cells["indicator"].unique()
    beside = [*e.about["context"].split(), *e.about["overlap"].split()]
    absent = [e.inside(code) for code in beside if code not in there]
    text = phrase("No figure of {year}: {series}.")
    return e.lang.tr(text, year=e.year, series=e.lang.join(absent)) if absent else ""


def alone_text(here: Province, factor: str) -> str:
    """Say to which ranks a factor alone leads a province."""
    lang, row = here.edition.lang, here.shifts.loc[factor]
    low, high = (int(here.rank["rank"] + row[end]) for end in ("low", "high"))
    span = f"{low}\N{EN DASH}{high}" if low < high else f"{low}"
    text = phrase("alone: rank {span}, moves it by {mean}")
    return lang.tr(text, span=span, mean=float(row["mean_absolute"]))


def cards(here: Province) -> pd.DataFrame:
    """Return what the page says first: place, rank, score and weakest dimension, a row each."""
    e, tr, rank = here.edition, here.edition.lang.tr, here.rank
    weakest, median = here.scores.loc[here.weakest], here.scores.loc[e.top]
    rows = [
        (tr("Place among provinces"), thirds(e.lang)[str(rank["third"])],
         tr("in 90% of the ways to construct the index")),
        (tr("Rank of {n}", n=len(e.scores)), estimate(rank, "rank"),
         tr("90% of {ways} ways to construct the index", ways=e.lang.number(e.ways, 0))),
        (tr("Score"), estimate(rank, "score"),
         tr("0 to 100; median of provinces {x}", x=estimate(median, "median"))),
        (tr("Weakest dimension"), link(f"#dimension-{here.weakest}", e.label(here.weakest)),
         tr("furthest behind the median of provinces: {x} against {y}",
            x=estimate(weakest, "score"), y=estimate(weakest, "median"))),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["what", "value", "remark"])


def interval_of(here: Province, table: str) -> Estimate:
    """Return the province's number in a table of intervals, such as ``distances``."""
    return estimate(here.row(table), "nominal")


def capacity_text(e: EditionFrames) -> str:
    """Say that the capacity of the government is not assessed, and what an assessment takes."""
    names = e.lang.join(map(e.lang.inside, e.table("dimensions")[f"name_{e.lang.code}"]))
    return e.lang.tr(
        "Not assessed: {dimensions}. The second part of e-RAT is the capacity of the provincial "
        "government in these dimensions. An assessment takes answers with evidence from the agencies "
        "of the province and from its regencies and cities, and a check of that evidence. To begin, "
        "make the workbooks with 'erat survey template'; docs/assessment.md goes through it step by "
        "step.",
        dimensions=names,
    )


def unchanged(e: EditionFrames) -> list[str]:
    """Return the provinces that are the same area on both borders."""
    borders = e.units["borders"]
    return [str(unit) for unit in borders.index[borders == "34 38"]]


def lines(here: Province, node: str, more: Sequence[str] = ()) -> pd.DataFrame:
    """Return a node's path over the years beside the median of provinces with unchanged borders.

    Columns ``year, value, segment, compare`` and those asked for; years of a segment compare.
    """
    e = here.edition
    path = e.trend[e.trend["node"] == node]
    compare = path[path["unit"].isin(unchanged(e))].groupby("year")["value"].median()
    inside = path[path["unit"] == here.unit]
    inside = inside.assign(compare=inside["year"].map(compare))
    if more:
        middle = e.table("trend_median").add_prefix("compare_")
        inside = inside.merge(middle, left_on="year", right_on="compare_year", how="left")
    return inside[["year", "value", "segment", "compare", *more]]


def series_lines(here: Province) -> pd.DataFrame:
    """Return the paths of all indicators that have two years or more, one below another."""
    paths = {code: lines(here, code) for code in here.edition.framework.indicators}
    long = [path.assign(indicator=code) for code, path in paths.items() if len(path) > 1]
    columns = ["year", "value", "segment", "compare", "indicator"]
    return pd.concat(long) if long else pd.DataFrame(columns=columns)


def series_breaks(e: EditionFrames, frame: pd.DataFrame) -> dict[str, list[tuple[int, str]]]:
    """Return year and reason of the breaks inside each path of :func:`series_lines`."""
    return {
        str(code): [(at, why) for at, why in _cuts(e, str(code)) if years.min() < at <= years.max()]
        for code, years in frame.groupby("indicator", sort=False)["year"]
    }


def index_breaks(here: Province) -> list[tuple[int, str]]:
    """Say why the line of the index breaks: which series come and go, and which were revised."""
    e, tr = here.edition, here.edition.lang.tr
    path = here.trend[here.trend["node"] == e.top]
    breaks = []
    for (_, before), (_, after) in pairwise(path.iterrows()):
        if before["segment"] == after["segment"]:
            continue
        was, now = (set(str(row["missing"]).split()) for row in (before, after))
        first, year = int(before["year"]), int(after["year"])
        reasons = [tr("now with {label}", label=e.inside(c)) for c in sorted(was - now)]
        reasons += [tr("now without {label}", label=e.inside(c)) for c in sorted(now - was)]
        for code in e.framework.indicators:
            revised = [reason for at, reason in _cuts(e, code) if first < at <= year]
            reasons += [f"{e.label(code)}: {reason}" for reason in revised]
        breaks.append((year, "; ".join(reasons)))
    return breaks


def _cuts(e: EditionFrames, code: str) -> list[tuple[int, str]]:
    """Return year and reason of the breaks of a series."""
    rows = e.breaks[(e.breaks["indicator"] == code) & (e.breaks["kind"] != "borders")]
    reasons = rows[f"reason_{e.lang.code}"].astype(str)
    return list(zip(rows["year"].astype(int), reasons, strict=True))


def older_text(here: Province) -> str:
    """Tell the scores of the older, larger province, set apart; empty where borders are the same."""
    e, old = here.edition, _predecessor(here)
    if not old:
        return ""
    path = e.trend[(e.trend["node"] == e.top) & (e.trend["unit"] == old)]
    texts = []
    for year, *numbers in path[["year", "value", "low", "high"]].itertuples(index=False):
        value, low, high = map(e.lang.number, numbers)
        texts.append(f"{int(year)}: {value} ({low}\N{EN DASH}{high})")
    text = phrase(
        "Another area, not to be compared: {old} had these scores of the index, from at least {k} of "
        "{n} indicators: {scores}."
    )
    k, n = int(e.about["trend_min_indicators"]), len(e.framework.indicators)
    return e.lang.tr(text, k=k, n=n, old=e.names[old], scores=", ".join(texts) or "–")


def _predecessor(here: Province) -> str:
    """Return the unit on the older borders of a province formed or changed in 2022; else empty."""
    before = here.edition.table("predecessors").set_index("unit")["predecessor"]
    return str(before.get(here.unit, ""))
