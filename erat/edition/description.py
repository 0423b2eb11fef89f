"""What an edition is made of, as tables: pages read these and no file of ``config/``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from erat.edition.edition import Edition
from erat.index.framework import Framework
from erat.index.method import Method
from erat.robustness.factors import Factor, Study


def description_tables(edition: Edition) -> dict[str, pd.DataFrame]:
    """Describe an edition, its framework, method and study.

    Returns
    -------
    dict
        ``edition`` and ``method`` (``key, value``: texts, lists parted by blanks; addresses in the
        method), ``nodes`` (the framework's table, with the level and ``aggregation`` of every
        aggregate node), ``factors`` (of the study: ``factor, at, kind, choices, relative`` and
        labels) and ``settings`` (their choices: ``factor, choice, method, codes, option``); where
        regencies are units, ``subunit_nodes`` and ``subunit_change_nodes``.
    """
    tables = {
        "edition": _pairs(_about(edition)),
        "method": _pairs(dict(_flat(edition.method.model_dump(mode="json")))),
        "nodes": _nodes(edition.framework, edition.method),
        "factors": _factors(edition.study),
        "settings": _settings(edition.study),
    }
    for name, below in (("", edition.regencies), ("change_", edition.change)):
        if below:
            tables[f"subunit_{name}nodes"] = _nodes(below.framework, below.method)
    return tables


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
        "own_method": edition.own.where if edition.own else "",
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


def _pairs(values: Mapping[str, Any]) -> pd.DataFrame:
    written = {
        key: " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
        for key, value in values.items()
    }
    return pd.DataFrame({"key": list(written), "value": list(written.values())})


def _flat(values: Mapping[Any, Any], address: str = "") -> Iterator[tuple[str, Any]]:
    """Give the settings of a method by their addresses."""
    for key, value in values.items():
        place = f"{address}.{key}" if address else str(key)
        if isinstance(value, Mapping):
            yield from _flat(value, place)
        elif value not in (None, (), []):
            yield place, value


def _nodes(framework: Framework, method: Method) -> pd.DataFrame:
    levels = framework.levels
    steps = {node: method.aggregate.of(node, level).method for node, level in levels.items()}
    codes = framework.table.index
    level, aggregation = codes.map(levels), codes.map(steps).fillna("")
    table = framework.table.assign(level=level.fillna(0).astype(int), aggregation=aggregation)
    return table.reset_index()


def _factors(study: Study) -> pd.DataFrame:
    rows = [
        {
            "factor": factor.name,
            "at": factor.at,
            "kind": factor.kind,
            "choices": len(factor.options or ()),
            "relative": factor.perturb.relative if factor.perturb else None,
            "label_id": factor.label("id"),
            "label_en": factor.label("en"),
        }
        for factor in study.factors
    ]
    return pd.DataFrame(rows)


def _settings(study: Study) -> pd.DataFrame:
    rows = [
        {"factor": factor.name, "choice": number, **_setting(factor, option)}
        for factor in study.factors
        for number, option in enumerate(factor.options or ())
    ]
    return pd.DataFrame(rows, columns=["factor", "choice", "method", "codes", "option"])


def _setting(factor: Factor, option: Any) -> dict[str, str]:
    """Name the method that an option chooses, and the nodes that it speaks of."""
    if factor.at == "exclude":
        listed: Sequence[Any] = [option] if isinstance(option, str) else option
        codes, method = [str(code) for code in listed if code != "none"], ""
    elif isinstance(option, Mapping):
        codes = list(option.get("values", {}))
        method = str(option.get("method", "file" if "file" in option else ""))
    else:
        codes, method = [], str(option)
    text = json.dumps(option, ensure_ascii=False, default=str)
    return {"method": method, "codes": " ".join(codes), "option": text}
