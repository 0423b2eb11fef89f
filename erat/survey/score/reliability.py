"""Reliability of the instrument: alpha and omega per node, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.coherence.reliability import STEPS, UNIQUENESS, reliability
from erat.index.correlation import complete
from erat.survey.score.resampling import generator, interval
from erat.survey.score.scoring import Assessed

COLUMNS = ["node", "alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high", "n"]
REPLICATES = 400
"""Of the bootstrap behind omega's interval, at most."""


def reliability_table(assessed: Assessed, resamples: int = REPLICATES) -> pd.DataFrame:
    """Compute the reliability of every node from its children, over governments.

    A government is what the answers describe: its score in a question is the mean of its sub-units.
    The items of an indicator are its questions, those of a dimension its indicators, those of the
    index its dimensions.

    Columns :data:`COLUMNS`, a row an aggregate node, the index first. ``n`` counts the governments
    without a gap. Alpha's interval is Feldt's, omega's the percentile interval over governments
    drawn anew; see :func:`erat.coherence.reliability.reliability`.
    """
    options, tree = assessed.settings.resampling, assessed.tree
    kinds = tree.table["kind"]
    of_province = (kinds == "block") & tree.table.index.str.endswith(".government")
    scores = assessed.scores[((kinds == "regency") | of_province).to_numpy()]
    rows = []
    for node in assessed.framework.aggregates:
        items = scores[assessed.framework.children[node]]
        measured = reliability(items, options.level)
        low, high = omega_interval(items, options.level, resamples, options.seed)
        alpha, omega = (measured.alpha, measured.low, measured.high), (measured.omega, low, high)
        rows.append((node, *alpha, *omega, measured.n))
    return pd.DataFrame(rows, columns=COLUMNS)


def omega_interval(
    items: pd.DataFrame, level: float, resamples: int = REPLICATES, seed: int = 0
) -> tuple[float, float]:
    """Return the percentile interval of omega over rows drawn with replacement.

    nan where omega is not defined, or in more than half of the resamples.
    """
    data = complete(items)
    if not data.enough or not resamples:
        return float("nan"), float("nan")
    rng = generator(seed, "omega")
    drawn = rng.integers(0, data.n, (resamples, data.n))
    x = data.x[drawn]
    centred = x - x.mean(axis=1, keepdims=True)
    sd = np.sqrt((centred**2).mean(axis=1, keepdims=True))
    usable = (sd > 1e-9 * np.abs(data.x).max()).all(axis=(1, 2))
    z = centred[usable] / sd[usable]
    drawn_omegas = omegas(np.swapaxes(z, 1, 2) @ z / data.n)
    if np.isnan(drawn_omegas).sum() + (~usable).sum() > resamples / 2:
        return float("nan"), float("nan")
    low, high = interval(drawn_omegas, level)
    return float(low), float(high)


def omegas(r: np.ndarray) -> np.ndarray:
    """Return McDonald's omega of many correlation matrices at once, ``(matrices, items, items)``.

    As :func:`erat.coherence.omega` gives it for each, by the same steps.
    """
    count, k = r.shape[0], r.shape[1]
    if k == 2:
        both = np.sqrt(np.where(r[:, 0, 1] >= 0, r[:, 0, 1], np.nan))
        return _omega_of(np.stack([both, both], axis=1))
    most = np.sqrt(1 - UNIQUENESS)
    values, vectors = np.linalg.eigh(r)
    loadings = np.clip(vectors[:, :, -1] * np.sqrt(values[:, -1:]), -most, most)
    moving = np.ones(count, dtype=bool)
    for _ in range(STEPS):
        loading, rows = loadings[moving], r[moving]
        before = loading.copy()
        for i in range(k):
            square = (loading**2).sum(axis=1) - loading[:, i] ** 2
            product = (rows[:, i] * loading).sum(axis=1) - loading[:, i]
            step = np.divide(product, square, out=np.zeros_like(product), where=square > 0)
            loading[:, i] = np.clip(step, -most, most)
        loadings[moving] = loading
        moving[moving] = np.abs(loading - before).max(axis=1) >= 1e-10
        if not moving.any():
            break
    return _omega_of(loadings)


def _omega_of(loadings: np.ndarray) -> np.ndarray:
    common = loadings.sum(axis=1) ** 2
    return np.asarray(common / (common + (1 - loadings**2).sum(axis=1)))
