"""Assessments on disk: a province's own answers, and the simulated example; scored when needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from erat.edition.project import Project
from erat.errors import DataError, InputError, Problem
from erat.files import MANIFEST, is_current, library_digest, read_manifest, sha256, write_tables
from erat.index.tables import absent_columns, read_text_table
from erat.locale import language
from erat.survey.answers import read_answers
from erat.survey.importing import check_files, write_import
from erat.survey.instrument import Instrument, instrument_files
from erat.survey.local.reading import known_codes, local_file, read_local
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
    """An assessment in ``data/processed``: the folder of its results, and that of its answers."""

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
    table = read_text_table(answers / TABLE, DataError)
    if absent := absent_columns(table, ["province"], TABLE):
        raise DataError(absent)
    return sorted(table.loc[table["province"] != "", "province"].unique())


def own_answers(project: Project, named: Path | None = None) -> Path | None:
    """Find a province's own answers: in the folder ``named`` (InputError if it holds none), else in
    ``data/local/answers``; None if nothing was imported there.
    """
    folder = named or project.local / "answers"
    if (folder / TABLE).is_file():
        return folder.resolve()
    if named is None:
        return None
    found = f"no {TABLE} in it" if folder.is_dir() else "no such folder"
    remedy = "name the folder that 'erat survey import' wrote"
    raise InputError([Problem(str(folder), found, "imported answers", remedy)])


def build_assessment(project: Project, answers: Path, name: str = OWN) -> bool:
    """Score answers into ``data/processed`` and return True; False if nothing changed since.
    InputError if answers, settings or roster are wrong.
    """
    inputs, folder = _inputs(project, answers, name), project.processed(name)
    inside = answers.is_relative_to(root := project.root.resolve())
    where = answers.relative_to(root).as_posix() if inside else str(answers)
    if is_current(folder, inputs) and read_manifest(folder).get("answers") == where:
        return False
    instrument = Instrument.read(project.instrument)
    of_people = read_answers(answers, instrument)
    settings = AssessmentSettings.read(settings_of(project, name))
    if name == EXAMPLE:  # resampled less often, so that a build stays short
        fewer = settings.resampling.model_copy(update={"replicates": EXAMPLE_REPLICATES})
        settings = settings.model_copy(update={"resampling": fewer})
    roster = None
    if "roster" in inputs:
        table = read_local(local_of(project, name), known_codes(project))["roster"]
        roster = dict(zip(table["subunit"], table["eligible"].astype(float), strict=True))
    units = SubUnits.read(project.raw, instrument)
    about = {"simulated": of_people.simulated, "answers": where, "library": library_digest()}
    write_tables(
        folder, assess_capacity(of_people, settings, units, roster), inputs, about, processed=True
    )
    return True


def _inputs(project: Project, answers: Path, name: str) -> dict[str, Path]:
    """Name every file that the results of an assessment depend on."""
    settings = settings_of(project, name)
    roster = local_file(local_of(project, name), "roster")
    inputs = {f"answers/{path.name}": path for path in sorted(answers.glob("*.csv"))}
    inputs |= {path.name: path for path in instrument_files(project.instrument)}
    inputs |= {"units.csv": project.raw / "units.csv", "settings": settings}
    inputs |= AssessmentSettings.read(settings).method.files
    return inputs | ({"roster": roster} if roster else {})


def local_of(project: Project, name: str) -> Path:
    """Return the folder of local tables that goes with an assessment."""
    return project.processed(FILES) / "local" if name == EXAMPLE else project.local


def settings_of(project: Project, name: str = OWN) -> Path:
    """Return the settings of an assessment: a province's own in ``data/local`` go first."""
    local = project.local / SETTINGS
    return local if name == OWN and local.is_file() else project.config / SETTINGS


def build_example(project: Project) -> bool:
    """Simulate answers, import and score them, always the same; False if nothing changed since."""
    folder, files = project.processed(ANSWERS), project.processed(FILES)
    results = project.processed(EXAMPLE)
    if (folder / TABLE).is_file() and is_current(results, _inputs(project, folder, EXAMPLE)):
        return False
    units = SubUnits.read(project.raw, Instrument.read(project.instrument))
    write_simulated(files, units)
    checked = check_files([files / "answers"], units, language("id"))
    write_import(checked, folder, instrument_files(project.instrument), accept_rest=True)
    build_assessment(project, folder, EXAMPLE)
    return True
