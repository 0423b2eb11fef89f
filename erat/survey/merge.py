"""Merging the assessed index with figures that are not answers, where a method says so."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from erat.errors import MethodError, Problem, nearest


def merge(
    assessed: pd.Series, others: pd.DataFrame, weights: Mapping[str, float]
) -> pd.Series | None:
    """Average the assessed index with other figures.

    Parameters
    ----------
    assessed
        The index by unit, 0 to 100; it has the weight 1.
    others
        Figures by unit on the same scale and in the same direction: ``conditions``, ``ikd`` ...
    weights
        Of the figures to merge, as the settings have them under ``merge``.

    Returns
    -------
    Series or None
        Weighted mean by unit, nan where any part is missing; None without weights, as nothing is
        merged unless somebody says so.

    Raises
    ------
    MethodError
        If a figure is not there.

    Examples
    --------
    >>> merge(pd.Series({"72": 40.0}), pd.DataFrame({"ikd": {"72": 70.0}}), {"ikd": 0.5})["72"]
    50.0
    """
    unknown = [name for name in weights if name not in others]
    if unknown:
        known = [str(name) for name in others]
        expected = "a figure that was given"
        raise MethodError(
            [Problem("settings, merge", repr(n), expected, nearest(n, known)) for n in unknown]
        )
    if not weights:
        return None
    total = assessed.astype(float)
    for name, weight in weights.items():
        total = total + weight * others[name].reindex(assessed.index)
    return total / (1 + sum(weights.values()))
