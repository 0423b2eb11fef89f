"""The years of an edition: the path of every node, and how sure the index is in each year."""

from __future__ import annotations

import pandas as pd

from erat.edition.bottom_up import without_subunits
from erat.edition.edition import Edition
from erat.edition.study import Tables, year_intervals
from erat.index.assessment import assess
from erat.index.trend import paths
from erat.indonesia.series import panel_of


def trend_tables(
    edition: Edition,
    found: pd.DataFrame,
    groups: pd.DataFrame,
    breaks: pd.DataFrame,
    now: pd.DataFrame,
) -> Tables:
    """Follow every node over the years; the index with intervals, ``now`` in the edition's year.

    Parameters
    ----------
    edition
        The edition.
    found, groups, breaks
        The cells of its indicators, the provinces of both borders, and breaks in series.
    now
        Score intervals of the edition's year.

    Returns
    -------
    dict
        ``trend`` (:func:`erat.index.trend.paths` with ``low, high`` of the index) and ``trend_median``
        (``year, low, high``: of the median of the provinces whose borders did not change).
    """
    spec, top = edition.spec.trend, edition.framework.top
    concept = breaks[breaks["kind"] == "concept"]
    since = found["indicator"].map(concept.groupby("indicator")["year"].max()).fillna(0)
    usable = found[(found["year"] >= spec.first_year) & (found["year"] >= since)]
    panel = panel_of(usable, list(groups.index), groups)
    assessment = assess(panel, edition.framework, without_subunits(edition.method))
    made = paths(assessment, breaks, spec.min_indicators)
    ends = now.rename(columns={"q05": "low", "q95": "high"}).assign(year=edition.spec.year)
    if not edition.bottom_up:
        unchanged = groups.index[groups["borders"] == "34 38"]
        middle = made[(made["node"] == top) & made["unit"].isin(unchanged)]
        index = pd.MultiIndex.from_frame(middle[["unit", "year"]])
        every = year_intervals(panel, edition.framework, edition.study, index)
        earlier = (every["year"] != edition.spec.year) | (every["unit"] == "")
        ends = pd.concat([ends, every[earlier]])
    own = ends[["unit", "year", "low", "high"]].assign(node=top)
    return {
        "trend": made.merge(own, on=["unit", "year", "node"], how="left"),
        "trend_median": own.loc[own["unit"] == "", ["year", "low", "high"]],
    }
