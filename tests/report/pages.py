"""A report notebook run in this process: what its cells put out, and its variables."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from IPython import display as displays

SHOW = import_module("erat.report.show")
ROOT = Path(__file__).resolve().parents[2]


class Ran:
    """What a notebook put out, and what its variables hold."""

    def __init__(self, html: str, variables: dict[str, Any]) -> None:
        self.html, self.variables = html, variables

    @property
    def words(self) -> str:
        """The text of the page, without pictures and tags."""
        plain = re.sub(r"<[^>]+>", " ", re.sub(r'src="data:[^"]*"', "", self.html))
        return " ".join(plain.replace("\N{NO-BREAK SPACE}", " ").split())


def run_cells(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path, **parameters: Any) -> Ran:
    """Run the code cells of a report notebook with parameters, in a project's folder."""
    out: list[str] = []

    def keep(*shown: Any, **_: Any) -> None:
        out.extend(one._repr_html_() for one in shown)

    monkeypatch.setattr(SHOW, "display", keep)
    monkeypatch.setattr(displays, "display", keep)
    monkeypatch.chdir(folder)
    notebook = json.loads((ROOT / "notebooks" / "reports" / f"{name}.ipynb").read_text("utf-8"))
    variables: dict[str, Any] = {}
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            code = compile("".join(cell["source"]), f"{name}.ipynb, cell {number}", "exec")
            exec(code, variables)  # noqa: S102  (our own notebooks)
            if "parameters" in cell["metadata"].get("tags", []):
                variables |= parameters
    return Ran("\n".join(out), variables)
