"""Denomination: dividing an indicator by another column, for example by the population."""

from __future__ import annotations

import numpy as np


def denominate(x: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Divide: ``x / by``, for example per head or per unit of output.

    Parameters
    ----------
    x
        Values of one indicator, shape ``(units,)``.
    by
        Its denominator, of the same shape, above 0; missing gives missing.

    Returns
    -------
    ndarray
        Shape ``(units,)``. Goalposts and targets are in the unit of this quotient.

    Raises
    ------
    ValueError
        If a denominator is zero or negative.

    Examples
    --------
    >>> denominate(np.array([10.0, 9.0]), np.array([2.0, np.nan]))
    array([ 5., nan])

    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 2; COINr,
    ``Denominate``.
    """
    if (by <= 0).any():
        raise ValueError("a denominator must be above 0")
    return np.asarray(x / by)
