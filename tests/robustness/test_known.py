"""Studies whose answer is known before they are evaluated."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from erat.errors import InputError
from erat.index.panel import Panel
from erat.robustness.claims import Claim, claim_table, claims
from erat.robustness.indices import sobol_indices
from erat.robustness.sensitivity import SHIFT
from erat.robustness.study_result import StudyResult
from erat.robustness.uncertainty import Only, Uncertainty, uncertainty
from tests.robustness.cases import simulated, study
from tests.small import framework

WEIGHTS = "{name: weights, at: weights, perturb: {relative: 0.5}}"


def run(
    folder: Path,
    factors: str,
    base: str = "{}",
    more: str = "",
    panel: Panel | None = None,
    **how: Any,
) -> Uncertainty:
    chosen = study(folder, factors, base, more)
    how = {"n": 64, "seed": 3, "jobs": 1, **how}
    return uncertainty(panel or simulated(), framework(), chosen, **how)


def result(folder: Path, factors: str, *args: Any, **how: Any) -> StudyResult:
    return StudyResult(run(folder, factors, *args, **how))


def indices(findings: StudyResult) -> pd.DataFrame:
    assert findings.indices is not None
    return findings.indices


def with_years() -> Panel:
    return simulated(years=2)


def test_two_identical_alternatives_have_no_influence(tmp_path: Path) -> None:
    factors = f"{{name: same, at: normalize, choices: [minmax, {{method: minmax}}]}}\n{WEIGHTS}"
    findings = result(tmp_path, factors, n=256)
    table = indices(findings).set_index(["factor", "output"])[["S1", "ST"]].unstack("factor")
    defined = table.dropna()
    assert len(defined) > 12
    assert (defined.xs("same", axis=1, level=1) == 0).all(axis=None)
    assert (defined["ST"]["weights"] > 0.8).all()
    assert any("'same': every setting comes to the same method" in note for note in findings.notes)


def test_alone_two_identical_alternatives_have_no_index(tmp_path: Path) -> None:
    findings = result(tmp_path, "{name: same, at: normalize, choices: [minmax, minmax]}")
    assert indices(findings)[["S1", "ST", "S1_low", "ST_high"]].isna().all(axis=None)
    assert findings.evaluated.plan.count == 1
    assert (findings.rank_intervals["q05"] == findings.rank_intervals["nominal"]).all()


@pytest.mark.parametrize("factor", [
    WEIGHTS,
    "{name: n, at: normalize, choices: [minmax, rank]}",
    "{name: n, at: exclude, choices: [none, x1, x2, x4]}",
    "{name: p, at: aggregate, choices: [arithmetic, copeland]}",
])  # fmt: skip
def test_a_single_factor_has_all_influence(tmp_path: Path, factor: str) -> None:
    findings = result(tmp_path, factor, n=512)
    table = indices(findings)[~indices(findings)["output"].str.startswith("rank:")]
    found = table[["S1", "ST"]].dropna()
    assert len(found) > 8
    np.testing.assert_allclose(found, 1.0, atol=0.05)
    shift = table.set_index("output").loc[SHIFT]
    assert shift["S1_low"] < 1 < shift["S1_high"]
    assert shift["ST_low"] < 1 < shift["ST_high"]


@pytest.mark.stress
def test_errors_of_two_indicators_share_the_variance_as_their_squares(tmp_path: Path) -> None:
    for code, sd in (("x3", 3), ("x4", 4)):
        (tmp_path / f"{code}.csv").write_text(f"unit,{code}\nu01,{sd}\nu02,{sd}\n")
    factors = """
{name: a, at: data, error: {file: x3.csv, draws: 1000}}
{name: b, at: data, error: {file: x4.csv, draws: 1000}}"""
    base = "{normalize: none, transform: {x3: none}}"
    findings = result(tmp_path, factors, base, "groups: {both: [a, b]}\n", n=256)
    table = indices(findings).set_index(["factor", "output"])
    for unit in ("u01", "u02"):
        for factor, share in (("a", 9 / 25), ("b", 16 / 25), ("both", 1.0)):
            row = table.loc[(factor, f"score:{unit}")]
            assert abs(row["S1"] - share) < 0.1
            assert abs(row["ST"] - share) < 0.1
            assert row["S1_low"] - 0.02 < share < row["S1_high"] + 0.02
    assert table.loc[("a", "score:u03"), "ST"] != table.loc[("a", "score:u03"), "ST"]


def test_a_group_has_the_influence_of_its_factors_together(tmp_path: Path) -> None:
    factors = f"{{name: n, at: normalize, choices: [minmax, rank]}}\n{WEIGHTS}"
    found = run(tmp_path, factors, more="groups: {all: [n, weights]}\n", n=1024)
    findings = StudyResult(found)
    table = indices(findings)[~indices(findings)["output"].str.startswith("rank:")]
    group = table[table["factor"] == "all"][["S1", "ST"]].dropna()
    assert len(group) > 8
    np.testing.assert_allclose(group, 1.0, atol=0.05)
    assert len(found.plan.evaluation) >= 1024 * 5


def test_a_factor_that_changes_no_score_is_named(tmp_path: Path) -> None:
    factors = f"{{name: idle, at: impute, choices: [none, mean]}}\n{WEIGHTS}"
    note = "factor 'idle': its settings change no score and no rank"
    assert result(tmp_path, factors).notes == [note]
    alone = result(tmp_path, factors, only="intervals").notes
    assert alone == [f"{note} (by itself, all others as in the base)"]


def test_what_only_moves_ranks_is_not_called_idle(tmp_path: Path) -> None:
    panel = replace(simulated(), values=simulated().values.clip(upper=1.0))
    ties = "{name: ties, at: ranks.ties, choices: [min, max]}"
    found = run(tmp_path, ties, panel=panel, n=16)
    assert len(np.unique(found.scores)) < 12
    assert StudyResult(found).notes == []


def test_one_setting_that_is_not_the_base_is_not_said_to_change_nothing(tmp_path: Path) -> None:
    factors = f"{{name: one, at: normalize, choices: [rank]}}\n{WEIGHTS}"
    assert result(tmp_path, factors).notes == [
        "factor 'one': every setting comes to one method, not the base's: nothing in it is uncertain"
    ]


def test_choices_that_put_in_again_what_the_base_leaves_out_are_told(tmp_path: Path) -> None:
    factors = "{name: out, at: exclude, choices: [x1, x2, [x1, x4]]}"
    notes = result(tmp_path, factors, base="{exclude: [x1]}").notes
    assert len(notes) == 1
    assert notes[0].startswith("factor 'out': some of its choices put in again what the base")
    assert "(x1)" in notes[0]
    factors = "{name: out, at: exclude, choices: [x1, [x1, x2]]}"
    assert result(tmp_path, factors, base="{exclude: [x1]}").notes == []


def test_settings_that_no_point_drew_are_told(tmp_path: Path) -> None:
    factors = "{name: n, at: normalize, choices: [minmax, rank, zscore, borda, percentile_rank]}"
    notes = result(tmp_path, factors, n=2).notes
    assert notes == ["factor 'n': 3 of its 5 choices were never drawn; take more points"]
    assert result(tmp_path, factors).notes == []


def test_failures_are_reported_and_left_out_by_whole_rows(tmp_path: Path) -> None:
    factors = f"""
{{name: n, at: normalize, choices: [{{method: minmax, range: [1, 2]}}, zscore]}}
{{name: a, at: aggregate, choices: [arithmetic, geometric]}}
{WEIGHTS}"""
    findings = result(tmp_path, factors, n=128)
    failures = findings.failures
    assert set(failures["n"]) == {"zscore"}
    assert set(failures["a"]) == {"geometric"}
    assert failures["problem"].str.contains("negative values under the geometric mean").all()
    found = findings.evaluated
    parts = found.plan.design.parts
    failed = set(failures["replicate"])
    rows = [
        {parts[p].start + row for p in ("A", "B", "AB:n", "AB:a", "AB:weights")}
        for row in range(128)
    ]
    dropped = sum(bool(row & failed) for row in rows)
    assert f"{dropped} of 128 rows are left out of the indices" in findings.notes
    independent = sum(r in failed for r in range(parts["A"].start, parts["B"].stop))
    assert found.replicates == 256 - independent
    assert not findings.rank_intervals.isna().any(axis=None)
    assert not indices(findings)[indices(findings)["output"] == SHIFT].isna().any(axis=None)


def test_factors_may_be_called_as_parts_and_columns_are(tmp_path: Path) -> None:
    factors = """
{{name: {0}, at: normalize, choices: [{{method: minmax, range: [1, 2]}}, zscore]}}
{{name: {1}, at: aggregate, choices: [arithmetic, geometric]}}"""
    plain = result(tmp_path, factors.format("n", "a"))
    named = result(tmp_path, factors.format("A", "part"))
    for one, other in ((plain.indices, named.indices), (plain.failures, named.failures)):
        assert one is not None
        assert other is not None
        assert len(one) == len(other) > 0
        numbers = one.select_dtypes("number").to_numpy()
        np.testing.assert_array_equal(numbers, other.select_dtypes("number").to_numpy())


def test_goalposts_that_cross_are_failures(tmp_path: Path) -> None:
    factors = """
{name: low, at: framework.goalpost_low.x1, uniform: [0, 6]}
{name: high, at: framework.goalpost_high.x1, uniform: [4, 10]}"""
    failures = result(tmp_path, factors, base="{normalize: goalposts}").failures
    assert len(failures) > 0
    assert (failures["low"].replace("base", 0).astype(float) >= 4).all()
    assert failures["problem"].str.contains("goalposts of 'x1' from .* the lower one first").all()


def test_a_study_of_nothing_but_failures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the first: .*negative values"):
        run(tmp_path, "{name: a, at: aggregate.method, choices: [geometric, harmonic]}",
            base="{normalize: zscore}")  # fmt: skip


def test_points_of_winsorizing_do_nothing_where_nothing_is_winsorized(tmp_path: Path) -> None:
    factors = """
{name: points, at: treat.max_points, range: [0, 3]}
{name: treat, at: treat, choices: [none, {method: winsorize, skewness: 0.1, kurtosis: 0.1}]}
"""
    found = run(tmp_path, factors)
    assert not found.problems
    assert len(found.plan.variants) == 6  # one of them has the default number of points
    assert StudyResult(found).notes == []


def test_the_intervals_are_those_of_all_replicates(tmp_path: Path) -> None:
    factors = f"{{name: n, at: normalize, choices: [minmax, rank, zscore]}}\n{WEIGHTS}"
    whole, only = run(tmp_path, factors), run(tmp_path, factors, only="intervals")
    pd.testing.assert_frame_equal(
        StudyResult(whole).rank_intervals, StudyResult(only).rank_intervals
    )
    values = whole.store.units(slice(0, 12))
    both = np.concatenate([whole.plan.evaluation[whole.plan.design.parts[p]] for p in "AB"])
    table = StudyResult(whole).score_intervals
    for name, share in {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}.items():
        np.testing.assert_allclose(table[name], np.quantile(values.scores[:, both], share, axis=1))
        expected = np.quantile(values.ranks[:, both], share, axis=1)
        np.testing.assert_allclose(StudyResult(whole).rank_intervals[name], expected, rtol=1e-6)
    np.testing.assert_allclose(table["mean"], values.scores[:, both].mean(axis=1))


def said(claim: Claim, part: str) -> list[bool]:
    """Tell whether a sentence gives a part of 512 ways, in English and Indonesian."""
    if part == "100%":
        en, of = "in all 512 ways to construct the index", "dalam semua 512 variasi"
    else:
        en, of = f"{part} of 512 ways to construct the index", f"{part} dari 512 variasi"
    return [en in claim.texts["en"], of in claim.texts["id"]]


def test_who_has_no_rank_in_some_ways_is_claimed_above_nobody(tmp_path: Path) -> None:
    values = simulated().values
    values.iloc[0] = values.max() * [2, -2, 2, np.nan]
    panel = Panel(values, simulated().groups)
    factors = f"{{name: share, at: aggregate.min_share, choices: [0, 1]}}\n{WEIGHTS}"
    findings = result(tmp_path, factors, panel=panel, n=64)
    assert findings.ranks.above is not None
    assert 0 < findings.evaluated.intervals.at_most[0, -1] < 0.9
    assert findings.ranks.above[[0]].max() < 0.9
    assert findings.ranks.above[:, 0].max() < 0.9
    about = [c for c in claims(findings) if c.subject == "u00" and c.kind not in ("rank", "tier")]
    assert about == []
    assert not any("u00" in c.subject.split() for c in claims(findings) if c.kind == "last")


def test_claims_hold(tmp_path: Path) -> None:
    factors = f"{{name: n, at: normalize, choices: [minmax, rank, zscore]}}\n{WEIGHTS}"
    findings = result(tmp_path, factors, n=256)
    made = claims(findings, {"id": {"u00": "Provinsi Nol"}, "en": {"u00": "Province Zero"}})
    above = findings.ranks.above
    assert above is not None
    found = findings.evaluated
    drawn = np.repeat(np.arange(found.plan.count), found.counts)
    ranks = found.store.units(slice(0, 12)).ranks[:, drawn]
    place = {unit: i for i, unit in enumerate(findings.units)}
    for claim in made:
        assert set(claim.texts) == {"id", "en"}
        assert "100%" not in claim.texts["en"].split(" (95% interval")[0]
        percent = f"{int(100 * claim.number + 1e-9)}%"
        units = [place[unit] for unit in claim.subject.split() if unit in place]
        others = [i for i in range(12) if i not in units]
        if claim.kind == "pair":
            assert claim.number == above[place[claim.subject], place[claim.other]] >= 0.9
            assert all(said(claim, percent))
        if claim.kind == "order":
            assert np.nanmax(above[np.ix_(units, units)]) == claim.number < 0.9
            assert f"more than {int(np.ceil(100 * claim.number - 1e-9))}% of" in claim.texts["en"]
        if claim.kind == "cut":
            assert above[np.ix_(units, others)].min() == claim.number >= 0.9
            assert all(said(claim, percent))
        if claim.kind == "tier":
            assert not (above[np.ix_(units, units)] >= 0.9).any()
        if claim.kind == "rank":
            ends = [int(word.strip(",.")) for word in claim.texts["en"].split("is rank ")[1].split()
                    if word.strip(",.").isdecimal()][1:3]  # fmt: skip
            low, high = ends if "between" in claim.texts["en"] else (ranks[units[0], 0],) * 2
            inside = (ranks[units[0]] >= low) & (ranks[units[0]] <= high)
            assert inside.mean() == claim.number >= 0.9
            assert all(said(claim, percent))
        if claim.kind in ("best", "last"):
            k = int(claim.other)
            good = ranks <= k if claim.kind == "best" else ranks > 12 - k
            assert min(good[i].mean() for i in units) == pytest.approx(claim.number)
    kinds = [claim.kind for claim in made]
    assert kinds[0] == "tier"
    assert {"rank", "pair", "factor", "weights", "converged", "order", "cut"} <= set(kinds)
    about = [claim for claim in made if claim.subject == "u00" and claim.kind == "rank"]
    assert about[0].texts["en"].startswith("Province Zero is rank")
    assert about[0].texts["id"].startswith("Provinsi Nol berada")
    table = claim_table(made)
    assert list(table) == ["kind", "subject", "other", "number", "id", "en"]


def test_draws_of_few_ways_are_not_called_so_many_ways(tmp_path: Path) -> None:
    made = claims(result(tmp_path, "{name: n, at: normalize, choices: [minmax, rank]}"))
    ranks = [claim.texts for claim in made if claim.kind == "rank"]
    assert all("128 draws from 2 ways to construct the index" in texts["en"] for texts in ranks)
    assert all("128 pengundian dari 2 variasi" in texts["id"] for texts in ranks)


def test_claims_of_groups_and_of_changes(tmp_path: Path) -> None:
    factors = f"{{name: n, at: normalize, choices: [minmax, zscore]}}\n{WEIGHTS}"
    findings = result(tmp_path, factors, more="groups: {both: [n, weights]}\n", panel=with_years())
    made = claims(findings)
    group = next(claim for claim in made if claim.kind == "group")
    assert (group.subject, group.other) == ("n weights", "both")
    assert group.texts["en"].startswith("n and weights together: ")
    changes, table = [claim for claim in made if claim.kind == "change"], findings.changes
    assert table is not None
    scores = table[table["output"] == "score"].set_index("unit")
    assert len(changes) == (scores[["better", "worse"]].max(axis=1) >= 0.9).sum() > 0
    for claim in changes:
        word = "better" if claim.other == "rises" else "worse"
        assert scores.loc[claim.subject, word] == claim.number
        assert f"{claim.other} from 2020 to 2021" in claim.texts["en"]


def test_convergence_and_what_is_resolved(tmp_path: Path) -> None:
    factors = f"{{name: n, at: normalize, choices: [minmax, rank]}}\n{WEIGHTS}"
    table = result(tmp_path, factors, n=256).convergence
    assert table is not None
    assert table["rows"].tolist() == [64, 64, 128, 128, 256, 256]
    last = table[table["rows"] == 256].set_index("factor")
    overlap = last["ST_low"].max() <= last["ST_high"].min()
    assert last["resolved"].tolist() == [not overlap, not overlap]
    one = result(tmp_path, WEIGHTS).convergence
    assert one is not None
    assert one["resolved"].all()


def test_groups_are_not_said_to_be_resolved_or_not(tmp_path: Path) -> None:
    factors = f"{{name: n, at: normalize, choices: [minmax, rank]}}\n{WEIGHTS}"
    table = result(tmp_path, factors, more="groups: {all: [n, weights]}\n").convergence
    assert table is not None
    assert table.loc[table["factor"] == "all", "resolved"].isna().all()
    assert table.loc[table["factor"] != "all", "resolved"].notna().all()


def test_one_factor_at_a_time(tmp_path: Path) -> None:
    factors = f"{{name: n, at: normalize, choices: [minmax, rank, zscore]}}\n{WEIGHTS}"
    table = result(tmp_path, factors).alone.set_index(["factor", "setting"])
    assert table.index.tolist() == [
        ("n", "minmax"), ("n", "rank"), ("n", "zscore"), ("weights", "perturb"),
    ]  # fmt: skip
    assert table.loc[("n", "minmax"), "max_shift"] == 0
    assert table.loc[("n", "rank"), "mean_shift"] > 0
    assert table.loc[("weights", "perturb"), "draws"] == 64


def test_a_panel_speaks_of_every_year_and_claims_of_the_latest(tmp_path: Path) -> None:
    panel = with_years()
    found = run(tmp_path, WEIGHTS, panel=panel, n=16)
    findings = StudyResult(found)
    assert findings.rank_intervals["year"].tolist() == [2020] * 12 + [2021] * 12
    assert findings.notes == ["dominance, tiers and claims of ranks speak of 2021, the latest year"]
    assert "rank:u03:2021" in set(indices(findings)["output"])
    assert findings.ranks.above is not None
    assert findings.ranks.above.shape == (12, 12)
    values = found.store.units(slice(0, 24))
    both = np.concatenate([found.plan.evaluation[found.plan.design.parts[p]] for p in "AB"])
    ranks = values.ranks[12:, both]
    assert findings.ranks.above[0, 1] == (ranks[0] < ranks[1]).mean()


def test_only_the_units_of_a_year_are_counted_for_tables_of_pairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("dominance", "study_result", "uncertainty"):
        monkeypatch.setattr(f"erat.robustness.{place}.MOST_UNITS", 12)
    for units, years in ((12, 3), (13, 1)):
        panel = simulated(units=units, years=years)
        findings = result(tmp_path, WEIGHTS, panel=panel, n=8)
        tables = findings.tables()
        few = units <= 12
        assert ("rank_at_most" in tables) == ("dominance" in tables) == few
        assert any(name.startswith("exact") for name in tables) == few
        assert any("too many to compare" in note for note in findings.notes) != few
        assert bool(claims(findings))
    chances = findings.evaluated.intervals.at_most
    assert chances.shape == (13, 0)


def test_a_change_between_two_years_is_taken_within_each_replicate(tmp_path: Path) -> None:
    panel = with_years()
    found = run(tmp_path, WEIGHTS, panel=panel, n=32)
    table = StudyResult(found).changes
    assert table is not None
    values = found.store.units(slice(0, 24))
    both = np.concatenate([found.plan.evaluation[found.plan.design.parts[p]] for p in "AB"])
    rise = values.scores[12:, both] - values.scores[:12, both]
    score = table[table["output"] == "score"]
    np.testing.assert_allclose(score["median"], np.median(rise, axis=1))
    np.testing.assert_allclose(score["better"], (rise > 0).mean(axis=1))
    np.testing.assert_allclose(score["nominal"], found.scores[12:] - found.scores[:12])
    nearer = values.ranks[12:, both] < values.ranks[:12, both]
    np.testing.assert_allclose(table[table["output"] == "rank"]["better"], nearer.mean(axis=1))
    assert result(tmp_path, WEIGHTS, n=4).changes is None


def test_a_change_has_indices_of_its_own(tmp_path: Path) -> None:
    factors = f"{{name: n, at: normalize, choices: [minmax, zscore]}}\n{WEIGHTS}"
    found = run(tmp_path, factors, panel=with_years(), n=64)
    findings = StudyResult(found)
    table = findings.tables()["change_indices"].set_index(["factor", "output"])
    assert len(table) == 2 * 2 * 12
    values, parts = found.store.units(slice(0, 24)), found.plan.design.parts
    rise = (values.scores[12:] - values.scores[:12])[:, found.plan.evaluation]
    a, b, *ab = (rise[:, parts[part]].T for part in ("A", "B", "AB:n", "AB:weights"))
    expected = sobol_indices(a, b, np.stack(ab))
    for factor, s1, st in zip(("n", "weights"), expected.s1, expected.st, strict=True):
        own = table.loc[factor].loc[[f"score:u{i:02}" for i in range(12)]]
        np.testing.assert_allclose(own["S1"], s1)
        np.testing.assert_allclose(own["ST"], st)
        assert (own["ST_low"] < own["ST_high"]).all()
    one = run(tmp_path, WEIGHTS, n=4)
    assert "change_indices" not in StudyResult(one).tables()


def test_units_without_both_years_have_no_change(tmp_path: Path) -> None:
    panel = with_years()
    units, years = np.array(panel.units), panel.years
    panel = panel.take((units < "u06") == (years == 2020))
    made = result(tmp_path, WEIGHTS, panel=panel, n=4).tables()
    for name in ("change_intervals", "change_indices"):
        assert made[name].empty
        assert "output" in made[name]


def test_every_unit_has_intervals_of_its_indices(tmp_path: Path) -> None:
    found = run(tmp_path, WEIGHTS, panel=simulated(units=1100), n=8)
    table = StudyResult(found).indices
    assert table is not None
    assert len(table) == 1 + 2 * 1100
    scores = table[table["output"].str.startswith("score:")]
    assert scores[["S1_low", "S1_high", "ST_low", "ST_high"]].notna().all(axis=None)


def test_settings_that_make_no_method_together_are_told_as_the_method_file_is(
    tmp_path: Path,
) -> None:
    factors = """
{name: agg, at: aggregate, choices: [{method: power, p: 2}, arithmetic]}
{name: level, at: aggregate.levels, choices: [{}, {2: {method: power, p: 3}}]}
{name: p, at: aggregate.levels.2.p, uniform: [0, 1]}
"""
    found = run(tmp_path, factors, base="aggregate: {levels: {2: {method: power, p: 1}}}", n=8)
    assert found.replicates == 16
    assert not found.problems


THIRD = "{name: n, at: normalize, choices: [{method: minmax}, zscore, rank]}\n" + WEIGHTS


@pytest.mark.parametrize("only", [None, "intervals"])
def test_results_begin_with_what_they_speak_for(tmp_path: Path, only: Only | None) -> None:
    found = run(tmp_path, THIRD, base="{aggregate: geometric}", n=64, only=only)
    lead = StudyResult(found).notes
    assert found.replicates < 128
    begin = f"intervals and claims speak for {found.replicates} of 128 replicates"
    rows = "" if only else r", indices for \d+ of 64 rows"
    assert re.fullmatch(f"{begin}{rows}; what failed: n: zscore \\(100%\\)", lead[0])
    assert f"{found.replicates} of 128 replicates" in repr(StudyResult(found))
    assert any(note.startswith("scores that one 0 makes 0 in some replicates") for note in lead)


@pytest.mark.parametrize("only", [None, "intervals"])
def test_a_study_of_which_most_fails_is_refused(tmp_path: Path, only: Only | None) -> None:
    factors = "{name: n, at: normalize, choices: [minmax, zscore, {method: zscore, mean: 1}]}\n"
    with pytest.raises(InputError, match=r"replicates that cannot be evaluated; .*negative") as no:
        run(tmp_path, factors + WEIGHTS, base="{aggregate: geometric}", only=only)
    assert "change the settings that fail: n: zscore (100%); n: {method: zscore" in str(no.value)
    assert "range: [1, 100]" in str(no.value)
