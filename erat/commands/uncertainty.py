"""``erat uncertainty``: how sure scores and ranks are, and what they are sensitive to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer

from erat.commands.shared import Case, DataFile, FrameworkFile, OutFolder, choices, write_results
from erat.files import check_replaceable
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
    case = replace(case, method=Method.read(chosen.base))
    check_replaceable(out_dir)
    found = evaluate_study(
        case.panel, case.framework, chosen, n, seed,
        jobs=jobs, only=only, points=points, scheduler=scheduler,
    )  # fmt: skip
    with found.store:
        result = StudyResult(found)
        made = claims(result)
        tables = {**result.tables(), "claims": claim_table(made)}
        about = {
            "choices": choices(case.method),
            "study": chosen.model_dump(mode="json", exclude_defaults=True, exclude={"base"}),
            "design": design(found, n),
            "mean_rank_shift": shift_summary(found),
        }
        files = {**case.files, "study": study, **chosen.files, **case.method.files}
        notes = [*case.notes, *result.notes]
        kinds = ("unresolved", "converged")
        said = [*summary(found, result, n), *(c.texts["en"] for c in made if c.kind in kinds)]
        write_results(out_dir, tables, files, about, notes, said)


def design(found: Uncertainty, asked: int) -> dict[str, Any]:
    """Say how the study was sampled."""
    plan = found.plan
    return {
        "n": found.n,
        "n_asked": asked,
        "seed": found.seed,
        "points": found.points,
        "replicates": len(plan.evaluation),
        "replicates_of_intervals": found.replicates,
        "distinct_of_intervals": found.distinct,
        "distinct": plan.count,
        "failed": found.failed,
        "parts": {name: part.stop - part.start for name, part in plan.design.parts.items()},
    }


def shift_summary(found: Uncertainty) -> dict[str, float]:
    """Summarize the mean rank shift over the replicates of A and B."""
    values = np.repeat(found.shifts, found.counts)
    quantiles = {name: float(np.quantile(values, share)) for name, share in QUANTILES.items()}
    return {"mean": float(values.mean()), **quantiles}


def summary(found: Uncertainty, result: StudyResult, asked: int) -> Iterator[str]:
    """Say what was done, and the sensitivity of the mean rank shift."""
    if found.n != asked:
        yield f"Base sample: {found.n:,} (the power of two next above {asked:,})"
    ways = Words(result.ranks, Language("en"), {}).ways
    yield f"{ways}: ranks shift by {shift_summary(found)['mean']:.2f} places on average"
    if result.indices is None:
        return
    table = result.indices[result.indices["output"] == SHIFT]
    for row in table.to_dict("records"):
        texts = [
            f"{index} {row[index]:.2f} ({row[f'{index}_low']:.2f} to {row[f'{index}_high']:.2f})"
            for index in ("S1", "ST")
            if row[index] == row[index]
        ]
        yield f"  {row['factor']}: {', '.join(texts) or 'no index, the shift is always the same'}"
