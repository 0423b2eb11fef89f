"""The ten steps of the OECD/JRC Handbook as questions with limits: pass, look or fail.

A step's checks are numbers held against documented limits. Nothing else decides on a verdict, and
a step is no better than its worst check.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

STEPS = (
    "framework",
    "data",
    "imputation",
    "multivariate",
    "normalization",
    "weighting",
    "robustness",
    "details",
    "links",
    "presentation",
)
"""The steps, in the order of OECD/JRC (2008), Handbook on Constructing Composite Indicators."""


class Verdict(IntEnum):
    """What is found of a check or a step; the larger is the worse."""

    PASS = 0
    LOOK = 1
    FAIL = 2


@dataclass(frozen=True)
class Limit:
    """Where a number stops to pass.

    Attributes
    ----------
    look, fail
        Beyond ``look`` a number needs a look, beyond ``fail`` it fails; None if it never does.
        The limit itself still passes. Numbers below them are the worse ones if ``fail`` is below
        ``look``, or if ``low`` says so.
    source
        Who set the limit, a key of :data:`SOURCES`. Where two names stand, the first set ``look``
        and the second ``fail``.
    kind
        How the number is written: ``share`` (percent), ``number`` (two decimals), ``count``.
    low
        Whether small numbers are the worse ones.
    """

    look: float
    fail: float | None
    source: tuple[str, ...]
    kind: str = "share"
    low: bool = False

    def verdict(self, value: float) -> Verdict:
        """Judge a number; one that could not be computed (nan) needs a look."""
        if np.isnan(value):
            return Verdict.LOOK
        if self.fail is not None and self._beyond(value, self.fail):
            return Verdict.FAIL
        return Verdict.LOOK if self._beyond(value, self.look) else Verdict.PASS

    def _beyond(self, value: float, limit: float) -> bool:
        return value < limit - 1e-12 if self.low else value > limit + 1e-12


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

LIMITS: dict[str, Limit] = {
    # 1, framework
    "unexplained": Limit(0, 0.5, OWN),
    "single": Limit(0, 0.5, OWN),
    "lenses": Limit(0, 3, OWN, "count"),
    # 2, data
    "coverage_indicator": Limit(0.95, 0.65, BOTH, low=True),
    "coverage_unit": Limit(0.95, 0.65, BOTH, low=True),
    "derived": Limit(0.1, 0.5, OWN),
    "unverified": Limit(0.5, None, OWN),
    # 3, imputation
    "filled": Limit(0.05, 0.35, ("Handbook", "JRC")),
    "left": Limit(0, 0.35, BOTH),
    # 4, multivariate analysis
    "lowest_pair": Limit(0.3, -0.4, JRC, "number", low=True),
    "highest_pair": Limit(0.92, 0.99, ("JRC", "e-RAT"), "number"),
    "alpha": Limit(0.7, 0.5, ("Nunnally", "George"), "number", low=True),
    "elsewhere": Limit(0, 1 / 3, OWN),
    "kmo": Limit(0.6, 0.5, ("Kaiser",), "number", low=True),
    "units_each": Limit(3, 1, ("Handbook",), "number", low=True),
    # 5, normalization
    "outliers": Limit(0, 0.25, OWN),
    "scale": Limit(0.5, 0.25, OWN, low=True),
    "clipped": Limit(0, 0.05, OWN),
    # 6, weighting and aggregation
    "largest_weight": Limit(2, 4, OWN, "number"),
    "gap": Limit(0.1, 0.2, OWN),
    "with_index": Limit(0.3, 0.0, ("JRC", "e-RAT"), "number", low=True),
    # 7, robustness and sensitivity
    "width": Limit(0.15, 1 / 3, OWN),
    "open": Limit(0.25, 0.75, OWN),
    "choice": Limit(0.05, 0.15, OWN),
    # 8, back to the details
    "left_out": Limit(0.05, 0.15, OWN),
    "dominant": Limit(1 / 3, 0.5, OWN),
    "closing": Limit(1e-9, 1e-6, OWN, "number"),
    "rebuilt": Limit(1e-9, 1e-6, OWN, "number"),
    # 9, links to other indicators
    "compared": Limit(1, None, OWN, "count", low=True),
    "overlap": Limit(0.8, 0.92, BOTH, "number"),
    "shared": Limit(1 / 3, 2 / 3, OWN),
    # 10, presentation and dissemination
    "unsourced": Limit(0, 0.05, OWN),
    "untranslated": Limit(0, 0.25, OWN),
    "no_interval": Limit(0, 0.5, OWN),
}
"""The limit of every check.

0.3, 0.92, -0.4 (correlations) and 65% (data of a unit or an indicator) are the JRC's rules of
thumb; 5% of missing values is the Handbook's (after Little and Rubin 1987), and so is the least of
three units an indicator for a factor analysis; below one the correlations are singular.
"""


@dataclass(frozen=True)
class Check:
    """One number of a step.

    Attributes
    ----------
    name
        A key of :data:`LIMITS`.
    value
        What was found; nan if it could not be computed.
    about
        Codes of the indicators, nodes or units that the number is of.
    against
        What each of them is held against, where it is (the dimension that it fits better).
    numbers
        For each of ``about``, the number of its own and of ``against``.
    """

    name: str
    value: float
    about: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    numbers: tuple[tuple[float, float], ...] = ()

    @property
    def limit(self) -> Limit:
        """The limit that the number is held against."""
        return LIMITS[self.name]

    @property
    def verdict(self) -> Verdict:
        """Pass, look or fail."""
        return self.limit.verdict(self.value)


@dataclass(frozen=True)
class Step:
    """One step of the Handbook with its checks, of which there is at least one."""

    name: str
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the checks."""
        return max(check.verdict for check in self.checks)

    @property
    def reasons(self) -> tuple[Check, ...]:
        """The checks that the verdict rests on: all that share the worst verdict."""
        return tuple(check for check in self.checks if check.verdict == self.verdict)
