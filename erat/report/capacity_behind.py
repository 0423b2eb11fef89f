"""The questions behind a score of a phase, a kind of capacity, a topic, or a tile of the grid."""

from __future__ import annotations

import pandas as pd

from erat.report.capacity_view import CapacityView, Row
from erat.report.capacity_words import lenses
from erat.report.page import Html, details, join


def lens_rows(view: CapacityView, lens: str) -> dict[str, Row]:
    """Return the province's scores by tag of a lens; all missing where there is none."""
    found = view.own("lenses")
    found = found[(found["unit"] == view.province) & (found["lens"] == lens)]
    rows = {str(row["tag"]): row for row in found.to_dict("records")}
    nothing = dict.fromkeys(("score", "low", "high"), float("nan"))
    return {tag: rows.get(tag, nothing) for tag in lenses(view.lang)[lens][1]}


def behind_lenses(view: CapacityView) -> Html:
    """Fold the questions of every phase, capacity and topic away under its score."""
    parts = []
    for lens, (title, _) in lenses(view.lang).items():
        tags = [
            _behind(view, view.lens(tag), row, {lens: tag}, f"capacity-{lens}-{tag}")
            for tag, row in lens_rows(view, lens).items()
        ]
        name = view.lang.tr("{name}: the questions behind each score", name=title)
        parts.append(details(name, *tags))
    return join(parts)


def behind_cells(view: CapacityView, cells: pd.DataFrame) -> Html:
    """Fold the questions of every tile of the grid away under its score.

    Parameters
    ----------
    cells
        Columns ``row`` (phase), ``column`` (capacity), ``score``, ``low`` and ``high``.
    """
    tr = view.lang.tr
    parts = [
        _behind(
            view,
            tr("{phase}, {capacity}", phase=view.lens(phase), capacity=view.lens(capacity)),
            row,
            {"phase": phase, "capacity": capacity},
            f"capacity-cell-{phase}-{capacity}",
        )
        for row in cells.to_dict("records")
        for phase, capacity in [(str(row["row"]), str(row["column"]))]
    ]
    name = tr("{name}: the questions behind each score", name=tr("Phase by kind of capacity"))
    return details(name, *parts)


def _behind(view: CapacityView, name: str, row: Row, tags: dict[str, str], anchor: str) -> Html:
    tr = view.lang.tr
    codes = [
        one.code
        for one in view.instrument.questions
        if all(getattr(one, lens) == tag for lens, tag in tags.items())
    ]
    if not codes:
        return join([])
    rows = [
        {
            tr("Question"): view.node_link(code, code),
            tr("Text"): view.name(code),
            tr("Score"): view.score_or_why(own),
            view.interval_head: view.interval(own),
        }
        for code in codes
        for own in [view.score_row(view.province, code)]
    ]
    frame = pd.DataFrame(rows)
    assessed = sum(view.score_row(view.province, code)["score"] >= 0 for code in codes)
    asked = (
        tr("questions assessed: {n} of {total}", n=assessed, total=len(codes))
        if assessed < len(codes)
        else tr("1 question")
        if len(codes) == 1
        else tr("{n} questions", n=len(codes))
    )
    title = tr("{name}: {score}", name=name, score=view.with_interval(row))
    caption = view.pieces.worded(f"{title}; {asked}")
    right = list(frame.columns[2:])
    shown = view.pieces.table(frame, f"{name}; {asked}", right=right, kind="stack plain")
    return details(caption, shown, anchor=anchor)
