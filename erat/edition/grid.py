"""A study of which every combination was tried: the same tables, and exact indices."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd

from erat.edition.replicates import Replicates
from erat.edition.study import (
    Groups,
    Names,
    Tables,
    choice_tables,
    extremes,
    node_tables,
    shift_rows,
    study_row,
)
from erat.index.framework import Framework
from erat.robustness.alternatives import Alternatives
from erat.robustness.claims import claim_table, claims
from erat.robustness.dominance import Tiers, dominance, find_tiers
from erat.robustness.factors import Study
from erat.robustness.full_enumeration import enumerated_indices
from erat.robustness.intervals import COLUMNS, rank_summary
from erat.robustness.sensitivity import SHIFT
from erat.robustness.study_result import StudyResult
from erat.robustness.uncertainty import Uncertainty


class GridFindings(StudyResult):
    """What a study tells of which every combination of choices was tried.

    Parameters
    ----------
    tried
        All combinations.
    study
        The study.
    """

    def __init__(self, tried: Alternatives, study: Study) -> None:
        ranks = tried.ranks.to_numpy(dtype=float)
        made, chances = rank_summary(ranks)
        units = list(map(str, tried.ranks.index))
        at_most = np.ones((len(units), len(units)))
        at_most[:, : chances.shape[1]] = chances
        ways = ranks.shape[1]
        intervals = SimpleNamespace(ranks=pd.DataFrame(made), at_most=at_most)
        known = SimpleNamespace(
            study=study, replicates=ways, distinct=ways, n=ways, intervals=intervals
        )
        self.found = cast("Uncertainty", known)
        self.many_years, self.focus, self.units = False, np.arange(len(units)), units
        nominal = pd.DataFrame({"unit": units, "nominal": tried.nominal.to_numpy(), **made})
        self.rank_intervals = nominal[["unit", *COLUMNS]]
        self.above = dominance(ranks, np.ones(ways, dtype=int))
        self.tiers: Tiers = find_tiers(self.above, np.asarray(made["mean"]))
        self.exact, self.indices, self.convergence = {}, None, None
        self.alone = self.failures = self.score_intervals = pd.DataFrame()


def grid_tables(
    tried: Alternatives, framework: Framework, study: Study, names: Names, groups: Groups
) -> Tables:
    """Tell everything that reports show of a study, every combination of which was tried.

    Parameters
    ----------
    tried
        Every combination, with scores.
    framework, study
        The tree, and what was tried.
    names
        Of units, for claims.
    groups
        Of units, for medians.

    Returns
    -------
    dict
        As :func:`erat.edition.study.study_tables`; no ``convergence``, since nothing is estimated.
    """
    found = GridFindings(tried, study)
    tables = found.tables()
    return {
        "study": study_row("every", len(tried.choices), 0, 0),
        "rank_intervals": tables["rank_intervals"].assign(**extremes(tried.ranks.to_numpy())),
        **{name: tables[name] for name in ("dominance", "tiers", "rank_at_most")},
        "claims": claim_table(claims(found, names)),
        "indices": _indices(tried, framework, found.units),
        "shifts": _shifts(tried),
        **node_tables(framework, _replicates(tried), groups),
        **choice_tables(tried, framework.top),
    }


def _replicates(tried: Alternatives) -> dict[str, Replicates]:
    """Return every aggregate node's scores over the alternatives on the nominal scale."""
    nominal, on_scale = tried.nominal.name, tried.on_scale
    return {
        node: Replicates(
            list(map(str, scores.index)),
            scores[nominal].to_numpy(),
            scores[[i for i in on_scale if i in scores]].to_numpy(),
        )
        for node, scores in tried.scores.items()
    }


def _indices(tried: Alternatives, framework: Framework, units: list[str]) -> pd.DataFrame:
    """Return exact indices; the ends of their intervals are the indices themselves."""
    shift = tried.ranks.sub(tried.nominal, axis=0).abs().mean().to_numpy()
    of_ranks = np.column_stack([shift, tried.ranks.to_numpy(dtype=float).T])
    on_scale = tried.on_scale
    choices = tried.choices.loc[on_scale]
    choices = choices[[name for name in choices if name not in tried.scale]]
    of_scores = tried.scores[framework.top][on_scale].to_numpy().T
    parts = [
        _rows(tried.choices, of_ranks, [SHIFT, *(f"rank:{unit}" for unit in units)]),
        _rows(choices, of_scores, [f"score:{unit}" for unit in units]),
    ]
    return pd.concat(parts, ignore_index=True)


def _rows(choices: pd.DataFrame, outputs: np.ndarray, names: list[str]) -> pd.DataFrame:
    s1, st = enumerated_indices(choices, outputs)
    return pd.DataFrame(
        {
            "factor": np.tile(list(map(str, choices)), len(names)),
            "output": np.repeat(names, choices.shape[1]),
            **dict.fromkeys(("S1", "S1_low", "S1_high"), s1.T.reshape(-1)),
            **dict.fromkeys(("ST", "ST_low", "ST_high"), st.T.reshape(-1)),
        }
    )


def _shifts(tried: Alternatives) -> pd.DataFrame:
    """Say by how much each factor alone moves each unit's rank."""
    rows = []
    for factor in tried.choices:
        alone = (tried.choices.drop(columns=factor) == 0).all(axis=1)
        moved = tried.ranks[tried.choices.index[alone]].sub(tried.nominal, axis=0)
        units = list(map(str, moved.index))
        rows.append(shift_rows(str(factor), units, moved.to_numpy(dtype=float)))
    return pd.concat(rows, ignore_index=True)
