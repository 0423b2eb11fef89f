"""Copeland scores of one node for many replicates at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from erat.index.construct.aggregate import HALF_WITHIN

SLICE = 2**20
"""About as many pairs are held against each other at a time."""


def copeland_scores(xs: Sequence[np.ndarray], w: np.ndarray) -> np.ndarray:
    """Return wins minus losses of every row against all others, in every replicate.

    As :func:`erat.index.construct.aggregate.copeland` does it, which see.

    Parameters
    ----------
    xs
        Scores of each child: ``(rows,)`` where all replicates share them, else
        ``(replicates, rows)``; nan where missing.
    w
        Weights, ``(replicates, children)``, adding to 1.

    Returns
    -------
    ndarray
        Shape ``(replicates, rows)``.
    """
    rows = xs[0].shape[-1]
    shared = [j for j, x in enumerate(xs) if x.ndim == 1]
    signs = np.stack([_signs(xs[j]).reshape(-1) for j in shared]) if shared else None
    found = np.empty((len(w), rows))
    step = max(SLICE // rows**2, 1)
    for start in range(0, len(w), step):
        part = slice(start, start + step)
        lead = np.zeros((len(w[part]), rows * rows))
        if signs is not None:
            lead += w[part][:, shared] @ signs
        lead = lead.reshape(-1, rows, rows)
        for j, x in enumerate(xs):
            if x.ndim == 2:
                lead += w[part, j, None, None] * _signs(x[part])
        found[part] = (lead > HALF_WITHIN).sum(axis=2) - (lead < -HALF_WITHIN).sum(axis=2)
    return found


def _signs(x: np.ndarray) -> np.ndarray:
    """Tell for each pair of rows, ``(..., rows, rows)``, whether the first is above the second."""
    return np.asarray(np.nan_to_num(np.sign(x[..., :, None] - x[..., None, :])))
