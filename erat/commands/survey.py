"""``erat survey``, the assessment out to the field and back, and ``erat local``, own figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from erat.commands import err, out
from erat.commands.shared import Lang
from erat.edition.project import Project
from erat.errors import InputError, ParameterError, Problem, nearest
from erat.files import write_csv, write_tables
from erat.locale import Language, language
from erat.survey.importing import Checked, check_files, write_import
from erat.survey.instrument import Instrument, instrument_files
from erat.survey.read.remarks import summarized
from erat.survey.score.settings import AssessmentSettings
from erat.survey.stored import settings_of
from erat.survey.units import SubUnits

survey = typer.Typer(
    help="The assessment: templates out to sub-units, their answers back.", rich_markup_mode=None
)
Files = Annotated[
    list[Path],
    typer.Argument(help="Exports of KoboToolbox or ODK (CSV, xlsx), filled workbooks, folders."),
]
Everything = Annotated[
    bool, typer.Option("--all", help="List every place, also where one fault has very many.")
]
AnswersFolder = Annotated[Path, typer.Argument(help="The folder that 'erat survey import' wrote.")]
Target = Annotated[Path, typer.Option("--out", help="Folder for the tables.")]


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

    chosen = language(lang)
    project, units = _units()
    scope = Scope.of(units, province or [], government or [], agency or [])
    files = instrument_files(project.instrument)
    books = write_templates(folder, units, scope, chosen, files)
    forms = [folder / f"erat_{name}.xlsx" for name in ("questionnaire", "verification")]
    out.print(chosen.tr("Forms: {files}", files=", ".join(map(str, forms))))
    line = chosen.tr("{n:,} workbooks in {folder}", n=books, folder=folder)
    if not books:
        line = chosen.tr(
            "No workbook: add --province 72, or --government 7201, for those of its sub-units"
        )
    out.print(line)


@survey.command()
def check(files: Files, lang: Lang = "en", everything: Everything = False) -> None:
    """Read files of answers and say all that is wrong with them; write nothing.

    Give all files at once: answers that stand in two files are found only then. Ends with status 2
    if anything is refused.
    """
    chosen = language(lang)
    project, units = _units()
    checked = check_files(files, units, chosen, _counted(project))
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
    chosen = language(lang)
    project, units = _units()
    checked = check_files(files, units, chosen, _counted(project))
    _say(checked, chosen, False)
    target = folder or project.root / "data" / "local" / "answers"
    write_import(checked, target, instrument_files(project.instrument), accept_rest=accept_rest)
    out.print(chosen.tr("Answers, files.csv and problems.csv in {folder}", folder=target))


@survey.command()
def score(
    answers: AnswersFolder,
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
    from erat.survey.answers import read_answers, reading_notes
    from erat.survey.score.results import assess_capacity
    from erat.survey.score.study import version_tables

    project = Project.here()
    path = settings or project.config / "assessment.yml"
    chosen = AssessmentSettings.read(path)
    units = _units()[1]
    imported = read_answers(answers, units.instrument)
    _say_notes(reading_notes(answers))
    tables = assess_capacity(imported, chosen, units)
    if replicates:
        tables |= version_tables(imported, chosen, units, replicates)
    inputs = _inputs(answers) | {"settings": path} | chosen.method.files
    about = {
        "simulated": imported.simulated,
        "instrument": imported.version,
        "replicates": replicates,
    }
    write_tables(folder, tables, inputs, about)
    scores = tables["scores"]
    index = scores[(scores["kind"] == "province") & (scores["node"] == scores["node"].iloc[0])]
    mark = " (simulated)" if imported.simulated else ""
    for row in index.itertuples(index=False):
        ends = f"{row.low:.1f} to {row.high:.1f}" if row.low == row.low else "no interval"
        result = f"not assessed, {row.reason}" if row.reason else f"{row.score:.1f} ({ends})"
        out.print(f"{row.unit}: {result}{mark}")
    out.print(f"{len(tables)} tables: {folder}")


@survey.command()
def study(
    answers: AnswersFolder,
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
    from erat.survey.answers import read_answers, reading_notes
    from erat.survey.score.study import assessment_study

    project = Project.here()
    path = study or project.config / "studies" / "assessment.yml"
    chosen = Study.read(path)
    units = _units()[1]
    imported = read_answers(answers, units.instrument)
    _say_notes(reading_notes(answers))
    inputs = _inputs(answers) | {"study": path, "settings": Path(chosen.base)}
    tables = assessment_study(imported, units, chosen, count)
    about = {"replicates": count, "simulated": imported.simulated}
    write_tables(folder, tables, inputs, about)
    out.print(f"intervals.csv and shares.csv: {folder}")


@survey.command()
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
    from erat.survey.simulate import PROVINCES, write_simulated

    words = language(lang)
    project, units = _units()
    chosen = list(dict.fromkeys(provinces or PROVINCES))
    known = list(units.provinces)
    unknown = [
        Problem("--province", repr(code), "the BPS code of a province", units.nearest(code, known))
        for code in chosen
        if code not in known
    ]
    if unknown:
        raise ParameterError(unknown)
    if folder.resolve() == project.root:
        raise InputError([Problem("--out", str(folder), "a folder of its own", "name another")])
    files, submissions = write_simulated(folder, units, chosen, seed)
    text = words.tr("{n:,} simulated submissions in {files} files: {folder}",
                    n=submissions, files=files, folder=folder)  # fmt: skip
    out.print(text)


def _units() -> tuple[Project, SubUnits]:
    project = Project.here()
    return project, SubUnits.read(project.raw, Instrument.read(project.instrument))


def _counted(project: Project) -> Sequence[str]:
    """Return which submissions count, by the settings of a province's own assessment."""
    return AssessmentSettings.read(settings_of(project)).submissions


def _say(checked: Checked, lang: Language, everything: bool) -> None:
    """Print a row a file, then everything that was refused or noted."""
    for remark in checked.remarks if everything else summarized(checked.remarks, lang):
        out.print(remark.line(lang))
    ledger = checked.files()
    numbers = {
        "submissions": lang.tr("submissions"), "found": lang.tr("answers"),
        "accepted": lang.tr("accepted"), "repeated": lang.tr("repeated"),
        "refused": lang.tr("refused"), "noted": lang.tr("noted"),
    }  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for head in (lang.tr("file"), lang.tr("kind")):
        table.add_column(head, no_wrap=True)
    for head in numbers.values():
        table.add_column(head, justify="right", no_wrap=True)
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
    width = max(out.width, ledger["file"].str.len().max() + 100)
    Console(file=out.file, width=int(width), highlight=False, markup=False).print(table)


def _say_notes(notes: Sequence[Problem]) -> None:
    for note in notes:
        err.print(f"erat: note: {note}")


def _inputs(folder: Path) -> dict[str, Path]:
    names = ("respondents", "levels", "verified", "notes")
    paths = {f"answers/{name}.csv": folder / f"{name}.csv" for name in names}
    return {name: path for name, path in paths.items() if path.is_file()}


local = typer.Typer(help="A province's own figures, in data/local: never published.")


@local.command(name="template")
def local_template(
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder; data/local if not given.")
    ] = None,
    province: Annotated[
        str, typer.Option(help="BPS code: the population table then lists its regencies.")
    ] = "",
) -> None:
    """Write empty tables with their headers, and a README.md that explains every column."""
    from erat.survey.local.tables import write_templates

    project, subunits = _units()
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
    from erat.survey.local.reading import WEIGHTS, assessment_weights, known_codes, read_local

    project, subunits = _units()
    notes: list[Problem] = []
    population = read_local(project.local, known_codes(project), notes)["population"]
    _say_notes(notes)
    table = assessment_weights(population, subunits)
    write_csv(table, project.local / WEIGHTS, index=False)
    out.print(f"{project.local / WEIGHTS}: weights of {len(table)} units")
