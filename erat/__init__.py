"""e-RAT, the Electronic Resilience Assessment Tool: indexes whose every step can be traced."""

from erat.edition.edition import Edition
from erat.edition.opened import open_edition
from erat.edition.project import Project
from erat.edition.results import Results
from erat.errors import EratError, InputError, Problem
from erat.index.assessment import Assessment, assess
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel
from erat.robustness.alternatives import Alternatives, alternatives
from erat.robustness.factors import Study

__all__ = [
    "Alternatives",
    "Assessment",
    "Edition",
    "EratError",
    "Framework",
    "InputError",
    "Method",
    "Panel",
    "Problem",
    "Project",
    "Results",
    "Study",
    "alternatives",
    "assess",
    "open_edition",
]
