"""What an edition is made of, as tables: pages read these and no file of ``config/``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from erat.edition.edition import Construction, Edition, codes_of
from erat.robustness.factors import Factor


def description_tables(edition: Edition) -> dict[str, pd.DataFrame]:
    """Describe an edition, its framework, method and study.

    ``edition`` and ``method`` have ``key, value`` (lists parted by blanks; addresses in the
    method); ``nodes``, ``subunit_nodes`` and ``subunit_change_nodes`` are frameworks' tables, with
    level and ``aggregation`` of aggregates; ``factors`` are the study's
    (``factor, at, kind, choices, relative`` and labels), and ``settings`` their choices
    (``factor, choice, method, codes, option``).
    """
    factors = edition.study.factors
    settings = [
        {"factor": factor.name, "choice": number, **_setting(factor, option)}
        for factor in factors
        for number, option in enumerate(factor.options or ())
    ]
    columns = ["factor", "choice", "method", "codes", "option"]
    tables = {
        "edition": _pairs(_about(edition).items()),
        "method": _pairs(_by_address(edition.method.model_dump(mode="json"))),
        "nodes": _nodes(edition),
        "factors": pd.DataFrame([_factor(factor) for factor in factors]),
        "settings": pd.DataFrame(settings, columns=columns),
    }
    below = {"subunit_nodes": edition.regencies, "subunit_change_nodes": edition.change}
    return tables | {name: _nodes(one) for name, one in below.items() if one}


def _about(edition: Edition) -> dict[str, Any]:
    """Return what the edition's file says, and which method it is about."""
    spec, below = edition.spec, edition.regencies
    step = below.method.subunits if below else None
    return {
        "edition": edition.code,
        "name_id": spec.name_id,
        "name_en": spec.name_en,
        "year": spec.year,
        "borders": spec.borders,
        "bottom_up": edition.bottom_up,
        "own_method": edition.other.where if edition.other else "",
        "top": edition.framework.top,
        "context": spec.context,
        "overlap": spec.overlap.series if spec.overlap else "",
        "overlap_shared": spec.overlap.shared if spec.overlap else (),
        "trend_first_year": spec.trend.first_year,
        "trend_min_indicators": spec.trend.min_indicators,
        "regency_series": spec.regencies,
        "regencies_as_units": below is not None,
        "regencies_first": step.first if step else "",
        "regencies_rollup": step.method if step else "",
        "regencies_weights": (step.weights or "equal") if step else "",
        "change_years": edition.change_years,
    }


def _pairs(values: Iterable[tuple[str, Any]]) -> pd.DataFrame:
    rows = [
        (key, " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value))
        for key, value in values
    ]
    return pd.DataFrame(rows, columns=["key", "value"])


def _by_address(values: Mapping[Any, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Give the settings of a method by their dotted addresses."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _by_address(value, f"{above}{key}.")
        elif value not in (None, (), []):
            yield f"{above}{key}", value


def _nodes(construction: Construction) -> pd.DataFrame:
    framework, step = construction.framework, construction.method.aggregate
    levels, codes = framework.levels, framework.table.index
    methods = {node: step.of(node, level).method for node, level in levels.items()}
    table = framework.table.assign(
        level=codes.map(levels).fillna(0).astype(int), aggregation=codes.map(methods).fillna("")
    )
    return table.reset_index()


def _factor(factor: Factor) -> dict[str, Any]:
    return {
        "factor": factor.name,
        "at": factor.at,
        "kind": factor.kind,
        "choices": len(factor.options or ()),
        "relative": factor.perturb.relative if factor.perturb else None,
        "label_id": factor.label("id"),
        "label_en": factor.label("en"),
    }


def _setting(factor: Factor, option: Any) -> dict[str, str]:
    """Name the method that an option chooses, and the nodes that it speaks of."""
    codes, method = list[str](), str(option)
    if factor.at == "exclude":
        codes, method = codes_of(option), ""
    elif isinstance(option, Mapping):
        codes = list(option.get("values", {}))
        method = str(option.get("method", "file" if "file" in option else ""))
    text = json.dumps(option, ensure_ascii=False, default=str)
    return {"method": method, "codes": " ".join(codes), "option": text}
