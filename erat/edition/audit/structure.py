"""The framework in numbers: weights, goalposts, lenses, correlations, overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import pandas as pd

from erat.index.assessment import Assessment, assess
from erat.index.framework import Framework
from erat.index.method import Aggregate, Method
from erat.index.panel import Panel

PHASES = ("prevention", "preparedness", "response", "recovery")
CAPACITIES = ("absorb", "adapt", "recover")


def nodes(assessment: Assessment) -> pd.DataFrame:
    """List the indicators with their nominal weights.

    Returns
    -------
    DataFrame
        ``dimension, indicator, unit, better`` ("more" or "less"), ``transform, weight`` under the
        dimension and ``share`` in the index, both in percent.
    """
    framework = assessment.framework
    rows = []
    for code in framework.indicators:
        row, dimension = framework.table.loc[code], framework.parent(code)
        weight = 100 * assessment.weights[code]
        rows.append(
            {
                "indicator": framework.name(code),
                "dimension": framework.name(dimension),
                "unit": row["unit"],
                "better": "more" if row["direction"] > 0 else "less",
                "transform": row["transform"],
                "weight": weight,
                "share": weight * assessment.weights[dimension],
            }
        )
    return pd.DataFrame(rows)


def reasons(framework: Framework, codes: Sequence[str]) -> pd.DataFrame:
    """Say why each node belongs, and who found so."""
    return pd.DataFrame(
        {
            "node": framework.name(code),
            "why it belongs": framework.table.at[code, "reason_en"],
            "reference": framework.table.at[code, "reference"],
        }
        for code in codes
    )


def margins(assessment: Assessment, names: Mapping[str, str], first_year: int) -> pd.DataFrame:
    """Hold the goalposts against the extremes observed in all provinces and years.

    Parameters
    ----------
    assessment
        Of all years, normalized by goalposts.
    names
        Unit id to name.
    first_year
        First year in which the framework is used; earlier years are only looked at for values
        beyond the goalposts.

    Returns
    -------
    DataFrame
        Indexed by indicator. In the indicator's own unit: ``low`` and ``high`` goalpost, the
        ``lowest`` and ``highest`` value since the first year and where they are. On the scale of
        0 to 100: the ``worst`` and ``best`` score. ``outside`` and ``outside_before``: values
        beyond the goalposts since the first year and before it.
    """
    framework = assessment.framework
    rows = []
    for code in framework.indicators:
        values = assessment.panel.values[code].dropna()
        used = values.index.get_level_values("year") >= first_year
        low, high = framework.table.loc[code, ["goalpost_low", "goalpost_high"]].astype(float)
        beyond = (values < low) | (values > high)
        scores = assessment.normalized.loc[values.index[used], code]
        rows.append(
            {
                "indicator": framework.name(code),
                "low": low,
                **_observed(values[used], names),
                "high": high,
                "worst": scores.min(),
                "best": scores.max(),
                "outside": int((beyond & used).sum()),
                "outside_before": int((beyond & ~used).sum()),
            }
        )
    return pd.DataFrame(rows, index=framework.indicators)


def _observed(values: pd.Series, names: Mapping[str, str]) -> dict[str, object]:
    least, most = values.idxmin(), values.idxmax()
    return {
        "lowest": values[least],
        "lowest_in": f"{names[least[0]]} {least[1]}",
        "highest": values[most],
        "highest_in": f"{names[most[0]]} {most[1]}",
    }


def lenses(framework: Framework) -> pd.DataFrame:
    """Cross the two lenses: the indicators' names by phase and kind of capacity."""
    table = framework.table.loc[framework.indicators]

    def inside(phase: str, capacity: str) -> str:
        tagged = table[(table["phase"] == phase) & (table["capacity"] == capacity)]
        return "; ".join(framework.name(str(code)) for code in tagged.index) or "(empty)"

    rows = [
        {"phase": phase, **{capacity: inside(phase, capacity) for capacity in CAPACITIES}}
        for phase in PHASES
    ]
    return pd.DataFrame(rows)


def correlations(assessment: Assessment) -> pd.DataFrame:
    """Rank correlations of the indicators' normalized values, numbered to fit a page.

    Returns
    -------
    DataFrame
        ``indicator`` (number and name) and a column a number.
    """
    framework = assessment.framework
    numbers = [str(number) for number in range(1, len(framework.indicators) + 1)]
    matrix = assessment.normalized.corr(method="spearman").to_numpy()
    heads = [
        f"{n} {framework.name(code)}" for n, code in zip(numbers, framework.indicators, strict=True)
    ]
    return pd.DataFrame(matrix, columns=numbers).assign(indicator=heads)[["indicator", *numbers]]


def cohesion(assessment: Assessment) -> pd.DataFrame:
    """Mean rank correlation within a dimension, and with the indicators of the others.

    Returns
    -------
    DataFrame
        ``dimension, indicators, within`` (missing for a single indicator), ``across``, and
        ``with_index``: the dimension's own rank correlation with the index.
    """
    framework = assessment.framework
    matrix = assessment.normalized.corr(method="spearman")
    rows = []
    for dimension in framework.dimensions:
        own = framework.leaves(dimension)
        others = [code for code in framework.indicators if code not in own]
        pairs = [matrix.loc[a, b] for a, b in combinations(own, 2)]
        scores = assessment.scores[dimension]
        rows.append(
            {
                "dimension": framework.name(dimension),
                "indicators": len(own),
                "within": pd.Series(pairs, dtype=float).mean(),
                "across": matrix.loc[own, others].to_numpy().mean(),
                "with_index": scores.corr(assessment.index, method="spearman"),
            }
        )
    return pd.DataFrame(rows)


def compensation(assessment: Assessment, names: Mapping[str, str]) -> pd.DataFrame:
    """Compare the index with one whose means are all arithmetic.

    Returns
    -------
    DataFrame
        Indexed by unit: ``province, index, arithmetic, loss`` (arithmetic less index), the
        ``weakest`` dimension and its score, ``rank`` and ``rank_arithmetic``; the largest loss
        first.
    """
    plain = assessment.method.model_copy(update={"aggregate": Aggregate(method="arithmetic")})
    other = assess(assessment.panel, assessment.framework, plain)
    framework = assessment.framework
    scores = assessment.scores[framework.dimensions].droplevel("year")
    table = pd.DataFrame(
        {
            "index": assessment.index.droplevel("year"),
            "arithmetic": other.index.droplevel("year"),
            "weakest": scores.idxmin(axis=1).map(framework.name),
            "weakest_score": scores.min(axis=1),
            "rank": assessment.ranks[framework.top].droplevel("year"),
            "rank_arithmetic": other.ranks[framework.top].droplevel("year"),
        }
    )
    table.insert(0, "province", table.index.map(names))
    table.insert(3, "loss", table["arithmetic"] - table["index"])
    return table.sort_values("loss", ascending=False, kind="stable")


def overlap(
    panel: Panel, framework: Framework, method: Method, shared: Sequence[str], other: pd.Series
) -> pd.DataFrame:
    """Correlate the index, the index without shared indicators, and these alone, with another.

    Parameters
    ----------
    panel
        One year.
    shared
        Indicators that the other index has too.
    other
        The other index, on the panel's rows.

    Returns
    -------
    DataFrame
        ``made_of, indicators, pearson, spearman``.
    """
    rest = [code for code in framework.indicators if code not in shared]
    trees = {
        "all indicators": framework,
        "shared indicators only": framework.without(rest),
        "indicators that are not shared": framework.without(shared),
    }
    rows = []
    for name, tree in trees.items():
        index = assess(panel, tree, method).index
        ties = {kind: index.corr(other, method=kind) for kind in ("pearson", "spearman")}
        rows.append({"made_of": name, "indicators": len(tree.indicators), **ties})
    return pd.DataFrame(rows)


def context(values: pd.DataFrame, against: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Rank correlations of series that stay out of the index with what they might have joined.

    Parameters
    ----------
    values
        A column a series.
    against
        Name to values on the same rows.
    """
    rows = [
        {
            "series": code,
            **{
                name: values[code].corr(other, method="spearman") for name, other in against.items()
            },
        }
        for code in values
    ]
    return pd.DataFrame(rows)


def goalpost_words(framework: Framework) -> dict[str, tuple[str, str]]:
    """Write each indicator's worse goalpost, with its unit, and its better one."""
    words = {}
    for code in framework.indicators:
        row = framework.table.loc[code]
        low, high = (f"{row[end]:,.6g}" for end in ("goalpost_low", "goalpost_high"))
        worse, better = (low, high) if row["direction"] > 0 else (high, low)
        words[code] = (f"{worse} {row['unit']}", better)
    return words
