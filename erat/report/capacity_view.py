"""What there is to say of a province's assessed capacity, before it is said."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from erat.plots.mark import simulated
from erat.report.capacity_words import lens_words, missing_words
from erat.report.page import Html, join, link
from erat.report.pieces import Pieces
from erat.report.view import View
from erat.survey.answers import SIMULATED
from erat.survey.folder import read_answers
from erat.survey.instrument import INDEX, Instrument
from erat.survey.units import SubUnits

TEXTS = (
    "unit", "kind", "parent", "node", "reason", "lens", "tag", "phase", "capacity", "between",
    "province", "government", "subunit", "question", "indicator", "respondent", "weakest", SIMULATED,
)  # fmt: skip
"""Columns that are texts even where they look like numbers."""


Row = Mapping[str, Any]
"""A row of a table of results: column to value."""


class CapacityView:
    """The results of an assessment with one province in the middle.

    Parameters
    ----------
    view
        The edition's results, for names, language and the enabling conditions.
    province
        Unit of the province.
    folder
        Results of the assessment.
    answers
        The answers that they were computed from.
    """

    def __init__(self, view: View, province: str, folder: Path, answers: Path) -> None:
        self.view, self.province, self.folder = view, province, folder
        self.imported = answers
        self.lang = view.lang
        self.instrument = Instrument.read(view.project.raw / "instrument")
        self.subunits = SubUnits.read(view.project.raw, self.instrument)
        whole = read_answers(answers, self.instrument)
        self.answers = whole.of_rows((whole.respondents["province"] == province).to_numpy())
        self.simulated = self.answers.simulated or bool((self.scores[SIMULATED] != "").any())
        self.pieces = Pieces(self.lang, simulated(self.lang) if self.simulated else None)

    def table(self, name: str) -> pd.DataFrame:
        """Read one table of the results; an empty number is nan, an empty text is empty."""
        path = self.folder / f"{name}.csv"
        header = pd.read_csv(path, nrows=0).columns
        frame = pd.read_csv(path, dtype={name: str for name in header if name in TEXTS})
        return frame.fillna({name: "" for name in header if name in TEXTS})

    @cached_property
    def units(self) -> list[str]:
        """Every unit of the province in the assessment: itself, blocks, governments, sub-units."""
        scores = self.table("scores")
        parents = dict(zip(scores["unit"], scores["parent"], strict=True))
        return [unit for unit in parents if self._top(unit, parents) == self.province]

    def _top(self, unit: str, parents: dict[str, str]) -> str:
        while parents.get(unit):
            unit = parents[unit]
        return unit

    def own(self, name: str, column: str = "unit") -> pd.DataFrame:
        """Return the rows of a table that belong to the province."""
        frame = self.table(name)
        return frame[frame[column].isin({self.province, *self.units})].reset_index(drop=True)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of the province's units: a row a unit and node."""
        return self.own("scores")

    @cached_property
    def _by_node(self) -> dict[tuple[str, str], Row]:
        columns = [str(name) for name in self.scores.columns]
        rows = self.scores.itertuples(index=False, name=None)
        found = (dict(zip(columns, row, strict=True)) for row in rows)
        return {(row["unit"], row["node"]): row for row in found}

    def score_row(self, unit: str, node: str) -> Row:
        """Return the row of scores of one unit and node; all missing where there is none."""
        found = self._by_node.get((unit, node))
        if found is not None:
            return found
        empty = dict.fromkeys(map(str, self.scores.columns), float("nan"))
        return {**empty, "reason": "not asked"}

    @property
    def top(self) -> str:
        """Code of the index."""
        return INDEX

    @property
    def is_assessed(self) -> bool:
        """Whether the province has an index of capacity."""
        score = float(self.score_row(self.province, self.top)["score"])
        return score == score

    @property
    def block(self) -> str:
        """Unit of the province's own government: its agencies and partners."""
        return f"{self.province}.government"

    @property
    def regencies_block(self) -> str:
        """Unit of all regencies and cities together."""
        return f"{self.province}.regencies"

    @property
    def dimensions(self) -> list[str]:
        """Codes of the dimensions."""
        return [dimension.code for dimension in self.instrument.dimensions]

    @cached_property
    def _names(self) -> dict[str, str]:
        pick, tr = self.lang.pick, self.lang.tr
        names = {self.top: tr("Capacity, all dimensions")}
        for dimension in self.instrument.dimensions:
            names[dimension.code] = pick(dimension.name_id, dimension.name_en)
            for one in dimension.indicators:
                names[one.code] = pick(one.name_id, one.name_en)
                names |= {q.code: pick(q.text_id, q.text_en) for q in one.questions}
        return names

    def name(self, node: str) -> str:
        """Return the name of a node, or the text of a question."""
        return self._names.get(node, node)

    def node_link(self, node: str, words: str = "") -> Html:
        """Link to the place on the page where a node is taken apart."""
        return link(f"#capacity-{node}", words or self.name(node))

    def unit_name(self, unit: str) -> str:
        """Return the name of a unit of the assessment."""
        tr, code = self.lang.tr, self.lang.code
        if unit in (self.block, self.regencies_block):
            own = unit == self.block
            return tr("Province government") if own else tr("Regencies and cities")
        if unit in self.subunits.all:
            return self.subunits.all[unit].label(code)
        if unit in self.subunits.governments and unit != self.province:
            return self.subunits.governments[unit].label(code)
        return self.view.names.get(unit, unit)

    def respondent_name(self, code: str) -> str:
        """Return the name of a kind of sub-unit."""
        one = self.instrument.respondent(code)
        return self.lang.pick(one.name_id, one.name_en)

    def levels_of(self, subunit: str, question: str) -> list[int]:
        """Return the levels that a sub-unit's respondents gave, in ascending order."""
        rows = self._rows_of.get(subunit)
        if rows is None:
            return []
        levels = self.answers.levels[question].to_numpy()[rows]
        return sorted(int(level) for level in levels if level == level)

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for place, unit in enumerate(self.answers.respondents["unit"]):
            rows.setdefault(str(unit), []).append(place)
        return rows

    def governments(self) -> list[str]:
        """Codes of the province's own government and of its regencies and cities."""
        return [one.code for one in self.subunits.governments_of(self.province)]

    def score(self, value: float, sign: bool = False) -> str:
        """Write a score with one decimal."""
        text = self.view.score(value)
        return f"+{text}" if sign and round(float(value), 1) > 0 else text

    def interval(self, row: Row) -> str:
        """Write an interval; an en dash where there is none."""
        if not row["low"] <= row["high"]:
            return "–"
        return f"{self.score(row['low'])}\N{EN DASH}{self.score(row['high'])}"

    def with_interval(self, row: Row) -> str:
        """Write a score with its 90% interval in brackets, or that it is not assessed and why."""
        score = float(row["score"])
        if score != score:
            return self.missing(str(row.get("reason", "")))
        if not row["low"] <= row["high"]:
            return self.score(score)
        return f"{self.score(score)} ({self.interval(row)})"

    def share(self, value: float, digits: int = 0) -> str:
        """Write a share as percent; an en dash where there is none."""
        return f"{self.lang.number(100 * value, digits)}%" if value == value else "–"

    def count(self, value: float) -> str:
        """Write a whole number; an en dash where there is none."""
        return self.lang.number(value, 0)

    @property
    def interval_head(self) -> str:
        """Header of a column of intervals."""
        words = self.lang.tr("90% interval")
        return words[:1].upper() + words[1:]

    def people(self, number: int) -> str:
        """Write a number of people."""
        tr = self.lang.tr
        return tr("1 person") if number == 1 else tr("{n} people", n=self.count(number))

    def subunits_words(self, number: int) -> str:
        """Write a number of sub-units."""
        tr = self.lang.tr
        return tr("1 sub-unit") if number == 1 else tr("{n} sub-units", n=self.count(number))

    def score_or_why(self, row: Row) -> str:
        """Write a score, or that it is not assessed and why."""
        score = float(row["score"])
        return self.score(score) if score == score else self.missing(str(row["reason"]))

    def missing(self, reason: str = "") -> str:
        """Say that something is not assessed, and why."""
        return missing_words(self.lang, reason)

    def asked_about(self, **tags: str) -> int:
        """Count the questions of the instrument with these tags: ``phase``, ``capacity``, ``topic``."""
        return sum(
            all(getattr(one, lens) == tag for lens, tag in tags.items())
            for one in self.instrument.questions
        )

    def lens(self, tag: str) -> str:
        """Name a phase, a capacity or a topic."""
        return lens_words(self.lang).get(tag, tag)

    def made_from(self) -> Html:
        """Caption of a figure: whose answers, and where they are listed."""
        tr = self.lang.tr
        said = tr(
            "From the answers of {people} in {units}; see",
            people=self.people(len(self.answers.respondents)),
            units=self.subunits_words(self.answers.respondents["unit"].nunique()),
        )
        return join([said, link("#capacity-answers", tr("all answers"))], between=" ")
