"""Answers: what is written reads back, and what somebody broke by hand is told, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erat.errors import DataError, Problem
from erat.survey.answers import (
    NOT_ASKED,
    as_given,
    inert,
    level_cells,
    parse_cells,
    read_answers,
)

QUESTIONS = ["A1a", "A1b", "B1a"]


@dataclass(frozen=True)
class Asked:
    """As much of an instrument as reading answers needs."""

    codes: tuple[str, ...] = tuple(QUESTIONS)
    version: str = "1.0"


INSTRUMENT: Any = Asked()
RESPONDENTS = """respondent,unit,government,province,kind,role,file,submitted,simulated,version
r1,72.bpbd,72,72,agency,staf,a.csv,2026-03-01T08:00:00,simulated,1.0
r2,7201.bpbd,7201,72,agency,'=1+1,a.csv,,simulated,1.0
r3,7201.community,7201,72,community,,b.xlsx,2026-03-02,simulated,1.0
"""
LEVELS = "respondent,A1a,A1b,B1a\nr1,3,dk,0\nr2,,na,5\nr3,-,-,2\n"
VERIFIED = "respondent,A1a,A1b,B1a\nr1,2,,\n"
NOTES = 'respondent,question,evidence,comment\nr1,A1a,"SK 12, 2024",\'=HYPERLINK("http://a")\n'
TEXTS = {"respondents": RESPONDENTS, "levels": LEVELS, "verified": VERIFIED, "notes": NOTES}


def folder(at: Path, **texts: str) -> Path:
    for name, text in (TEXTS | texts).items():
        (at / f"{name}.csv").write_text(text, encoding="utf-8")
    return at


def problems(at: Path, **texts: str) -> list[str]:
    with pytest.raises(DataError) as refused:
        read_answers(folder(at, **texts), INSTRUMENT)
    return [str(problem) for problem in refused.value.problems]


def test_a_folder_is_read(tmp_path: Path) -> None:
    answers = read_answers(folder(tmp_path), INSTRUMENT)
    assert answers.simulated
    assert answers.provinces == ["72"]
    np.testing.assert_array_equal(
        answers.levels, [[3, np.nan, 0], [np.nan, np.nan, 5], [np.nan, np.nan, 2]]
    )
    np.testing.assert_array_equal(answers.states, [[0, 1, 0], [3, 2, 0], [4, 4, 0]])
    assert answers.verified.at["r1", "A1a"] == 2
    assert answers.verified.notna().to_numpy().sum() == 1
    assert answers.respondents.at["r2", "role"] == "=1+1"
    assert answers.notes.at[0, "comment"] == '=HYPERLINK("http://a")'
    assert (answers.states != NOT_ASKED).to_numpy().sum() == 7


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    answers = read_answers(folder(tmp_path), INSTRUMENT)
    answers.write(tmp_path / "again")
    for name, text in TEXTS.items():
        written = (tmp_path / "again" / f"{name}.csv").read_text(encoding="utf-8")
        if name != "verified":
            assert written.replace('""', '"') == text.replace('""', '"') or name == "notes"
    again = read_answers(tmp_path / "again", INSTRUMENT)
    for table in ("respondents", "levels", "states", "verified", "notes"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(answers, table))


def test_no_cell_of_a_written_table_is_a_formula(tmp_path: Path) -> None:
    read_answers(folder(tmp_path), INSTRUMENT).write(tmp_path / "again")
    cells = pd.read_csv(tmp_path / "again" / "notes.csv", dtype=str, keep_default_na=False)
    assert not cells.map(lambda cell: cell[:1] in set("=+@|%\t")).to_numpy().any()


def test_rows_may_stand_in_another_order_and_tables_may_be_missing(tmp_path: Path) -> None:
    head, *rows = LEVELS.splitlines()
    folder(tmp_path, levels="\n".join([head, *rows[::-1]]))
    (tmp_path / "verified.csv").unlink()
    (tmp_path / "notes.csv").write_text("respondent,question,evidence,comment\n")
    answers = read_answers(tmp_path, INSTRUMENT)
    assert answers.levels.at["r1", "A1a"] == 3
    assert list(answers.levels.index) == ["r1", "r2", "r3"]
    assert answers.verified.isna().to_numpy().all()
    assert answers.notes.empty


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("levels", "r1,3", "r1,6", "found '6'; expected 0 to 5"),
        ("levels", "r1,3", "r1,=3", "found '=3'; expected 0 to 5"),
        ("levels", "r3,-", "r4,-", "no row for r3"),
        ("levels", "r3,-", "r4,-", "expected a respondent of respondents.csv"),
        ("levels", "r3,-", "r1,-", "every respondent once"),
        ("levels", "A1b", "A1c", "the column 'A1c'"),
        ("levels", "A1b", "A1c", "no column for A1b"),
        ("levels", "respondent", "id", "no column 'respondent'"),
        ("levels", "r1,3,dk", "r1,3", "3 cells"),
        ("verified", "r1,2", "r1,7", "a level from 0 to 5, or empty"),
        ("verified", "r1", "r9", "expected a respondent of levels.csv"),
        ("notes", "A1a", "A9z", "expected a question of levels.csv"),
        ("respondents", "r1,72.bpbd", "r1,bpbd", "such as 7201.bpbd"),
        ("respondents", "72,72,agency", "72,73,agency", "the province of the government"),
        ("respondents", "7201,72,agency", "7201,73,agency", "the province of the government"),
        ("respondents", "community,,", "village,,", "one of agency, community, business"),
        ("respondents", "2026-03-02", "2 March", "a date such as 2026-03-31"),
        ("respondents", "2026-03-02,simulated,1.0", "2026-03-02,yes,2", "version 1.0"),
        ("respondents", "unit,", "units,", "no column 'unit'"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, table: str, old: str, new: str, said: str) -> None:
    assert old in TEXTS[table]
    told = problems(tmp_path, **{table: TEXTS[table].replace(old, new, 1)})
    assert any(said in text and f"{table}.csv" in text for text in told), told


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        levels=LEVELS.replace("r1,3", "r1,9"),
        verified=VERIFIED.replace("r1,2", "r1,x"),
        notes=NOTES.replace("A1a", "Z"),
        respondents=RESPONDENTS.replace("community,,", "other,,"),
    )
    assert len(told) == 4


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_answers(tmp_path / "nowhere", INSTRUMENT)


def test_an_integer_level_beyond_the_scale_is_no_level() -> None:
    cells = np.array([["5", "-1", "05"], ["tt", "DK", "3.0"]], dtype=object)
    assert parse_cells(cells)[1].tolist() == [[0, -1, -1], [1, -1, -1]]


@given(st.lists(st.sampled_from(["0", "1", "2", "3", "4", "5", "dk", "na", "", "-"]), min_size=1))
def test_cells_read_back(cells: list[str]) -> None:
    levels, states = parse_cells(np.array(cells, dtype=object))
    assert level_cells(levels, states).tolist() == cells


@given(st.text(alphabet="'=+-@|%a1 ", max_size=6))
def test_an_inert_text_reads_back(text: str) -> None:
    assert as_given(inert(text)) == text
    assert inert(text)[:1] not in set("=+-@|%") - {""}


@given(
    st.sampled_from(sorted(TEXTS)),
    st.integers(0, 200),
    st.sampled_from(["", "\n", ",", '"', "\x00", "é", "=1+1", "\udcff", "9" * 400, "nan"]),
    st.booleans(),
)
def test_whatever_is_damaged_is_refused_in_words_or_read(
    tmp_path_factory: pytest.TempPathFactory, table: str, place: int, text: str, replace: bool
) -> None:
    at = tmp_path_factory.mktemp("damaged")
    folder(at)
    given = TEXTS[table]
    place %= len(given)
    damaged = given[:place] + text + given[place + replace :]
    (at / f"{table}.csv").write_bytes(damaged.encode("utf-8", "surrogateescape"))
    told: tuple[Problem, ...] = ()
    try:
        found = read_answers(at, INSTRUMENT)
    except DataError as refused:
        told = refused.problems
    else:
        assert found.levels.shape == found.verified.shape == (len(found.respondents), 3)
    assert all(problem.remedy for problem in told)
