"""The prose of notebooks: which texts a cell has, and the cell in another language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from erat.locale import Language

SPEAKING = {
    **dict.fromkeys(("say", "words", "title", "folded", "download"), ()),
    "show": ("alt", "caption", "fold", "otherwise"),
}
"""Functions whose first text is for people, or the keywords of one whose first argument is not."""
NOTEBOOK_ONLY = "notebook"
"""Tag of a cell that is for those who open the notebook, and not on its page."""
BLOCK = re.compile(r"(#+ |- |\d+\. |> )?(.*)", re.DOTALL)


def blocks(source: str) -> list[tuple[str, str]]:
    """Split the source of a markdown cell into paragraphs, headings and items of lists.

    Returns
    -------
    list
        What stands before a text (``"## "``, ``"- "`` or nothing), and the text on one line.

    Examples
    --------
    >>> blocks("## A\\n\\nOne\\ntwo.\\n\\n- x\\n- y")
    [('## ', 'A'), ('', 'One two.'), ('- ', 'x'), ('- ', 'y')]
    """
    parts = re.split(r"\n\s*\n|\n(?=- |\d+\. |#)", source.strip())
    matches = [BLOCK.fullmatch(part.strip()) for part in parts if part.strip()]
    return [(m[1] or "", " ".join(m[2].split())) for m in matches if m]


def prose_in(source: str, lang: Language) -> str:
    """Return the source of a markdown cell in a language, block by block."""
    written = [(before, lang.translated(text)) for before, text in blocks(source)]
    lines = []
    for place, (before, text) in enumerate(written):
        tight = place and before == "- " and written[place - 1][0] == "- "
        lines.append(("" if tight or not place else "\n") + before + text)
    return "\n".join(lines)


def is_notebook_only(cell: NotebookNode) -> bool:
    """Say whether a cell is for those who open the notebook, and not on its page."""
    return NOTEBOOK_ONLY in cell.metadata.get("tags", [])


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number of the cell and every text of a notebook that is for people."""
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
        if is_notebook_only(cell):
            continue
        if cell.cell_type == "markdown":
            yield from ((number, text) for _, text in blocks(cell.source))
        else:
            yield from ((number, text) for text in _spoken(cell.source))


def _spoken(source: str) -> Iterator[str]:
    """Yield the texts in a cell of code; one that is put together is refused."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in SPEAKING:
            continue
        keywords = SPEAKING[node.func.id]
        given = [k.value for k in node.keywords if k.arg in keywords] if keywords else node.args[:1]
        for value in given:
            yield from _texts(value)


def _texts(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.IfExp():
            yield from (*_texts(value.body), *_texts(value.orelse))
        case ast.JoinedStr():
            raise ValueError(f"line {value.lineno}: write the text with {{fields}}")
        case ast.Constant(value=str(text)) if text:
            yield text
