"""What each indicator looks like, one column at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from erat.index.construct.treat import passes
from erat.index.correlation import is_constant, numbers, to_unit_range


def statistics(
    frame: pd.DataFrame, *, skewness: float = 2.0, kurtosis: float = 3.5
) -> pd.DataFrame:
    """Describe every indicator, over the values that are there.

    A column has outliers if ``|G1| >= skewness`` and ``G2 >= kurtosis``, the rule by which
    :func:`erat.index.construct.treat.winsorize` acts.

    Returns
    -------
    DataFrame
        Indexed by indicator: ``n``, ``share`` (of rows with a value), ``min``, ``max``, ``mean``,
        ``median``, ``sd`` (with n - 1), ``skewness`` (G1) and ``kurtosis`` (excess, G2), both
        bias-adjusted; ``unique`` (number of different values), ``same`` (share of the values that
        equal the most frequent one: 1 for a constant, 1 / n if all differ), ``constant`` and
        ``outliers`` (True or False). G1 needs three values, G2 four, sd two; a constant column has
        neither G1 nor G2.

    Notes
    -----
    With ``m2, m3, m4`` the central moments, ``g1 = m3 / m2^1.5`` and ``g2 = m4 / m2^2 - 3``:
    ``G1 = g1 sqrt(n (n - 1)) / (n - 2)``, ``G2 = ((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3))``.
    Source: Joanes and Gill (1998), Comparing measures of sample skewness and kurtosis, The
    Statistician 47(1), 183-189. The limits 2 and 3.5 are the rule of thumb of the JRC (OECD/JRC
    2008, Handbook, step 3).

    Examples
    --------
    >>> table = statistics(pd.DataFrame({"a": [1.0, 2.0, 2.0, 9.0, None]}))
    >>> table[["n", "share", "median", "same"]].to_dict("records")
    [{'n': 4, 'share': 0.8, 'median': 2.0, 'same': 0.5}]
    """
    x = numbers(frame)
    rows = [_one(x[:, j], skewness, kurtosis) for j in range(x.shape[1])]
    table = pd.DataFrame(rows, columns=list(_one(np.array([]), skewness, kurtosis)))
    return table.set_index(frame.columns.rename("indicator"))


def _one(x: np.ndarray, skewness: float, kurtosis: float) -> dict[str, object]:
    there = x[~np.isnan(x)]
    n, constant = len(there), is_constant(x)
    counts = np.unique(there, return_counts=True)[1]
    scaled = np.array([]) if constant else to_unit_range(there)
    some = there if n else np.array([np.nan])
    return {
        "n": n,
        "share": n / len(x) if len(x) else np.nan,
        "min": some.min(),
        "max": some.max(),
        "mean": some.mean(),
        "median": np.median(some),
        "sd": there.std(ddof=1) if n > 1 else np.nan,
        "skewness": stats.skew(scaled, bias=False) if len(scaled) > 2 else np.nan,
        "kurtosis": stats.kurtosis(scaled, bias=False) if len(scaled) > 3 else np.nan,
        "unique": len(counts),
        "same": counts.max() / n if n else np.nan,
        "constant": n > 0 and constant,
        "outliers": not constant and not passes(there, skewness, kurtosis),
    }
