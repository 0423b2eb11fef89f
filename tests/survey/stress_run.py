"""Three million simulated answers: written, imported, scored; run in a process of its own.

It prints a line a step, ``name seconds``, and at the end the peak of its memory in MiB. Imports go
through the readers that ``erat survey import`` uses.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from erat.files import write_tables
from erat.locale import language
from erat.survey.answers import read_answers
from erat.survey.importing import check_files, write_import
from erat.survey.instrument import Instrument, Question
from erat.survey.score.results import assess_capacity
from erat.survey.score.settings import AssessmentSettings
from erat.survey.simulate import steps_to
from erat.survey.units import SubUnits

SUBUNITS, OWN, PEOPLE, QUESTIONS = 40, 13, 20, 100
RAW = Path(__file__).resolve().parents[2] / "data" / "raw"


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Print how long a step took."""
    start = time.perf_counter()
    yield
    sys.stdout.write(f"{name} {time.perf_counter() - start:.1f}\n")
    sys.stdout.flush()


def instrument() -> Instrument:
    """The project's instrument, cut to 100 questions that everybody is asked."""
    whole = Instrument.read(RAW / "instrument")
    everybody = tuple(one.code for one in whole.respondents)
    surplus = len(whole.codes) - QUESTIONS
    dimensions = []
    for dimension in whole.dimensions:
        indicators = []
        for indicator in dimension.indicators:
            questions = indicator.questions
            if surplus and len(questions) > 2:
                questions, surplus = questions[:-1], surplus - 1
            asked: tuple[Question, ...] = tuple(
                q.model_copy(update={"respondents": everybody,
                                     "governments": ("province", "regency")})
                for q in questions
            )  # fmt: skip
            indicators.append(indicator.model_copy(update={"questions": asked}))
        dimensions.append(replace(dimension, indicators=tuple(indicators)))
    return replace(whole, dimensions=tuple(dimensions))


def write_exports(folder: Path, units: SubUnits) -> int:
    """Write an export a province: its own 13 agencies and partners, and 27 of its regencies'."""
    rng = np.random.default_rng(1)
    texts = np.array(["none", *(steps_to(n) for n in range(1, 6)), "dk", ""], dtype=object)
    one, rows = units.instrument, SUBUNITS * PEOPLE
    shown = np.array(["", "Dokumen rencana, halaman 12 (simulasi)"], dtype=object)
    folder.mkdir(parents=True)
    for province in units.provinces:
        every = units.of_province(province)
        own, others = every[:OWN], every[OWN:]
        by_respondent = [unit for k in range(OWN) for unit in others[k::OWN]]
        chosen = [*own, *by_respondent][:SUBUNITS]
        table = pd.DataFrame(
            {
                "instrument_version": one.version,
                "simulated": "simulated",
                "consent": "yes",
                "government": np.repeat([u.government.code for u in chosen], PEOPLE),
                "respondent": np.repeat([u.respondent.code for u in chosen], PEOPLE),
                "respondent_id": np.tile([f"R{n}" for n in range(PEOPLE)], len(chosen)),
                "role": "staf",
                "_submission_time": "2026-03-02T08:00:00",
            }
        )
        mean = rng.normal(2.5, 0.5, (len(chosen), 1)).repeat(PEOPLE, axis=0)
        level = np.clip(np.round(mean + rng.normal(0, 1, (rows, QUESTIONS))), 0, 5).astype(int)
        level[rng.random(level.shape) < 0.02] = 6
        level[rng.random(level.shape) < 0.02] = 7
        evidence = shown[((level > 0) & (level < 6) & (rng.random(level.shape) < 0.3)).astype(int)]
        parts = {code: texts[level[:, j]] for j, code in enumerate(one.codes)}
        more = {f"{code}_evidence": evidence[:, j] for j, code in enumerate(one.codes)}
        whole = pd.concat([table, pd.DataFrame(parts), pd.DataFrame(more)], axis=1)
        whole.to_csv(folder / f"kobo_{province}.csv", index=False)
    return len(units.provinces) * rows


def main(folder: Path) -> None:
    """Write, import, read again and score."""
    one = instrument()
    units = SubUnits.read(RAW, one)
    with timed("write"):
        people = write_exports(folder / "exports", units)
    with timed("check"):
        checked = check_files([folder / "exports"], units, language("en"))
    with timed("import"):
        write_import(checked, folder / "answers", [])
    ledger = checked.files()
    del checked
    with timed("read"):
        answers = read_answers(folder / "answers", one)
    with timed("score"):
        found = assess_capacity(answers, AssessmentSettings(), units)
    with timed("results"):
        write_tables(folder / "results", found, {}, {})
    provinces = found["scores"][
        (found["scores"]["kind"] == "province") & (found["scores"]["node"] == "CAP")
    ]
    sys.stdout.write(f"respondents {people} {len(answers.respondents)}\n")
    sys.stdout.write(f"answers {ledger['found'].sum()} {ledger['accepted'].sum()}\n")
    sys.stdout.write(f"scored {provinces['score'].notna().sum()}\n")
    sys.stdout.write(f"intervals {provinces['low'].notna().sum()}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak {peak:.0f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
