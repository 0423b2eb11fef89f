"""Scores of one province's assessment as frames: its nodes, lenses, regencies and cities."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

import pandas as pd

from erat.edition.frame import Frame
from erat.edition.project import Project
from erat.locale import Language
from erat.survey.answered import AnswerFrames
from erat.survey.answers import SIMULATED
from erat.survey.stored import Assessed

TABLES = {
    "scores": "unit node score low high n_respondents n_subunits share_answered reason",
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
INTERVAL = ["score", "score_low", "score_high"]
SCORE = [*INTERVAL, "score_missing"]
"""A score, the ends of its 90% interval, and what is said where there is none."""
MOST_LEVELS = 6
"""Levels of a sub-unit that are written one by one; more are counted."""


def _nodes_at(*levels: str) -> Frame:
    """Make the frame of the nodes at some levels of the instrument."""
    doc = f"Every {' and '.join(levels)} of the province; columns as those of ``all``."
    return Frame(lambda frames: frames.all[frames.all["level"].isin(levels)], doc)


class ScoreFrames(AnswerFrames):
    """The scores of one province: points of 100 with 90% intervals. What is not assessed is nan,
    and ``score_missing`` says why. Every frame has a column ``simulated``.
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
        texts = {column: str for column in columns if column in TEXTS}
        if self.assessed is None:
            return pd.DataFrame(columns=columns, dtype=float).astype(texts)
        numbers = {column: [""] for column in columns if column not in TEXTS}
        table = pd.read_csv(
            self.assessed.folder / f"{name}.csv", usecols=columns, dtype=texts,
            keep_default_na=False, na_values=numbers,
        )[columns]  # fmt: skip
        for column, codes in (("province", [self.unit]), ("unit", self.unit_names)):
            if column in table:
                table = table[table[column].isin(codes)]
        return table.reset_index(drop=True)

    def _of_province(self, name: str) -> pd.DataFrame:
        """Return the rows of the province itself, without those of its units."""
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
        table = self.table("scores").rename(columns=names)
        words = {reason: missing_words(self.lang, reason) for reason in set(table["reason"])}
        table.insert(5, "score_missing", table["reason"].map(words | {"": ""}))
        return table.set_index(["unit", "node"])

    def of(self, unit: str) -> pd.DataFrame:
        """Return every node of a unit with the columns of ``nodes`` and of ``scores``."""
        scores = self.scores.reset_index("unit")
        frame = self.nodes.join(scores[scores.pop("unit") == unit])
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
            frame = frame.join(self.of(unit)[SCORE].add_prefix(f"{side}_"))
        return frame

    profile = _nodes_at("index", "dimension")
    dimensions = _nodes_at("dimension")
    indicators = _nodes_at("indicator")
    questions = _nodes_at("question")

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
        score, low, high = row[INTERVAL].astype(float)
        if score != score:
            return str(row["score_missing"])
        number = self.lang.number
        ends = f" ({number(low)}\N{EN DASH}{number(high)})" if low <= high else ""
        return f"{number(score)}{ends}"

    def who(self, question: str) -> pd.DataFrame:
        """Return what was answered to a question: a row a government that is asked (name), a column a
        kind of sub-unit: its score, and in brackets the levels of its people, 0 to 5.
        """
        one, no_answer = self.instrument.question(question), self.lang.tr("no answer")
        rows = []
        for government in self.subunits.governments_of(self.unit):
            if government.level not in one.governments:
                continue
            row = {"name": self.unit_names[government.code]}
            for kind in one.respondents:
                unit = f"{government.code}.{kind}"
                levels, score = self.levels(unit, question), self._score_of.get((unit, question))
                text = f"{self.lang.number(score)} ({levels_text(levels)})"
                row[self.respondent_name(kind)] = text if levels else no_answer
            rows.append(row)
        return pd.DataFrame(rows).assign(simulated=self.word)

    @cached_property
    def _score_of(self) -> dict[tuple[str, str], float]:
        return dict(self.scores["score"].to_dict())

    @Frame
    def lenses(self) -> pd.DataFrame:
        """Scores by phase, kind of capacity and topic: (lens, tag) -> name, group (name of the
        lens), score with its ends and score_missing, questions (asked about it).
        """
        questions = self.questions
        rows = {
            (lens, tag): (name, group, int((questions[lens] == tag).sum()))
            for lens, (group, tags) in lenses(self.lang).items()
            for tag, name in tags.items()
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=["name", "group", "questions"])
        frame.index = pd.MultiIndex.from_tuples(rows, names=["lens", "tag"])
        return self._scored(frame, "lenses")

    @Frame
    def cells(self) -> pd.DataFrame:
        """Scores by phase and kind of capacity: (phase, capacity) -> name, score with its ends and
        score_missing, questions (0 where the instrument asks nothing).
        """
        phases, capacities = (lenses(self.lang)[lens][1] for lens in ("phase", "capacity"))
        counts = self.questions.groupby(["phase", "capacity"]).size()
        cells = pd.MultiIndex.from_product(
            [list(phases), list(capacities)], names=counts.index.names
        )
        frame = counts.reindex(cells, fill_value=0).rename("questions").to_frame()
        frame["name"] = [f"{phases[p]}, {capacities[c]}" for p, c in cells]
        return self._scored(frame, "cells")

    def _scored(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        """Put scores beside tags; without a question nothing can be assessed."""
        scores = self._of_province(table).set_index(frame.index.names)[["score", "low", "high"]]
        nothing = [self.lang.tr("no question"), missing_words(self.lang, "")]
        missing = [nothing[int(count > 0)] for count in frame["questions"]]
        scored = frame.join(scores.set_axis(INTERVAL, axis=1))
        return scored.assign(score_missing=missing, simulated=self.word)

    # Regencies and cities

    @Frame
    def regencies(self) -> pd.DataFrame:
        """Regencies and cities, the weakest first, those not assessed last: unit -> name, score
        (their index), lowest (code of their lowest dimension), lowest_dimension (its name),
        lowest_dimension_score, scores with their intervals; answered and asked (sub-units).
        """
        answered = self.answers.respondents.groupby("government")["unit"].nunique()
        rows = {}
        for unit in self.governments[1:]:
            nodes = self.of(unit)
            dimensions = nodes.query("level == 'dimension'")["score"].dropna()
            lowest = str(dimensions.idxmin()) if len(dimensions) else ""
            rows[unit] = {
                "name": self.unit_names[unit],
                **nodes.loc[self.top, SCORE],
                "lowest": lowest,
                "lowest_dimension": self.node_names.get(lowest, ""),
                **nodes[INTERVAL].reindex([lowest]).iloc[0].add_prefix("lowest_dimension_"),
                "answered": answered.get(unit, 0),
                "asked": len(self.subunits.of_government(unit)),
            }
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("unit")
        order = frame.reset_index().sort_values(["score", "unit"], na_position="last")
        return order.set_index("unit").assign(simulated=self.word)

    @Frame
    def inequality(self) -> pd.DataFrame:
        """Inequality among the assessed regencies and cities: node -> name, n, lowest and highest
        (codes) with their names, scores and intervals, gini, atkinson, lost (points).
        """
        table = self._of_province("inequality").set_index("node")
        table = table.loc[[node for node in self.profile.index if node in table.index]]
        scores = self.scores.reset_index("unit")
        regencies = scores[scores["unit"].isin(self.governments[1:])]
        rows = {}
        for node, weakest in table.pop("weakest").items():
            of_node = regencies.loc[[node]].set_index("unit")
            row = {"name": self.node_names[str(node)]}
            for side, unit in (("lowest", weakest), ("highest", of_node["score"].idxmax())):
                row |= {side: unit, f"{side}_name": self.unit_names[unit]}
                row |= of_node.loc[unit, INTERVAL].add_prefix(f"{side}_")
            rows[node] = row
        parts = ["", "_name", *(f"_{end}" for end in INTERVAL)]
        columns = ["name", *(f"{side}{part}" for side in ("lowest", "highest") for part in parts)]
        sides = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return sides.join(table).rename_axis("node")


def levels_text(levels: list[int]) -> str:
    """Write the levels of a sub-unit: one by one, or counted where they are many.

    Examples
    --------
    >>> levels_text([2, 3, 3]), levels_text([1, 3, 3, 3, 3, 3, 3])
    ('2, 3, 3', '1×1, 6×3')
    """
    if len(levels) <= MOST_LEVELS:
        return ", ".join(map(str, levels))
    return ", ".join(f"{count}×{level}" for level, count in Counter(levels).items())


def lenses(lang: Language) -> dict[str, tuple[str, dict[str, str]]]:
    """Return each lens with its name, and the names of its tags in order."""
    tr = lang.tr
    phases = {
        "prevention": tr("Prevention"), "preparedness": tr("Preparedness"),
        "response": tr("Response"), "recovery": tr("Recovery"),
    }  # fmt: skip
    capacities = {"absorb": tr("Absorb"), "adapt": tr("Adapt"), "recover": tr("Recover")}
    topics = {
        "policy": tr("Policy and guidelines"),
        "mandate": tr("Legal mandate"),
        "resources": tr("Resources"),
        "roles": tr("Roles and responsibilities"),
        "coordination": tr("Coordination"),
        "warning": tr("Early warning of hazards"),
        "continuity": tr("Continuity of essential functions"),
        "partnership": tr("Partnership with communities and the private sector"),
        "transformation": tr("Transformation after a crisis"),
        "learning": tr("Learning"),
    }
    return {
        "phase": (tr("Phase of disaster and crisis management"), phases),
        "capacity": (tr("Kind of capacity"), capacities),
        "topic": (tr("Topic"), topics),
    }


def missing_words(lang: Language, reason: str) -> str:
    """Say that something is not assessed, and why where that is known."""
    tr = lang.tr
    why = {
        "few answers": tr("too few answers"),
        "few sub-units": tr("too few sub-units"),
        "no agreement": tr("answers do not agree"),
        "not asked": tr("nobody was asked"),
    }.get(reason, "")
    return tr("not assessed: {why}", why=why) if why else tr("not assessed")
