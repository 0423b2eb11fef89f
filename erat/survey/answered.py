"""The answers of one province as frames: steps of a question, who answered what, evidence."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.frame import Frame
from erat.edition.project import Project
from erat.locale import Language
from erat.survey.answers import COLUMNS, SIMULATED, Answers, read_answers
from erat.survey.cells import ABSENT, NOT_APPLICABLE, UNKNOWN
from erat.survey.instrument import INDEX, Instrument
from erat.survey.units import SubUnits
from erat.survey.words import crosswalk_words

MOST_LEVELS = 6
"""Levels of a sub-unit that are written one by one; more are counted."""


class AnswerFrames:
    """What was asked in a province, of whom, and what was answered.

    Parameters
    ----------
    project, province, lang
        The project, the code of the province, and the language of names.
    imported
        Folder of the answers; None where nobody answered.

    Attributes
    ----------
    unit
        Code of the province.
    top
        Code of the index.
    """

    top = INDEX

    def __init__(
        self, project: Project, province: str, lang: Language, imported: Path | None
    ) -> None:
        self.project, self.unit, self.lang, self.imported = project, province, lang, imported

    @cached_property
    def instrument(self) -> Instrument:
        """What is asked."""
        return Instrument.read(self.project.instrument)

    @cached_property
    def subunits(self) -> SubUnits:
        """Who can answer."""
        return SubUnits.read(self.project.raw, self.instrument)

    @cached_property
    def answers(self) -> Answers:
        """The answers of the province: a row a person."""
        if self.imported is None:
            nobody = pd.DataFrame(columns=list(COLUMNS))
            levels = pd.DataFrame(columns=list(self.instrument.codes), dtype=float)
            return Answers.of(nobody, levels, version=self.instrument.version)
        every = read_answers(self.imported, self.instrument)
        return every.of_rows((every.respondents["province"] == self.unit).to_numpy())

    @property
    def is_answered(self) -> bool:
        """Whether anybody of the province answered."""
        return self.imported is not None and self.people > 0

    @property
    def word(self) -> str:
        """``simulated`` where answers are, else empty: what every frame has in a column."""
        return SIMULATED if self.is_answered and self.answers.simulated else ""

    @property
    def people(self) -> int:
        """Number of people who answered."""
        return len(self.answers.respondents)

    @property
    def asked(self) -> int:
        """Number of sub-units that are asked."""
        return len(self.subunits.of_province(self.unit))

    @property
    def answered(self) -> int:
        """Number of sub-units that answered."""
        return int(self.answers.respondents["unit"].nunique())

    # Names

    @property
    def government(self) -> str:
        """Code of the province's own government: its agencies and partners together."""
        return f"{self.unit}.government"

    @property
    def regencies_together(self) -> str:
        """Code of all regencies and cities together."""
        return f"{self.unit}.regencies"

    @cached_property
    def governments(self) -> list[str]:
        """Codes of the province's own government and of its regencies and cities."""
        return [one.code for one in self.subunits.governments_of(self.unit)]

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Names of the province, of its governments and of their sub-units, by code."""
        code, tr = self.lang.code, self.lang.tr
        names = {one.code: one.label(code) for one in self.subunits.of_province(self.unit)}
        names |= {one.code: one.label(code) for one in self.subunits.governments_of(self.unit)}
        names[self.unit] = self.subunits.governments[self.unit].name
        together = {self.government: tr("Province government")}
        return names | together | {self.regencies_together: tr("Regencies and cities")}

    @property
    def name(self) -> str:
        """Name of the province."""
        return self.unit_names[self.unit]

    def respondent_name(self, code: str) -> str:
        """Return the name of a kind of sub-unit."""
        one = self.instrument.respondent(code)
        return self.lang.pick(one.name_id, one.name_en)

    @Frame
    def nodes(self) -> pd.DataFrame:
        """What is asked: node -> name (of a question, its text), level (``index``, ``dimension``,
        ``indicator``, ``question``), parent; of a question its phase, capacity and topic.
        """
        pick = self.lang.pick
        rows = [(self.top, self.lang.tr("Capacity, all dimensions"), "index", "", "", "", "")]
        rows += [
            (one.code, pick(one.name_id, one.name_en), "dimension", self.top, "", "", "")
            for one in self.instrument.dimensions
        ]
        for one in self.instrument.dimensions:
            for item in one.indicators:
                name = pick(item.name_id, item.name_en)
                rows.append((item.code, name, "indicator", one.code, "", "", ""))
        for q in self.instrument.questions:
            text, above = pick(q.text_id, q.text_en), self.instrument.indicator_of[q.code]
            rows.append((q.code, text, "question", above, q.phase, q.capacity, q.topic))
        columns = ["node", "name", "level", "parent", "phase", "capacity", "topic"]
        return pd.DataFrame(rows, columns=columns).set_index("node")

    @cached_property
    def node_names(self) -> dict[str, str]:
        """Names of all nodes by code."""
        return {str(node): str(name) for node, name in self.nodes["name"].items()}

    @Frame
    def rationale(self) -> pd.DataFrame:
        """Why each indicator is in, and what it touches elsewhere: indicator -> why, elsewhere."""
        rows = {
            one.code: {
                "why": self.lang.pick(one.why_id, one.why_en),
                "elsewhere": crosswalk_words(self.lang, one.crosswalk),
            }
            for one in self.instrument.indicators
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")

    # Questions, one at a time

    def evidence_asked(self, question: str) -> str:
        """Say what counts as evidence for a question."""
        one = self.instrument.question(question)
        return self.lang.pick(one.evidence_id, one.evidence_en)

    def steps(self, question: str) -> pd.DataFrame:
        """Return the steps of a question: step (with its number), people (who stand on it), met_by
        (the share of people who met it; nan for none of the steps).
        """
        one, levels = self.instrument.question(question), self.answers.levels[question].dropna()
        texts = [self.lang.tr("None of the steps is met")]
        texts += [self.lang.pick(step.id, step.en) for step in one.steps]
        rows = [
            {
                "step": f"{number}. {text}",
                "people": int((levels == number).sum()),
                "met_by": (levels >= number).mean() if number else float("nan"),
            }
            for number, text in enumerate(texts)
        ]
        return pd.DataFrame(rows).assign(simulated=self.word)

    def without_level(self, question: str) -> str:
        """Say how many people gave no level to a question, and why."""
        states, tr = self.answers.states[question], self.lang.tr
        kinds = {
            tr("does not know"): UNKNOWN,
            tr("does not concern us"): NOT_APPLICABLE,
            tr("not answered"): ABSENT,
        }
        return ", ".join(f"{text}: {int((states == state).sum())}" for text, state in kinds.items())

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for place, unit in enumerate(self.answers.respondents["unit"]):
            rows.setdefault(str(unit), []).append(place)
        return rows

    def levels(self, subunit: str, question: str) -> list[int]:
        """Return the levels that a sub-unit's people gave to a question, in ascending order."""
        given = self.answers.levels[question].to_numpy()[self._rows_of.get(subunit, [])]
        return sorted(int(level) for level in given if level == level)

    def notes(self, question: str) -> pd.DataFrame:
        """Return evidence and comments as they were given: name (of the sub-unit), text."""
        tr, notes = self.lang.tr, self.answers.notes
        here = notes[notes["question"] == question]
        units = here["respondent"].map(self.answers.respondents["unit"])
        labels = {"evidence": tr("evidence"), "comment": tr("comment")}
        texts = [
            "; ".join(f"{labels[kind]}: {row[kind]}" for kind in labels if str(row[kind]).strip())
            for row in here.fillna("").to_dict("records")
        ]
        names = [self.unit_names[str(unit)] for unit in units]
        return pd.DataFrame({"name": names, "text": texts}, columns=["name", "text"])


def levels_text(levels: list[int]) -> str:
    """Write the levels of a sub-unit: one by one, or counted where they are many.

    Examples
    --------
    >>> levels_text([2, 3, 3]), levels_text([1, 3, 3, 3, 3, 3, 3])
    ('2, 3, 3', '1×1, 6×3')
    """
    if len(levels) <= MOST_LEVELS:
        return ", ".join(map(str, levels))
    counts = pd.Series(levels).value_counts().sort_index()
    return ", ".join(f"{count}×{level}" for level, count in counts.items())
