"""Sensitivity of a study's outputs: indices with intervals, convergence, and one factor at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy

import numpy as np
import pandas as pd

from erat.robustness.indices import Indices, resamples, resolved, sobol_indices
from erat.robustness.plan import settings_of
from erat.robustness.uncertainty import Uncertainty

SHIFT = "mean_rank_shift"
"""The output that tells of all units together."""

COLUMNS = ["factor", "output", "S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high"]
PAIRS = 256
"""So many pairs of evaluations are compared at a time."""

FRACTIONS = (4, 2, 1)
"""Parts of the sample that convergence is told from: a quarter, a half, all."""


class Sample:
    """The whole rows of a design: A, B and every AB of one point, none of which failed.

    Attributes
    ----------
    parts
        Names of the factors, then of the groups.
    rows
        Their numbers in the base sample.
    a, b
        Evaluations of the rows, ``(rows,)``.
    ab
        Evaluations of A with one part from B, ``(parts, rows)``.
    dropped
        How many rows were left out.
    """

    def __init__(self, found: Uncertainty) -> None:
        plan = found.plan
        self.parts = [*plan.design.names, *found.study.groups]
        a, b, *ab = (
            plan.evaluation[plan.design.parts[part]]
            for part in ("A", "B", *(f"AB:{name}" for name in self.parts))
        )
        valid = found.valid
        whole = valid[a] & valid[b] & np.all([valid[own] for own in ab], axis=0)
        self.rows = np.flatnonzero(whole)
        self.a, self.b, self.ab = a[whole], b[whole], np.stack(ab)[:, whole]
        self.dropped = int((~whole).sum())

    def resamples(self, seed: int) -> np.ndarray | None:
        """Draw bootstrap samples, ``(samples, rows)``; None of fewer than two rows."""
        return resamples(len(self.a), seed) if len(self.a) > 1 else None

    def first(self, rows: int) -> Sample:
        """Return the sample of the first rows alone."""
        short = copy(self)
        short.rows, short.a, short.b = (own[:rows] for own in (self.rows, self.a, self.b))
        short.ab = self.ab[:, :rows]
        return short

    def indices(self, outputs: np.ndarray, resampled: np.ndarray | None) -> Indices:
        """Estimate indices of outputs, ``(outputs, evaluations)``."""
        a, b = (outputs[:, which].T for which in (self.a, self.b))
        ab = np.stack([outputs[:, which].T for which in self.ab])
        return sobol_indices(a, b, ab, resampled)


def index_table(found: Uncertainty) -> pd.DataFrame:
    """Return the indices of every output: columns as in the contract.

    An index that is not defined, because the output never changes, is nan.
    """
    sample, names = Sample(found), row_names(found)
    drawn = sample.resamples(found.seed)
    blocks = [index_rows([SHIFT], sample, found.shifts[None, :], drawn)]
    for group in found.store.groups() if len(sample.a) else ():
        own = names[group.rows]
        for kind, values in (("rank", group.ranks), ("score", group.scores)):
            outputs = [f"{kind}:{name}" for name in own]
            blocks.append(index_rows(outputs, sample, np.asarray(values, dtype=float), drawn))
    return pd.concat(blocks, ignore_index=True)


def index_rows(
    outputs: Sequence[str], sample: Sample, values: np.ndarray, drawn: np.ndarray | None
) -> pd.DataFrame:
    """Return the indices of outputs ``(outputs, evaluations)``: columns as in the contract.

    Parameters
    ----------
    outputs
        Their names.
    sample
        The rows of the design.
    values
        The outputs in every evaluation.
    drawn
        Bootstrap samples of the rows; None for no intervals.
    """
    if not len(sample.a):
        made = np.full((6, len(sample.parts), len(outputs)), np.nan)
    else:
        i = sample.indices(values, drawn)
        made = np.stack([i.s1, i.s1_low, i.s1_high, i.st, i.st_low, i.st_high])
    flat = made.transpose(2, 1, 0).reshape(-1, 6)
    table = pd.DataFrame(flat, columns=COLUMNS[2:])
    table.insert(0, "output", np.repeat(list(outputs), len(sample.parts)))
    table.insert(0, "factor", np.tile(sample.parts, len(outputs)))
    return table


def convergence_table(found: Uncertainty) -> pd.DataFrame:
    """Return the indices of the mean rank shift from a quarter, a half and all of the rows.

    Returns
    -------
    DataFrame
        Columns ``factor, rows``, those of the indices, and ``resolved``: whether the factor's ST
        can be told from the next factor's; empty of groups, which are not compared.
    """
    sample = Sample(found)
    single = len(found.plan.design.names)
    blocks = []
    for part in FRACTIONS:
        rows = int((sample.rows < found.n // part).sum())
        if rows < 2:
            continue
        first = sample.first(rows)
        drawn = first.resamples(found.seed)
        table = index_rows([SHIFT], first, found.shifts[None, :], drawn)
        low, high, value = (table[name].to_numpy()[:single] for name in ("ST_low", "ST_high", "ST"))
        told = resolved(low, high, np.nan_to_num(value)).astype(object)
        told = np.append(told, np.full(len(table) - single, None))
        blocks.append(table.drop(columns="output").assign(rows=rows, resolved=told))
    columns = ["factor", "rows", *COLUMNS[2:], "resolved"]
    return (
        pd.concat(blocks, ignore_index=True)[columns] if blocks else pd.DataFrame(columns=columns)
    )


def alone_table(found: Uncertainty) -> pd.DataFrame:
    """Tell what each factor does alone, the others at the base.

    Returns
    -------
    DataFrame
        A row an option of a factor, or a factor that has none (over up to 64 draws): ``factor,
        setting, draws, mean_shift, max_shift, unit`` (the largest absolute change of a rank, and
        whose), ``problem`` (why it could not be evaluated).
    """
    rows = []
    names = row_names(found)
    for setting, factor, which in _settings_alone(found):
        good = [e for e in which if e not in found.problems]
        row: dict[str, object] = {"factor": factor, "setting": setting, "draws": len(which)}
        if good:
            ranks = np.concatenate([group.ranks[:, good] for group in found.store.groups()])
            moved = np.abs(ranks - found.ranks[:, None])
            most = np.nan_to_num(moved).max(axis=1)
            row |= {
                "mean_shift": float(found.shifts[good].mean()),
                "max_shift": float(most.max()),
                "unit": names[int(most.argmax())] if most.max() > 0 else "",
            }
        row["problem"] = next((found.problems[e] for e in which if e in found.problems), "")
        rows.append(row)
    columns = ["factor", "setting", "draws", "mean_shift", "max_shift", "unit", "problem"]
    return pd.DataFrame(rows, columns=columns)


def _settings_alone(found: Uncertainty) -> Iterator[tuple[str, str, list[int]]]:
    """Give the settings that were tried alone: in words, the factor, and the evaluations."""
    plan = found.plan
    for factor in found.study.factors:
        replicates = plan.design.rows(f"alone:{factor.name}")
        which = [int(e) for e in plan.evaluation[replicates]]
        if not factor.options:
            yield factor.kind, factor.name, which
            continue
        for replicate, evaluation in zip(replicates.tolist(), which, strict=True):
            yield settings_of(plan, found.study, replicate)[factor.name], factor.name, [evaluation]


def row_names(found: Uncertainty) -> list[str]:
    """Return a name for every row: the unit, with the year where there is more than one."""
    units, years = found.panel.units, found.panel.years
    if len(np.unique(years)) < 2:
        return units
    return [f"{unit}:{year}" for unit, year in zip(units, years, strict=True)]


def idle_factors(found: Uncertainty) -> dict[str, str]:
    """Name the factors that change nothing, and say in what way (in English).

    ``no method``: all settings come to the base's evaluation. ``one method``: all come to the same
    other one. ``no score``: evaluations differ, their scores and ranks do not. ``only failures``:
    one of each two that differ has failed. All that was evaluated counts: what the factor does
    alone, and with the replicates of the indices also what it does beside the others' settings.
    """
    plan, idle = found.plan, dict[str, str]()
    for name in plan.design.names:
        alone = plan.evaluation[plan.design.parts[f"alone:{name}"]]
        before, after = np.full(len(alone), alone[0]), alone
        if found.with_indices:
            a, mixed = (plan.evaluation[plan.design.parts[p]] for p in ("A", f"AB:{name}"))
            before, after = np.concatenate([before, a]), np.concatenate([after, mixed])
        differ = before != after
        if not differ.any():
            nominal = plan.evaluation[plan.design.parts["nominal"]][0]
            idle[name] = "no method" if alone[0] == nominal else "one method"
            continue
        pairs = np.unique(np.stack([before[differ], after[differ]]), axis=1)
        pairs = pairs[:, found.valid[pairs].all(axis=0)]
        if not pairs.size or _same_results(found, pairs):
            idle[name] = "no score" if pairs.size else "only failures"
    return idle


def _same_results(found: Uncertainty, pairs: np.ndarray) -> bool:
    """Tell whether two evaluations of each pair, ``(2, pairs)``, have the same scores and ranks."""
    for group in found.store.groups():
        for start in range(0, pairs.shape[1], PAIRS):
            before, after = pairs[:, start : start + PAIRS]
            one, other = group.scores[:, before], group.scores[:, after]
            if not np.allclose(one, other, rtol=1e-12, atol=0, equal_nan=True):
                return False
            if not np.array_equal(group.ranks[:, before], group.ranks[:, after], equal_nan=True):
                return False
    return True


def undrawn(found: Uncertainty) -> dict[str, tuple[int, int]]:
    """Tell how many choices of a factor no point drew, and how many it has."""
    rows = {}
    for factor in found.study.factors:
        labels = found.plan.labels[:, found.plan.design.names.index(factor.name)]
        count, drawn = len(factor.choices), len(np.unique(labels[labels >= 0]))
        if drawn < count:
            rows[factor.name] = (count - drawn, count)
    return rows


def failure_table(found: Uncertainty) -> pd.DataFrame:
    """List the replicates that failed, with what each factor was set to.

    Returns
    -------
    DataFrame
        Columns ``replicate, part``, one for each factor, and ``problem``.
    """
    plan = found.plan
    failed = np.flatnonzero(~found.valid[plan.evaluation])
    part = np.full(len(plan.evaluation), "", dtype=object)
    for name, where in plan.design.parts.items():
        part[where] = name
    rows = [
        (
            int(r),
            part[r],
            *settings_of(plan, found.study, int(r)).values(),
            found.problems[int(plan.evaluation[r])],
        )
        for r in failed
    ]
    return pd.DataFrame(rows, columns=["replicate", "part", *plan.design.names, "problem"])
