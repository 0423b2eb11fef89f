"""The engine: parallel runs, failures that say where, the same bytes, no open port."""

from __future__ import annotations

import json
import re
import stat
import tempfile
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from erat.report.html import report_page
from erat.report.kernel import LONGEST_SOCKET_PATH, private_folder
from erat.report.run import Job, Outcome, is_fresh, render, render_all
from tests.report.faults import page_faults

WARM_MODULES = ("erat.report.page",)
PLOT = """\
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
fig, ax = plt.subplots(figsize=(3, 2))
sns.stripplot(x=np.arange(40) % 3, y=np.random.rand(40), ax=ax)
page.figure(fig, alt="Points")"""
BREAKS = """\
# A failure
if province == "bad":
    raise KeyError("no such <thing>")"""
PORTS = """\
import json, os, pathlib
held = set()
for link in pathlib.Path("/proc/self/fd").iterdir():
    try:
        held.add(os.readlink(link))
    except OSError:
        pass
lines = [line.split() for name in ("tcp", "tcp6", "unix")
         for line in pathlib.Path("/proc/net", name).read_text().splitlines()[1:]]
listening = [line for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in held]
sockets = [line[-1] for line in lines if line[0].endswith(":") and "erat-" in line[-1]]
folder = pathlib.Path(sockets[0]).parent
print(json.dumps({"ports": len(listening), "longest": max(map(len, sockets)),
                  "mode": folder.stat().st_mode, "pid": os.getpid()}))"""


def template(folder: Path, *cells: str) -> Path:
    """Write a small province template whose cells follow the parameters."""
    first = nbformat.v4.new_code_cell('province = "32"\nedition = "2024"\nlang = "id"')
    first.metadata.tags = ["parameters"]
    title = "from erat.report import page\npage.heading('Laporan ' + province, 1)"
    book = nbformat.v4.new_notebook(
        cells=[first, *(nbformat.v4.new_code_cell(cell) for cell in (title, *cells))]
    )
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, folder / "province.ipynb")
    return folder / "province.ipynb"


def job(folder: Path, source: Path, province: str, seconds: int = 60) -> Job:
    """Make a job for one province."""
    return Job(
        template=source,
        parameters={"province": province, "edition": "2024", "lang": "id"},
        html=folder / "site" / "id" / f"{province}.html",
        notebook=folder / "notebooks" / "id" / f"{province}.ipynb",
        page=report_page(f"Laporan {province}", "id", province, (("Edisi", "2024"),)),
        data_key="1",
        folder=folder,
        cell_seconds=seconds,
    )


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Three reports of which one fails, and one whose cell takes too long."""
    folder = tmp_path_factory.mktemp("first")
    source = template(folder, PLOT, BREAKS, PORTS)
    slow = template(folder / "slow", "import time\ntime.sleep(30)")
    jobs = [job(folder, source, name) for name in ("32", "bad", "72")]
    jobs.append(job(folder, slow, "slow", seconds=1))
    jobs.append(job(folder, template(folder / "plot", PLOT), "73"))
    jobs[1].html.parent.mkdir(parents=True)
    jobs[1].html.write_text("an old page", "utf-8")
    seen: list[str] = []
    outcomes = render_all(
        jobs,
        workers=2,
        on_done=lambda done: seen.append(done.job.parameters["province"]),
        modules=WARM_MODULES,
    )
    assert sorted(seen) == ["32", "72", "73", "bad", "slow"]
    return {done.job.parameters["province"]: done for done in outcomes}


def test_good_reports_are_there(rendered: dict[str, Outcome]) -> None:
    for name in ("32", "72", "73"):
        assert rendered[name].status == "done", str(rendered[name])
        html = rendered[name].job.html.read_text("utf-8")
        assert f"Laporan {name}</h1>" in html
        assert "stripplot" not in html


def test_failure_names_cell_line_and_error(rendered: dict[str, Outcome]) -> None:
    failed = rendered["bad"]
    assert (failed.status, failed.cell, failed.line) == ("failed", 4, "# A failure")
    assert failed.error == "KeyError: 'no such <thing>'"
    assert "cell 4 (# A failure): KeyError" in str(failed)


def test_failed_report_leaves_no_page(rendered: dict[str, Outcome]) -> None:
    assert not rendered["bad"].job.html.exists()
    assert not rendered["bad"].job.notebook.exists()


def test_slow_cell_fails_at_its_limit(rendered: dict[str, Outcome]) -> None:
    assert rendered["slow"].cell == 3
    assert rendered["slow"].error == "took longer than 1 seconds"
    assert rendered["slow"].seconds < 20


def printed(outcome: Outcome) -> dict[str, int]:
    book = nbformat.read(outcome.job.notebook, as_version=4)
    found: dict[str, int] = json.loads(book.cells[-1].outputs[0].text)
    return found


def test_kernel_opens_no_port_and_keeps_its_folder_private(rendered: dict[str, Outcome]) -> None:
    found = printed(rendered["32"])
    assert found["ports"] == 0
    assert found["longest"] < 107
    assert found["mode"] & 0o777 == 0o700


def test_no_kernel_stays(rendered: dict[str, Outcome]) -> None:
    assert not Path("/proc", str(printed(rendered["32"])["pid"])).exists()


def test_executed_notebook_holds_no_time_and_no_path(rendered: dict[str, Outcome]) -> None:
    done = rendered["32"]
    text = done.job.notebook.read_text("utf-8")
    assert str(done.job.folder) not in text
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:", text)
    assert '"id": "cell-2"' in text
    assert "injected-parameters" in text


def test_fresh_kernel_gives_the_bytes_of_a_warm_one(
    rendered: dict[str, Outcome], tmp_path: Path
) -> None:
    once = rendered["73"].job
    again = job(tmp_path, once.template, "73")
    assert render(again, once.key).status == "done"  # in this process, without a warm one
    assert once.html.read_bytes() == again.html.read_bytes()
    assert once.notebook.read_bytes() == again.notebook.read_bytes()
    assert page_faults(once.html.read_text("utf-8")) == []


def test_page_is_made_again_only_when_something_changed(rendered: dict[str, Outcome]) -> None:
    once = rendered["32"].job
    assert render_all([once])[0].status == "fresh"
    assert is_fresh(once, once.key)
    changed = [
        replace(once, data_key="2"),
        replace(once, parameters={**once.parameters, "edition": "2025"}),
        replace(once, page=replace(once.page, title="Other")),
        replace(once, template=rendered["73"].job.template),
        replace(once, notebook=once.notebook.with_name("none.ipynb")),
    ]
    assert [other for other in changed if is_fresh(other, other.key)] == []


def test_kernel_folder_is_short_even_where_temporary_folders_are_deep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    folder = private_folder()
    assert len(str(folder / "k-99999")) < LONGEST_SOCKET_PATH
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()
