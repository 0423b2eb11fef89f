"""An opened edition: frames that agree with each other, and with a method of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.edition.edition import Edition, OtherMethod
from erat.edition.frame import Frame
from erat.edition.frames import EditionFrames
from erat.edition.opened import OpenEdition, open_edition
from erat.edition.project import Project
from erat.edition.province import Province
from erat.errors import InputError, MethodError, ParameterError
from erat.robustness.addresses import Resolver
from tests.projects import few_replicates, project_in


@pytest.fixture(scope="module")
def project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The built project; what a test computes in it is computed from few replicates."""
    with pytest.MonkeyPatch.context() as patch:
        few_replicates(patch)
        yield project_in(tmp_path_factory.mktemp("opened"), built)


@pytest.fixture(scope="module")
def e(project: Project) -> OpenEdition:
    return open_edition(2024, project=project)


@pytest.fixture(scope="module")
def bali(e: OpenEdition) -> Province:
    return e.province("bali ")


def test_the_latest_edition_is_the_default(project: Project, e: OpenEdition) -> None:
    assert open_edition(project=project).folder == e.folder
    assert (e.year, e.own_method, e.bottom_up) == (2024, False, False)
    assert repr(e).startswith("Edition 2024: Index of enabling conditions 2024, 38 provinces, 9 ")


def test_an_unknown_edition_or_one_that_is_not_built_is_refused(project: Project) -> None:
    with pytest.raises(ParameterError, match="one of 2021, 2022, 2024"):
        open_edition("2042", project=project)
    opened = open_edition("2022", project=project)
    assert "run: erat build --edition 2022" in repr(opened)
    with pytest.raises(InputError, match="run: erat build --edition 2022"):
        _ = opened.ranks


def test_a_table_that_is_not_there_is_refused_with_those_that_are(
    e: OpenEdition, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"no table 'score'.* scores, .*erat build"):
        e.table("score")
    with pytest.raises(InputError, match="no table 'nodes'"):
        _ = EditionFrames(tmp_path).nodes


def test_frames_are_read_without_the_files_that_made_them(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a configuration file was read")

    monkeypatch.setattr("yaml.load", refuse)
    monkeypatch.setattr("erat.index.framework.read_table", refuse)
    opened = open_edition("2024", project=project)
    for owner in (opened, opened.province(72)):
        for name in dir(type(owner)):
            if isinstance(getattr(type(owner), name), Frame):
                assert isinstance(getattr(owner, name), pd.DataFrame), name
        assert repr(owner)
        assert "<table" in owner._repr_html_()


def test_every_frame_says_what_it_is() -> None:
    for owner in (EditionFrames, Province):
        for name, kind in vars(owner).items():
            assert name.startswith("_") or not isinstance(kind, Frame) or kind.__doc__, name


def test_a_frame_is_a_copy(e: OpenEdition) -> None:
    mine = e.scores
    mine["ikp"] = 0.0
    assert (e.scores["ikp"] > 0).all()
    with pytest.raises(AttributeError, match="change a copy"):
        e.scores = pd.DataFrame()


def test_the_weakest_dimension_is_furthest_below_the_median(e: OpenEdition) -> None:
    gaps = e.scores[e.dimensions] - e.scores[e.dimensions].median()
    pd.testing.assert_series_equal(e.weakest, gaps.idxmin(axis=1), check_names=False)
    assert not e.weakest.equals(e.scores[e.dimensions].idxmin(axis=1))
    here = e.province(e.weakest.index[0])
    assert here.scores.loc[e.dimensions, "gap"].idxmin() == here.weakest


def test_ranks_and_their_shares_agree(e: OpenEdition) -> None:
    ranks = e.ranks
    assert ((ranks["min"] <= ranks["low"]) & (ranks["low"] <= ranks["high"])).all()
    assert ranks["share_better"].between(0, 1).all()
    assert ranks.loc[ranks["rank"] == 1, "share_better"].tolist() == [0.0]
    low_end = ranks[ranks["median_rank"] > ranks["rank"]]
    assert (low_end["share_better"] <= 0.5).all()
    kinds = {"upper", "upper-middle", "middle", "middle-lower", "lower", "open"}
    assert set(ranks["third"]) <= kinds
    spans = (ranks["best"] == "upper") & (ranks["worst"] == "lower")
    assert ((ranks["third"] == "open") == spans).all()


def test_share_above_is_of_the_same_ways_as_the_interval(e: OpenEdition) -> None:
    index = e.intervals.loc[e.top]
    assert (index.loc[index["score"] < index["q25"], "share_above"] >= 0.75).all()
    assert (index.loc[index["score"] > index["q75"], "share_above"] <= 0.25).all()


def test_one_choice_alone_is_an_alternative(e: OpenEdition, bali: Province) -> None:
    choices, ranks = e.choices, e.alternatives
    for row in bali.alone.to_dict("records"):
        mine = pd.Series(0, choices.columns)
        mine[row["factor"]] = row["choice"]
        alternative = str(choices.index[(choices == mine).all(axis=1)][0])
        assert ranks.at[bali.unit, alternative] == row["rank"]
        assert row["shift"] == row["rank"] - bali.rank["rank"]
        assert np.isnan(row["change"]) == (row["factor"] == "normalization")
    assert bali.alone["shift"].abs().is_monotonic_decreasing
    # What the geometric mean of unequal dimensions takes away, the arithmetic one gives back.
    assert e.score_changes.loc[("aggregation", 1), "share_up"] == 1


def test_ranks_by_an_indicator_have_the_ends_of_rounding(e: OpenEdition, bali: Province) -> None:
    own = bali.indicators.loc[e.framework.indicators]
    assert (own["rank_low"] <= own["rank"]).all()
    assert (own["rank"] <= own["rank_high"]).all()
    assert own["publisher"].ne("").all()
    beside = bali.indicators[bali.indicators["dimension"] == ""]
    assert beside["rank"].isna().all()


@pytest.mark.parametrize("asked", [51, "51", "Bali", "BALI"])
def test_a_province_by_code_or_name(e: OpenEdition, asked: str | int) -> None:
    assert e.province(asked).unit == "51"


def test_an_unknown_province_is_one_line_with_the_nearest(e: OpenEdition) -> None:
    with pytest.raises(ParameterError, match="72 Sulawesi Tengah") as refused:
        e.province("Sulawesi Tegah")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.stress
def test_a_method_of_ones_own_stands_beside_the_editions(project: Project, e: OpenEdition) -> None:
    own = open_edition("2024", {"aggregate": {"method": "arithmetic"}}, project=project)
    assert own.own_method
    assert "not the edition's method" in repr(own)
    assert own.folder.name.startswith("2024-")
    assert len(own.folder.name) == len("2024-") + 8
    changed = e.alone[e.alone["factor"] == "aggregation"].set_index("unit")
    pd.testing.assert_series_equal(own.scores["ikp"], changed["score"], check_names=False)
    assert own.settings.loc[("aggregation", 0), "method"] == "arithmetic"
    other = own.alone[own.alone["factor"] == "aggregation"].set_index("unit")
    pd.testing.assert_series_equal(other["score"], e.scores["ikp"], check_names=False)
    before = (own.folder / "manifest.json").stat().st_mtime_ns
    open_edition("2024", {"aggregate.levels.2": "arithmetic"}, project=project)
    open_edition("2024", {"aggregate": {"method": "arithmetic"}}, project=project)
    assert (own.folder / "manifest.json").stat().st_mtime_ns == before


def test_the_editions_own_method_is_the_edition(project: Project, e: OpenEdition) -> None:
    same = open_edition("2024", {}, project=project)
    assert (same.folder, same.own_method) == (e.folder, False)
    file = project.config / "methods" / "enabling_conditions.yml"
    assert open_edition("2024", file, project=project).folder == e.folder


def test_a_wrong_method_is_refused_before_anything_is_computed(project: Project) -> None:
    with pytest.raises(MethodError, match="did you mean 'normalize'"):
        open_edition("2024", {"normalise": "minmax"}, project=project)
    with pytest.raises(MethodError, match="no such file"):
        open_edition("2024", "nowhere.yml", project=project)


def test_a_study_starts_from_the_method_in_place_of_the_editions(project: Project) -> None:
    edition = Edition.read(project, "2024")
    changes = {"normalize": {"method": "borda"}, "exclude": ["hls"]}
    other = edition.with_method(changes)
    factors = {factor.name: factor for factor in other.study.factors}
    assert factors["normalization"].choices[0]["method"] == "borda"
    assert len(factors["normalization"].choices) == 5
    assert factors["left_out"].choices[0] == ["hls"]
    assert all("hls" in choice for choice in factors["left_out"].choices)
    assert factors["treatment"].choices == edition.study.factors[0].choices
    assert Resolver(other.study).alone()[0].exclude == ("hls",)


def test_a_method_that_rolls_up_is_the_first_choice_of_its_study(root: Path) -> None:
    edition = Edition.read(Project(root), "2021")
    assert edition.with_method({"subunits.weights": "equal"}) is edition
    other = edition.with_method({"subunits.method": "median"})
    rollup = {factor.name: factor for factor in other.study.factors}["rollup"]
    assert [choice["method"] for choice in rollup.choices] == ["median", "mean", "atkinson"]
    assert other.regencies is not None
    assert other.regencies.other == other.other
    assert other.change is not None
    assert other.change.other is None


def test_files_that_a_method_names_stay_relative_to_it(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("weights: {method: budget, file: points.csv}\n")
    (tmp_path / "points.csv").write_text("expert\n")
    base = project.config / "methods" / "enabling_conditions.yml"
    own = OtherMethod.of(file, base)
    assert own.method.files["weights.file"] == tmp_path / "points.csv"


def test_the_assessment_is_that_of_the_tables(e: OpenEdition) -> None:
    scores = e.assessment.scores.droplevel("year")
    pd.testing.assert_frame_equal(scores, e.scores)
    assert e.panel.units == list(e.scores.index)
    assert e.method.aggregate.levels[2].method == "geometric"
