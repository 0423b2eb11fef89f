"""The limits that an audit holds numbers against: pass, look or fail, and who set them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
        "unverified": Limit(0.5, None, OWN),
    },
    "imputation": {
        "filled": Limit(0.05, 0.35, ("Handbook", "JRC")),
        "left": Limit(0, 0.35, BOTH),
    },
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
