"""A smooth curve through points: local straight lines, as wide as the data can bear."""

from __future__ import annotations

import numpy as np

BANDWIDTHS = (np.inf, *np.geomspace(5.0, 0.05, 30).tolist())
"""Tried bandwidths, in standard deviations of x; the infinite one is the straight line."""


def local_linear(x: np.ndarray, y: np.ndarray, h: float) -> tuple[np.ndarray, np.ndarray]:
    """Fit a weighted straight line around every point.

    Parameters
    ----------
    x, y
        Points, shape ``(n,)``, without gaps.
    h
        Bandwidth: the standard deviation of the normal weights, in the unit of x.

    Returns
    -------
    fitted, leverage
        Shape ``(n,)``: the curve at the points, and the weight of each y in its own fitted value.
        Where all weight lies on one value of x, the line is level.
    """
    blocks = [
        _block(x, y, h, rows) for rows in np.array_split(np.arange(len(x)), len(x) // 512 + 1)
    ]
    fitted, leverage = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return fitted, leverage


def _block(
    x: np.ndarray, y: np.ndarray, h: float, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fit the lines around some of the points, so that memory stays small."""
    d = x[None, :] - x[rows, None]
    w = np.exp(-0.5 * (d / h) ** 2)
    s0, s1, s2 = (w.sum(axis=1), (w * d).sum(axis=1), (w * d**2).sum(axis=1))
    det = s0 * s2 - s1**2
    level = det <= 1e-10 * s0 * s2
    sloped = w * (s2[:, None] - d * s1[:, None]) / np.where(level, 1.0, det)[:, None]
    weights = np.where(level[:, None], w / s0[:, None], sloped)
    return weights @ y, weights[np.arange(len(rows)), rows]


def smooth(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Fit local straight lines with the bandwidth that foretells left-out points best.

    Parameters
    ----------
    x, y
        Points, shape ``(n,)``, without gaps; x is not constant.

    Returns
    -------
    fitted, bandwidth
        The curve at the points ``(n,)``, and the bandwidth in standard deviations of x.

    Notes
    -----
    Leave-one-out least squares: ``sum ((y - fitted) / (1 - leverage))^2`` is least over
    :data:`BANDWIDTHS`. A bandwidth that leaves a point alone is not considered, and the straight
    line stays if all do. A narrower one must be better by more than rounding.
    """
    z = (x - x.mean()) / x.std()
    best, chosen, fitted = np.inf, np.inf, local_linear(z, y, np.inf)[0]
    rounding = 1e-20 * float(((y - y.mean()) ** 2).sum())
    for h in BANDWIDTHS:
        curve, leverage = local_linear(z, y, h)
        if leverage.max() > 1 - 1e-6:
            continue
        error = float((((y - curve) / (1 - leverage)) ** 2).sum())
        if error < best * (1 - 1e-9) - rounding:
            best, chosen, fitted = error, h, curve
    return fitted, chosen
