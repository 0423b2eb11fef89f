"""Provinces made from their regencies, held against the provinces' own published figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from erat.edition.bottom_up import equivalents, without_subunits
from erat.edition.edition import Edition
from erat.edition.regencies import regency_groups, regency_panel
from erat.index.assessment import Assessment, assess
from erat.index.method import SubUnits
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells, panel_of
from erat.subunits.rollup import RolledUp, roll_up

NEAR = 1e-6
"""Weights whose means are nearer to the published figures than this, in units of spread, meet them."""


STEEPEST = 100.0
"""Slope of the weights beyond which there are none: one regency would have it all."""


def rolled(edition: Edition, raw: RawTables, **subunits: Any) -> RolledUp:
    """Roll the regencies of an edition up, with other choices where given.

    Parameters
    ----------
    edition
        Whose method rolls regencies up.
    raw
        The raw tables.
    **subunits
        Keys under ``subunits`` of the method, such as ``weights`` or ``method``; the others stay.
    """
    spec, method = edition.spec, edition.method
    panel = regency_panel(raw, edition.framework, spec.borders, [spec.year], "roll-up")
    own = method.subunits.model_dump(mode="json", exclude_none=True) if method.subunits else {}
    choice = SubUnits.model_validate(own | subunits, context={"folder": edition.folder / "x"})
    return roll_up(panel, edition.framework, method.model_copy(update={"subunits": choice}))


def published(edition: Edition, raw: RawTables, extra: Sequence[str] = ()) -> pd.DataFrame:
    """Return the provinces' own figures in the edition's year: units by series."""
    codes = [*edition.framework.indicators, *extra]
    found = cells(raw, codes, periods=edition.spec.periods, where="published figures")
    units = edition.units(raw).index
    mine = found[(found["year"] == edition.spec.year) & found["unit"].isin(units)]
    return mine.pivot(index="unit", columns="indicator", values="value")[codes]


def regency_values(edition: Edition, raw: RawTables, codes: Sequence[str]) -> pd.DataFrame:
    """Return the regencies' figures in the edition's year: units by series."""
    found = cells(raw, codes, level="regency", where="regencies' figures")
    now = found[found["year"] == edition.spec.year]
    return now.pivot(index="unit", columns="indicator", values="value")[list(codes)]


def means(made: RolledUp, raw: RawTables, edition: Edition, extra: Sequence[str]) -> pd.DataFrame:
    """Return the values that stand for the provinces, and weighted means of further series.

    Those of the framework are :func:`erat.edition.bottom_up.equivalents`; units by series.
    """
    own = equivalents(made).droplevel("year")
    if not extra:
        return own
    node = made.framework.indicators[0]
    weight = pd.Series(made.weights_of(node)[:, 0], made.tree.units)
    values = regency_values(edition, raw, extra)
    parent = regency_groups(raw, edition.spec.borders)["parent"]
    more = values.mul(weight.loc[values.index], axis=0).groupby(parent).sum()
    return own.join(more)


def gaps(found: pd.DataFrame, own: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Summarize how far values from regencies are from the published ones.

    Returns
    -------
    DataFrame
        Indexed by series: ``mean`` and ``mean_size`` of the differences (from regencies less
        published), ``largest`` of them by size, ``who`` has it, ``rank_correlation``.
    """
    own = own[found.columns]
    difference = found - own
    far = difference.abs().idxmax()
    return pd.DataFrame(
        {
            "mean": difference.mean(),
            "mean_size": difference.abs().mean(),
            "largest": [difference.at[unit, code] for code, unit in far.items()],
            "who": [names[str(unit)] for unit in far],
            "rank_correlation": found.corrwith(own, method="spearman"),
        }
    )


def from_published(edition: Edition, raw: RawTables) -> Assessment:
    """Score the provinces on the same framework from their own published figures."""
    codes = edition.framework.indicators
    found = cells(raw, codes, periods=edition.spec.periods, where="published figures")
    units = edition.units(raw)
    panel = panel_of(found, list(units.index), units, edition.spec.year)
    return assess(panel, edition.framework, without_subunits(edition.method))


def score_gaps(made: RolledUp, other: Assessment, names: Mapping[str, str]) -> pd.DataFrame:
    """Set scores from regencies beside those from the published figures, and say what parts them.

    Returns
    -------
    DataFrame
        Indexed by unit, the largest gap first: ``province, from_regencies, from_published, gap,
        rank, rank_published, shift``, and a column an indicator with its points of the gap, which
        add up to it.
    """
    top = made.framework.top
    one, two = made.top.scores[top].droplevel("year"), other.scores[top].droplevel("year")
    parts = (made.top.contributions - other.contributions).droplevel("year")
    ranks = [a.ranks[top].droplevel("year").astype(int) for a in (made.top, other)]
    table = pd.DataFrame(
        {
            "province": [names[str(unit)] for unit in one.index],
            "from_regencies": one,
            "from_published": two,
            "gap": one - two,
            "rank": ranks[0],
            "rank_published": ranks[1],
            "shift": ranks[0] - ranks[1],
        }
    )
    order = table["gap"].abs().sort_values(ascending=False, kind="stable").index
    return table.join(parts[made.framework.indicators]).loc[order]


def needed_weights(values: pd.DataFrame, targets: pd.DataFrame, parent: pd.Series) -> pd.DataFrame:
    """Find the weights nearest to equal ones whose means are the published figures.

    Parameters
    ----------
    values
        Regencies by series that are means over people or households.
    targets
        Provinces by the same series.
    parent
        Province of every regency.

    Returns
    -------
    DataFrame
        A row a regency: ``unit, parent, weight`` (adding to 1 in the province), ``times`` (of the
        equal weight) and ``met`` (whether there are such weights at all).

    Notes
    -----
    Nearest in the sense of relative entropy: ``w_i`` is in proportion to ``exp(lambda . x_i)``, and
    lambda minimizes ``log(mean(exp(lambda . (x_i - target))))``.

    Source: Deville and Sarndal (1992), Calibration estimators in survey sampling, J. American
    Statistical Association 87.
    """
    tables = []
    for province, units in parent.groupby(parent).groups.items():
        x = values.loc[units].to_numpy(dtype=float)
        spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
        z = (x - targets.loc[province, values.columns].to_numpy(dtype=float)) / spread
        w = _tilted(z)
        met = bool(np.abs(w @ z).max() < NEAR)
        told = {"unit": units, "parent": province, "weight": w, "times": w * len(w), "met": met}
        tables.append(pd.DataFrame(told))
    return pd.concat(tables, ignore_index=True)


def _tilted(z: np.ndarray) -> np.ndarray:
    """Return the weights of least relative entropy under which ``z`` (rows, k) has the mean 0."""

    def weights(slope: np.ndarray) -> np.ndarray:
        power = z @ slope
        raised = np.exp(power - power.max())
        return np.asarray(raised / raised.sum())

    def loss(slope: np.ndarray) -> float:
        power = z @ slope
        return float(power.max() + np.log(np.mean(np.exp(power - power.max()))))

    def gradient(slope: np.ndarray) -> np.ndarray:
        return np.asarray(z.T @ weights(slope))

    ends = [(-STEEPEST, STEEPEST)] * z.shape[1]
    exact = {"ftol": 1e-15, "gtol": 1e-11, "maxiter": 2000}
    start = np.zeros(z.shape[1])
    found = minimize(loss, start, jac=gradient, method="L-BFGS-B", bounds=ends, options=exact)
    return weights(found.x)


def who_needs(weights: pd.DataFrame, names: Mapping[str, str], most: int = 8) -> pd.DataFrame:
    """List the provinces whose needed weights are least equal.

    Returns
    -------
    DataFrame
        ``province, regencies, counting`` (how many equally weighted regencies would have as unequal
        weights: ``1 / sum of squares``), ``heaviest`` (the regency that must count most) and
        ``times`` (of its equal share).
    """
    rows = []
    for province, own in weights.groupby("parent"):
        heavy = own.loc[own["times"].idxmax()]
        rows.append(
            {
                "province": names[str(province)],
                "regencies": len(own),
                "counting": 1 / float((own["weight"] ** 2).sum()),
                "heaviest": names[str(heavy["unit"])],
                "times": float(heavy["times"]),
            }
        )
    table = pd.DataFrame(rows)
    share = table["counting"] / table["regencies"]
    return table.loc[share.sort_values(kind="stable").index[:most]]
