"""How far the answers can be trusted: reliability, agreement, response, verification."""

from __future__ import annotations

import pandas as pd

from erat.report.capacity_files import files_part
from erat.report.capacity_view import CapacityView
from erat.report.page import Html, details, heading, join, text


def trust_part(view: CapacityView) -> Html:
    """Show whether questions hang together, people agree, and who answered."""
    tr = view.lang.tr
    parts = [
        _reliability(view), _agreement(view), _response(view), _verified(view), files_part(view)
    ]  # fmt: skip
    title = heading(tr("How far the answers can be trusted"), 3, "capacity-trust")
    return join([title, *parts])


def _reliability(view: CapacityView) -> Html:
    tr, found = view.lang.tr, view.table("reliability")
    found = found.drop_duplicates("node").set_index("node")
    rows = []
    for node in [node for node in view.dimensions if node in found.index]:
        row = found.loc[node]
        rows.append(
            {
                tr("Dimension"): view.node_link(node),
                tr("Alpha"): _with_interval(view, row, "alpha"),
                tr("Omega"): _with_interval(view, row, "omega"),
                tr("Governments"): view.count(row["n"]),
            }
        )
    if not rows:
        return join([])
    intro = tr(
        "Alpha and omega say how far the questions of a dimension measure one thing: 1 is all, 0 is "
        "nothing. Above 0.7 is usual. In brackets: 90% intervals."
    )
    frame = pd.DataFrame(rows)
    caption = tr("Reliability of the dimensions, over all answers of the assessment")
    shown = view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack")
    return join([text(intro, kind="small"), shown])


def _with_interval(view: CapacityView, row: pd.Series, name: str) -> str:
    value, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if value != value:
        return "–"
    said = view.lang.number(value, 2)
    if low != low or high != high:
        return said
    return f"{said} ({view.lang.number(low, 2)}\N{EN DASH}{view.lang.number(high, 2)})"


def _agreement(view: CapacityView) -> Html:
    tr, found = view.lang.tr, view.own("agreement")
    sides = {
        "respondents": tr("Between people of a sub-unit"),
        "sub-units": tr("Between sub-units"),
    }
    rows = []
    for node in view.dimensions:
        for between, words in sides.items():
            own = found[(found["node"] == node) & (found["between"] == between)]
            own = own[own["unit"] == view.province]
            for _, row in own.head(1).iterrows():
                rows.append(
                    {
                        tr("Dimension"): view.node_link(node),
                        tr("Between whom"): words,
                        tr("ICC(1)"): _with_interval(view, row, "icc1"),
                        tr("ICC(k)"): view.lang.number(row["icck"], 2),
                        tr("r(wg)"): view.lang.number(row["rwg"], 2),
                    }
                )
    if not rows:
        return join([])
    intro = tr(
        "Agreement is looked at before answers are averaged. ICC(1): the share of differences that "
        "lies between groups; ICC(k): how reliable the groups' means are; r(wg): 1 is full "
        "agreement within a group, 0 is as if by chance."
    )
    frame = pd.DataFrame(rows)
    caption = tr("Agreement between respondents and between sub-units")
    shown = view.pieces.table(frame, caption, right=list(frame.columns[2:]), kind="stack")
    return join([text(intro, kind="small"), details(caption, shown)])


def _response(view: CapacityView) -> Html:
    """Show how many answered in every government, and how."""
    tr, found = view.lang.tr, view.own("quality").drop_duplicates("unit").set_index("unit")
    blocks = [view.block, *(u for u in view.governments() if u != view.province)]
    rows = [_quality_row(view, unit, found.loc[unit]) for unit in blocks if unit in found.index]
    own = [unit for unit in view.subunits.all if unit in found.index]
    single = [_person_row(view, unit, found.loc[unit]) for unit in own]
    shown = []
    if rows:
        caption = tr("Response by government")
        shown.append(_quality_table(view, rows, caption))
    if single:
        caption = tr("Response by sub-unit ({n})", n=len(single))
        shown.append(details(caption, _quality_table(view, single, caption)))
    if not shown:
        return join([])
    intro = tr(
        "Response rate: sub-units that answered of those that were asked. One level throughout: the "
        "share of people who gave the same level to nearly every question. Not answered: the share "
        "of questions asked that stayed without a level."
    )
    return join([text(intro, kind="small"), *shown])


def _quality_row(view: CapacityView, unit: str, row: pd.Series) -> dict[str, object]:
    tr = view.lang.tr
    return {
        tr("Who"): view.unit_name(unit),
        tr("Sub-units"): tr("{n} of {total}", n=int(row["answered"]), total=int(row["asked"])),
        tr("Response rate"): view.share(row["rate"]),
        **_how(view, row),
    }


def _person_row(view: CapacityView, unit: str, row: pd.Series) -> dict[str, object]:
    return {view.lang.tr("Who"): view.unit_name(unit), **_how(view, row)}


def _how(view: CapacityView, row: pd.Series) -> dict[str, object]:
    """Say how many people answered, and how."""
    tr = view.lang.tr
    return {
        tr("People"): view.count(row["respondents"]),
        tr("One level throughout"): view.share(row["straight_lining"]),
        tr("Not answered"): view.share(row["non_response"]),
    }


def _quality_table(view: CapacityView, rows: list[dict[str, object]], caption: str) -> Html:
    frame = pd.DataFrame(rows)
    return view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack")


def _verified(view: CapacityView) -> Html:
    tr, found = view.lang.tr, view.own("verification")
    found = found[found["unit"] == view.province].set_index("node")
    nodes = [node for node in [view.top, *view.dimensions] if node in found.index]
    nodes = [node for node in nodes if found.loc[node, "n"] > 0]
    if not nodes:
        said = tr("No answer has been verified by the inspectorate or an assessor yet.")
        return text(said, kind="small")
    rows = [
        {
            tr("Dimension"): view.name(node),
            tr("Self-assessed"): view.score(found.loc[node, "self"]),
            tr("Verified"): view.score(found.loc[node, "verified"]),
            tr("Difference"): view.score(found.loc[node, "difference"], sign=True),
            tr("Answers verified"): view.lang.number(found.loc[node, "n"], 0),
        }
        for node in nodes
    ]
    frame = pd.DataFrame(rows)
    caption = tr("Self-assessed against verified answers, where both are there")
    said = tr(
        "Means of the same answers before and after their evidence was checked, 0 to 100. They are no "
        "scores: they rest on nothing but the answers that were verified."
    )
    shown = view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack")
    return join([text(said, kind="small"), shown])
