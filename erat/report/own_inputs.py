"""What provinces added themselves: scored answers and local figures, and which pages show them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from erat.edition.project import Project
from erat.errors import ParameterError, Problem
from erat.files import sha256
from erat.indonesia.check import read_tables
from erat.survey.answers import reading_notes
from erat.survey.instrument import NAMES, instrument_files
from erat.survey.local.reading import Local, figures_of, known_codes, no_figures, read_local
from erat.survey.opened import NOT_ASSESSED
from erat.survey.stored import OWN, Assessed, build_assessment, own_answers, provinces_of


@dataclass(frozen=True)
class OwnInputs:
    """The scored answers, if there are any, the local tables, the raw table of units, and the digest
    of the files whose codes and words local figures are shown in, and what is doubtful in all.
    """

    assessed: Assessed | None
    local: Local
    units: pd.DataFrame
    words: str
    notes: tuple[Problem, ...] = ()

    @classmethod
    def read(
        cls, project: Project, answers: Path | None = None, pages: Collection[str] = ()
    ) -> OwnInputs:
        """Find, check and score what there is: in the folder ``answers``, if one was named.

        Wrong answers or local tables are an ``InputError``, and so is a named folder without
        answers of the ``pages`` that were asked for (all if empty): no page would show them.
        """
        raw = read_tables(project.raw, verify=False)
        words = "".join(map(sha256, files_of_words(project)))
        local, notes = no_figures(), list[Problem]()
        if project.local.is_dir():
            local = read_local(project.local, known_codes(project), notes)
        folder = own_answers(project, answers)
        if folder is None:
            return cls(None, local, raw.units, words, tuple(notes))
        there = provinces_of(folder)
        if answers is not None and pages and not set(pages) & set(there):
            found = f"answers of {', '.join(there) or 'no province'}, none of {', '.join(pages)}"
            remedy = f"the page {' or '.join(there)}" if there else "the import again"
            remedy = f"ask for {remedy}, or leave out --answers"
            expected = "answers of a province whose page is asked for"
            raise ParameterError([Problem(str(folder), found, expected, remedy)])
        build_assessment(project, folder, OWN)
        notes += reading_notes(folder)
        return cls(Assessed.read(project, OWN), local, raw.units, words, tuple(notes))

    def has_answers(self, unit: str) -> bool:
        """Say whether a province has answers."""
        return self.assessed is not None and unit in self.assessed.provinces

    def without(self, pages: Collection[str]) -> list[str]:
        """Return the provinces among some pages of which there are no answers, while others have."""
        codes = self.units["unit"]
        asked = codes[codes.isin(pages) & (codes.str.len() == 2)] if self.assessed else []
        return [str(unit) for unit in asked if not self.has_answers(str(unit))]

    def parameters(self, unit: str) -> dict[str, str]:
        """Return the parameters of a province's report that say what it may show."""
        return {"answers": OWN if self.has_answers(unit) else NOT_ASSESSED}

    def key(self, unit: str) -> str:
        """Digest of what a province's report shows of all this; empty where it shows nothing."""
        inside = self.units["parent_38"] == unit
        local = figures_of(self.local, [unit, *self.units.loc[inside, "unit"]])
        parts = [self.assessed.digest] if self.assessed and self.has_answers(unit) else []
        if any(len(table) for table in local.values()):
            parts += [*(table.to_csv(index=False) for table in local.values()), self.words]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest() if parts else ""


def files_of_words(project: Project) -> list[Path]:
    """List the files that give local figures their names: frameworks, instrument, dimensions."""
    frameworks = sorted((project.config / "frameworks").glob("*.csv"))
    return [*frameworks, *instrument_files(project.instrument), project.raw / NAMES]
