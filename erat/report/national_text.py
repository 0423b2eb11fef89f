"""Sentences and tables on all provinces that choose among several wordings."""

from __future__ import annotations

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.locale import written
from erat.report.index_text import estimate
from erat.report.regency_text import TENTH, short_names
from erat.report.show import link
from erat.report.study_text import choice_label, factor_label


def sure_thirds(e: EditionFrames) -> list[str]:
    """Say which provinces are in the upper or the lower third in 90% of the ways, and how many not."""
    tr, ranks = e.lang.tr, e.ranks.sort_values("rank")
    names = {
        third: e.lang.join(e.names[ranks.index[ranks["third"] == third]]) or "–"
        for third in ("upper", "lower")
    }
    others = int((~ranks["third"].isin(["upper", "lower"])).sum())
    return [
        tr(
            "In the upper third in 90% of the ways to construct the index: {names}.",
            names=names["upper"],
        ),
        tr(
            "In the lower third in 90% of the ways to construct the index: {names}.",
            names=names["lower"],
        ),
        tr(
            "For the other {n} provinces the third depends on method, or is the middle one.",
            n=others,
        ),
    ]


def inequality_table(e: EditionFrames) -> pd.DataFrame:
    """Return how unequal the regencies of every province are, the most unequal first.

    Returns
    -------
    DataFrame
        ``name`` (a link), ``regencies``, ``mean``, ``weakest_regency``, ``lost_percent``.
    """
    top, names = e.regency_framework.top, short_names(e)
    table = e.table("inequality")
    table = table[table["node"] == top].sort_values("lost_percent", ascending=False, kind="stable")
    measures = e.table("subunit_measures")
    measures = measures[measures["node"] == top].set_index(["unit", "measure"])
    intervals = e.regency_intervals.loc[top]
    rows = []
    for unit, n, weakest in table[["unit", "n", "weakest"]].itertuples(index=False):
        score = written(e.lang, estimate(intervals.loc[weakest], "score"))
        rows.append(
            {
                "name": link(f"{unit}.html", str(e.names[unit])),
                "regencies": n,
                "mean": estimate(measures.loc[(unit, "mean")], "nominal"),
                "weakest_regency": f"{names[weakest]}: {score}",
                "lost_percent": estimate(measures.loc[(unit, "lost_percent")], "nominal"),
            }
        )
    return pd.DataFrame(rows)


def hidden_regencies(e: EditionFrames) -> list[str]:
    """Name regencies of the weakest tenth in provinces whose mean is above the median."""
    mean = e.rolled_up[e.regency_framework.top]
    good = mean.index[mean >= mean.median()]
    low, parent, names = e.regency_ranks["low"], e.regency_scores["parent"], short_names(e)
    weak = [unit for unit in low.index[low > TENTH * len(low)] if parent[unit] in good]
    if not weak:
        return []
    named = e.lang.join(f"{names[unit]} ({e.names[parent[unit]]})" for unit in weak)
    return [
        e.lang.tr(
            "Hidden by a good mean: {named}; among the weakest tenth of all regencies in "
            "90% of the ways, in provinces whose mean is above that of half of the provinces.",
            named=named,
        )
    ]


def framework_table(e: EditionFrames) -> pd.DataFrame:
    """Return the indicators with goalposts, reasons, references and lenses, in words."""
    tr, code, nodes = e.lang.tr, e.lang.code, e.nodes
    lenses = {
        "prevention": tr("prevention"),
        "preparedness": tr("preparedness"),
        "response": tr("response"),
        "recovery": tr("recovery"),
        "absorb": tr("absorb"),
        "adapt": tr("adapt"),
        "recover": tr("recover"),
    }
    rows = []
    for indicator in e.framework.indicators:
        row = nodes.loc[indicator]
        ends = [_short(e, float(row[f"goalpost_{end}"])) for end in ("low", "high")]
        rows.append(
            {
                "name": e.label(indicator),
                "unit": e.measured_in(indicator),
                "dimension": e.label(row["parent"]),
                "better": tr("more") if row["direction"] > 0 else tr("less"),
                "goalposts": "–".join(ends)
                + (tr(", logarithm") if row["transform"] == "log" else ""),
                "reason": row[f"reason_{code}"],
                "reference": row["reference"],
                "phase_and_capacity": e.lang.join(
                    lenses.get(row[lens], row[lens]) for lens in ("phase", "capacity")
                ),
            }
        )
    return pd.DataFrame(rows)


def _short(e: EditionFrames, value: float) -> str:
    return e.lang.number(value, 2 if 0 < value < 1 else 0)


def goalposts_text(e: EditionFrames) -> str:
    """Say why goalposts stand where they do: the common reason, and who has another."""
    tr, column = e.lang.tr, f"goalpost_reason_{e.lang.code}"
    reasons = e.nodes.loc[e.framework.indicators, column]
    common = reasons.mode()[0]
    others = [f"{e.label(str(code))}: {why}" for code, why in reasons.items() if why != common]
    tags = tr(
        "Phase and capacity say why an indicator is in the framework, not that it measures them."
    )
    return " ".join([f"{tr('Goalposts')}: {common}", *others, tags])


def limits(e: EditionFrames) -> list[str]:
    """Say what the figures of this edition cannot bear, from its series and borders."""
    tr, inside = e.lang.tr, e.framework.indicators
    said = [most_moving_text(e)]
    if e.bottom_up:
        said.append(
            tr(
                "Provinces are made from their regencies here, each of which counts once, since "
                "the population of regencies is not in the data. With weights near to it ranks "
                "move; the page on how sure they are says how far."
            )
        )
    if e.about["borders"] == "38":
        said.append(
            tr(
                "The four provinces formed in 2022, and Papua and Papua Barat whose area "
                "changed then, have no comparable past: their series begin in 2024."
            )
        )
    mining = tr("A mining economy raises GRDP per person without always reaching households.")
    notes = {
        "pdrb_pc_adhk2010": mining,
        "pdrb_pc_adhb": mining,
        "uhh_lf2020": tr(
            "Life expectancy on the base LF SP2020 is derived: the published human "
            "development index was inverted by its own formula (within 0.03 years)."
        ),
        "uhh": tr(
            "Life expectancy stands on the older base SP2010; it must not be compared with "
            "the base LF SP2020 of later editions."
        ),
        "kfd_index": tr(
            "Fiscal capacity is driven by the size of a province, not measured per person, "
            "and its last value is of 2021."
        ),
    }
    return said + [text for code, text in notes.items() if code in inside]


def most_moving_text(e: EditionFrames) -> str:
    """Name the choice that moves a single province most, and that province."""
    row = e.effects.loc[e.effects["max_shift"].idxmax()]
    factor, choice = str(row["factor"]), int(row["choice"])
    label = e.lang.inside(choice_label(e, factor, choice))
    if str(e.factors.at[factor, "at"]) == "exclude":
        return e.lang.tr(
            "No choice moves a province more than leaving out {label}: {name} moves by {shift} ranks.",
            label=label, name=e.names[row["unit"]], shift=int(row["max_shift"]),
        )  # fmt: skip
    return e.lang.tr(
        "No choice moves a province more than another {factor} ({label}): {name} moves by {shift} "
        "ranks.",
        factor=e.lang.inside(factor_label(e, factor)), label=label, name=e.names[row["unit"]],
        shift=int(row["max_shift"]),
    )  # fmt: skip
