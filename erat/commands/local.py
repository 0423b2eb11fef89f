"""Commands on a province's own figures, in data/local."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from erat.commands.console import out
from erat.edition.project import Project
from erat.errors import ParameterError, Problem, nearest

local = typer.Typer(help="A province's own figures, in data/local: never published.")


@local.callback()
def _about() -> None:
    """A province's own figures, in data/local: never published."""


@local.command()
def template(
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder; data/local if not given.")
    ] = None,
    province: Annotated[
        str, typer.Option(help="BPS code: the population table then lists its regencies.")
    ] = "",
) -> None:
    """Write empty tables with their headers, and a README.md that explains every column."""
    from erat.survey.instrument import Instrument
    from erat.survey.local.tables import write_templates
    from erat.survey.units import SubUnits

    project = Project.here()
    subunits = SubUnits.read(project.raw, Instrument.read(project.instrument))
    known = {code: one.name for code, one in subunits.provinces.items()}
    if province and province not in known:
        expected = "a province: " + ", ".join(f"{code} {name}" for code, name in known.items())
        raise ParameterError(
            [Problem("--province", repr(province), expected, nearest(province, known))]
        )
    target = folder or project.local
    written, kept = write_templates(target, subunits, province)
    for name in written:
        out.print(f"{target / name}: written")
    for name in kept:
        out.print(f"{target / name}: is there already, and stays as it is")


@local.command()
def weights() -> None:
    """Make data/local/weights.csv from population.csv: regencies weigh by their people."""
    from erat.files import write_csv
    from erat.survey.instrument import Instrument
    from erat.survey.local.reading import WEIGHTS, assessment_weights, known_codes, read_local
    from erat.survey.units import SubUnits

    project = Project.here()
    subunits = SubUnits.read(project.raw, Instrument.read(project.instrument))
    population = read_local(project.local, known_codes(project))["population"]
    table = assessment_weights(population, subunits)
    write_csv(table, project.local / WEIGHTS, index=False)
    out.print(f"{project.local / WEIGHTS}: weights of {len(table)} units")
