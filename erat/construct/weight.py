"""Weighting: the weight of every child under its node. One file a source of weights.

- the framework, or none: :mod:`erat.construct.children`
- what goes together: :mod:`erat.construct.components` (pca)
- what tells units apart: :mod:`erat.construct.contrast` (entropy, critic)
- people: :mod:`erat.construct.experts` (ahp, budget)
- what suits each unit, or gives each child its influence: :mod:`erat.construct.optimum`
  (bod, optimized)

A node with one child gives it the weight 1, whatever the weighting.
"""

from __future__ import annotations

from erat.construct.children import WEIGHTINGS, Children
from erat.construct.components import pca
from erat.construct.contrast import critic, entropy
from erat.construct.experts import ahp, budget
from erat.construct.optimum import bod, optimized

__all__ = [
    "WEIGHTINGS",
    "Children",
    "ahp",
    "bod",
    "budget",
    "critic",
    "entropy",
    "optimized",
    "pca",
]
