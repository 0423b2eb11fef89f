"""Coherence: do the indicators measure one thing, and does the index weigh them as it says?

Pure functions on tables (rows are units, columns are indicators) and on assessments. What is not
defined (a constant column, too few rows, a singular matrix) is nan, never a warning.
"""

from erat.coherence.components import Components, principal_components, retained, scree
from erat.coherence.factorability import Bartlett, Kmo, bartlett, kmo
from erat.coherence.importance import importance, importance_table, main_effect
from erat.coherence.omega import omega, one_factor
from erat.coherence.redundancy import Collinearity, collinearity, redundant, vif
from erat.coherence.relations import Thresholds, with_parents, within_and_across
from erat.coherence.reliability import (
    Reliability,
    alpha_if_deleted,
    reliability,
    reliability_by_node,
)
from erat.coherence.statistics import statistics
from erat.index.assessment import in_year
from erat.index.correlation import Correlations, correlations

__all__ = [
    "Bartlett",
    "Collinearity",
    "Components",
    "Correlations",
    "Kmo",
    "Reliability",
    "Thresholds",
    "alpha_if_deleted",
    "bartlett",
    "collinearity",
    "correlations",
    "importance",
    "importance_table",
    "in_year",
    "kmo",
    "main_effect",
    "omega",
    "one_factor",
    "principal_components",
    "redundant",
    "reliability",
    "reliability_by_node",
    "retained",
    "scree",
    "statistics",
    "vif",
    "with_parents",
    "within_and_across",
]
