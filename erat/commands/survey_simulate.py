"""``erat survey simulate``: an example of an assessment, made of answers that nobody gave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from erat.commands.console import out
from erat.edition.project import Project
from erat.errors import InputError, ParameterError, Problem
from erat.locale import language


def simulate(
    folder: Annotated[Path, typer.Option("--out", help="Folder for the files.")],
    provinces: Annotated[
        list[str] | None, typer.Option("--province", help="BPS code; six provinces if not given.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 2026,
    lang: Annotated[str, typer.Option(help="Language of what is said: id or en.")] = "en",
) -> None:
    """Write files of simulated answers, as they would come from the field.

    Exports of KoboToolbox, some workbooks and the inspectorates' verification; every one of them
    says that it is simulated, and so does all that is made from them.
    """
    from erat.survey.instrument import Instrument
    from erat.survey.simulate import PROVINCES
    from erat.survey.simulated_files import write_simulated
    from erat.survey.units import SubUnits

    said, project = language(lang), Project.here()
    units = SubUnits.read(project.raw, Instrument.read(project.raw / "instrument"))
    chosen = list(dict.fromkeys(provinces or PROVINCES))
    unknown = [code for code in chosen if code not in units.provinces]
    if unknown:
        known = list(units.provinces)
        raise ParameterError(
            [Problem("--province", repr(code), "the BPS code of a province",
                     units.nearest(code, known)) for code in unknown]
        )  # fmt: skip
    if folder.resolve() == project.root:
        raise InputError([Problem("--out", str(folder), "a folder of its own", "name another")])
    made = write_simulated(folder, units, chosen, seed)
    out.print(
        said.tr(
            "{n} simulated submissions in {files} files: {folder}",
            n=said.number(made.submissions, 0), files=len(made.files), folder=folder,
        )
    )  # fmt: skip
