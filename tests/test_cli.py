"""The contract of the command: files, statuses, and nothing but messages for wrong input."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from erat.cli import COMMANDS, imported
from erat.files import sha256
from tests.small import COINR_DATA, COINR_META, DATA, META, Index, Run, erat

FILES = ["imputed", "treated", "treatment", "normalized", "scores", "ranks", "contributions"]
BY_UNIT = {
    "imputed": ["x1", "x2", "x3", "x4"],
    "treated": ["x1", "x2", "x3", "x4"],
    "normalized": ["x1", "x2", "x3", "x4"],
    "scores": ["idx", "A", "B"],
    "ranks": ["idx", "A", "B"],
    "contributions": ["x1", "x2", "x3", "x4"],
}
NOTES = [
    "data, row 1: found columns that are not in the framework: note",
    "data: found 5 units for 4 indicators",
]
METHOD = """order: [denominate, impute, transform, treat, normalize, aggregate]
exclude: none
transform: {x1: log1p}
impute: {method: group_mean, group: region}
treat: {method: winsorize, max_points: 2, skewness: 0.5, kurtosis: -1, fallback: log}
normalize:
  method: minmax
  range: [1, 100]
  indicators: {x3: {method: rank}, x2: {method: goalposts, scale: 10, clip: false}}
weights: {method: framework, values: {A: 3}}
aggregate: {method: arithmetic, nodes: {B: {method: geometric, floor: 1}}, min_share: 0.5}
ranks: {ties: min}
"""
DAMAGE = [
    *(",", "\n", "\r", '"', "'", ";", "\t", " ", "\x00", "\ufeff", "é", "NA", "nan", "inf", "-inf"),
    *("1e400", "1,5", "0", "-1", "", "{", "}", "[", "]", ":", "&a", "*a", ": ", "- ", "? ", "#"),
    *("!!int x", "!!timestamp foo", "2024-13-45", "none", "null", "~", "true", "copeland", "rank"),
    *("minmax", "idx", "A", "x1", "x9", "unit", "year", "region", "iCode", "Group", "Other", "log"),
    *("１２", "[" * 2000, "-" * 300, "9" * 400),
]


def test_files_and_columns(index: Index) -> None:
    assert index.run().status == 0
    made = sorted(path.name for path in index.out.iterdir())
    assert set(made) >= {*(f"{name}.csv" for name in FILES), "manifest.json"}
    for name, columns in BY_UNIT.items():
        table = index.table(name)
        assert list(table.columns) == ["unit", *columns], name
        assert table["unit"].tolist() == ["u1", "u2", "u3", "u4", "u5"], name
    assert list(index.table("treatment").columns)[:2] == ["unit", "indicator"]


def test_years_have_a_column_of_their_own(index: Index) -> None:
    assert index.run(data=COINR_DATA, meta=COINR_META).status == 0
    for name in BY_UNIT:
        assert list(index.table(name).columns)[:2] == ["unit", "year"], name
    assert list(index.table("treatment").columns)[:3] == ["unit", "year", "indicator"]
    assert set(index.table("scores")["year"]) == {2020}


def test_coinr_files_as_r_writes_them(index: Index) -> None:
    data = b"\xef\xbb\xbf" + COINR_DATA.replace("\n", "\r\n").encode() + b"\r\n\r\n"
    assert index.run(data=data, meta=COINR_META.encode() + b",,,,,,,,,\n").status == 0
    assert index.table("normalized")["x2"].tolist() == [0, 75, 50, 100, 40]
    assert index.table("imputed").isna().sum().sum() == 2


def test_missing_cells_are_empty_and_ranks_whole(index: Index) -> None:
    index.run("aggregate: {min_share: 0.6}")
    lines = (index.out / "ranks.csv").read_text().splitlines()
    assert lines[2] == "u2,,2,"
    assert (index.out / "imputed.csv").read_text().splitlines()[5] == "u5,,12.0,50.0,5.0"


def test_numbers_read_back_exactly(index: Index) -> None:
    index.run("impute: mean\naggregate: {levels: {2: geometric}}\nnormalize: {range: [1, 100]}")
    scores, parts = index.table("scores"), index.table("contributions")
    total = parts.drop(columns="unit").sum(axis=1)
    assert (total - scores["idx"]).abs().max() < 1e-12
    order = scores["idx"].rank(ascending=False, method="min").astype(int)
    assert index.table("ranks")["idx"].tolist() == order.tolist()


def test_one_tie_takes_the_smaller_rank(index: Index) -> None:
    data = "unit,region,x1,x2,x3,x4\na,r,5,1,10,1\nb,r,5,1,10,1\nc,r,1,2,5,0\nd,r,9,0,99,9\n"
    index.run(data=data)
    assert index.table("ranks")["idx"].tolist() == [2, 2, 4, 1]


def test_treatment_names_what_was_done(index: Index) -> None:
    rows = "".join(f"v{i},r,{i},{i},{i + 1},{i % 3}\n" for i in range(1, 12))
    index.run("treat: winsorize", data=f"unit,region,x1,x2,x3,x4\n{rows}far,r,1000,3,4,1\n")
    table = index.table("treatment")
    assert table[["unit", "indicator", "action"]].to_numpy().tolist() == [
        ["far", "x1", "winsorized (top)"]
    ]


def test_the_manifest_is_enough_to_do_it_again(index: Index) -> None:
    index.run(METHOD)
    made = json.loads((index.out / "manifest.json").read_text())
    assert {name: entry["file"] for name, entry in made["inputs"].items()} == {
        "data": "data.csv", "framework": "meta.csv", "method": "method.yml"
    }  # fmt: skip
    assert made["inputs"]["data"]["sha256"] == sha256(index.folder / "data.csv")
    assert made["choices"]["treat"]["max_points"] == 2
    assert made["choices"]["normalize"]["indicators"]["x2"]["scale"] == 10
    assert made["columns_not_indicators"] == ["note"]
    assert [note.split(";")[0] for note in made["notes"]] == NOTES
    first = {path.name: path.read_bytes() for path in index.out.iterdir()}
    again = json.dumps(made["choices"])
    index.run(again)
    for name in FILES:
        assert (index.out / f"{name}.csv").read_bytes() == first[f"{name}.csv"]


def test_same_inputs_same_bytes(index: Index) -> None:
    index.run(METHOD, out=index.folder / "one")
    index.run(METHOD, out=index.folder / "two")
    one, two = (sorted((index.folder / name).iterdir()) for name in ("one", "two"))
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_failing_run_writes_nothing_and_leaves_what_was_there(index: Index) -> None:
    assert index.run().status == 0
    before = {path.name: path.read_bytes() for path in index.out.iterdir()}
    for wrong in ({"data": DATA.replace("2.5", "x")}, {"meta": META.replace("idx", "A")}):
        assert index.run(**wrong).status == 2  # type: ignore[arg-type]
    assert index.run("normalize: zscore\naggregate: geometric").status == 2
    assert {path.name: path.read_bytes() for path in index.out.iterdir()} == before
    assert sorted(path.name for path in index.folder.iterdir() if path.is_dir()) == ["out"]


def test_too_little_memory_is_said(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("erat.commands.tables.assess", lacks)
    done = index.run()
    assert done.status == 2
    assert "not enough memory" in done.err
    assert not index.out.exists()


def test_earlier_results_are_replaced_as_a_whole(index: Index) -> None:
    index.run()
    index.run("exclude: A")
    assert list(index.table("scores").columns) == ["unit", "idx", "B"]


def test_a_folder_with_other_files_is_refused(index: Index) -> None:
    run = index.run(out=index.folder)
    assert run.status == 2
    assert "data.csv" in run.err
    assert (index.folder / "data.csv").exists()


@pytest.mark.parametrize("name", ["[/bold] [red]x", ":smile:", "{name} %s", "Índeks – ½"])
def test_names_are_data(index: Index, name: str) -> None:
    run = index.run(meta=META.replace("idx,Index", f"idx,{name}"))
    assert run.status == 0
    assert name in run.out


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("normalise: minmax", "did you mean 'normalize'?"),
        ("aggregate: geometrik", "did you mean 'geometric'?"),
        ("impute: {method: group_mean, group: Region}", "did you mean 'region'?"),
        ("transform: {x2: log}", "data, column x2: found 0 (u4)"),
        ("normalize: zscore\naggregate: geometric", "negative values"),
    ],
)
def test_a_wrong_method_is_refused_in_words(index: Index, method: str, said: str) -> None:
    run = index.run(method)
    assert run.status == 2
    assert said in run.err
    assert not run.out
    assert not index.out.exists()


def test_every_problem_of_a_table_is_told(index: Index) -> None:
    run = index.run(data=DATA.replace("2.5", "2;5").replace("1000", '"1,5"').replace("u2", "u1"))
    assert run.status == 2
    assert "row 4, column x1" in run.err
    assert "row 4, column x3: found '1,5'; expected a decimal point" in run.err
    assert "row 3, column unit" in run.err
    assert "3 problems; nothing was written" in run.err


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["nosuch"], ["index"], ["index", "--nosuch"], ["index", "data.csv"]),
        ["index", "data.csv", "--framework", "meta.csv"],
        ["index", "none.csv", "--framework", "meta.csv", "--out", "out"],
        ["index", "data.csv", "--framework", "none.csv", "--out", "out"],
        ["index", "data.csv", "--framework", "meta.csv", "--method", "none.yml", "--out", "out"],
        ["index", "data.csv", "--framework", "meta.csv", "--method", ".", "--out", "out"],
        ["index", ".", "--framework", "meta.csv", "--out", "out"],
        ["index", "data.csv", "--framework", "meta.csv", "--out", "data.csv"],
        ["index", "data.csv", "--framework", "meta.csv", "--out", "data.csv/out"],
        ["index", "data.csv", "extra.csv", "--framework", "meta.csv", "--out", "out"],
        ["coherence", "data.csv", "--framework", "meta.csv"],
        ["coherence", "data.csv", "--framework", "meta.csv", "--year", "2020", "--out", "out"],
        ["coherence", "data.csv", "--framework", "meta.csv", "--year", "x", "--out", "out"],
        ["coherence", "none.csv", "--framework", "meta.csv", "--out", "out"],
        ["compare", "data.csv", "--framework", "meta.csv", "--out", "out"],
        ["compare", "data.csv", "--framework", "meta.csv", "--method", "none.yml", "--out", "out"],
        ["check"],
        ["build"],
        ["build", "2024"],
    ],
)
def test_a_wrong_call_ends_in_a_message(
    index: Index, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    index.write("data.csv", DATA)
    index.write("meta.csv", META)
    monkeypatch.chdir(index.folder)
    run = erat(index.capsys, *arguments)
    assert run.status == 2
    assert run.err or not arguments
    assert sorted(path.name for path in index.folder.iterdir()) == ["data.csv", "meta.csv"]


def test_notes_go_with_a_result_only(index: Index) -> None:
    run = index.run()
    assert [line.split(";")[0] for line in run.err.splitlines()] == [
        f"erat: note: {note}" for note in NOTES
    ]
    assert "note" not in index.run("normalise: minmax").err


def test_codes_for_missing_values_are_noted_and_left_out(index: Index) -> None:
    data = DATA.replace("u4,west,10,0", "u4,west,-999,0")
    noted = index.run(data=data)
    assert "found -999 in x1 of u4" in noted.err
    assert "'missing: [-999]'" in noted.err
    assert "-999" not in index.run("missing: [-999]\n", data).err
    left_out = index.table("scores")
    index.run(data=DATA.replace("u4,west,10,0", "u4,west,,0"))
    assert index.table("scores").equals(left_out)


def test_what_a_method_leaves_out_is_not_doubtful(index: Index) -> None:
    data = DATA.replace("1,20", "5,20").replace("4,5,", "5,5,").replace("2.5,10", "5,10")
    data = data.replace("10,0,1,7", "5,0,1,7")
    assert "one value only: x1 (5)" in index.run(data=data).err
    assert "x1" not in index.run("exclude: x1", data=data).err


def test_codes_of_units_keep_their_leading_zeros(index: Index) -> None:
    data = DATA
    for i in range(1, 6):
        data = data.replace(f"u{i},", f"00{i},")
    assert (
        index.run("treat: {method: winsorize, skewness: 0.5, kurtosis: -1}", data=data).status == 0
    )
    for name in (*BY_UNIT, "treatment"):
        rows = (index.out / f"{name}.csv").read_text().splitlines()[1:]
        assert rows
        assert all(re.match("00[1-5],", row) for row in rows), name


def test_very_long_names(index: Index) -> None:
    unit, name, code = "u" * 5000, "N" * 40_000, "c" * 3000
    meta = META.replace("Index,", f"{name},").replace("x1,", f"{code},")
    data = DATA.replace("u1,", f"{unit},").replace("x1", code)
    assert index.run(data=data, meta=meta, workbook=True).status == 0
    assert index.table("scores")["unit"][0] == unit
    assert code in index.table("normalized")


def test_a_framework_of_one_indicator(index: Index) -> None:
    meta = "code,name,parent,direction,weight,type\nidx,,,,,aggregate\nx1,,idx,1,1,indicator\n"
    assert index.run(meta=meta).status == 0
    scores = index.table("scores")["idx"].tolist()
    assert scores[:4] == pytest.approx([0, 100 / 3, 100 / 6, 100])
    assert index.table("contributions")["x1"].tolist()[:4] == scores[:4]


def test_one_unit_has_a_result_and_a_note(index: Index) -> None:
    run = index.run(data="unit,region,x1,x2,x3,x4\nu1,r,1,20,10,1\n")
    assert run.status == 0
    assert "found one unit; expected several" in run.err
    assert index.table("scores")["idx"].tolist() == [50]
    assert index.table("ranks")["idx"].tolist() == [1]


def test_a_panel_with_other_units_every_year(index: Index) -> None:
    data = (
        "unit,year,region,x1,x2,x3,x4\na,1,r,1,1,1,1\nb,1,r,2,2,2,2\nb,2,r,3,3,3,3\nc,3,r,4,4,4,4\n"
    )
    run = index.run(data=data)
    assert run.status == 0
    assert "not there in every year: a, b, c" in run.err
    assert index.table("ranks")["idx"].tolist() == [2, 1, 1, 1]


def test_help(index: Index) -> None:
    assert erat(index.capsys, "--help").status == 0
    assert "--framework" in erat(index.capsys, "index", "--help").out


def test_the_command_of_the_shell_on_an_old_terminal(index: Index) -> None:
    index.write("data.csv", DATA)
    index.write("meta.csv", META.replace("Index", "Índeks"))
    call = [sys.executable, "-c", "from erat.cli import main; main()", "index", "data.csv"]
    done = subprocess.run(
        [*call, "--framework", "meta.csv", "--out", "out"],
        cwd=index.folder,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line.split(";")[0] for line in done.stderr.splitlines()]
    assert (done.returncode, said) == (0, [f"erat: note: {note}" for note in NOTES])
    assert "deks:" in done.stdout
    assert index.out.is_dir()


def damaged(draw: random.Random, text: str) -> str:
    """Insert, cut, exchange or end somewhere; most often replace a whole word."""
    for _ in range(draw.randint(1, 2)):
        words = list(re.finditer(r"[^,\n:{}\[\] ]+", text))
        kind = draw.random()
        place = draw.randrange(len(text) + 1)
        if kind < 0.6 and words:
            word = draw.choice(words)
            new = draw.choice(DAMAGE) if draw.random() < 0.7 else draw.choice(words).group()
            text = text[: word.start()] + new + text[word.end() :]
        elif kind < 0.75:
            text = text[:place] + draw.choice(DAMAGE) + text[place:]
        elif kind < 0.9:
            text = text[:place] + text[place + draw.randint(1, 12) :]
        else:
            lines = text.splitlines(keepends=True) or [""]
            draw.shuffle(lines)
            text = "".join(lines)
    return text


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.stress) for n in range(1, 8))]
)
def test_damaged_files_end_in_a_result_or_a_message(index: Index, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    for _ in range(30):
        texts = {"method": METHOD, "data": DATA, "meta": META}
        which = draw.choice(list(texts))
        texts[which] = damaged(draw, texts[which])
        run = index.run(**texts, workbook=draw.random() < 0.2)  # type: ignore[arg-type]
        check_ending(run, texts[which])
        if run.status == 0 and which == "method":
            total = index.table("contributions").drop(columns="unit").sum(axis=1, min_count=1)
            gap = (total - index.table("scores")["idx"]).abs()
            assert gap.isna().sum() == index.table("ranks")["idx"].isna().sum()
            assert gap.max() < 1e-12 * 1000


@pytest.mark.parametrize("command", ["coherence", "compare"])
@pytest.mark.parametrize("seed", range(2))
def test_damaged_files_of_other_commands(index: Index, command: str, seed: int) -> None:
    draw = random.Random(f"{command} {seed}")  # noqa: S311
    for _ in range(12):
        texts = {"first.yml": METHOD, "data.csv": COINR_DATA, "meta.csv": COINR_META}
        texts["first.yml"] = "order: [impute, transform, treat, normalize, aggregate]"
        if draw.random() < 0.5:
            texts |= {"first.yml": METHOD, "data.csv": DATA, "meta.csv": META}
        which = draw.choice(list(texts))
        texts[which] = damaged(draw, texts[which])
        more: list[str | Path] = ["--method", index.write("first.yml", texts["first.yml"])]
        if command == "compare":
            more += ["--method", index.write("ranks.yml", "normalize: rank")]
        run = index.call(command, *more, data=texts["data.csv"], meta=texts["meta.csv"])
        check_ending(run, texts[which])


def check_ending(run: Run, text: str) -> None:
    """Either there is a result, or there are messages and nothing else; notes go with a result."""
    assert run.status in (0, 2), text
    lines = [line for line in run.err.splitlines() if not line.startswith("erat: note: ")]
    assert (run.status == 2) == bool(lines), text
    assert (run.status == 0) == bool(run.out), text


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = (
        "import sys; from erat.cli import app; "
        "app(['--help'], standalone_mode=False); print({'pandas', 'scipy'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.endswith("set()\n")
    assert [name for name in COMMANDS if name not in done.stdout] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_itself(name: str) -> None:
    assert " ".join(imported(name).help.split("\n\n")[0].split()) == COMMANDS[name]
