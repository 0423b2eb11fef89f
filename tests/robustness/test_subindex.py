"""A dimension studied as an index of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.index.assessment import assess
from erat.indonesia.check import RawTables
from erat.indonesia.series import panel_of
from erat.robustness.addresses import Resolver
from erat.robustness.subindex import subindex, without_scales


@pytest.fixture(scope="module")
def edition(root: Path) -> Edition:
    return Edition.read(Project(root), "2024")


def test_a_part_gives_the_scores_that_the_whole_gives(
    edition: Edition, raw_tables: RawTables
) -> None:
    units = edition.units(raw_tables)
    panel = panel_of(edition.cells(raw_tables), list(units.index), units, edition.spec.year)
    whole = assess(panel, edition.framework, edition.method)
    for node in edition.framework.dimensions:
        part, study = subindex(edition.framework, edition.study, node)
        assert study is not None
        own = assess(panel, part, Resolver(study).base)
        np.testing.assert_allclose(own.index, whole.scores[node], rtol=1e-13)


def test_only_what_acts_on_a_part_stays_uncertain(edition: Edition) -> None:
    _, people = subindex(edition.framework, edition.study, "people")
    assert people is not None
    factors = {factor.name: factor for factor in people.factors}
    assert set(factors) == {
        *("treatment", "normalization", "goalposts", "weights", "left_out", "rounding")
    }
    assert factors["left_out"].choices == ("none", "uhh_lf2020", "hls", "rls")
    assert factors["rounding"].error is not None
    assert factors["rounding"].error.rounding == {"uhh_lf2020": 1, "hls": 2, "rls": 2}


def test_a_part_of_one_indicator_has_no_weights_and_loses_nothing(edition: Edition) -> None:
    _, economy = subindex(edition.framework, edition.study, "economy")
    assert economy is not None
    names = {factor.name for factor in economy.factors}
    assert names == {"treatment", "normalization", "goalposts", "rounding"}


def test_scores_on_one_scale_come_from_one_normalization(edition: Edition) -> None:
    scaled = without_scales(edition.study)
    assert scaled is not None
    left = {factor.name for factor in edition.study.factors} - {f.name for f in scaled.factors}
    assert left == {"normalization"}
