"""e-RAT, the Electronic Resilience Assessment Tool: indexes whose every step can be traced."""

from erat.assessment import Assessment, assess
from erat.edition import Edition
from erat.errors import EratError, InputError, Problem
from erat.framework import Framework
from erat.method import Method
from erat.panel import Panel
from erat.project import Project
from erat.results import Results
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
]
