"""Collecting what is wrong, and saying one cause over very many rows once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from erat.errors import Problem, listing

MOST_ROWS = 10
"""A cause that is found in more rows than this becomes one problem that names the rows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and the cause by which it may be told together with others of its column."""

    problem: Problem
    cause: str


def finding(
    where: str,
    cause: str,
    found: object,
    expected: str,
    remedy: str,
    *,
    row: int | None = None,
    column: str | None = None,
) -> Finding:
    """Make a finding in one call; ``found`` is shown in quotes when it is text of a cell."""
    problem = Problem(where, str(found), expected, remedy, row=row, column=column)
    return Finding(problem, cause)


def grouped(findings: Iterable[Finding], most: int = MOST_ROWS) -> list[Problem]:
    """Turn findings into problems, in order of file, row and column.

    A cause that stands in more than ``most`` rows of one column becomes one problem, placed at
    the first of them: "the same fault in rows 5, 6, 7 and 30 more".
    """
    together: dict[tuple[str, str | None, str], list[Problem]] = {}
    for item in findings:
        key = (item.problem.where, item.problem.column, item.cause)
        together.setdefault(key, []).append(item.problem)
    problems: list[Problem] = []
    for same in together.values():
        problems.extend([_as_one(same)] if len(same) > most else same)
    return sorted(problems, key=lambda p: (p.where, p.row or 0, p.column or "", p.found))


def _as_one(same: list[Problem]) -> Problem:
    rows = sorted({problem.row for problem in same if problem.row is not None})
    first = min(same, key=lambda problem: problem.row or 0)
    return replace(
        first, found=f"{first.found} (the same fault in rows {listing(rows, most=MOST_ROWS)})"
    )
