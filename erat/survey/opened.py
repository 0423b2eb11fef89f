"""Opening an assessment: what the sub-units of one province answered, scored, as everyday frames."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from erat.edition.frame import Frame
from erat.edition.project import Project, province_code
from erat.locale import spoken, use
from erat.survey.answers import SIMULATED
from erat.survey.frames import INTERVAL, SCORE, ScoreFrames
from erat.survey.instrument import Instrument
from erat.survey.local.reading import LocalFigures
from erat.survey.score.settings import AssessmentSettings, merge
from erat.survey.stored import (
    OWN,
    Assessed,
    build_assessment,
    local_of,
    own_answers,
    provinces_of,
    settings_of,
)
from erat.survey.units import SubUnits

NOT_ASSESSED = "none"
"""Name of no assessment: the pages of a province say that it is not assessed."""


class OpenAssessment(ScoreFrames):
    """The assessment of one province; :func:`open_assessment` opens it."""

    def __repr__(self) -> str:
        state = self.node_text(self.top) if self.is_answered else "not assessed"
        word = f", {self.word}" if self.word else ""
        return f"Capacity of {self.name} ({self.unit}): {state}, {self.people} people{word}"

    def _repr_html_(self) -> str:
        return str(self.profile[["name", *INTERVAL]].round(1).to_html())

    @property
    def assessment(self) -> str:
        """Name of the assessment; that of the province's own where there are no answers."""
        return self.assessed.name if self.assessed else OWN

    @cached_property
    def local(self) -> LocalFigures:
        """The local figures of the province that go with the assessment."""
        folder = local_of(self.project, self.assessment)
        return LocalFigures(self.project, self.subunits, self.unit, folder, self.lang)

    # What moves it

    @Frame
    def moves(self) -> pd.DataFrame:
        """What each sub-unit adds through each question: subunit, question, indicator, dimension,
        row (an agency of the province, or a regency), value (score there), contribution and moved
        (points of the index beyond what the mean of all sub-units would add there; they make zero
        within a question). Without an index the points are of the mean of the assessed dimensions.
        """
        table = self.table("contributions")
        whole = table[table["node"] == self.top]
        if whole.empty:
            parts = table[table["node"] != self.top]
            share = 1.0 / max(parts["node"].nunique(), 1)
            whole = parts.assign(**{c: parts[c] * share for c in ("weight", "contribution")})
        indicator = whole["question"].map(self.instrument.indicator_of)
        sums = whole.groupby("question")[["contribution", "weight"]].transform("sum")
        moved = whole["contribution"] - whole["weight"] * sums["contribution"] / sums["weight"]
        above = whole["subunit"].str.split(".").str[0]
        return whole.assign(
            indicator=indicator,
            dimension=indicator.map(self.nodes["parent"]),
            row=whole["subunit"].where(above == self.unit, above),
            moved=moved,
        ).reset_index(drop=True)

    @Frame
    def next_steps(self) -> pd.DataFrame:
        """Steps that come next, the largest gain first: question, step (with its number), subunits
        (just below it), gain (points of the index if all of them met it; nan without an index).
        """
        table = self._of_province("next_steps").rename(columns={"n_subunits": "subunits"})
        if not self.is_assessed:
            table["gain"] = float("nan")
        first = "gain" if self.is_assessed else "subunits"
        table = table.sort_values([first, "question"], ascending=[False, True], kind="stable")
        texts = []
        for code, number in zip(table["question"], table["next_step"].astype(int), strict=True):
            step = self.instrument.question(code).steps[number - 1]
            texts.append(f"{number}. {self.lang.pick(step.id, step.en)}")
        return table.assign(step=texts).reset_index(drop=True)

    @Frame
    def orders(self) -> pd.DataFrame:
        """The other order of roll-up: node -> name, score with its interval, difference (points of
        dimensions first, less sub-units first).
        """
        table = self._of_province("orders").set_index("node")
        difference = table["framework_first"] - table["units_first"]
        frame = self.profile.join(difference.rename("difference"), how="inner")
        return frame[["name", *SCORE, "difference", SIMULATED]]

    # How far the answers can be trusted

    @Frame
    def reliability(self) -> pd.DataFrame:
        """Reliability over all answers of the assessment: dimension -> name, alpha and omega with
        the ends of their 90% intervals, n (governments).
        """
        table = self.table("reliability").drop_duplicates("node").set_index("node")
        return self.dimensions[["name"]].join(table, how="inner")

    @Frame
    def agreement(self) -> pd.DataFrame:
        """Agreement before averaging: node, name, between (whom), icc1 with its ends, icck, rwg."""
        tr, table = self.lang.tr, self._of_province("agreement")
        sides = {
            "respondents": tr("Between people of a sub-unit"),
            "sub-units": tr("Between sub-units"),
        }
        table = self.dimensions[["name"]].merge(table, on="node", how="inner")
        return table.assign(between=table["between"].map(sides))

    @Frame
    def response(self) -> pd.DataFrame:
        """Who answered, and how: unit -> name, is_government, answered and asked (sub-units), rate,
        people, one_level (share who gave one level throughout), not_answered (share of questions).
        """
        names = {"respondents": "people", "straight_lining": "one_level",
                 "non_response": "not_answered"}  # fmt: skip
        table = self.table("quality").rename(columns=names)
        table = table.drop_duplicates("unit").set_index("unit")
        governments = [self.government, *self.governments[1:]]
        subunits = [one.code for one in self.subunits.of_province(self.unit)]
        table = table.filter([*governments, *subunits], axis="index").rename_axis("unit")
        table.insert(0, "name", table.index.map(self.unit_names))
        return table.assign(is_government=table.index.isin(governments))

    @Frame
    def verification(self) -> pd.DataFrame:
        """Self-assessed against verified answers: node -> name, self_assessed, verified, difference
        (points), n (answers verified).
        """
        table = self._of_province("verification").rename(columns={"self": "self_assessed"})
        table = table[table["n"] > 0].set_index("node")
        return self.profile[["name"]].join(table, how="inner")

    # Merged with figures that are not answers

    @property
    def merge(self) -> dict[str, float]:
        """Weights of the figures that the settings merge with the index, which has 1; mostly none."""
        settings = AssessmentSettings.read(settings_of(self.project, self.assessment))
        return {str(figure): weight for figure, weight in settings.merge.items()}

    def merged(self, conditions: float) -> pd.DataFrame:
        """Merge the index with other figures as the settings say; ``conditions`` is the score of the
        index of enabling conditions, 0 to 100.

        A row ``capacity``, one for each figure that is merged, and ``merged``: ``score`` (nan where
        a part is missing), ``score_low`` and ``score_high`` (from the answers alone), ``share`` (its
        weight of 1).
        """
        weights, scores = self.merge, {"conditions": conditions}
        if "ikd" in weights:
            scores["ikd"] = 100 * self.local.latest("IKD")
        capacity, total = self.profile.loc[self.top, INTERVAL], 1 + sum(weights.values())
        rows = {"capacity": {**capacity, "share": 1 / total}}
        rows |= {f: {"score": scores[f], "share": weight / total} for f, weight in weights.items()}
        rows["merged"] = {end: merge(float(capacity[end]), scores, weights) for end in INTERVAL}
        return pd.DataFrame.from_dict(rows, orient="index").assign(simulated=self.word)


def open_assessment(
    answers: str,
    province: str | int,
    lang: str | None = None,
    *,
    project: Project | None = None,
) -> OpenAssessment:
    """Open what the sub-units of a province answered.

    Parameters
    ----------
    answers
        Name of an assessment in ``data/processed/``, such as ``example``. Empty: the province's own
        answers in ``data/local/answers``, scored if they are not yet; without them everything is
        'not assessed', as it is under the name ``none``.
    province
        Its code or its name.
    lang, project
        That of the report, and the one that holds the current folder, if none is given.

    Raises
    ------
    ParameterError
        If there is no such province.
    InputError
        If there is no such assessment, or the answers are wrong.

    Examples
    --------
    >>> a = open_assessment("example", "72")  # doctest: +SKIP
    >>> a.dimensions[["name", "score", "score_low", "score_high"]]  # doctest: +SKIP
    """
    project = project or Project.here()
    units = SubUnits.read(project.raw, Instrument.read(project.instrument))
    names = {code: one.name for code, one in units.provinces.items()}
    unit = province_code(names, province)
    assessed = None
    if not answers and (folder := own_answers(project)) and unit in provinces_of(folder):
        build_assessment(project, folder, OWN)
        assessed = Assessed.read(project, OWN)
    elif answers and answers != NOT_ASSESSED:
        assessed = Assessed.read(project, answers)
    return OpenAssessment(project, unit, use(lang) if lang else spoken(), assessed)
