"""A small made-up assessment of one province, with the cases that a page must show.

One dimension has too few answers, one sub-unit is silent, and a comment would like to be run.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from erat.files import write_tables
from erat.survey.answers import ABSENT, ANSWERED, NOT_APPLICABLE, NOT_ASKED, UNKNOWN, Answers
from erat.survey.instrument import Instrument
from erat.survey.score.results import assess_capacity
from erat.survey.score.settings import AssessmentSettings, Resampling
from erat.survey.units import SubUnits

HOSTILE = '<script>alert(1)</script> =HYPERLINK("http://x")'
UNASSESSED = "OFR"
"""The dimension that is not assessed."""


LEDGER = {
    "files.csv": "file,found,accepted,repeated,refused\nexample.csv,1200,1150,20,30\n"
    "verification.csv,40,40,0,0\nrefused.csv,9,0,0,9\n7201.bpbd.xlsx,5,0,0,5\n",
    "problems.csv": "file,severity,cause,place,rows,answers,found,expected,remedy\n"
    "refused.csv,refused,no consent,,2 3,9,consent was not given,consent,ask\n"
    "example.csv,refused,contradiction,column RMP1a,7,1,<b>two</b> levels,one,ask\n"
    "example.csv,refused,contradiction,column RMP1b,8,1,two levels,one,ask\n"
    "example.csv,noted,no evidence,column RMP1c,9,1,never shown,a document,ask\n"
    "7201.bpbd.xlsx,refused,no consent,,2,5,of another province,consent,ask\n",
}
"""What an import says of its files: one is refused as a whole, one is of another province."""


def example_answers(
    raw: Path,
    province: str = "34",
    people: int = 2,
    simulated: bool = True,
    unassessed: str = UNASSESSED,
) -> Answers:
    """Return answers of every sub-unit of a province but its last one, to all but one dimension."""
    instrument = Instrument.read(raw / "instrument")
    units = SubUnits.read(raw, instrument)
    draw = np.random.default_rng(34)
    rows, levels, states = [], [], []
    unseen = np.array([code.startswith(unassessed or "-") for code in instrument.codes])
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
            state[unseen & (state != NOT_ASKED)] = ABSENT
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


def write_example(
    raw: Path,
    folder: Path,
    answers: Path,
    simulated: bool = True,
    province: str = "34",
    unassessed: str = UNASSESSED,
) -> None:
    """Write answers and their scores into two folders."""
    given = example_answers(raw, province, simulated=simulated, unassessed=unassessed)
    given.write(answers)
    for name, text in LEDGER.items():
        (answers / name).write_text(text, "utf-8")
    instrument = Instrument.read(raw / "instrument")
    settings = AssessmentSettings.read(raw.parents[1] / "config" / "assessment.yml")
    few = settings.model_copy(update={"resampling": Resampling(replicates=40)})
    units = SubUnits.read(raw, instrument)
    tables = assess_capacity(given, few, units)
    write_tables(folder, tables, {}, {"simulated": simulated, "answers": str(answers)})
