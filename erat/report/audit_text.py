"""The words of an audit: steps, verdicts, and what is said of every check."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from erat.edition.limits import LIMITS, SOURCES, Limit
from erat.edition.opened import OpenEdition
from erat.edition.ten_steps import step_verdicts
from erat.locale import Language, written
from erat.report.html import anchor_of
from erat.report.show import link
from erat.report.study_text import choice_label, factor_label

MOST = 4
"""Names listed in a sentence at the most."""
SMALLEST = 1e-3
"""Numbers below are written as powers of ten."""

Translate = Callable[[str], str]


def verdict_words(tr: Translate) -> dict[str, str]:
    """Return the words for what may be found of a check or a step."""
    return {"pass": tr("pass"), "look": tr("look"), "fail": tr("fail")}


def step_headings(tr: Translate) -> dict[str, str]:
    """Return the headings of the ten steps, as they stand in the notebook."""
    return {
        "framework": tr("Step 1: theoretical framework"),
        "data": tr("Step 2: data selection"),
        "imputation": tr("Step 3: imputation of missing data"),
        "multivariate": tr("Step 4: multivariate analysis"),
        "normalization": tr("Step 5: normalization and outliers"),
        "weighting": tr("Step 6: weighting and aggregation"),
        "robustness": tr("Step 7: robustness and sensitivity"),
        "details": tr("Step 8: back to the details"),
        "links": tr("Step 9: links to other indicators"),
        "presentation": tr("Step 10: presentation and dissemination"),
    }


def check_texts(tr: Translate) -> dict[str, tuple[str, ...]]:
    """Return the name of every check, what is said if nothing is at fault (where that differs), and
    what is said else.

    Fields: ``x`` (the number), ``names`` and ``first`` (what it is of), ``k`` (how many these are)
    and the check's details.
    """
    return {
        "unexplained": (
            tr("Reasons"),
            tr("All {n} nodes have a reason and a reference."),
            tr("Of {n} nodes {k} have no reason or no reference: {names}."),
        ),
        "single": (
            tr("Single indicators"),
            tr("Every dimension has two indicators or more."),
            tr("Of {n} dimensions {k} rest on a single indicator: {names}."),
        ),
        "lenses": (
            tr("Phases and capacities"),
            tr("Every phase and every capacity has an indicator."),
            tr("Phases and capacities without an indicator: {names}."),
        ),
        "coverage_indicator": (
            tr("Least complete indicator"),
            tr("Every indicator has a value for every province."),
            tr("The least complete indicator is {first}: {x} of the provinces."),
        ),
        "coverage_unit": (
            tr("Least complete province"),
            tr("Every province has all indicators."),
            tr("The least complete province is {first}: {x} of the indicators."),
        ),
        "derived": (
            tr("Derived values"),
            tr("Derived from published figures, not published themselves: {x} of the values."),
        ),
        "unverified": (
            tr("Unverified values"),
            tr("Read from one copy, not verified by a second one or a formula: {x} of the values."),
        ),
        "filled": (
            tr("Filled values"),
            tr("No value was imputed or carried forward."),
            tr("Imputed or carried forward from an earlier year: {x} of the values ({names})."),
        ),
        "left": (
            tr("Missing values"),
            tr("No value is missing in the index."),
            tr("Still missing, so that other indicators stand in: {x} of the values ({names})."),
        ),
        "lowest_pair": (
            tr("Lowest correlation"),
            tr("Within a dimension the lowest correlation is {x}, of {a} with {b}."),
        ),
        "highest_pair": (
            tr("Highest correlation"),
            tr("The two indicators that are closest, {a} and {b}, correlate at {x}."),
        ),
        "alpha": (
            tr("Cronbach's alpha"),
            tr("Cronbach's alpha is lowest in the dimension {first}: {x}."),
        ),
        "elsewhere": (
            tr("Fit with the own dimension"),
            tr("Every indicator goes most with its own dimension."),
            tr(
                "Correlates more with another dimension than with its own: {names}. The furthest "
                "apart: {worst}, {r_other:.2} with {other} and {r:.2} with its own."
            ),
        ),
        "kmo": (
            tr("Kaiser-Meyer-Olkin measure"),
            tr("The Kaiser-Meyer-Olkin measure of all indicators is {x}."),
        ),
        "units_each": (
            tr("Provinces per indicator"),
            tr("There are {x} provinces for each indicator."),
        ),
        "outliers": (
            tr("Outliers left"),
            tr("No indicator has outliers after transformation and treatment."),
            tr("Outliers are left in {k} of {n} indicators: {names}."),
        ),
        "scale": (
            tr("Use of the scales"),
            tr("The provinces use {x} of the scale of {first}, the least of all."),
        ),
        "clipped": (
            tr("Beyond the scales"),
            tr("No value lies beyond the ends of its scale."),
            tr("Beyond the ends of their scale: {x} of the values ({names})."),
        ),
        "largest_weight": (
            tr("Largest weight, equal weights being 1"),
            tr(
                "The heaviest indicator is {first}: {weight:.1%} of the index, an equal share being "
                "{equal:.1%}."
            ),
        ),
        "gap": (
            tr("Weight and importance"),
            tr("Weight and effective importance differ most for {first}: by {x} of the index."),
        ),
        "with_index": (
            tr("Correlation with the index"),
            tr("The indicator that goes least with the index is {first}: correlation {x}."),
        ),
        "width": (
            tr("Width of the rank intervals"),
            tr("Every rank interval is a single rank."),
            tr(
                "The median distance between the ends of a rank interval is {ranks:.1} of {n} ranks."
            ),
        ),
        "open": (
            tr("Thirds that depend on method"),
            tr("For every province the third of the ranking is the same by every method."),
            tr("For {provinces} of {n} provinces the third of the ranking depends on method."),
        ),
        "choice": (
            tr("Other choices, all indicators kept"),
            tr("No choice of method moves a rank."),
            tr(
                "With all indicators kept, the choice that moves ranks most is {first}: {ranks:.1} "
                "ranks on average."
            ),
        ),
        "left_out": (
            tr("One indicator left out"),
            tr("Leaving out an indicator moves no rank."),
            tr(
                "Without {first} the provinces move by {ranks:.1} ranks on average, more than without "
                "any other indicator."
            ),
        ),
        "dominant": (
            tr("Largest part of the scores"),
            tr("The largest part of the scores comes from {first}: {x} on average."),
        ),
        "closing": (
            tr("Sum of the contributions"),
            tr("The contributions of the indicators add up to every score."),
            tr("The contributions of the indicators miss the scores by up to {x}."),
        ),
        "rebuilt": (
            tr("The index constructed anew"),
            tr("The index constructed anew from the figures gives the reported scores."),
            tr("The index constructed anew misses the reported scores by up to {x}."),
        ),
        "compared": (
            tr("Comparison"),
            tr("Compared with a published index: {names}."),
            tr("The edition names no published index to compare with."),
        ),
        "overlap": (
            tr("Correlation with a published index"),
            tr("The index correlates with the {first} at {x}."),
        ),
        "shared": (
            tr("Shared indicators"),
            tr("Of the indicators {x} are also part of that index."),
        ),
        "unsourced": (
            tr("Publishers named"),
            tr("Every value names its publisher and publication."),
            tr("Without a publisher or publication: {x} of the values."),
        ),
        "untranslated": (
            tr("Both languages"),
            tr("Names and reasons of all nodes are there in Indonesian and English."),
            tr("Missing in Indonesian or English: {x} of the names and reasons."),
        ),
        "no_interval": (
            tr("Intervals"),
            tr("Every rank and score is published with its interval."),
            tr("Published without an interval: {x} of the ranks and scores."),
        ),
    }


def check_text(e: OpenEdition, check: pd.Series) -> str:
    """Say what a check found.

    Parameters
    ----------
    check
        A row of :attr:`erat.edition.audit.Audit.checks`, named by step and check.
    """
    step, name = check.name
    if check["value"] != check["value"]:
        return e.lang.tr("This cannot be computed here.")
    limit = LIMITS[step][name]
    _, *texts = check_texts(lambda text: text)[name]
    about = [_name(e, code) for code in check["about"]]
    details = {k: _name(e, v) if isinstance(v, str) else v for k, v in check["details"].items()}
    return e.lang.tr(
        texts[0] if limit.flawless(check["value"]) else texts[-1],
        x=number_text(e.lang, limit, check["value"]),
        names=_listed(e.lang, about),
        first=about[0] if about else "",
        k=len(about),
        **details,
    )


def checks_table(e: OpenEdition, checks: pd.DataFrame) -> pd.DataFrame:
    """Write the checks of one step: name, what was found, number, limits, verdict."""
    tr, texts, words = e.lang.tr, check_texts(e.lang.translated), verdict_words(e.lang.translated)
    limits = [LIMITS[step][name] for step, name in checks.index]
    numbers = zip(limits, checks["value"], strict=True)
    return pd.DataFrame(
        {
            tr("Check"): [texts[name][0] for _, name in checks.index],
            tr("Found"): [check_text(e, check) for _, check in checks.iterrows()],
            tr("Number"): [number_text(e.lang, limit, value) for limit, value in numbers],
            tr("Limits"): [limits_text(e.lang, limit) for limit in limits],
            tr("Verdict"): [words[verdict] for verdict in checks["verdict"]],
        }
    )


def verdicts_table(e: OpenEdition, checks: pd.DataFrame) -> pd.DataFrame:
    """Write the verdict of every step and why: each check that shares it, of a pass the first."""
    tr, words = e.lang.tr, verdict_words(e.lang.translated)
    headings, anchors = step_headings(e.lang.translated), step_headings(lambda text: text)
    rows = []
    for step, verdict in step_verdicts(checks).items():
        alike = checks.loc[[step]].query("verdict == @verdict")
        reasons = alike.iloc[:1] if verdict == "pass" else alike
        rows.append(
            {
                tr("Step"): link(f"#{anchor_of(anchors[str(step)])}", headings[str(step)]),
                tr("Verdict"): words[verdict],
                tr("Reason"): " ".join(check_text(e, check) for _, check in reasons.iterrows()),
            }
        )
    return pd.DataFrame(rows)


def number_text(lang: Language, limit: Limit, value: float) -> str:
    """Write the number of a check, or a limit of it.

    Examples
    --------
    >>> number_text(Language("en"), LIMITS["details"]["closing"], 2.1e-14)
    '2·10⁻¹⁴'
    """
    percent = limit.form.endswith("%")
    if value == 0:
        return "0%" if percent else "0"
    if percent or abs(value) >= SMALLEST or value != value:
        return str(written(lang, value, limit.form))
    digit, _, power = f"{value:.0e}".partition("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if digit == "1" else f"{digit}·10{raised}"


def p_values(lang: Language, values: pd.Series) -> list[str]:
    """Write p-values; a small one as below a thousandth."""
    least = f"< {lang.number(SMALLEST, 3)}"
    return [least if p < SMALLEST else lang.number(p, 3) for p in values]


def limits_text(lang: Language, limit: Limit) -> str:
    """Write both limits and who set them: ``look above 5%, fail above 35% (JRC)``."""
    space, hyphen = "\N{NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}"
    who = ", ".join(limit.source).replace("-", hyphen)
    tr = lang.translated
    beyond = tr("below {x}") if limit.low else tr("above {x}")
    look, fail = (
        beyond.format(x=number_text(lang, limit, end)).replace(" ", space)
        for end in (limit.look, limit.look if limit.fail is None else limit.fail)
    )
    if limit.fail is None:
        return lang.tr("look {look} ({who})", look=look, who=who)
    return lang.tr("look {look}, fail {fail} ({who})", look=look, fail=fail, who=who)


def sources_of_limits(lang: Language) -> list[str]:
    """Say whose limits go by which short name."""
    tr = lang.tr
    texts: Mapping[str, str] = {
        "JRC": tr("JRC: {source}: rules of thumb of its statistical audits", source=SOURCES["JRC"]),
        "Nunnally": tr("Nunnally: {source}, as quoted in the Handbook", source=SOURCES["Nunnally"]),
        "e-RAT": tr("e-RAT: our own choice, where no published rule is known"),
    }
    return [texts.get(name, f"{name}: {source}") for name, source in SOURCES.items()]


def lens_names(tr: Translate) -> dict[str, str]:
    """Return the words for the tags of both lenses of a framework, by lens and tag."""
    return {
        "phase prevention": tr("prevention"),
        "phase preparedness": tr("preparedness"),
        "phase response": tr("response"),
        "phase recovery": tr("recovery"),
        "capacity absorb": tr("absorb"),
        "capacity adapt": tr("adapt"),
        "capacity recover": tr("recover"),
    }


def _name(e: OpenEdition, code: str) -> str:
    """Name a province, node, series, phase, capacity, or choice (``factor number``)."""
    if code in e.names.index:
        return str(e.names[code])
    if code in e.dimensions:
        return e.label(code)
    if " " not in code:
        return e.inside(code)
    if code in (lenses := lens_names(e.lang.translated)):
        return lenses[code]
    factor, number = code.rsplit(" ", 1)
    choice = choice_label(e, factor, int(number))
    return f"{e.lang.inside(factor_label(e, factor))} ({choice})"


def _listed(lang: Language, names: list[str]) -> str:
    """List names inside a sentence; a long list is cut and says so."""
    if len(names) <= MOST:
        return lang.join(names)
    return lang.join([*names[:MOST], lang.tr("{n} more", n=len(names) - MOST)])
