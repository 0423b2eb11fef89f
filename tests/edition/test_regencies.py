"""Editions with regencies as units, against arithmetic done here from the raw tables alone."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from erat.edition.compute import compute, problems_of
from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.edition.regencies import implied_persons, regency_groups
from erat.indonesia.check import RawTables
from tests.edition.test_edition import change, project
from tests.projects import few_replicates, tables_of

__all__ = ["project"]

Tables = dict[str, pd.DataFrame]
Figures = dict[tuple[str, int, str], float]
"""Value by regency, year and series."""
Below = dict[str, dict[str, list[str]]]
"""Regencies by borders and province."""

POSTS: dict[str, tuple[float, float, bool, str]] = {
    "uhh": (50, 80, False, "people"),
    "hls": (0, 18, False, "people"),
    "rls": (0, 15, False, "people"),
    "poverty_rate": (45, 0, False, "livelihood"),
    "ppp_exp": (3500, 26600, True, "livelihood"),
    "drinking_water_access": (0, 100, False, "services"),
    "sanitation_access": (0, 100, False, "services"),
    "pdrb_pc_adhb": (6000, 700000, True, "economy"),
}
"""Worst and best end of every scale, whether it is logarithmic, and the dimension."""

SMALL = {"uhh": "health", "hls": "schooling", "rls": "schooling", "ppp_exp": "expenditure"}
"""The series that go back to 2014, and their dimension among the regencies' conditions."""


TIGHT = 1e-12 * 100
"""A sum closes to 1e-12 of the scale of scores."""


def points(code: str, value: float) -> float:
    """Score one value from 0 to 100 between the goalposts of the issue."""
    worst, best, logged, _ = POSTS[code]
    if logged:
        worst, best, value = math.log(worst), math.log(best), math.log(value)
    return 100 * (value - worst) / (best - worst)


@pytest.fixture(scope="module")
def raw_values(root: Path) -> Figures:
    """Every figure of the regencies, read line by line."""
    with (root / "data" / "raw" / "regency_statistics.csv").open(encoding="utf-8") as file:
        return {
            (row["unit"], int(row["year"]), row["indicator"]): float(row["value"])
            for row in csv.DictReader(file)
        }


@pytest.fixture(scope="module")
def parents(root: Path) -> Below:
    """Regencies by province, on both borders."""
    found: Below = {"34": defaultdict(list), "38": defaultdict(list)}
    with (root / "data" / "raw" / "units.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["level"] == "regency":
                for borders, under in found.items():
                    under[row[f"parent_{borders}"]].append(row["unit"])
    return found


@pytest.fixture(scope="module")
def rolled(built: Project) -> Tables:
    """Every table of edition 2021."""
    return tables_of(built, "2021")


@pytest.fixture(scope="module")
def present(built: Project) -> Tables:
    """Every table of edition 2024."""
    return tables_of(built, "2024")


def by_dimension(scores: dict[str, float], dimension: dict[str, str]) -> float:
    """Average indicators into dimensions, and these into the index."""
    groups: dict[str, list[float]] = defaultdict(list)
    for code, score in scores.items():
        groups[dimension[code]].append(score)
    return sum(sum(g) / len(g) for g in groups.values()) / len(groups)


def test_514_regencies_make_34_provinces(
    rolled: Tables, raw_values: Figures, parents: Below
) -> None:
    dimension = {code: post[3] for code, post in POSTS.items()}
    stored = rolled["scores"].set_index("unit")["ikp"]
    under = parents["34"]
    assert (len(stored), sum(len(units) for units in under.values())) == (34, 514)
    for province, units in under.items():
        means = {
            code: sum(points(code, raw_values[unit, 2021, code]) for unit in units) / len(units)
            for code in POSTS
        }
        assert stored[province] == pytest.approx(by_dimension(means, dimension), abs=1e-10)
    below = rolled["subunit_scores"].set_index("unit")
    for unit in ("1101", "3171", "9431", "9436"):
        own = {code: points(code, raw_values[unit, 2021, code]) for code in POSTS}
        assert below.loc[unit, "ikp"] == pytest.approx(by_dimension(own, dimension), abs=1e-10)


def test_the_value_of_a_province_stands_for_its_regencies(
    rolled: Tables, raw_values: Figures, parents: Below
) -> None:
    cells = rolled["cells"].set_index(["unit", "indicator"]).sort_index()
    for province in ("31", "94-34"):
        units = parents["34"][province]
        for code, (_, _, logged, _) in POSTS.items():
            values = [raw_values[unit, 2021, code] for unit in units]
            mean = (
                math.exp(sum(map(math.log, values)) / len(values))
                if logged
                else sum(values) / len(values)
            )
            row = cells.loc[(province, code)]
            assert row["value"] == pytest.approx(mean, rel=1e-12)
            assert (row["status"], row["publisher"]) == ("derived", "e-RAT")
    assert set(cells.index.get_level_values("indicator")) > {"tpt_aug", "ipm_sp2010"}


def test_true_zeros_count_as_zero_and_no_more(rolled: Tables) -> None:
    below = rolled["subunit_scores"].set_index("unit")
    assert below.loc["9431", "drinking_water_access"] == 0.0
    assert below.loc["9436", "sanitation_access"] == 0.0
    assert (below.loc[["9431", "9436"], "ikp"] > 0).all()
    lost = rolled["inequality"].set_index(["unit", "node"])["lost_percent"]
    assert lost["94-34", "sanitation_access"] == 100.0
    assert lost["94-34", "ikp"] < 15


@pytest.mark.parametrize("edition", ["rolled", "present"])
def test_contributions_distances_and_changes_close(
    request: pytest.FixtureRequest, edition: str
) -> None:
    tables: Tables = request.getfixturevalue(edition)
    scores = tables["subunit_scores"]
    top = scores.columns[5]
    provinces = scores[scores["parent"] == ""].set_index("unit")[top]

    def total(name: str, column: str) -> pd.Series:
        return tables[name].groupby("unit")[column].sum()

    assert len(tables["subunit_distance"]) == 514 * len(POSTS if edition == "rolled" else SMALL)
    np.testing.assert_allclose(
        total("subunit_contributions", "contribution"), provinces, rtol=0, atol=TIGHT
    )
    np.testing.assert_allclose(
        total("subunit_distance", "contribution"),
        provinces - provinces.mean(),
        rtol=0,
        atol=TIGHT,
    )
    both = tables["subunit_change_scores"]
    two = both[both["parent"] == ""].pivot(index="unit", columns="year", values="ikd")
    np.testing.assert_allclose(
        total("subunit_changes", "change"),
        two.iloc[:, 1] - two.iloc[:, 0],
        rtol=0,
        atol=TIGHT,
    )
    parts = tables["subunit_parts"].set_index("unit").drop(columns="year").sum(axis=1)
    own = scores[scores["parent"] != ""].set_index("unit")[top]
    np.testing.assert_allclose(parts.loc[own.index], own, rtol=0, atol=TIGHT)


def test_one_cell_of_the_distance_and_of_the_change_by_hand(
    present: Tables, raw_values: Figures, parents: Below
) -> None:
    """Schooling of one regency: a twelfth of the index, divided by the regencies of its province."""
    under = parents["38"]
    means = {
        province: sum(points("rls", raw_values[u, 2024, "rls"]) for u in units) / len(units)
        for province, units in under.items()
    }
    national = sum(means.values()) / 38
    n, weight = len(under["95"]), 1 / 3 / 2
    expected = weight / n * (points("rls", raw_values["9415", 2024, "rls"]) - national)
    table = present["subunit_distance"].set_index(["subunit", "indicator"])["contribution"]
    assert table["9415", "rls"] == pytest.approx(expected, abs=1e-12)
    moved = [points("rls", raw_values["9415", year, "rls"]) for year in (2014, 2024)]
    table = present["subunit_changes"].set_index(["subunit", "indicator"])["change"]
    assert table["9415", "rls"] == pytest.approx(weight / n * (moved[1] - moved[0]), abs=1e-12)


def test_inequality_of_one_province_by_hand(
    present: Tables, raw_values: Figures, parents: Below
) -> None:
    units = parents["38"]["95"]
    scores = {
        unit: by_dimension({c: points(c, raw_values[unit, 2024, c]) for c in SMALL}, SMALL)
        for unit in units
    }
    values = list(scores.values())
    mean = sum(values) / len(values)
    gini = sum(abs(a - b) for a in values for b in values) / (2 * len(values) ** 2 * mean)
    geometric = math.exp(sum(map(math.log, values)) / len(values))
    row = present["inequality"].set_index(["unit", "node"]).loc[("95", "ikd")]
    assert row["weakest"] == min(scores, key=lambda unit: scores[unit])
    expected = [mean, min(values), max(values), max(values) - min(values), gini, mean - geometric]
    found = row[["mean", "lowest", "highest", "range", "gini", "lost"]].tolist()
    assert found == pytest.approx(expected, abs=1e-10)


def test_every_regency_has_an_interval_around_its_rank(rolled: Tables, present: Tables) -> None:
    for tables, ways in ((rolled, 16), (present, 512)):  # of edition 2021 the tests compute few
        intervals = tables["subunit_intervals"]
        assert (len(intervals), tables["subunit_study"]["ways"].tolist()) == (514, [ways])
        assert (intervals["min"] <= intervals["low"]).all()
        assert (intervals["low"] <= intervals["high"]).all()
        if tables is present:
            assert intervals["nominal"].between(intervals["min"], intervals["max"]).all()
        scores = tables["subunit_scores"]
        top = scores.columns[5]
        own = scores[scores["parent"] != ""].set_index("unit")[top]
        best = intervals.loc[intervals["nominal"].idxmin(), "unit"]
        assert own.idxmax() == best


def test_orders_and_other_rollups(rolled: Tables) -> None:
    orders = rolled["orders"]
    np.testing.assert_allclose(orders["units_first"], orders["framework_first"], atol=1e-10)
    other = rolled["subunit_rollups"].set_index(["unit", "rollup"])["nominal"].unstack()
    score = rolled["scores"].set_index("unit")["ikp"]
    np.testing.assert_allclose(other["mean"].loc[score.index], score, atol=1e-10)
    assert (other["atkinson"] <= other["mean"] + 1e-10).all()
    assert (other["minimum"] < other["mean"]).all()
    own = rolled["subunit_scores"]
    own = own[own["parent"] != ""].groupby("parent")["ikp"]
    np.testing.assert_allclose(other["median"], own.median().loc[other.index], atol=1e-10)


@pytest.mark.parametrize("edition", ["rolled", "present"])
def test_what_is_made_from_regencies_is_sure_within_each_way(
    request: pytest.FixtureRequest, edition: str
) -> None:
    """What moves all regencies alike moves a distance or a change less than a score."""
    tables: Tables = request.getfixturevalue(edition)
    top = str(tables["subunit_node_intervals"]["node"].iloc[0])

    def width(table: pd.DataFrame) -> pd.Series:
        assert (table["q05"] <= table["q95"]).all()
        return table["q95"] - table["q05"]

    measures = tables["subunit_measures"].set_index(["node", "measure", "unit"]).sort_index()
    uneven = tables["inequality"].set_index(["node", "unit"])
    for name in ("mean", "range", "gini", "lost_percent"):
        found = measures.loc[(top, name)]
        np.testing.assert_allclose(
            found["nominal"], uneven.loc[top].loc[found.index, name], atol=1e-9
        )
    apart = tables["subunit_apart"].set_index("unit")
    cells = tables["subunit_distance"].groupby("unit")["contribution"].sum()
    np.testing.assert_allclose(apart["nominal"], cells.loc[apart.index], atol=1e-9)
    assert width(apart).median() < width(measures.loc[(top, "mean")]).median() / 2
    change = tables["subunit_change_intervals"].set_index("unit")
    cells = tables["subunit_changes"].groupby("unit")["change"].sum()
    np.testing.assert_allclose(change["nominal"], cells.loc[change.index], atol=1e-9)
    assert width(change).median() < width(measures.loc[(top, "mean")]).median() / 2


def test_the_study_of_2021_varies_the_roll_up(rolled: Tables) -> None:
    assert {"rollup", "order", "unit_weights"} < set(rolled["choices"])
    assert len(rolled["choices"]) == 648
    effects = rolled["effects"].set_index(["factor", "choice"])["mean_shift"]
    assert effects["order", 1] == 0.0
    assert effects["unit_weights", 1] > 1
    intervals = rolled["intervals"]
    assert intervals["nominal"].between(intervals["min"], intervals["max"]).all()


def test_weights_in_the_configuration_are_those_of_the_raw_tables(
    root: Path, raw_tables: RawTables, raw_values: Figures
) -> None:
    given = pd.read_csv(
        root / "config" / "weights" / "implied_persons_2021.csv", dtype={"unit": str}
    )
    given = given.set_index("unit")["persons"]
    assert len(given) == 514
    ratio = (
        1000 * raw_values["3171", 2021, "pdrb_adhk2010"] / raw_values["3171", 2021, "pdrb_pc_adhb"]
    )
    assert given["3171"] == round(ratio)
    np.testing.assert_allclose(given, implied_persons(raw_tables).loc[given.index], atol=0.5)


@pytest.mark.parametrize(
    ("file", "years"), [("bottom_up_2021.csv", (2021, 2021)), ("regencies.csv", (2014, 2024))]
)
def test_goalposts_hold_every_regency(
    root: Path, raw_values: Figures, file: str, years: tuple[int, int]
) -> None:
    with (root / "config" / "frameworks" / file).open(encoding="utf-8") as text:
        nodes = [row for row in csv.DictReader(text) if row["type"] == "indicator"]
    for node in nodes:
        values = [
            value
            for (_, year, code), value in raw_values.items()
            if code == node["code"] and years[0] <= year <= years[1]
        ]
        assert float(node["goalpost_low"]) <= min(values)
        assert max(values) <= float(node["goalpost_high"])
        ends = sorted(POSTS[node["code"]][:2])
        assert [float(node["goalpost_low"]), float(node["goalpost_high"])] == ends
        assert (node["transform"] == "log") == POSTS[node["code"]][2]


def test_borders_of_papua(raw_tables: RawTables) -> None:
    assert (regency_groups(raw_tables, 34)["parent"] == "94-34").sum() == 29
    assert (regency_groups(raw_tables, 38)["parent"] == "94").sum() == 9


@pytest.mark.parametrize(
    ("edition", "file", "old", "new", "said"),
    [
        ("2024", "editions/2024.yml", "../methods/regencies.yml", "../methods/no.yml", "no such file"),
        ("2024", "editions/2024.yml", "[2014, 2024]", "[2014]", "change.years"),
        ("2024", "frameworks/regencies.csv", "rls,Rata-rata", "ipm,Rata-rata", "for regencies: ipm"),
        ("2024", "methods/regencies.yml", "first: units", "first: unit", "'units', 'framework'"),
        ("2024", "studies/regencies.yml", "methods/regencies.yml", "methods/no.yml", "no such file"),
        ("2024", "editions/2024.yml", "s.yml\n  ch", "s_2021.yml\n  ch", "regencies.yml"),
        ("2021", "editions/2021.yml", "    study: ../studies/regencies.yml\n", "", "bottom_up_2021.yml"),
        ("2021", "methods/bottom_up_2021.yml", "weights: equal}", "weights: people}", "'people'"),
        ("2021", "studies/bottom_up_2021.yml", "column: persons", "column: person", "'person'"),
        ("2021", "studies/bottom_up_2021.yml", "weights/implied", "weights/explied", "no such file"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_regencies_is_said(
    project: Project, raw_tables: RawTables, edition: str, file: str, old: str, new: str, said: str
) -> None:
    change(project, file, old, new)
    found = problems_of(project, edition, raw_tables)
    assert said in "\n".join(map(str, found))


def test_an_edition_rolled_up_needs_its_regencies_as_units(
    project: Project, raw_tables: RawTables
) -> None:
    path = project.config / "editions" / "2021.yml"
    data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    del data["subunits"]
    path.write_text(yaml.safe_dump(data))
    assert "no key 'subunits'" in str(problems_of(project, "2021", raw_tables)[0])


def test_a_study_is_an_input_with_every_file_that_it_names(project: Project) -> None:
    inputs = Edition.read(project, "2021").inputs
    names = {path.name for path in inputs.values()}
    assert {"bottom_up_2021.yml", "regencies.csv", "implied_persons_2021.csv"} < names
    assert all(path.exists() for path in inputs.values())


def test_framework_first_gives_the_same_scores_of_2021(
    project: Project, raw_tables: RawTables, rolled: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All means are arithmetic; the contributions of the indicators are those of the roll-up."""
    study = project.config / "studies" / "bottom_up_2021.yml"
    factor = "\n  - {name: aggregation, at: aggregate.method, choices: [arithmetic]}\n"
    study.write_text("base: ../methods/bottom_up_2021.yml\nfactors:" + factor)
    change(project, "methods/bottom_up_2021.yml", "first: units", "first: framework")
    few_replicates(monkeypatch)
    other = compute(Edition.read(project, "2021"), raw_tables)
    for name in ("scores", "contributions", "normalized"):
        one, two = (t[name].set_index("unit").drop(columns="year") for t in (rolled, other))
        np.testing.assert_allclose(one, two.loc[one.index, one.columns], atol=1e-10)
