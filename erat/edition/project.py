"""Where a project's files are."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from erat.errors import InputError, ParameterError, Problem, listing, nearest


@dataclass(frozen=True)
class Project:
    """A project: ``root`` is the folder that holds ``config/``, ``data/`` and ``notebooks/``."""

    root: Path

    @classmethod
    def here(cls, start: Path | None = None) -> Project:
        """Find the project that holds a folder (the current one by default)."""
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "config" / "editions").is_dir():
                return cls(folder)
        found = f"no folder with config/editions at or above {start}"
        remedy = "run the command inside the project's folder"
        raise InputError([Problem("project", found, "the project's folder", remedy)])

    @property
    def raw(self) -> Path:
        """Raw tables, never changed."""
        return self.root / "data" / "raw"

    @property
    def instrument(self) -> Path:
        """The instrument of the assessment: questions and who answers them."""
        return self.raw / "instrument"

    @property
    def local(self) -> Path:
        """A province's own figures: in no repository, and marked on every page that uses them."""
        return self.root / "data" / "local"

    @property
    def config(self) -> Path:
        """Editions, frameworks, methods and studies."""
        return self.root / "config"

    @property
    def templates(self) -> Path:
        """Report notebooks."""
        return self.root / "notebooks" / "reports"

    @property
    def site(self) -> Path:
        """The rendered site."""
        return self.root / "reports" / "site"

    def site_of(self, edition: str) -> Path:
        """Return the folder of an edition's pages: the site itself for the latest edition."""
        return self.site if edition == self.editions[-1] else self.site / edition

    @property
    def editions(self) -> list[str]:
        """Names of the editions, the latest last."""
        return sorted(path.stem for path in (self.config / "editions").glob("*.yml"))

    def edition_file(self, name: str) -> Path:
        """Return an edition's file, or refuse the name and list the editions there are."""
        if name not in self.editions:
            expected = f"one of {listing(self.editions)}"
            raise ParameterError(
                [Problem("edition", repr(name), expected, nearest(name, self.editions))]
            )
        return self.config / "editions" / f"{name}.yml"

    def processed(self, edition: str) -> Path:
        """Return the folder of an edition's results."""
        return self.root / "data" / "processed" / edition


def province_code(names: Mapping[str, str], province: str | int) -> str:
    """Return the code of a province by its code or its name; ParameterError names the nearest.

    ``names`` are all provinces by code.
    """
    asked, codes = str(province).strip().casefold(), {code: code for code in names}
    codes = {name.casefold(): code for code, name in names.items()} | codes
    if asked in codes:
        return codes[asked]
    close = difflib.get_close_matches(asked, codes, n=3) or list(names)[:3]
    shown = dict.fromkeys(f"{codes[word]} {names[codes[word]]}" for word in close)
    expected = f"the code or name of one of {len(names)} provinces"
    remedy = f"for example {', '.join(shown)}"
    raise ParameterError([Problem("province", repr(province), expected, remedy)])
