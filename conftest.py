"""What `pytest --nbval` refuses and compares in the methodology notebooks.

nbval lets three things pass that must not: a notebook without outputs, a cell that raises after a
line magic, and a changed picture. The first two are refused here when the notebook is collected;
notebooks show their results as rounded text beside any picture.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest


def notebook_faults(path: Path) -> list[str]:
    """Say why nbval could not be trusted with this notebook; an empty list when it can.

    Parameters
    ----------
    path
        A notebook file with its outputs.
    """
    faults = []
    for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"], start=1):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or not source.strip():
            continue
        if cell["execution_count"] is None:
            faults.append(f"cell {number} was not run: keep the outputs")
        if any(line.lstrip().startswith(("%", "!")) for line in source.splitlines()):
            faults.append(f"cell {number} has a magic or shell line: write Python")
    return faults


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Refuse a notebook that would pass unread, and leave its warnings out of the comparison."""
    if collector.path.suffix != ".ipynb" or not hasattr(collector, "skip_compare"):
        return
    collector.skip_compare += ("stderr",)
    if faults := notebook_faults(collector.path):
        message = f"{collector.path.name}: " + "; ".join(faults)

        def refuse() -> Iterator[pytest.Item]:
            raise collector.CollectError(message)

        collector.collect = refuse  # type: ignore[method-assign]
