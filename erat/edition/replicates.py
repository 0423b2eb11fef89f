"""Scores in every way to construct an index, and intervals of what is made from several units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.robustness.intervals import COLUMNS, summary
from erat.robustness.uncertainty import Uncertainty


@dataclass(frozen=True)
class Replicates:
    """A node's scores of all units in every way to construct it.

    Attributes
    ----------
    units
        A unit a row; a panel names one again for every year.
    nominal
        Scores in the edition, ``(rows,)``.
    scores
        Shape ``(rows, ways)``.
    """

    units: Sequence[str]
    nominal: np.ndarray
    scores: np.ndarray

    @classmethod
    def of(cls, found: Uncertainty) -> Replicates:
        """Take the scores of the independent samples of a study."""
        rows = slice(0, len(found.panel.values))
        scores = np.repeat(found.store.units(rows).scores, found.counts, axis=1)
        return cls(list(map(str, found.panel.units)), found.scores, scores)

    def intervals(self) -> pd.DataFrame:
        """Return the interval of every row: ``unit`` and the columns of the contract."""
        return interval_table({"unit": self.units}, self.nominal, self.scores)

    def above(self) -> pd.DataFrame:
        """Return the share of ways in which a score is above the edition's: ``unit, above``."""
        more = np.round(self.scores, 9) > np.round(self.nominal, 9)[:, None]
        return pd.DataFrame({"unit": self.units, "above": more.mean(axis=1)})

    def medians(self, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
        """Return intervals of medians, each taken within one way: ``group`` and the columns."""
        rows = [pd.Index(self.units).get_indexer(list(members)) for members in groups.values()]
        nominal = np.array([_median(self.nominal[own, None])[0] for own in rows])
        return interval_table(
            {"group": list(groups)}, nominal, np.stack([_median(self.scores[own]) for own in rows])
        )

    def distances(self) -> pd.DataFrame:
        """Return intervals of distances to the mean of all units, taken within one way."""
        apart = self.scores - np.nanmean(self.scores, axis=0)
        nominal = self.nominal - np.nanmean(self.nominal)
        return interval_table({"unit": self.units}, nominal, apart)


def interval_table(
    keys: Mapping[str, Sequence[str]], nominal: np.ndarray, values: np.ndarray
) -> pd.DataFrame:
    """Return intervals of values ``(rows, ways)``: the keys, and the columns of the contract."""
    found = pd.DataFrame({**keys, "nominal": nominal, **summary(values.copy())})
    return found[[*keys, *COLUMNS]]


def _median(scores: np.ndarray) -> np.ndarray:
    """Return the median of each column, over those that are there."""
    return np.asarray(pd.DataFrame(scores).median())
