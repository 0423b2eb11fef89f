"""Sentences on an index and a province's place in it that choose among several wordings."""

from __future__ import annotations

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.locale import Estimate, Language


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


def estimate(row: pd.Series, name: str, digits: int = 1) -> Estimate:
    """Return a number of a row with its interval, to be said; a rank is whole.

    The ends are ``NAME_low`` and ``NAME_high``, ``low`` and ``high``, or ``q05`` and ``q95``.
    """
    pairs = [(f"{name}_low", f"{name}_high"), ("low", "high"), ("q05", "q95")]
    low, high = next(pair for pair in pairs if pair[0] in row)
    return Estimate(row[name], row[low], row[high], 0 if name.endswith("rank") else digits)


def lightest(scores: pd.Series) -> int:
    """Return the score below which all share the lightest colour, so that the others part."""
    return int(scores.quantile(0.05) // 10) * 10


def map_text(e: EditionFrames) -> str:
    """Say what stands in the tiles of the map of scores."""
    scores = e.scores[e.top]
    inside = e.lang.tr("In the tiles: the interval of each score.")
    if scores.min() >= lightest(scores):
        return inside
    shared = e.lang.tr("Scores below {x} share the lightest colour.", x=lightest(scores))
    return f"{inside} {shared}"
