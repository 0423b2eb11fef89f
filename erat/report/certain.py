"""What a study makes certain: claims, and the figures of factors, pairs and chances."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from erat.plots.choices import index_bars
from erat.plots.pairs import dominance_heat
from erat.plots.ranks import province_ranks, rank_chances
from erat.report.page import Html, details, figure, heading, items, join, section
from erat.report.shared import choice_words, factor_words, one_at_a_time
from erat.report.view import View

SHIFT = "mean_rank_shift"
"""The output that tells of all provinces together."""


def claims(view: View, kinds: Sequence[str], unit: str | None = None) -> list[str]:
    """Return claims of some kinds, in their order; of a unit, those that speak of it."""
    table = view.told
    found = table[table["kind"].isin(list(kinds))]
    if unit is not None:
        found = found[[_speaks(row, unit) for _, row in found.iterrows()]]
    return [str(said) for said in found["text"]]


def _speaks(row: pd.Series, unit: str) -> bool:
    about = row["subject"].split()
    about += row["other"].split() if row["kind"] == "pair" else []
    return unit in about


def unresolved(view: View) -> list[str]:
    """Name the factors that cannot be told from the next by their interval."""
    if not (view.results.folder / "convergence.csv").exists():
        return []
    table = view.results.table("convergence")
    last = table[table["rows"] == table["rows"].max()]
    return [str(name) for name in last.loc[last["resolved"].astype(str) == "False", "factor"]]


def factor_figure(view: View) -> Html:
    """Draw what each factor accounts for in the mean change of rank of all provinces."""
    tr = view.lang.tr
    indices = view.results.table("indices")
    own = indices[indices["output"] == SHIFT].sort_values("ST", ascending=False, kind="stable")
    open_ = unresolved(view)
    frame = own.assign(
        label=[factor_words(view, name) for name in own["factor"]],
        output=0,
        remark=[tr("not resolved") if name in open_ else "" for name in own["factor"]],
    )
    note = tr("Not resolved: its interval and that of the next factor overlap.") if open_ else None
    drawn = index_bars(frame, view.lang, note=note)
    alt = tr("Bars of the part of the variance of the mean change of rank that each factor makes.")
    return figure(drawn, alt=alt, caption=view.made_from())


def unit_factor_figure(view: View, unit: str) -> Html:
    """Draw what each factor accounts for in one province's rank and score."""
    tr, indices = view.lang.tr, view.results.table("indices")
    shifts = view.results.table("shifts")
    shifts = shifts[shifts["unit"] == unit].set_index("factor")
    nominal = float(view.intervals.loc[unit, "nominal"])
    parts = [
        indices[indices["output"] == f"{kind}:{unit}"].assign(output=place)
        for place, kind in enumerate(("rank", "score"))
    ]
    order = parts[0].sort_values("ST", ascending=False, kind="stable", na_position="last")
    place = {str(name): i for i, name in enumerate(order["factor"])}
    both = pd.concat(parts).sort_values("output", kind="stable")
    both = both.assign(place=both["factor"].map(place)).sort_values("place", kind="stable")
    frame = both.assign(
        label=[factor_words(view, name) for name in both["factor"]],
        remark=[_alone_words(view, shifts.loc[name], nominal) for name in both["factor"]],
    )
    drawn = index_bars(frame, view.lang, outputs=[tr("rank"), tr("score")])
    alt = tr(
        "Bars of the part of the variance of the rank and the score of {name} that each factor "
        "makes.",
        name=view.names[unit],
    )
    said = tr(
        "At the right: the ranks that the factor alone leads to, and by how many ranks it moves the "
        "province on average."
    )
    lone = sorted(set(parts[0]["factor"]) - set(parts[1]["factor"]))
    unscored = tr(
        "No bar for the score: {factors}, since such scores are not on one scale.",
        factors=view.lang.join([view.name_inside(factor_words(view, name)) for name in lone]),
    )
    told = join([said, *([unscored] if lone else []), view.made_from()], between=" ")
    return figure(drawn, alt=alt, caption=told)


def _alone_words(view: View, row: pd.Series, nominal: float) -> str:
    """Say to which ranks a factor alone leads."""
    low, high = int(nominal + row["low"]), int(nominal + row["high"])
    span = f"{low}\N{EN DASH}{high}" if low < high else f"{low}"
    mean = view.lang.number(row["mean_absolute"], 1)
    return view.lang.tr("alone: rank {span}, moves it by {mean}", span=span, mean=mean)


def dominance_figure(view: View) -> Html:
    """Draw who is above whom, with tiers outlined."""
    tr, tiers = view.lang.tr, view.results.table("tiers").set_index("unit")
    order = tiers.sort_values(["tier", "mean_rank"], kind="stable").index
    above = view.results.table("dominance").set_index("unit").loc[order, order]
    drawn = dominance_heat(above, view.lang, names=view.names, tiers=tiers["tier"])
    alt = tr("Table of colours: how often the province of a row is above that of a column.")
    return figure(drawn, alt=alt, caption=view.made_from())


def chance_figure(view: View, unit: str) -> Html:
    """Draw how likely it is that a province has a rank or a better one."""
    tr = view.lang.tr
    at_most = view.results.table("rank_at_most").set_index("unit").loc[unit].astype(float)
    nominal = float(view.intervals.loc[unit, "nominal"])
    drawn = rank_chances(at_most, view.lang, name=view.names[unit], nominal=nominal)
    alt = tr("Steps: the chance that {name} is among the best k.", name=view.names[unit])
    return figure(drawn, alt=alt, caption=view.made_from())


def robustness_of_province(view: View, unit: str) -> Html:
    """Show what is certain of one province, and what each factor does to it."""
    tr, name = view.lang.tr, view.names[unit]
    sure = [_how_far(view, unit), *claims(view, ["tier", "pair", "best", "last"], unit)]
    uncertain = claims(view, ["order"], unit)
    return section(
        items(sure),
        *([heading(tr("What cannot be told"), level=3), items(uncertain)] if uncertain else []),
        heading(tr("How likely is a rank"), level=3),
        chance_figure(view, unit),
        heading(tr("What each factor does to {name}", name=name), level=3),
        unit_factor_figure(view, unit),
        details(tr("The rank under each single choice"), _each_choice(view, unit)),
        title=tr("How sure is the rank"),
        anchor="robustness",
    )


def _each_choice(view: View, unit: str) -> Html:
    """Draw what each choice does to one province's rank."""
    tr = view.lang.tr
    ranks = view.results.table("alternatives").set_index("unit").loc[unit]
    alone = one_at_a_time(view)
    frame = pd.DataFrame(
        {
            "factor": [factor_words(view, factor) for factor in alone["factor"]],
            "level": [
                choice_words(view, factor, number)
                for factor, number in zip(alone["factor"], alone["number"], strict=True)
            ],
            "rank": ranks[alone["alternative"]].to_numpy(dtype=float),
        }
    )
    nominal = float(view.intervals.loc[unit, "nominal"])
    row = view.intervals.loc[unit]
    ends = (float(row["low"]), float(row["high"]))
    drawn = province_ranks(frame, view.lang, nominal=nominal, interval=ends, units=view.n)
    alt = tr("Ranks of {name} under each choice of method.", name=view.names[unit])
    alone_said = tr("Each choice alone, all others as in the edition.")
    return figure(drawn, alt=alt, caption=join([alone_said, view.made_from()], between=" "))


def _how_far(view: View, unit: str) -> str:
    """Say in a sentence how far the ways to construct the index move a province's rank."""
    tr, row = view.lang.tr, view.intervals.loc[unit]
    low, high, best, worst = (int(row[name]) for name in ("low", "high", "min", "max"))
    if best == worst:
        return tr(
            "{name} has rank {rank} in every one of {ways} ways to construct the index.",
            name=view.names[unit],
            rank=best,
            ways=view.ways_text,
        )
    if low == high:
        return tr(
            "In at least 90% of {ways} ways to construct the index, {name} has rank {rank}; at best it "
            "is {best}, at worst {worst}.",
            ways=view.ways_text,
            name=view.names[unit],
            rank=low,
            best=best,
            worst=worst,
        )
    return tr(
        "An expert could defend other choices. In 90% of {ways} ways to construct the index, {name} "
        "ranks between {low} and {high}; at best it is {best}, at worst {worst}.",
        ways=view.ways_text,
        name=view.names[unit],
        low=low,
        high=high,
        best=best,
        worst=worst,
    )


def convergence_words(view: View) -> str:
    """Say how the largest index changes from a quarter to a half to all of the points."""
    if not (view.results.folder / "convergence.csv").exists():
        return view.lang.tr("Every combination was tried: nothing is estimated.")
    table = view.results.table("convergence")
    last = table[table["rows"] == table["rows"].max()]
    factor = str(last.loc[last["ST"].idxmax(), "factor"])
    own = table[table["factor"] == factor].sort_values("rows")
    steps = [f"{view.lang.number(100 * st, 0)}%" for st in own["ST"]]
    return view.lang.tr(
        "From a quarter, a half and all of {n} points, the part of the first factor, {factor}, "
        "comes out as {steps}.",
        n=view.lang.number(int(table["rows"].max()), 0),
        factor=factor_words(view, factor).lower(),
        steps=view.lang.join(steps),
    )
