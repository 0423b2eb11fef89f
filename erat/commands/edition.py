"""``erat edition``: an edition begun."""

from __future__ import annotations

from typing import Annotated

import typer

from erat.commands import out
from erat.commands.shared import Lang
from erat.edition.compute import problems_of
from erat.edition.edition import begin_edition
from erat.edition.project import Project
from erat.indonesia.check import read_tables
from erat.locale import language
from erat.locale.problems import said

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
    written = tr(
        "{file}: written from {other}, with its framework, method and study",
        file=path.relative_to(project.root),
        other=f"{other.code}.yml",
    )
    out.print(written)
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
