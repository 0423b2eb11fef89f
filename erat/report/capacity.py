"""The assessed capacity in a province's report: scores first, then what they are made of."""

from __future__ import annotations

import pandas as pd

from erat.plots.cells import lens_grid
from erat.plots.scores import interval_rows, two_sides
from erat.plots.style import INK
from erat.report.capacity_answers import answers_part
from erat.report.capacity_behind import behind_cells, behind_lenses, lens_rows
from erat.report.capacity_moves import moves_part, next_part, orders_part
from erat.report.capacity_regencies import regencies_part
from erat.report.capacity_trust import trust_part
from erat.report.capacity_view import CapacityView
from erat.report.capacity_words import lenses
from erat.report.page import (
    Html,
    card,
    cards,
    download,
    heading,
    join,
    section,
    text,
)


def assessed_section(view: CapacityView) -> Html:
    """Say everything that the answers of a province's sub-units say."""
    return section(
        view.pieces.banner(), _about(view), _cards(view), _profile(view), _lenses(view),
        _grid(view), _sides(view), regencies_part(view), moves_part(view), next_part(view),
        _beside(view), trust_part(view), orders_part(view), answers_part(view), _workbook(view),
        title=view.lang.tr("Capacity of the government"), anchor="capacity",
    )  # fmt: skip


def _about(view: CapacityView) -> Html:
    tr, lang = view.lang.tr, view.lang
    what = tr(
        "The second part of e-RAT is the capacity of the provincial government in eight dimensions, "
        "assessed from what its agencies and partners and those of its regencies and cities answer. "
        "A question has five steps; a step counts when all before it are met, and each is worth 20 "
        "points. Respondents make a sub-unit, sub-units a government, regencies and the province "
        "government together the province."
    )
    about = view.instrument.description
    whose = tr(
        "Instrument: {name}, version {version}. {about}",
        name=lang.pick(about.name_id, about.name_en),
        version=about.version,
        about=lang.pick(about.about_id, about.about_en),
    )
    return join([text(what), text(whose, kind="small")])


def _cards(view: CapacityView) -> Html:
    tr, worded = view.lang.tr, view.pieces.worded
    whole = view.score_row(view.province, view.top)
    people, asked = len(view.answers.respondents), len(view.subunits.of_province(view.province))
    units = view.answers.respondents["unit"].nunique()
    lowest = _lowest(view)
    shown = [
        card(
            worded(tr("Capacity, assessed")),
            view.score_or_why(whole),
            tr("0 to 100; 90% interval {interval}", interval=view.interval(whole))
            if view.is_assessed
            else tr("an index needs all its dimensions"),
            kind="" if view.is_assessed else "missing words",
        ),
        card(
            worded(tr("Sub-units that answered")),
            tr("{n} of {total}", n=units, total=asked),
            tr("{people} answered", people=view.people(people)),
        ),
    ]
    if lowest:
        row = view.score_row(view.province, lowest)
        detail = tr("{x} of 100; 90% interval {interval}", x=view.score(row["score"]),
                    interval=view.interval(row))  # fmt: skip
        name = view.node_link(lowest)
        title = worded(tr("Lowest assessed dimension"))
        shown.append(card(title, name, detail, kind="words"))
    return cards(*shown)


def _lowest(view: CapacityView) -> str:
    scores = {node: view.score_row(view.province, node)["score"] for node in view.dimensions}
    there = {node: score for node, score in scores.items() if score == score}
    return min(there, key=lambda node: there[node]) if there else ""


def _rows(view: CapacityView, nodes: list[str], group: str = "") -> pd.DataFrame:
    """Return the rows of a figure of intervals: the province's scores at some nodes."""
    rows = []
    for node in nodes:
        row = view.score_row(view.province, node)
        missing = view.missing(str(row["reason"]))
        kept = {name: row[name] for name in ("score", "low", "high")}
        rows.append({"label": view.name(node), "missing": missing, "group": group, **kept})
    return pd.DataFrame(rows)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    columns = {"label": "name", "low": "score_low", "high": "score_high"}
    columns |= {"missing": "score_missing", "n_questions": "questions"}
    named = frame.rename(columns=columns)
    return named.assign(
        **{f"{side}_missing": frame.get("missing", "") for side in ("first", "second")}
    )


def _profile(view: CapacityView) -> Html:
    tr = view.lang.tr
    alt = tr("Scores of {name} on the eight dimensions of capacity, with intervals.",
             name=view.view.names[view.province])  # fmt: skip
    drawn = view.pieces.figure(
        interval_rows, _named(_rows(view, [*view.dimensions, view.top])), view.lang,
        alt=alt, caption=view.made_from(),
    )  # fmt: skip
    return join([heading(tr("The eight dimensions"), 3), drawn, _dimension_table(view)])


def _dimension_table(view: CapacityView) -> Html:
    tr = view.lang.tr
    rows = []
    for node in [view.top, *view.dimensions]:
        row = view.score_row(view.province, node)
        rows.append(
            {
                tr("Dimension"): view.node_link(node) if node != view.top else view.name(node),
                tr("Score"): view.score_or_why(row),
                view.interval_head: view.interval(row),
                tr("Sub-units"): view.count(row["n_subunits"]),
                tr("People"): view.count(row["n_respondents"]),
                tr("Answered"): view.share(row["share_answered"]),
            }
        )
    frame = pd.DataFrame(rows)
    caption = tr("Scores by dimension; each name leads to its indicators and questions")
    return view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack")


def _lenses(view: CapacityView) -> Html:
    tr, rows = view.lang.tr, []
    for lens, (title, _) in lenses(view.lang).items():
        for tag, row in lens_rows(view, lens).items():
            count = view.asked_about(**{lens: tag})
            missing = view.missing() if count else tr("no question")
            score = {name: float(row[name]) for name in ("score", "low", "high")}
            rows.append({"label": view.lens(tag), "group": title, "missing": missing, **score})
    alt = tr("Capacity of {name} by phase, by kind of capacity and by topic.",
             name=view.view.names[view.province])  # fmt: skip
    drawn = view.pieces.figure(
        interval_rows, _named(pd.DataFrame(rows)), view.lang, alt=alt, caption=view.made_from()
    )
    title = tr("By phase, by kind of capacity, by topic")
    said = tr("Each question has one phase, one kind of capacity and one topic.")
    return join([heading(title, 3), text(said, kind="small"), drawn, behind_lenses(view)])


def _grid(view: CapacityView) -> Html:
    tr, words = view.lang.tr, lenses(view.lang)
    cells = view.own("cells")
    cells = cells[cells["unit"] == view.province]
    cells = cells.rename(columns={"phase": "row", "capacity": "column"})
    wanted = pd.MultiIndex.from_product(
        [words["phase"][1], words["capacity"][1]], names=["row", "column"]
    )
    ends = ["score", "low", "high"]
    frame = cells.set_index(["row", "column"]).reindex(index=wanted, columns=ends).reset_index()
    frame["n_questions"] = [
        view.asked_about(phase=phase, capacity=capacity)
        for phase, capacity in zip(frame["row"], frame["column"], strict=True)
    ]
    alt = tr("Grid of the four phases by the three kinds of capacity; a tile without a question is "
             "empty.")  # fmt: skip
    drawn = view.pieces.figure(
        lens_grid, _named(frame).set_index(["row", "column"]), view.lang,
        rows={tag: view.lens(tag) for tag in words["phase"][1]},
        columns={tag: view.lens(tag) for tag in words["capacity"][1]},
        alt=alt, caption=view.made_from(),
    )  # fmt: skip
    said = tr("An empty tile has no question in the instrument; a hatched one has questions and too "
              "few answers. Neither is a zero.")  # fmt: skip
    title = tr("Phase by kind of capacity")
    parts = [heading(title, 3), text(said, kind="small"), drawn, behind_cells(view, frame)]
    return join(parts)


def _sides(view: CapacityView) -> Html:
    tr = view.lang.tr
    rows = []
    for node in [*view.dimensions, view.top]:
        one, other = (view.score_row(unit, node) for unit in (view.block, view.regencies_block))
        rows.append(
            {
                "label": view.name(node), "missing": view.missing(),
                "first": one["score"], "first_low": one["low"], "first_high": one["high"],
                "second": other["score"], "second_low": other["low"], "second_high": other["high"],
            }
        )  # fmt: skip
    first, second = view.unit_name(view.block), view.unit_name(view.regencies_block)
    alt = tr("Scores by dimension: the province government against its regencies and cities.")
    drawn = view.pieces.figure(
        two_sides, _named(pd.DataFrame(rows)), view.lang, sides={"first": first, "second": second},
        note=tr("Bands: 90% intervals."),
        alt=alt, caption=view.made_from(),
    )  # fmt: skip
    title = tr("What the province government says, and what the regencies say")
    return join([heading(title, 3, "capacity-sides"), drawn, _sides_table(view, first, second)])


def _sides_table(view: CapacityView, first: str, second: str) -> Html:
    tr = view.lang.tr
    rows = []
    for node in [view.top, *view.dimensions]:
        one, other = (view.score_row(unit, node) for unit in (view.block, view.regencies_block))
        rows.append(
            {
                tr("Dimension"): view.node_link(node) if node != view.top else view.name(node),
                first: view.with_interval(one),
                second: view.with_interval(other),
            }
        )
    frame = pd.DataFrame(rows)
    caption = tr("Both sides with their 90% intervals")
    return view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack")


def _beside(view: CapacityView) -> Html:
    """Show the enabling conditions beside the capacity: one figure, two measures."""
    tr, edition = view.lang.tr, view.view
    measured = [edition.top, *edition.framework.dimensions]
    measured_words = tr("Enabling conditions, measured")
    own = edition.scores.loc[view.province]
    rows = [
        {
            "label": edition.label(node), "score": own[node],
            "low": edition.score_intervals.loc[(node, view.province), "q05"],
            "high": edition.score_intervals.loc[(node, view.province), "q95"],
            "missing": tr("no data"), "group": measured_words,
        }
        for node in measured
    ]  # fmt: skip
    assessed = _rows(view, [view.top, *view.dimensions], tr("Capacity, assessed"))
    alt = tr("Enabling conditions and capacity of {name} beside each other, each on its own scale.",
             name=edition.names[view.province])  # fmt: skip
    note = tr("Two measures, each from 0 to 100 on its own scale: points of one are not points of "
              "the other, and no number here joins them.")  # fmt: skip
    drawn = view.pieces.figure(
        interval_rows, _named(pd.concat([pd.DataFrame(rows), assessed], ignore_index=True)), view.lang,
        colours={measured_words: INK}, note=note, alt=alt,
        caption=join([edition.made_from(), view.made_from()], between=" · "),
    )  # fmt: skip
    return join([heading(tr("The enabling conditions beside it"), 3), drawn])


def _workbook(view: CapacityView) -> Html:
    tr = view.lang.tr
    name = f"../data/{view.province}-capacity-{view.lang.code}.xlsx"
    words = tr("Workbook of the assessment: scores, answers, contributions, next steps")
    return download(name, view.pieces.worded(words), "xlsx")
