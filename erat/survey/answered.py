"""The answers of one province as frames: steps of a question, who answered what, evidence, files."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from erat.edition.frame import Frame
from erat.edition.project import Project
from erat.errors import DataError
from erat.index.tables import read_text_table
from erat.locale import Language
from erat.survey.answers import (
    ABSENT,
    NOT_APPLICABLE,
    UNKNOWN,
    Answers,
    as_given,
    read_answers,
)
from erat.survey.instrument import INDEX, Crosswalk, Instrument
from erat.survey.units import SubUnits

FILES = ["file", "found", "accepted", "repeated", "refused", "noted"]
REFUSED = ["file", "cause", "place", "rows", "found", "expected", "remedy", "more", "answers"]


class AnswerFrames:
    """What was asked in a province, of whom, and what was answered.

    ``imported`` is the folder of the answers, None where nobody answered. ``unit`` and ``top`` are
    the codes of the province and of the index; ``government`` is that of the province's own
    agencies and partners together, ``regencies_together`` that of all regencies and cities.
    """

    top = INDEX

    def __init__(
        self, project: Project, province: str, lang: Language, imported: Path | None
    ) -> None:
        self.project, self.unit, self.lang, self.imported = project, province, lang, imported
        self.government, self.regencies_together = f"{province}.government", f"{province}.regencies"

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
            return Answers.nobodys(self.instrument)
        every = read_answers(self.imported, self.instrument)
        return every.of_rows((every.respondents["province"] == self.unit).to_numpy())

    @property
    def is_answered(self) -> bool:
        """Whether anybody of the province answered."""
        return self.people > 0

    @property
    def word(self) -> str:
        """``simulated`` where answers are, else empty: what every frame has in a column."""
        return self.answers.word

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

    @cached_property
    def governments(self) -> list[str]:
        """Codes of the province's own government, which is first, and of regencies and cities."""
        return [one.code for one in self.subunits.governments_of(self.unit)]

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Names of the province, of its governments and of their sub-units, by code."""
        lang, subunits = self.lang.code, self.subunits.of_province(self.unit)
        names = {one.code: one.label(lang) for one in subunits}
        names |= {one.code: one.label(lang) for one in self.subunits.governments_of(self.unit)}
        return names | {
            self.unit: self.subunits.governments[self.unit].name,
            self.government: self.lang.tr("Province government"),
            self.regencies_together: self.lang.tr("Regencies and cities"),
        }

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
        one, table = self.instrument, self.instrument.framework().table
        levels = {"index": 1, "dimension": len(one.dimensions),
                  "indicator": len(one.indicators), "question": len(one.questions)}  # fmt: skip
        frame = pd.DataFrame({"name": table[f"name_{self.lang.code}"]}).rename_axis("node")
        frame.loc[self.top, "name"] = self.lang.tr("Capacity, all dimensions")
        frame["level"] = [level for level, count in levels.items() for _ in range(count)]
        frame["parent"] = table["parent"]
        lenses = [(q.phase, q.capacity, q.topic) for q in one.questions]
        columns = ["phase", "capacity", "topic"]
        return frame.join(pd.DataFrame(lenses, list(one.codes), columns)).fillna("")

    @cached_property
    def node_names(self) -> dict[str, str]:
        """Names of all nodes by code."""
        return {str(node): str(name) for node, name in self.nodes["name"].items()}

    @Frame
    def rationale(self) -> pd.DataFrame:
        """Why each indicator is in, and what it touches elsewhere: indicator -> why, elsewhere."""
        every, pick = self.instrument.indicators, self.lang.pick
        why = [pick(one.why_id, one.why_en) for one in every]
        elsewhere = [crosswalk_words(self.lang, one.crosswalk) for one in every]
        index = pd.Index([one.code for one in every], name="indicator")
        return pd.DataFrame({"why": why, "elsewhere": elsewhere}, index)

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
        numbers = range(len(texts))
        frame = pd.DataFrame({"step": [f"{number}. {texts[number]}" for number in numbers]})
        frame["people"] = [int((levels == number).sum()) for number in numbers]
        frame["met_by"] = [(levels >= number).mean() if number else np.nan for number in numbers]
        return frame.assign(simulated=self.word)

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
    def _rows_of(self) -> dict[str, np.ndarray]:
        return dict(self.answers.respondents.groupby("unit").indices)

    def levels(self, subunit: str, question: str) -> list[int]:
        """Return the levels that a sub-unit's people gave to a question, in ascending order."""
        levels = self.answers.levels[question].to_numpy()[self._rows_of.get(subunit, [])]
        return sorted(int(level) for level in levels if level == level)

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
        return pd.DataFrame({"name": [self.unit_names[str(u)] for u in units], "text": texts})

    # What the import took in

    @Frame
    def files(self) -> pd.DataFrame:
        """The ledger of the import, of the files that can concern the province: file, and found,
        accepted, repeated, refused, noted (answers; nan where the ledger does not count them).
        """
        governments = {code: one.province for code, one in self.subunits.governments.items()}
        return read_files(self.imported, self.unit, governments)

    @Frame
    def refused(self) -> pd.DataFrame:
        """Why answers were refused, a row a file and cause: place, rows, found, expected, remedy of
        the first, more (their number), answers (of all together, nan where not counted).
        """
        if self.imported is None or not (self.imported / "problems.csv").is_file():
            return pd.DataFrame(columns=REFUSED)
        every = _texts(self.imported / "problems.csv")
        every = every[(every["severity"] == "refused") & every["file"].isin(self.files["file"])]
        every = every.assign(answers=pd.to_numeric(every["answers"], errors="coerce"))
        groups = every.groupby(["file", "cause"], sort=False)
        first = groups[["place", "rows", "found", "expected", "remedy"]].first()
        more, answers = groups.size() - 1, groups["answers"].sum(min_count=1)
        return first.assign(more=more, answers=answers).reset_index()[REFUSED]


def read_files(imported: Path | None, province: str, governments: dict[str, str]) -> pd.DataFrame:
    """Return the ledger of an import, without the files that cannot concern a province.

    Those hold people of other provinces only, or answers of nobody under a name that begins with a
    government of another province (``governments``: code -> province).
    """
    if imported is None or not (imported / "files.csv").is_file():
        return pd.DataFrame(columns=FILES)
    frame = _texts(imported / "files.csv").reindex(columns=FILES)
    frame[FILES[1:]] = frame[FILES[1:]].apply(pd.to_numeric, errors="coerce")
    people = read_text_table(imported / "respondents.csv", DataError)
    if (imported / "places.csv").is_file():
        places = _texts(imported / "places.csv")
        people = places.merge(people[["respondent", "province"]], how="left", on="respondent")
    of_province = frame["file"].isin(people.loc[people["province"] == province, "file"])
    of_people = frame["file"].isin(people["file"])
    named = frame["file"].str.split(".").str[0].map(governments)
    elsewhere = of_people | (named.notna() & (named != province))
    return frame[of_province | ~elsewhere].reset_index(drop=True)


def _texts(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False).map(as_given)


def crosswalk_words(lang: Language, crosswalk: Crosswalk) -> str:
    """Name the priorities of BNPB's regional resilience index (IKD, 71 indicators) and the minimum
    services (Permendagri 101/2018) that an indicator touches; empty if it touches none.
    """
    tr = lang.tr
    priorities = {
        1: tr("policy and institutions"),
        2: tr("risk assessment and integrated planning"),
        3: tr("information systems, training and logistics"),
        4: tr("thematic handling of disaster-prone areas"),
        5: tr("effective prevention and mitigation"),
        6: tr("preparedness and emergency handling"),
        7: tr("recovery systems"),
    }
    services = {
        "information": tr("information on areas prone to disasters"),
        "preparedness": tr("prevention and preparedness"),
        "rescue": tr("rescue and evacuation of victims"),
    }
    ikd = "; ".join(f"{number}, {priorities[number]}" for number in crosswalk.ikd)
    spm = "; ".join(services[service] for service in crosswalk.spm)
    sentences = [
        ikd and tr("Priorities of BNPB's regional resilience index (IKD): {named}.", named=ikd),
        spm and tr("Minimum service standard (SPM) for disasters: {named}.", named=spm),
    ]
    return " ".join(filter(None, sentences))
