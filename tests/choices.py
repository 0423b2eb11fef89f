"""Options and framework columns that some methods cannot do without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from erat.index.framework import Framework

ANCHORS = Path(__file__).parent / "data" / "anchors.csv"

NEEDS: dict[str, dict[str, Any]] = {
    "distance_to_reference": {"unit": "a", "cap": True},
    "scaled": {"low": 1, "high": 10},
    "fitted": {"file": str(ANCHORS)},
}


def normalization(name: str) -> dict[str, Any]:
    """Return a method's ``normalize`` with the options that it needs."""
    return {"method": name, **NEEDS.get(name, {})}


def with_targets(tree: Framework) -> Framework:
    """Give every indicator its better goalpost as target."""
    table = tree.table
    best = np.where(table["direction"] > 0, table["goalpost_high"], table["goalpost_low"])
    return Framework(table.assign(target=best), tree.group_columns)
