"""JSON schemas of the files under ``config/``, made from the models that check them.

``python -m erat.commands.schemas`` writes them again; editors use them to complete and check a file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from erat.edition.edition import EditionFile
from erat.edition.project import Project
from erat.index.config import Strict
from erat.index.method import Method
from erat.robustness.factors import Study
from erat.survey.score.settings import AssessmentSettings

MODELS: dict[str, type[Strict]] = {
    "edition": EditionFile,
    "method": Method,
    "study": Study,
    "assessment": AssessmentSettings,
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(name: str) -> dict[str, Any]:
    """Return the JSON schema of one kind of file: one of :data:`MODELS`."""
    return {"$schema": DIALECT, **MODELS[name].model_json_schema()}


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into a folder as ``NAME.schema.json``; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.schema.json" for name in MODELS]
    for name, path in zip(MODELS, paths, strict=True):
        text = json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8")
    return paths


if __name__ == "__main__":
    write_schemas(Project.here().config / "schemas")
