"""Weighting: the weight of every child under its node. One file a source of weights.

- the framework, or none: :mod:`erat.index.construct.children`
- what goes together: :mod:`erat.index.construct.components` (pca)
- what tells units apart: :mod:`erat.index.construct.contrast` (entropy, critic)
- people: :mod:`erat.index.construct.experts` (ahp, budget)
- what suits each unit, or gives each child its influence: :mod:`erat.index.construct.optimum`
  (bod, optimized)

A node with one child gives it the weight 1, whatever the weighting.
"""

from __future__ import annotations

from erat.index.construct.children import WEIGHTINGS, Children
from erat.index.construct.components import pca
from erat.index.construct.contrast import critic, entropy
from erat.index.construct.experts import ahp, budget
from erat.index.construct.optimum import bod, optimized

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
