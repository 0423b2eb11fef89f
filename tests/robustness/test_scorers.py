"""Scores by one product, held against those that are climbed node by node."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.index.framework import Framework
from erat.robustness.uncertainty import uncertainty
from tests.robustness.cases import simulated, study

ROWS = [("idx", "", 1), ("A", "idx", 2), ("x1", "A", 1), ("x2", "A", 3), ("x3", "A", 2),
        ("x4", "idx", 1)]  # fmt: skip

POINTS = "expert,A,x4,x1,x2,x3\na,1,3,2,2,1\nb,30,10,,,\nc,,,5,1,1\n"


def tree() -> Framework:
    table = pd.DataFrame(ROWS, columns=["code", "parent", "weight"])
    kinds = table["code"].str.startswith("x").map({True: "indicator", False: "aggregate"})
    return Framework.from_table(table.assign(type=kinds, direction=1))


@pytest.mark.parametrize(
    "how",
    ["perturb: {relative: 0.5}", "perturb: {relative: 0.5, levels: [2]}",
     "dirichlet: {concentration: 20}", "experts: {file: points.csv}",
     "experts: {file: points.csv, take: mean}"],
)  # fmt: skip
@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric"])
def test_scores_are_those_of_a_climb(
    tmp_path: Path, how: str, aggregate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "points.csv").write_text(POINTS)
    factors = f"""
{{name: weights, at: weights, {how}}}
{{name: imputation, at: impute.method, choices: [none, sibling_mean]}}
{{name: left_out, at: exclude, choices: [none, x1, x2, [x1, x2, x3], A]}}
"""
    base = f"normalize: {{method: minmax, range: [1, 10]}}\naggregate: {aggregate}"
    chosen, panel = study(tmp_path, factors, base), simulated(tree(), gaps=0.1)

    def scores() -> np.ndarray:
        found = uncertainty(panel, tree(), chosen, 32, 1, jobs=1)
        assert not found.problems
        return found.store.units(slice(0, len(panel.values))).scores

    together = scores()
    monkeypatch.setattr("erat.robustness.engine.common_scale", lambda _: None)
    np.testing.assert_allclose(together, scores(), rtol=1e-12)
