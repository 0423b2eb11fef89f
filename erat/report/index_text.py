"""Sentences and tables on an index: what it is made of, its thirds, what it cannot bear."""

from __future__ import annotations

import pandas as pd

from erat.edition.frames import EditionFrames
from erat.locale import Estimate, Language, phrase
from erat.report.study_text import choice_label, factor_label

LENSES = {
    "prevention": phrase("prevention"), "preparedness": phrase("preparedness"),
    "response": phrase("response"), "recovery": phrase("recovery"), "absorb": phrase("absorb"),
    "adapt": phrase("adapt"), "recover": phrase("recover"),
}  # fmt: skip
"""Phases of disaster and crisis management, and kinds of capacity."""
THIRDS = {
    "upper": phrase("upper third"), "upper-middle": phrase("upper or middle third"),
    "middle": phrase("middle third"), "middle-lower": phrase("middle or lower third"),
    "lower": phrase("lower third"), "open": phrase("open: upper to lower third"),
}  # fmt: skip
"""The thirds of the ranking that an interval of ranks touches."""

MINING = phrase("A mining economy raises GRDP per person without always reaching households.")
LIMITS = {
    "pdrb_pc_adhk2010": MINING,
    "pdrb_pc_adhb": MINING,
    "uhh_lf2020": phrase(
        "Life expectancy on the base LF SP2020 is derived: the published human development index "
        "was inverted by its own formula (within 0.03 years)."
    ),
    "uhh": phrase(
        "Life expectancy stands on the older base SP2010; it must not be compared with the base LF "
        "SP2020 of later editions."
    ),
    "kfd_index": phrase(
        "Fiscal capacity is driven by the size of a province, not measured per person, and its last "
        "value is of 2021."
    ),
}
"""What the figures of an indicator cannot bear."""
UNWEIGHTED = phrase(
    "Provinces are made from their regencies here, each of which counts once, since the population "
    "of regencies is not in the data. With weights near to it ranks move; the page on how sure they "
    "are says how far."
)
FORMED = phrase(
    "The four provinces formed in 2022, and Papua and Papua Barat whose area changed then, have no "
    "comparable past: their series begin in 2024."
)


def caveat(e: EditionFrames) -> str:
    """Say what the index is, and what it is not."""
    return e.lang.tr(
        "The index measures conditions that help a province to take a shock and recover: {dimensions}. "
        "It says nothing about governance, hazards or preparedness, so it is not an index of "
        "resilience.",
        dimensions=e.lang.join([e.inside(code) for code in e.dimensions]),
    )


def thirds(lang: Language) -> dict[str, str]:
    """Return the words for :data:`THIRDS` in a language."""
    return {third: lang.tr(text) for third, text in THIRDS.items()}


def intervals_text(e: EditionFrames) -> str:
    """Say what the intervals of ranks and of scores are."""
    return e.lang.tr(
        "In brackets behind a rank: the ranks in 90% of {ways} ways to construct the index. Behind a "
        "score: its values in 90% of the ways, with all varied but the normalization, since scores of "
        "different normalizations are not on one scale.",
        ways=e.lang.number(e.ways, 0),
    )


def estimate(row: pd.Series, name: str, digits: int = 1) -> Estimate:
    """Return a number of a row with its interval, to be said; a rank is whole.

    The ends are ``NAME_low`` and ``NAME_high``, ``low`` and ``high``, or ``q05`` and ``q95``.
    """
    pairs = [(f"{name}_low", f"{name}_high"), ("low", "high"), ("q05", "q95")]
    low, high = next(pair for pair in pairs if pair[0] in row)
    return Estimate(row[name], row[low], row[high], 0 if name.endswith("rank") else digits)


def lightest(scores: pd.Series) -> int:
    """Return the score below which all share the lightest colour, so that the others part."""
    return int(scores.quantile(0.05) // 10) * 10


def map_text(e: EditionFrames) -> str:
    """Say what stands in the tiles of the map of scores."""
    scores = e.scores[e.top]
    inside = e.lang.tr("In the tiles: the interval of each score.")
    if scores.min() >= lightest(scores):
        return inside
    shared = e.lang.tr("Scores below {x} share the lightest colour.", x=lightest(scores))
    return f"{inside} {shared}"


def sure_thirds(e: EditionFrames) -> list[str]:
    """Say which provinces are in the upper or the lower third in 90% of the ways, and how many not."""
    ranks = e.ranks.sort_values("rank")
    texts = {
        "upper": phrase("In the upper third in 90% of the ways to construct the index: {names}."),
        "lower": phrase("In the lower third in 90% of the ways to construct the index: {names}."),
    }
    names = {third: e.names[ranks.index[ranks["third"] == third]] for third in texts}
    sure = [e.lang.tr(text, names=e.lang.join(names[t]) or "–") for t, text in texts.items()]
    rest = phrase("For the other {n} provinces the third depends on method, or is the middle one.")
    return [*sure, e.lang.tr(rest, n=len(ranks) - sum(map(len, names.values())))]


def framework_table(e: EditionFrames) -> pd.DataFrame:
    """Return the indicators with goalposts, reasons, references and lenses, in words."""
    lang, rows = e.lang, []
    for indicator in e.framework.indicators:
        row = e.nodes.loc[indicator]
        ends = [float(row[f"goalpost_{end}"]) for end in ("low", "high")]
        goalposts = "–".join(lang.number(x, 2 if 0 < x < 1 else 0) for x in ends)
        goalposts += lang.tr(", logarithm") if row["transform"] == "log" else ""
        better = lang.tr("more") if row["direction"] > 0 else lang.tr("less")
        lenses = [lang.tr(LENSES.get(row[lens], row[lens])) for lens in ("phase", "capacity")]
        rows.append((
            e.label(indicator), e.measured_in(indicator), e.label(row["parent"]), better, goalposts,
            row[f"reason_{lang.code}"], row["reference"], lang.join(lenses),
        ))  # fmt: skip
    columns = ["name", "unit", "dimension", "better", "goalposts", "reason", "reference"]
    return pd.DataFrame(rows, columns=[*columns, "phase_and_capacity"])


def goalposts_text(e: EditionFrames) -> str:
    """Say why goalposts stand where they do: the common reason, and who has another."""
    reasons = e.nodes.loc[e.framework.indicators, f"goalpost_reason_{e.lang.code}"]
    common = reasons.mode()[0]
    others = [f"{e.label(str(code))}: {why}" for code, why in reasons.items() if why != common]
    tags = e.lang.tr(
        "Phase and capacity say why an indicator is in the framework, not that it measures them."
    )
    return " ".join([f"{e.lang.tr('Goalposts')}: {common}", *others, tags])


def limits(e: EditionFrames) -> list[str]:
    """Say what the figures of this edition cannot bear, from its series and borders."""
    texts = [UNWEIGHTED] * e.bottom_up + [FORMED] * (e.about["borders"] == "38")
    texts += [text for code, text in LIMITS.items() if code in e.framework.indicators]
    return [most_moving_text(e), *map(e.lang.tr, texts)]


def most_moving_text(e: EditionFrames) -> str:
    """Name the choice that moves a single province most, and that province."""
    row = e.effects.loc[e.effects["max_shift"].idxmax()]
    factor, choice = str(row["factor"]), int(row["choice"])
    text = phrase(
        "No choice moves a province more than another {factor} ({label}): {name} moves by {shift} "
        "ranks."
    )
    if str(e.factors.at[factor, "at"]) == "exclude":
        text = phrase(
            "No choice moves a province more than leaving out {label}: {name} moves by {shift} ranks."
        )
    labels = {"factor": factor_label(e, factor), "label": choice_label(e, factor, choice)}
    inside = {name: e.lang.inside(label) for name, label in labels.items()}
    return e.lang.tr(text, **inside, name=e.names[row["unit"]], shift=int(row["max_shift"]))
