"""What keeps an edition from being computed, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from erat.edition.compute import regency_comparison
from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.edition.regencies import regency_panel, scored_regencies
from erat.edition.ten_steps import LENSES
from erat.errors import InputError, Problem, listing, nearest
from erat.indonesia.check import RawTables
from erat.indonesia.series import cells
from erat.robustness.addresses import Resolver
from erat.subunits.rollup import roll_up


def problems_of(project: Project, code: str, raw: RawTables | None = None) -> list[Problem]:
    """Find what keeps an edition from being computed; without raw tables its series are not tried."""
    problems: list[Problem] = []
    try:
        edition = Edition.read(project, code)
        problems += edition.construction.problems(f"{edition.spec.study}, base", f"edition {code}")
        problems += _framework_problems(edition)
        if edition.bottom_up and edition.regencies is None:
            found = "a method that rolls regencies up, and no key 'subunits'"
            problems.append(Problem(f"edition {code}", found, "both or none", "add 'subunits'"))
        for below in filter(None, (edition.regencies, edition.change)):
            problems += below.problems(f"edition {code}, subunits, study", "the regencies")
        if raw:
            _try_figures(edition, raw)
    except InputError as refused:
        problems += refused.problems
    return problems


def _framework_problems(edition: Edition) -> Iterator[Problem]:
    """Find lens tags that are not known, and shared indicators that the framework does not have."""
    framework, spec = edition.framework, edition.spec
    for lens, known in LENSES.items():
        for code, tag in framework.table.loc[framework.indicators, lens].items():
            if tag not in known:
                where, found = Path(spec.framework).name, f"{tag!r} of {code!r}"
                remedy = nearest(str(tag), known)
                yield Problem(where, found, listing(known), remedy, column=lens)
    for code in spec.overlap.shared if spec.overlap else ():
        if code not in framework.indicators:
            where, remedy = f"edition {edition.code}, overlap", nearest(code, framework.indicators)
            yield Problem(where, repr(code), listing(framework.indicators), remedy)


def _try_figures(edition: Edition, raw: RawTables) -> None:
    """Collect all cells; score regencies, and roll them up with every choice of the study alone."""
    spec, framework, where = edition.spec, edition.framework, f"edition {edition.code}"
    if edition.regencies:
        scored_regencies(edition, raw, edition.regencies, [spec.year])
    if edition.change:
        scored_regencies(edition, raw, edition.change, edition.change_years)
    edition.cells(raw)
    cells(raw, spec.regencies, level="regency", where=f"{where}, regencies")
    regency_comparison(edition, raw)
    if edition.bottom_up:
        panel = regency_panel(raw, framework, spec.borders, [spec.year], where)
        for method in (edition.method, *Resolver(edition.study).alone()):
            roll_up(panel, framework, method)
