"""e-RAT, the Electronic Resilience Assessment Tool: indexes whose every step can be traced."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erat.edition.edition import Edition
    from erat.edition.opened import open_edition
    from erat.edition.project import Project
    from erat.errors import EratError, InputError, Problem
    from erat.index.assessment import Assessment, assess
    from erat.index.framework import Framework
    from erat.index.method import Method
    from erat.index.panel import Panel
    from erat.robustness.alternatives import Alternatives, alternatives
    from erat.robustness.factors import Study

PLACES = {
    "edition.edition": ("Edition",),
    "edition.opened": ("open_edition",),
    "edition.project": ("Project",),
    "errors": ("EratError", "InputError", "Problem"),
    "index.assessment": ("Assessment", "assess"),
    "index.framework": ("Framework",),
    "index.method": ("Method",),
    "index.panel": ("Panel",),
    "robustness.alternatives": ("Alternatives", "alternatives"),
    "robustness.factors": ("Study",),
}
"""Where the public names come from: they are imported when they are first used."""

__all__ = [
    "Alternatives", "Assessment", "Edition", "EratError", "Framework", "InputError", "Method",
    "Panel", "Problem", "Project", "Study", "alternatives", "assess", "open_edition",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that the commands start at once."""
    place = next((place for place, names in PLACES.items() if name in names), None)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f"{__name__}.{place}"), name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
