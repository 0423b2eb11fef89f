"""Who moved the assessed score, what the next steps would bring, and what another order gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from erat.plots.cells import unit_heat
from erat.report.capacity_view import CapacityView
from erat.report.page import Content, Html, details, heading, join, text

MOST_MOVES = 15
MOST_STEPS = 10
"""Rows that are shown at once; the rest is folded away or in the workbook."""


def moves_part(view: CapacityView) -> Html:
    """Show which sub-unit's answers lift or lower the score, in what."""
    tr, found = view.lang.tr, moves(view)
    title = heading(tr("Whose answers moved the score"), 3, "capacity-moves")
    if found.empty:
        said = tr("Nothing to take apart: no dimension is assessed.")
        return join([title, text(said, kind="small")])
    intro = tr(
        "The score is an exact sum over sub-units and indicators. A tile shows what a sub-unit adds "
        "in a dimension, in points of the index, beyond what it would add if it answered as all "
        "sub-units do on average; all tiles together make zero. Regencies stand with all their "
        "agencies together."
    )
    if not view.is_assessed:
        intro += " " + tr(
            "The index is not assessed: the points are those of the mean of the dimensions that are."
        )
    wide = found.pivot_table(index="row", columns="dimension", values="moved", aggfunc="sum")
    order = [unit for unit in _row_order(view) if unit in wide.index]
    columns = [code for code in view.dimensions if code in wide.columns]
    wide = wide.reindex(index=order, columns=columns).fillna(0.0)
    alt = tr("Heat map of what each agency of the province and each regency adds to the score, by "
             "dimension.")  # fmt: skip
    drawn = view.pieces.figure(
        unit_heat, wide, view.lang,
        names={unit: _short(view, unit) for unit in order},
        labels={code: view.name(code) for code in columns},
        foot=tr("All together"), alt=alt, caption=view.made_from(),
    )  # fmt: skip
    lifted, lowered = _extremes(view, found)
    return join([title, text(intro, kind="small"), drawn, lifted, lowered])


def moves(view: CapacityView) -> pd.DataFrame:
    """Return what each sub-unit adds through each indicator, against the province's own score.

    Returns
    -------
    DataFrame
        A row a sub-unit and question: ``subunit, question, indicator, dimension, row`` (an agency
        of the province, or a regency), ``value`` (score there), ``contribution`` and ``moved``
        (points of the index beyond what the mean of all sub-units would add there: they make zero
        within a question).
    """
    found = view.own("contributions", "province")
    found = found[found["province"] == view.province]
    whole = found[found["node"] == view.top]
    if whole.empty:  # the index is not assessed: the mean of the dimensions that are
        parts = found[found["node"] != view.top]
        share = 1.0 / max(parts["node"].nunique(), 1)
        scaled = {name: parts[name] * share for name in ("weight", "contribution")}
        whole = parts.assign(**scaled)
    found = whole
    if found.empty:
        return found
    node = found["question"].map(view.instrument.indicator_of)
    found = found.assign(indicator=node, dimension=node.str.extract("^([A-Z]+)")[0])
    sums = found.groupby("question")[["contribution", "weight"]].transform("sum")
    moved = found["contribution"] - found["weight"] * sums["contribution"] / sums["weight"]
    government = found["subunit"].str.split(".").str[0]
    row = found["subunit"].where(government == view.province, government)
    return found.assign(row=row, moved=moved)


def _row_order(view: CapacityView) -> list[str]:
    own = [one.code for one in view.subunits.of_government(view.province)]
    return [*own, *(unit for unit in view.governments() if unit != view.province)]


def _short(view: CapacityView, unit: str) -> str:
    """Name an agency by its short name, and without the name of the province."""
    government, _, respondent = unit.partition(".")
    if not respondent:
        return view.unit_name(government).replace("Kabupaten ", "Kab. ")
    name = view.respondent_name(respondent)
    short = re.search(r"\((\w+)\)$", name)
    return short.group(1) if short else name.removesuffix(" of government").removesuffix(" agency")


def _extremes(view: CapacityView, found: pd.DataFrame) -> tuple[Html, Html]:
    tr = view.lang.tr
    by = ["subunit", "indicator"]
    summed = found.groupby(by, sort=False).agg(
        moved=("moved", "sum"), contribution=("contribution", "sum")
    )
    summed = summed.reset_index().sort_values(["moved", *by], kind="stable")
    low = summed[summed["moved"] < 0].head(MOST_MOVES)
    high = summed[summed["moved"] > 0].iloc[::-1].head(MOST_MOVES)
    lowered = tr("The {n} answers that lower the score most, by sub-unit", n=len(low))
    lifted = tr("The {n} answers that lift the score most, by sub-unit", n=len(high))
    return _folded(view, low, lowered), _folded(view, high, lifted)


def _folded(view: CapacityView, rows: pd.DataFrame, title: str) -> Html:
    if rows.empty:
        return join([])
    return details(view.pieces.worded(title), _moved(view, rows, title))


def _moved(view: CapacityView, rows: pd.DataFrame, caption: str) -> Html:
    """Tabulate a row a sub-unit: in which indicators, with its score there, and by how much."""
    tr = view.lang.tr
    sums = rows.groupby("subunit", sort=False)[["moved", "contribution"]].sum()
    order = sums["moved"].abs().sort_values(ascending=False, kind="stable").index
    shown = [
        {
            tr("Sub-unit"): view.unit_name(str(unit)),
            tr("Indicators, with its score there"): join(
                _moved_in(view, rows[rows["subunit"] == unit]), between="; "
            ),
            tr("Adds to the index"): view.lang.number(sums.loc[unit, "contribution"], 3),
            tr("Against the average"): _signed(view, sums.loc[unit, "moved"]),
        }
        for unit in order
    ]
    frame = pd.DataFrame(shown)
    return view.pieces.table(frame, caption, right=list(frame.columns[2:]), kind="stack")


def _moved_in(view: CapacityView, rows: pd.DataFrame) -> Iterator[Html]:
    for row in rows.to_dict("records"):
        unit, node = str(row["subunit"]), str(row["indicator"])
        score = view.score(view.score_row(unit, node)["score"])
        yield join([view.node_link(node), f" {score} ({_signed(view, row['moved'])})"], between="")


def _signed(view: CapacityView, value: float) -> str:
    written = view.lang.number(value, 3)
    return f"+{written}" if value > 0 else written


def next_part(view: CapacityView) -> Html:
    """Show which maturity steps are closest, and what they would bring."""
    tr, found = view.lang.tr, view.own("next_steps")
    found = found[found["unit"] == view.province]
    title = heading(tr("The next steps that are closest"), 3, "capacity-next")
    if found.empty:
        return join([title, text(tr("None: the questions are not assessed."), kind="small")])
    first_by = "gain" if view.is_assessed else "n_subunits"
    found = found.sort_values([first_by, "question"], ascending=[False, True], kind="stable")
    intro, caption = _steps_said(view)
    first = _steps_table(view, found.head(MOST_STEPS), caption)
    rest = found.iloc[MOST_STEPS:]
    more = join([])
    if len(rest):
        name = tr("{n} further steps", n=len(rest))
        more = details(view.pieces.worded(name), _steps_table(view, rest, name))
    return join([title, text(intro, kind="small"), first, more])


def _steps_said(view: CapacityView) -> tuple[str, str]:
    """Return what is said of the next steps, and the caption: no gain without an index."""
    tr = view.lang.tr
    if not view.is_assessed:
        return (
            tr("For each step: how many sub-units stand just below it; the steps with most of them "
               "come first. The index is not assessed, so no gain in it can be told."),
            tr("Next maturity steps"),
        )  # fmt: skip
    return (
        tr("For each step: how many sub-units stand just below it, and by how many points the "
           "province's index would rise if all of them met it. The largest gains come first."),
        tr("Next maturity steps and what they would bring"),
    )  # fmt: skip


def _steps_table(view: CapacityView, rows: pd.DataFrame, caption: str) -> Html:
    tr, lang = view.lang.tr, view.lang
    shown: list[dict[str, Content]] = []
    for row in rows.to_dict("records"):
        question = view.instrument.question(str(row["question"]))
        number = int(row["next_step"])
        step = question.steps[number - 1]
        shown.append(
            {
                tr("Step that comes next"): f"{number}. {lang.pick(step.id, step.en)}",
                tr("Question"): view.node_link(question.code, question.code),
                tr("Sub-units just below it"): str(int(row["n_subunits"])),
            }
        )
        if view.is_assessed:
            gain = lang.number(row["gain"], 2)
            shown[-1][tr("Gain in the index")] = f"+{gain}" if row["gain"] > 0 else gain
    frame = pd.DataFrame(shown)
    return view.pieces.table(frame, caption, right=list(frame.columns[2:]), kind="stack plain")


def orders_part(view: CapacityView) -> Html:
    """Show what the other order, units or framework first, would give."""
    tr, found = view.lang.tr, view.own("orders")
    found = found[found["unit"] == view.province].set_index("node")
    nodes = [node for node in [view.top, *view.dimensions] if node in found.index]
    if not nodes:
        return join([])
    rows = [
        {
            tr("Dimension"): view.name(node),
            tr("Score"): view.with_interval(view.score_row(view.province, node)),
            tr("Dimensions first, less sub-units first"): view.score(
                found.loc[node, "framework_first"] - found.loc[node, "units_first"], sign=True
            ),
        }
        for node in nodes
    ]
    frame = pd.DataFrame(rows)
    caption = tr("By how much the order moves a score")
    intro = tr(
        "Sub-units first: each question is brought together over the sub-units, then the questions "
        "make dimensions. Dimensions first: each sub-unit gets its own index, and these are brought "
        "together. Where both are plain means and nobody left a question out, they agree."
    )
    shown = view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack")
    title = heading(tr("What the other order would give"), 3)
    return join([title, text(intro, kind="small"), shown])
