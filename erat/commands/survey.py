"""``erat survey``: the assessment out to the field and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from erat.commands.console import out
from erat.commands.survey_score import score, study
from erat.commands.survey_simulate import simulate
from erat.edition.project import Project
from erat.locale import Language, language

if TYPE_CHECKING:
    from erat.survey.importing import Checked
    from erat.survey.units import SubUnits

survey = typer.Typer(
    help="The assessment: templates out to sub-units, their answers back.", rich_markup_mode=None
)
Files = Annotated[
    list[Path],
    typer.Argument(help="Exports of KoboToolbox or ODK (CSV, xlsx), filled workbooks, folders."),
]
Lang = Annotated[str, typer.Option(help="Language of what is said: id or en.")]
Everything = Annotated[
    bool, typer.Option("--all", help="List every place, also where one fault has very many.")
]


@survey.callback()
def _about() -> None:
    """The assessment: templates out to sub-units, their answers back."""


@survey.command()
def template(
    folder: Annotated[Path, typer.Option("--out", help="Folder for the templates.")],
    province: Annotated[
        list[str] | None, typer.Option(help="BPS code: workbooks for all its sub-units.")
    ] = None,
    government: Annotated[
        list[str] | None,
        typer.Option(
            "--government", "--regency", help="BPS code of one government, as 72 or 7201."
        ),
    ] = None,
    agency: Annotated[
        list[str] | None, typer.Option(help="Only this agency or partner, as bpbd.")
    ] = None,
    lang: Annotated[
        str, typer.Option(help="Language of the workbooks and of what is said: id or en.")
    ] = "id",
) -> None:
    """Make the forms for KoboToolbox, ODK and Enketo, and a workbook for every sub-unit.

    Without a province or government only the forms are made, for the whole country.
    """
    from erat.survey.forms.templates import Scope, write_templates
    from erat.survey.importing import instrument_files

    chosen = language(lang)
    project, units = _units()
    scope = Scope.of(units, province or [], government or [], agency or [])
    files = instrument_files(project.instrument)
    books = write_templates(folder, units, scope, chosen, files)
    forms = [folder / f"erat_{name}.xlsx" for name in ("questionnaire", "verification")]
    out.print(chosen.tr("Forms: {files}", files=", ".join(map(str, forms))))
    if books:
        n = chosen.number(books, 0)
        out.print(chosen.tr("{n} workbooks in {folder}", n=n, folder=folder))
    else:
        out.print(
            chosen.tr(
                "No workbook: add --province 72, or --government 7201, for those of its sub-units"
            )
        )


@survey.command()
def check(files: Files, lang: Lang = "en", everything: Everything = False) -> None:
    """Read files of answers and say all that is wrong with them; write nothing.

    Give all files at once: answers that stand in two files are found only then. Ends with status 2
    if anything is refused.
    """
    from erat.survey.importing import check_files

    chosen = language(lang)
    checked = check_files(files, _units()[1], chosen)
    _say(checked, chosen, everything)
    if checked.refused:
        raise typer.Exit(2)


@survey.command(name="import")
def import_(
    files: Files,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder; data/local/answers if not given.")
    ] = None,
    accept_rest: Annotated[
        bool, typer.Option("--accept-rest", help="Import although some files cannot be read.")
    ] = False,
    lang: Lang = "en",
) -> None:
    """Import answers into a folder, with a ledger of what was accepted and refused, and why.

    Give all files at once: an import takes the place of the one before. Single answers that are
    refused are left out, and listed in problems.csv.
    """
    from erat.survey.importing import check_files, instrument_files, write_import

    chosen = language(lang)
    project, units = _units()
    checked = check_files(files, units, chosen)
    _say(checked, chosen, False)
    target = folder or project.root / "data" / "local" / "answers"
    write_import(checked, target, instrument_files(project.instrument), accept_rest=accept_rest)
    out.print(chosen.tr("Answers, files.csv and problems.csv in {folder}", folder=target))


for command in (score, study, simulate):
    survey.command()(command)


def _units() -> tuple[Project, SubUnits]:
    from erat.survey.instrument import Instrument
    from erat.survey.units import SubUnits

    project = Project.here()
    return project, SubUnits.read(project.raw, Instrument.read(project.instrument))


def _say(checked: Checked, lang: Language, everything: bool) -> None:
    """Print a row a file, then everything that was refused or noted."""
    from erat.survey.read.remarks import told_together

    for remark in checked.remarks if everything else told_together(checked.remarks, lang):
        out.print(remark.line(lang))
    ledger = checked.files()
    numbers = ["submissions", "found", "accepted", "repeated", "refused", "noted"]
    table = Table(box=None, pad_edge=False)
    table.add_column(lang.tr("file"), no_wrap=True)
    table.add_column(lang.tr("kind"), no_wrap=True)
    heads = [lang.tr("submissions"), lang.tr("answers"), lang.tr("accepted"), lang.tr("repeated"),
             lang.tr("refused"), lang.tr("noted")]  # fmt: skip
    for name in heads:
        table.add_column(name, justify="right", no_wrap=True)
    kinds = {
        "csv export": lang.tr("CSV export"), "xlsx export": lang.tr("xlsx export"),
        "workbook": lang.tr("workbook"), "form": lang.tr("form"),
        "unreadable": lang.tr("unreadable"), "not read": lang.tr("not read"),
    }  # fmt: skip
    for row in ledger.itertuples(index=False):
        counts = [lang.number(getattr(row, name), 0) for name in numbers]
        table.add_row(row.file, kinds[row.kind], *counts)
    if len(ledger) > 1:
        sums = [lang.number(ledger[name].sum(), 0) for name in numbers]
        table.add_row(lang.tr("{n} files", n=len(ledger)), "", *sums, style="bold")
    longest = max(len(name) for name in ledger["file"])
    wide = Console(
        file=out.file, width=max(out.width, longest + 100), highlight=False, markup=False
    )
    wide.print(table)
