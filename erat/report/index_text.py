"""Sentences on an index and a province's place in it that choose among several wordings."""

from __future__ import annotations

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.edition.province import Province
from erat.locale import Language
from erat.locale.numbers import Estimate, written


def caveat(e: EditionFrames) -> str:
    """Say what the index is, and what it is not."""
    return e.lang.tr(
        "The index measures conditions that help a province to take a shock and recover: {dimensions}. "
        "It says nothing about governance, hazards or preparedness, so it is not an index of "
        "resilience.",
        dimensions=e.lang.join([e.inside(code) for code in e.dimensions]),
    )


def thirds(lang: Language) -> dict[str, str]:
    """Return the words for the thirds of the ranking that an interval of ranks touches."""
    tr = lang.tr
    return {
        "upper": tr("upper third"),
        "upper-middle": tr("upper or middle third"),
        "middle": tr("middle third"),
        "middle-lower": tr("middle or lower third"),
        "lower": tr("lower third"),
        "open": tr("open: upper to lower third"),
    }


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


def aggregation_text(e: EditionFrames) -> str:
    """Say how indicators become dimensions, and dimensions the index."""
    tr = e.lang.tr
    if str(e.nodes.at[e.top, "aggregation"]) == "geometric":
        return tr(
            "Each dimension is the mean of its indicators. The index is the geometric mean of the "
            "dimensions, so a strong dimension makes up for a weak one only in part."
        )
    return tr(
        "Each dimension is the mean of its indicators, and the index the mean of the dimensions, so a "
        "strong dimension makes up for a weak one."
    )


def intervals_text(e: EditionFrames) -> str:
    """Say what the intervals of ranks and of scores are."""
    return e.lang.tr(
        "In brackets behind a rank: the ranks in 90% of {ways} ways to construct the index. Behind a "
        "score: its values in 90% of the ways, with all varied but the normalization, since scores of "
        "different normalizations are not on one scale.",
        ways=e.lang.number(e.ways, 0),
    )


def estimate(row: pd.Series, name: str) -> Estimate:
    """Return a number of a row with its interval, to be said.

    The ends are ``NAME_low`` and ``NAME_high``, or ``low`` and ``high``; a rank is whole.
    """
    low, high = (f"{name}_{end}" if f"{name}_{end}" in row else end for end in ("low", "high"))
    return Estimate(row[name], row[low], row[high], digits=0 if name.endswith("rank") else 1)
