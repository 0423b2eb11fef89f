"""Methods: what a file may say, and how it is refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from erat.errors import MethodError
from erat.index.config import read_yaml
from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.construct.impute import IMPUTATIONS
from erat.index.construct.normalize import NORMALIZATIONS
from erat.index.construct.screen import SCREENINGS
from erat.index.construct.transform import TRANSFORMS
from erat.index.construct.treat import TREATMENTS
from erat.index.construct.weight import WEIGHTINGS
from erat.index.method import ORDER, Method
from erat.index.registry import Registry

REGISTRIES: tuple[Registry[Any], ...] = (
    *(AGGREGATIONS, IMPUTATIONS, NORMALIZATIONS, SCREENINGS, TREATMENTS, WEIGHTINGS),
)

CONTRACT = """
order: [denominate, impute, transform, treat, normalize, aggregate]
transform: {telephones: log10}
impute: {method: group_mean, group: Region}
treat: {method: winsorize, max_points: 5, skewness: 2, kurtosis: 3.5, fallback: log}
normalize:
  method: minmax
  range: [1, 100]
  indicators: {x03: {method: rank}}
weights: {method: framework}
aggregate:
  method: arithmetic
  nodes: {D1: {method: geometric}}
  levels: {2: {method: geometric}}
  min_share: 0.5
ranks: {ties: min}
"""

NAMES = {
    "transform": "log log10 log1p sqrt boxcox",
    "impute": "none mean median group_mean group_median sibling_mean knn iterative latest linear",
    "treat": "none winsorize log boxcox",
    "screen": "none report drop",
    "normalize": "none minmax zscore rank borda percentile_rank distance_to_max distance_to_target "
    "distance_to_reference fraction_of_max goalposts scaled fitted",
    "weights": "framework equal pca entropy critic ahp budget bod optimized",
    "aggregate": "arithmetic geometric harmonic power minimum median copeland mpi ampi bod",
}
"""Every name of the contract, by step."""


def refused(text: str) -> str:
    with pytest.raises(MethodError) as error:
        Method.parse(yaml.safe_load(text), "m.yml")
    return str(error.value)


def test_defaults() -> None:
    method = Method()
    assert method == Method.parse({})
    assert method.order == ORDER
    assert (method.impute.method, method.treat.method) == ("none", "none")
    assert method.normalize.arguments == {"range": (0, 100)}
    assert method.weights.method == "framework"
    assert (method.aggregate.method, method.aggregate.min_share) == ("arithmetic", 0)
    assert method.ranks.ties == "min"


def test_the_contract_is_read() -> None:
    method = Method.parse(yaml.safe_load(CONTRACT))
    assert method.normalize.of("x03").method == "rank"
    assert method.normalize.of("x04").arguments == {"range": (1, 100)}
    assert method.impute.arguments == {"group": "Region"}
    assert method.treat.arguments["max_points"] == 5
    assert method.aggregate.of("D1", 1).method == "geometric"
    assert method.aggregate.of("D2", 1).method == "arithmetic"
    assert method.aggregate.of("D2", 2).method == "geometric"


def test_written_and_read_again_nothing_is_lost() -> None:
    method = Method.parse(yaml.safe_load(CONTRACT))
    written = method.model_dump(mode="json")
    assert Method.parse(written) == method
    assert written["treat"]["max_points"] == 5
    assert written["normalize"]["range"] == [1, 100]
    asked = method.replace(normalize={"method": "zscore", "mean": 100, "sd": "framework"})
    assert Method.parse(asked.model_dump(mode="json")) == asked


@pytest.mark.parametrize("step", NAMES)
def test_every_name_of_the_contract_is_there(step: str) -> None:
    registry = TRANSFORMS if step == "transform" else _registry(step)
    assert set(NAMES[step].split()) <= set(registry)


def _registry(step: str) -> Registry[Any]:
    return next(registry for registry in REGISTRIES if registry.step == step)


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: str(registry.step))
def test_a_name_alone_stands_for_its_defaults(registry: Registry[Any]) -> None:
    for name, options in registry.options.items():
        if all(not field.is_required() for field in options.model_fields.values()):
            step = getattr(Method.parse({registry.step: name}), registry.step)
            assert step == getattr(Method.parse({registry.step: {"method": name}}), registry.step)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("normalise: minmax", "unknown key 'normalise': did you mean 'normalize'?"),
        ("normalize: {rang: [1, 2]}", "unknown key 'rang': did you mean 'range'?"),
        ("treat: {method: winsorize, max_point: 3}", "did you mean 'max_points'?"),
        ("normalize: {indicators: {x: {method: rnak}}}", "did you mean 'rank'?"),
        ("aggregate: {nodes: {A: {mehod: geometric}}}", "did you mean 'method'?"),
        ("aggregate: {method: arithmetic, floor: 1}", "unknown key 'floor'"),
        ("ranks: {tie: min}", "did you mean 'ties'?"),
        ("aggregate: geometrik", "unknown method 'geometrik' of aggregate: did you mean"),
        ("transform: {x: logg}", "did you mean 'log'?"),
        (
            "normalize: {range: [100, 1]}",
            "a range that does not ascend; expected the smaller number first",
        ),
        (
            "normalize: {range: [1, 1]}",
            "a range that does not ascend; expected the smaller number first",
        ),
        ("normalize: {range: [1, .inf]}", "a finite number"),
        ("normalize: {range: [1]}", "normalize.range"),
        ("normalize: {method: zscore, sd: 0}", "more than 0"),
        ("normalize: {method: goalposts, scale: -1}", "more than 0"),
        ("treat: {method: winsorize, max_points: -1}", "0 or more"),
        ("treat: {method: winsorize, max_points: 1.5}", "a whole number"),
        ("treat: {method: winsorize, fallback: sqrt}", "'none', 'log', 'boxcox'"),
        ("impute: group_mean", "impute.group"),
        ("weights: {values: {A: -1}}", "0 or more"),
        ("aggregate: {min_share: 2}", "1 or less"),
        ("aggregate: {levels: {0: geometric}}", "1 or more"),
        ("aggregate: {method: geometric, floor: -1}", "more than 0"),
        ("ranks: {ties: maximum}", "'min', 'average', 'max'"),
        ("order: [impute, normalise, aggregate]", "unknown step 'normalise': did you mean"),
        ("order: [aggregate, normalize]", "'normalize' and 'aggregate' last"),
        ("order: [impute, impute, normalize, aggregate]", "each step once"),
        ("impute:", "a step is a mapping"),
        ("impute: [mean]", "a step is a mapping"),
        ("impute: {method: [mean]}", "unknown method"),
        ("exclude: [1]", "exclude.0: found 1; expected a text"),
        ("transform: [x]", "a mapping of keys"),
    ],
)
def test_refused(text: str, said: str) -> None:
    assert said in refused(text)


def test_all_problems_are_told_at_once() -> None:
    assert len(refused("impute: men\ntreat: lag\nnormalize: {range: [2, 1]}").splitlines()) == 3


def test_exclude_reads_none_and_a_single_code() -> None:
    assert Method.parse({"exclude": "none"}).exclude == ()
    assert Method.parse({"exclude": None}).exclude == ()
    assert Method.parse({"exclude": "x01"}).exclude == ("x01",)
    assert Method.parse({"exclude": ["x01", "x02"]}).exclude == ("x01", "x02")


@pytest.mark.parametrize(
    "text",
    [
        *("a: [", "- a\n- b", "just text", "a: 1\na: 2", "a: {b: 1, b: 2}", "? [1, 2]\n: x"),
        *("a: !!timestamp foo", "a: 2024-13-45", "a: !!int x", "a: !!bool x", "a: *b"),
        *("a: !!python/object:os.system {}", "[" * 5000, "a: \x00", "[]", "0"),
    ],
)
def test_yaml_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.yml"
    path.write_text(text)
    with pytest.raises(MethodError):
        read_yaml(path)


def test_yaml_in_another_encoding_or_place(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yml"
    latin.write_bytes("a: é".encode("latin-1"))
    for path in (latin, tmp_path, tmp_path / "none.yml"):
        with pytest.raises(MethodError):
            read_yaml(path)


def test_yaml_empty_or_with_bom(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_bytes(b"")
    assert read_yaml(path) == {}
    path.write_bytes(b"\xef\xbb\xbfimpute: mean\n")
    assert Method.read(path).impute.method == "mean"


def test_a_bomb_of_aliases_is_refused_in_few_words() -> None:
    names = "abcdefghij"
    lines = ["normalize: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join(f'*{a}' for _ in range(9))}]" for a, b in pairwise(names)]
    assert len(refused("\n".join(lines))) < 5000
