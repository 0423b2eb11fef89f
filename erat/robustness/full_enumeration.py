"""Sensitivity of outputs that are known for every combination of choices: exact, not estimated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.robustness.indices import NO_VARIANCE


def enumerated_indices(choices: pd.DataFrame, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first and total order indices of a whole grid, every combination equally likely.

    ``S1 = V(E(f | x)) / V(f)`` and ``ST = E(V(f | all but x)) / V(f)``.

    Parameters
    ----------
    choices
        A row a combination, a column a factor: the number of its choice. Every combination occurs
        once.
    outputs
        ``(combinations, outputs)``, in the order of the rows.

    Returns
    -------
    tuple
        ``(factors, outputs)`` each; nan of an output that never changes.

    Raises
    ------
    ValueError
        If a combination is missing or occurs twice.

    Source: Saltelli et al. (2008), Global sensitivity analysis: the primer, chapter 4.

    Examples
    --------
    >>> grid = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    >>> s1, st = enumerated_indices(grid, np.array([[0.0], [0.0], [2.0], [2.0]]))
    >>> s1[:, 0].tolist(), st[:, 0].tolist()
    ([1.0, 0.0], [1.0, 0.0])
    """
    sizes = [int(choices[name].nunique()) for name in choices]
    if len(choices) != np.prod(sizes) or choices.duplicated().any():
        raise ValueError("some combinations of choices are missing, or occur twice")
    order = choices.reset_index(drop=True).sort_values(list(choices)).index
    grid = outputs[order].reshape(*sizes, -1)
    every = tuple(range(len(sizes)))
    variance = grid.var(axis=every)
    changes = variance > NO_VARIANCE * (grid.mean(axis=every) ** 2 + 1e-300)
    safe = np.where(changes, variance, np.nan)
    first = [grid.mean(axis=tuple(i for i in every if i != own)).var(axis=0) for own in every]
    total = [grid.var(axis=own).mean(axis=every[:-1]) for own in every]
    return np.stack(first) / safe, np.stack(total) / safe
