"""What an audit found, in sentences: one for every check, whatever its verdict."""

from __future__ import annotations

from collections.abc import Callable

from erat.edition.audit.ten_steps import Check, Verdict
from erat.report.audit_numbers import number, percent, tiny
from erat.report.shared import choice_words, factor_words
from erat.report.view import View

MOST = 4
"""Names listed in a sentence at the most."""


def _names(view: View, codes: tuple[str, ...]) -> str:
    """List names inside a sentence; a long list is cut and says so."""
    names = [view.inside(code) for code in codes]
    if len(names) <= MOST:
        return view.lang.join(names)
    rest = view.lang.tr("{n} more", n=len(names) - MOST)
    return view.lang.join([*names[:MOST], rest])


def _unexplained(view: View, check: Check) -> str:
    tr, n = view.lang.tr, len(view.framework.table)
    if not check.about:
        return tr("All {n} nodes have a reason and a reference.", n=n)
    names = _names(view, check.about)
    k = len(check.about)
    return tr("Without a reason or a reference, {k} of {n} nodes: {names}.", k=k, n=n, names=names)


def _single(view: View, check: Check) -> str:
    tr = view.lang.tr
    if not check.about:
        return tr("Every dimension has two indicators or more.")
    return tr(
        "Of {n} dimensions {k} rest on a single indicator: {names}.",
        n=len(view.framework.dimensions), k=len(check.about),
        names=view.lang.join([view.label(code) for code in check.about]),
    )  # fmt: skip


def _lenses(view: View, check: Check) -> str:
    tr = view.lang.tr
    if not check.about:
        return tr("Each of the four phases and three capacities has an indicator.")
    words = {
        "prevention": tr("prevention"),
        "preparedness": tr("preparedness"),
        "response": tr("response"),
        "recovery": tr("recovery"),
        "absorb": tr("absorb"),
        "adapt": tr("adapt"),
        "recover": tr("recover"),
    }
    gone = view.lang.join([words[word] for word in check.about])
    return tr("Phases and capacities without an indicator: {gone}.", gone=gone)


def _coverage_indicator(view: View, check: Check) -> str:
    tr, x = view.lang.tr, percent(view, check.value)
    if check.value == 1:
        return tr("Every indicator has a value for every province.")
    label = view.inside(check.about[0])
    return tr("The least complete indicator is {label}: {x} of the provinces.", label=label, x=x)


def _coverage_unit(view: View, check: Check) -> str:
    tr, x = view.lang.tr, percent(view, check.value)
    if check.value == 1:
        return tr("Every province has all indicators.")
    name = view.names[check.about[0]]
    return tr("The least complete province is {name}: {x} of the indicators.", name=name, x=x)


def _derived(view: View, check: Check) -> str:
    x = percent(view, check.value)
    return view.lang.tr("Derived from published figures, not published themselves: {x}.", x=x)


def _unverified(view: View, check: Check) -> str:
    x = percent(view, check.value)
    return view.lang.tr("Read from one copy and not verified by a second or a formula: {x}.", x=x)


def _filled(view: View, check: Check) -> str:
    tr = view.lang.tr
    if not check.about:
        return tr("No value was imputed or carried forward.")
    x, names = percent(view, check.value), _names(view, check.about)
    return tr(
        "Imputed or carried forward from an earlier year, {x} of the values: {names}.",
        x=x,
        names=names,
    )


def _left(view: View, check: Check) -> str:
    tr = view.lang.tr
    if not check.about:
        return tr("No value is missing in the index.")
    x, names = percent(view, check.value), _names(view, check.about)
    return tr(
        "Still missing, so that other indicators stand in, {x} of the values: {names}.",
        x=x,
        names=names,
    )


def _lowest_pair(view: View, check: Check) -> str:
    a, b = check.about
    return view.lang.tr(
        "Within a dimension the lowest correlation is {r}, of {a} with {b}.",
        r=number(view, check.value), a=view.inside(a), b=view.inside(b),
    )  # fmt: skip


def _highest_pair(view: View, check: Check) -> str:
    a, b = check.about
    return view.lang.tr(
        "The closest two indicators correlate at {r}: {a} and {b}.",
        r=number(view, check.value), a=view.inside(a), b=view.inside(b),
    )  # fmt: skip


def _alpha(view: View, check: Check) -> str:
    return view.lang.tr(
        "Cronbach's alpha is lowest in the dimension {label}: {x}.",
        label=view.label(check.about[0]), x=number(view, check.value),
    )  # fmt: skip


def _elsewhere(view: View, check: Check) -> str:
    tr = view.lang.tr
    if not check.about:
        return tr("Every indicator goes most with its own dimension.")
    found = [
        tr(
            "{label} ({own}, but {other} with {dimension})",
            label=view.inside(code), own=number(view, own), other=number(view, other),
            dimension=view.label(dimension),
        )
        for code, dimension, (own, other) in zip(
            check.about, check.against, check.numbers, strict=True
        )
    ]  # fmt: skip
    names = view.lang.join(found)
    return tr("Correlates more with another dimension than with its own: {names}.", names=names)


def _kmo(view: View, check: Check) -> str:
    x = number(view, check.value)
    return view.lang.tr("The Kaiser-Meyer-Olkin measure of all indicators is {x}.", x=x)


def _units_each(view: View, check: Check) -> str:
    x = number(view, check.value, 1)
    return view.lang.tr("There are {x} provinces for each indicator.", x=x)


def _outliers(view: View, check: Check) -> str:
    tr = view.lang.tr
    if not check.about:
        return tr("No indicator has outliers after transformation and treatment.")
    return tr(
        "Outliers are left in {k} of {n} indicators: {names}.",
        k=len(check.about), n=view.contributions.shape[1], names=_names(view, check.about),
    )  # fmt: skip


def _scale(view: View, check: Check) -> str:
    label, x = view.inside(check.about[0]), percent(view, check.value)
    return view.lang.tr(
        "The provinces use {x} of the scale of {label}, the least of all.", x=x, label=label
    )


def _clipped(view: View, check: Check) -> str:
    tr = view.lang.tr
    if not check.about:
        return tr("No value lies beyond the ends of its scale.")
    x, names = percent(view, check.value, 1), _names(view, check.about)
    return tr("Beyond the ends of their scale, {x} of the values: {names}.", x=x, names=names)


def _largest_weight(view: View, check: Check) -> str:
    n = len(view.contributions.columns)
    return view.lang.tr(
        "The heaviest indicator is {label}: {x} of the index, an equal share being {equal}.",
        label=view.inside(check.about[0]),
        x=percent(view, check.value / n),
        equal=percent(view, 1 / n),
    )


def _gap(view: View, check: Check) -> str:
    return view.lang.tr(
        "Weight and effective importance differ most for {label}: by {x} points.",
        label=view.inside(check.about[0]), x=number(view, 100 * check.value, 0),
    )  # fmt: skip


def _with_index(view: View, check: Check) -> str:
    return view.lang.tr(
        "The indicator that goes least with the index is {label}: correlation {r}.",
        label=view.inside(check.about[0]), r=number(view, check.value),
    )  # fmt: skip


def _width(view: View, check: Check) -> str:
    return view.lang.tr(
        "The median rank interval is {k} of {n} ranks wide.",
        k=number(view, check.value * view.n, 1), n=view.n,
    )  # fmt: skip


def _open(view: View, check: Check) -> str:
    return view.lang.tr(
        "For {k} of {n} provinces the third of the ranking depends on method.",
        k=round(check.value * view.n), n=view.n,
    )  # fmt: skip


def _choice(view: View, check: Check) -> str:
    factor, choice = check.about
    return view.lang.tr(
        "The choice that moves ranks most is {factor} ({choice}): {x} ranks on average.",
        factor=factor_words(view, factor).lower(),
        choice=choice_words(view, factor, int(choice)),
        x=number(view, check.value * view.n, 1),
    )


def _left_out(view: View, check: Check) -> str:
    return view.lang.tr(
        "Without {label} the provinces move by {x} ranks on average, more than without any other.",
        label=view.inside(check.about[0]), x=number(view, check.value * view.n, 1),
    )  # fmt: skip


def _dominant(view: View, check: Check) -> str:
    return view.lang.tr(
        "The largest part of the scores comes from {label}: {x} on average.",
        label=view.inside(check.about[0]), x=percent(view, check.value),
    )  # fmt: skip


def _closing(view: View, check: Check) -> str:
    tr = view.lang.tr
    if check.verdict == Verdict.PASS:
        return tr("The contributions of the indicators add up to every score.")
    x = tiny(check.value)
    return tr("The contributions of the indicators miss the scores by up to {x}.", x=x)


def _rebuilt(view: View, check: Check) -> str:
    tr = view.lang.tr
    if check.verdict == Verdict.PASS:
        return tr("The index constructed anew from the figures gives the reported scores.")
    x = tiny(check.value)
    return tr("The index constructed anew misses the reported scores by up to {x}.", x=x)


def _compared(view: View, check: Check) -> str:
    tr = view.lang.tr
    if not check.about:
        return tr("The edition names no published index to compare with.")
    return tr("Compared with a published index: {names}.", names=_names(view, check.about))


def _overlap(view: View, check: Check) -> str:
    return view.lang.tr(
        "The index correlates with the {label} at {r}.",
        label=view.inside(check.about[0]), r=number(view, check.value),
    )  # fmt: skip


def _shared(view: View, check: Check) -> str:
    x = percent(view, check.value)
    return view.lang.tr("Of the indicators {x} are also part of that index.", x=x)


def _unsourced(view: View, check: Check) -> str:
    tr = view.lang.tr
    if check.value == 0:
        return tr("Every value names its publisher and publication.")
    return tr("Without a publisher or publication: {x}.", x=percent(view, check.value, 1))


def _untranslated(view: View, check: Check) -> str:
    tr = view.lang.tr
    if check.value == 0:
        return tr("Names and reasons of all nodes are there in Indonesian and English.")
    x = percent(view, check.value)
    return tr("Names and reasons missing in Indonesian or English: {x}.", x=x)


def _no_interval(view: View, check: Check) -> str:
    tr = view.lang.tr
    if check.value == 0:
        return tr("Every rank and score is published with its interval.")
    return tr("Ranks and scores published without an interval: {x}.", x=percent(view, check.value))


SENTENCES: dict[str, Callable[[View, Check], str]] = {
    "unexplained": _unexplained,
    "single": _single,
    "lenses": _lenses,
    "coverage_indicator": _coverage_indicator,
    "coverage_unit": _coverage_unit,
    "derived": _derived,
    "unverified": _unverified,
    "filled": _filled,
    "left": _left,
    "lowest_pair": _lowest_pair,
    "highest_pair": _highest_pair,
    "alpha": _alpha,
    "elsewhere": _elsewhere,
    "kmo": _kmo,
    "units_each": _units_each,
    "outliers": _outliers,
    "scale": _scale,
    "clipped": _clipped,
    "largest_weight": _largest_weight,
    "gap": _gap,
    "with_index": _with_index,
    "width": _width,
    "open": _open,
    "choice": _choice,
    "left_out": _left_out,
    "dominant": _dominant,
    "closing": _closing,
    "rebuilt": _rebuilt,
    "compared": _compared,
    "overlap": _overlap,
    "shared": _shared,
    "unsourced": _unsourced,
    "untranslated": _untranslated,
    "no_interval": _no_interval,
}
"""By name of a check: what to say of it."""
