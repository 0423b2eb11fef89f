"""Notebooks, run and shown as pages of a site; what a notebook imports to show and say."""

from erat.report import (
    capacity_text,
    index_text,
    national_text,
    province_text,
    regency_text,
    sources,
    study_text,
    years,
)
from erat.report.index_text import estimate
from erat.report.show import (
    carry_mark,
    download,
    folded,
    items,
    link,
    say,
    show,
    title,
    words,
)

__all__ = [
    "capacity_text",
    "carry_mark",
    "download",
    "estimate",
    "folded",
    "index_text",
    "items",
    "link",
    "national_text",
    "province_text",
    "regency_text",
    "say",
    "show",
    "sources",
    "study_text",
    "title",
    "words",
    "years",
]
