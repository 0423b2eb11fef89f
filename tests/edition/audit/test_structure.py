"""The framework of edition 2024 in numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from erat.edition.audit import structure, traps
from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.index.assessment import Assessment, assess
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells, panel_of


@pytest.fixture(scope="session")
def edition(project: Project) -> Edition:
    return Edition.read(project, "2024")


@pytest.fixture(scope="session")
def every_year(raw: RawTables, edition: Edition) -> Assessment:
    found = cells(raw, edition.framework.indicators, periods=edition.spec.periods)
    panel = panel_of(found, list(raw.units["unit"]), raw.units.set_index("unit"))
    return assess(panel, edition.framework, edition.method)


@pytest.fixture(scope="session")
def assessment(raw: RawTables, edition: Edition) -> Assessment:
    found = cells(raw, edition.framework.indicators, periods=edition.spec.periods)
    units = edition.units(raw)
    panel = panel_of(found, list(units.index), units).in_year(2024)
    return assess(panel, edition.framework, edition.method)


def test_nominal_shares_add_to_the_whole(assessment: Assessment) -> None:
    nodes = structure.nodes(assessment).set_index("indicator")
    assert nodes["share"].sum() == pytest.approx(100)
    assert nodes.loc["Real GRDP per person", "share"] == pytest.approx(25)
    assert nodes.groupby("dimension")["weight"].sum().tolist() == pytest.approx([100] * 4)
    assert set(nodes.index[nodes["better"] == "less"]) == {
        "Poverty rate (March)", "Share of food in expenditure",
    }  # fmt: skip


def test_every_node_has_its_reason_and_reference(edition: Edition) -> None:
    framework = edition.framework
    found = structure.reasons(framework, list(framework.table.index))
    assert (found.map(len) > 0).all(axis=None)


def test_no_value_of_the_trend_lies_beyond_a_goalpost(
    raw: RawTables, every_year: Assessment
) -> None:
    found = structure.margins(every_year, traps.names(raw), 2016)
    assert (found["outside"] == 0).all()
    assert (found["low"] <= found["lowest"]).all()
    assert (found["highest"] <= found["high"]).all()
    assert found["worst"].min() > 0
    assert found["best"].max() < 100
    assert found.loc["hls", "outside_before"] == 2
    assert found.loc["poverty_rate", "highest_in"] == "Papua Pegunungan 2024"


def test_goalposts_are_written_from_worse_to_better(edition: Edition) -> None:
    words = structure.goalpost_words(edition.framework)
    assert words["poverty_rate"] == ("36 percent", "0")
    assert words["food_share"] == ("0.7 share of expenditure", "0.3")
    assert words["pdrb_pc_adhk2010"] == ("9,000 thousand IDR of 2010", "250,000")


def test_every_indicator_stands_once_in_the_cross_of_lenses(edition: Edition) -> None:
    cross = structure.lenses(edition.framework).set_index("phase")
    cells = [cell for cell in cross.to_numpy().ravel() if cell != "(empty)"]
    assert cross.shape == (4, 3)
    assert len("; ".join(cells).split("; ")) == len(edition.framework.indicators)
    assert cross.loc["recovery", "recover"].startswith("Adjusted expenditure")
    assert cross.loc["response", "recover"] == "(empty)"


def test_cohesion_is_the_mean_of_the_pairs(assessment: Assessment) -> None:
    matrix = structure.correlations(assessment).set_index("indicator")
    rows = structure.cohesion(assessment).set_index("dimension")
    pairs = matrix.iloc[[0, 0, 1], [1, 2, 2]].to_numpy()
    people = [pairs[0, 0], pairs[0, 1], pairs[2, 2]]
    assert rows.loc["People", "within"] == pytest.approx(sum(people) / 3)
    assert rows.loc["People", "across"] == pytest.approx(matrix.iloc[:3, 3:].to_numpy().mean())
    assert pd.isna(rows.loc["Economy", "within"])


def test_the_geometric_mean_never_lifts_a_score(raw: RawTables, assessment: Assessment) -> None:
    found = structure.compensation(assessment, traps.names(raw))
    assert (found["loss"] > 0).all()
    assert found["loss"].is_monotonic_decreasing
    row = found.iloc[0]
    assert row["province"] == "Nusa Tenggara Timur"
    scores = assessment.scores.loc[("53", 2024), assessment.framework.dimensions]
    assert row["arithmetic"] == pytest.approx(scores.mean())
    assert row["weakest_score"] == scores.min()


def test_overlap_is_largest_for_the_shared_indicators(
    raw: RawTables, edition: Edition, assessment: Assessment
) -> None:
    overlap = edition.spec.overlap
    assert overlap is not None
    ipm = cells(raw, ["ipm"]).set_index(["unit", "year"])["value"]
    found = structure.overlap(
        assessment.panel, edition.framework, edition.method, overlap.shared, ipm
    )
    assert found["indicators"].tolist() == [9, 4, 5]
    assert found["pearson"].is_unique
    assert found["pearson"].idxmax() == found["spearman"].idxmax() == 1
    assert found.loc[0, "pearson"] == pytest.approx(assessment.index.corr(ipm))


def test_context_correlates_each_series_with_each_target() -> None:
    x = pd.Series([1.0, 2.0, 3.0, 4.0])
    found = structure.context(pd.DataFrame({"a": x, "b": -x}), {"with_x": x})
    assert found["series"].tolist() == ["a", "b"]
    assert found["with_x"].tolist() == pytest.approx([1, -1])
