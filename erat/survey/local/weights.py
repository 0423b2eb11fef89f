"""Weights of sub-units in an assessment, from the population of regencies and cities."""

from __future__ import annotations

import pandas as pd

from erat.errors import DataError, Problem, listing
from erat.survey.local.reading import FOLDER
from erat.survey.units import SubUnits


def assessment_weights(population: pd.DataFrame, subunits: SubUnits) -> pd.DataFrame:
    """Weight regencies by their people, and everything else equally.

    Parameters
    ----------
    population
        The local table: ``unit, name, year, value, source``.
    subunits
        All governments and who can answer in them.

    Returns
    -------
    DataFrame
        Columns ``unit, weight``: the people of every regency and city in the latest year, 1 for
        every sub-unit and for the two blocks of a province. Of the provinces whose regencies are
        in the table.

    Raises
    ------
    DataError
        If there is no regency, or a province lacks some of its regencies.
    """
    latest = population.sort_values("year").drop_duplicates("unit", keep="last")
    people = dict(zip(latest["unit"].astype(str), latest["value"].astype(float), strict=True))
    regencies = {
        code: [one.code for one in subunits.governments_of(code) if one.level == "regency"]
        for code in subunits.provinces
    }
    chosen = [code for code, inside in regencies.items() if people.keys() & set(inside)]
    problems = [
        _problem(f"no population of {listing(missing)}", subunits.provinces[code].name)
        for code in chosen
        if (missing := [unit for unit in regencies[code] if unit not in people])
    ]
    if not chosen:
        problems = [_problem("no regency or city", "a province")]
    if problems:
        raise DataError(problems)
    weights: dict[str, float] = {}
    for code in chosen:
        weights |= {f"{code}.government": 1.0, f"{code}.regencies": 1.0}
        weights |= {unit: people[unit] for unit in regencies[code]}
        weights |= {one.code: 1.0 for one in subunits.of_province(code)}
    return pd.DataFrame({"unit": list(weights), "weight": list(weights.values())})


def _problem(found: str, of: str) -> Problem:
    expected = f"the population of every regency and city of {of}"
    return Problem(f"{FOLDER}/population.csv", found, expected, "fill it in; one year is enough")
