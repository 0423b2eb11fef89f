"""``erat uncertainty``: how sure scores and ranks are, and what they are sensitive to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer

from erat.commands.console import err, out
from erat.commands.shared import (
    Case,
    DataFile,
    FrameworkFile,
    OutFolder,
    as_texts,
    choices,
    say_notes,
    write_all,
)
from erat.files import check_replaceable, replaced_when_whole, write_manifest
from erat.index.method import Method
from erat.locale import Language
from erat.robustness.claims import Words, claim_table, claims
from erat.robustness.factors import Study
from erat.robustness.intervals import QUANTILES
from erat.robustness.sensitivity import SHIFT
from erat.robustness.study_result import StudyResult
from erat.robustness.uncertainty import Uncertainty
from erat.robustness.uncertainty import uncertainty as evaluate_study


def uncertainty(
    data: DataFile,
    framework: FrameworkFile,
    study: Annotated[Path, typer.Option(help="What is uncertain in a method (YAML).")],
    out_dir: OutFolder,
    n: Annotated[int, typer.Option("-n", help="Base sample; Sobol: a power of two.")] = 1024,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 0,
    jobs: Annotated[int | None, typer.Option(help="Processes; one a core if not given.")] = None,
    only: Annotated[
        Literal["intervals"] | None, typer.Option(help="Leave the sensitivity indices out.")
    ] = None,
    points: Annotated[
        Literal["sobol", "plain"], typer.Option(help="Sobol points, or plain Monte Carlo.")
    ] = "sobol",
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler to work on.")
    ] = None,
) -> None:
    """Measure what uncertain choices and data do to every unit's score and rank.

    Writes rank and score intervals, sensitivity indices, dominance, tiers and claims, each as CSV.
    """
    case, chosen = Case.read(data, framework), Study.read(study)
    base = Method.read(chosen.base)
    check_replaceable(out_dir)
    found = evaluate_study(
        case.panel,
        case.framework,
        chosen,
        n,
        seed,
        jobs=jobs,
        only=only,
        points=points,
        scheduler=scheduler,
    )
    with found.store, replaced_when_whole(out_dir) as folder:
        findings = StudyResult(found)
        made = claims(findings)
        write_all({**findings.tables(), "claims": claim_table(made)}, folder)
        notes = case.notes(base.exclude)
        about = {
            "choices": choices(base),
            "study": chosen.model_dump(mode="json", exclude_defaults=True, exclude={"base"}),
            "design": design(found, n),
            "mean_rank_shift": shift_summary(found),
            "notes": [*findings.notes, *as_texts(notes)],
        }
        files = {**case.files, "study": study, **chosen.files, **base.files}
        write_manifest(folder, files, **about)
    say_notes(notes)
    for note in findings.notes:
        err.print(f"erat: note: {note}")
    say(found, findings, n)
    for claim in made:
        if claim.kind in ("unresolved", "converged"):
            out.print(claim.texts["en"])
    out.print(f"Results in {out_dir}")


def design(found: Uncertainty, asked: int) -> dict[str, Any]:
    """Say how the study was sampled."""
    total = len(found.plan.evaluation)
    failed = int((~found.valid[found.plan.evaluation]).sum())
    parts = {name: part.stop - part.start for name, part in found.plan.design.parts.items()}
    return {
        "n": found.n,
        "n_asked": asked,
        "seed": found.seed,
        "points": found.points,
        "replicates": total,
        "replicates_of_intervals": found.replicates,
        "distinct_of_intervals": found.distinct,
        "distinct": found.plan.count,
        "failed": failed,
        "parts": parts,
    }


def shift_summary(found: Uncertainty) -> dict[str, float]:
    """Summarize the mean rank shift over the replicates of A and B."""
    values = np.repeat(found.shifts, found.counts)
    quantiles = {name: float(np.quantile(values, share)) for name, share in QUANTILES.items()}
    return {"mean": float(values.mean()), **quantiles}


def say(found: Uncertainty, findings: StudyResult, asked: int) -> None:
    """Print what was done, and the sensitivity of the mean rank shift."""
    if found.n != asked:
        out.print(f"Base sample: {found.n:,} (the power of two next above {asked:,})")
    mean = shift_summary(found)["mean"]
    ways = Words(findings.ranks, Language("en"), {}).ways
    out.print(f"{ways}: ranks shift by {mean:.2f} places on average")
    if findings.indices is not None:
        table = findings.indices[findings.indices["output"] == SHIFT]
        for row in table.to_dict("records"):
            texts = [
                f"{index} {row[index]:.2f} ({row[f'{index}_low']:.2f} to {row[f'{index}_high']:.2f})"
                for index in ("S1", "ST")
                if row[index] == row[index]
            ]
            out.print(
                f"  {row['factor']}: {', '.join(texts) or 'no index, the shift is always the same'}"
            )
