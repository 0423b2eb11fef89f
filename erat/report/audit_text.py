"""The words of an audit: steps, verdicts, and what is said of every check."""

from __future__ import annotations

from functools import partial

import pandas as pd

from erat.edition.opened import OpenEdition
from erat.edition.ten_steps import LIMITS, SOURCES, Limit, step_verdicts
from erat.locale import SPACE, Language, phrase, written
from erat.report.index_text import LENSES
from erat.report.show import anchor_of, link
from erat.report.study_text import choice_label, factor_label

MOST = 4  # names listed in a sentence at the most
SMALLEST = 1e-3  # numbers below are written as powers of ten

VERDICTS = {"pass": phrase("pass"), "look": phrase("look"), "fail": phrase("fail")}
STEPS = {
    "framework": phrase("Step 1: theoretical framework"),
    "data": phrase("Step 2: data selection"),
    "imputation": phrase("Step 3: imputation of missing data"),
    "multivariate": phrase("Step 4: multivariate analysis"),
    "normalization": phrase("Step 5: normalization and outliers"),
    "weighting": phrase("Step 6: weighting and aggregation"),
    "robustness": phrase("Step 7: robustness and sensitivity"),
    "details": phrase("Step 8: back to the details"),
    "links": phrase("Step 9: links to other indicators"),
    "presentation": phrase("Step 10: presentation and dissemination"),
}
"""The headings of the ten steps, as they stand in the notebook."""

NAMES = {
    "unexplained": phrase("Reasons"), "single": phrase("Single indicators"),
    "lenses": phrase("Phases and capacities"),
    "coverage_indicator": phrase("Least complete indicator"),
    "coverage_unit": phrase("Least complete province"), "derived": phrase("Derived values"),
    "one_copy": phrase("Values seen in one copy"), "filled": phrase("Filled values"),
    "left": phrase("Missing values"), "lowest_pair": phrase("Lowest correlation"),
    "highest_pair": phrase("Highest correlation"), "alpha": phrase("Cronbach's alpha"),
    "elsewhere": phrase("Fit with the own dimension"), "kmo": phrase("Kaiser-Meyer-Olkin measure"),
    "units_each": phrase("Provinces per indicator"), "outliers": phrase("Outliers left"),
    "scale": phrase("Use of the scales"), "clipped": phrase("Beyond the scales"),
    "largest_weight": phrase("Largest weight, equal weights being 1"),
    "gap": phrase("Weight and importance"), "with_index": phrase("Correlation with the index"),
    "width": phrase("Width of the rank intervals"), "open": phrase("Thirds that depend on method"),
    "choice": phrase("Other choices, all indicators kept"),
    "left_out": phrase("One indicator left out"), "dominant": phrase("Largest part of the scores"),
    "closing": phrase("Sum of the contributions"), "rebuilt": phrase("The index constructed anew"),
    "compared": phrase("Comparison"), "overlap": phrase("Correlation with a published index"),
    "shared": phrase("Shared indicators"), "unsourced": phrase("Publishers named"),
    "untranslated": phrase("Both languages"), "no_interval": phrase("Intervals"),
}  # fmt: skip
"""The names of the checks."""

FLAWLESS = {
    "unexplained": phrase("All {n} nodes have a reason and a reference."),
    "single": phrase("Every dimension has two indicators or more."),
    "lenses": phrase("Every phase and every capacity has an indicator."),
    "coverage_indicator": phrase("Every indicator has a value for every province."),
    "coverage_unit": phrase("Every province has all indicators."),
    "filled": phrase("No value was imputed or carried forward."),
    "left": phrase("No value is missing in the index."),
    "elsewhere": phrase("Every indicator goes most with its own dimension."),
    "outliers": phrase("No indicator has outliers after transformation and treatment."),
    "clipped": phrase("No value lies beyond the ends of its scale."),
    "width": phrase("Every rank interval is a single rank."),
    "open": phrase("For every province the third of the ranking is the same by every method."),
    "choice": phrase("No choice of method moves a rank."),
    "left_out": phrase("Leaving out an indicator moves no rank."),
    "closing": phrase("The contributions of the indicators add up to every score."),
    "rebuilt": phrase("The index constructed anew from the figures gives the reported scores."),
    "compared": phrase("Compared with a published index: {names}."),
    "unsourced": phrase("Every value names its publisher and publication."),
    "untranslated": phrase("Names and reasons of all nodes are there in Indonesian and English."),
    "no_interval": phrase("Every rank and score is published with its interval."),
}
"""What is said if nothing is at fault, where that differs."""

FOUND = {
    "unexplained": phrase("Of {n} nodes {k} have no reason or no reference: {names}."),
    "single": phrase("Of {n} dimensions {k} rest on a single indicator: {names}."),
    "lenses": phrase("Phases and capacities without an indicator: {names}."),
    "coverage_indicator": phrase("The least complete indicator is {first}: {x} of the provinces."),
    "coverage_unit": phrase("The least complete province is {first}: {x} of the indicators."),
    "derived": phrase(
        "Derived from published figures, not published themselves: {x} of the values."
    ),
    "one_copy": phrase(
        "Read from one copy and seen in no second one, though a formula may agree: {x} of the values."
    ),
    "filled": phrase(
        "Imputed or carried forward from an earlier year: {x} of the values ({names})."
    ),
    "left": phrase(
        "Still missing, so that other indicators stand in: {x} of the values ({names})."
    ),
    "lowest_pair": phrase("Within a dimension the lowest correlation is {x}, of {a} with {b}."),
    "highest_pair": phrase("The two indicators that are closest, {a} and {b}, correlate at {x}."),
    "alpha": phrase("Cronbach's alpha is lowest in the dimension {first}: {x}."),
    "elsewhere": phrase(
        "Correlates more with another dimension than with its own: {names}. The furthest apart: "
        "{worst}, {r_other:.2} with {other} and {r:.2} with its own."
    ),
    "kmo": phrase("The Kaiser-Meyer-Olkin measure of all indicators is {x}."),
    "units_each": phrase("There are {x} provinces for each indicator."),
    "outliers": phrase("Outliers are left in {k} of {n} indicators: {names}."),
    "scale": phrase("The provinces use {x} of the scale of {first}, the least of all."),
    "clipped": phrase("Beyond the ends of their scale: {x} of the values ({names})."),
    "largest_weight": phrase(
        "The heaviest indicator is {first}: {weight:.1%} of the index, an equal share being "
        "{equal:.1%}."
    ),
    "gap": phrase("Weight and effective importance differ most for {first}: by {x} of the index."),
    "with_index": phrase(
        "The indicator that goes least with the index is {first}: correlation {x}."
    ),
    "width": phrase(
        "The median distance between the ends of a rank interval is {ranks:.1} of {n} ranks."
    ),
    "open": phrase("For {provinces} of {n} provinces the third of the ranking depends on method."),
    "choice": phrase(
        "With all indicators kept, the choice that moves ranks most is {first}: {ranks:.1} ranks "
        "on average."
    ),
    "left_out": phrase(
        "Without {first} the provinces move by {ranks:.1} ranks on average, more than without any "
        "other indicator."
    ),
    "dominant": phrase("The largest part of the scores comes from {first}: {x} on average."),
    "closing": phrase("The contributions of the indicators miss the scores by up to {x}."),
    "rebuilt": phrase("The index constructed anew misses the reported scores by up to {x}."),
    "compared": phrase("The edition names no published index to compare with."),
    "overlap": phrase("The index correlates with the {first} at {x}."),
    "shared": phrase("Of the indicators {x} are also part of that index."),
    "unsourced": phrase("Without a publisher or publication: {x} of the values."),
    "untranslated": phrase("Missing in Indonesian or English: {x} of the names and reasons."),
    "no_interval": phrase("Published without an interval: {x} of the ranks and scores."),
}
"""What is said of a check: ``x`` (the number), ``names`` and ``first`` (what it is of), ``k`` (how
many these are) and the check's details."""


def check_text(e: OpenEdition, check: pd.Series) -> str:
    """Say what a check found; it is a row of :attr:`erat.edition.audit.Audit.checks`."""
    step, name = check.name
    if check["value"] != check["value"]:
        return e.lang.tr("This cannot be computed here.")
    limit = LIMITS[step][name]
    text = FLAWLESS.get(name, FOUND[name]) if limit.flawless(check["value"]) else FOUND[name]
    names = [_name(e, code) for code in check["about"]]
    more = [e.lang.tr("{n} more", n=len(names) - MOST)] if len(names) > MOST else []
    details = {k: _name(e, v) if isinstance(v, str) else v for k, v in check["details"].items()}
    about = {"names": e.lang.join([*names[:MOST], *more]), "first": "".join(names[:1])}
    number = number_text(e.lang, limit, check["value"])
    return e.lang.tr(text, x=number, k=len(names), **about, **details)


def checks_table(e: OpenEdition, checks: pd.DataFrame) -> pd.DataFrame:
    """Write the checks of one step: name, what was found, number, limits, verdict."""
    lang, limits = e.lang, [LIMITS[step][name] for step, name in checks.index]
    columns = {
        lang.tr("Check"): [lang.tr(NAMES[name]) for _, name in checks.index],
        lang.tr("Found"): [check_text(e, check) for _, check in checks.iterrows()],
        lang.tr("Number"): list(map(partial(number_text, lang), limits, checks["value"])),
        lang.tr("Limits"): [limits_text(lang, limit) for limit in limits],
        lang.tr("Verdict"): [lang.tr(VERDICTS[verdict]) for verdict in checks["verdict"]],
    }
    return pd.DataFrame(columns)


def verdicts_table(e: OpenEdition, checks: pd.DataFrame) -> pd.DataFrame:
    """Write the verdict of every step and why: each check that shares it, of a pass the first."""
    tr, rows = e.lang.tr, []
    for step, verdict in step_verdicts(checks).items():
        heading, alike = STEPS[str(step)], checks.loc[[step]].query("verdict == @verdict")
        reasons = alike.iloc[:1] if verdict == "pass" else alike
        words = " ".join(check_text(e, row) for _, row in reasons.iterrows())
        rows.append((link(f"#{anchor_of(heading)}", tr(heading)), tr(VERDICTS[verdict]), words))
    return pd.DataFrame(rows, columns=[tr("Step"), tr("Verdict"), tr("Reason")])


def number_text(lang: Language, limit: Limit, value: float) -> str:
    """Write the number of a check, or a limit of it.

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
    who = ", ".join(limit.source).replace("-", "\N{NON-BREAKING HYPHEN}")
    beyond = lang.translated(phrase("below {x}") if limit.low else phrase("above {x}"))
    ends = (end for end in (limit.look, limit.fail) if end is not None)
    texts = [beyond.format(x=number_text(lang, limit, end)).replace(" ", SPACE) for end in ends]
    if limit.fail is None:
        return lang.tr("look {look} ({who})", look=texts[0], who=who)
    return lang.tr("look {look}, fail {fail} ({who})", look=texts[0], fail=texts[1], who=who)


def sources_of_limits(lang: Language) -> list[str]:
    """Say whose limits go by which short name."""
    texts = {
        "JRC": phrase("JRC: {source}: rules of thumb of its statistical audits"),
        "Nunnally": phrase("Nunnally: {source}, as quoted in the Handbook"),
        "e-RAT": phrase("e-RAT: our own choice, where no published rule is known"),
    }
    other = "{name}: {source}"
    return [lang.tr(texts.get(name, other), name=name, source=SOURCES[name]) for name in SOURCES]


def _name(e: OpenEdition, code: str) -> str:
    """Name a province, node, series, phase, capacity, or choice (``factor number``)."""
    if code in e.names.index:
        return str(e.names[code])
    if code in e.dimensions:
        return e.label(code)
    if " " not in code:
        return e.inside(code)
    lens, _, tag = code.partition(" ")
    if lens in ("phase", "capacity") and tag in LENSES:
        return e.lang.tr(LENSES[tag])
    factor, number = code.rsplit(" ", 1)
    choice = choice_label(e, factor, int(number))
    return f"{e.lang.inside(factor_label(e, factor))} ({choice})"
