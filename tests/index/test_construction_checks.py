"""Parameters of normalizations from the framework, with the values that COINr's definitions give.

Columns and results: ``get_iMeta_norm_paras`` and the functions ``n_*`` of COINr (R/normalise.R),
which ``Normalise.coin`` calls with ``use_iMeta``; ``x`` is turned before where less is better.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from erat.errors import MethodError
from erat.index.assessment import assess
from erat.index.construct.normalize import NORMALIZATIONS
from erat.index.framework import Framework
from tests.small import Index, framework, panel

X = np.array([0.0, 2.0, 4.0, 10.0])
DATA = "unit,x,y\n" + "".join(f"u{i},{x:g},{x:g}\n" for i, x in enumerate(X))
COLUMNS = {
    "Target": (8, 2),
    "minmax_lower": (1, 5),
    "minmax_upper": (100, 50),
    "zscore_mean": (10, 100),
    "zscore_sd": (1, 10),
    "goalpost_lower": (1, 2),
    "goalpost_upper": (6, 7),
    "goalpost_scale": (1, 10),
    "goalpost_trunc2posts": ("FALSE", "TRUE"),
    "dist2targ_cap_max": ("TRUE", "FALSE"),
    "scaled_lower": (2, -8),
    "scaled_upper": (4, 0),
}
"""What ``iMeta`` has for ``x``, of which more is better, and ``y``, of which less is."""


def meta(without: str = "", **changed: tuple[object, object]) -> str:
    columns = {name: cells for name, cells in (COLUMNS | changed).items() if name != without}
    head = ",".join(["iCode,iName,Parent,Direction,Weight,Type", *columns])
    more = [",".join(str(cells[i]) for cells in columns.values()) for i in (0, 1)]
    return (
        f"{head}\nidx,I,NA,1,1,Aggregate{',NA' * len(columns)}\n"
        f"x,X,idx,1,1,Indicator,{more[0]}\ny,Y,idx,-1,1,Indicator,{more[1]}\n"
    )


Z = (X - X.mean()) / X.std(ddof=1)
ASKED = {name: dict.fromkeys(options, "framework")
         for name, options in NORMALIZATIONS.of_framework.items() if options}  # fmt: skip
EXPECTED = {
    "minmax": (1 + 99 * X / 10, 5 + 45 * (10 - X) / 10),
    "zscore": (10 + Z, 100 - 10 * Z),
    "goalposts": ((X - 1) / 5, 10 * np.clip((7 - X) / 5, 0, 1)),
    "distance_to_target": (np.minimum(X / 8, 1), (10 - X) / 8),
    "scaled": (100 * (X - 2) / 2, 100 * (-X + 8) / 8),
}


@pytest.mark.parametrize("name", ASKED)
def test_every_indicator_has_its_own_as_in_coinr(index: Index, name: str) -> None:
    options = ASKED[name]
    tree = framework(meta())
    made = assess(panel(DATA, tree), tree, {"normalize": {"method": name, **options}})
    x, y = EXPECTED[name]
    np.testing.assert_allclose(made.normalized, np.stack([x, y], axis=1), atol=1e-12)
    text = ", ".join([f"method: {name}", *(f"{o}: framework" for o in options)])
    done = index.run(f"normalize: {{{text}}}", data=DATA, meta=meta())
    assert done.status == 0
    np.testing.assert_allclose(index.table("scores")["idx"], (x + y) / 2, atol=1e-12)
    assert f"method: {name}" not in done.err


def test_the_other_options_stay_and_an_indicator_of_its_own_goes_first() -> None:
    tree = framework(meta(without="goalpost_trunc2posts", goalpost_scale=(1, "")))
    chosen = {"method": "goalposts", "scale": "framework", "clip": False}
    method = {"normalize": chosen | {"indicators": {"y": {"method": "goalposts", "scale": 7}}}}
    made = assess(panel(DATA, tree), tree, method).normalized
    np.testing.assert_allclose(made["x"], (X - 1) / 5)
    np.testing.assert_allclose(made["y"], 7 * np.clip((7 - X) / 5, 0, 1))
    one = {"method": "none", "indicators": {"x": {"method": "minmax", "range": "framework"}}}
    made = assess(panel(DATA, tree), tree, {"normalize": one}).normalized
    np.testing.assert_allclose(made, np.stack([EXPECTED["minmax"][0], -X], axis=1))


def test_the_table_of_a_framework_and_plain_values_say_the_same() -> None:
    typed = pd.read_csv(io.StringIO(meta()))
    for table in (framework(meta()).table.reset_index(), typed):
        tree = Framework.from_table(table)
        method = {"normalize": {"method": "goalposts", **ASKED["goalposts"]}}
        made = assess(panel(DATA, tree), tree, method).normalized
        np.testing.assert_allclose(made, np.stack(EXPECTED["goalposts"], axis=1), atol=1e-12)


def test_an_indicator_that_is_left_out_needs_no_parameters() -> None:
    tree = framework(meta(minmax_lower=(1, "")))
    made = assess(panel(DATA, tree), tree, {"normalize": {"range": "framework"}, "exclude": ["y"]})
    np.testing.assert_allclose(made.normalized["x"], EXPECTED["minmax"][0])


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("minmax", {"minmax_lower": (1, "")}, "column minmax_lower: found no value for y;"),
        ("minmax", {"minmax_lower": ("NA", "NA")}, "found no value for x, y;"),
        ("minmax", {"minmax_upper": ("abc", "TRUE")}, "minmax_upper: found 'abc' (x); expected"),
        ("minmax", {"minmax_upper": (9, "TRUE")}, "minmax_upper TRUE (y); expected a number"),
        ("minmax", {"minmax_upper": (1, 50)}, "found minmax_lower 1, minmax_upper 1 (x); expected"
         " the smaller number first. What to do: correct it, or write the parameter"),
        ("zscore", {"zscore_sd": (0, 1)}, "zscore_sd 0 (x); expected more than 0"),
        ("goalposts", {"goalpost_scale": (1, -1)}, "goalpost_trunc2posts TRUE (y); expected more"),
        ("goalposts", {"goalpost_trunc2posts": (1, 0.5)}, "0.5 (y); expected true or false"),
        ("scaled", {"scaled_lower": (4, -8)}, "scaled_lower 4, scaled_upper 4 (x); expected the sm"),
        ("scaled", {"scaled_lower": (2, 0)}, "(y); expected the smaller number first"),
    ],
)  # fmt: skip
def test_refused(name: str, changed: dict[str, Any], said: str) -> None:
    tree = framework(meta(**changed))
    with pytest.raises(MethodError) as refused:
        assess(panel(DATA, tree), tree, {"normalize": {"method": name, **ASKED[name]}})
    assert said in str(refused.value)
    assert len(refused.value.problems) == 1


def test_a_column_that_is_not_there_ends_the_command(index: Index) -> None:
    method = "normalize: {method: minmax, range: framework}"
    done = index.run(method, data=DATA, meta=meta(without="minmax_lower"))
    assert done.status == 2
    assert "no such column; expected a column 'minmax_lower'. What to do: add it, or" in done.err
    assert not index.out.exists()


STUDY = """base: base.yml
factors:
  - {name: normalization, at: normalize, choices: [{range: framework}, {method: rank}]}
  - {name: exclude, at: exclude, choices: [none, y]}
"""


def test_studies_and_comparisons_read_them_too(index: Index) -> None:
    first = index.write("first.yml", "normalize: {method: minmax, range: framework}\n")
    second = index.write("base.yml", "normalize: {method: scaled, low: framework, high: framework}")
    methods: list[str | Path] = ["--method", first, "--method", second]
    done = index.call("compare", *methods, data=DATA, meta=meta())
    assert done.status == 0
    assert "zscore_mean" in done.err
    assert "minmax_lower" not in done.err
    scores = index.table("scores").set_index("unit")
    np.testing.assert_allclose(scores["first"], sum(EXPECTED["minmax"]) / 2)
    study = index.write("study.yml", STUDY)
    out = index.folder / "study"
    options: list[str | Path] = ["--study", study, "-n", "16", "--jobs", "1", "--only", "intervals"]
    done = index.call("uncertainty", *options, data=DATA, meta=meta(), out=out)
    assert done.status == 0
    assert "minmax_lower" not in done.err
    nominal = pd.read_csv(out / "score_intervals.csv").set_index("unit")["nominal"]
    np.testing.assert_allclose(nominal[["u0", "u3"]], (sum(EXPECTED["scaled"]) / 2)[[0, 3]])
