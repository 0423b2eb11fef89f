"""The ten steps of the OECD/JRC Handbook as checks: pure functions from tables to numbers.

The verdict of a check is that of its limit (:data:`LIMITS`) and rests on the number alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from erat.index.framework import Framework

LENSES = {
    "phase": ("prevention", "preparedness", "response", "recovery"),
    "capacity": ("absorb", "adapt", "recover"),
}
"""The two lenses that cut across all indicators, and what each can say of one."""

VERDICTS = ("pass", "look", "fail")
"""What may be found of a number, the best first."""
ROUNDING = 1e-12
FLAWLESS = 1e-9
"""Numbers up to here are 0 but for rounding."""


@dataclass(frozen=True)
class Limit:
    """Where a number stops to pass; the limit itself still passes.

    Beyond ``look`` a number needs a look, beyond ``fail`` (if any) it fails; ``low``: small numbers
    are the worse ones. ``source`` are keys of :data:`SOURCES`; of two the first set ``look``, the
    second ``fail``. ``form`` is for :func:`erat.locale.written`.
    """

    look: float
    fail: float | None
    source: tuple[str, ...]
    form: str = ".0%"
    low: bool = False

    def verdict(self, value: float) -> str:
        """Judge a number; one that could not be computed (nan) needs a look."""
        if np.isnan(value):
            return "look"
        if self.fail is not None and self._beyond(value, self.fail):
            return "fail"
        return "look" if self._beyond(value, self.look) else "pass"

    def flawless(self, value: float) -> bool:
        """Say whether a number could not be better: none at fault, or all there."""
        return value >= 1 if self.low else value <= FLAWLESS

    def _beyond(self, value: float, limit: float) -> bool:
        return value < limit - ROUNDING if self.low else value > limit + ROUNDING


SOURCES = {
    "JRC": "European Commission, Joint Research Centre",
    "Handbook": "OECD/JRC (2008), Handbook on Constructing Composite Indicators",
    "Nunnally": "Nunnally (1978), Psychometric Theory",
    "George": "George and Mallery (2003), SPSS for Windows Step by Step",
    "Kaiser": "Kaiser and Rice (1974), Little Jiffy, Mark IV, Educational and Psychological "
    "Measurement 34",
    "e-RAT": "e-RAT",
}
"""What the short names of sources stand for."""

OWN, JRC, BOTH = ("e-RAT",), ("JRC",), ("e-RAT", "JRC")

LIMITS: dict[str, dict[str, Limit]] = {
    "framework": {
        "unexplained": Limit(0, 0.5, OWN),
        "single": Limit(0, 0.5, OWN),
        "lenses": Limit(0, 3, OWN, ".0"),
    },
    "data": {
        "coverage_indicator": Limit(0.95, 0.65, BOTH, low=True),
        "coverage_unit": Limit(0.95, 0.65, BOTH, low=True),
        "derived": Limit(0.1, 0.5, OWN),
        "one_copy": Limit(0.5, None, OWN),
    },
    "imputation": {"filled": Limit(0.05, 0.35, ("Handbook", "JRC")), "left": Limit(0, 0.35, BOTH)},
    "multivariate": {
        "lowest_pair": Limit(0.3, -0.4, JRC, ".2", low=True),
        "highest_pair": Limit(0.92, 0.99, ("JRC", "e-RAT"), ".2"),
        "alpha": Limit(0.7, 0.5, ("Nunnally", "George"), ".2", low=True),
        "elsewhere": Limit(0, 1 / 3, OWN),
        "kmo": Limit(0.6, 0.5, ("Kaiser",), ".2", low=True),
        "units_each": Limit(3, 1, ("Handbook",), ".1", low=True),
    },
    "normalization": {
        "outliers": Limit(0, 0.25, OWN),
        "scale": Limit(0.5, 0.25, OWN, low=True),
        "clipped": Limit(0, 0.05, OWN, ".1%"),
    },
    "weighting": {
        "largest_weight": Limit(2, 4, OWN, ".2"),
        "gap": Limit(0.1, 0.2, OWN, ".1%"),
        "with_index": Limit(0.3, 0.0, ("JRC", "e-RAT"), ".2", low=True),
    },
    "robustness": {
        "width": Limit(0.15, 1 / 3, OWN, ".1%"),
        "open": Limit(0.25, 0.75, OWN),
        "choice": Limit(0.05, 0.15, OWN, ".1%"),
    },
    "details": {
        "left_out": Limit(0.05, 0.15, OWN, ".1%"),
        "dominant": Limit(1 / 3, 0.5, OWN),
        "closing": Limit(1e-9, 1e-6, OWN, ".2"),
        "rebuilt": Limit(1e-9, 1e-6, OWN, ".2"),
    },
    "links": {
        "compared": Limit(1, None, OWN, ".0", low=True),
        "overlap": Limit(0.8, 0.92, BOTH, ".2"),
        "shared": Limit(1 / 3, 2 / 3, OWN),
    },
    "presentation": {
        "unsourced": Limit(0, 0.05, OWN, ".1%"),
        "untranslated": Limit(0, 0.25, OWN),
        "no_interval": Limit(0, 0.5, OWN),
    },
}
"""The ten steps of OECD/JRC (2008), Handbook on Constructing Composite Indicators, in its order,
and the limits of each.

0.3, 0.92, -0.4 (correlations) and 65% (data of a unit or an indicator) are the JRC's rules of
thumb; 5% of missing values is the Handbook's (after Little and Rubin 1987), and so is the least of
three units an indicator for a factor analysis; below one the correlations are singular.
"""


class Check(NamedTuple):
    """One number of a step, nan if it could not be computed; its name is a key of its limit. It is
    ``about`` indicators, nodes or units (codes); ``details`` explain it.
    """

    name: str
    value: float
    about: tuple[str, ...] = ()
    details: Mapping[str, float | str] = {}


def judged(steps: Mapping[str, Iterable[Check]]) -> pd.DataFrame:
    """Hold the checks of steps against their limits.

    Indexed by ``step, check``: ``value``, ``look`` and ``fail`` (the limits), their ``source``,
    ``verdict`` (ordered: pass, look, fail), ``about`` and ``details``.
    """
    rows = []
    for step, checks in steps.items():
        for name, value, about, details in checks:
            limit = LIMITS[step][name]
            judgement = (limit.look, limit.fail, limit.source, limit.verdict(value))
            rows.append((step, name, value, *judgement, about, details))
    columns = ["step", "check", "value", "look", "fail", "source", "verdict", "about", "details"]
    table = pd.DataFrame(rows, columns=columns)
    table["verdict"] = pd.Categorical(table["verdict"], VERDICTS, ordered=True)
    return table.set_index(["step", "check"])


def step_verdicts(checks: pd.DataFrame) -> pd.Series:
    """Return the verdict of every step, that of its worst check, in the order of the Handbook."""
    return checks.groupby(level="step", sort=False)["verdict"].max()


def framework_checks(framework: Framework) -> list[Check]:
    """Check the framework: ``unexplained`` is the share of nodes without a reason or a reference,
    ``single`` of dimensions with one indicator, ``lenses`` the number of phases and capacities that
    no indicator stands for (where the framework has these columns).
    """
    table, indicators = framework.table, set(framework.indicators)
    bare = table.reindex(columns=["reason_en", "reference"], fill_value="").eq("").any(axis=1)
    counts = {node: len(indicators & {*below}) for node, below in framework.children.items()}
    families = {node: count for node, count in counts.items() if count}
    single = tuple(node for node, count in families.items() if count == 1)
    checks = [
        _share("unexplained", bare, {"n": len(table)}),
        Check("single", len(single) / len(families), single, {"n": len(families)}),
    ]
    if set(LENSES) <= set(table):
        leaves = table.loc[framework.indicators]
        tags = [(lens, tag) for lens, tags in LENSES.items() for tag in tags]
        gone = tuple(f"{lens} {tag}" for lens, tag in tags if not (leaves[lens] == tag).any())
        checks.append(Check("lenses", len(gone), gone))
    return checks


def data_checks(values: pd.DataFrame, cells: pd.DataFrame) -> list[Check]:
    """Check the data: how complete values are (units by indicators, gaps nan); how much of their
    cells (``status, verified``) is derived, how much was seen in no second copy.
    """
    there = values.notna()
    return [
        _extreme("coverage_indicator", there.mean(), "min"),
        _extreme("coverage_unit", there.mean(axis=1), "min"),
        Check("derived", float((cells["status"] == "derived").mean())),
        Check("one_copy", float((cells["verified"] != "second_copy").mean())),
    ]


def imputation_checks(
    values: pd.DataFrame, imputed: pd.DataFrame, carried: pd.DataFrame
) -> list[Check]:
    """Check units by indicators: ``filled`` is the share imputed or carried forward from an earlier
    year; ``left`` the share still missing, for which the other indicators of a node stand in.
    """
    filled = (values.isna() & imputed.notna()) | carried
    return [_share("filled", filled), _share("left", imputed.isna())]


def multivariate_checks(
    pairs: pd.DataFrame, parents: pd.DataFrame, reliability: pd.DataFrame, indicators: Sequence[str]
) -> list[Check]:
    """Check whether the indicators of a dimension go together, and only they. The tables are those
    of :func:`erat.coherence.coherence_tables.coherence_tables`, correlations of one kind.
    """
    leaves = pairs[pairs["a"].isin(indicators) & pairs["b"].isin(indicators)]
    inside = leaves[leaves["relation"] == "siblings"]
    families = reliability[reliability["of"] == "children"].set_index("node")["alpha"]
    whole = reliability.iloc[-1]
    away = parents[parents["code"].isin(indicators) & (parents["flag"] == "elsewhere")]
    worst: dict[str, float | str] = {}
    if len(away):
        row = away.loc[(away["r_best"] - away["r"]).idxmax(), ["code", "r", "best", "r_best"]]
        worst = dict(zip(("worst", "r", "other", "r_other"), row, strict=True))
    return [
        _pair("lowest_pair", inside, inside["r"], "min"),
        _pair("highest_pair", leaves, leaves["r"].abs(), "max"),
        _extreme("alpha", families[families.index.isin(inside["node"])], "min"),
        Check("elsewhere", len(away) / len(indicators), tuple(away["code"]), worst),
        Check("kmo", float(whole["kmo"])),
        Check("units_each", int(whole["n"]) / len(indicators)),
    ]


def normalization_checks(
    outliers: pd.Series, used: pd.Series, clipped: pd.DataFrame
) -> list[Check]:
    """Check the scales: whether an indicator has outliers after treatment; the share of its scale
    that is used; units by indicators, whether a value lies beyond the scale's ends.
    """
    return [
        _share("outliers", outliers, {"n": len(outliers)}),
        _extreme("scale", used, "min"),
        _share("clipped", clipped),
    ]


def weighting_checks(importance: pd.DataFrame) -> list[Check]:
    """Check the largest weight, and how far the effective importance is from the weights;
    :func:`erat.coherence.correlations.importance` gives ``weight``, ``r`` and ``gap`` in the index.
    """
    n, weights = len(importance), importance["weight"]
    details = {"weight": float(weights.max()), "equal": 1 / n}
    return [
        _extreme("largest_weight", weights * n, "max", details),
        _extreme("gap", importance["gap"].abs(), "max"),
        _extreme("with_index", importance["r"], "min"),
    ]


def robustness_checks(ranks: pd.DataFrame, effects: pd.DataFrame) -> list[Check]:
    """Check how firm ranks (``low, high``; thirds ``best, worst``) are under other choices
    (``factor, choice, mean_shift``). Leaving out an indicator belongs to the step after this one.
    """
    n, width = len(ranks), float((ranks["high"] - ranks["low"]).median())
    parted = int((ranks["best"] != ranks["worst"]).sum())
    checks = [
        Check("width", width / n, (), {"ranks": width, "n": n}),
        Check("open", parted / n, (), {"provinces": parted, "n": n}),
    ]
    choices = effects[effects["factor"] != "left_out"]
    shift = choices.set_index(choices["factor"] + " " + choices["choice"].astype(str))["mean_shift"]
    return [*checks, *([_shift("choice", shift, n)] if len(choices) else [])]


def details_checks(
    shares: pd.DataFrame, score: pd.Series, stored: pd.Series, shift: pd.Series
) -> list[Check]:
    """Check what the index is made of, and whether it can be followed back. ``shares`` are
    contributions, units by indicators; ``score`` is the index constructed anew from the published
    figures, ``stored`` as reported; ``shift`` the mean change of rank without an indicator.
    """
    total = shares.sum(axis=1, skipna=False)
    return [
        _shift("left_out", shift, len(score)),
        _extreme("dominant", mean_shares(shares), "max"),
        Check("closing", float((total - score).abs().max())),
        Check("rebuilt", float((score - stored.reindex(score.index)).abs().max())),
    ]


def mean_shares(contributions: pd.DataFrame) -> pd.Series:
    """Return the mean share of scores (those above 0) that comes from each indicator."""
    total = contributions.sum(axis=1, skipna=False)
    return contributions.div(total.where(total > 0), axis=0).mean()


def links_checks(r: pd.Series, shared: float) -> list[Check]:
    """Check ``r`` with published indexes of something near, and the share of shared indicators."""
    named = Check("compared", len(r), tuple(map(str, r.index)))
    if r.empty:
        return [named]
    return [named, _extreme("overlap", r.abs(), "max"), Check("shared", shared)]


def presentation_checks(
    framework: Framework, cells: pd.DataFrame, intervals: pd.DataFrame
) -> list[Check]:
    """Check whether a reader can trace and read what is shown: names and reasons in both languages;
    ``publisher, publication, table`` of values; ``low, high`` of all published ranks and scores.
    """
    columns = [f"{text}_{code}" for text in ("name", "reason") for code in ("id", "en")]
    texts = framework.table.reindex(columns=columns, fill_value="")
    named = (cells["publisher"] != "") & ((cells["publication"] != "") | (cells["table"] != ""))
    return [
        Check("unsourced", float((~named).mean())),
        Check("untranslated", float((texts == "").to_numpy().mean())),
        Check("no_interval", float(intervals[["low", "high"]].isna().any(axis=1).mean())),
    ]


def _share(
    name: str, flags: pd.Series | pd.DataFrame, details: Mapping[str, float | str] | None = None
) -> Check:
    """Take the share that is flagged; it is of the codes, or columns, with a flag."""
    flagged = flags.any() if isinstance(flags, pd.DataFrame) else flags
    codes = tuple(str(code) for code in flagged.index[flagged])
    return Check(name, float(flags.to_numpy().mean()), codes, details or {})


def _extreme(
    name: str, values: pd.Series, end: str, details: Mapping[str, float | str] | None = None
) -> Check:
    """Take the lowest or highest value with its code; nan where there is none."""
    known = values.dropna()
    if known.empty:
        return Check(name, np.nan)
    code = known.idxmin() if end == "min" else known.idxmax()
    return Check(name, float(known[code]), (str(code),), details or {})


def _shift(name: str, shift: pd.Series, n: int) -> Check:
    """Take the largest mean change of rank, as a share of all ranks."""
    return _extreme(name, shift / n, "max", {"ranks": float(shift.max())})


def _pair(name: str, pairs: pd.DataFrame, r: pd.Series, end: str) -> Check:
    """Take the pair with the lowest or highest correlation."""
    named = r.set_axis(pd.MultiIndex.from_frame(pairs[["a", "b"]])).dropna()
    if named.empty:
        return Check(name, np.nan)
    a, b = named.idxmin() if end == "min" else named.idxmax()
    return Check(name, float(named[(a, b)]), (str(a), str(b)), {"a": str(a), "b": str(b)})
