"""The shell command ``erat``."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from erat.assessment import assess
from erat.edition import problems_of
from erat.errors import EratError, InputError, ParameterError, Problem
from erat.files import replaced_when_whole, write_manifest
from erat.framework import Framework
from erat.method import Method
from erat.panel import Panel
from erat.project import Project
from erat.tabulate import write_tables

app = typer.Typer(
    name="erat",
    help="e-RAT, the Electronic Resilience Assessment Tool.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
out = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


@app.command()
def index(
    data: Annotated[Path, typer.Argument(help="Table with a row a unit (CSV).")],
    framework: Annotated[Path, typer.Option(help="Table with a row a node (CSV).")],
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    method: Annotated[Path | None, typer.Option(help="The choices (YAML).")] = None,
) -> None:
    """Construct any index from a table of indicators and a framework."""
    tree = Framework.read(framework)
    choices = Method.read(method) if method else Method()
    panel = Panel.read(data, tree)
    assessment = assess(panel, tree, choices)
    inputs = {"data": data, "framework": framework} | ({"method": method} if method else {})
    unused = [str(name) for name in panel.groups if name not in tree.group_columns]
    with replaced_when_whole(out_dir) as folder:
        write_tables(assessment, folder)
        write_manifest(
            folder, inputs, choices=choices.model_dump(mode="json"), columns_not_indicators=unused
        )
    out.print(f"{tree.name(tree.top)}: {len(panel.values)} rows, {len(tree.indicators)} indicators")
    out.print(f"Results in {out_dir}")


@app.command()
def check() -> None:
    """Read every raw table against its schema, and every edition; say all that is wrong."""
    from erat.rawdata.check import check as check_tables
    from erat.rawdata.check import read_tables
    from erat.rawdata.package import changed_files

    project = Project.here()
    problems = [*check_tables(project.raw), *changed_files(project.raw)]
    raw = None if problems else read_tables(project.raw)
    for code in project.editions:
        problems += problems_of(project, code, raw)
    if problems:
        raise InputError(problems)
    out.print("data/raw and config: everything is as it should be")


@app.command()
def describe() -> None:
    """Describe the raw tables again (fields, hashes) after a change that is meant."""
    from erat.rawdata.check import check as check_tables
    from erat.rawdata.package import write_descriptor

    project = Project.here()
    problems = check_tables(project.raw)
    if problems:
        raise InputError(problems)
    out.print(f"described in {write_descriptor(project.raw).relative_to(project.root)}")


@app.command()
def build(
    editions: Annotated[list[str] | None, typer.Argument(help="Editions; all if none.")] = None,
) -> None:
    """Compute the results of editions from the raw tables into data/processed."""
    from erat.results import build_edition

    project = Project.here()
    for code in editions or project.editions:
        made = build_edition(project, code)
        out.print(f"data/processed/{code}: {'computed' if made else 'nothing changed'}")


@app.command()
def report(
    pages: Annotated[
        list[str] | None, typer.Argument(help="Province codes (BPS), national, sensitivity.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every page of the site.")] = False,
    edition: Annotated[str | None, typer.Option(help="The latest if none is given.")] = None,
    lang: Annotated[str | None, typer.Option(help="id or en; both if none is given.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Parallel processes; one a core if not given.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Render also what did not change.")] = False,
) -> None:
    """Render reports into reports/site."""
    from erat.reporting.publish import publish

    if bool(pages) == everything:
        found = "pages and --all" if pages else "no page"
        raise ParameterError(
            [Problem("erat report", found, "province codes, or --all", "for example: 32 51")]
        )
    failed = publish(
        Project.here(),
        pages or [],
        edition=edition,
        lang=lang,
        workers=jobs,
        force=force,
        console=out,
    )
    if failed:
        raise typer.Exit(1)


def main(arguments: list[str] | None = None) -> None:
    """Run the command; whatever is wrong with an input ends in a message and status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name must not fail on an old terminal
            stream.reconfigure(errors="backslashreplace")
    status = 2
    try:
        app(arguments)
    except InputError as refused:
        for problem in refused.problems:
            err.print(f"erat: {problem}")
        if len(refused.problems) > 1:
            err.print(f"erat: {len(refused.problems)} problems; nothing was written")
    except (EratError, OSError) as refused:
        err.print(f"erat: {refused}")
    sys.exit(status)
