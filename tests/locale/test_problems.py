"""Problems of ``erat check`` in Indonesian: no text that a check can make stays English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import erat
from erat.errors import Problem
from erat.locale import Language, said

PACKAGE = Path(erat.__file__).parent
MODULES = """
indonesia/check indonesia/package indonesia/schemas indonesia/series
indonesia/unit_checks edition/compute edition/edition edition/regencies survey/instrument
survey/local/reading survey/local/tables index/cell_problems index/rows index/tables index/config
index/framework index/method index/registry index/construction_checks index/climb index/results
index/construct/aggregate index/construct/experts
index/construct/frontier index/construct/normalize index/construct/weight robustness/addresses
robustness/factors subunits/climb subunits/rollup subunits/unit_tree subunits/weights
"""
"""Modules with the texts of what ``erat check`` finds."""

CAUSES = {"Fault": 0, "finding": 1, "say": 0}
"""Functions and the place of an argument that no problem shows."""

OF_FILES = {"_PACKAGE", "_UNITS", "TITLES_ID", "instrument_resource", "explanation", "_resource"}
"""Names of tables and functions that word what is written into files, not problems."""

KEYS = {
    "missing written as text", "thousands points", "thousands commas", "thousands blanks",
    "decimal comma", "minus sign", "unit in the cell", "too large", "external links", "other zip",
    "too many rows", "too many columns", "true zero", "no negatives", "other units",
    "other indicators", "a column of every table of results", "the column of the units",
    "the column of the years", "weight under its parent", "Capacity, assessed",
    "Kapasitas, hasil penilaian", "Framework: 7 (7), 7 in 7, 7", "study, at", "7 to 7",
    "the 7 7 twice", "if the change is meant, describe the folder again with: erat describe",
    "restore the file; 7", "take the file out of the folder; 7", "7 or 7", "Value error, 7",
    "low < high",
    "Input should be 7", "7 in",
    "Instrumen e-RAT (usulan): 7", "The instrument of e-RAT (a proposal): 7",
}  # fmt: skip
"""Texts that are keys, or parts of longer ones."""

ENGLISH = re.compile(
    r"\b(a|an|the|of|or|and|is|are|was|that|which|with|from|to|in|on|at|by|for|not|no|one|each|every|"
    r"all|both|give|write|correct|choose|add|take|keep|leave|put|other|another|values?|rows?|name|"
    r"code|number|below|above|only)\b"
)
PATTERN = re.compile(r"\\|\[0-9|\?|<unicode")
SAMPLE, QUOTED = "7", re.compile(r"'[^']*'|--\w+ \w+|\{[^}]*\}|benefit of the doubt")


@pytest.mark.parametrize("module", MODULES.split())
def test_every_text_of_a_problem_is_translated(module: str) -> None:
    tree = ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))
    assert [text for text in texts(tree) if is_english(text)] == []


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("method, aggregate", "'x'", "a list (in square brackets)", "did you mean 'y'?"),
         "metode, aggregate. Ditemukan: 'x'; seharusnya: daftar (dalam kurung siku). "
         "Tindakan: apakah maksudnya 'y'?"),
        (Problem("units.csv", "14 is below 19 is below 14", "1 or -1", "use one of: a; or add it to b"),
         "units.csv. Ditemukan: 14 di bawah 19 di bawah 14; seharusnya: 1 atau -1. "
         "Tindakan: gunakan salah satu dari: a; atau tambahkan ke b"),
        (Problem("a.csv", "2 cells (the same fault in rows 3, 4 and 9 more)", "3 cells", "nothing"),
         "a.csv. Ditemukan: 2 sel (kesalahan yang sama di baris 3, 4 dan 9 lainnya); seharusnya: 3 sel. "
         "Tindakan: tidak perlu apa-apa"),
    ],
)  # fmt: skip
def test_texts_within_texts_are_translated(problem: Problem, text: str) -> None:
    assert said(problem, Language("id")) == text


def is_english(text: str) -> bool:
    """Say whether a text, as part of a problem in Indonesian, stays English or keeps such words."""
    whole = said(Problem("", text, "", ""), Language("id"))
    shown = whole.removeprefix(". Ditemukan: ").partition("; seharusnya:")[0]
    words = QUOTED.sub("", text)
    return bool(ENGLISH.search(QUOTED.sub("", shown))) or (
        shown == text and bool(re.search(r"[a-z]{2}.* [a-z]{2}|[A-Z][a-z]+ [a-z]{2}", words))
    )


def texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of several words in code, their fields filled with a sample."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()) as docstring:
                skipped.add(docstring.value)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
                skipped.update(args[1:3] if name == "Table" else [])
                place = 0 if isinstance(node.func, ast.Attribute) else CAUSES.get(name, 0)
                skipped.update(args[place : place + 1] if name in CAUSES else [])
            case ast.JoinedStr(values=values):
                skipped.update(values)
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]) if (
                name in OF_FILES
            ):
                skipped.update(ast.walk(node))
            case ast.AnnAssign(target=ast.Name(id=name)) if name in OF_FILES:
                skipped.update(ast.walk(node))
        text = "" if node in skipped else sample(node)
        if " " in text.strip() and not PATTERN.search(text):
            yield from (part for part in text.split("; expected ") if part not in KEYS)


def sample(node: ast.AST) -> str:
    """Return a text with its fields filled; a fragment stands beside a sample of the rest."""
    match node:
        case ast.Constant(value=str(text)):
            pass
        case ast.JoinedStr(values=values):
            text = "".join(
                str(one.value) if isinstance(one, ast.Constant) else SAMPLE for one in values
            )
        case _:
            return ""
    before = SAMPLE if text.startswith((" ", ",", ";")) else ""
    return f"{before}{text}{SAMPLE if text.endswith(' ') else ''}"
