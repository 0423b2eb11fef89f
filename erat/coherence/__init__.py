"""Coherence: do the indicators measure one thing, and does the index weigh them as it says?

Pure functions on tables (rows are units, columns are indicators) and on assessments. What is not
defined (a constant column, too few rows, a singular matrix) is nan, never a warning.
"""

from erat.coherence.components import (
    Bartlett,
    Components,
    Kmo,
    bartlett,
    kmo,
    principal_components,
    retained,
    scree,
)
from erat.coherence.correlations import (
    collinear,
    redundant,
    vif,
    with_parents,
    within_and_across,
)
from erat.coherence.importance import importance, importance_table, main_effect
from erat.coherence.reliability import (
    Reliability,
    alpha_if_deleted,
    omega,
    one_factor,
    reliability,
    reliability_by_node,
)
from erat.coherence.statistics import statistics
from erat.index.assessment import in_year
from erat.index.correlation import Correlations, correlations

__all__ = [
    "Bartlett",
    "Components",
    "Correlations",
    "Kmo",
    "Reliability",
    "alpha_if_deleted",
    "bartlett",
    "collinear",
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
