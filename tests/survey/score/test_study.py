"""A study of an assessment: an exact analysis of variance, with the sample as a factor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erat.errors import MethodError
from erat.robustness.factors import Study
from erat.survey.score.study import (
    INTERACTIONS,
    SAMPLING,
    assessment_study,
    settings_of,
)
from tests.survey import small_survey as small

STUDY = """base: assessment.yml
factors:
  - {name: order, at: subunits.first, choices: [units, framework]}
  - {name: aggregation, at: aggregate, choices: [arithmetic, {method: geometric, floor: 1}]}
"""


def study(folder: Path, text: str = STUDY) -> Study:
    (folder / "assessment.yml").write_text("resampling: {seed: 5}\n")
    (folder / "study.yml").write_text(text)
    return Study.read(folder / "study.yml")


def test_choices_and_sample_stand_side_by_side(tmp_path: Path) -> None:
    of = small.everybody("34") | small.everybody("51") | small.everybody("61", 2)
    found = assessment_study(small.answers(of, missing=0.2), small.units(), study(tmp_path), 60)
    sums = found["shares"].groupby(["unit", "output"])["share"].sum(min_count=1)
    np.testing.assert_allclose(sums.dropna(), 1)
    score = found["shares"][found["shares"]["output"] == "score"].set_index(["unit", "factor"])[
        "share"
    ]
    assert score[("34", SAMPLING)] > 0.02
    assert score[("34", "aggregation")] > score[("34", "order")]
    assert set(found["shares"]["factor"]) == {"order", "aggregation", SAMPLING, INTERACTIONS}
    table = found["intervals"].set_index(["unit", "output"])
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()
    ranks = table.xs("rank", level="output")
    assert sorted(ranks["nominal"]) == [1, 2, 3]
    assert (found["intervals"]["simulated"] == "simulated").all()
    assert (found["shares"]["simulated"] == "simulated").all()


def test_the_first_choices_are_the_nominal_settings(tmp_path: Path) -> None:
    made = settings_of(study(tmp_path), {"order": 0, "aggregation": 0})
    assert made.subunits.first == "units"
    assert made.resampling.seed == 5
    other = settings_of(study(tmp_path), {"order": 1, "aggregation": 1})
    assert other.subunits.first == "framework"
    assert other.method.aggregate.method == "geometric"


def test_a_choice_that_is_not_possible_is_refused(tmp_path: Path) -> None:
    wrong = study(tmp_path, STUDY.replace("arithmetic", "copeland"))
    with pytest.raises(MethodError, match="stays within one unit"):
        settings_of(wrong, {"order": 0, "aggregation": 0})
    lost = study(tmp_path, STUDY.replace("subunits.first", "sub_units.first"))
    with pytest.raises(MethodError, match="did you mean 'subunits'"):
        settings_of(lost, {"order": 0, "aggregation": 0})


def test_the_projects_study_is_possible(root: Path) -> None:
    given = Study.read(root / "config" / "studies" / "assessment.yml")
    for numbers in ((0, 0, 0), (1, 1, 1)):
        names = [factor.name for factor in given.factors]
        settings_of(given, dict(zip(names, numbers, strict=True)))
