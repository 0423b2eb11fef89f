"""Studies: where a choice goes, and what is refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from erat.errors import MethodError
from erat.index.method import Method
from erat.robustness.addresses import Resolver, put
from erat.robustness.factors import Study

STUDY = """base: base.yml
factors:
  - {name: normalization, at: normalize, choices: [{method: minmax}, {method: rank}]}
  - {name: aggregation, at: aggregate.method, choices: [arithmetic, geometric]}
  - {name: winsorizing, at: treat.max_points, choices: [1, 2, 3]}
  - {name: left_out, at: exclude, choices: [none, x01]}
"""
ONE = "base: base.yml\nfactors: [{{name: f, at: {}}}]"
BASE = "treat: {method: winsorize}\naggregate: {method: arithmetic, min_share: 0.5}\n"


def study(folder: Path, text: str = STUDY, base: str = BASE) -> Study:
    (folder / "base.yml").write_text(base)
    (folder / "study.yml").write_text(text)
    return Study.read(folder / "study.yml")


def refused(folder: Path, text: str) -> str:
    with pytest.raises(MethodError) as error:
        Resolver(study(folder, text)).alone()
    return str(error.value)


@pytest.mark.parametrize(
    ("method", "address", "value", "expected"),
    [
        ({}, "normalize", "rank", {"normalize": "rank"}),
        ({}, "aggregate.method", "geometric", {"aggregate": {"method": "geometric"}}),
        ({"treat": "winsorize"}, "treat.max_points", 1,
         {"treat": {"method": "winsorize", "max_points": 1}}),
        ({"aggregate": None}, "aggregate.levels.2", "geometric",
         {"aggregate": {"levels": {2: "geometric"}}}),
        ({"aggregate": {"levels": {1: "arithmetic"}}}, "aggregate.levels.2", "geometric",
         {"aggregate": {"levels": {1: "arithmetic", 2: "geometric"}}}),
        ({}, "normalize.indicators.11", "rank", {"normalize": {"indicators": {"11": "rank"}}}),
        ({}, "normalize.indicators.x.method", "rank",
         {"normalize": {"indicators": {"x": {"method": "rank"}}}}),
    ],
)  # fmt: skip
def test_put(method: dict[str, Any], address: str, value: Any, expected: Any) -> None:
    put(method, address, value)
    assert method == expected
    Method.parse(method)


@pytest.mark.parametrize("address", ["", "normalise", "x.y", ".normalize", "order.0.x"])
def test_an_address_that_does_not_exist_is_refused(address: str) -> None:
    method = {"order": ["normalize", "aggregate"]}
    before = copy.deepcopy(method)
    with pytest.raises(MethodError, match="an address in a method"):
        put(method, address, 1)
    assert method == before


def test_every_choice_is_a_method(tmp_path: Path) -> None:
    methods = Resolver(study(tmp_path))
    first = methods.method({"normalization": {"method": "minmax"}})
    second = methods.method({"normalization": "rank", "winsorizing": 3, "left_out": "x01"})
    assert first.normalize.method == "minmax"
    assert first.aggregate.min_share == 0.5
    assert second.normalize.method == "rank"
    assert second.treat.arguments["max_points"] == 3
    assert second.exclude == ("x01",)
    assert methods.method({"left_out": "none"}).exclude == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("factors: []", "base"),
        ("base: base.yml\nfactors: []", "factors"),
        ("base: base.yml\nfactor: []", "did you mean 'factors'?"),
        ("base: base.yml\nfactors: [{name: f, at: normalize}]", "exactly one of choices, range"),
        ("base: base.yml\nfactors: [{name: f, at: normalize, choices: []}]", "choices"),
        ("base: base.yml\nfactors: [{name: f, att: normalize, choices: [a]}]", "'at'?"),
        ("base: base.yml\nfactors: [{name: f, at: normalise, choices: [a]}]", "'normalize'?"),
        ("base: base.yml\nfactors: [{name: f, at: normalize.rang, choices: [1]}]", "'range'?"),
        ("base: base.yml\nfactors: [{name: f, at: normalize, choices: [rnak]}]", "'rank'?"),
        ("base: no.yml\nfactors: [{name: f, at: normalize, choices: [rank]}]", "no such file"),
        (
            "base: base.yml\nfactors: [{name: f, at: normalize, choices: [rank]}, "
            "{name: f, at: treat, choices: [none]}]",
            "two factors of one name",
        ),
        (ONE.format("normalize, choices: [&a [*a], rank]"), "recursive"),
        (ONE.format("treat.max_points, range: [0, 1000000000000]"), "more numbers than can be"),
        (ONE.format("data, error: {rounding: -400}"), "-30 or more"),
        (ONE.format("weights, dirichlet: {concentration: 1.0e-9}"), "expected 0.1 or more"),
    ],
)
def test_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)
