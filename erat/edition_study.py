"""What an edition's study says: the tables of uncertainty and sensitivity that its reports show."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erat.framework import Framework
from erat.panel import Panel
from erat.robustness.alternatives import Alternatives, alternatives
from erat.robustness.dominance import dominance, find_tiers
from erat.robustness.factors import Study
from erat.robustness.grid import grid_indices
from erat.robustness.indices import Indices, resamples, sobol_indices
from erat.robustness.intervals import QUANTILES, rank_summary, summary
from erat.robustness.part import part_of, without_scales
from erat.robustness.uncertainty import Uncertainty, uncertainty

BASE_SAMPLE = 512
"""Points of the base sample: 1,024 independent ways, and as many more a factor."""

SEED = 20240
MEAN_SHIFT = "mean_rank_shift"
COLUMNS = ["nominal", "mean", *sorted(QUANTILES)]

Tables = dict[str, pd.DataFrame]


def study_tables(
    panel: Panel, framework: Framework, study: Study, n: int = BASE_SAMPLE, seed: int = SEED
) -> Tables:
    """Sample a study, and tell everything that reports show of it.

    Ranks are tried under all factors. Scores are tried under all but those that change the scale on
    which scores stand: normalizations.

    Parameters
    ----------
    panel, framework, study
        The data of one year, the tree, and the study.
    n, seed
        The base sample, and where its points come from.

    Returns
    -------
    dict
        ``study`` (one row: how many ways were tried); ``rank_intervals``, ``score_intervals``,
        ``indices``, ``dominance`` as in the contract of ``erat uncertainty``; ``node_intervals``
        (scores of every aggregate node); ``tiers`` (unit, tier, place); ``rank_at_most`` (the share of
        ways in which a rank is k or better, a column a k); ``shifts`` (by how much a factor alone
        moves a unit's rank); and of single choices ``choices, alternatives, effects``.
    """
    units = list(map(str, panel.units))
    made = uncertainty(panel, framework, study, n, seed, jobs=1)
    scaled = without_scales(study)
    on_scale = uncertainty(panel, framework, scaled, n // 2, seed, jobs=1) if scaled else None
    nodes = {framework.top: on_scale}
    for node in framework.aggregates:
        if node != framework.top:
            part, own = part_of(framework, scaled, node) if scaled else (framework, None)
            nodes[node] = (
                uncertainty(panel, part, own, n // 2, seed, jobs=1, only="intervals")
                if own
                else None
            )
    ranks = made.store.ranks[:, made.plan.evaluation]
    both = np.concatenate([made.plan.design.rows(part) for part in ("A", "B")])
    alone = alternatives(panel, framework, study, alone=True)
    indices = [_sampled(made, ranks, units, "rank", MEAN_SHIFT)]
    if on_scale:
        scores = on_scale.store.scores[:, on_scale.plan.evaluation]
        indices.append(_sampled(on_scale, scores, units, "score"))
    return {
        **_of_ranks(units, made.ranks, ranks[:, both]),
        **_of_scores(framework.top, units, {node: _scores_of(own) for node, own in nodes.items()}),
        "study": _told(made.n, seed, made.replicates, "sampled"),
        "indices": pd.concat(indices, ignore_index=True),
        "shifts": _sampled_shifts(made, ranks, units),
        **_of_choices(alone),
    }


def tried_tables(tried: Alternatives, framework: Framework) -> Tables:
    """Tell the same of a study of which every combination was tried: indices are exact then.

    Parameters
    ----------
    tried
        Every combination, with scores.
    framework
        The tree.

    Returns
    -------
    dict
        As :func:`study_tables`.
    """
    units = list(map(str, tried.ranks.index))
    first = list(tried.choices.index).index(
        tried.choices.index[(tried.choices == 0).all(axis=1)][0]
    )
    on_scale = tried.on_scale
    nodes = {
        node: (scores[tried.nominal.name].to_numpy(), scores[[i for i in on_scale if i in scores]].to_numpy())
        for node, scores in tried.scores.items()
    }
    ranks = tried.ranks.to_numpy(dtype=float)
    shift = np.abs(ranks - ranks[:, [first]]).mean(axis=0)
    outputs = np.column_stack([shift, ranks.T])
    names = [MEAN_SHIFT, *(f"rank:{unit}" for unit in units)]
    own = tried.choices.loc[on_scale]
    own = own[[name for name in own if name not in tried.scale]]
    of_scores = tried.scores[framework.top][on_scale].to_numpy().T
    return {
        **_of_ranks(units, ranks[:, first], ranks),
        **_of_scores(framework.top, units, nodes),
        "study": _told(0, 0, len(tried.choices), "every"),
        "indices": pd.concat(
            [
                _on_grid(tried.choices, outputs, names),
                _on_grid(own, of_scores, [f"score:{unit}" for unit in units]),
            ],
            ignore_index=True,
        ),
        "shifts": _grid_shifts(tried),
        **_of_choices(tried),
    }


def _told(n: int, seed: int, ways: int, kind: str) -> pd.DataFrame:
    return pd.DataFrame({"kind": [kind], "ways": [ways], "n": [n], "seed": [seed]})


def _scores_of(made: Uncertainty | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Return nominal scores ``(units,)`` and those of A and B ``(units, replicates)``."""
    if made is None:
        return None
    both = np.concatenate([made.plan.design.rows(part) for part in ("A", "B")])
    return made.scores, made.store.scores[:, made.plan.evaluation[both]]


def _of_ranks(units: list[str], nominal: np.ndarray, ranks: np.ndarray) -> Tables:
    """Tell intervals, chances, dominance and tiers from ranks ``(units, replicates)``."""
    found, chances = rank_summary(ranks)
    table = pd.DataFrame({"unit": units, "nominal": nominal, **found})
    above = dominance(ranks, np.ones(ranks.shape[1], dtype=int))
    made = find_tiers(above, np.asarray(found["mean"]))
    place = np.zeros(len(units), dtype=int)
    place[made.order] = np.arange(1, len(made.order) + 1)
    extremes = {"min": np.nanmin(ranks, axis=1), "max": np.nanmax(ranks, axis=1)}
    whole = np.ones((len(units), len(units)))
    whole[:, : chances.shape[1]] = chances
    columns = [str(k) for k in range(1, len(units) + 1)]
    return {
        "rank_intervals": table[["unit", *COLUMNS]].assign(**extremes),
        "rank_at_most": _square(units, whole, columns),
        "dominance": _square(units, above, units),
        "tiers": pd.DataFrame({"unit": units, "tier": made.tier, "place": place}),
    }


def _square(units: list[str], values: np.ndarray, columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(values, columns=columns).assign(unit=units)[["unit", *columns]]


def _of_scores(
    top: str, units: list[str], nodes: dict[str, tuple[np.ndarray, np.ndarray] | None]
) -> Tables:
    """Tell intervals of the scores of every node from nominal ones and those of all replicates."""
    tables = [
        pd.DataFrame({"unit": units, "node": node, "nominal": known[0], **summary(known[1].copy())})
        for node, known in nodes.items()
        if known is not None
    ]
    every = pd.concat(tables, ignore_index=True)[["unit", "node", *COLUMNS]]
    own = every[every["node"] == top].drop(columns="node").reset_index(drop=True)
    return {"score_intervals": own, "node_intervals": every}


def _sampled(
    made: Uncertainty, values: np.ndarray, units: list[str], kind: str, mean: str = ""
) -> pd.DataFrame:
    """Estimate the indices of every unit's rank or score, and of the mean rank shift."""
    design = made.plan.design
    outputs = values.T
    names = [f"{kind}:{unit}" for unit in units]
    if mean:
        shifts = np.nanmean(np.abs(values - made.ranks[:, None]), axis=0)
        outputs, names = np.column_stack([shifts, outputs]), [mean, *names]
    a, b = outputs[design.parts["A"]], outputs[design.parts["B"]]
    ab = np.stack([outputs[design.parts[name]] for name in design.names])
    found = sobol_indices(a, b, ab, resamples(made.n, made.seed))
    return _index_table(list(design.names), names, found)


def _index_table(factors: list[str], outputs: list[str], found: Indices) -> pd.DataFrame:
    """Lay indices out as in the contract: a row an output and factor."""
    columns = {
        "S1": found.s1, "S1_low": found.s1_low, "S1_high": found.s1_high,
        "ST": found.st, "ST_low": found.st_low, "ST_high": found.st_high,
    }  # fmt: skip
    return pd.DataFrame(
        {
            "factor": np.tile(factors, len(outputs)),
            "output": np.repeat(outputs, len(factors)),
            **{name: values.T.reshape(-1) for name, values in columns.items()},
        }
    )


def _on_grid(choices: pd.DataFrame, outputs: np.ndarray, names: list[str]) -> pd.DataFrame:
    """Return exact indices; the ends of their intervals are the indices themselves."""
    s1, st = grid_indices(choices, outputs)
    return _index_table(list(choices), names, Indices(s1, s1, s1, st, st, st))


def _sampled_shifts(made: Uncertainty, ranks: np.ndarray, units: list[str]) -> pd.DataFrame:
    """Say by how much each factor alone moves each unit's rank."""
    rows = []
    for name in made.plan.design.names:
        moved = ranks[:, made.plan.design.parts[f"alone:{name}"]] - made.ranks[:, None]
        rows.append(_shift_rows(name, units, moved))
    return pd.concat(rows, ignore_index=True)


def _grid_shifts(tried: Alternatives) -> pd.DataFrame:
    rows = []
    for factor in tried.choices:
        alone = (tried.choices.drop(columns=factor) == 0).all(axis=1)
        moved = tried.ranks[tried.choices.index[alone]].sub(tried.nominal, axis=0)
        rows.append(_shift_rows(str(factor), list(moved.index), moved.to_numpy(dtype=float)))
    return pd.concat(rows, ignore_index=True)


def _shift_rows(factor: str, units: list[str], moved: np.ndarray) -> pd.DataFrame:
    """Summarize changes of rank, ``(units, replicates)``; below 0 is towards the first rank."""
    return pd.DataFrame(
        {
            "factor": factor,
            "unit": units,
            "mean": moved.mean(axis=1),
            "mean_absolute": np.abs(moved).mean(axis=1),
            "low": moved.min(axis=1),
            "high": moved.max(axis=1),
        }
    )


def _of_choices(tried: Alternatives) -> Tables:
    """Tell what single choices do."""
    return {
        "effects": tried.effects(),
        "choices": tried.choices.reset_index(),
        "alternatives": tried.ranks.reset_index(),
    }


def whole_ranks(intervals: pd.DataFrame) -> pd.DataFrame:
    """Return rank intervals in whole ranks, as sentences and tables show them, indexed by unit.

    The ends are those of the 5% and 95% quantiles, rounded outwards.

    Parameters
    ----------
    intervals
        ``rank_intervals`` of :func:`study_tables`.
    """
    known = intervals.set_index("unit")
    return pd.DataFrame(
        {
            "nominal": known["nominal"],
            "low": np.floor(known["q05"] + 1e-9),
            "high": np.ceil(known["q95"] - 1e-9),
            "median": known["median"],
            "min": known["min"],
            "max": known["max"],
        }
    )
