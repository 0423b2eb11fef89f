"""Scores of one province's assessment as frames: its nodes, lenses, regencies and cities."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.frame import Frame
from erat.edition.project import Project
from erat.locale import Language
from erat.survey.answered import AnswerFrames, levels_text
from erat.survey.answers import SIMULATED
from erat.survey.stored import Assessed
from erat.survey.words import lenses, missing_words

TABLES = {
    "scores": "unit kind parent node score low high n_respondents n_subunits share_answered reason",
    "lenses": "unit lens tag score low high n_questions",
    "cells": "unit phase capacity score low high n_questions",
    "contributions": "province node subunit question value weight contribution",
    "next_steps": "unit question level next_step n_subunits gain",
    "orders": "unit node units_first framework_first",
    "inequality": "unit node n weakest gini atkinson lost",
    "reliability": "node alpha alpha_low alpha_high omega omega_low omega_high n",
    "agreement": "unit node between icc1 icc1_low icc1_high icck rwg",
    "quality": "unit kind parent asked answered rate respondents non_response straight_lining",
    "verification": "unit node self verified difference n",
}
"""Tables of an assessment and the columns of them that are read."""
TEXTS = frozenset(
    {"unit", "kind", "parent", "node", "reason", "lens", "tag", "phase", "capacity", "between",
     "province", "subunit", "question", "weakest", SIMULATED}
)  # fmt: skip
"""Columns that are texts even where they look like numbers."""
PARTS = ("", "_name", "_score", "_score_low", "_score_high")
"""What a frame says of the regency on one side: code, name, score and its interval."""
ENDS = ("", "_low", "_high", "_missing")
"""A score, the ends of its 90% interval, and what is said where there is none."""


class ScoreFrames(AnswerFrames):
    """The scores of one province.

    Scores are points of 100 with 90% intervals. What is not assessed is nan, and the column
    ``score_missing`` says why. Every frame has a column ``simulated``.
    """

    def __init__(
        self, project: Project, province: str, lang: Language, assessed: Assessed | None
    ) -> None:
        super().__init__(project, province, lang, assessed.answers if assessed else None)
        self.assessed = assessed

    @property
    def is_assessed(self) -> bool:
        """Whether the province has an index of capacity: it needs all its dimensions."""
        return bool(self.profile["score"].notna().iloc[0])

    def table(self, name: str) -> pd.DataFrame:
        """Return the province's rows of a table on disk: an empty text is empty, a number nan."""
        columns = [*TABLES[name].split(), SIMULATED]
        if self.assessed is None:
            empty = pd.DataFrame(columns=columns, dtype=float)
            return empty.astype({column: str for column in columns if column in TEXTS})
        table = _read(self.assessed.folder / f"{name}.csv")[columns]
        if "province" in table:
            return table[table["province"] == self.unit].reset_index(drop=True)
        return (
            table[table["unit"].isin(self._units)].reset_index(drop=True)
            if "unit" in table
            else table
        )

    @cached_property
    def _units(self) -> frozenset[str]:
        together = {self.government, self.regencies_together}
        own = {one.code for one in self.subunits.of_province(self.unit)}
        return frozenset({self.unit, *together, *self.governments, *own})

    def _own(self, name: str) -> pd.DataFrame:
        table = self.table(name)
        return table[table["unit"] == self.unit].drop(columns="unit").reset_index(drop=True)

    # Scores

    @Frame
    def scores(self) -> pd.DataFrame:
        """Scores of all units of the province: (unit, node) -> score, score_low, score_high,
        score_missing, subunits and people behind it, answered (share of questions), reason.
        """
        names = {"low": "score_low", "high": "score_high", "n_subunits": "subunits",
                 "n_respondents": "people", "share_answered": "answered"}  # fmt: skip
        table = self.table("scores").rename(columns=names).drop(columns=["kind", "parent"])
        reasons = {reason: missing_words(self.lang, reason) for reason in set(table["reason"])}
        reasons[""] = ""
        table.insert(5, "score_missing", table["reason"].map(reasons))
        return table.set_index(["unit", "node"])

    def of(self, unit: str) -> pd.DataFrame:
        """Return every node of a unit: node -> name, level, parent, phase, capacity, topic, and the
        columns of ``scores``.
        """
        scores = self.scores
        own = scores[scores.index.get_level_values("unit") == unit].droplevel("unit")
        frame = self.nodes.join(own)
        words = missing_words(self.lang, "not asked" if self.is_answered else "")
        return frame.fillna({"reason": "not asked", "score_missing": words, SIMULATED: self.word})

    @Frame
    def all(self) -> pd.DataFrame:
        """Every node of the province, columns as those of ``of``; beside its score government_score
        and regencies_score: what its own government says, and its regencies and cities together.
        """
        frame = self.of(self.unit)
        sides = {"government": self.government, "regencies": self.regencies_together}
        for side, unit in sides.items():
            columns = {f"score{end}": f"{side}_score{end}" for end in ENDS}
            frame = frame.join(self.of(unit)[list(columns)].rename(columns=columns))
        return frame

    def _level(self, *levels: str) -> pd.DataFrame:
        every = self.all
        return every[every["level"].isin(levels)]

    @Frame
    def profile(self) -> pd.DataFrame:
        """The index and the dimensions; columns as those of ``all``."""
        return self._level("index", "dimension")

    @Frame
    def dimensions(self) -> pd.DataFrame:
        """The dimensions; columns as those of ``all``."""
        return self._level("dimension")

    @Frame
    def indicators(self) -> pd.DataFrame:
        """The indicators; columns as those of ``all``."""
        return self._level("indicator")

    @Frame
    def questions(self) -> pd.DataFrame:
        """The questions; columns as those of ``all``."""
        return self._level("question")

    @property
    def lowest(self) -> str:
        """Code of the dimension with the lowest score; empty where none is assessed."""
        scores = self.dimensions["score"].dropna()
        return "" if scores.empty else str(scores.idxmin())

    def node_text(self, node: str) -> str:
        """Write a score of the province with its interval, or that it is not assessed and why."""
        return self.score_text(self.all.loc[node])

    def score_text(self, row: pd.Series) -> str:
        """Write the score of a row with its interval, or why there is none."""
        score, low, high = (float(row[f"score{end}"]) for end in ENDS[:3])
        if score != score:
            return str(row["score_missing"])
        number = self.lang.number
        ends = f" ({number(low)}\N{EN DASH}{number(high)})" if low <= high else ""
        return f"{number(score)}{ends}"

    @cached_property
    def _score_of(self) -> dict[tuple[str, str], float]:
        return {(str(u), str(n)): float(score) for (u, n), score in self.scores["score"].items()}

    def who(self, question: str) -> pd.DataFrame:
        """Return what was answered to a question: a row a government that is asked (name), a column a
        kind of sub-unit: its score, and in brackets the levels of its people, 0 to 5.
        """
        one, rows = self.instrument.question(question), []
        for government in self.subunits.governments_of(self.unit):
            if government.level not in one.governments:
                continue
            row = {"name": self.unit_names[government.code]}
            for kind in one.respondents:
                unit = f"{government.code}.{kind}"
                levels, score = self.levels(unit, question), self._score_of.get((unit, question))
                row[self.respondent_name(kind)] = (
                    f"{self.lang.number(score)} ({levels_text(levels)})"
                    if levels
                    else self.lang.tr("no answer")
                )
            rows.append(row)
        return pd.DataFrame(rows).assign(simulated=self.word)

    @Frame
    def lenses(self) -> pd.DataFrame:
        """Scores by phase, kind of capacity and topic: (lens, tag) -> name, group (name of the
        lens), score with its ends and score_missing, questions (asked about it).
        """
        scores = self._own("lenses").set_index(["lens", "tag"])
        questions = self.nodes.query("level == 'question'")
        rows = {
            (lens, tag): {
                "name": name,
                "group": group,
                "questions": int((questions[lens] == tag).sum()),
            }
            for lens, (group, tags) in lenses(self.lang).items()
            for tag, name in tags.items()
        }
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(["lens", "tag"])
        return self._scored(frame, scores)

    @Frame
    def cells(self) -> pd.DataFrame:
        """Scores by phase and kind of capacity: (phase, capacity) -> name, score with its ends and
        score_missing, questions (0 where the instrument asks nothing).
        """
        scores = self._own("cells").set_index(["phase", "capacity"])
        phases, capacities = (lenses(self.lang)[lens][1] for lens in ("phase", "capacity"))
        counts = self.nodes.groupby(["phase", "capacity"]).size()
        wanted = pd.MultiIndex.from_product(
            [list(phases), list(capacities)], names=["phase", "capacity"]
        )
        frame = counts.reindex(wanted, fill_value=0).rename("questions").to_frame()
        frame["name"] = [f"{phases[p]}, {capacities[c]}" for p, c in wanted]
        return self._scored(frame, scores)

    def _scored(self, frame: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
        """Put scores beside tags; without a question nothing can be assessed."""
        ends = {"score": "score", "low": "score_low", "high": "score_high"}
        scored = frame.join(scores[list(ends)].rename(columns=ends))
        nothing = [self.lang.tr("no question"), missing_words(self.lang, "")]
        missing = [nothing[int(count > 0)] for count in scored["questions"]]
        return scored.assign(score_missing=missing, simulated=self.word)

    # Regencies and cities

    @Frame
    def regencies(self) -> pd.DataFrame:
        """Regencies and cities, the weakest first, those not assessed last: unit -> name, score
        (their index), lowest (code of their lowest dimension), lowest_dimension (its name),
        lowest_dimension_score, scores with their intervals; answered and asked (sub-units).
        """
        people = self.answers.respondents.groupby("government")["unit"].nunique()
        rows = {}
        for unit in (code for code in self.governments if code != self.unit):
            own = self.of(unit)
            row = own.loc[self.top, [f"score{end}" for end in ENDS]].to_dict()
            dimensions = own.loc[own["level"] == "dimension", "score"].dropna()
            lowest = str(dimensions.idxmin()) if len(dimensions) else ""
            row |= {"lowest": lowest, "lowest_dimension": self.node_names.get(lowest, "")}
            for end in ENDS[:3]:
                row[f"lowest_dimension_score{end}"] = (
                    own.at[lowest, f"score{end}"] if lowest else float("nan")
                )
            row |= {
                "answered": people.get(unit, 0),
                "asked": len(self.subunits.of_government(unit)),
            }
            rows[unit] = {"name": self.unit_names[unit], **row}
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("unit")
        order = frame.reset_index().sort_values(["score", "unit"], na_position="last")
        return order.set_index("unit").assign(simulated=self.word)

    @Frame
    def inequality(self) -> pd.DataFrame:
        """Inequality among the assessed regencies and cities: node -> name, n, lowest and highest
        (codes) with their names, scores and intervals, gini, atkinson, lost (points).
        """
        table = self._own("inequality").set_index("node")
        table = table.loc[[node for node in self.profile.index if node in table.index]]
        regencies = [unit for unit in self.governments if unit != self.unit]
        scores = self.scores.loc[lambda f: f.index.get_level_values("unit").isin(regencies)]
        rows = {}
        for node, lowest in table["weakest"].items():
            found, row = scores.xs(node, level="node"), {"name": self.node_names[str(node)]}
            for side, unit in (("lowest", str(lowest)), ("highest", str(found["score"].idxmax()))):
                row |= {side: unit, f"{side}_name": self.unit_names[unit]}
                row |= {f"{side}_score{end}": found.at[unit, f"score{end}"] for end in ENDS[:3]}
            rows[node] = row
        columns = ["name", *(f"{side}{part}" for side in ("lowest", "highest") for part in PARTS)]
        sides = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return sides.join(table.drop(columns="weakest")).rename_axis("node")


def _read(path: Path) -> pd.DataFrame:
    columns = pd.read_csv(path, nrows=0).columns
    empty = {column: [""] for column in columns if column not in TEXTS}
    texts = {column: str for column in columns if column in TEXTS}
    return pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=empty)
