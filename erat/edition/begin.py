"""A new edition's file, from that of another one."""

from __future__ import annotations

import re
from pathlib import Path

from erat.edition.edition import Edition
from erat.edition.project import Project
from erat.errors import ParameterError, Problem
from erat.files import write_whole


def begin_edition(project: Project, code: str, other: str | None = None) -> tuple[Path, Edition]:
    """Write the file of an edition that is named by its year: that of ``other`` (the latest, if none
    is named), with the year in place of its own wherever that stands. Framework, method and study
    are the same files. Returns the file written, and the edition that it is like; a ``code`` that is
    no year, an edition that is there, and another that is not, are refused (ParameterError).
    """
    path, where = project.config / "editions" / f"{code}.yml", "edition new"
    if path.exists():
        remedy = "change that file, or remove it first"
        raise ParameterError([Problem(where, f"{path.name}, which is there", "a new one", remedy)])
    like = Edition.read(project, other or project.editions[-1])
    year = str(like.spec.year)
    if not re.fullmatch(r"[12][0-9]{3}", code) or code == year:
        remedy = f"for example: erat edition new {int(year) + 1} --from {like.code}"
        raise ParameterError([Problem(where, repr(code), f"a year other than {year}", remedy)])
    text = (like.folder / f"{like.code}.yml").read_text("utf-8")
    write_whole(path, re.sub(rf"\b{year}\b", code, text))
    return path, like
