"""``erat coherence``: do the indicators measure one thing, and does each count as it should?"""

from __future__ import annotations

from erat.coherence.coherence_tables import coherence_tables
from erat.commands.shared import (
    Case,
    DataFile,
    FrameworkFile,
    MethodFile,
    OutFolder,
    Year,
    choices,
    write_results,
)
from erat.index.assessment import assess


def coherence(
    data: DataFile,
    framework: FrameworkFile,
    out_dir: OutFolder,
    method: MethodFile = None,
    year: Year = None,
) -> None:
    """Measure how the indicators of an index go together, and what each does to it.

    Writes statistics, correlations, parents, reliability, items, components, loadings, importance,
    redundancy and collinearity, each as CSV.
    """
    case = Case.read(data, framework, method)
    about = {"choices": choices(case.method), **case.when(year)}
    found = coherence_tables(assess(case.panel, case.framework, case.method), year)
    siblings = found["correlations"].query("kind == 'pearson' and relation == 'siblings'")
    flagged = int((siblings["flag"] != "").sum())
    said = [f"{flagged} of {len(siblings)} correlations within a node are flagged"]
    write_results(out_dir, found, case.files, about, case.notes, said)
