"""Weights of sub-units whose means are figures that are known of the units above them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import minimize

NEAR = 1e-6
"""Weights whose means are nearer to the known figures than this, in units of spread, meet them."""
STEEPEST = 100.0
"""Slope of the weights beyond which there are none: one sub-unit would have it all."""


def calibrated_weights(
    values: pd.DataFrame, targets: pd.DataFrame, parent: pd.Series
) -> pd.DataFrame:
    """Find the weights nearest to equal ones whose means are figures that are known.

    Parameters
    ----------
    values
        Sub-units by series that are means over what the weights count, such as people.
    targets
        The known figures: units by the same series.
    parent
        Unit of every sub-unit.

    Returns
    -------
    DataFrame
        A row a sub-unit: ``unit, parent, weight`` (adding to 1 in the unit), ``times`` (of the
        equal weight) and ``met`` (whether there are such weights at all).

    Notes
    -----
    Nearest in the sense of relative entropy: ``w_i`` is in proportion to ``exp(lambda . x_i)``, and
    lambda minimizes ``log(mean(exp(lambda . (x_i - target))))``. Source: Deville and Sarndal
    (1992), Calibration estimators in survey sampling, J. American Statistical Association 87.
    """
    tables = []
    for unit, members in parent.groupby(parent).groups.items():
        x = values.loc[members].to_numpy(dtype=float)
        spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
        z = (x - targets.loc[unit, values.columns].to_numpy(dtype=float)) / spread
        w = _tilted(z)
        met = bool(np.abs(w @ z).max() < NEAR)
        columns = {"unit": members, "parent": unit, "weight": w, "times": w * len(w), "met": met}
        tables.append(pd.DataFrame(columns))
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

    ends = [(-STEEPEST, STEEPEST)] * z.shape[1]
    exact = {"ftol": 1e-15, "gtol": 1e-11, "maxiter": 2000}
    found = minimize(
        loss,
        np.zeros(z.shape[1]),
        jac=lambda slope: z.T @ weights(slope),
        method="L-BFGS-B",
        bounds=ends,
        options=exact,
    )
    return weights(found.x)
