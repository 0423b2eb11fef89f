"""Sentences on one province that choose among several wordings, and rules for what stands out."""

from __future__ import annotations

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.edition.province import Province
from erat.locale import Estimate, written
from erat.report.index_text import estimate, thirds
from erat.report.show import link
from erat.report.study_text import choice_label, factor_label
from erat.robustness.rank_result import third

MOST = 3
"""Strengths and weaknesses listed at the most."""
FIFTH = 5
"""A flag is raised for an indicator in the lowest fifth of the provinces."""
APART = 30.0
"""Points between the strongest and the weakest dimension that raise a flag."""
BEHIND = 0.25
"""Part of the country's range by which the lowest regency must trail its province's median."""


def place_text(here: Province) -> str:
    """Say where a province stands, as far as that is sure."""
    e, third = here.edition, str(here.rank["third"])
    if third == "open":
        return e.lang.tr(
            "Where {name} stands among the {n} provinces depends on method: anywhere from the "
            "upper to the lower third.",
            name=here.name,
            n=len(e.scores),
        )
    return e.lang.tr(
        "By the conditions that help it to take a shock and recover, {name} stands in the {third} of "
        "the {n} provinces.",
        name=here.name,
        third=thirds(e.lang)[third],
        n=len(e.scores),
    )


def gap_text(here: Province) -> str:
    """Say in which dimension a province is furthest behind the median, and ahead of it."""
    e = here.edition
    gaps = here.scores.loc[e.dimensions, "gap"]
    behind, ahead = str(gaps.idxmin()), str(gaps.idxmax())
    low, high = (written(e.lang, abs(gaps[code]), ".1") for code in (behind, ahead))
    if gaps[behind] >= 0:
        return e.lang.tr("In no dimension is it behind the median of the provinces.")
    if gaps[ahead] <= 0:
        return e.lang.tr(
            "In no dimension is it ahead of the median of the provinces; it is furthest behind in "
            "{behind}, by {low} points.",
            behind=e.inside(behind), low=low,
        )  # fmt: skip
    return e.lang.tr(
        "It is furthest behind the median of the provinces in {behind}, by {low} points, and furthest "
        "ahead in {ahead}, by {high}.",
        behind=e.inside(behind), low=low, ahead=e.inside(ahead), high=high,
    )  # fmt: skip


def unknown_text(here: Province) -> str:
    """Say of a province formed or changed in 2022 what is not known of it; empty for the others."""
    e = here.edition
    tr, before = e.lang.tr, e.table("predecessors").set_index("unit")["predecessor"]
    if here.unit not in before.index:
        return ""
    old = str(before[here.unit])
    first = (
        tr("{name} was formed in 2022 out of {old}.", name=here.name, old=e.names[old])
        if here.unit != old.split("-", maxsplit=1)[0]
        else tr("{name} lost a part of its area to new provinces in 2022.", name=here.name)
    )
    rest = tr(
        "On the present borders most series begin in 2024, so no trend before that year is "
        "known. Values of the older, larger province are shown apart where there are any. "
        "The regencies' figures go back further, since their borders did not change."
    )
    return f"{first} {rest}"


def largest_move_text(here: Province) -> str:
    """Say which single choice moves the rank most, and where to."""
    e, move = here.edition, here.largest_move
    if move is None:
        return e.lang.tr("No single choice of method moves its rank.")
    factor, choice, rank = str(move["factor"]), int(move["choice"]), int(move["rank"])
    label = choice_label(e, factor, choice)
    if str(e.factors.at[factor, "at"]) == "exclude":
        return e.lang.tr(
            "One choice moves it most: without {label} its rank would be {rank}.",
            label=e.lang.inside(label), rank=rank,
        )  # fmt: skip
    return e.lang.tr(
        "One choice moves it most: with another {factor} ({label}) its rank would be {rank}.",
        factor=e.lang.inside(factor_label(e, factor)), label=label, rank=rank,
    )  # fmt: skip


def end_of_interval_text(here: Province) -> str:
    """Say so where the published rank lies at the end of its interval, and what puts it there."""
    e, row = here.edition, here.rank
    rank, low, high, middle = (row[name] for name in ("rank", "low", "high", "median_rank"))
    if low == high or rank not in (low, high):
        return ""
    tr = e.lang.tr
    toward = -1 if rank == high else 1
    moves = here.alone[here.alone["shift"] * toward > 0]
    said = (
        tr("Its rank as published, {rank}, is the worst end of its interval: the middle of all ways is "
           "rank {middle}.", rank=int(rank), middle=int(middle))
        if rank == high
        else tr("Its rank as published, {rank}, is the best end of its interval: the middle of all ways "
                "is rank {middle}.", rank=int(rank), middle=int(middle))
    )  # fmt: skip
    if moves.empty:
        return said
    labels = [
        e.lang.tr("without {label}", label=e.lang.inside(choice_label(e, str(f), int(c))))
        if str(e.factors.at[f, "at"]) == "exclude"
        else choice_label(e, str(f), int(c))
        for f, c in moves[["factor", "choice"]].head(MOST).itertuples(index=False)
    ]
    more = tr("What moves it from there: {labels}.", labels=e.lang.join(labels))
    return f"{said} {more}"


def rules_text(here: Province) -> str:
    """Say by which rules strengths, weaknesses and flags are found."""
    return here.edition.lang.tr(
        "Strengths and weaknesses are indicators in the upper or lower third of the provinces, "
        "{most} at most. A flag is raised for an indicator among the weakest fifth, for dimensions "
        "more than {gap} points apart, and for a regency that trails the median of its province "
        "by more than a quarter of the range of all regencies.",
        most=MOST,
        gap=int(APART),
    )


def strengths(here: Province) -> list[str]:
    """Return sentences on indicators in the upper third of the provinces, the best first."""
    ranked = here.indicators.dropna(subset="rank").sort_values("rank", kind="stable")
    best = ranked[third(ranked["rank"], len(here.edition.scores)) == "upper"]
    return [_indicator_text(here, str(code)) for code in best.index[:MOST]]


def weaknesses(here: Province) -> list[str]:
    """Return sentences on indicators in the lower third of the provinces, the worst first."""
    ranked = here.indicators.dropna(subset="rank").sort_values("rank", kind="stable")[::-1]
    worst = ranked[third(ranked["rank"], len(here.edition.scores)) == "lower"]
    return [_indicator_text(here, str(code)) for code in worst.index[:MOST]]


def _indicator_text(here: Province, code: str) -> str:
    e, row = here.edition, here.indicators.loc[code]
    digits = f".{int(row['digits'])}"
    return e.lang.tr(
        "{label}: {value} {unit}, rank {rank} of {n}; median {median}",
        label=e.label(code),
        value=written(e.lang, row["value"], digits),
        unit=e.measured_in(code),
        rank=written(e.lang, estimate(row, "rank")),
        n=len(e.scores),
        median=written(e.lang, row["median"], digits),
    )


def red_flags(here: Province) -> list[str]:
    """Return what the score does not show: low single indicators, uneven dimensions, a regency."""
    return [*_low_indicators(here), *_uneven_dimensions(here), *_weak_regencies(here)]


def _low_indicators(here: Province) -> list[str]:
    """Name indicators in the lowest fifth, where the province as a whole is not in it."""
    e, n = here.edition, len(here.edition.scores)
    limit = n - n // FIFTH
    if here.rank["rank"] > limit:
        return []
    ranked = here.indicators.dropna(subset="rank").sort_values("rank", kind="stable")
    return [
        e.lang.tr(
            "{label} is among the weakest fifth of the provinces, though the index is not: "
            "{value} {unit}",
            label=e.label(str(code)),
            value=written(e.lang, row["value"], f".{int(row['digits'])}"),
            unit=e.measured_in(str(code)),
        )
        for code, row in ranked[ranked["rank"] > limit].iterrows()
    ]


def _uneven_dimensions(here: Province) -> list[str]:
    e, scores = here.edition, here.scores.loc[here.edition.dimensions]
    low, high = str(scores["score"].idxmin()), str(scores["score"].idxmax())
    if scores["score"].max() - scores["score"].min() <= APART:
        return []
    return [
        e.lang.tr(
            "{strong} stands at {high}, {weak} at {low}",
            strong=e.label(high), high=written(e.lang, estimate(scores.loc[high], "score")),
            weak=e.inside(low), low=written(e.lang, estimate(scores.loc[low], "score")),
        )
    ]  # fmt: skip


def _weak_regencies(here: Province) -> list[str]:
    """Name regencies that trail the median of their province by a quarter of the country's range."""
    e, flags = here.edition, []
    every = e.regency_cells
    every = every[every["year"] == e.year]
    for code, values in here.regency_values.groupby("indicator", sort=False):
        country = every.loc[every["indicator"] == code, "value"]
        low = values.loc[values["value"].idxmin()]
        if values["value"].median() - low["value"] > BEHIND * (country.max() - country.min()):
            digits = f".{e.digits(str(code))}"
            flags.append(
                e.lang.tr(
                    "{regency} trails far behind in {label}: {value} {unit}, the median of the "
                    "regencies is {median}",
                    regency=low["name"],
                    label=e.inside(str(code)),
                    value=written(e.lang, low["value"], digits),
                    unit=e.measured_in(str(code)),
                    median=written(e.lang, values["value"].median(), digits),
                )
            )
    return flags


def alone_text(here: Province, factor: str) -> str:
    """Say to which ranks a factor alone leads a province."""
    lang, row = here.edition.lang, here.shifts.loc[factor]
    rank = float(here.rank["rank"])
    low, high = int(rank + row["low"]), int(rank + row["high"])
    span = f"{low}\N{EN DASH}{high}" if low < high else f"{low}"
    mean = lang.number(row["mean_absolute"], 1)
    return lang.tr("alone: rank {span}, moves it by {mean}", span=span, mean=mean)


def cards(here: Province) -> pd.DataFrame:
    """Return what the page says first: place, rank, score and weakest dimension, a row each."""
    e, tr, rank = here.edition, here.edition.lang.tr, here.rank
    weakest = here.scores.loc[here.weakest]
    median = here.scores.loc[e.top]
    ways = e.lang.number(e.ways, 0)
    rows = [
        (tr("Place among provinces"), thirds(e.lang)[str(rank["third"])],
         tr("in 90% of the ways to construct the index")),
        (tr("Rank of {n}", n=len(e.scores)), written(e.lang, estimate(rank, "rank")),
         tr("90% of {ways} ways to construct the index", ways=ways)),
        (tr("Score"), written(e.lang, estimate(rank, "score")),
         tr("0 to 100; median of provinces {x}", x=written(e.lang, estimate(median, "median")))),
        (tr("Weakest dimension"), link(f"#dimension-{here.weakest}", e.label(here.weakest)),
         tr("furthest behind the median of provinces: {x} against {y}",
            x=written(e.lang, estimate(weakest, "score")),
            y=written(e.lang, estimate(weakest, "median")))),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["what", "value", "remark"])


def interval_of(here: Province, table: str) -> Estimate:
    """Return the province's number in a table of intervals, such as ``distances``."""
    return estimate(here.row(table), "nominal")


def capacity_text(e: EditionFrames) -> str:
    """Say that the capacity of the government is not assessed, and what an assessment takes."""
    dimensions = e.table("dimensions")
    return e.lang.tr(
        "Not assessed: {dimensions}. The second part of e-RAT is the capacity of the provincial "
        "government in these dimensions. An assessment takes answers with evidence from the agencies "
        "of the province and from its regencies and cities, and a check of that evidence. To begin, "
        "make the workbooks with 'erat survey template'; docs/assessment.md goes through it step by "
        "step.",
        dimensions=e.lang.join(
            e.lang.inside(str(name)) for name in dimensions[f"name_{e.lang.code}"]
        ),
    )
