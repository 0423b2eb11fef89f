"""The words of a study: its factors, their choices, and how a factor moves."""

from __future__ import annotations

import json

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.edition.province import Province
from erat.locale import Language, phrase, written

END = 0.9  # share of ways on one side of a score from which it is said to lie at the end of them


METHODS = {
    "goalposts": phrase("goalposts"), "minmax": phrase("min-max"), "zscore": phrase("z-score"),
    "rank": phrase("ranks"), "geometric": phrase("geometric mean"),
    "arithmetic": phrase("arithmetic mean"), "harmonic": phrase("harmonic mean"),
    "none": phrase("none"), "equal": phrase("equal"), "mean": phrase("mean"),
    "median": phrase("median"), "minimum": phrase("the weakest regency"),
    "units": phrase("units first"), "framework": phrase("framework first"),
    "file": phrase("by the people that GRDP implies"),
}  # fmt: skip
"""The words for methods and for ways to roll regencies up; others keep their names."""
CLAIMS = {
    phrase("Tiers"): ["tier"], phrase("Where everyone above is told from everyone below"): ["cut"],
    phrase("Ranks"): ["rank"], phrase("Pairs"): ["pair"],
    phrase("The first and the last"): ["best", "last"],
    phrase("Whatever the weights are"): ["weights"], phrase("Factors"): ["factor"],
    phrase("What cannot be told"): ["order", "unresolved", "converged"],
}  # fmt: skip
"""Headings for the claims of a study, and the kinds of claims under each."""


def factor_label(e: EditionFrames, factor: str) -> str:
    """Return the name of a factor, as the study's file says it."""
    return str(e.factors.at[factor, f"label_{e.lang.code}"])


def choice_label(e: EditionFrames, factor: str, choice: int) -> str:
    """Name a choice of a factor: a method, a weight, what is left out."""
    lang, row = e.lang, e.settings.loc[(factor, choice)]
    names = lang.join([e.label(code) for code in row["codes"].split()])
    option, method = json.loads(row["option"]), str(row["method"])
    if str(e.factors.at[factor, "at"]) == "exclude":
        return names or lang.tr("none")
    if names and method != "file":
        return lang.tr("{label} twice", label=names)
    if method == "winsorize":
        return lang.tr("winsorized, up to {n} values", n=option.get("max_points", 5))
    if factor == "unit_weights" and method == "equal":
        return lang.tr("every regency once")
    return rollup_label(lang, method, option)


def rollup_label(lang: Language, method: str, option: object = None) -> str:
    """Name a method, or a way to roll regencies up; ``option`` may give the aversion of one."""
    if method != "atkinson":
        return lang.tr(METHODS.get(method, method))
    aversion = option.get("epsilon", 1.0) if isinstance(option, dict) else 1.0
    return lang.tr("mean with a penalty for inequality (Atkinson, aversion {x})", x=float(aversion))


def settings_text(e: EditionFrames, factor: str) -> str:
    """Say what a factor was set to: its choices, or how it moves."""
    row, x = e.factors.loc[factor], ""
    if row["choices"]:
        return "; ".join(choice_label(e, factor, i) for i in range(int(row["choices"])))
    if pd.notna(row["relative"]):
        x = e.lang.number(100 * row["relative"], 0)
    if row["at"] == "goalposts":
        return e.lang.tr("every goalpost, by up to {x}% of the distance between the two", x=x)
    if row["at"] == "weights" and x:
        return e.lang.tr("every weight at every level, by up to {x}% more or less", x=x)
    if row["at"] == "data":
        return e.lang.tr("every value, to any that rounds to the published one")
    return str(row["kind"])


def unsettled_factors(e: EditionFrames) -> list[str]:
    """Return the factors whose interval and that of the next one overlap."""
    table = e.convergence
    last = table[table["rows"] == table["rows"].max()]
    return [str(name) for name in last.loc[last["resolved"].astype(str) == "False", "factor"]]


def convergence_text(e: EditionFrames) -> str:
    """Say how the largest index changes from a quarter to a half to all of the points."""
    table = e.convergence
    if table.empty:
        return e.lang.tr("Every combination was tried: nothing is estimated.")
    last = table[table["rows"] == table["rows"].max()]
    factor = str(last.loc[last["ST"].idxmax(), "factor"])
    steps = table[table["factor"] == factor].sort_values("rows")["ST"]
    return e.lang.tr(
        "From a quarter, a half and all of {n:,} points, the part of the first factor, {factor}, "
        "comes out as {steps}.",
        n=int(table["rows"].max()),
        factor=e.lang.inside(factor_label(e, factor)),
        steps=e.lang.join([str(written(e.lang, step, ".0%")) for step in steps]),
    )


def rank_range_text(e: EditionFrames, unit: str) -> str:
    """Say in a sentence how far the ways to construct the index move a province's rank."""
    row = e.ranks.loc[unit]
    low, high, best, worst = (int(row[name]) for name in ("low", "high", "min", "max"))
    text = phrase(
        "An expert could defend other choices. In 90% of {ways} ways to construct the index, {name} "
        "ranks between {low} and {high}; at best it is {best}, at worst {worst}."
    )
    if best == worst:
        text = phrase("{name} has rank {best} in every one of {ways} ways to construct the index.")
    elif low == high:
        text = phrase(
            "In at least 90% of {ways} ways to construct the index, {name} has rank {low}; at best it "
            "is {best}, at worst {worst}."
        )
    who = {"name": e.names[unit], "ways": e.lang.number(e.ways, 0)}
    return e.lang.tr(text, **who, low=low, high=high, best=best, worst=worst)


def scores_below_text(e: EditionFrames) -> str:
    """Say of how many provinces the score lies at an end of its ways, and which choice does it."""
    above, changes = e.ranks["share_above"], e.score_changes
    low, high = int((above > END).sum()), int((above < 1 - END).sum())
    if not (low or high) or changes.empty:
        text = phrase(
            "Scores lie inside their intervals: about as many ways give more as give less."
        )
        return e.lang.tr(text)
    lead = phrase("The scores of {k} of {n} provinces lie below those of nine in ten other ways.")
    if high > low:
        lead = phrase(
            "The scores of {k} of {n} provinces lie above those of nine in ten other ways."
        )
    factor, choice = changes["mean"].abs().idxmax()
    text = phrase(
        "The choice that moves scores most is {factor}: with {choice}, all else as published, they "
        "change by {mean:+.1} points on average."
    )
    name, mean = e.lang.inside(factor_label(e, factor)), float(changes.at[(factor, choice), "mean"])
    why = e.lang.tr(text, factor=name, choice=choice_label(e, factor, choice), mean=mean)
    return f"{e.lang.tr(lead, k=max(low, high), n=len(above))} {why}"


def ranks_alone(here: Province) -> pd.DataFrame:
    """Return a province's rank under each choice alone: labels of factor and choice, rank."""
    e = here.edition
    published = [(name, 0, here.rank["rank"]) for name in e.factors.index[e.factors["choices"] > 0]]
    alone = here.alone[["factor", "choice", "rank"]].itertuples(index=False)
    rows = [(factor_label(e, factor), choice_label(e, factor, choice), rank)
            for factor, choice, rank in (*published, *alone)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["factor", "level", "rank"])
    order = {label: place for place, label in enumerate(dict.fromkeys(frame["factor"]))}
    return frame.sort_values("factor", key=lambda f: f.map(order), kind="stable")
