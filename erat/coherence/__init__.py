"""Coherence: do the indicators measure one thing, and does the index weigh them as it says?

Pure functions on tables (units by indicators or items, missing as nan) and on assessments. Where a
matrix is needed, rows with a gap and columns that are constant are left out. What is not defined
(a constant column, too few rows, a singular matrix) is nan, never a warning. An infinite value is
refused (DataError).
"""

from erat.coherence.coherence_tables import statistics
from erat.coherence.correlations import (
    collinear,
    importance,
    importance_table,
    main_effect,
    redundant,
    vif,
    with_parents,
    within_and_across,
)
from erat.coherence.reliability import (
    alpha_if_deleted,
    bartlett,
    kmo,
    omega,
    one_factor,
    principal_components,
    reliability,
    reliability_by_node,
    retained,
    scree,
)
from erat.index.assessment import in_year
from erat.index.correlation import correlations

__all__ = [
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
