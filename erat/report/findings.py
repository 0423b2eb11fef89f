"""Strengths, weaknesses and red flags of a province, by rules that are told with each."""

from __future__ import annotations

import pandas as pd

from erat.report.province_view import ProvinceView
from erat.robustness.rank_result import third

MOST = 3
"""Strengths and weaknesses listed at the most."""

FIFTH = 5
"""A flag is raised for an indicator in the lowest fifth of the provinces."""

GAP = 30.0
"""Points between the strongest and the weakest dimension that raise a flag."""

FALLBACK = 0.25
"""Part of the country's range by which the lowest regency must trail its province's median."""


def rules(report: ProvinceView) -> str:
    """Say by which rules strengths, weaknesses and flags are found."""
    return report.lang.tr(
        "Strengths and weaknesses are indicators in the upper or lower third of the provinces, "
        "{most} at most. A flag is raised for an indicator among the weakest fifth, for dimensions "
        "more than {gap} points apart, and for a regency that trails the median of its province "
        "by more than a quarter of the range of all regencies.",
        most=MOST,
        gap=int(GAP),
    )


def _positions(report: ProvinceView) -> pd.Series:
    """Rank of every indicator of the province among all provinces, the best first."""
    ranks = report.normalized.round(12).rank(ascending=False, method="min")
    return ranks.loc[report.province].sort_values(kind="stable")


def _sentence(report: ProvinceView, code: str) -> str:
    return report.lang.tr(
        "{label}: {value} {unit}, rank {rank} of {n}; median {median}",
        label=report.label(code),
        value=report.value(code, report.now.loc[report.province, code]),
        unit=report.unit(code),
        rank=report.indicator_rank(code, report.province),
        n=report.n,
        median=report.value(code, report.now[code].median()),
    )


def strengths(report: ProvinceView) -> list[str]:
    """Indicators in the upper third of the provinces, the best first."""
    ranks = _positions(report)
    best = ranks[third(ranks, report.n) == "upper"].head(MOST)
    return [_sentence(report, str(code)) for code in best.index]


def weaknesses(report: ProvinceView) -> list[str]:
    """Indicators in the lower third of the provinces, the worst first."""
    ranks = _positions(report)[::-1]
    worst = ranks[third(ranks, report.n) == "lower"].head(MOST)
    return [_sentence(report, str(code)) for code in worst.index]


def red_flags(report: ProvinceView) -> list[str]:
    """What the score does not show: low single indicators, uneven dimensions, a weak regency."""
    return [*_low_indicators(report), *_uneven_dimensions(report), *_weak_regencies(report)]


def _low_indicators(report: ProvinceView) -> list[str]:
    """Indicators in the lowest fifth, where the province as a whole is not in it."""
    limit = report.n - report.n // FIFTH
    if report.intervals.loc[report.province, "nominal"] > limit:
        return []
    ranks = _positions(report)
    return [
        report.lang.tr(
            "{label} is among the weakest fifth of the provinces, though the index is not: "
            "{value} {unit}",
            label=report.label(str(code)),
            value=report.value(str(code), report.now.loc[report.province, code]),
            unit=report.unit(str(code)),
        )
        for code in ranks.index[ranks > limit]
    ]


def _uneven_dimensions(report: ProvinceView) -> list[str]:
    weak, strong = report.weakest(report.province), report.strongest(report.province)
    if report.row[strong] - report.row[weak] <= GAP:
        return []
    return [
        report.lang.tr(
            "{strong} stands at {high}, {weak} at {low}",
            strong=report.label(strong),
            high=report.score_text(report.province, strong),
            weak=report.inside(weak),
            low=report.score_text(report.province, weak),
        )
    ]


def _weak_regencies(report: ProvinceView) -> list[str]:
    """Regencies that trail the median of their province by a quarter of the country's range."""
    flags = []
    every = report.results.table("regencies")
    every = every[every["year"] == report.year]
    for code in report.spec.regencies:
        values = report.regency_cells[report.regency_cells["indicator"] == code]
        country = every.loc[every["indicator"] == code, "value"]
        low = values.loc[values["value"].idxmin()]
        behind = values["value"].median() - low["value"]
        if behind > FALLBACK * (country.max() - country.min()):
            flags.append(
                report.lang.tr(
                    "{regency} trails far behind in {label}: {value} {unit}, the median of the "
                    "regencies is {median}",
                    regency=low["name"],
                    label=report.inside(code),
                    value=report.value(code, low["value"]),
                    unit=report.unit(code),
                    median=report.value(code, values["value"].median()),
                )
            )
    return flags
