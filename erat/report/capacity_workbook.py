"""A workbook of a province's assessment: scores, answers, contributions, next steps."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.index.workbook import Sheet, write_workbook
from erat.plots.mark import simulated
from erat.survey.cells import level_cells, verified_cells
from erat.survey.opened import OpenAssessment


def write_capacity_workbook(a: OpenAssessment, path: Path) -> None:
    """Write everything that the page of an assessed capacity is made of; nobody is named.

    Where answers are simulated, every row of every sheet says so.
    """
    tr = a.lang.tr
    answers = level_cells(a.answers.levels.to_numpy(), a.answers.states.to_numpy())
    sheets = {
        tr("Questions"): _questions(a),
        tr("Scores"): _named(a, _wide_scores(a)),
        tr("Intervals"): _intervals(a),
        tr("Contributions"): _contributions(a),
        tr("Next steps"): _next_steps(a),
        tr("Answers"): _by_person(a, answers),
        tr("Verified"): _by_person(a, verified_cells(a.answers.verified.to_numpy())),
        tr("Notes"): _notes(a),
    }
    if a.word:
        word, first = simulated(a.lang).word, tr("Kind of answers")
        for name, table in sheets.items():
            rows = table.index if len(table) else pd.RangeIndex(1)
            mark = pd.Series(word, index=rows, name=first)
            sheets[name] = pd.concat([mark, table], axis=1) if len(table) else mark.to_frame()
    write_workbook([Sheet(name, table) for name, table in sheets.items()], path)


def _questions(a: OpenAssessment) -> pd.DataFrame:
    tr, lang, names = a.lang.tr, a.lang, a.node_names
    parents = a.nodes["parent"]
    rows = []
    for one in a.instrument.questions:
        indicator = parents[one.code]
        steps = {
            tr("Step {n}", n=number): lang.pick(step.id, step.en)
            for number, step in enumerate(one.steps, start=1)
        }
        dimension = {tr("Code"): one.code, tr("Dimension"): names[parents[indicator]]}
        texts = {tr("Indicator"): names[indicator], tr("Question"): names[one.code]}
        rows.append({**dimension, **texts, **steps})
    return pd.DataFrame(rows)


def _wide_scores(a: OpenAssessment) -> pd.DataFrame:
    """Return units by nodes, both in order."""
    wide = a.scores["score"].unstack("node")
    units = a.scores.index.get_level_values("unit").unique()
    return wide.loc[units, [node for node in a.nodes.index if node in wide]]


def _named(a: OpenAssessment, wide: pd.DataFrame) -> pd.DataFrame:
    """Put code and name of its unit before each row."""
    names = [a.unit_names[str(unit)] for unit in wide.index]
    wide = wide.set_axis([str(unit) for unit in wide.index]).rename_axis(a.lang.tr("Code"))
    wide.insert(0, a.lang.tr("Name"), names)
    return wide.reset_index()


def _intervals(a: OpenAssessment) -> pd.DataFrame:
    """Return a row a unit and node, without what nobody was asked."""
    tr, scores = a.lang.tr, a.scores[a.scores["reason"] != "not asked"].reset_index()
    return pd.DataFrame(
        {
            tr("Unit"): scores["unit"],
            tr("Name of the unit"): scores["unit"].map(a.unit_names),
            tr("Code"): scores["node"],
            tr("Name"): scores["node"].map(a.node_names),
            tr("Score"): scores["score"],
            tr("Low"): scores["score_low"],
            tr("High"): scores["score_high"],
            tr("Sub-units"): scores["subunits"],
            tr("People"): scores["people"],
            tr("Not assessed because"): scores["reason"],
        }
    )


def _contributions(a: OpenAssessment) -> pd.DataFrame:
    if a.moves.empty:
        return pd.DataFrame()
    wide = a.moves.pivot_table(
        index="subunit", columns="indicator", values="contribution", aggfunc="sum"
    )
    return _named(a, wide[[one.code for one in a.instrument.indicators if one.code in wide]])


def _next_steps(a: OpenAssessment) -> pd.DataFrame:
    tr = a.lang.tr
    names = {
        "question": tr("Question"),
        "next_step": tr("Step that comes next"),
        "n_subunits": tr("Sub-units just below it"),
        "gain": tr("Gain in the index"),
    }
    kept = [name for name in names if name != "gain" or a.is_assessed]
    steps = a.table("next_steps")
    return steps.loc[steps["unit"] == a.unit, kept].rename(columns=names)


def _by_person(a: OpenAssessment, cells: object) -> pd.DataFrame:
    """Return people by questions: levels, or what stands for a missing one."""
    tr, about = a.lang.tr, a.answers.respondents
    wide = pd.DataFrame(cells, columns=a.answers.levels.columns)
    wide.insert(0, tr("Sub-unit"), list(about["unit"]))
    wide.insert(1, tr("Person"), list(about.groupby("unit").cumcount() + 1))
    return wide


def _notes(a: OpenAssessment) -> pd.DataFrame:
    tr, notes = a.lang.tr, a.answers.notes
    units = notes["respondent"].map(a.answers.respondents["unit"])
    columns = {"question": tr("Question"), "evidence": tr("Evidence"), "comment": tr("Comment")}
    shown = notes[list(columns)].rename(columns=columns)
    shown.insert(0, tr("Sub-unit"), units)
    return shown
