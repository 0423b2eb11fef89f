"""Quality of answers: who answered, what was left out, straight-lining, and what was verified."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.survey.answers import Answers
from erat.survey.cells import ABSENT, ANSWERED, NOT_APPLICABLE, NOT_ASKED, UNKNOWN
from erat.survey.score.agreement import quotient
from erat.survey.score.scoring import POINTS, Assessed
from erat.survey.units import SubUnits

LEAST_LEVELS = 5
"""A respondent with fewer levels cannot be told to answer in a straight line."""


def longest_runs(levels: np.ndarray) -> np.ndarray:
    """Return the longest run of one level, in the order of the questions; gaps do not break it.

    Parameters
    ----------
    levels
        ``(respondents, questions)``, nan without a level.

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

    Returns
    -------
    DataFrame
        ``respondent, unit, asked, answered, non_response, longest_run, straight_lining``:
        questions asked (without those that do not concern one) and those with a level, the share
        without, the longest run of one level, and whether all levels are one (of at least
        :data:`LEAST_LEVELS`).
    """
    states, levels = answers.states.to_numpy(), answers.levels.to_numpy(dtype=float)
    asked = ((states != NOT_ASKED) & (states != NOT_APPLICABLE)).sum(axis=1)
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
    """Count the states of every question.

    Returns
    -------
    DataFrame
        ``question, asked, answered, unknown, not_applicable, blank, non_response``: respondents;
        the last is the share of those asked, and concerned, that gave no level.
    """
    states = answers.states.to_numpy()
    count = {name: (states == code).sum(axis=0) for name, code in (
        ("answered", ANSWERED), ("unknown", UNKNOWN), ("not_applicable", NOT_APPLICABLE),
        ("blank", ABSENT))}  # fmt: skip
    silent = count["unknown"] + count["blank"]
    asked = (states != NOT_ASKED).sum(axis=0)
    share = quotient(silent, silent + count["answered"])
    return pd.DataFrame(
        {"question": answers.questions, "asked": asked, **count, "non_response": share}
    )


def quality_table(assessed: Assessed, respondents: pd.DataFrame) -> pd.DataFrame:
    """Describe the answers of every unit.

    Parameters
    ----------
    assessed
        The answers.
    respondents
        As :func:`respondent_table` makes it.

    Returns
    -------
    DataFrame
        ``unit, kind, parent, asked, answered, rate, respondents, non_response, straight_lining,
        longest_run``. ``asked`` and ``answered`` count sub-units: those that exist for the
        instrument, and those with a level. ``straight_lining`` is a share of respondents.
        Sub-units that did not answer have a row.
    """
    frame = assessed.units.frame(assessed.answers.provinces)
    by_unit = respondents[respondents["answered"] > 0].groupby("unit").size()
    frame["answered"] = (frame.index.map(by_unit).fillna(0) > 0).astype(int)
    block = np.where(frame["level"] == "province", frame["province"] + ".government", "")
    frame["parent"] = np.where(block == "", frame["government"], block)
    tables = [_rows(frame.reset_index(), respondents, ["unit", "kind", "parent"])]
    table = assessed.tree.table
    for kind in ("regency", "block", "province"):
        for unit, parent in table.loc[table["kind"] == kind, "parent"].items():
            subunits = frame[_under(frame, str(unit), kind)].reset_index()
            subunits["top"], subunits["kind"], subunits["above"] = unit, kind, parent
            of = respondents[respondents["unit"].isin(subunits["unit"])]
            tables.append(_one(subunits, of))
    return pd.concat(tables, ignore_index=True)


def _under(frame: pd.DataFrame, unit: str, kind: str) -> pd.Series:
    head, _, tail = unit.partition(".")
    if kind == "regency":
        return frame["government"] == unit
    if kind == "province":
        return frame["province"] == unit
    return (frame["province"] == head) & ((frame["level"] == "province") == (tail == "government"))


def _rows(frame: pd.DataFrame, respondents: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Describe every sub-unit, those that did not answer included."""
    groups = respondents.groupby("unit")
    sums = groups[["asked", "answered", "longest_run"]].agg(
        {"asked": "sum", "answered": "sum", "longest_run": "max"}
    )
    straight = groups["straight_lining"].mean()
    table = frame[keys].assign(asked=1, answered=frame["answered"], rate=frame["answered"] * 1.0)
    at = table["unit"]
    table["respondents"] = at.map(groups.size()).fillna(0).astype(int)
    missing = quotient((sums["asked"] - sums["answered"]).to_numpy(), sums["asked"].to_numpy())
    table["non_response"] = at.map(pd.Series(missing, index=sums.index))
    table["straight_lining"] = at.map(straight)
    table["longest_run"] = at.map(sums["longest_run"])
    return table


def _one(subunits: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    asked, answered = len(subunits), int(subunits["answered"].sum())
    levels = int(of["answered"].sum()), int(of["asked"].sum())
    return pd.DataFrame(
        {
            "unit": subunits["top"].iloc[:1],
            "kind": subunits["kind"].iloc[:1],
            "parent": subunits["above"].iloc[:1],
            "asked": asked,
            "answered": answered,
            "rate": answered / asked,
            "respondents": len(of),
            "non_response": 1 - levels[0] / levels[1] if levels[1] else np.nan,
            "straight_lining": of["straight_lining"].mean() if len(of) else np.nan,
            "longest_run": of["longest_run"].max() if len(of) else np.nan,
        }
    )


def response_table(answers: Answers, units: SubUnits) -> pd.DataFrame:
    """Return the response rate of every kind of agency.

    Returns
    -------
    DataFrame
        ``province, respondent, level, asked, answered, rate``: sub-units of the province's own
        government (level ``province``) and of its regencies and cities (``regency``).
    """
    frame = units.frame(answers.provinces)
    there = answers.respondents.loc[answers.levels.notna().any(axis=1), "unit"].unique()
    frame["answered"] = frame.index.isin(there).astype(int)
    keys = ["province", "respondent", "level"]
    table = frame.groupby(keys, sort=True)["answered"].agg(["size", "sum"]).reset_index()
    table = table.rename(columns={"size": "asked", "sum": "answered"})
    return table.assign(rate=table["answered"] / table["asked"])


def verification_table(assessed: Assessed) -> pd.DataFrame:
    """Hold what respondents said against what was verified, answer by answer.

    Returns
    -------
    DataFrame
        ``unit, node, self, verified, difference, agree, n``: mean points (0 to 100) of the answers
        that have both, self minus verified, the share with the same level, and their number.
    """
    one = assessed
    said = one.points / POINTS
    verified = one.answers.verified[one.questions].to_numpy(dtype=float)
    both = ~np.isnan(said) & ~np.isnan(verified)

    def up(values: np.ndarray) -> np.ndarray:
        per_node = np.where(both, values, 0.0) @ one.members.T
        return np.asarray(one.above @ one.groups.sum(per_node))

    n = up(np.ones(said.shape))
    rows, columns = np.nonzero(n)
    sums = [up(values)[rows, columns] for values in (said, verified, (said == verified) * 1.0)]
    means = [total / n[rows, columns] for total in sums]
    return pd.DataFrame(
        {
            "unit": np.array(one.tree.units, dtype=object)[rows],
            "node": np.array(one.nodes, dtype=object)[columns],
            "self": means[0] * POINTS,
            "verified": means[1] * POINTS,
            "difference": (means[0] - means[1]) * POINTS,
            "agree": means[2],
            "n": n[rows, columns].astype(int),
        }
    )
