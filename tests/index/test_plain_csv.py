"""A large file is read as numbers: the same panel and the same refusals as cell by cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.errors import DataError
from erat.index import plain_csv
from erat.index.framework import Framework
from erat.index.panel import Panel

META = pd.DataFrame(
    [("idx", "", "aggregate"), ("x", "idx", "indicator"), ("y", "idx", "indicator")],
    columns=["code", "parent", "type"],
).assign(direction=1, weight=1)
TREE = Framework.from_table(META)
START = "unit,x,y,Region\na,1.25,2,R\n"


def outcome(path: Path) -> tuple[str, object]:
    """Return what reading a file gives: the tables and notes, or the refusal, as texts."""
    try:
        panel = Panel.read(path, TREE)
    except DataError as error:
        return str(error), None
    tables = [panel.values, panel.groups]
    texts = [f"{t.index.tolist()} {t.map(repr).to_dict('list')}" for t in tables]
    return "".join(texts), panel.notes


def both(tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Compare both ways to read; return whether the numbers were read as such."""
    path = tmp_path / "d.csv"
    path.write_bytes(data)
    by_cell = outcome(path)
    monkeypatch.setattr(plain_csv, "LARGE", 0)
    assert outcome(path) == by_cell
    read = plain_csv.read_plain(path, ["x", "y"], ["", "NA"], 1e150)
    monkeypatch.undo()
    return read is not None and not read.select_dtypes("number").empty


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (f"{START}b,-1e-05,+3,R\nc,.5,5.,NA\nd,NA,,\n", True),
        (f"{START} b ,0.1,0.30000000000000004,\n", True),
        (f"{START}b,0.1234,7,R\r\nc,2.5,8, R\r\n", True),
        (f"\ufeff{START}Côte,0.25,7,", True),
        ("unit,x,y, ,Region\na,0.25,2,,R\nb,3,4,5,\n", True),
        ("year,x,unit,y\n2020,0.5,a,7.25\n2021,2.5,a,8.1234\n", True),
        ("unit,x,y\na,987,0.5\nb,1.234,2.5\nc,3.720,1\n", True),  # of y; x is refused
        ("unit,x,y\na,1.234,0.5\nb,3.724,2.5\n", True),  # of y; x is doubtful
        (f'{START}"b","0.5",2,"R"\r\nc,"",NA,""\nd,"NA","+4",R\n', True),
        ('"unit","x","y"\n"a","0.25","7"\n" b ","2.5","-3"\n', True),
        ("unit;x;y\na;1.25;2\nb;0.5;\n", True),
        ("unit\tx\ty\na\t1.25\t2\n\tb\t0.5\n", False),
        ('unit\tx\ty\na\t1.25\t2\n"b"\t0.5\tNA\n', True),
        ('unit;"x";y\na;1234.5;2\n"";0.5;8\n', False),
        ("unit;x;y\na;1.234;2.5\nb;0.5;987.125\n", True),
        ("unit;x;y\na;1.234;5.678\nb;3.724;9.012\n", False),
        ("unit;x;y\na, b;1.25;2\n", False),
        ('"unit,name",x,y\n"a,b",1.25,2\n', False),
        (f'{START}"b""c",1.5,2,R\n', False),
        (f'{START}"b;c",1.5,2,R\n', False),
        (f'{START}"b";c,1.5,2,R\n', False),
        (f'{START}b"c",1.5,2,R\n', False),
        (f'{START}"b"c,1.5,2,R\n', False),
        (f'{START} "b",1.5,2,R\n', False),
        (f'{START}"b,1.5,2,R\nc",1.5,2,R\n', False),
        (f'{START}"b\nb",1.5,2,R\n', False),
        (f"{START}'b',0.5,2,R\n", True),
        (f"{START}\nb,1,2,R\n,,,\n", False),
        (f"{START}b,1,2\n", False),
        (f"{START}b,1,2,R,\n", False),
        (f"{START}b,1,2,R,5\nc,1,2\n", False),
        (f"{START}b,1\rc,2,3,R\n", False),
        ("unit;x;y\na;1,5;2\n", False),
        ("A table\nunit,x,y\n", False),
        ("unit,x,x,y\na,0.5,0.25,0.125\n", True),
        ("unit,x,y\n", False),
    ],
)  # fmt: skip
def test_both_ways_read_the_same(
    data: str, plain: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert both(tmp_path, data.encode(), monkeypatch) == plain


@pytest.mark.parametrize(
    "cell",
    [
        *("70,5", "inf", "-Infinity", "nan", "NaN", "1e400", "1e151", "-", "--5", "12%", "1_000"),
        *("0x1F", "true", "１２", "1e", ".", "1.5abc", " 7.5 ", "1 000", "#N/A", "null", "\t5", "1d5"),
        *("-nan", "1.234.567", "é", "=1+1", "2024-05-01"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_refused_in_the_same_words(
    cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not both(tmp_path, f"{START}b,{cell},7.25,R\n".encode(), monkeypatch)


def test_not_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not both(tmp_path, f"{START}b\xe9,1,2,R\n".encode("latin-1"), monkeypatch)
    assert not both(tmp_path, f"{START}b\0,1,2,R\n".encode(), monkeypatch)


def test_floats_are_those_that_python_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(1)
    x = (random.random(3000) * 10.0 ** random.integers(-9, 9, 3000)).tolist()
    rows = [f"u{i},{value!r},{value:.{i % 19}f}" for i, value in enumerate(x)]
    assert both(tmp_path, "\n".join(["unit,x,y", *rows]).encode(), monkeypatch)


def test_of_a_frame_only_the_number_that_is_wrong_is_refused() -> None:
    frame = pd.DataFrame({"unit": list("abc"), "x": [1.5, np.nan, np.inf], "y": [1, 2, 3]})
    with pytest.raises(DataError) as refused:
        Panel.from_frame(frame, TREE)
    (problem,) = refused.value.problems
    assert (problem.place, problem.found) == ("data, row 4, column x", "'inf'")
    assert Panel.from_frame(frame[:2], TREE).values["y"].tolist() == [1.0, 2.0]
