"""A site that is made again in parts: what is older says so, what has no source any more goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from erat.edition.project import Project
from erat.files import write_tables
from erat.report.publish import publish

OLDER = {"en": "This page is older than the data", "id": "Halaman ini lebih lama daripada data"}
OURS = '<meta name="erat-key" content="">'


@pytest.fixture
def copy(published: Project, tmp_path: Path) -> Project:
    """A copy of the published project."""
    shutil.copytree(published.root, tmp_path / "copy", symlinks=True)
    return Project(tmp_path / "copy")


def test_pages_of_another_state_are_marked(copy: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(record=True, width=200)
    monkeypatch.setattr("erat.report.run.library_digest", lambda: "another e-RAT")
    assert publish(copy, ["sensitivity"], lang="en", workers=2, console=console) == []
    reports = [path for lang in OLDER for path in copy.site.rglob(f"{lang}/*.html")]
    older = {path for path in reports if OLDER[path.parent.name] in path.read_text("utf-8")}
    assert older == {*reports} - {copy.site / "en" / "sensitivity.html"}
    assert f"{len(older)} other pages are older" in console.export_text()


def test_what_has_no_source_any_more_is_removed(copy: Project) -> None:
    site, processed = copy.site, copy.root / "data" / "processed"
    gone = [
        site / "en" / "capacity-72.html",
        site / "notebooks" / "en" / "capacity-72.ipynb",
        site / "data" / "72-capacity-en.xlsx",
        site / "2019" / "index.html",
        processed / "2019" / "manifest.json",
    ]
    mine = [site / "en" / "mine.html", site / "data" / "mine.xlsx", processed / "mine" / "x.csv"]
    write_tables(processed / "2019", {}, {}, {"edition": "2019"})
    for path in [*gone[:-1], *mine]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine" if path in mine else OURS, "utf-8")
    others = {path for path in site.rglob("*") if path.is_file()} - set(gone)
    console = Console(record=True, width=300)
    assert publish(copy, ["72"], lang="id", workers=1, console=console) == []
    assert not [path for path in gone if path.exists()]
    assert not (site / "2019").exists()
    assert not [path for path in [*others, *mine] if not path.exists()]
    said = console.export_text()
    assert "removed, since what it was made from is gone:" in said
    assert "reports/site/data/72-capacity-en.xlsx" in said
    assert "older" not in said
