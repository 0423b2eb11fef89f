"""What keeps an edition from being computed, all of it at once."""

from __future__ import annotations

from pathlib import Path

from erat.edition.compute import regency_comparison
from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.edition.regencies import regency_panel, scored_regencies
from erat.errors import InputError, Problem, listing, nearest
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells
from erat.robustness.addresses import Resolver
from erat.subunits.rollup import roll_up

LENSES = {
    "phase": ("prevention", "preparedness", "response", "recovery"),
    "capacity": ("absorb", "adapt", "recover"),
}
"""The lenses that cut across all indicators, and their tags."""


def problems_of(project: Project, code: str, raw: RawTables | None = None) -> list[Problem]:
    """Find what keeps an edition from being computed.

    Parameters
    ----------
    project, code
        The project, and the name of the edition's file.
    raw
        Raw tables; without them the edition's series are not looked at.
    """
    problems: list[Problem] = []
    try:
        edition = Edition.read(project, code)
        problems += edition.construction.problems(f"{edition.spec.study}, base", f"edition {code}")
        problems += [*_lens_problems(edition), *_overlap_problems(edition)]
        if edition.bottom_up and edition.regencies is None:
            found = "a method that rolls regencies up, and no key 'subunits'"
            problems.append(Problem(f"edition {code}", found, "both or none", "add 'subunits'"))
        of_regencies = [each for each in (edition.regencies, edition.change) if each]
        for each in of_regencies:
            problems += each.problems(f"edition {code}, subunits, study", "the regencies")
        if raw:
            for each in of_regencies:
                years = edition.change_years if each is edition.change else [edition.spec.year]
                scored_regencies(edition, raw, each, years)
            edition.cells(raw)
            cells(raw, edition.spec.regencies, level="regency", where=f"edition {code}, regencies")
            regency_comparison(edition, raw)
            if edition.bottom_up:
                _try_roll_ups(edition, raw)
    except InputError as refused:
        problems += refused.problems
    return problems


def _try_roll_ups(edition: Edition, raw: RawTables) -> None:
    """Roll the regencies up with every choice of the study, one at a time; refuse what cannot be."""
    spec, framework = edition.spec, edition.framework
    panel = regency_panel(raw, framework, spec.borders, [spec.year], f"edition {edition.code}")
    for method in (edition.method, *Resolver(edition.study).alone()):
        roll_up(panel, framework, method)


def _lens_problems(edition: Edition) -> list[Problem]:
    """Find lens tags that are not among the known ones."""
    table, where = edition.framework.table, Path(edition.spec.framework).name
    return [
        Problem(
            where, f"{tag!r} of {code!r}", listing(known), nearest(str(tag), known), column=lens
        )
        for lens, known in LENSES.items()
        for code, tag in table.loc[edition.framework.indicators, lens].items()
        if tag not in known
    ]


def _overlap_problems(edition: Edition) -> list[Problem]:
    """Find shared indicators that the framework does not have."""
    known = edition.framework.indicators
    return [
        Problem(
            f"edition {edition.code}, overlap", repr(code), listing(known), nearest(code, known)
        )
        for code in (edition.spec.overlap.shared if edition.spec.overlap else ())
        if code not in known
    ]
