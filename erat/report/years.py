"""The years of an edition: lines between years that compare, and why they break."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.edition.province import Province

BANDS = ("low", "high", "compare_low", "compare_high")
"""Ends of the intervals of a province's score and of the median."""


def unchanged(e: EditionFrames) -> list[str]:
    """Return the provinces that are the same area on both borders."""
    borders = e.units["borders"]
    return [str(unit) for unit in borders.index[borders == "34 38"]]


def lines(here: Province, node: str, more: Sequence[str] = ()) -> pd.DataFrame:
    """Return a node's path over the years beside the median of provinces with unchanged borders.

    Returns
    -------
    DataFrame
        ``year, value, segment, compare`` and the columns asked for; years of a segment compare.
    """
    e = here.edition
    path = e.trend[e.trend["node"] == node]
    compare = path[path["unit"].isin(unchanged(e))].groupby("year")["value"].median()
    own = path[path["unit"] == here.unit]
    own = own.assign(compare=own["year"].map(compare))
    if more:
        middle = e.table("trend_median").add_prefix("compare_")
        own = own.merge(middle, left_on="year", right_on="compare_year", how="left")
    return own[["year", "value", "segment", "compare", *more]]


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
        year = int(after["year"])
        reasons = [tr("now with {label}", label=e.inside(c)) for c in sorted(was - now)]
        reasons += [tr("now without {label}", label=e.inside(c)) for c in sorted(now - was)]
        reasons += [
            f"{e.label(code)}: {reason}"
            for code in e.framework.indicators
            for at, reason in _cuts(e, code)
            if int(before["year"]) < at <= year
        ]
        breaks.append((year, "; ".join(reasons)))
    return breaks


def _cuts(e: EditionFrames, code: str) -> list[tuple[int, str]]:
    rows = e.breaks
    rows = rows[(rows["indicator"] == code) & (rows["kind"] != "borders")]
    return [(int(r["year"]), str(r[f"reason_{e.lang.code}"])) for _, r in rows.iterrows()]


def intro_text(e: EditionFrames) -> str:
    """Say what the lines over the years are, or why there are none."""
    if e.bottom_up:
        return e.lang.tr(
            "The series that this index is made from stand together for the regencies in {year} "
            "only, so it has no path over the years. What changed in those that go back further is "
            "told with the regencies.",
            year=e.year,
        )
    return e.lang.tr(
        "The goalposts are the same in every year, so scores compare where the same series exist. "
        "A line is drawn only between such years; elsewhere it breaks, and a note says why. "
        "The grey line is the median of the {n} provinces whose borders did not change.",
        n=len(unchanged(e)),
    )


def older_text(here: Province) -> str:
    """Tell the scores of the older, larger province, set apart; empty where borders are the same."""
    e = here.edition
    before = e.table("predecessors").set_index("unit")["predecessor"]
    if here.unit not in before.index:
        return ""
    old = str(before[here.unit])
    path = e.trend[(e.trend["node"] == e.top) & (e.trend["unit"] == old)]
    scores = ", ".join(
        f"{int(r['year'])}: {e.lang.number(r['value'])} ({e.lang.number(r['low'])}\N{EN DASH}"
        f"{e.lang.number(r['high'])})"
        for _, r in path.iterrows()
    )
    return e.lang.tr(
        "Another area, not to be compared: {old} had these scores of the index, from at least {k} of "
        "{n} indicators: {scores}.",
        k=int(e.about["trend_min_indicators"]),
        n=len(e.framework.indicators),
        old=e.names[old],
        scores=scores or "–",
    )
