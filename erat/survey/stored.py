"""Assessments on disk: a province's own answers, and the simulated example; scored when needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.project import Project
from erat.errors import InputError, Problem
from erat.files import MANIFEST, is_current, library_digest, read_manifest, sha256
from erat.locale import language
from erat.survey.answers import read_answers
from erat.survey.importing import check_files, write_import
from erat.survey.instrument import Instrument, instrument_files
from erat.survey.local.reading import known_codes, read_local
from erat.survey.score.results import assess_capacity
from erat.survey.score.settings import AssessmentSettings
from erat.survey.simulate import write_simulated
from erat.survey.units import SubUnits

EXAMPLE = "example"
"""The assessment made from simulated answers."""
FILES, ANSWERS = f"{EXAMPLE}_files", f"{EXAMPLE}_answers"
"""Its files as they come from the field, and the answers taken in from them."""
OWN = "assessment"
"""The assessment made from a province's own answers."""
EXAMPLE_REPLICATES = 200
SETTINGS = "assessment.yml"
TABLE = "respondents.csv"
"""The table that a folder of answers cannot be without."""


@dataclass(frozen=True)
class Assessed:
    """The results of an assessment, and the answers that they were computed from.

    Parameters
    ----------
    name
        Name of the folder in ``data/processed``.
    folder, answers
        Where the tables of results and the answers lie.
    """

    name: str
    folder: Path
    answers: Path

    @classmethod
    def read(cls, project: Project, name: str) -> Assessed:
        """Open the results of an assessment; they must have been computed."""
        folder = project.processed(name)
        manifest = read_manifest(folder)
        if not manifest:
            raise InputError(
                [Problem("data/processed", f"no results named {name!r}", "scored answers",
                         "run: erat build, or erat report")]
            )  # fmt: skip
        return cls(name, folder, project.root / manifest["answers"])

    @cached_property
    def digest(self) -> str:
        """Hash of everything that the results consist of and were made from."""
        return sha256(self.folder / MANIFEST)

    @cached_property
    def provinces(self) -> list[str]:
        """Provinces that have answers."""
        return provinces_of(self.answers)


def provinces_of(answers: Path) -> list[str]:
    """Return the provinces that a folder of answers is about."""
    table = pd.read_csv(answers / TABLE, dtype=str, usecols=["province"])
    return sorted(table["province"].dropna().unique())


def own_answers(project: Project, given: Path | None = None) -> Path | None:
    """Find a province's own answers: a folder that was named, else ``data/local/answers``.

    Returns
    -------
    Path or None
        None where nothing was named and nothing was imported.

    Raises
    ------
    InputError
        If the named folder holds no answers.
    """
    folder = given or project.local / "answers"
    if (folder / TABLE).is_file():
        return folder.resolve()
    if given is None:
        return None
    found = f"no {TABLE} in it" if folder.is_dir() else "no such folder"
    remedy = "name the folder that 'erat survey import' wrote"
    raise InputError([Problem(str(folder), found, "imported answers", remedy)])


def build_assessment(project: Project, answers: Path, name: str = OWN) -> bool:
    """Score a folder of answers into ``data/processed`` where something changed since.

    Returns
    -------
    bool
        Whether anything was computed.

    Raises
    ------
    InputError
        If answers, settings or roster are wrong.
    """
    inputs = _inputs(project, answers, name)
    where = _relative(answers, project)
    folder = project.processed(name)
    if is_current(folder, inputs) and read_manifest(folder).get("answers") == where:
        return False
    instrument = Instrument.read(project.raw / "instrument")
    units = SubUnits.read(project.raw, instrument)
    given = read_answers(answers, instrument)
    settings = _settings(project, name)
    roster = _roster(project, name) if "roster" in inputs else None
    result = assess_capacity(given, instrument, settings, units, roster)
    result.write(folder, inputs, answers=where, library=library_digest())
    return True


def _settings(project: Project, name: str) -> AssessmentSettings:
    """Read the settings; the example is resampled less often, so that a build stays short."""
    settings = AssessmentSettings.read(settings_of(project, name))
    if name != EXAMPLE:
        return settings
    fewer = settings.resampling.model_copy(update={"replicates": EXAMPLE_REPLICATES})
    return settings.model_copy(update={"resampling": fewer})


def _inputs(project: Project, answers: Path, name: str) -> dict[str, Path]:
    """Name every file that the results of an assessment depend on."""
    settings_file = settings_of(project, name)
    settings = AssessmentSettings.read(settings_file)
    roster = local_of(project, name) / "roster.csv"
    inputs = {f"answers/{path.name}": path for path in sorted(answers.glob("*.csv"))}
    inputs |= {path.name: path for path in instrument_files(project.raw / "instrument")}
    inputs |= {"units.csv": project.raw / "units.csv", "settings": settings_file}
    inputs |= settings.method.files
    return inputs | ({"roster": roster} if roster.is_file() else {})


def local_of(project: Project, name: str) -> Path:
    """Return the folder of local tables that goes with an assessment."""
    return project.processed(FILES) / "local" if name == EXAMPLE else project.local


def _roster(project: Project, name: str) -> dict[str, float]:
    """Return how many people can answer, by sub-unit."""
    table = read_local(local_of(project, name), known_codes(project))["roster"]
    return dict(zip(table["subunit"], table["eligible"].astype(float), strict=True))


def settings_of(project: Project, name: str = OWN) -> Path:
    """Return the settings of an assessment: a province's own in ``data/local`` go first."""
    local = project.local / SETTINGS
    return local if name == OWN and local.is_file() else project.config / SETTINGS


def _relative(path: Path, project: Project) -> str:
    """Write a path within the project relative to it."""
    root = project.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def build_example(project: Project) -> bool:
    """Simulate answers, take them in as real ones are, and score them; the same every time.

    Returns
    -------
    bool
        Whether anything was computed.
    """
    folder = project.processed(ANSWERS)
    results = project.processed(EXAMPLE)
    if (folder / TABLE).is_file() and is_current(results, _inputs(project, folder, EXAMPLE)):
        return False
    instrument = Instrument.read(project.raw / "instrument")
    units = SubUnits.read(project.raw, instrument)
    files = project.processed(FILES)
    write_simulated(files, units)
    checked = check_files([files / "answers"], units, language("id"))
    described = instrument_files(project.raw / "instrument")
    write_import(checked, folder, described, accept_rest=True)
    build_assessment(project, folder, EXAMPLE)
    return True
