"""Notebooks, run and shown as pages of a site; what a notebook imports to show and say."""

from erat.report import index_text, sources, study_text
from erat.report.index_text import estimate
from erat.report.show import items, link, say, show, title, words

__all__ = [
    "estimate",
    "index_text",
    "items",
    "link",
    "say",
    "show",
    "sources",
    "study_text",
    "title",
    "words",
]
