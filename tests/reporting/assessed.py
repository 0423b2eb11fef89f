"""A small made-up assessment of one province: answers, and tables of results by plain means.

The numbers are not those of the real scoring; they have its form, with the cases that a page must
show: a dimension that is not assessed, a question nobody was asked, a sub-unit without answers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from erat.files import write_csv
from erat.survey.answers import Answers
from erat.survey.cells import ABSENT, ANSWERED, NOT_APPLICABLE, NOT_ASKED, UNKNOWN
from erat.survey.instrument import INDEX, Instrument
from erat.survey.units import SubUnits

HOSTILE = '<script>alert(1)</script> =HYPERLINK("http://x")'
UNASSESSED = "OFR"
"""The dimension that is not assessed."""


def example_answers(
    raw: Path, province: str = "34", people: int = 2, simulated: bool = True
) -> Answers:
    """Return answers of every sub-unit of a province but its last one."""
    instrument = Instrument.read(raw / "instrument")
    units = SubUnits.read(raw, instrument)
    draw = np.random.default_rng(34)
    rows, levels, states = [], [], []
    for subunit in units.of_province(province)[:-1]:
        asked = {
            q.code for q in instrument.asked(subunit.respondent.code, subunit.government.level)
        }
        for number in range(people):
            about = {"unit": subunit.code, "government": subunit.government.code,
                     "province": province, "kind": subunit.kind, "role": "staf",
                     "file": "example.csv", "submitted": "", "simulated": simulated}  # fmt: skip
            rows.append({"respondent": f"{subunit.code}-{number}", **about})
            state = np.array(
                [
                    draw.choice([ANSWERED, UNKNOWN, NOT_APPLICABLE, ABSENT], p=[0.91, 0.03, 0.03, 0.03])
                    if code in asked
                    else NOT_ASKED
                    for code in instrument.codes
                ],
                dtype=np.int8,
            )  # fmt: skip
            level = np.where(state == ANSWERED, draw.integers(0, 6, len(state)), np.nan)
            states.append(state)
            levels.append(level)
    about = pd.DataFrame(rows).set_index("respondent")
    codes = list(instrument.codes)
    asked_first = str(about.index[0])
    first = next(code for code, state in zip(codes, states[0], strict=True) if state == ANSWERED)
    notes = pd.DataFrame(
        [(asked_first, first, "Peraturan Gubernur 12/2023", HOSTILE)],
        columns=["respondent", "question", "evidence", "comment"],
    )
    verified = np.where(draw.random(np.shape(levels)) < 0.1, np.array(levels) - 0.5, np.nan)
    frame = pd.DataFrame(levels, index=about.index, columns=codes)
    return Answers(
        about, frame, pd.DataFrame(states, index=about.index, columns=codes),
        pd.DataFrame(np.clip(verified, 0, 5), index=about.index, columns=codes),
        notes, instrument.version,
    )  # fmt: skip


def example_tables(raw: Path, answers: Answers, province: str = "34") -> dict[str, pd.DataFrame]:
    """Return tables of the form of the real results."""
    instrument = Instrument.read(raw / "instrument")
    subunits = SubUnits.read(raw, instrument)
    word = "simulated" if answers.simulated else ""
    means = answers.levels.groupby(answers.respondents["unit"]).mean() * 20
    groups = {unit: [unit] for unit in means.index}
    regencies = [one.code for one in subunits.governments_of(province) if one.code != province]
    own = [unit for unit in means.index if unit.startswith(f"{province}.")]
    groups |= {code: [u for u in means.index if u.startswith(f"{code}.")] for code in regencies}
    groups[f"{province}.government"] = own
    groups[f"{province}.regencies"] = [unit for unit in means.index if unit not in own]
    groups[province] = list(means.index)
    nodes = _nodes(instrument)
    scores = []
    for unit, members in groups.items():
        for node, questions in nodes.items():
            value = (
                float(np.nanmean(means.loc[members, questions].to_numpy()))
                if (means.loc[members, questions].notna().to_numpy().any())
                else np.nan
            )
            hidden = node.startswith(UNASSESSED)
            value = np.nan if hidden else value
            reason = "few answers" if hidden else "not asked" if value != value else ""
            scores.append((unit, _kind(unit, province), _parent(unit, province), node, value,
                           value - 4, value + 4, 2 * len(members), len(members), 0.9,
                           reason, word))  # fmt: skip
    columns = ["unit", "kind", "parent", "node", "score", "low", "high", "n_respondents",
               "n_subunits", "share_answered", "reason", "simulated"]  # fmt: skip
    made = {"scores": pd.DataFrame(scores, columns=columns)}
    return made | _others(instrument, made["scores"], province, word)


def _nodes(instrument: Instrument) -> dict[str, list[str]]:
    nodes = {INDEX: list(instrument.codes)}
    for dimension in instrument.dimensions:
        inside = [q.code for one in dimension.indicators for q in one.questions]
        nodes[dimension.code] = inside
        nodes |= {one.code: [q.code for q in one.questions] for one in dimension.indicators}
    return nodes | {code: [code] for code in instrument.codes}


def _kind(unit: str, province: str) -> str:
    if unit == province:
        return "province"
    return (
        "block"
        if unit.startswith(f"{province}.") and unit.endswith(("ment", "cies"))
        else ("agency" if "." in unit else "regency")
    )


def _parent(unit: str, province: str) -> str:
    if unit == province:
        return ""
    if _kind(unit, province) == "block":
        return province
    if _kind(unit, province) == "regency":
        return f"{province}.regencies"
    government = unit.split(".")[0]
    return f"{province}.government" if government == province else government


def _others(
    instrument: Instrument, scores: pd.DataFrame, province: str, word: str
) -> dict[str, pd.DataFrame]:
    top = scores[scores["unit"] == province].set_index("node")["score"]
    lenses, cells = [], []
    for lens, tag in sorted({(k, getattr(q, k)) for q in instrument.questions
                             for k in ("phase", "capacity", "topic")}):  # fmt: skip
        inside = [q.code for q in instrument.questions if getattr(q, lens) == tag]
        mean = float(top[inside].mean())
        lenses.append((province, lens, tag, mean, mean - 5, mean + 5, len(inside)))
    for phase in ("prevention", "preparedness", "response", "recovery"):
        for capacity in ("absorb", "adapt", "recover"):
            inside = [q.code for q in instrument.questions
                      if (q.phase, q.capacity) == (phase, capacity)]  # fmt: skip
            empty = (phase, capacity) == ("response", "recover")
            count = 0 if (phase, capacity) == ("prevention", "recover") else max(len(inside), 1)
            score = float(top[inside].mean()) if count and inside and not empty else np.nan
            cells.append((province, phase, capacity, score, count))
    made = {
        "lenses": pd.DataFrame(lenses, columns=["unit", "lens", "tag", "score", "low", "high",
                                                "n_questions"]),
        "cells": pd.DataFrame(cells, columns=["unit", "phase", "capacity", "score",
                                              "n_questions"]),
        "contributions": _contributions(instrument, scores, province),
        "next_steps": _next_steps(instrument, province),
        **_trust(instrument, scores, province),
    }  # fmt: skip
    return {name: frame.assign(simulated=word) for name, frame in made.items()}


def _contributions(instrument: Instrument, scores: pd.DataFrame, province: str) -> pd.DataFrame:
    kinds = ("agency", "community", "business")
    indicators = [one.code for one in instrument.indicators]
    own = scores[scores["kind"].isin(kinds) & scores["node"].isin(indicators)].dropna(
        subset="score"
    )
    weight = 1.0 / own.groupby("node")["unit"].transform("count") / own["node"].nunique()
    return pd.DataFrame(
        {"province": province, "node": INDEX, "subunit": own["unit"], "indicator": own["node"],
         "value": own["score"], "weight": weight, "contribution": weight * own["score"]}
    )  # fmt: skip


def _next_steps(instrument: Instrument, province: str) -> pd.DataFrame:
    rows = [
        (province, code, place % 5, place % 5 + 1, 3 + place % 7, 0.4 / (1 + place))
        for place, code in enumerate(instrument.codes)
    ]
    columns = ["unit", "question", "level", "next_step", "n_subunits", "gain"]
    return pd.DataFrame(rows, columns=columns)


def _trust(instrument: Instrument, scores: pd.DataFrame, province: str) -> dict[str, pd.DataFrame]:
    nodes = [INDEX, *(one.code for one in instrument.dimensions)]
    top = scores[scores["unit"] == province].set_index("node")["score"]
    units = [unit for unit in scores["unit"].unique() if unit != province]
    between = [(province, node, side, 0.3, 0.2, 0.4, 0.8, 0.7, 40, 12)
               for node in nodes for side in ("respondents", "sub-units")]  # fmt: skip
    return {
        "orders": pd.DataFrame({"unit": province, "node": nodes,
                                "units_first": top[nodes].to_numpy(),
                                "framework_first": top[nodes].to_numpy() + 0.4}),
        "reliability": pd.DataFrame({"node": nodes, "alpha": 0.8, "alpha_low": 0.7,
                                     "alpha_high": 0.9, "omega": 0.82, "omega_low": 0.71,
                                     "omega_high": 0.9, "n": 120}),
        "agreement": pd.DataFrame(between, columns=["unit", "node", "between", "icc1", "icc1_low",
                                                    "icc1_high", "icck", "rwg", "n_raters",
                                                    "n_targets"]),
        "quality": pd.DataFrame({"unit": units, "asked": 3, "answered": 2, "rate": 2 / 3,
                                 "straight_lining": 0.05, "non_response": 0.08}),
        "verification": pd.DataFrame({"unit": province, "node": nodes, "self": 50.0,
                                      "verified": 44.0, "difference": -6.0, "n": 9}),
    }  # fmt: skip


def write_example(
    raw: Path, folder: Path, answers: Path, simulated: bool = True, province: str = "34"
) -> None:
    """Write answers and results into two folders."""
    given = example_answers(raw, province, simulated=simulated)
    given.write(answers)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in example_tables(raw, given, province).items():
        write_csv(frame, folder / f"{name}.csv", index=False)
