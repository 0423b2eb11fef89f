"""Writing results whole or not at all."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erat.errors import InputError
from erat.files import (
    MANIFEST,
    library_digest,
    read_manifest,
    replaced_when_whole,
    sha256,
    write_csv,
    write_manifest,
)


def fill(folder: Path, text: str = "new") -> None:
    with replaced_when_whole(folder) as new:
        (new / "scores.csv").write_text(text)
        write_manifest(new, {})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_with_its_parents(tmp_path: Path) -> None:
    fill(tmp_path / "a" / "b")
    assert names(tmp_path / "a" / "b") == [MANIFEST, "scores.csv"]
    assert names(tmp_path / "a") == ["b"]


def test_an_empty_folder_or_earlier_results_are_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    fill(out, "first")
    with replaced_when_whole(out) as new:
        (new / "other.csv").write_text("second")
        write_manifest(new, {})
    assert names(out) == [MANIFEST, "other.csv"]
    assert names(tmp_path) == ["out"]


def test_files_of_the_same_names_are_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "scores.csv").write_text("old")
    fill(out)
    assert (out / "scores.csv").read_text() == "new"


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    fill(out, "old")

    def fail() -> None:
        with replaced_when_whole(out) as new:
            (new / "scores.csv").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (out / "scores.csv").read_text() == "old"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize(
    "manifest",
    [None, "{}", "[]", "not json", '{"name": "a web page", "outputs": {"mine.txt": ""}}'],
)
def test_files_that_others_made_are_never_removed(tmp_path: Path, manifest: str | None) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("thesis")
    if manifest is not None:
        (out / MANIFEST).write_text(manifest)
    with pytest.raises(InputError, match=r"mine\.txt"):
        fill(out)
    assert (out / "mine.txt").read_text() == "thesis"
    assert names(tmp_path) == ["out"]


def test_a_file_put_among_the_results_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    fill(out)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"notes\.txt"):
        fill(out, "newer")
    assert (out / "scores.csv").read_text() == "new"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InputError, match="found a file"):
        fill(tmp_path / "out")


def test_floats_read_back_exactly(tmp_path: Path) -> None:
    values = [0.1, 1 / 3, 1e-300, 5e-324, 1e22, -2.5e-7, math.pi * 1e15, np.nextafter(1, 2), -0.0]
    write_csv(pd.DataFrame({"x": values}), tmp_path / "x.csv", index=False)
    lines = (tmp_path / "x.csv").read_text().splitlines()[1:]
    assert [float(line) for line in lines] == values


def test_missing_values_are_empty_cells(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"x": [1.5, np.nan], "r": pd.array([1, None], dtype="Int64"), "t": ["a", ""]}
    )
    write_csv(frame, tmp_path / "x.csv", index=False)
    assert (tmp_path / "x.csv").read_bytes() == b"x,r,t\n1.5,1,a\n,,\n"


def test_manifest_names_inputs_and_outputs_with_hashes(tmp_path: Path) -> None:
    source = tmp_path / "data.csv"
    source.write_text("a")
    out = tmp_path / "out"
    with replaced_when_whole(out) as new:
        (new / "scores.csv").write_text("x")
        write_manifest(new, {"data": source}, edition="2024")
    made = read_manifest(out)
    assert made["inputs"] == {"data": {"file": "data.csv", "sha256": sha256(source)}}
    assert made["outputs"] == {"scores.csv": sha256(out / "scores.csv")}
    assert made["edition"] == "2024"
    assert made["made_by"].startswith("e-RAT ")
    assert str(tmp_path) not in json.dumps(made)


def test_the_digest_of_the_library_is_stable() -> None:
    assert library_digest() == library_digest()
    assert len(library_digest()) == 64
