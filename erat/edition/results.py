"""An edition's results on disk: built when an input changed, read by the reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.compute import compute
from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.errors import InputError, Problem
from erat.files import (
    MANIFEST,
    is_current,
    library_digest,
    replaced_when_whole,
    sha256,
    write_csv,
    write_manifest,
)
from erat.indonesia.check import read_tables

TEXTS = (
    *("unit", "subunit", "weakest", "parent", "predecessor", "parent_34", "parent_38"),
    *("bps", "period", "base"),
)
"""Columns that look like numbers now and then and are texts."""


def build_edition(project: Project, code: str) -> bool:
    """Compute an edition's results where an input or the library changed since they were made.

    Returns
    -------
    bool
        Whether anything was computed.
    """
    edition = Edition.read(project, code)
    return build(project, edition)


def build(project: Project, edition: Edition) -> bool:
    """Compute the results of an edition, be it with another method; as :func:`build_edition`."""
    inputs = edition.inputs | {p.name: p for p in sorted(project.raw.glob("*.csv"))}
    folder = project.processed(edition.results_name)
    if is_current(folder, inputs):
        return False
    tables = compute(edition, read_tables(project.raw))
    with replaced_when_whole(folder) as new:
        for name, frame in tables.items():
            write_csv(frame, new / f"{name}.csv", index=False)
        write_manifest(new, inputs, edition=edition.code, library=library_digest())
    return True


@dataclass(frozen=True)
class Results:
    """The results of an edition, as its reports read them.

    Parameters
    ----------
    edition
        The edition.
    folder
        Where its tables lie.
    """

    edition: Edition
    folder: Path

    @classmethod
    def read(cls, edition: str, project: Project | None = None) -> Results:
        """Open the results of an edition; they must have been built."""
        project = project or Project.here()
        opened = cls(Edition.read(project, edition), project.processed(edition))
        if not (opened.folder / MANIFEST).exists():
            found = f"no results of edition {edition}"
            raise InputError(
                [Problem("data/processed", found, "built results", f"run: erat build {edition}")]
            )
        return opened

    def table(self, name: str) -> pd.DataFrame:
        """Read one table; texts stay texts, an empty number is nan."""
        return read_table(self.folder / f"{name}.csv")

    @cached_property
    def digest(self) -> str:
        """Hash of everything that the results consist of."""
        return sha256(self.folder / MANIFEST)


def read_table(path: Path) -> pd.DataFrame:
    """Read a table of results: texts stay texts, an empty number is nan."""
    header = pd.read_csv(path, nrows=0).columns
    texts = {column: str for column in header if column in TEXTS}
    frame = pd.read_csv(path, dtype=texts)
    filled = {column: "" for column in frame if not pd.api.types.is_numeric_dtype(frame[column])}
    return frame.fillna(filled)
