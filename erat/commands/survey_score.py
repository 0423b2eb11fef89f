"""``erat survey score`` and ``erat survey study``: imported answers to tables, and how firm they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from erat.commands.console import out
from erat.edition.project import Project
from erat.files import replaced_when_whole, write_csv, write_manifest

if TYPE_CHECKING:
    from erat.survey.answers import Answers
    from erat.survey.units import SubUnits

Given = Annotated[Path, typer.Argument(help="The folder that 'erat survey import' wrote.")]
Target = Annotated[Path, typer.Option("--out", help="Folder for the tables.")]


def score(
    answers: Given,
    folder: Target,
    settings: Annotated[
        Path | None, typer.Option(help="Settings (YAML); config/assessment.yml if not given.")
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option(min=2, max=10_000, help="Also replicate the provinces, for studies."),
    ] = None,
) -> None:
    """Score answers: every unit and node with its interval, reliability, agreement, next steps.

    With --replicates also writes provinces.csv (a column a dimension) and replicates.csv: what the
    dimensions would have been with other respondents and sub-units, as 'erat uncertainty' reads it.
    """
    from erat.survey.score.results import assess_capacity
    from erat.survey.score.settings import AssessmentSettings
    from erat.survey.score.study import version_tables

    project = Project.here()
    path = settings or project.config / "assessment.yml"
    chosen = AssessmentSettings.read(path)
    given, units = _read(answers, project)
    found = assess_capacity(given, units.instrument, chosen, units)
    inputs = _inputs(answers) | {"settings": path} | chosen.method.files
    more = version_tables(given, units.instrument, chosen, units, replicates) if replicates else {}
    found.write(folder, inputs, more, instrument=given.version, replicates=replicates)
    table = found.scores[found.scores["kind"] == "province"]
    index = table[table["node"] == found.scores["node"].iloc[0]]
    mark = " (simulated)" if found.simulated else ""
    for row in index.itertuples(index=False):
        if row.reason:
            out.print(f"{row.unit}: not assessed, {row.reason}{mark}")
        else:
            known = row.low == row.low
            ends = f"{row.low:.1f} to {row.high:.1f}" if known else "no interval"
            out.print(f"{row.unit}: {row.score:.1f} ({ends}){mark}")
    out.print(f"{len(found.tables) + len(more)} tables: {folder}")


def study(
    answers: Given,
    folder: Target,
    study: Annotated[
        Path | None, typer.Option(help="Study (YAML); config/studies/assessment.yml if not given.")
    ] = None,
    count: Annotated[
        int, typer.Option("-n", min=2, max=10_000, help="Replicates of the sample.")
    ] = 200,
) -> None:
    """Hold the sample against choices of the method: what moves the provinces' scores and ranks."""
    from erat.robustness.factors import Study
    from erat.survey.score.study import assessment_study

    project = Project.here()
    path = study or project.config / "studies" / "assessment.yml"
    chosen = Study.read(path)
    given, units = _read(answers, project)
    found = assessment_study(given, units.instrument, units, chosen, count=count)
    with replaced_when_whole(folder) as new:
        write_csv(found.intervals, new / "intervals.csv", index=False)
        write_csv(found.shares, new / "shares.csv", index=False)
        inputs = _inputs(answers) | {"study": path, "settings": Path(chosen.base)}
        write_manifest(new, inputs, replicates=count, simulated=given.simulated)
    out.print(f"intervals.csv and shares.csv: {folder}")


def _read(folder: Path, project: Project) -> tuple[Answers, SubUnits]:
    from erat.survey.answers import Answers
    from erat.survey.instrument import Instrument
    from erat.survey.units import SubUnits

    units = SubUnits.read(project.raw, Instrument.read(project.raw / "instrument"))
    return Answers.read(folder, units.instrument), units


def _inputs(folder: Path) -> dict[str, Path]:
    names = ("respondents", "levels", "verified", "notes")
    paths = {f"answers/{name}.csv": folder / f"{name}.csv" for name in names}
    return {name: path for name, path in paths.items() if path.is_file()}
