"""What each report template takes, checked before anything runs.

papermill only warns of a parameter that a template does not have and then runs without it, so a
typing mistake would give a report of the default province. Here it is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import papermill

from erat.errors import ParameterError, Problem, listing, nearest
from erat.locale import LANGUAGES

TEMPLATES: dict[str, tuple[str, ...]] = {
    "province": ("province", "edition", "lang", "answers", "local"),
    "national": ("edition", "lang"),
    "sensitivity": ("edition", "lang", "method"),
    "audit": ("edition", "lang", "method"),
}
"""Template name and the parameters that it is given, all of them text."""

OPTIONAL = frozenset({"answers", "local", "method"})
"""Parameters that are empty if they are not given."""

Editions = Mapping[str, Mapping[str, str]]
"""Edition -> unit id -> name of the province, for the editions and provinces that exist."""


def check_parameters(
    template: str, parameters: Mapping[str, object], editions: Editions
) -> dict[str, str]:
    """Return the parameters of one report, or refuse them and say which are valid.

    Parameters
    ----------
    template
        A key of :data:`TEMPLATES`.
    parameters
        What the report was asked for with.
    editions
        The provinces of each edition.

    Raises
    ------
    ParameterError
        With every problem: an unknown template, edition, province or language, a parameter that
        is unknown, missing or not text.

    Examples
    --------
    >>> check_parameters("national", {"edition": "2024", "lang": "id"}, {"2024": {}})
    {'edition': '2024', 'lang': 'id'}
    """
    if template not in TEMPLATES:
        raise ParameterError([_unknown("template", template, TEMPLATES)])
    problems = [
        *_names(template, parameters),
        *_values(template, parameters, editions),
    ]
    if problems:
        raise ParameterError(problems)
    return {name: str(parameters.get(name, "")) for name in TEMPLATES[template]}


def check_template(path: Path) -> None:
    """Refuse a template whose parameters cell differs from its declaration.

    Parameters
    ----------
    path
        A notebook named as a key of :data:`TEMPLATES`.
    """
    declared = set(TEMPLATES.get(path.stem, ()))
    found = set(papermill.inspect_notebook(str(path)))
    if found == declared:
        return
    raise ParameterError(
        [
            Problem(
                where=path.name,
                found=f"parameters {listing(sorted(found)) or 'none'}",
                expected=listing(sorted(declared)) or f"one of {listing(list(TEMPLATES))}.ipynb",
                remedy="set exactly these in the cell tagged 'parameters'",
            )
        ]
    )


def _names(template: str, parameters: Mapping[str, object]) -> Iterator[Problem]:
    declared = TEMPLATES[template]
    for name in parameters:
        if name not in declared:
            yield _unknown(f"report {template}, parameter", name, declared)
    for name in declared:
        if name not in parameters and name not in OPTIONAL:
            yield Problem(
                where=f"report {template}",
                found=f"no parameter '{name}'",
                expected=listing(declared),
                remedy=f"give '{name}' too",
            )


def _values(
    template: str, parameters: Mapping[str, object], editions: Editions
) -> Iterator[Problem]:
    for name in TEMPLATES[template]:
        value = parameters.get(name)
        if name not in parameters:
            continue
        if not isinstance(value, str):
            yield Problem(
                where=f"report {template}, {name}",
                found=repr(value),
                expected="text",
                remedy=f"write it in quotes: {str(value)!r}",
            )
        elif name == "lang" and value not in LANGUAGES:
            yield _unknown("lang", value, LANGUAGES)
        elif name == "edition" and value not in editions:
            yield _unknown("edition", value, editions)
        elif name == "province":
            yield from _province(value, str(parameters.get("edition")), editions)


def _province(value: str, edition: str, editions: Editions) -> Iterator[Problem]:
    provinces = editions.get(edition)
    if provinces is None or value in provinces:
        return
    by_name = {name.casefold(): unit for unit, name in provinces.items()}
    unit = by_name.get(value.casefold())
    whole = [name for name in TEMPLATES if name != "province"]
    valid = ", ".join([*(f"{unit} {name}" for unit, name in provinces.items()), *whole])
    yield Problem(
        where="province",
        found=repr(value),
        expected=f"a province of edition {edition} or a whole page ({valid})",
        remedy=f"use its code, '{unit}'" if unit else nearest(value, [*provinces, *whole]),
    )


def _unknown(where: str, value: str, known: Mapping[str, object] | tuple[str, ...]) -> Problem:
    return Problem(
        where=where,
        found=repr(value),
        expected=f"one of: {', '.join(known)}",
        remedy=nearest(value, known),
    )
