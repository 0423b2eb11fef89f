"""The workbooks of a province: its raw values with their sources, and its assessed capacity."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from erat.edition.opened import OpenEdition
from erat.index.workbook import Sheet, write_workbook
from erat.plots.mark import simulated
from erat.report.sources import base_name, quality, table_name
from erat.survey.answers import level_cells, verified_cells
from erat.survey.opened import OpenAssessment


def write_province_workbook(e: OpenEdition, unit: str, path: Path) -> None:
    """Write every value of a province and of its regencies, each with publisher, table and year."""
    tr, below = e.lang.tr, e.regency_cells
    inside = below[below["parent"] == unit]
    cells = pd.concat([e.cells, e.table("parts")], ignore_index=True)
    names = dict(zip(inside["unit"], inside["name"], strict=True))
    sheets = [
        Sheet(tr("Scores and ranks"), _results(e, unit)),
        Sheet(tr("Province"), _values(e, cells[cells["unit"] == unit], e.names.to_dict())),
        Sheet(tr("Regencies"), _values(e, inside, names)),
    ]
    write_workbook(sheets, path)


def _results(e: OpenEdition, unit: str) -> pd.DataFrame:
    """Return the province's rank and scores, each with the ends of its interval."""
    tr, rank = e.lang.tr, e.ranks.loc[unit]
    nodes = [e.top, *e.dimensions]
    scores = e.intervals.xs(unit, level="unit").loc[nodes, ["score", "low", "high"]]
    rows = [(tr("Rank of {n}", n=len(e.scores)), *rank[["rank", "low", "high"]])]
    rows += [(e.label(str(node)), *ends) for node, *ends in scores.itertuples()]
    return pd.DataFrame(rows, columns=[tr("Result"), tr("Value"), tr("5%"), tr("95%")])


def _values(e: OpenEdition, cells: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    tr = e.lang.tr
    cells = cells.sort_values(["indicator", "unit", "year"]).reset_index(drop=True)
    columns = {
        tr("Code"): cells["unit"],
        tr("Name"): cells["unit"].map(names),
        tr("Series"): cells["indicator"].map(e.label),
        tr("Year"): cells["year"].astype(int),
        tr("Period"): cells["period"],
        tr("Value"): cells["value"].astype(float),
        tr("Unit"): cells["indicator"].map(e.indicators[f"unit_{e.lang.code}"]),
        tr("Base"): [base_name(e, str(base)) for base in cells["base"]],
        tr("Publisher"): cells["publisher"],
        tr("Publication"): cells["publication"],
        tr("Table"): [table_name(e, str(name)) for name in cells["table"]],
        tr("Quality"): [quality(e, row) for _, row in cells.iterrows()],
    }
    return pd.DataFrame(columns)


def write_capacity_workbook(a: OpenAssessment, path: Path) -> None:
    """Write everything that the page of an assessed capacity is made of; nobody is named.

    Where answers are simulated, every row of every sheet says so.
    """
    tr = a.lang.tr
    answers = level_cells(a.answers.levels.to_numpy(), a.answers.states.to_numpy())
    wide = a.scores["score"].unstack("node")
    units = a.scores.index.get_level_values("unit").unique()
    sheets = {
        tr("Questions"): _questions(a),
        tr("Scores"): _named(a, wide.loc[units, [node for node in a.nodes.index if node in wide]]),
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
    tr, names, parents = a.lang.tr, a.node_names, a.nodes["parent"]
    rows = []
    for one in a.instrument.questions:
        indicator = parents[one.code]
        row = {tr("Code"): one.code, tr("Dimension"): names[parents[indicator]]}
        row |= {tr("Indicator"): names[indicator], tr("Question"): names[one.code]}
        steps = enumerate(one.steps, start=1)
        rows.append(row | {tr("Step {n}", n=n): a.lang.pick(step.id, step.en) for n, step in steps})
    return pd.DataFrame(rows)


def _named(a: OpenAssessment, wide: pd.DataFrame) -> pd.DataFrame:
    """Put code and name of its unit before each row."""
    names = [a.unit_names[str(unit)] for unit in wide.index]
    wide = wide.set_axis([str(unit) for unit in wide.index]).rename_axis(a.lang.tr("Code"))
    wide.insert(0, a.lang.tr("Name"), names)
    return wide.reset_index()


def _intervals(a: OpenAssessment) -> pd.DataFrame:
    """Return a row a unit and node, without what nobody was asked."""
    tr, scores = a.lang.tr, a.scores[a.scores["reason"] != "not asked"].reset_index()
    names = {
        "unit": tr("Unit"), "name": tr("Name of the unit"), "node": tr("Code"),
        "node_name": tr("Name"), "score": tr("Score"), "score_low": tr("Low"),
        "score_high": tr("High"), "subunits": tr("Sub-units"), "people": tr("People"),
        "reason": tr("Not assessed because"),
    }  # fmt: skip
    scores["name"] = scores["unit"].map(a.unit_names)
    scores["node_name"] = scores["node"].map(a.node_names)
    return scores[list(names)].rename(columns=names)


def _contributions(a: OpenAssessment) -> pd.DataFrame:
    if a.moves.empty:
        return pd.DataFrame()
    wide = a.moves.groupby(["subunit", "indicator"])["contribution"].sum().unstack("indicator")
    return _named(a, wide[[one.code for one in a.instrument.indicators if one.code in wide]])


def _next_steps(a: OpenAssessment) -> pd.DataFrame:
    tr = a.lang.tr
    names = {"question": tr("Question"), "next_step": tr("Step that comes next")}
    names |= {"n_subunits": tr("Sub-units just below it")}
    names |= {"gain": tr("Gain in the index")} if a.is_assessed else {}
    steps = a.table("next_steps")
    return steps.loc[steps["unit"] == a.unit, list(names)].rename(columns=names)


def _by_person(a: OpenAssessment, cells: np.ndarray) -> pd.DataFrame:
    """Return people by questions: levels, or what stands for a missing one."""
    tr, about = a.lang.tr, a.answers.respondents
    wide = pd.DataFrame(cells, columns=a.answers.levels.columns)
    wide.insert(0, tr("Sub-unit"), list(about["unit"]))
    wide.insert(1, tr("Person"), list(about.groupby("unit").cumcount() + 1))
    return wide


def _notes(a: OpenAssessment) -> pd.DataFrame:
    tr, notes = a.lang.tr, a.answers.notes
    columns = {"question": tr("Question"), "evidence": tr("Evidence"), "comment": tr("Comment")}
    shown = notes[list(columns)].rename(columns=columns)
    shown.insert(0, tr("Sub-unit"), notes["respondent"].map(a.answers.respondents["unit"]))
    return shown
