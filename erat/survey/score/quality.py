"""Quality of answers: who answered, what was left out, straight-lining, and what was verified."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.survey.answers import ABSENT, ANSWERED, NOT_APPLICABLE, NOT_ASKED, UNKNOWN, Answers
from erat.survey.score.agreement import quotient
from erat.survey.score.scoring import POINTS, Assessed
from erat.survey.units import SubUnits

LEAST_LEVELS = 5
"""A respondent with fewer levels cannot be told to answer in a straight line."""


def longest_runs(levels: np.ndarray) -> np.ndarray:
    """Return every respondent's longest run of one level; gaps (nan) do not break it.

    ``levels`` are ``(respondents, questions)``, in the order of the questions.

    Examples
    --------
    >>> longest_runs(np.array([[2, 2, np.nan, 2, 3], [1, 2, 1, 2, 1]])).tolist()
    [3, 1]
    """
    longest, run = (np.zeros(len(levels), dtype=int) for _ in range(2))
    last = np.full(len(levels), np.nan)
    for column in levels.T:
        there = ~np.isnan(column)
        run = np.where(there, np.where(column == last, run + 1, 1), run)
        last = np.where(there, column, last)
        longest = np.maximum(longest, run)
    return longest


def respondent_table(answers: Answers) -> pd.DataFrame:
    """Describe how every respondent answered.

    Columns ``respondent, unit, asked, answered, non_response, longest_run, straight_lining``:
    questions asked (without those that do not concern one) and those with a level, the share
    without, the longest run of one level, and whether all levels are one (of at least
    :data:`LEAST_LEVELS`).
    """
    states, levels = answers.states.to_numpy(), answers.levels.to_numpy(dtype=float)
    asked = (~np.isin(states, [NOT_ASKED, NOT_APPLICABLE])).sum(axis=1)
    answered = (states == ANSWERED).sum(axis=1)
    runs = longest_runs(levels)
    return pd.DataFrame(
        {
            "respondent": answers.respondents.index,
            "unit": answers.respondents["unit"].to_numpy(),
            "asked": asked,
            "answered": answered,
            "non_response": quotient(asked - answered, asked),
            "longest_run": runs,
            "straight_lining": (answered >= LEAST_LEVELS) & (runs == answered),
        }
    )


def item_table(answers: Answers) -> pd.DataFrame:
    """Count the respondents in each state of every question.

    Columns ``question, asked, answered, unknown, not_applicable, blank, non_response``: the last is
    the share of those asked, and concerned, that gave no level.
    """
    states = answers.states.to_numpy()
    names = {"answered": ANSWERED, "unknown": UNKNOWN, "not_applicable": NOT_APPLICABLE,
             "blank": ABSENT}  # fmt: skip
    table = pd.DataFrame({"question": answers.questions})
    table["asked"] = (states != NOT_ASKED).sum(axis=0)
    for name, state in names.items():
        table[name] = (states == state).sum(axis=0)
    silent = table["unknown"] + table["blank"]
    return table.assign(non_response=silent / (silent + table["answered"]))


QUALITY_COLUMNS = ["unit", "kind", "parent", "asked", "answered", "rate", "respondents",
                   "non_response", "straight_lining", "longest_run"]  # fmt: skip


def quality_table(assessed: Assessed, respondents: pd.DataFrame) -> pd.DataFrame:
    """Describe the answers of every unit; ``respondents`` is what :func:`respondent_table` makes.

    Columns :data:`QUALITY_COLUMNS`, a row a sub-unit (also one that did not answer), then a
    regency, block and province. ``asked`` and ``answered`` count sub-units: those that exist for
    the instrument, and those with a level. ``straight_lining`` is a share of respondents.
    """
    frame = assessed.units.frame(assessed.answers.provinces)
    regional = frame["level"] == "regency"
    frame["parent"] = frame["government"].where(regional, frame["province"] + ".government")
    lower = frame.assign(asked=1).join(
        respondents.groupby("unit").agg(
            levels=("answered", "sum"),
            questions=("asked", "sum"),
            respondents=("unit", "size"),
            straight=("straight_lining", "sum"),
            longest_run=("longest_run", "max"),
        )
    )
    lower["answered"] = (lower["levels"] > 0).astype(int)
    blocks = (frame["province"] + ".regencies")[regional]
    above = pd.concat([frame["parent"], blocks, frame["province"]])
    counts = ["asked", "answered", "levels", "questions", "respondents", "straight"]
    rule = dict.fromkeys(counts, "sum") | {"longest_run": "max"}
    upper = lower.loc[above.index].groupby(above.to_numpy()).agg(rule)
    about = assessed.tree.table[["kind", "parent"]]
    kinds = [about[about["kind"] == kind] for kind in ("regency", "block", "province")]
    upper = pd.concat(kinds).join(upper)
    lower["non_response"] = (lower["questions"] - lower["levels"]) / lower["questions"]
    upper["non_response"] = 1 - upper["levels"] / upper["questions"]
    table = pd.concat([lower, upper]).rename_axis("unit").reset_index()
    table["rate"] = table["answered"] / table["asked"]
    table["respondents"] = table["respondents"].fillna(0).astype(int)
    table["straight_lining"] = table["straight"] / table["respondents"]
    return table[QUALITY_COLUMNS]


def response_table(answers: Answers, units: SubUnits) -> pd.DataFrame:
    """Return the response rate of every kind of agency.

    Columns ``province, respondent, level, asked, answered, rate``: sub-units of the province's own
    government (level ``province``) and of its regencies and cities (``regency``).
    """
    frame = units.frame(answers.provinces)
    there = answers.respondents.loc[answers.levels.notna().any(axis=1), "unit"].unique()
    frame["answered"] = frame.index.isin(there).astype(int)
    keys = ["province", "respondent", "level"]
    groups = frame.groupby(keys, sort=True)["answered"]
    table = groups.agg(asked="size", answered="sum").reset_index()
    return table.assign(rate=table["answered"] / table["asked"])


def verification_table(assessed: Assessed) -> pd.DataFrame:
    """Hold what respondents said against what was verified, answer by answer.

    Columns ``unit, node, self, verified, difference, agree, n``: mean points (0 to 100) of the
    answers that have both, self minus verified, the share with the same level, and their number.
    """
    one, levels = assessed, assessed.points / POINTS
    verified = one.answers.verified[one.questions].to_numpy(dtype=float)
    both = ~np.isnan(levels) & ~np.isnan(verified)
    n, *sums = (
        one.total(np.where(both, values, 0.0) @ one.members.T)
        for values in (np.ones(levels.shape), levels, verified, (levels == verified) * 1.0)
    )
    at = np.nonzero(n)
    claimed, checked, agree = (total[at] / n[at] for total in sums)
    return pd.DataFrame(
        {
            "unit": one.tree.codes[at[0]],
            "node": np.array(one.nodes, dtype=object)[at[1]],
            "self": claimed * POINTS,
            "verified": checked * POINTS,
            "difference": (claimed - checked) * POINTS,
            "agree": agree,
            "n": n[at].astype(int),
        }
    )
