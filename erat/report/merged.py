"""The assessed index merged with figures that are not answers, where the settings say so."""

from __future__ import annotations

from collections.abc import Mapping

from erat.report.capacity_view import CapacityView
from erat.report.page import Html, join, section, text
from erat.survey.score.settings import merge


def merged_section(
    view: CapacityView, others: Mapping[str, float], weights: Mapping[str, float]
) -> Html:
    """Say what the settings merge and what comes of it; nothing where they merge nothing.

    Parameters
    ----------
    view
        The assessment of the province.
    others
        Figures on a scale of 0 to 100 by name; nan where one is not known.
    weights
        Of the figures to merge, against 1 for the assessed index.
    """
    if not weights:
        return join([])
    tr, lang = view.lang.tr, view.lang
    names = {"conditions": tr("enabling conditions"), "ikd": tr("IKD of BNPB, times 100")}
    parts = [
        tr("{name} {x} (weight {w})", name=names[name], x=view.score(others[name]),
           w=lang.number(weight, 2))
        for name, weight in weights.items()
    ]  # fmt: skip
    row = view.score_row(view.province, view.top)
    score, low, high = (merge(row[end], others, weights) for end in ("score", "low", "high"))
    said = tr(
        "The settings merge the assessed capacity {x} (weight 1) with {others}.",
        x=view.score(row["score"]),
        others=lang.join(parts),
    )
    result = (
        tr("There is no merged score, since a part of it is missing.")
        if score != score
        else tr(
            "Merged score: {x} of 100; 90% interval {interval}, from the answers alone.",
            x=view.score(score),
            interval=view.interval({"low": low, "high": high}),
        )
    )
    mark = view.pieces.banner()
    return section(mark, text(said), text(result), title=tr("Merged score"), anchor="merged")
