"""The words of a study: its factors, their choices, and how a factor moves."""

from __future__ import annotations

import json

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.edition.province import Province
from erat.locale import Language, written

END = 0.9
"""Share of ways on one side of a score from which it is said to lie at the end of them."""


def method_names(lang: Language) -> dict[str, str]:
    """Return the words for methods and for ways to roll regencies up; others keep their names."""
    tr = lang.tr
    return {
        "goalposts": tr("goalposts"),
        "minmax": tr("min-max"),
        "zscore": tr("z-score"),
        "rank": tr("ranks"),
        "geometric": tr("geometric mean"),
        "arithmetic": tr("arithmetic mean"),
        "harmonic": tr("harmonic mean"),
        "none": tr("none"),
        "equal": tr("equal"),
        "mean": tr("mean"),
        "median": tr("median"),
        "minimum": tr("the weakest regency"),
        "units": tr("units first"),
        "framework": tr("framework first"),
        "file": tr("by the people that GRDP implies"),
    }


def factor_label(e: EditionFrames, factor: str) -> str:
    """Return the name of a factor, as the study's file says it."""
    return str(e.factors.at[factor, f"label_{e.lang.code}"])


def choice_label(e: EditionFrames, factor: str, choice: int) -> str:
    """Name a choice of a factor: a method, a weight, what is left out."""
    tr, row = e.lang.tr, e.settings.loc[(factor, choice)]
    names = [e.label(code) for code in row["codes"].split()]
    option = json.loads(row["option"])
    at = str(e.factors.at[factor, "at"])
    if at == "exclude":
        return e.lang.join(names) if names else tr("none")
    if names and row["method"] != "file":
        return tr("{label} twice", label=e.lang.join(names))
    if row["method"] == "winsorize":
        return tr("winsorized, up to {n} values", n=option.get("max_points", 5))
    if factor == "unit_weights" and row["method"] == "equal":
        return tr("every regency once")
    if row["method"] == "atkinson":
        return rollup_label(e.lang, "atkinson", option)
    return method_names(e.lang).get(str(row["method"]), str(row["method"]))


def rollup_label(lang: Language, method: str, option: object = None) -> str:
    """Name a way to roll regencies up; ``option`` may give the aversion to inequality."""
    if method != "atkinson":
        return method_names(lang).get(method, method)
    aversion = option.get("epsilon", 1.0) if isinstance(option, dict) else 1.0
    return lang.tr(
        "mean with a penalty for inequality (Atkinson, aversion {x})", x=lang.number(aversion, 1)
    )


def settings_text(e: EditionFrames, factor: str) -> str:
    """Say what a factor was set to: its choices, or how it moves."""
    tr, row = e.lang.tr, e.factors.loc[factor]
    if row["choices"]:
        return "; ".join(choice_label(e, factor, i) for i in range(int(row["choices"])))
    percent = e.lang.number(100 * row["relative"], 0) if pd.notna(row["relative"]) else ""
    if row["at"] == "goalposts":
        return tr("every goalpost, by up to {x}% of the distance between the two", x=percent)
    if row["at"] == "weights" and percent:
        return tr("every weight at every level, by up to {x}% more or less", x=percent)
    if row["at"] == "data":
        return tr("every value, to any that rounds to the published one")
    return str(row["kind"])


def kinds_of_claims(e: EditionFrames) -> list[tuple[str, list[str]]]:
    """Return headings for the claims of a study, and the kinds of claims under each."""
    tr = e.lang.tr
    return [
        (tr("Tiers"), ["tier"]),
        (tr("Where everyone above is told from everyone below"), ["cut"]),
        (tr("Ranks"), ["rank"]),
        (tr("Pairs"), ["pair"]),
        (tr("The first and the last"), ["best", "last"]),
        (tr("Whatever the weights are"), ["weights"]),
        (tr("Factors"), ["factor"]),
        (tr("What cannot be told"), ["order", "unresolved", "converged"]),
    ]


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
        "From a quarter, a half and all of {n} points, the part of the first factor, {factor}, "
        "comes out as {steps}.",
        n=e.lang.number(int(table["rows"].max()), 0),
        factor=e.lang.inside(factor_label(e, factor)),
        steps=e.lang.join([f"{e.lang.number(100 * step, 0)}%" for step in steps]),
    )


def errors_text(e: EditionFrames) -> str:
    """Say which errors of the figures are in the intervals."""
    if "data" not in set(e.factors["at"]):
        return e.lang.tr("Errors of the figures themselves are not in these intervals.")
    return e.lang.tr("Sampling errors of the surveys are not published by province.")


def rank_range_text(e: EditionFrames, unit: str) -> str:
    """Say in a sentence how far the ways to construct the index move a province's rank."""
    tr, row, ways = e.lang.tr, e.ranks.loc[unit], e.lang.number(e.ways, 0)
    low, high, best, worst = (int(row[name]) for name in ("low", "high", "min", "max"))
    name = str(e.names[unit])
    if best == worst:
        return tr(
            "{name} has rank {rank} in every one of {ways} ways to construct the index.",
            name=name, rank=best, ways=ways,
        )  # fmt: skip
    if low == high:
        return tr(
            "In at least 90% of {ways} ways to construct the index, {name} has rank {rank}; at best it "
            "is {best}, at worst {worst}.",
            ways=ways, name=name, rank=low, best=best, worst=worst,
        )  # fmt: skip
    return tr(
        "An expert could defend other choices. In 90% of {ways} ways to construct the index, {name} "
        "ranks between {low} and {high}; at best it is {best}, at worst {worst}.",
        ways=ways, name=name, low=low, high=high, best=best, worst=worst,
    )  # fmt: skip


def scores_below_text(e: EditionFrames) -> str:
    """Say of how many provinces the score lies at an end of its ways, and which choice does it."""
    tr = e.lang.tr
    above = e.ranks["share_above"]
    low, high = int((above > END).sum()), int((above < 1 - END).sum())
    changes = e.score_changes
    if not (low or high) or changes.empty:
        return tr("Scores lie inside their intervals: about as many ways give more as give less.")
    factor, choice = changes["mean"].abs().idxmax()
    moved = changes.loc[(factor, choice)]
    lead = (
        tr("The scores of {k} of {n} provinces lie below those of nine in ten other ways.",
           k=low, n=len(above))
        if low >= high
        else tr("The scores of {k} of {n} provinces lie above those of nine in ten other ways.",
                k=high, n=len(above))
    )  # fmt: skip
    why = tr(
        "The choice that moves scores most is {factor}: with {choice}, all else as published, they "
        "change by {mean} points on average.",
        factor=e.lang.inside(factor_label(e, str(factor))),
        choice=choice_label(e, str(factor), int(choice)),
        mean=written(e.lang, float(moved["mean"]), "+.1"),
    )
    return f"{lead} {why}"


def ranks_alone(here: Province) -> pd.DataFrame:
    """Return a province's rank under each choice alone: labels of factor and choice, rank."""
    e = here.edition
    rows = [
        (factor_label(e, factor), choice_label(e, factor, 0), here.rank["rank"])
        for factor in e.factors.index[e.factors["choices"] > 0]
    ]
    rows += [
        (factor_label(e, factor), choice_label(e, factor, choice), rank)
        for factor, choice, rank in here.alone[["factor", "choice", "rank"]].itertuples(index=False)
    ]
    frame = pd.DataFrame(rows, columns=["factor", "level", "rank"])
    order = {label: place for place, label in enumerate(dict.fromkeys(frame["factor"]))}
    return frame.sort_values("factor", key=lambda f: f.map(order), kind="stable")
