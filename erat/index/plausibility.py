"""What is doubtful in data and framework: nothing that is refused, but somebody should look at it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from erat.errors import Problem, listing
from erat.index.cell_problems import EXECUTED
from erat.index.construct.normalize import NORMALIZATIONS
from erat.index.correlation import is_constant
from erat.index.framework import Framework
from erat.index.method import Normalize
from erat.index.panel import Panel, denominators
from erat.index.registry import FRAMEWORK, OfFramework
from erat.index.tables import MISSING, parse_number

UNITS_PER_INDICATOR = 3
"""Units that there should be for every indicator, the "3:1 ratio" (Grossman et al. 1991, as quoted
in the OECD/JRC Handbook of 2008, box 5). With fewer, correlations, components and everything that
is fitted to them rest on chance."""
MISSING_CODE = re.compile(r"-?9{2,}(\.9+)?|-(9|8{2,}|7{2,})|8{3,}|7{3,}")
"""Numbers that stand for a missing value in tables of many publishers: -999, -99, 9999, -8888."""
NAMES = ("name", "uName")
"""Columns of the data with names of units, which no framework needs to name."""
ROUNDING = 1e-6
"""Shares that add to 1 within this are taken to add to 1."""


def implausible(
    panel: Panel,
    framework: Framework,
    exclude: Sequence[str] = (),
    parents: np.ndarray | None = None,
    normalizations: Sequence[Normalize] = (),
) -> list[Problem]:
    """Say what is doubtful; nothing of it keeps an index from being constructed.

    Nothing is said of nodes in ``exclude``. ``parents`` are the units that rows are part of,
    ``normalizations`` those of the methods that are used.
    """
    tree = framework.without(exclude)
    notes = [*framework.notes, *panel.notes, *_unused(panel, framework), *_changing(panel)]
    notes += [*_levels(framework), *_executed(panel, framework), *_parameters(tree, normalizations)]
    if not tree.indicators:
        return notes
    of_data = (_codes, _empty, _constant, _few, _goalposts, _targets)
    notes = [*_totals(panel, tree, parents), *notes]
    notes += [note for check in of_data for note in check(panel, tree)]
    return [*notes, *_shares(tree), *_directions(tree)]


def _totals(panel: Panel, tree: Framework, parents: np.ndarray | None) -> Iterator[Problem]:
    names = panel.groups[[name for name in NAMES if name in panel.groups]].to_numpy()
    rows = totals(panel, names, panel.values[tree.indicators].to_numpy(), parents)
    if units := list(dict.fromkeys(panel.units[i] for i in np.flatnonzero(rows))):
        found = f"rows that seem to be totals or means of the others: {listing(units)}"
        options = " ".join(f"--leave-out {shlex.quote(unit)}" for unit in units[:3])
        remedy = f"leave them out, or every score and rank is wrong: {options}; "
        remedy += "nothing if they are units like the others"
        yield Problem("data", found, "units, and no total among them", remedy)


def _unused(panel: Panel, tree: Framework) -> Iterator[Problem]:
    known = {*tree.group_columns, *tree.other_columns, *denominators(tree).values(), *NAMES}
    if unused := [str(name) for name in panel.groups if name not in known]:
        remedy = "nothing if they are not meant to count; else give each a row in the framework"
        found = f"columns that are not in the framework: {listing(unused)}"
        yield Problem("data", found, "columns that the framework names", remedy, 1)


def _codes(panel: Panel, tree: Framework) -> Iterator[Problem]:
    """Name numbers that publishers write for a missing value, where the others are unlike them."""
    shown: dict[str, list[str]] = {}
    for code, cells in {**panel.values[tree.indicators], **panel.denominators}.items():
        for value in _like_codes(cells.to_numpy(dtype=float)):
            rows = panel.named(np.flatnonzero(cells == value))
            shown.setdefault(f"{value:.10g}", []).append(f"{code} of {listing(rows, most=3)}")
    for text, places in shown.items():
        found = f"{text} in {listing(places)}"
        remedy = f"if it stands for a missing value, write 'missing: [{text}]' in the method"
        yield Problem("data", found, "values, not a code for a missing one", remedy)


def _like_codes(values: np.ndarray) -> list[float]:
    """List the codes in a column: negative ones where no other value is negative, and all that lie
    far out (3 times the quartiles' distance beyond them: Tukey 1977).
    """
    values = values[~np.isnan(values)]
    different = np.unique(values)
    codes = [x for x in (*different[:4], *different[-4:]) if MISSING_CODE.fullmatch(f"{x:.10g}")]
    others = values[~np.isin(values, codes)]
    if not codes or not len(others):
        return []
    (low, high), least = np.quantile(others, [0.25, 0.75]), others.min()
    reach = 3 * (high - low)
    below = (x for x in codes if x < least and (least >= 0 or x < low - reach))
    above = (x for x in codes if x > others.max() and x > high + reach)
    return sorted({float(x) for x in (*below, *above)})


def _empty(panel: Panel, tree: Framework) -> Iterator[Problem]:
    there = panel.values[tree.indicators].notna()
    if codes := list(there.columns[~there.any()]):
        found = f"indicators without any value: {listing(codes)}"
        yield Problem("data", found, "some values", "find data, or leave them out")
    empty = np.flatnonzero(~there.any(axis=1))
    notes = footnotes([panel.units[i] for i in empty])
    if rows := panel.named(empty[notes]):
        found = f"rows that are notes and no units: {listing(rows)}"
        yield Problem("data", found, "units", "delete them from the table; they get no score")
    if rows := panel.named(empty[~notes]):
        found = f"units without any value: {listing(rows)}"
        yield Problem("data", found, "some values", "leave them out, or expect no score")


def _executed(panel: Panel, tree: Framework) -> Iterator[Problem]:
    names = [*map(str, tree.table.index), *dict.fromkeys(panel.units)]
    if run := [name for name in names if name.startswith(EXECUTED)]:
        found = f"names that a spreadsheet may run as a formula: {listing(run)}"
        remedy = (
            "rename them, or read the results in a workbook (erat index --workbook), not as CSV"
        )
        yield Problem("data", found, "names that begin with a letter or digit", remedy)


def _constant(panel: Panel, tree: Framework) -> Iterator[Problem]:
    values = panel.values[tree.indicators]
    varied = [code for code in values if values[code].count() > 1]
    constant = [code for code in varied if is_constant(values[code].to_numpy())]
    if shown := [f"{code} ({values[code].max():.10g})" for code in constant]:
        found = f"indicators with one value only: {listing(shown)}"
        remedy = "leave them out: they tell no unit from another, and count towards every score"
        yield Problem("data", found, "values that differ between units", remedy)
    still = []
    several = [code for code in varied if code not in constant] if np.ptp(panel.years) else []
    for code in several:
        years = [
            str(year)
            for year, part in values[code].groupby(panel.years)
            if part.count() > 1 and is_constant(part.to_numpy())
        ]
        still += [f"{code} ({listing(years)})"] if years else []
    if still:
        found = f"indicators with one value only in some years: {listing(still)}"
        remedy = "check the data of these years: the indicator tells no unit from another in them"
        yield Problem("data", found, "values that differ between units", remedy)


def _few(panel: Panel, tree: Framework) -> Iterator[Problem]:
    units, indicators = np.unique(panel.years, return_counts=True)[1].max(), len(tree.indicators)
    if units == 1:
        remedy = "use fixed goalposts or targets: nothing can be compared or fitted"
        yield Problem("data", "one unit", "several units", remedy)
    elif units < UNITS_PER_INDICATOR * indicators and indicators > 1:
        found = f"{units} units for {indicators} indicators"
        expected = f"{UNITS_PER_INDICATOR} units or more for every indicator"
        remedy = "read correlations, components and weights fitted to the data with care"
        yield Problem("data", found, expected, remedy)


def _changing(panel: Panel) -> Iterator[Problem]:
    seen = pd.Series(panel.units).value_counts().sort_index()
    if gone := [str(unit) for unit in seen.index[seen < len(set(panel.years))]]:
        found = f"units that are not there in every year: {listing(gone)}"
        remedy = "compare ranks between years with care: they are among different units"
        yield Problem("data", found, "the same units every year", remedy)


def _goalposts(panel: Panel, tree: Framework) -> Iterator[Problem]:
    for code in _in_own_unit(tree):
        low, high = (float(tree.column(f"goalpost_{end}", [code])[0]) for end in ("low", "high"))
        if np.isnan(low) and np.isnan(high):
            continue
        x = panel.values[code]
        if len(beyond := np.flatnonzero((x < low) | (x > high))):
            rows = zip(panel.named(beyond[:8]), x.iloc[beyond[:8]], strict=True)
            shown = [f"{row} ({value:.10g})" for row, value in rows]
            expected = f"values from {low:.10g} to {high:.10g}, the goalposts"
            remedy = "check these values and the goalposts; beyond them values count no further"
            found = listing(shown, count=len(beyond))
            yield Problem("data", found, expected, remedy, column=code)


def _targets(panel: Panel, tree: Framework) -> Iterator[Problem]:
    for code in _in_own_unit(tree):
        target, direction = (tree.column(name, [code])[0] for name in ("target", "direction"))
        y = panel.values[code].to_numpy() * direction
        if np.isnan(y).all() or not target * direction <= np.nanmin(y):
            continue
        worst = np.nanmin(y) * direction
        found = f"a target of {target:.10g}, while the worst value is {worst:.10g}"
        remedy = "correct the target or the direction: no distance to it can be measured"
        yield Problem("framework", found, "a target beyond the worst value", remedy, column=code)


def _shares(tree: Framework) -> Iterator[Problem]:
    sums = {
        node: weights.sum()
        for node, children in tree.children.items()
        if len(children) > 1 and (weights := tree.column("weight", children)).max() < 1
    }
    if wrong := [f"{node} ({x:.10g})" for node, x in sums.items() if abs(x - 1) > ROUNDING]:
        found = f"weights below 1 that do not add to 1: {listing(wrong)}"
        remedy = "nothing if they are relative: they are scaled to add to 1 under every node"
        yield Problem("framework", found, "shares that add to 1", remedy, column="weight")


def _directions(tree: Framework) -> Iterator[Problem]:
    directions = zip(tree.aggregates, tree.column("direction", tree.aggregates), strict=True)
    if turned := [f"{code} ({x:.10g})" for code, x in directions if not (np.isnan(x) or x == 1)]:
        found = f"aggregates with a direction: {listing(turned)}"
        remedy = "turn the indicators instead; the direction of an aggregate is not used"
        yield Problem("framework", found, "1 or an empty cell", remedy, column="direction")


def _parameters(tree: Framework, normalizations: Sequence[Normalize]) -> Iterator[Problem]:
    """Name columns with parameters that no method asks for, and COINr's bounds of ``-x``."""
    known = _columns_of(NORMALIZATIONS.of_framework.values())
    cells = tree.table.loc[tree.indicators, [name for name in tree.table if name in known]]
    if cells.empty:
        return
    steps = {code: [one.of(code) for one in normalizations] for code in cells.index}
    read = {code: _columns_of(one.of_framework for one in ones) for code, ones in steps.items()}
    used = set().union(*read.values())
    for method, options in NORMALIZATIONS.of_framework.items():
        there = {o: names for o, names in options.items() if set(names) <= set(cells)}
        columns = [name for names in there.values() for name in names if name not in used]
        filled = cells.index[~cells[columns].astype(str).isin(MISSING).all(axis=1)]
        if columns and len(filled):
            key = ", ".join([f"method: {method}", *(f"{option}: {FRAMEWORK}" for option in there)])
            found = f"{listing(columns)} of {listing(filled)}, which the method does not ask for"
            remedy = f"to use them, write in the method: normalize: {{{key}}}"
            yield Problem("framework", found, "columns that are read", remedy, column=columns[0])
    less = zip(tree.indicators, tree.column("direction") < 0, strict=True)
    bounds = {"scaled_lower", "scaled_upper"}
    if turned := [code for code, of in less if of and read[code] & bounds]:
        found = f"bounds in the framework of {listing(turned)}, of which less is better"
        remedy = "if they are of x, exchange the two and turn their signs"
        expected = "bounds of -x, as COINr reads them"
        yield Problem("framework", found, expected, remedy, column="scaled_lower")


def _columns_of(options: Iterable[OfFramework]) -> set[str]:
    """Return the columns of the framework that some normalizations may read."""
    return {name for one in options for names in one.values() for name in names}


def _levels(tree: Framework) -> Iterator[Problem]:
    """Compare COINr's ``Level``, in which indicators are 1, with the tree."""
    if "level" not in tree.table:
        return
    wrong = []
    for code, cell in tree.table["level"].items():
        level, true = parse_number(str(cell)), 1 + tree.levels.get(str(code), 0)
        if level is None or (not np.isnan(level) and level != true):
            wrong.append(f"{code} ({cell}, where the tree has {true})")
    if wrong:
        found = f"levels that the tree contradicts: {listing(wrong)}"
        expected = "1 for an indicator, and for an aggregate 1 more than its highest child"
        remedy = "correct Level or Parent; only the parents count"
        yield Problem("framework", found, expected, remedy, column="Level")


def _in_own_unit(tree: Framework) -> list[str]:
    """List the indicators whose data have the unit of their goalposts and target."""
    divided = denominators(tree)
    return [code for code in tree.indicators if code not in divided]


TOTAL = re.compile(
    r"indonesia|nasional|national|rerata|(grand |sub ?)?total( .*)?|(sub ?)?jumlah( .*)?"
    r"|rata rata( .*)?|average( .*)?|(seluruh|semua|all|[0-9]+) (indonesia|provinsi|provinces|units)"
)
"""Names of totals and means, in small letters, all but letters and digits being a blank."""

FOOTNOTE = re.compile(
    r"\s*(\*+\)?|[0-9a-z]\)|(catatan|keterangan|ket\.?|sumber|notes?|sources?|remarks?|footnotes?)\s*[:/]"
    r"|(catatan|keterangan|sumber|notes?|sources?)\s*$|(sumber|source) )",
    re.IGNORECASE,
)
"""How a note below a table begins: ``Catatan: ...``, ``Sumber: BPS``, ``*) provisional``."""
FEWEST = 5
"""Rows of a year that it takes: of three whole numbers, one often is the sum of the others."""
OF_SUM = 0.005
"""Part of a total that its parts may be off by: each was rounded, or one of them is missing."""
OF_SPREAD, CHANCE = 0.02, 0.016
"""Part of the standard deviation that a mean may be off by, and the chance that a unit of a normal
distribution is as near to the mean."""
COMMON = 0.05
"""Part of the rows that may have about a mean: where more do, as in answers from 1 to 5, it tells
nothing."""
NEAR = 0.5
"""Part of the standard deviation within which a country's own figure is from its units' mean."""


def is_total(name: str) -> bool:
    """Say whether a row is named as a total or mean of others."""
    return bool(TOTAL.fullmatch(" ".join(re.findall(r"[a-z0-9]+", name.lower()))))


def footnotes(units: Sequence[str]) -> np.ndarray:
    """Tell which units are named as a note below a table, ``(units,)`` as bool."""
    return np.array([bool(FOOTNOTE.match(unit)) for unit in units], dtype=bool)


def named_totals(panel: Panel, names: np.ndarray) -> np.ndarray:
    """Tell which rows have a total's name, ``(rows,)``; ``names`` are ``(rows, columns)``."""
    table = np.column_stack([np.array(panel.units, dtype=object), names])
    known = {text: is_total(str(text)) for text in set(table.ravel().tolist())}
    return np.array([any(known[text] for text in row) for row in table.tolist()], dtype=bool)


def sums_or_means(x: np.ndarray, among: int = 0) -> np.ndarray:
    """Tell which rows of one year, ``x (rows, indicators)``, are the sum or mean of the others.

    A row is taken for a total if it is the sum of the others in two indicators, or in one while it
    is near their mean in all other ones: rates have no sum. It is taken for a mean if it is that of
    the others in three indicators and in half of those that it has; among many rows (``among`` all
    that are looked at), in so many that it hardly is so by chance.
    """
    has, of_sums, of_means, of_near = np.zeros((4, len(x)), dtype=int)
    for values in x.T:
        there = ~np.isnan(values)
        count = there.sum()
        if count < FEWEST or not np.fmax.reduce(values) > np.fmin.reduce(values):
            continue
        others = np.nansum(values) - values
        sums = (np.abs(values - others) <= OF_SUM * np.abs(others)) & (values != 0)
        apart = np.abs(values - others / (count - 1)) / np.nanstd(values, ddof=1)
        means = apart <= OF_SPREAD
        has += there
        of_sums += sums
        of_near += (apart <= NEAR) | sums
        if means.sum() <= max(2, COMMON * count):
            of_means += means
    by_chance = np.log(100 * max(len(x), among)) / -np.log(CHANCE)
    needed = np.maximum(max(3.0, by_chance), has / 2)
    total = (of_sums >= 2) | ((of_sums == 1) & (has > 1) & (of_near == has))
    return np.asarray(total | (of_means >= needed))


def totals(
    panel: Panel, names: np.ndarray, x: np.ndarray, parents: np.ndarray | None = None
) -> np.ndarray:
    """Tell which rows are totals or means of others by name or value, ``(rows,)`` as bool.

    ``x`` are the panel's values of the indicators that count. What has the name of a total is no
    part of another. A row is held against those with the same of ``parents``, ``(rows,)``, too.
    """
    valued = ~np.isnan(x).all(axis=1)
    total = named_totals(panel, names) & valued
    table = pd.DataFrame({"year": panel.years, "parent": parents})
    for together in (["year"], ["year", "parent"]) if parents is not None else (["year"],):
        places = np.flatnonzero(valued & ~total)
        for rows in table.iloc[places].groupby(together, sort=False).indices.values():
            at = places[rows]
            total[at] = sums_or_means(x if len(at) == len(x) else x[at], len(places))
    return np.asarray(total)
