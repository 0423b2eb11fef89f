"""Sentences and names on an assessed capacity that choose among several wordings."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from markupsafe import Markup

from erat.edition.frames import EditionFrames
from erat.locale import phrase
from erat.report.show import link
from erat.survey.local.reading import LocalFigures
from erat.survey.local.tables import TABLES
from erat.survey.opened import OpenAssessment

SCORE = ["name", "score", "score_low", "score_high", "score_missing", "simulated"]
"""Columns of a table of scores."""
MOST_ROWS = 6  # rows of a file that are named one by one


def page_name(unit: str) -> str:
    """Return the name of the page of a province's assessed capacity, without its ending."""
    return f"capacity-{unit}"


def lead_text(a: OpenAssessment) -> str:
    """Say what the answers come to: the index, or why there is none, and the lowest dimension."""
    if not a.is_answered:
        return a.lang.tr(
            "The capacity of the government of {name} is not assessed: no answers have been given "
            "yet.",
            name=a.name,
        )
    text = phrase(
        "{people:,} people in {answered} of {asked} sub-units answered. The index of {name} is "
        "not assessed: it needs all its dimensions, and not all of them are."
    )
    if a.is_assessed:
        text = phrase(
            "{people:,} people in {answered} of {asked} sub-units answered. The assessed capacity of "
            "{name} is {score} of 100."
        )
    who = {"people": a.people, "answered": a.answered, "asked": a.asked, "name": a.name}
    index = a.lang.tr(text, score=a.node_text(a.top), **who)
    if not a.lowest:
        return index
    dimension, score = a.lang.inside(a.node_names[a.lowest]), a.node_text(a.lowest)
    lowest = a.lang.tr("Lowest is {dimension}: {score}.", dimension=dimension, score=score)
    return f"{index} {lowest}"


def banner_text(a: OpenAssessment) -> str:
    """Say on a page of official figures what of it is simulated, or not public; else nothing."""
    if a.word:
        return a.lang.tr(
            "Example with simulated answers. The part on capacity is made from answers that the "
            "computer made up: it shows how a report looks, and says nothing about {name}. The "
            "enabling conditions are official figures.",
            name=a.name,
        )
    if not a.is_answered and (a.local.word or a.local.is_empty):
        return ""
    return a.lang.tr(
        "This page contains local figures. They come from the folder data/local of this computer and "
        "are not public: do not pass the page on without the consent of those who gave them."
    )


def made_from(a: OpenAssessment) -> Markup:
    """Say under a figure whose answers it is made from, and where they are listed."""
    return a.lang.markup(
        "From the answers of {people} people in {subunits} sub-units; see {answers}.",
        people=a.people,
        subunits=a.answered,
        answers=link("#all-answers-question-by-question", a.lang.tr("all answers")),
    )


def linked(frame: pd.DataFrame, page: str = "") -> pd.DataFrame:
    """Let the names (``name``) of nodes link to where each is taken apart, here or on ``page``."""
    names = [
        link(f"{page}#{node}", name) if node != OpenAssessment.top else name
        for node, name in frame["name"].items()
    ]
    return frame.assign(name=pd.Series(names, index=frame.index, dtype=object))


def short_name(a: OpenAssessment, unit: str) -> str:
    """Name an agency by its short name and a regency by 'Kab.', for the rows of a figure."""
    government, _, respondent = unit.partition(".")
    if not respondent:
        return a.unit_names[government].replace("Kabupaten ", "Kab. ")
    name = a.respondent_name(respondent)
    short = re.search(r"\((\w+)\)$", name)
    return short[1] if short else name.removesuffix(" of government").removesuffix(" agency")


def moved_by(a: OpenAssessment, parts: pd.DataFrame) -> pd.DataFrame:
    """Gather what moves the score by sub-unit, those that move it most first.

    From columns ``subunit, indicator, moved, contribution`` (points of the index) come ``name``,
    ``indicators_there`` (with the sub-unit's score there and the points, each with a link),
    ``contribution`` and ``against_average``.
    """
    scores, rows = a.scores["score"].to_dict(), []
    text = phrase("{indicator} {score} ({moved:+.3})")
    for unit, group in parts.groupby("subunit", sort=False):
        words = []
        for code, moved in zip(group["indicator"], group["moved"], strict=True):
            indicator = link(f"#{code}", a.node_names[code])
            score = scores.get((unit, code), np.nan)
            words.append(a.lang.markup(text, indicator=indicator, score=score, moved=moved))
        sums = group[["contribution", "moved"]].sum()
        rows.append((a.unit_names[str(unit)], Markup("; ").join(words), *sums))
    columns = ["name", "indicators_there", "contribution", "against_average"]
    frame = pd.DataFrame(rows, columns=columns)
    largest_first = {"key": abs, "ascending": False, "kind": "stable", "ignore_index": True}
    return frame.sort_values("against_average", **largest_first)


def next_steps_text(a: OpenAssessment) -> str:
    """Say what the next steps are sorted by: no gain without an index."""
    text = phrase(
        "The gain is by how many points the province's index would rise if all of them met the step. "
        "The largest gains come first."
    )
    if a.next_steps.empty:
        text = phrase("None: the questions are not assessed.")
    elif not a.is_assessed:
        text = phrase(
            "The steps with most sub-units just below them come first. The index is not assessed, so "
            "no gain in it can be told."
        )
    return a.lang.tr(text)


def inequality_text(a: OpenAssessment) -> str:
    """Say what the index of the regencies hides."""
    table = a.inequality
    if table.empty:
        return a.lang.tr("Fewer than two regencies are assessed: no inequality can be measured.")
    if a.top not in table.index:
        return ""
    row = table.loc[a.top]
    lowest = row.filter(like="lowest_").rename(lambda name: name.removeprefix("lowest_"))
    text = phrase(
        "The lowest of the {n} assessed regencies and cities is {name}: {score}. {lost:.1%} of their "
        "mean is lost to inequality."
    )
    about = {"name": lowest["name"], "score": a.score_text(lowest), "lost": row["atkinson"]}
    return a.lang.tr(text, n=int(row["n"]), **about)


def merged_text(a: OpenAssessment, merged: pd.DataFrame) -> str:
    """Say whether the settings merge the index with other figures, and what comes of it."""
    if not a.merge:
        return a.lang.tr("The settings of the assessment merge its index with no other figure.")
    row = merged.loc["merged"]
    if row["score"] != row["score"]:
        return a.lang.tr("There is no merged score, since a part of it is missing.")
    text = phrase("Merged score: {score} of 100; the interval is from the answers alone.")
    return a.lang.tr(text, score=a.score_text(row))


def refused_table(a: OpenAssessment) -> pd.DataFrame:
    """Return why answers were refused: file, where, found, expected, what to do, answers.

    The place is a sheet or column, the first rows, and how many more.
    """
    tr, frame, where = a.lang.tr, a.refused.rename(columns={"remedy": "what_to_do"}), []
    for row in frame.to_dict("records"):
        rows = str(row["rows"]).split()
        named = ", ".join(rows[:MOST_ROWS]) + (" …" if len(rows) > MOST_ROWS else "")
        parts = [str(row["place"])] if row["place"] else []
        parts += [tr("row {rows}", rows=named)] if rows else []
        place = ", ".join(parts) or tr("the file")
        more = tr("{place} and {n} more", place=place, n=row["more"])
        where.append(more if row["more"] else place)
    columns = ["file", "where", "found", "expected", "what_to_do", "answers"]
    return frame.assign(where=where)[columns]


LOCAL = {
    "risk_indices": phrase(
        "IKD is BNPB's index of regional resilience (0 to 1, more is better); IRBI is its index of "
        "disaster risk (less is better). They are shown beside the index and are no part of it."
    ),
    "register": phrase(
        "What was tried, what happened and what was promised, with what came of it."
    ),
}
"""What a table of local figures holds, where its columns do not say it."""


def local_heading(local: LocalFigures, name: str) -> str:
    """Return the title of a table of local figures."""
    return local.lang.pick(TABLES[name].title_id, TABLES[name].title_en)


def local_text(local: LocalFigures, name: str) -> str:
    """Return :data:`LOCAL` of a table, if it is there, in the language."""
    return local.lang.tr(LOCAL[name]) if name in LOCAL else ""


def local_caption(local: LocalFigures, name: str) -> str:
    """Say over a table of local figures that they are not public; simulated ones say so."""
    title = local_heading(local, name)
    if local.word:
        return title
    return local.lang.tr(
        "[Local figure, not public] {title}. Given by the province itself; e-RAT has checked their "
        "form, not their truth.",
        title=title,
    )


def indicators_linked(figures: pd.DataFrame, a: OpenAssessment, e: EditionFrames) -> pd.DataFrame:
    """Return local figures that name what they bear on: a link to its answers, or an indicator."""
    if "indicator" not in figures:
        return figures
    page = f"{page_name(a.unit)}.html"
    names = e.labels(e.framework.table.index)
    if a.is_answered:
        names |= {code: link(f"{page}#{code}", code) for code in a.nodes.index}
    return figures.assign(indicator=[names.get(code, code) for code in figures["indicator"]])
