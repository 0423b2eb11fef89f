"""``erat uncertainty``: the files of the contract, the same bytes, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.robustness.cases import simulated
from tests.small import META, Index, Run, erat

STUDY = """base: base.yml
factors:
  - {name: normalization, at: normalize, choices: [{method: minmax}, {method: zscore}, {method: rank}]}
  - {name: aggregation, at: aggregate.method, choices: [arithmetic, geometric]}
  - {name: weights, at: weights, perturb: {relative: 0.25}}
  - {name: left_out, at: exclude, choices: [none, x1, x2]}
"""
QUANTILES = ["nominal", "mean", "median", "q05", "q25", "q75", "q95"]


@pytest.fixture
def case(index: Index) -> Index:
    """Files of a study, in an empty folder."""
    panel = simulated()
    table = panel.values.droplevel("year").reset_index()
    index.write(
        "data.csv", table.assign(region=panel.groups["region"].to_numpy()).to_csv(index=False)
    )
    index.write("meta.csv", META)
    index.write("base.yml", "normalize: {method: minmax}\n")
    index.write("study.yml", STUDY)
    return index


def run(case: Index, *more: str | Path, out: Path | None = None) -> Run:
    given: list[str | Path] = [
        "--framework",
        case.folder / "meta.csv",
        "--study",
        case.folder / "study.yml",
    ]
    given += ["--out", out or case.out]
    return erat(case.capsys, "uncertainty", case.folder / "data.csv", *given, *more)


def test_the_files_of_the_contract(case: Index) -> None:
    done = run(case, "-n", "100", "--jobs", "1")
    assert done.status == 0, done.err
    assert "Base sample: 128 (the power of two next above 100)" in done.out
    assert "points, no factor's total index moves by more than" in done.out
    for kind in ("rank", "score"):
        table = case.table(f"{kind}_intervals")
        assert list(table) == ["unit", *QUANTILES]
        assert (table["q05"] <= table["median"]).all()
        assert (table["median"] <= table["q95"]).all()
    indices = case.table("indices")
    assert list(indices) == [
        "factor", "output", "S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high",
    ]  # fmt: skip
    assert len(indices) == 4 * (1 + 2 * 12)
    assert set(indices["output"]) >= {"mean_rank_shift", "rank:u03", "score:u11"}
    dominance = case.table("dominance").set_index("unit")
    assert list(dominance) == list(dominance.index)
    assert ((dominance + dominance.T) <= 1 + 1e-12).all(axis=None)
    claims = case.table("claims")
    assert claims["en"].notna().all()
    assert claims["id"].notna().all()
    assert (claims["id"] != claims["en"]).all()


def test_the_manifest_says_what_was_done(case: Index) -> None:
    run(case, "-n", "64", "--seed", "5", "--jobs", "1")
    made = json.loads((case.out / "manifest.json").read_text())
    design = made["design"]
    assert (design["n"], design["seed"], design["points"]) == (64, 5, "sobol")
    assert design["parts"]["A"] == design["parts"]["AB:weights"] == 64
    assert set(made["inputs"]) == {"data", "framework", "study", "base"}
    assert set(made["outputs"]) == {p.name for p in case.out.iterdir()} - {"manifest.json"}
    assert design["failed"] == len(case.table("failures")) > 0
    assert any("replicates failed" in note for note in made["notes"])
    assert made["study"]["factors"][2]["perturb"] == {"relative": 0.25}


def test_the_nominal_is_that_of_the_index(case: Index) -> None:
    run(case, "-n", "16", "--jobs", "1")
    other = case.folder / "index"
    data, base = case.folder / "data.csv", case.folder / "base.yml"
    erat(case.capsys, "index", data, "--framework", case.folder / "meta.csv", "--method", base,
         "--out", other)  # fmt: skip
    scores, ranks = (pd.read_csv(other / f"{name}.csv") for name in ("scores", "ranks"))
    assert case.table("score_intervals")["nominal"].tolist() == scores["idx"].tolist()
    assert case.table("rank_intervals")["nominal"].tolist() == ranks["idx"].tolist()


def test_only_intervals(case: Index) -> None:
    run(case, "-n", "64", "--jobs", "1")
    whole = {
        name: (case.out / f"{name}.csv").read_bytes() for name in ("rank_intervals", "dominance")
    }
    done = run(case, "-n", "64", "--jobs", "1", "--only", "intervals")
    assert done.status == 0
    assert not (case.out / "indices.csv").exists()
    assert {name: (case.out / f"{name}.csv").read_bytes() for name in whole} == whole


def test_the_same_seed_gives_the_same_bytes(case: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erat.robustness.engine.BLOCK_VALUES", 8 * 16)
    monkeypatch.setattr("erat.robustness.workers.PATIENCE", 0.0)
    contents: list[dict[str, bytes]] = []
    for jobs, seed in (("1", "4"), ("2", "4"), ("1", "6")):
        out = case.folder / f"out{len(contents)}"
        assert run(case, "-n", "32", "--jobs", jobs, "--seed", seed, out=out).status == 0
        contents.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


@pytest.mark.parametrize(
    ("study", "more", "said"),
    [
        (STUDY.replace("aggregate.method", "agregate.method"), [], "did you mean 'aggregate'?"),
        (STUDY.replace("[none, x1, x2]", "[none, x9]"), [], "'x9'"),
        (STUDY.replace("base.yml", "no.yml"), [], "no such file"),
        (STUDY.replace("relative", "relativ"), [], "'relative'?"),
        (STUDY.replace("name: left_out", 'name: "left\\nout"'), [], "left"),
        (STUDY, ["-n", "1"], "a number from 2"),
        (STUDY, ["--jobs", "0"], "1 or more"),
        (STUDY, ["--scheduler", "tcp://127.0.0.1:9"], "a scheduler"),
    ],
)
def test_refused(
    case: Index, study: str, more: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erat.robustness.workers.CONNECT_SECONDS", 1)
    case.write("study.yml", study)
    done = run(case, *more)
    assert done.status == 2
    assert said in done.err
    assert not case.out.exists()


def test_too_little_memory_is_told(case: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_: object, **__: object) -> None:
        raise MemoryError("Unable to allocate 9 GiB")

    monkeypatch.setattr("erat.robustness.uncertainty.draw_points", too_much)
    done = run(case, "-n", "64", "--jobs", "1")
    assert done.status == 2
    assert "not enough memory (Unable to allocate 9 GiB)" in done.err
    assert not case.out.exists()


def test_an_index_without_interval_says_so(case: Index) -> None:
    case.write(
        "study.yml",
        "base: base.yml\nfactors:\n"
        "  - {name: n, at: normalize, choices: [minmax, zscore]}\n"
        "  - {name: a, at: aggregate, choices: [arithmetic, geometric]}\n",
    )
    done = run(case, "-n", "4", "--jobs", "1")
    assert "(no interval)" in done.out
    assert "nan" not in done.out


def test_a_study_of_nothing_but_its_base_is_told(case: Index) -> None:
    case.write(
        "study.yml",
        "base: base.yml\nfactors:\n  - {name: same, at: normalize, choices: [minmax]}\n",
    )
    done = run(case, "-n", "4", "--jobs", "1")
    assert done.status == 0
    assert "'same': every setting comes to the same method: it changes nothing" in done.err
    assert case.table("indices")["ST"].isna().all()


def test_a_folder_with_other_files_is_refused_before_the_work(
    case: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(case, "-n", "8", "--jobs", "1")
    (case.out / "mine.csv").write_text("a\n1\n")
    monkeypatch.setattr("erat.commands.uncertainty.evaluate_study", None)
    done = run(case, "-n", "8", "--jobs", "1")
    assert done.status == 2
    assert "files that e-RAT did not make: mine.csv" in done.err
    assert (case.out / "mine.csv").exists()


def test_data_without_any_score_are_refused(case: Index) -> None:
    table = pd.read_csv(case.folder / "data.csv")
    table[["x1", "x2", "x3", "x4"]] = float("nan")
    case.write("data.csv", table.to_csv(index=False))
    done = run(case)
    assert done.status == 2
    assert "no unit with a score" in done.err
    assert not case.out.exists()
