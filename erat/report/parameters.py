"""The parameters of report notebooks, checked before anything runs.

papermill only warns of a parameter that a notebook does not have and then runs without it, so a
typing mistake would give a report of the default province. Here it is an error. What a value may
be, the notebook says itself, where it opens the edition and the province.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import papermill

from erat.errors import ParameterError, Problem, listing, nearest


def check_parameters(notebook: Path, given: Collection[str]) -> None:
    """Refuse a parameter that is not in the cell tagged 'parameters' of a notebook.

    Raises
    ------
    ParameterError
        With every name that is unknown.
    """
    known = list(papermill.inspect_notebook(str(notebook)))
    where, expected = f"{notebook.name}, parameter", f"one of: {listing(known)}"
    problems = [
        Problem(where, repr(name), expected, nearest(name, known))
        for name in given
        if name not in known
    ]
    if problems:
        raise ParameterError(problems)


def check_pages(
    pages: Collection[str], edition: str, provinces: Mapping[str, str], whole: Collection[str]
) -> None:
    """Refuse a page that an edition does not have.

    Parameters
    ----------
    pages
        What was asked for.
    edition, provinces
        The edition, and the names of its provinces by code.
    whole
        Pages that are not of one province.

    Raises
    ------
    ParameterError
        With every page that is unknown, and those that there are.
    """
    by_name = {name.casefold(): unit for unit, name in provinces.items()}
    valid = ", ".join([*(f"{unit} {name}" for unit, name in provinces.items()), *whole])
    expected = f"a province of edition {edition} or a whole page ({valid})"
    problems = []
    for page in pages:
        if page not in provinces and page not in whole:
            unit = by_name.get(page.casefold())
            remedy = f"use its code, '{unit}'" if unit else nearest(page, [*provinces, *whole])
            problems.append(Problem("province", repr(page), expected, remedy))
    if problems:
        raise ParameterError(problems)
