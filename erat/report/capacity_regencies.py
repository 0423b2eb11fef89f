"""The regencies and cities of an assessed province: the weakest first, and how far apart they are."""

from __future__ import annotations

import pandas as pd

from erat.report.capacity_view import CapacityView
from erat.report.page import Content, Html, heading, join, text


def regencies_part(view: CapacityView) -> Html:
    """Tabulate the regencies and cities from the weakest, and the inequality among them."""
    tr, found = view.lang.tr, regencies(view)
    if found.empty:
        return join([])
    title = heading(tr("Regencies and cities, the weakest first"), 3, "capacity-regencies")
    intro = tr(
        "A good mean cannot hide a failing regency: every regency and city stands here with its own "
        "index, its weakest dimension and how many of its sub-units answered. In brackets: 90% "
        "intervals."
    )
    parts = [title, text(intro, kind="small"), _table(view, found), _inequality(view)]
    return join(parts)


def regencies(view: CapacityView) -> pd.DataFrame:
    """Return the province's regencies and cities, the weakest first, those not assessed last.

    Returns
    -------
    DataFrame
        Columns ``unit, score`` (the index; nan where it is not assessed), ``weakest`` (code of the
        lowest dimension that is assessed; empty where none is), ``answered`` and ``asked``
        (sub-units).
    """
    units = [unit for unit in view.governments() if unit != view.province]
    people = view.answers.respondents
    answered = people.groupby("government")["unit"].nunique()
    rows = [
        {
            "unit": unit,
            "score": float(view.score_row(unit, view.top)["score"]),
            "weakest": _weakest(view, unit),
            "answered": int(answered.get(unit, 0)),
            "asked": len(view.subunits.of_government(unit)),
        }
        for unit in units
    ]
    columns = ["unit", "score", "weakest", "answered", "asked"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["score", "unit"], na_position="last", ignore_index=True)


def _weakest(view: CapacityView, unit: str) -> str:
    scores = {node: float(view.score_row(unit, node)["score"]) for node in view.dimensions}
    there = [node for node, score in scores.items() if score == score]
    return min(there, key=lambda node: scores[node]) if there else ""


def _table(view: CapacityView, found: pd.DataFrame) -> Html:
    tr = view.lang.tr
    rows = [
        {
            tr("Regency or city"): view.unit_name(row["unit"]),
            tr("Capacity, assessed"): view.with_interval(view.score_row(row["unit"], view.top)),
            tr("Weakest dimension"): _weakest_words(view, row["unit"], row["weakest"]),
            tr("Sub-units that answered"): tr(
                "{n} of {total}", n=row["answered"], total=row["asked"]
            ),
        }
        for row in found.to_dict("records")
    ]
    frame = pd.DataFrame(rows)
    caption = tr("Regencies and cities ({n}), from the weakest", n=len(frame))
    right = [tr("Capacity, assessed"), tr("Sub-units that answered")]
    return view.pieces.table(frame, caption, right=right, kind="stack")


def _weakest_words(view: CapacityView, unit: str, node: str) -> Content:
    if not node:
        return "–"
    score = view.with_interval(view.score_row(unit, node))
    return join([view.node_link(node), score], between=": ")


def _inequality(view: CapacityView) -> Html:
    tr, found = view.lang.tr, view.own("inequality")
    found = found[found["unit"] == view.province].set_index("node")
    nodes = [node for node in [view.top, *view.dimensions] if node in found.index]
    if not nodes:
        said = tr("Fewer than two regencies are assessed: no inequality can be measured.")
        return text(said, kind="small")
    rows: list[dict[str, Content]] = [
        {
            tr("Dimension"): view.name(node),
            tr("Lowest"): _named(view, str(row["weakest"]), node),
            tr("Highest"): _named(view, _highest(view, node), node),
            tr("Gini"): view.lang.number(row["gini"], 3),
            tr("Atkinson"): view.lang.number(row["atkinson"], 3),
            tr("Lost to inequality"): _lost(view, row),
        }
        for node in nodes
        for row in [found.loc[node]]
    ]
    frame = pd.DataFrame(rows)
    caption = tr("Inequality among the regencies and cities that are assessed")
    shown = view.pieces.table(frame, caption, right=list(frame.columns[2:]), kind="stack")
    how = tr(
        "Gini and Atkinson (aversion 1): 0 where all are equal. Lost to "
        "inequality: what the mean of the regencies loses if what is unequal counts less, in points "
        "and as a part of that mean. These measures have no interval."
    )
    return join([_said(view, found), shown, text(how, kind="small")])


def _said(view: CapacityView, found: pd.DataFrame) -> Html:
    """Say in words what the index of the regencies hides."""
    tr = view.lang.tr
    if view.top not in found.index:
        return join([])
    row = found.loc[view.top]
    said = tr(
        "The lowest of the {n} assessed regencies and cities is {name}: {x}. {lost} of their mean is "
        "lost to inequality.",
        n=view.count(row["n"]),
        name=view.unit_name(str(row["weakest"])),
        x=view.with_interval(view.score_row(str(row["weakest"]), view.top)),
        lost=view.share(row["atkinson"], 1),
    )
    return text(view.pieces.worded(said))


def _highest(view: CapacityView, node: str) -> str:
    """Return the regency or city with the highest score of a node."""
    units = [unit for unit in view.governments() if unit != view.province]
    scores = {unit: float(view.score_row(unit, node)["score"]) for unit in units}
    return max(scores, key=lambda unit: -1.0 if scores[unit] != scores[unit] else scores[unit])


def _named(view: CapacityView, unit: str, node: str) -> str:
    """Write a score with its interval, and whose it is."""
    return f"{view.with_interval(view.score_row(unit, node))}, {view.unit_name(unit)}"


def _lost(view: CapacityView, row: pd.Series) -> str:
    part = view.share(row["atkinson"], 1)
    return view.lang.tr("{x} points ({part})", x=view.score(row["lost"]), part=part)
