"""Sensitivity of a study's outputs: indices with intervals, convergence, one factor at a time.

At the end stand changes between two years: how sure a unit's rise or fall is, and what it is
sensitive to. Both years are taken from the same replicate, so that what moves both alike cancels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from erat.robustness.addresses import short
from erat.robustness.indices import resamples, resolved, sobol_indices
from erat.robustness.intervals import COLUMNS as INTERVAL
from erat.robustness.intervals import summary
from erat.robustness.plan import values_in_words
from erat.robustness.uncertainty import Uncertainty

SHIFT = "mean_rank_shift"
"""The output that tells of all units together."""

COLUMNS = ["factor", "output", "S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high"]
PAIRS = 256
"""So many pairs of evaluations are compared at a time."""

FRACTIONS = (4, 2, 1)
"""Parts of the sample that convergence is seen in: a quarter, a half, all."""

CHUNK = 2**20
"""About as many values of changes are held at a time."""

SIGNS = {"score": 1, "rank": -1}
"""Outputs, and which way is better."""


class Sample:
    """The whole rows of a design, or of its first half or quarter: A, B and every AB of one point,
    none of which failed; ``dropped`` rows are left out. ``parts`` are the factors, then the groups;
    ``a`` and ``b`` are evaluations, ``(rows,)``, and ``ab`` ``(parts, rows)``.
    """

    def __init__(self, evaluated: Uncertainty, fraction: int = 1) -> None:
        plan = evaluated.plan
        self.parts, self.seed = [*plan.design.names, *evaluated.study.groups], evaluated.seed
        parts = ("A", "B", *(f"AB:{name}" for name in self.parts))
        every = np.stack([plan.of(part) for part in parts])[:, : evaluated.n // fraction]
        whole = evaluated.valid[every].all(axis=0)
        self.a, self.b, self.ab = every[0, whole], every[1, whole], every[2:, whole]
        self.dropped = int((~whole).sum())

    @cached_property
    def resampled(self) -> np.ndarray | None:
        """Bootstrap samples, ``(samples, rows)``; None of fewer than two rows."""
        return resamples(len(self.a), self.seed) if len(self.a) > 1 else None

    def indices(self, names: Sequence[str], outputs: np.ndarray) -> pd.DataFrame:
        """Return the indices of named outputs, ``(outputs, evaluations)``, in :data:`COLUMNS`."""
        estimates = np.full((6, len(self.parts), len(names)), np.nan)
        if len(self.a):
            a, b, *ab = (outputs[:, which].T for which in (self.a, self.b, *self.ab))
            estimates = np.stack(sobol_indices(a, b, np.stack(ab), self.resampled))
        table = pd.DataFrame(estimates.transpose(2, 1, 0).reshape(-1, 6), columns=COLUMNS[2:])
        table.insert(0, "output", np.repeat(list(names), len(self.parts)))
        table.insert(0, "factor", np.tile(self.parts, len(names)))
        return table


def index_table(evaluated: Uncertainty) -> pd.DataFrame:
    """Return the indices of every output in the contract's columns; nan where it never changes."""
    sample, names = Sample(evaluated), row_names(evaluated)
    tables = [sample.indices([SHIFT], evaluated.shifts[None, :])]
    for group in evaluated.store.groups() if len(sample.a) else ():
        for kind, values in (("rank", group.ranks), ("score", group.scores)):
            outputs = [f"{kind}:{name}" for name in names[group.rows]]
            tables.append(sample.indices(outputs, np.asarray(values, dtype=float)))
    return pd.concat(tables, ignore_index=True)


def convergence_table(evaluated: Uncertainty) -> pd.DataFrame:
    """Return the indices of the mean rank shift from a quarter, a half and all of the rows:
    ``factor, rows``, those of the indices, and ``resolved``: whether ST can be told from the next
    factor's; empty of groups, which are not compared.
    """
    single, tables = len(evaluated.plan.design.names), []
    for fraction in FRACTIONS:
        sample = Sample(evaluated, fraction)
        if len(sample.a) < 2:
            continue
        table = sample.indices([SHIFT], evaluated.shifts[None, :])
        low, high, value = (table[name].to_numpy()[:single] for name in ("ST_low", "ST_high", "ST"))
        clear = resolved(low, high, np.nan_to_num(value)).tolist()
        clear += [None] * (len(table) - single)
        tables.append(table.assign(rows=len(sample.a), resolved=np.array(clear, dtype=object)))
    columns = ["factor", "rows", *COLUMNS[2:], "resolved"]
    return pd.concat(tables or [pd.DataFrame(columns=columns)], ignore_index=True)[columns]


def alone_table(evaluated: Uncertainty) -> pd.DataFrame:
    """Tell what each factor does alone, the others at the base, a row an option (or a factor
    without options, over up to 64 draws): ``factor, setting, draws, mean_shift, max_shift, unit``
    (the largest absolute change of a rank, and whose), ``problem`` (why it could not be evaluated).
    """
    rows, names = [], row_names(evaluated)
    for factor, value, evaluations in _tried_alone(evaluated):
        problems = [evaluated.problems[e] for e in evaluations if e in evaluated.problems]
        good = [e for e in evaluations if e not in evaluated.problems]
        row: dict[str, object] = {"factor": factor, "setting": value, "draws": len(evaluations)}
        if good:
            ranks = np.concatenate([group.ranks[:, good] for group in evaluated.store.groups()])
            most = np.nan_to_num(np.abs(ranks - evaluated.ranks[:, None])).max(axis=1)
            unit = names[int(most.argmax())] if most.max() > 0 else ""
            mean = float(evaluated.shifts[good].mean())
            row |= {"mean_shift": mean, "max_shift": float(most.max()), "unit": unit}
        rows.append({**row, "problem": problems[0] if problems else ""})
    columns = ["factor", "setting", "draws", "mean_shift", "max_shift", "unit", "problem"]
    return pd.DataFrame(rows, columns=columns)


def _tried_alone(evaluated: Uncertainty) -> Iterator[tuple[str, str, list[int]]]:
    """Give the values that were tried alone: the factor, the value in words, and the evaluations."""
    plan = evaluated.plan
    for column, factor in enumerate(evaluated.study.factors):
        part = f"alone:{factor.name}"
        if not factor.options:
            yield factor.name, factor.kind, plan.of(part).tolist()
            continue
        numbers = plan.labels[plan.design.parts[part], column].tolist()
        for number, evaluation in zip(numbers, plan.of(part).tolist(), strict=True):
            yield factor.name, short(factor.options[number]), [evaluation]


def row_names(evaluated: Uncertainty) -> list[str]:
    """Return a name for every row: the unit, with the year where there is more than one."""
    units, years = evaluated.panel.units, evaluated.panel.years
    if len(np.unique(years)) < 2:
        return units
    return [f"{unit}:{year}" for unit, year in zip(units, years, strict=True)]


def idle_factors(evaluated: Uncertainty) -> dict[str, str]:
    """Say of the factors that change nothing in what way, by name. What a factor does alone counts
    and, with the indices' replicates, what it does beside the others' values.
    """
    plan, idle = evaluated.plan, dict[str, str]()
    for name in plan.design.names:
        alone = plan.of(f"alone:{name}")
        before, after = np.full(len(alone), alone[0]), alone
        if evaluated.with_indices:
            before = np.concatenate([before, plan.of("A")])
            after = np.concatenate([after, plan.of(f"AB:{name}")])
        differ = before != after
        if not differ.any():
            idle[name] = (
                "every setting comes to the same method: it changes nothing"
                if alone[0] == plan.of("nominal")[0]
                else "every setting comes to one method, not the base's: nothing in it is uncertain"
            )
            continue
        pairs = np.unique(np.stack([before[differ], after[differ]]), axis=1)
        pairs = pairs[:, evaluated.valid[pairs].all(axis=0)]
        if not pairs.size:
            idle[name] = "wherever it changes something, the replicate fails"
        elif _same_results(evaluated, pairs):
            idle[name] = "its settings change no score and no rank"
    return idle


def _same_results(evaluated: Uncertainty, pairs: np.ndarray) -> bool:
    """Tell whether two evaluations of each pair, ``(2, pairs)``, have the same scores and ranks."""
    for group in evaluated.store.groups():
        for start in range(0, pairs.shape[1], PAIRS):
            before, after = pairs[:, start : start + PAIRS]
            one, other = group.scores[:, before], group.scores[:, after]
            if not np.allclose(one, other, rtol=1e-12, atol=0, equal_nan=True):
                return False
            if not np.array_equal(group.ranks[:, before], group.ranks[:, after], equal_nan=True):
                return False
    return True


def undrawn(evaluated: Uncertainty) -> dict[str, tuple[int, int]]:
    """Tell how many choices of a factor no point drew, and how many it has."""
    rows = {}
    for factor in evaluated.study.factors:
        labels = evaluated.plan.labels[:, evaluated.plan.design.names.index(factor.name)]
        count, drawn = len(factor.choices), len(np.unique(labels[labels >= 0]))
        if drawn < count:
            rows[factor.name] = (count - drawn, count)
    return rows


def failure_table(evaluated: Uncertainty) -> pd.DataFrame:
    """List the replicates that failed: ``replicate, part``, the value of each factor, ``problem``."""
    plan = evaluated.plan
    sizes = [where.stop - where.start for where in plan.design.parts.values()]
    part = np.repeat(list(plan.design.parts), sizes).tolist()
    rows = []
    for replicate in np.flatnonzero(~evaluated.valid[plan.evaluation]).tolist():
        words = values_in_words(plan, evaluated.study, replicate).values()
        problem = evaluated.problems[int(plan.evaluation[replicate])]
        rows.append((replicate, part[replicate], *words, problem))
    return pd.DataFrame(rows, columns=["replicate", "part", *plan.design.names, "problem"])


def changes(evaluated: Uncertainty) -> Iterator[tuple[list[str], str, np.ndarray, np.ndarray]]:
    """Give the change of every unit that is in the first and the last year, some at a time: units,
    output, the change in every evaluation, ``(units, evaluations)``, and in the base, ``(units,)``.
    """
    panel, store = evaluated.panel, evaluated.store
    rows = pd.Series(range(len(panel.units)), [panel.units, panel.years])
    ends = [rows.xs(year, level=1) for year in (panel.years.min(), panel.years.max())]
    units = [unit for unit in dict.fromkeys(panel.units) if all(unit in end for end in ends)]
    step = max(CHUNK // max(evaluated.plan.count, 1), 1)
    for start in range(0, len(units), step):
        names = units[start : start + step]
        first, last = (end[names].to_numpy() for end in ends)
        before, after = ([store.units(slice(row, row + 1)) for row in end] for end in (first, last))
        for output in SIGNS:
            old, new = (
                np.concatenate([getattr(group, f"{output}s") for group in groups]).astype(float)
                for groups in (before, after)
            )
            nominal = getattr(evaluated, f"{output}s")
            yield names, output, new - old, nominal[last] - nominal[first]


def change_table(evaluated: Uncertainty) -> pd.DataFrame:
    """Summarize the change from the first to the last year, within every replicate.

    Two rows a unit that is in both years: ``unit, output`` (``score`` or ``rank``), the columns
    :data:`~erat.robustness.intervals.COLUMNS`, and ``better`` and ``worse``: the shares of
    replicates in which the score rises (or the rank gets nearer to 1), or falls.
    """
    replicates = np.repeat(np.arange(evaluated.plan.count), evaluated.counts)
    columns = ["unit", "output", *INTERVAL, "better", "worse"]
    tables = [pd.DataFrame(columns=columns)]
    for units, output, change, nominal in changes(evaluated):
        change = change[:, replicates]
        table = pd.DataFrame(
            {"unit": units, "output": output, "nominal": nominal, **summary(change)}
        )
        signed = SIGNS[output] * change
        for name, where in (("better", signed > 0), ("worse", signed < 0)):
            table[name] = where.mean(axis=1)
            table.loc[np.isnan(change).all(axis=1), name] = np.nan
        tables.append(table[columns])
    order = {unit: place for place, unit in enumerate(dict.fromkeys(evaluated.panel.units))}
    both = pd.concat(tables[1:] or tables)
    return both.sort_values(
        "unit", key=lambda unit: unit.map(order), kind="stable", ignore_index=True
    )


def change_indices(evaluated: Uncertainty) -> pd.DataFrame:
    """Return the change's sensitivity indices; output is ``rank:UNIT`` or ``score:UNIT``."""
    sample = Sample(evaluated)
    tables = [
        sample.indices([f"{output}:{unit}" for unit in units], change)
        for units, output, change, _ in changes(evaluated)
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
