"""The section on the years: lines only between years that compare, and why they break."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from erat.plots.trend import small_multiples, trend_lines
from erat.report.page import Html, figure, join, link, note, section, text
from erat.report.view import View

BANDS = ("low", "high", "compare_low", "compare_high")
"""Ends of the intervals of a province's score and of the median."""


def trend_section(view: View, unit: str) -> Html:
    """Tell the way of a province's index, dimensions and indicators over the years."""
    tr = view.lang.tr
    title = tr("The way here")
    publishers = view.lang.join(view.publishers)
    said = tr("Figures of {publishers}; see", publishers=publishers)
    caption = join([said, link("#sources", tr("sources"))], between=" ")
    index = _lines(view, unit, view.top, BANDS)
    parts = [text(_intro(view))]
    if len(index) > 1:
        drawn = trend_lines(
            index,
            view.lang,
            label=tr("Index of enabling conditions, score 0 to 100"),
            name=view.names[unit],
            compare=_compare(view),
            breaks=index_breaks(view, unit),
        )
        banded = join(
            [tr("The bands are the intervals of the score and of the median."), caption],
            between=" ",
        )
        alt = tr("Line of the index of {name} by year, with breaks.", name=view.names[unit])
        parts.append(figure(drawn, alt=alt, caption=banded))
    codes = [code for code in view.framework.indicators if len(_lines(view, unit, code)) > 1]
    if codes:
        frame = pd.concat(_lines(view, unit, code).assign(indicator=code) for code in codes)
        drawn = small_multiples(
            frame,
            view.lang,
            labels=view.labels(codes),
            units={code: view.unit(code) for code in codes},
            name=view.names[unit],
            compare=_compare(view),
            breaks={code: _breaks(view, code, frame) for code in codes},
        )
        alt = tr("Lines of the indicators of {name} by year.", name=view.names[unit])
        parts.append(figure(drawn, alt=alt, caption=caption))
    return section(*parts, _older(view, unit), title=title, anchor="trend")


def _intro(view: View) -> str:
    if view.results.edition.bottom_up:
        return view.lang.tr(
            "The series that this index is made from stand together for the regencies in {year} "
            "only, so it has no path over the years. What changed in those that go back further is "
            "told with the regencies.",
            year=view.year,
        )
    return view.lang.tr(
        "The goalposts are the same in every year, so scores compare where the same series exist. "
        "A line is drawn only between such years; elsewhere it breaks, and a note says why. "
        "The grey line is the median of the {n} provinces whose borders did not change.",
        n=len(view.unchanged),
    )


def _compare(view: View) -> str:
    return view.lang.tr("median of {n} provinces", n=len(view.unchanged))


def _lines(view: View, unit: str, node: str, more: Sequence[str] = ()) -> pd.DataFrame:
    """Return ``year, value, segment, compare`` and more columns of one node's path."""
    path = view.paths[view.paths["node"] == node]
    compare = path[path["unit"].isin(view.unchanged)].groupby("year")["value"].median()
    own = path[path["unit"] == unit]
    own = own.assign(compare=own["year"].map(compare))
    if more:
        middle = view.results.table("trend_median").add_prefix("compare_")
        own = own.merge(middle, left_on="year", right_on="compare_year", how="left")
    return own[["year", "value", "segment", "compare", *more]]


def index_breaks(view: View, unit: str) -> list[tuple[int, str]]:
    """Say why the line of the index breaks: which series come and go, and which were revised."""
    path = view.paths[(view.paths["node"] == view.top) & (view.paths["unit"] == unit)]
    found = []
    for (_, before), (_, after) in zip(
        path.iloc[:-1].iterrows(), path.iloc[1:].iterrows(), strict=True
    ):
        if before["segment"] == after["segment"]:
            continue
        was, now = (set(str(row["missing"]).split()) for row in (before, after))
        reasons = [
            view.lang.tr("now with {label}", label=view.inside(c)) for c in sorted(was - now)
        ]
        reasons += [
            view.lang.tr("now without {label}", label=view.inside(c)) for c in sorted(now - was)
        ]
        year = int(after["year"])
        reasons += [
            f"{view.label(code)}: {reason}"
            for code in view.framework.indicators
            for at, reason in _cuts(view, code)
            if int(before["year"]) < at <= year
        ]
        found.append((year, "; ".join(reasons)))
    return found


def _cuts(view: View, code: str) -> list[tuple[int, str]]:
    rows = view.results.table("breaks")
    rows = rows[(rows["indicator"] == code) & (rows["kind"] != "borders")]
    return [(int(r["year"]), str(r[f"reason_{view.lang.code}"])) for _, r in rows.iterrows()]


def _breaks(view: View, code: str, frame: pd.DataFrame) -> list[tuple[int, str]]:
    years = frame.loc[frame["indicator"] == code, "year"]
    return [(year, why) for year, why in _cuts(view, code) if years.min() < year <= years.max()]


def _older(view: View, unit: str) -> Html:
    """For a province whose borders changed: the older province's scores, set apart."""
    before = view.results.table("predecessors").set_index("unit")["predecessor"]
    if unit not in before.index:
        return join([])
    old = str(before[unit])
    path = view.paths[(view.paths["node"] == view.top) & (view.paths["unit"] == old)]
    scores = ", ".join(
        f"{int(r['year'])}: {view.score(r['value'])} ({view.score(r['low'])}\N{EN DASH}"
        f"{view.score(r['high'])})"
        for _, r in path.iterrows()
    )
    said = view.lang.tr(
        "Another area, not to be compared: {old} had these scores of the index, from at least {k} of "
        "{n} indicators: {scores}.",
        k=view.spec.trend.min_indicators,
        n=len(view.framework.indicators),
        old=view.names[old],
        scores=scores or "–",
    )
    return note(said, kind="missing")
