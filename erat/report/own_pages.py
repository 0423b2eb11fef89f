"""Which pages have answers and local figures in them, and the pages of the simulated example."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pandas as pd

from erat.edition.opened import OpenEdition
from erat.edition.project import Project
from erat.errors import ParameterError, Problem
from erat.indonesia.check import read_tables
from erat.locale import LANGUAGES
from erat.report.capacity_text import page_name
from erat.report.capacity_workbook import write_capacity_workbook
from erat.report.frontpage import EXAMPLE_PROVINCES, index_name
from erat.report.html import NavLink, Page
from erat.report.run import Job
from erat.survey.local.reading import (
    Local,
    figures_of,
    known_codes,
    no_figures,
    read_local,
)
from erat.survey.opened import NOT_ASSESSED, open_assessment
from erat.survey.stored import (
    EXAMPLE,
    OWN,
    Assessed,
    build_assessment,
    build_example,
    own_answers,
    provinces_of,
)


@dataclass(frozen=True)
class OwnInputs:
    """What provinces added themselves: scored answers and local tables.

    Parameters
    ----------
    assessed
        The scored answers, if there are any.
    local
        The local tables.
    units
        The raw table of units.
    """

    assessed: Assessed | None
    local: Local
    units: pd.DataFrame

    @classmethod
    def read(
        cls, project: Project, answers: Path | None = None, pages: Collection[str] = ()
    ) -> OwnInputs:
        """Find, check and score what there is.

        Parameters
        ----------
        project, answers
            The project, and the folder of answers that was named, if one was.
        pages
            The pages that were asked for; all if empty.

        Raises
        ------
        InputError
            If answers or local tables are wrong, or the named folder holds no answers of a
            province that was asked for; nothing has been rendered then.
        """
        raw = read_tables(project.raw, verify=False)
        local = (
            read_local(project.local, known_codes(project))
            if project.local.is_dir()
            else no_figures()
        )
        folder = own_answers(project, answers)
        if folder is None:
            return cls(None, local, raw.units)
        if answers is not None:
            _refuse_unused(folder, pages)
        build_assessment(project, folder, OWN)
        return cls(Assessed.read(project, OWN), local, raw.units)

    def _local_of(self, unit: str) -> Local:
        inside = self.units["parent_38"] == unit
        return figures_of(self.local, [unit, *self.units.loc[inside, "unit"]])

    def has_answers(self, unit: str) -> bool:
        """Say whether a province has answers."""
        return self.assessed is not None and unit in self.assessed.provinces

    def without(self, pages: Collection[str]) -> list[str]:
        """Return the provinces among some pages of which there are no answers, while others have."""
        if self.assessed is None:
            return []
        provinces = self.units["unit"].isin(pages) & (self.units["unit"].str.len() == 2)
        there = self.units.loc[provinces, "unit"]
        return [str(unit) for unit in there if not self.has_answers(str(unit))]

    def parameters(self, unit: str) -> dict[str, str]:
        """Return the parameters of a province's report that say what it may show."""
        return {"answers": OWN if self.has_answers(unit) else NOT_ASSESSED}

    def key(self, unit: str) -> str:
        """Digest of what a province's report shows of all this; empty where it shows nothing."""
        local = self._local_of(unit)
        parts = [self.assessed.digest] if self.assessed and self.has_answers(unit) else []
        if any(len(table) for table in local.values()):
            parts += [table.to_csv(index=False) for table in local.values()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest() if parts else ""


def _refuse_unused(folder: Path, pages: Collection[str]) -> None:
    """Refuse answers that no page asked for would show."""
    there = provinces_of(folder)
    if not pages or set(pages) & set(there):
        return
    found = f"answers of {', '.join(there) or 'no province'}, none of {', '.join(pages)}"
    remedy = "ask for " + (f"the page {' or '.join(there)}" if there else "the import again")
    expected = "answers of a province whose page is asked for"
    raise ParameterError(
        [Problem(str(folder), found, expected, f"{remedy}, or leave out --answers")]
    )


def capacity_title(e: OpenEdition, unit: str) -> str:
    """Return the title of the page of a province's assessed capacity."""
    return e.lang.tr("Assessed capacity: {name}", name=e.names[unit])


def example_page(
    e: OpenEdition,
    name: str,
    title: str,
    made_by: tuple[tuple[str, str], ...],
    langs: Collection[str],
) -> Page:
    """Describe a page of the example, with its links home and to its other languages."""
    tr, lang = e.lang.tr, e.lang.code
    others = tuple(
        NavLink(f"../{code}/{name}.html", own, code)
        for code, own in LANGUAGES.items()
        if code in langs and code != lang
    )
    titled = tr("{name}, example with simulated answers", name=title)
    said = (*made_by, (tr("Answers"), tr("simulated")))
    home, notebook = f"../../{index_name(lang)}", f"../notebooks/{lang}/{name}.ipynb"
    return Page(titled, lang, home, others, said, notebook)


def example_jobs(
    project: Project,
    editions: Mapping[str, OpenEdition],
    made_by: Mapping[str, tuple[tuple[str, str], ...]],
) -> Iterator[Job]:
    """Yield the jobs of the example: two provinces and their capacity, with simulated answers."""
    build_example(project)
    assessed = Assessed.read(project, EXAMPLE)
    for unit, (lang, e) in product(EXAMPLE_PROVINCES, editions.items()):
        pages = {
            unit: ("province", str(e.names[unit])),
            page_name(unit): ("capacity", capacity_title(e, unit)),
        }
        for name, (template, title) in pages.items():
            yield Job(
                template=project.templates / f"{template}.ipynb",
                parameters={"province": unit, "edition": e.code, "lang": lang, "answers": EXAMPLE},
                html=project.site / EXAMPLE / lang / f"{name}.html",
                notebook=project.site / EXAMPLE / "notebooks" / lang / f"{name}.ipynb",
                page=example_page(e, name, title, made_by[lang], editions),
                data_key=f"{e.digest} {assessed.digest}",
                folder=project.root,
            )


def write_own_workbook(e: OpenEdition, unit: str, name: str, folder: Path) -> None:
    """Write the workbook of an assessment into a folder of the site.

    Parameters
    ----------
    e, unit
        The edition, and the province.
    name
        Name of the assessment.
    folder
        Where the page looks for it.
    """
    code = e.lang.code
    a = open_assessment(name, unit, code, project=e.project)
    write_capacity_workbook(a, folder / f"{unit}-capacity-{code}.xlsx")
