"""Parameters of normalizations that columns of the framework give each indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from erat.errors import MethodError, Problem, listing
from erat.index.cell_problems import Finding
from erat.index.config import validated
from erat.index.framework import Framework
from erat.index.method import Normalize, NormalizeOne
from erat.index.registry import OfFramework
from erat.index.tables import MISSING, numbers

TURNED = {"low": "high", "high": "low"}
"""Bounds that COINr's ``n_scaled`` reads on the scale of ``-x`` where less is better, and e-RAT in
the indicator's own unit: there each is the other one, with another sign."""

IN_METHOD = "or write the parameter in the method, in place of 'framework'"


def with_parameters(normalize: Normalize, framework: Framework) -> Normalize:
    """Give every indicator the parameters that the framework has for it, as a step of its own.

    Raises :class:`~erat.errors.MethodError` for a column that is not there, and for cells that are
    empty, no number, or outside what the parameter may be. Source: COINr, ``Normalise.coin`` with
    ``use_iMeta``.
    """
    if not any(step.of_framework for step in (normalize, *normalize.indicators.values())):
        return normalize
    codes = [code for code in framework.indicators if normalize.of(code).of_framework]
    if not codes:
        return normalize
    less = dict(zip(codes, framework.column("direction", codes) < 0, strict=True))
    columns = {code: _columns(normalize.of(code), less[code]) for code in codes}
    cells = _cells(framework.table, columns)
    own: dict[str, NormalizeOne] = {}
    problems = []
    for code in codes:
        options = columns[code].items()
        read = {option: [cells[name][code] for name in names] for option, names in options}
        try:
            own[code] = _with(normalize.of(code), read, less[code])
        except MethodError as refused:
            names = [name for _, several in options for name in several]
            found = ", ".join(f"{name} {framework.table.at[code, name]}" for name in names)
            expected, remedy = refused.problems[0].expected, f"correct it, {IN_METHOD}"
            problems.append(Problem("framework", f"{found} ({code})", expected, remedy))
    if problems:
        raise MethodError(problems)
    return normalize.model_copy(update={"indicators": {**normalize.indicators, **own}})


def _columns(step: NormalizeOne, less: bool) -> OfFramework:
    """Return the columns of every option that the framework is to give an indicator."""
    every, asked = step.registry.of_framework[step.method], step.of_framework
    return {option: every[TURNED.get(option, option) if less else option] for option in asked}


def _with(step: NormalizeOne, read: Mapping[str, list[Any]], less: bool) -> NormalizeOne:
    """Put what was read of an indicator into its step; refuse what the options may not be."""
    arguments = dict(step.arguments)
    for option, values in read.items():
        arguments[option] = values if len(values) > 1 else values[0]
        if less and option in TURNED and isinstance(values[0], float):
            arguments[option] = -values[0]
    own = validated(NormalizeOne, {"method": step.method, **arguments}, "framework")
    low, high = (own.arguments.get(option) for option in TURNED)
    if low is not None and not low < high:
        raise MethodError([Problem("framework", "bounds", "the smaller number first", IN_METHOD)])
    return own


def _cells(
    table: pd.DataFrame, columns: Mapping[str, OfFramework]
) -> dict[str, dict[str, float | str]]:
    """Read the columns that indicators need, by column and code."""
    needed: dict[str, list[str]] = {}
    for code, options in columns.items():
        for name in (name for names in options.values() for name in names):
            needed.setdefault(name, []).append(code)
    problems = [
        Problem(
            "framework", "no such column", f"a column {name!r}", f"add it, {IN_METHOD}", 1, name
        )
        for name in needed
        if name not in table
    ]
    there = {name: table.loc[codes, name] for name, codes in needed.items() if name in table}
    cells = {name: _read(column, problems) for name, column in there.items()}
    if problems:
        raise MethodError(problems)
    return cells


def _read(column: pd.Series, problems: list[Problem]) -> dict[str, float | str]:
    """Read numbers, and the words true and false, by code; what is wrong is added to problems."""
    name, codes = str(column.name), list(map(str, column.index))
    texts = column.astype(str).reset_index(drop=True)
    words = texts.str.lower().isin(["true", "false"])
    findings: list[Finding] = []
    values = numbers(texts.mask(words, "0"), "framework", findings)
    by_cause: dict[str, list[Problem]] = {}
    for one in findings:
        by_cause.setdefault(one.cause, []).append(one.problem)
    for same in by_cause.values():
        of = listing([codes[problem.row or 0] for problem in same])
        problems.append(replace(same[0], found=f"{same[0].found} ({of})", row=None))
    if empty := [code for code, text in zip(codes, texts, strict=True) if text in MISSING]:
        found, remedy = f"no value for {listing(empty)}", f"fill the cells, {IN_METHOD}"
        problems.append(Problem("framework", found, "a value", remedy, column=name))
    read = zip(codes, texts.str.lower(), words, values.tolist(), strict=True)
    return {code: text if word else value for code, text, word, value in read}
