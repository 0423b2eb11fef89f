"""The words of an audit: verdicts, steps, and the sentence of a check."""

from __future__ import annotations

from erat.edition.audit.ten_steps import SOURCES, Check, Verdict
from erat.report.audit_sentences import SENTENCES
from erat.report.view import View


def verdict_word(view: View, verdict: Verdict) -> str:
    """Name a verdict in one or two words."""
    tr = view.lang.tr
    return {Verdict.PASS: tr("pass"), Verdict.LOOK: tr("look"), Verdict.FAIL: tr("fail")}[verdict]


def step_title(view: View, name: str) -> str:
    """Name a step of the Handbook."""
    tr = view.lang.tr
    return {
        "framework": tr("Theoretical framework"),
        "data": tr("Data selection"),
        "imputation": tr("Imputation of missing data"),
        "multivariate": tr("Multivariate analysis"),
        "normalization": tr("Normalization and outliers"),
        "weighting": tr("Weighting and aggregation"),
        "robustness": tr("Robustness and sensitivity"),
        "details": tr("Back to the details"),
        "links": tr("Links to other indicators"),
        "presentation": tr("Presentation and dissemination"),
    }[name]


def source_words(view: View, name: str) -> str:
    """Say whose limits go by a short name."""
    tr, source = view.lang.tr, SOURCES[name]
    said = {
        "JRC": tr("{source}: rules of thumb of its statistical audits", source=source),
        "Nunnally": tr("{source}, as quoted in the Handbook", source=source),
        "e-RAT": tr("{source}: our own choice, where no published rule is known", source=source),
    }
    return f"{name}: {said.get(name, source)}"


def sentence(view: View, check: Check) -> str:
    """Say what a check found, with its number."""
    if check.value != check.value:
        return view.lang.tr("{what}: cannot be computed here", what=_subject(view, check.name))
    return SENTENCES[check.name](view, check)


def _subject(view: View, name: str) -> str:
    tr = view.lang.tr
    return {
        "lowest_pair": tr("Lowest correlation within a dimension"),
        "highest_pair": tr("Highest correlation of two indicators"),
        "alpha": tr("Cronbach's alpha of the dimensions"),
        "kmo": tr("Kaiser-Meyer-Olkin measure of all indicators"),
        "scale": tr("Share of the scale that is used"),
        "gap": tr("Effective importance"),
        "largest_weight": tr("Weights of the indicators"),
        "with_index": tr("Correlation of the indicators with the index"),
        "left_out": tr("Effect of leaving an indicator out"),
        "dominant": tr("Contributions of the indicators"),
        "closing": tr("Sum of the contributions"),
        "rebuilt": tr("The index constructed anew"),
        "overlap": tr("Correlation with a published index"),
    }.get(name, name)
