"""How problems are worded: short, and with what cannot be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from erat.errors import DataError, InputError, MethodError, Problem, nearest
from erat.index.method import Method

ALIASES = "a: &a [x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 6)}]\n"
    for before, name in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize("key", ["impute", "normalize", "weights", "exclude"])
def test_nested_aliases_are_no_message_of_megabytes(tmp_path: Path, key: str) -> None:
    path = tmp_path / "method.yml"
    path.write_text(f"{ALIASES}{key}: *h\n")
    with pytest.raises(MethodError) as refused:
        Method.read(path)
    assert len(str(refused.value)) < 50_000


def test_every_text_of_a_problem_is_shortened() -> None:
    text = str(Problem("w" * 9999, "f" * 9999, "e" * 9999, "r" * 9999, 1, "c" * 9999))
    assert len(text) < 6000
    assert text.count("(9,999 characters)") == 5


def test_thousands_of_problems_are_counted() -> None:
    error = DataError(Problem("data", f"x{i}", "y", "z") for i in range(5000))
    assert len(error.problems) == 5000
    assert str(error).splitlines()[-1] == "and 4,990 more problems"
    assert len(error.lines) == 11


@pytest.mark.parametrize(
    ("character", "name"),
    [("\u202e", "U+202E"), ("\u200b", "U+200B"), ("\ufeff", "U+FEFF"), ("\n", "U+000A")],
)
def test_what_cannot_be_seen_is_named_by_its_code(character: str, name: str) -> None:
    problem = Problem("data", f"SIGI{character}X", "a unit", "é – µ", 3, f"a{character}")
    assert str(problem) == (
        f"data, row 3, column a[{name}]: found SIGI[{name}]X; expected a unit. What to do: é – µ"
    )
    assert character not in str(InputError([problem]))


def test_no_more_than_ten_names_are_listed() -> None:
    names = [f"Kabupaten {number}" for number in range(550)]
    assert nearest("?", names).endswith("Kabupaten 9 and 540 more")
    assert nearest("KABUPATEN 7", names) == "did you mean 'Kabupaten 7'?"
