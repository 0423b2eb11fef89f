"""A workbook of a province's assessment: scores, answers, contributions, next steps."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.index.workbook import Sheet, write_workbook
from erat.report.capacity_moves import moves
from erat.report.capacity_view import CapacityView
from erat.survey.cells import level_cells, verified_cells


def write_capacity_workbook(view: CapacityView, path: Path) -> None:
    """Write everything that the assessed part of a province's page is made of.

    Every row of every sheet carries the mark of the page, where it has one.
    """
    tr = view.lang.tr
    sheets = {
        tr("Questions"): _questions(view),
        tr("Scores"): _scores(view),
        tr("Intervals"): _intervals(view),
        tr("Contributions"): _contributions(view),
        tr("Next steps"): _next_steps(view),
        tr("Answers"): _levels(view, "answers"),
        tr("Verified"): _levels(view, "verified"),
        tr("Notes"): _notes(view),
    }
    write_workbook([Sheet(name, _marked(view, table)) for name, table in sheets.items()], path)


def _marked(view: CapacityView, frame: pd.DataFrame) -> pd.DataFrame:
    mark = view.pieces.mark
    if mark is None:
        return frame
    first = view.lang.tr("Kind of answers")
    if frame.empty:
        return pd.DataFrame({first: [mark.word]})
    return pd.concat([pd.Series(mark.word, index=frame.index, name=first), frame], axis=1)


def _questions(view: CapacityView) -> pd.DataFrame:
    tr, lang = view.lang.tr, view.lang
    return pd.DataFrame(
        [
            {
                tr("Code"): one.code,
                tr("Dimension"): view.name(one.code.rstrip("abcd0123456789")),
                tr("Indicator"): view.name(view.instrument.indicator_of[one.code]),
                tr("Question"): lang.pick(one.text_id, one.text_en),
                **{
                    tr("Step {n}", n=number): lang.pick(step.id, step.en)
                    for number, step in enumerate(one.steps, start=1)
                },
            }
            for one in view.instrument.questions
        ]
    )


def _nodes(view: CapacityView) -> list[str]:
    indicators = [one.code for one in view.instrument.indicators]
    return [view.top, *view.dimensions, *indicators, *view.instrument.codes]


def _scores(view: CapacityView) -> pd.DataFrame:
    """Units by nodes."""
    wide = view.scores.pivot(index="unit", columns="node", values="score")
    units = [unit for unit in view.scores["unit"].unique() if unit in wide.index]
    nodes = [node for node in _nodes(view) if node in wide.columns]
    return _named(view, wide.loc[units, nodes])


def _named(view: CapacityView, wide: pd.DataFrame) -> pd.DataFrame:
    tr = view.lang.tr
    names = {
        tr("Code"): [str(unit) for unit in wide.index],
        tr("Name"): [view.unit_name(str(unit)) for unit in wide.index],
    }
    return pd.concat([pd.DataFrame(names, index=wide.index), wide], axis=1).reset_index(drop=True)


def _intervals(view: CapacityView) -> pd.DataFrame:
    """Scores with their intervals, a row a unit and node; without what nobody was asked."""
    tr, found = view.lang.tr, view.scores[view.scores["reason"] != "not asked"]
    units = {str(unit): view.unit_name(str(unit)) for unit in found["unit"].unique()}
    nodes = {str(node): view.name(str(node)) for node in found["node"].unique()}
    return pd.DataFrame(
        {
            tr("Unit"): list(found["unit"]),
            tr("Name of the unit"): [units[str(unit)] for unit in found["unit"]],
            tr("Code"): list(found["node"]),
            tr("Name"): [nodes[str(node)] for node in found["node"]],
            tr("Score"): list(found["score"]),
            tr("Low"): list(found["low"]),
            tr("High"): list(found["high"]),
            tr("Sub-units"): list(found["n_subunits"]),
            tr("People"): list(found["n_respondents"]),
            tr("Not assessed because"): list(found["reason"]),
        }
    )


def _contributions(view: CapacityView) -> pd.DataFrame:
    found = moves(view)
    if found.empty:
        return pd.DataFrame()
    wide = found.pivot_table(
        index="subunit", columns="indicator", values="contribution", aggfunc="sum"
    )
    order = [one.code for one in view.instrument.indicators if one.code in wide.columns]
    return _named(view, wide[order])


def _next_steps(view: CapacityView) -> pd.DataFrame:
    tr, found = view.lang.tr, view.own("next_steps")
    found = found[found["unit"] == view.province]
    steps = {
        tr("Question"): list(found["question"]),
        tr("Step that comes next"): list(found["next_step"]),
        tr("Sub-units just below it"): list(found["n_subunits"]),
    }
    gain = {tr("Gain in the index"): list(found["gain"])} if view.is_assessed else {}
    return pd.DataFrame(steps | gain)


def _levels(view: CapacityView, which: str) -> pd.DataFrame:
    """People by questions: levels, or what stands for a missing one; nobody is named."""
    tr, given = view.lang.tr, view.answers
    if which == "answers":
        cells = level_cells(given.levels.to_numpy(), given.states.to_numpy())
    else:
        cells = verified_cells(given.verified.to_numpy())
    wide = pd.DataFrame(cells, columns=given.levels.columns)
    about = given.respondents
    names = pd.DataFrame(
        {
            tr("Sub-unit"): list(about["unit"]),
            tr("Person"): list(about.groupby("unit").cumcount() + 1),
        }
    )
    return pd.concat([names, wide], axis=1)


def _notes(view: CapacityView) -> pd.DataFrame:
    tr, notes = view.lang.tr, view.answers.notes
    return pd.DataFrame(
        {
            tr("Sub-unit"): list(notes["respondent"].map(view.answers.respondents["unit"])),
            tr("Question"): list(notes["question"]),
            tr("Evidence"): list(notes["evidence"]),
            tr("Comment"): list(notes["comment"]),
        }
    )
