"""Sections that more than one report has."""

from __future__ import annotations

import math

import pandas as pd

from erat.indonesia.tiles import tiles
from erat.plots.tilemap import tile_map
from erat.report.page import Content, Html, figure, note, section, table, text
from erat.report.view import View

ROLL_UP = ("rollup", "order", "unit_weights")
"""Factors of a study that are of the roll-up from regencies."""


def score_map(view: View, caption: Content, highlight: str | None = None) -> Html:
    """Draw the map of scores; the few lowest share the lightest colour, so that the others part."""
    tr, scores = view.lang.tr, view.scores[view.top]
    lowest = math.floor(scores.quantile(0.05) / 10) * 10
    note = tr("Scores below {x} share the lightest colour.", x=lowest)
    inside = tr("In the tiles: the interval of each score.")
    ranges = view.score_intervals.loc[view.top].rename(columns={"q05": "low", "q95": "high"})
    drawn = tile_map(
        scores,
        view.lang,
        tiles=tiles(),
        names=view.names,
        label=tr("Index of enabling conditions, score 0 to 100"),
        highlight=highlight,
        vmin=lowest,
        ranges=ranges,
        note=f"{inside} {note}" if scores.min() < lowest else inside,
    )
    alt = tr("Map of tiles, one a province, coloured by score, with the interval of each score.")
    if highlight:
        marked = tr("{name} is marked.", name=view.names[highlight])
        alt = f"{alt} {marked}"
    return figure(drawn, alt=alt, caption=caption)


def capacity_section(view: View) -> Html:
    """The eight capacity dimensions: not assessed, and what an assessment would take."""
    tr = view.lang.tr
    dimensions = view.results.table("dimensions")
    rows = [
        {
            tr("Dimension of capacity"): row[f"name_{view.lang.code}"],
            tr("Result"): tr("not assessed"),
        }
        for _, row in dimensions.iterrows()
    ]
    takes = tr(
        "The second part of e-RAT is the capacity of the provincial government in eight dimensions. "
        "It is not assessed: no answers have been given yet. An assessment takes answers with "
        "evidence from the agencies of the province (among them Bappeda, BPBD, BPKAD, Dinas Kominfo "
        "and Inspektorat) and from its regencies and cities, and a check of that evidence."
    )
    source = tr("Dimensions: {source}", source=str(dimensions["source"].iloc[0]))
    begin = tr(
        "To begin: make the workbooks for the agencies with 'erat survey template', collect them, "
        "check them with 'erat survey check', take them in with 'erat survey import', and make this "
        "report again. The page docs/assessment.md of e-RAT goes through it step by step; the "
        "example on the first page shows what the report then looks like."
    )
    return section(
        note(takes, kind="missing"), text(begin), table(pd.DataFrame(rows)),
        text(source, kind="small"),
        title=tr("Capacity of the government: not assessed"), anchor="capacity",
    )  # fmt: skip


def mean_words(view: View) -> str:
    """Say in a sentence how indicators become dimensions, and dimensions the index."""
    tr, method = view.lang.tr, view.results.edition.method
    step = method.aggregate.of(view.top, view.framework.levels[view.top])
    if step.method == "geometric":
        return tr(
            "Each dimension is the mean of its indicators; the index is their geometric mean, so a "
            "strong dimension makes up for a weak one only in part."
        )
    return tr(
        "Each dimension is the mean of its indicators, and the index the mean of the dimensions, so a "
        "strong dimension makes up for a weak one."
    )


def choice_words(view: View, factor: str, number: int) -> str:
    """Name a choice of the study in words: a normalization, an aggregation, a weight, a name."""
    tr = view.lang.tr
    choice = {f.name: f.choices for f in view.results.edition.study.factors}[factor][number]
    if factor == "left_out":
        return tr("none") if choice == "none" else view.label(str(choice))
    if factor in ROLL_UP:
        return _roll_up_words(view, choice)
    if factor == "treatment":
        return _treatment_words(view, choice)
    assert isinstance(choice, dict)  # noqa: S101  (steps are mappings in this study)
    if factor == "weights":
        doubled = list(choice.get("values", {}))
        return tr("{label} twice", label=view.label(doubled[0])) if doubled else tr("equal")
    words = {
        "goalposts": tr("goalposts"),
        "minmax": tr("min-max"),
        "zscore": tr("z-score"),
        "rank": tr("ranks"),
        "geometric": tr("geometric"),
        "arithmetic": tr("arithmetic"),
    }
    return words.get(str(choice["method"]), str(choice["method"]))


def rollup_names(view: View, aversion: float) -> dict[str, str]:
    """Return what the roll-ups are called; ``aversion`` to inequality is that of Atkinson's."""
    tr = view.lang.tr
    penalty = tr(
        "mean with a penalty for inequality (Atkinson, aversion {x})",
        x=view.lang.number(aversion, 1),
    )
    return {
        "mean": tr("mean"),
        "median": tr("median"),
        "atkinson": penalty,
        "minimum": tr("the weakest regency"),
    }


def _roll_up_words(view: View, choice: object) -> str:
    """Name a choice of the roll-up from regencies: how, in which order, or with which weights."""
    tr = view.lang.tr
    if isinstance(choice, dict) and "file" in choice:
        return tr("by the people that GRDP implies")
    word = choice.get("method") if isinstance(choice, dict) else choice
    aversion = choice.get("epsilon", 1.0) if isinstance(choice, dict) else 1.0
    words = {
        **rollup_names(view, aversion),
        "units": tr("units first"),
        "framework": tr("framework first"),
        "equal": tr("every regency once"),
    }
    return words.get(str(word), str(word))


def _treatment_words(view: View, choice: object) -> str:
    """Name a treatment of outliers."""
    tr = view.lang.tr
    if isinstance(choice, dict) and choice.get("method") == "winsorize":
        return tr("winsorized, up to {n} values", n=choice.get("max_points", 5))
    return tr("none")


def factor_words(view: View, factor: str) -> str:
    """Name a factor of the study in words, as the study's file says."""
    factors = {f.name: f for f in view.results.edition.study.factors}
    return factors[factor].label(view.lang.code) if factor in factors else factor


def setting_words(view: View, factor: str) -> str:
    """Say what a factor was set to: its choices, or how it moves."""
    tr = view.lang.tr
    known = {f.name: f for f in view.results.edition.study.factors}[factor]
    if known.choices:
        return "; ".join(choice_words(view, factor, i) for i in range(len(known.choices)))
    relative = known.perturb.relative if known.perturb else None
    percent = view.lang.number(100 * relative, 0) if relative else ""
    if known.at == "goalposts":
        return tr("every goalpost, by up to {x}% of the distance between the two", x=percent)
    if known.at == "weights" and relative:
        return tr("every weight at every level, by up to {x}% more or less", x=percent)
    if known.error:
        return tr("every value, to any that rounds to the published one")
    return known.kind


def one_at_a_time(view: View) -> pd.DataFrame:
    """Return the alternatives that differ from the method in one factor, and the method itself.

    Returns
    -------
    DataFrame
        Indexed by alternative: ``factor, number`` (the method itself stands under every factor).
    """
    choices = view.results.table("choices").set_index("alternative")
    rows = []
    for factor in choices:
        alone = choices[(choices.drop(columns=factor) == 0).all(axis=1)]
        rows += [(str(i), str(factor), int(number)) for i, number in alone[factor].items()]
    return pd.DataFrame(rows, columns=["alternative", "factor", "number"])
