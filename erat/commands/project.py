"""Commands on the project itself: its raw tables, its editions and its reports."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from erat.commands import err, out
from erat.commands.shared import Lang
from erat.edition.compute import build_edition, problems_of, shown_without
from erat.edition.edition import begin_edition
from erat.edition.project import Project
from erat.errors import InputError, ParameterError, Problem
from erat.indonesia.check import RawTables, read_tables
from erat.indonesia.package import changed_files, write_descriptor
from erat.locale import language, said
from erat.survey.instrument import Instrument
from erat.survey.local.reading import known_codes, local_problems
from erat.survey.stored import EXAMPLE, build_example


def check(lang: Lang = "en") -> None:
    """Read every raw and local table, the instrument and every edition; say all that is wrong."""
    chosen = language(lang)
    project = Project.here()
    raw, problems = _tables(project)
    problems += changed_files(project.raw)
    notes: list[Problem] = []
    for code in project.editions:
        problems += problems_of(project, code, raw)
    if raw:
        problems += local_problems(project.local, known_codes(project), notes)
    for problem in problems:
        err.print(f"erat: {said(problem, chosen)}")
    if problems or raw is None:
        if len(problems) > 1:
            err.print(chosen.tr("erat: {n} problems; nothing was written", n=len(problems)))
        raise typer.Exit(2)
    for code in project.editions:
        notes += shown_without(project, code, raw)
    for note in notes:
        err.print(chosen.tr("erat: note: {note}", note=said(note, chosen)))
    folders = ["data/raw", "data/local"] if project.local.is_dir() else ["data/raw"]
    where = chosen.join([*folders, "config"])
    out.print(chosen.tr("{where}: everything is as it should be", where=where))


def describe() -> None:
    """Describe the raw tables again (fields, hashes) after a change that is meant."""
    project = Project.here()
    _, problems = _tables(project)
    if problems:
        raise InputError(problems)
    out.print(f"described in {write_descriptor(project.raw).relative_to(project.root)}")


def _tables(project: Project) -> tuple[RawTables | None, list[Problem]]:
    """Read the raw tables and the instrument: the tables, or all that is wrong with either."""
    raw, problems = None, list[Problem]()
    try:
        raw = read_tables(project.raw, verify=False)
    except InputError as refused:
        problems += refused.problems
    try:
        Instrument.read(project.instrument)
    except InputError as refused:
        problems += refused.problems
    return None if problems else raw, problems


def build(
    named: Annotated[list[str] | None, typer.Argument(metavar="EDITIONS", hidden=True)] = None,
    edition: Annotated[
        list[str] | None, typer.Option(help="An edition (again for more); all if none is given.")
    ] = None,
) -> None:
    """Compute the results of editions from the raw tables into data/processed."""
    project = Project.here()
    editions = list(dict.fromkeys([*(edition or []), *(named or [])]))  # `erat build 2024` goes on
    read = cache(read_tables)  # once for all editions
    changed = {code: build_edition(project, code, read) for code in editions or project.editions}
    if not editions:
        changed[EXAMPLE] = build_example(project)
    for code, computed in changed.items():
        out.print(f"data/processed/{code}: {'computed' if computed else 'nothing changed'}")


def report(
    pages: Annotated[
        list[str] | None,
        typer.Argument(help="Province codes (BPS), national, sensitivity, audit, example."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every page of the site.")] = False,
    edition: Annotated[str | None, typer.Option(help="The latest if none is given.")] = None,
    lang: Annotated[str | None, typer.Option(help="id or en; both if none is given.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Parallel processes; one a core if not given.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Render also what did not change.")] = False,
    method: Annotated[
        Path | None, typer.Option(help="A method's file in place of the edition's.")
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(help="Imported answers; data/local/answers if not given, where it is."),
    ] = None,
) -> None:
    """Render reports into reports/site."""
    from erat.report.publish import publish

    if bool(pages) == everything:
        found, expected = "pages and --all" if pages else "no page", "province codes, or --all"
        raise ParameterError([Problem("erat report", found, expected, "for example: 32 51")])
    if publish(
        Project.here(), pages or [], edition=edition, lang=lang, method=method, workers=jobs,
        force=force, answers=answers, console=out,
    ):  # fmt: skip
        raise typer.Exit(1)


edition = typer.Typer(
    help="Begin an edition: its file, from another one's, and what it lacks.", rich_markup_mode=None
)


@edition.callback()
def _group() -> None:
    """Keep 'new' a command of its own while there is one."""


@edition.command()
def new(
    year: Annotated[str, typer.Argument(help="The year that names the edition, as 2025.")],
    like: Annotated[
        str | None,
        typer.Option("--from", help="The edition to begin from; the latest if not given."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """Write config/editions/YEAR.yml from another edition's; say what it lacks and what is next."""
    chosen = language(lang)
    tr = chosen.tr
    project = Project.here()
    path, other = begin_edition(project, year, like)
    out.print(tr("{file}: written from {other}, with its framework, method and study",
                 file=path.relative_to(project.root), other=f"{other.code}.yml"))  # fmt: skip
    problems = problems_of(project, year, read_tables(project.raw, verify=False))
    if problems:
        out.print(tr("It cannot be computed yet:"))
    for problem in problems:
        out.print(f"- {said(problem, chosen)}")
    out.print(tr("What to do next:"))
    steps = [
        tr("read {file} through: names, comments, years, what is carried forward", file=path.name),
        tr("add the figures of {year} to data/raw, each with its source: erat data add", year=year),
        "erat describe",
        "erat check",
        f"erat build --edition {year}",
        f"erat report --all --edition {year}",
    ]
    for number, step in enumerate(steps, start=1):
        out.print(f"{number}. {step}")
    before = project.editions[-2] if year == project.editions[-1] else ""
    if before:
        out.print(tr("Until then name the latest edition before it: --edition {code}", code=before))
