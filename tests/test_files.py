"""Writing results whole or not at all."""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import stat
import subprocess
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
    write_whole,
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


def test_a_file_of_the_same_name_that_others_made_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("scores.csv", MANIFEST):
        (out / name).write_text("mine")
        with pytest.raises(InputError, match=name):
            fill(out)
        assert (out / name).read_text() == "mine"
        (out / name).unlink()


def test_the_folder_that_one_is_in_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    fill(out, "old")
    monkeypatch.chdir(out)
    for folder in (Path(), out, tmp_path, Path("/")):
        with pytest.raises(InputError, match="the folder that you are in"):
            fill(folder)
    assert names(out) == [MANIFEST, "scores.csv"]


def test_a_folder_keeps_its_mode_and_a_new_one_has_that_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        fill(tmp_path / "out")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "out" / "scores.csv").stat().st_mode) == 0o600
    (tmp_path / "out").chmod(0o750)
    fill(tmp_path / "out", "newer")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750


def test_two_folders_change_places_in_one_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    fill(out, "old")
    monkeypatch.setattr(Path, "replace", None)
    fill(out)
    assert (out / "scores.csv").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_a_run_that_was_ended_between_two_steps_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a system cannot exchange folders, the old one stands beside until the new one is in."""
    out = tmp_path / "out"
    fill(out, "old")
    with monkeypatch.context() as patch:
        patch.setattr("erat.files.ctypes", None)
        fill(out)
        assert (out / "scores.csv").read_text() == "new"
        assert names(tmp_path) == ["out"]
        replace = Path.replace

        def ended(path: Path, target: Path) -> Path:
            if target == out:
                raise KeyboardInterrupt
            return replace(path, target)

        patch.setattr(Path, "replace", ended)
        with pytest.raises(KeyboardInterrupt):
            fill(out)
    for reads in (read_manifest, fill):
        with pytest.raises(InputError, match=r"rename \.out\.before to out"):
            reads(out)
    (tmp_path / ".out.before").rename(out)
    assert (out / "scores.csv").read_text() == "new"


def test_what_ended_runs_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    for name in (f".out.{ended.pid}.part", f".other.{os.getpid()}.part", "mine.part"):
        (tmp_path / name).mkdir()
    (tmp_path / f".page.html.{ended.pid}.part").touch()
    fill(tmp_path / "out")
    assert names(tmp_path) == [f".other.{os.getpid()}.part", "mine.part", "out"]


def test_a_file_is_whole_or_as_it_was_and_no_link_is_followed(tmp_path: Path) -> None:
    mine, link = tmp_path / "mine.txt", tmp_path / "page.html"
    mine.write_text("mine")
    link.symlink_to(mine)
    write_whole(link, "a page")
    assert (mine.read_text(), link.read_text()) == ("mine", "a page")
    assert not link.is_symlink()


def test_a_full_disk_leaves_the_file_and_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    write_whole(page, "the page")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(OSError, match=r"page\.html: File too large; what was there before"):
            write_whole(page, "x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, heard)
    assert page.read_text() == "the page"
    assert names(tmp_path) == ["page.html"]


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


@pytest.mark.parametrize("names", [["a", "b"], ['a, "b"', ""], ["é", None], ["a", "b\nc"]])
def test_a_large_table_has_the_bytes_that_pandas_writes(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(1)
    x = random.random((3000, 8)) * 10.0 ** random.integers(-7, 19, (3000, 8))
    x[:, :2] = random.integers(0, 2**64, (3000, 2), dtype=np.uint64).view(float)
    x[:, 2:4] = np.round(x[:, 2:4], 3)
    x[random.random(x.shape) < 0.05] = np.nan
    x[:9] = [[-0.0], [np.inf], [np.nan], [5e-324], [1e-4], [1e16], *3 * [[0.0]]]
    x[6:9, 0] = np.nextafter([1e16, 1e-4, 1e-4], [0, 0, 1])
    frame = pd.DataFrame({"unit": names * 1500, "x": x[:, 0], "y": pd.array([1, None] * 1500)})
    frame = pd.concat([frame, pd.DataFrame(x).add_prefix("x")], axis=1)
    monkeypatch.setattr("erat.files.MANY_FLOATS", 1)
    for table in (frame, iter([frame[:2500], frame[2500:]])):
        write_csv(table, tmp_path / "x.csv", index=False)
        assert (tmp_path / "x.csv").read_text() == frame.to_csv(index=False, lineterminator="\n")


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
