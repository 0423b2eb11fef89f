"""Regencies and cities as the sub-units of their provinces: their tables, and how sure these are.

Their study is sampled: scores are tried under all factors but normalizations, ranks under all. At
the end stand provinces made from them: scores rolled up, and the values that stand for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import pandas as pd

from erat.edition.edition import Construction, Edition
from erat.edition.study import Replicates, Tables, evaluated, extremes, sample, stacked, study_row
from erat.errors import MethodError, Problem, listing
from erat.index.assessment import Assessment, assess
from erat.index.construct.power_means import Groups
from erat.index.construct.rollup import ROLLUPS
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.indonesia.check import RawTables
from erat.indonesia.schemas import TABLES
from erat.indonesia.series import CELL_COLUMNS, cells, panel_of
from erat.robustness.factors import Study
from erat.robustness.intervals import COLUMNS, thirds, whole_ranks
from erat.robustness.subindex import without_scales
from erat.subunits.contributions import changes, contributions
from erat.subunits.distance import distances
from erat.subunits.inequality import inequality, measures
from erat.subunits.rollup import RolledUp, roll_up

DERIVED = "e-RAT"
"""Publisher of what is derived here."""

SOURCE = "roll-up"
"""What stands for a source of values that are made from regencies."""

BACK: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda x: x,
    "log": np.exp,
    "log10": lambda x: 10.0**x,
    "sqrt": np.square,
}
"""From a transformed scale back to an indicator's own unit."""

SAMPLE = 256
"""Points of the base sample: 512 ways."""

MEASURES = ("mean", "range", "gini", "lost_percent")

OTHER_ROLLUPS: dict[str, dict[str, float]] = {
    "mean": {},
    "median": {},
    "atkinson": {"epsilon": 0.5},
    "minimum": {},
}
"""Roll-ups of the regencies' index that are set beside an edition's own, with their options."""


def regency_tables(edition: Edition, raw: RawTables) -> Tables:
    """Compute every table on regencies as units; none where the edition does not have them.

    ``subunit_scores`` (regencies and provinces: scores, and the weight in the province),
    ``subunit_parts`` (of a regency's own score), ``subunit_contributions`` and ``subunit_distance``
    (of a province's score, and of its distance to the mean of the provinces, a row a regency and
    indicator), ``inequality``, ``orders``, those of :func:`regency_study`, and of a change
    ``subunit_changes``, ``subunit_change_scores`` of both years, ``subunit_change_intervals``.
    """
    below, change = edition.regencies, edition.change
    if below is None:
        return {}
    panel, rolled = scored_regencies(edition, raw, below, [edition.spec.year])
    groups = regency_groups(raw, edition.spec.borders)
    tables = {
        "subunit_scores": _scores(rolled, groups),
        "subunit_parts": rolled.base.contributions.reset_index(),
        "subunit_contributions": contributions(rolled),
        "subunit_distance": distances(rolled),
        "inequality": inequality(rolled),
        "orders": rolled.orders,
        **regency_study(panel, rolled, below.study),
    }
    if change is None:
        return tables
    years = edition.change_years
    panel, rolled = scored_regencies(edition, raw, change, years)
    return tables | {
        "subunit_change_intervals": change_intervals(panel, rolled, change.study),
        "subunit_changes": changes(rolled, years[0], years[-1]),
        "subunit_change_scores": _scores(rolled, groups),
    }


def scored_regencies(
    edition: Edition, raw: RawTables, using: Construction, years: Sequence[int]
) -> tuple[Panel, RolledUp]:
    """Score all regencies in some years with a construction, and roll them up to provinces."""
    where, borders = f"edition {edition.code}, regencies", edition.spec.borders
    panel = regency_panel(raw, using.framework, borders, years, where, using.method.exclude)
    return panel, roll_up(panel, using.framework, using.method)


def regency_panel(
    raw: RawTables,
    framework: Framework,
    borders: int,
    years: Sequence[int],
    where: str,
    excluded: Sequence[str] = (),
) -> Panel:
    """Return all regencies in some years, with their province as the group ``parent``.

    Raises
    ------
    MethodError
        If no regency has a value in one of the years, of an indicator that is not ``excluded``.
    """
    table = cells(raw, framework.indicators, level="regency", where=where)
    codes = [code for code in framework.indicators if code not in excluded]
    remedy = f"add them to {TABLES['regency_statistics'].file}"
    absent = [without_value(table, codes, year, "regencies", where, remedy) for year in years]
    if problems := list(chain.from_iterable(absent)):
        raise MethodError(problems)
    groups = regency_groups(raw, borders)
    return panel_of(table[table["year"].isin(list(years))], list(groups.index), groups)


def without_value(
    table: pd.DataFrame, codes: Sequence[str], year: int, units: str, where: str, remedy: str
) -> list[Problem]:
    """Name the series of which no unit of a table of cells has a value in a year: a problem, if any."""
    there = set(table.loc[table["year"] == year, "indicator"])
    absent = [code for code in codes if code not in there]
    found = f"no value of {year} for {units}: {', '.join(absent)}"
    return [Problem(where, found, "values of each series", remedy)] if absent else []


def regency_groups(raw: RawTables, borders: int) -> pd.DataFrame:
    """Return the regencies, indexed by unit: ``name``, ``kind`` and ``parent`` in these borders."""
    units = raw.units[raw.units["level"] == "regency"].set_index("unit")
    return units[["name"]].assign(kind="regency", parent=units[f"parent_{borders}"]).sort_index()


def implied_persons(raw: RawTables, year: int = 2021) -> pd.Series:
    """Return real GRDP divided by nominal GRDP per person, by regency: persons, up to prices.

    It is the number of people times the ratio of prices of 2010 to those of the year, which differs
    from place to place, so it is a weight and no population.
    """
    table = raw.regencies[raw.regencies["year"] == year]
    wide = table.pivot(index="unit", columns="indicator", values="value")
    return (wide["pdrb_adhk2010"] * 1000 / wide["pdrb_pc_adhb"]).rename("persons")


def _scores(rolled: RolledUp, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of all units with parent, name and weight: regencies first."""
    table = rolled.scores.reset_index()
    unit, nodes = table["unit"].astype(str), table.columns.drop(["unit", "year"])
    weight = pd.DataFrame(_weights(rolled), rolled.tree.units, rolled.years)
    both = table.assign(
        parent=unit.map(groups["parent"]).fillna(""),
        name=unit.map(groups["name"]).fillna(""),
        weight=[weight.at[u, y] for u, y in zip(unit, table["year"], strict=True)],
    )[["unit", "parent", "name", "year", "weight", *nodes]]
    return both.sort_values(["parent", "unit", "year"], kind="stable", ignore_index=True)


def _weights(rolled: RolledUp) -> np.ndarray:
    """Return how units count in what they are part of, ``(units, years)``."""
    top = rolled.framework.indicators[0] if rolled.units_first else rolled.framework.top
    return rolled.weights_of(top)


class Parents:
    """The units that regencies, in the order of their scores, are part of, and how they count."""

    def __init__(self, rolled: RolledUp, regencies: Sequence[str]) -> None:
        places = rolled.tree.places.get_indexer(regencies)
        parents = rolled.tree.parents[places]
        self.order = np.argsort(parents, kind="stable")
        present, starts = np.unique(parents[self.order], return_index=True)
        self.units = [rolled.tree.units[i] for i in present]
        self.groups = Groups(starts, len(regencies))
        self.weights = _weights(rolled)[places, -1][self.order, None]
        self.step = rolled.subunits

    def _ordered(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return scores ``(regencies, ways)`` in order, and the weights of those that are there."""
        x = scores[self.order]
        return x, self.groups.share(np.where(np.isnan(x), 0.0, self.weights))

    def rolled_up(
        self, regencies: Replicates, method: str = "", options: Mapping[str, float] | None = None
    ) -> Replicates:
        """Roll scores up with a method and its options, or as the edition's method does."""
        if options is None:
            method, options = self.step.method, self.step.arguments
        nominal, scores = (
            ROLLUPS[method](*self._ordered(x), self.groups, **options).score
            for x in (regencies.nominal[:, None], regencies.scores)
        )
        return Replicates(self.units, np.asarray(nominal)[:, 0], np.asarray(scores))

    def inequality(self, regencies: Replicates) -> pd.DataFrame:
        """Return intervals of the inequality in every unit: ``unit, measure`` and columns."""
        epsilon = self.step.arguments.get("epsilon", 1.0)
        nominal, every = (
            measures(
                *self._ordered(x), self.groups, np.full((len(self.units), x.shape[1]), epsilon)
            )
            for x in (regencies.nominal[:, None], regencies.scores)
        )
        tables = [
            Replicates(self.units, nominal[name][:, 0], every[name]).intervals(measure=name)
            for name in MEASURES
        ]
        return pd.concat(tables, ignore_index=True)


def regency_study(panel: Panel, rolled: RolledUp, study: Study) -> Tables:
    """Sample a study of regencies in one year, whose base rolls nothing up.

    ``subunit_study`` (one row: how many ways), ``subunit_intervals`` (whole ranks among all, with
    thirds), ``subunit_node_intervals`` (scores); of provinces ``subunit_measures`` (inequality, by
    node and measure), ``subunit_apart`` (the distance of their index to the mean of the provinces)
    and ``subunit_rollups`` (the index, by roll-up).
    """
    tried, _, nodes = sample(panel, rolled.framework, study, SAMPLE, SAMPLE, only="intervals")
    top = nodes[rolled.framework.top]
    parents = Parents(rolled, top.units)
    ends = extremes(tried.store.ranks[:, tried.counts > 0])
    ranks = tried.intervals.ranks.assign(unit=top.units, nominal=tried.ranks, **ends)
    whole = whole_ranks(ranks)
    rollups = [
        parents.rolled_up(top, name, options).intervals(rollup=name)
        for name, options in OTHER_ROLLUPS.items()
    ]
    return {
        "subunit_study": study_row(tried),
        "subunit_intervals": whole.join(thirds(whole)).reset_index(),
        "subunit_node_intervals": stacked(one.intervals(node=node) for node, one in nodes.items()),
        "subunit_measures": stacked(
            parents.inequality(one).assign(node=node) for node, one in nodes.items()
        ),
        "subunit_apart": parents.rolled_up(top).distances(),
        "subunit_rollups": pd.concat(rollups, ignore_index=True)[["unit", "rollup", *COLUMNS]],
    }


def change_intervals(panel: Panel, rolled: RolledUp, study: Study) -> pd.DataFrame:
    """Return intervals of the change of every province's rolled-up index, first to last year. Both
    are taken from the same way, so that what moves both alike cancels; every regency is in both.
    """
    scaled = without_scales(study) or study
    every = Replicates.of(evaluated(panel, rolled.framework, scaled, SAMPLE))
    ends = []
    for year in (panel.years.min(), panel.years.max()):
        rows = panel.years == year
        units = np.array(every.units)[rows].tolist()
        regencies = Replicates(units, every.nominal[rows], every.scores[rows])
        ends.append(Parents(rolled, units).rolled_up(regencies))
    first, last = ends
    apart = (last.nominal - first.nominal, last.scores - first.scores)
    return Replicates(first.units, *apart).intervals()


def without_subunits(method: Method) -> Method:
    """Return the method as it is for units that are given, not rolled up."""
    return method.model_copy(update={"subunits": None})


def equivalents(rolled: RolledUp) -> pd.DataFrame:
    """Return the value whose score is a province's rolled-up score, in the indicator's own unit.

    A row a top unit and year. Under a mean with goalposts it is the weighted mean of the sub-units'
    values; the geometric mean where the indicator is logged.

    Raises
    ------
    MethodError
        If an indicator has no linear scale, or a transformation that cannot be undone here.
    """
    framework, anchors = rolled.framework, rolled.base.anchors
    points = rolled.top.normalized[framework.indicators]
    names = framework.table["transform"].astype(str).to_dict() | dict(rolled.method.transform)
    lost = [c for c in framework.indicators if c not in anchors.index or names[c] not in BACK]
    if lost:
        expected = f"linear scales, transformed by {listing(list(BACK))} only"
        remedy = "choose another normalization"
        raise MethodError([Problem("roll-up", listing(lost), expected, remedy)])
    a = anchors.loc[framework.indicators]
    share = (points - a["to_low"]) / (a["to_high"] - a["to_low"])
    y = (a["low"] + share * (a["high"] - a["low"])) * framework.column("direction")
    return pd.DataFrame({c: BACK[names[c]](y[c].to_numpy()) for c in y}, index=y.index)


def rolled_cells(rolled: RolledUp, regencies: pd.DataFrame) -> pd.DataFrame:
    """Return the provinces' cells, derived from ``regencies``'
    (:func:`erat.indonesia.series.cells`).
    """
    long = equivalents(rolled).reset_index().melt(["unit", "year"], var_name="indicator")
    first = regencies.drop_duplicates("indicator").set_index("indicator")
    derived = long.assign(
        observed=long["year"],
        period="",
        base=long["indicator"].map(first["base"]),
        status="derived",
        copies=long["indicator"].map(regencies.groupby("indicator")["copies"].min()),
        verified="",
        source=SOURCE,
        publisher=DERIVED,
        publication=long["indicator"].map(first["publisher"] + ", " + first["publication"]),
        table=long["indicator"].map(first["table"]),
        read_from=long["indicator"].map(first["read_from"]),
        place=long["indicator"].map(rolled.framework.indicators.index),
    )
    order = ["place", "year", "unit"]
    return derived.sort_values(order, kind="stable", ignore_index=True)[CELL_COLUMNS]


def rolled_assessment(
    rolled: RolledUp, cells: pd.DataFrame, groups: pd.DataFrame, method: Method
) -> Assessment:
    """Return the provinces' assessment, every step in the indicators' own units, with the roll-up's
    scores, ranks and contributions. Assessing the derived values gives the same where the units go
    first, or all means are arithmetic.
    """
    framework, top = rolled.framework, rolled.top
    tops = rolled.tree.codes[rolled.tree.tops]
    units = list(groups.index[groups.index.isin(tops)])
    assessment = assess(panel_of(cells, units, groups), framework, without_subunits(method))
    index = assessment.scores.index
    return replace(
        assessment,
        normalized=top.normalized.reindex(index)[framework.indicators],
        scores=top.scores.reindex(index)[framework.aggregates],
        ranks=top.ranks.reindex(index)[framework.aggregates],
        rolled_up=top.contributions.reindex(index)[framework.indicators],
    )
