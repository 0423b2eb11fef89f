"""``erat uncertainty``: how sure scores and ranks are, and what they are sensitive to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer

from erat.commands.shared import Case, OutFolder, Tables, with_tables, write_results
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


@with_tables
def uncertainty(
    tables: Tables,
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
    case, chosen = Case.read(tables), Study.read(study)
    method = Method.read(chosen.base)
    case = replace(case, method=method, panel=case.panel.without_codes(method.missing))
    check_replaceable(out_dir)
    evaluated = evaluate_study(
        case.panel, case.framework, chosen, n, seed,
        jobs=jobs, only=only, points=points, scheduler=scheduler,
    )  # fmt: skip
    with evaluated.store:
        result = StudyResult(evaluated)
        sentences = claims(result)
        shift = shift_summary(evaluated)
        methods = [variant.method for variant in evaluated.plan.variants if variant.method]
        about = {
            "choices": case.method.model_dump(mode="json"),
            "study": chosen.model_dump(mode="json", exclude_defaults=True, exclude={"base"}),
            "design": design(evaluated, n),
            "mean_rank_shift": shift,
        }
        kinds = ("unresolved", "converged")
        lead = result.speaks_for
        lines = [*lead[:1],
                 *summary(evaluated, result, shift["mean"], n),
                 *(one.texts["en"] for one in sentences if one.kind in kinds)]  # fmt: skip
        write_results(
            out_dir,
            {**result.tables(), "claims": claim_table(sentences)},
            {**case.files, "study": study, **chosen.files, **case.method.files},
            about,
            [*lead, *case.notes(methods), *result.notes[len(lead) :]],
            lines,
        )


def design(evaluated: Uncertainty, asked: int) -> dict[str, Any]:
    """Say how the study was sampled."""
    plan = evaluated.plan
    return {
        "n": evaluated.n,
        "n_asked": asked,
        "seed": evaluated.seed,
        "points": evaluated.points,
        "replicates": len(plan.evaluation),
        "replicates_of_intervals": evaluated.replicates,
        "distinct_of_intervals": evaluated.distinct,
        "distinct": plan.count,
        "failed": evaluated.failed,
        "parts": {name: part.stop - part.start for name, part in plan.design.parts.items()},
    }


def shift_summary(evaluated: Uncertainty) -> dict[str, float]:
    """Summarize the mean rank shift over the replicates of A and B."""
    values = np.repeat(evaluated.shifts, evaluated.counts)
    quantiles = {name: float(np.quantile(values, share)) for name, share in QUANTILES.items()}
    return {"mean": float(values.mean()), **quantiles}


def summary(evaluated: Uncertainty, result: StudyResult, shift: float, asked: int) -> Iterator[str]:
    """Say what was done, and the sensitivity of the mean rank shift."""
    if evaluated.n != asked:
        yield f"Base sample: {evaluated.n:,} (the power of two next above {asked:,})"
    ways = Words(result.ranks, Language("en"), {}).ways
    yield f"{ways}: ranks shift by {shift:.2f} places on average"
    if result.indices is None:
        return
    table = result.indices[result.indices["output"] == SHIFT]
    for row in table.to_dict("records"):
        texts = [
            f"{index} {row[index]:.2f} ({_interval(row[f'{index}_low'], row[f'{index}_high'])})"
            for index in ("S1", "ST")
            if row[index] == row[index]
        ]
        yield f"  {row['factor']}: {', '.join(texts) or 'no index, the shift is always the same'}"


def _interval(low: float, high: float) -> str:
    return "no interval" if low != low else f"{low:.2f} to {high:.2f}"
