"""Merging the assessed index with figures that are not answers, where the settings say so."""

from __future__ import annotations

from collections.abc import Mapping


def merge(assessed: float, others: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Average the assessed index, or an end of its interval, with other figures.

    Parameters
    ----------
    assessed
        0 to 100; it has the weight 1.
    others
        Figures on the same scale and in the same direction; nan where one is not known.
    weights
        Of the figures to merge, as the settings have them under ``merge``.

    Returns
    -------
    float
        Weighted mean; nan where any part is missing.

    Examples
    --------
    >>> merge(40.0, {"ikd": 70.0, "conditions": 10.0}, {"ikd": 0.5})
    50.0
    """
    total = assessed + sum(weight * others[name] for name, weight in weights.items())
    return total / (1 + sum(weights.values()))
