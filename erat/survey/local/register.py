"""The register for learning: practices, events and commitments, and ways to look them up."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from erat.survey.local.reading import KnownCodes, read_local

KINDS = ("practice", "event", "commitment")


def read(folder: Path, known: KnownCodes) -> pd.DataFrame:
    """Read ``register.csv`` of a local folder, the latest entries first.

    Returns
    -------
    DataFrame
        Columns ``entry, unit, name, kind, title, who, indicator, when, status, result, source,
        note``, all text; without rows if there is no register.

    Raises
    ------
    DataError
        With everything that is wrong with the local tables.
    """
    return latest_first(read_local(folder, known).register)


def latest_first(register: pd.DataFrame) -> pd.DataFrame:
    """Sort entries by date, the latest first; those of one date by their code."""
    order = register.sort_values("entry", kind="stable")
    order = order.sort_values("when", ascending=False, kind="stable")
    return order.reset_index(drop=True)


def of_indicator(register: pd.DataFrame, code: str) -> pd.DataFrame:
    """Keep the entries on one indicator, or on a part of the instrument and all below it.

    Parameters
    ----------
    register
        As :func:`read` returns it.
    code
        ``"RMP"`` (a dimension: every entry on RMP, RMP1, RMP1a ...), ``"RMP1"``, ``"poverty_rate"``.

    Examples
    --------
    >>> frame = pd.DataFrame({"indicator": ["RMP1", "RMP10", "RMP1a", "OR2", "", "RMP"]})
    >>> list(of_indicator(frame, "RMP1")["indicator"])
    ['RMP1', 'RMP1a']
    >>> list(of_indicator(frame, "RMP")["indicator"])
    ['RMP1', 'RMP10', 'RMP1a', 'RMP']
    """
    text = register["indicator"].astype(str)
    inside = text == code
    if code.isupper() and code.isalpha():
        inside |= text.str.fullmatch(rf"{code}[0-9]+[a-d]?")
    elif code[:1].isupper():
        inside |= text.str.fullmatch(rf"{code}[a-d]")
    return register[inside]


def of_units(register: pd.DataFrame, units: Iterable[str]) -> pd.DataFrame:
    """Keep the entries of some units, for example of a province and its regencies."""
    return register[register["unit"].astype(str).isin(list(units))]
