"""``erat coherence``: do the indicators measure one thing, and does each count as it should?"""

from __future__ import annotations

from erat.coherence.coherence_tables import coherence_tables
from erat.commands.console import out
from erat.commands.shared import (
    Case,
    DataFile,
    FrameworkFile,
    MethodFile,
    OutFolder,
    Year,
    as_texts,
    choices,
    read_method,
    say_notes,
    write_all,
)
from erat.files import replaced_when_whole, write_manifest
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
    case, chosen = Case.read(data, framework), read_method(method)
    case.check_year(year)
    assessment = assess(case.panel, case.framework, chosen)
    found = coherence_tables(assessment, year)
    notes = case.notes(chosen.exclude)
    files = case.inputs(method, chosen)
    when = {"year": case.latest if year is None else year} if case.panel.has_years else {}
    with replaced_when_whole(out_dir) as folder:
        write_all(found, folder)
        write_manifest(folder, files, choices=choices(chosen), **when, notes=as_texts(notes))
    say_notes(notes)
    pairs = found["correlations"].query("kind == 'pearson'")
    siblings = pairs[pairs["relation"] == "siblings"]
    flagged = int((siblings["flag"] != "").sum())
    out.print(f"{flagged} of {len(siblings)} correlations within a node are flagged")
    out.print(f"Results in {out_dir}")
