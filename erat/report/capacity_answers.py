"""From a score down to its answers: dimension, indicator, question, and who answered what."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from erat.report.capacity_view import CapacityView
from erat.report.capacity_words import crosswalk_words
from erat.report.page import Content, Html, details, heading, items, join, strong, text
from erat.survey.cells import ABSENT, NOT_APPLICABLE, UNKNOWN
from erat.survey.instrument import Indicator, Question

MOST_NOTES = 5
"""Notes that a question shows on the page; the workbook has all of them."""
MOST_LEVELS = 6
"""Levels of a sub-unit that are written one by one; more are counted."""


def answers_part(view: CapacityView) -> Html:
    """Show every dimension with its indicators, questions and answers."""
    tr = view.lang.tr
    intro = tr(
        "Open an indicator, and in it a question, to see its steps, how many people stand on each, "
        "and what every sub-unit answered. Behind a sub-unit's score are the levels of its "
        "respondents, 0 to 5."
    )
    parts = [_dimension(view, code) for code in view.dimensions]
    title = heading(tr("All answers, question by question"), 3, "capacity-answers")
    return join([title, text(intro, kind="small"), *parts])


def _dimension(view: CapacityView, code: str) -> Html:
    tr = view.lang.tr
    dimension = next(one for one in view.instrument.dimensions if one.code == code)
    rows = [
        {
            tr("Indicator"): view.node_link(one.code),
            **_three_scores(view, one.code),
        }
        for one in dimension.indicators
    ]
    frame = pd.DataFrame(rows)
    caption = tr("{name}: indicators; in brackets: 90% intervals", name=view.name(code))
    return join(
        [
            heading(_scored(view, code), 4, f"capacity-{code}"),
            view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack"),
            *(_indicator(view, one) for one in dimension.indicators),
        ]
    )


def _scored(view: CapacityView, node: str) -> str:
    """Name a node with its score and interval, and with the mark that the page has."""
    score = view.with_interval(view.score_row(view.province, node))
    said = view.lang.tr("{name}: {score}", name=view.name(node), score=score)
    return view.pieces.worded(said)


def _three_scores(view: CapacityView, node: str) -> dict[str, str]:
    """Return the scores, with intervals, of the province, its own government and its regencies."""
    units = {
        view.lang.tr("Province"): view.province,
        view.unit_name(view.block): view.block,
        view.unit_name(view.regencies_block): view.regencies_block,
    }
    return {
        head: view.with_interval(row)
        if unit == view.province or row["score"] == row["score"]
        else "–"
        for head, unit in units.items()
        for row in [view.score_row(unit, node)]
    }


def _indicator(view: CapacityView, indicator: Indicator) -> Html:
    tr, lang = view.lang.tr, view.lang
    rows = [
        {
            tr("Question"): view.node_link(one.code),
            **_three_scores(view, one.code),
            tr("Phase, capacity, topic"): ", ".join(
                view.lens(tag) for tag in (one.phase, one.capacity, one.topic)
            ),
        }
        for one in indicator.questions
    ]
    frame = pd.DataFrame(rows)
    elsewhere = crosswalk_words(lang, indicator.crosswalk)
    caption = tr("{name}: questions; in brackets: 90% intervals", name=view.name(indicator.code))
    shown = view.pieces.table(frame, caption, right=list(frame.columns[1:4]), kind="stack")
    return details(
        _scored(view, indicator.code),
        text(lang.pick(indicator.why_id, indicator.why_en), kind="small"),
        *([text(elsewhere, kind="small")] if elsewhere else []),
        shown,
        *(_question(view, one) for one in indicator.questions),
        anchor=f"capacity-{indicator.code}",
    )


def _question(view: CapacityView, question: Question) -> Html:
    tr, lang = view.lang.tr, view.lang
    evidence = lang.pick(question.evidence_id, question.evidence_en)
    return details(
        f"{question.code}. {view.name(question.code)}",
        text(tr("What counts as evidence: {evidence}", evidence=evidence), kind="small"),
        _steps(view, question),
        _who(view, question),
        _notes(view, question.code),
        anchor=f"capacity-{question.code}",
    )


def _steps(view: CapacityView, question: Question) -> Html:
    """Show each step with how many people stand on it and how many have met it."""
    tr, lang = view.lang.tr, view.lang
    levels = view.answers.levels[question.code].dropna()
    states = view.answers.states[question.code]
    texts = [tr("None of the steps is met"), *(lang.pick(s.id, s.en) for s in question.steps)]
    rows: list[dict[str, object]] = [
        {
            tr("Step"): f"{number}. {words}",
            tr("People who stand here"): str(int((levels == number).sum())),
            tr("Met by"): view.share((levels >= number).mean()) if number else "–",
        }
        for number, words in enumerate(texts)
    ]
    without = {
        tr("does not know"): UNKNOWN,
        tr("does not concern us"): NOT_APPLICABLE,
        tr("not answered"): ABSENT,
    }
    counts = [f"{words}: {int((states == state).sum())}" for words, state in without.items()]
    frame = pd.DataFrame(rows)
    caption = tr("Question {code}: steps and people", code=question.code)
    shown = view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack plain")
    return join([shown, text(tr("Without a level: {counts}.", counts=", ".join(counts)),
                             kind="small")])  # fmt: skip


def _who(view: CapacityView, question: Question) -> Html:
    """Show the score of every sub-unit that was asked, and the levels behind it."""
    tr = view.lang.tr
    kinds = list(question.respondents)
    rows = []
    for one in view.subunits.governments_of(view.province):
        if one.level not in question.governments:
            continue
        cells = {
            view.respondent_name(kind): _cell(view, f"{one.code}.{kind}", question.code)
            for kind in kinds
        }
        rows.append({tr("Government"): one.label(view.lang.code), **cells})
    if not rows:
        return join([])
    caption = tr("Question {code}: score of each sub-unit (levels of its respondents)",
                 code=question.code)  # fmt: skip
    return view.pieces.table(pd.DataFrame(rows), caption, kind="stack")


def _cell(view: CapacityView, subunit: str, question: str) -> Content:
    levels = view.levels_of(subunit, question)
    if not levels:
        return view.lang.tr("no answer")
    row = view.score_row(subunit, question)
    score = view.score(row["score"])
    return join([strong(score), f" ({_levels(levels)})"], between="")


def _levels(levels: list[int]) -> str:
    if len(levels) <= MOST_LEVELS:
        return ", ".join(map(str, levels))
    counts = pd.Series(levels).value_counts().sort_index()
    return ", ".join(f"{count}×{level}" for level, count in counts.items())


def _notes(view: CapacityView, question: str) -> Html:
    """Show evidence and comments as they were given: text, never run."""
    tr, notes = view.lang.tr, view.answers.notes
    here = notes[notes["question"] == question]
    if here.empty:
        return join([])
    shown = items(_note_lines(view, here.head(MOST_NOTES)))
    more = len(here) - MOST_NOTES
    rest = text(tr("{n} more in the workbook.", n=more), kind="small") if more > 0 else join([])
    title = tr("Evidence and comments ({n})", n=len(here))
    return details(view.pieces.worded(title), shown, rest)


def _note_lines(view: CapacityView, notes: pd.DataFrame) -> Iterator[Html]:
    tr, units = view.lang.tr, view.answers.respondents["unit"]
    for row in notes.to_dict("records"):
        who = view.unit_name(str(units[row["respondent"]]))
        said = [
            tr("{label}: {text}", label=label, text=words)
            for label, words in (
                (tr("evidence"), str(row["evidence"] or "")),
                (tr("comment"), str(row["comment"] or "")),
            )
            if words.strip()
        ]
        yield join([strong(who), "; ".join(said)], between=": ")
