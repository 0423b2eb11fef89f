"""Notebooks, run and shown as pages of a site; what a notebook imports to show and say."""

from erat.report import (
    audit_text,
    capacity_text,
    index_text,
    province_text,
    regency_text,
    sources,
    study_text,
)
from erat.report.index_text import estimate
from erat.report.show import carry_mark, download, folded, items, link, say, show, title, words

__all__ = [
    "audit_text", "capacity_text", "carry_mark", "download", "estimate", "folded", "index_text",
    "items", "link", "province_text", "regency_text", "say", "show", "sources", "study_text",
    "title", "words",
]  # fmt: skip
