"""The engine: parallel runs, failures that say where, the same bytes, no open port."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import nbformat
import papermill
import pytest

from erat.report.html import report_page
from erat.report.run import Job, Outcome, render_all, settle
from tests.report.faults import page_faults

PLOT = """\
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
fig, ax = plt.subplots(figsize=(3, 2))
sns.stripplot(x=np.arange(40) % 3, y=np.random.rand(40), ax=ax)
show(fig, alt="Points")"""
BREAKS = """\
# A failure
if province == "bad":
    raise KeyError("no such <thing>")"""
PORTS = """\
import os, pathlib
held = set()
for link in pathlib.Path("/proc/self/fd").iterdir():
    try:
        held.add(os.readlink(link))
    except OSError:
        pass
lines = [line.split() for name in ("tcp", "tcp6")
         for line in pathlib.Path("/proc/net", name).read_text().splitlines()[1:]]
print(sum(f"socket:[{line[9]}]" in held for line in lines), "ports")"""
OLD = '<html><main id="content">\nan old page</main></html>'
DIES = {
    "loops": "import re\nre.match('(a+)+b', 'a' * 60)  # in C: no signal is looked at",
    "gone": "import os\nos._exit(7)",
}
SHOWN = [
    "print('one'); print('two')\n1 + 1",
    "import pandas as pd\nframe = pd.DataFrame({f'column {n}': [n / 3] * 70 for n in range(30)})",
    "display(frame.head(2)); print('between'); display({'a': [1]})\nframe",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "%matplotlib inline\nfig, ax = plt.subplots(figsize=(2, 1))\nax.plot([2, 1]);",
    "fig",
    "from IPython.display import clear_output\nprint('gone')\nclear_output()",
    "shown = display('old', display_id='x')",
    "shown.update('new')\nawait __import__('asyncio').sleep(0)\n(_, __name__, type(get_ipython()))",
    "!echo from the shell",
    "import sys\nprint('to stderr', file=sys.stderr)\nsys.stdout.isatty(), sys.stdout.encoding",
]
"""Cells whose outputs are of every kind."""


def template(folder: Path, *cells: str) -> Path:
    """Write a small province template whose cells follow the parameters."""
    first = nbformat.v4.new_code_cell('province = "32"\nedition = "2024"\nlang = "id"')
    first.metadata.tags = ["parameters"]
    title = "from erat.report import show, title\ntitle('Laporan {unit}', unit=province)"
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
    """Good reports, one that raises, and some that have to be ended, on two workers."""
    folder = tmp_path_factory.mktemp("first")
    source = template(folder, PLOT, BREAKS, PORTS)
    jobs = [job(folder, source, name) for name in ("32", "bad", "72")]
    jobs += [job(folder, template(folder / name, DIES[name]), name, seconds=1) for name in DIES]
    jobs.append(job(folder, template(folder / "plot", PLOT, *SHOWN), "73"))
    jobs[1].html.parent.mkdir(parents=True)
    jobs[1].html.write_text(OLD, "utf-8")
    seen: list[str] = []
    outcomes = render_all(
        jobs, workers=2, on_done=lambda done: seen.append(done.job.parameters["province"])
    )
    assert sorted(seen) == sorted(["32", "72", "73", "bad", *DIES])
    return {done.job.parameters["province"]: done for done in outcomes}


def test_good_reports_are_there(rendered: dict[str, Outcome]) -> None:
    for name in ("32", "72", "73"):
        assert rendered[name].status == "done", str(rendered[name])
        html = rendered[name].job.html.read_text("utf-8")
        assert f"Laporan {name}</h1>" in html
        assert name == "73" or page_faults(html) == []


def test_failure_names_cell_line_and_error(rendered: dict[str, Outcome]) -> None:
    failed = rendered["bad"]
    assert (failed.status, failed.cell, failed.line) == ("failed", 4, "# A failure")
    assert failed.error == "KeyError: 'no such <thing>'"
    assert "cell 4 (# A failure): KeyError" in str(failed)


def test_a_failed_report_leaves_the_page_that_was_there(rendered: dict[str, Outcome]) -> None:
    html = rendered["bad"].job.html.read_text("utf-8")
    assert "an old page" in html
    assert "Halaman ini lebih lama" in html
    for name in DIES:
        assert not rendered[name].job.html.exists()
        assert not rendered[name].job.notebook.exists()


def test_a_cell_ends_at_its_limit(rendered: dict[str, Outcome]) -> None:
    assert rendered["loops"].cell == 3
    assert rendered["loops"].error == "took longer than 1 seconds"


def test_a_process_that_ends_is_one_failed_report(rendered: dict[str, Outcome]) -> None:
    assert rendered["gone"].cell == 3
    assert rendered["gone"].error == "its process ended with status 7"


def test_a_report_opens_no_port(rendered: dict[str, Outcome]) -> None:
    book = nbformat.read(rendered["32"].job.notebook, as_version=4)
    assert book.cells[-1].outputs[0].text == "0 ports\n"


def test_executed_notebook_holds_no_time_and_no_path(rendered: dict[str, Outcome]) -> None:
    done = rendered["32"]
    text = done.job.notebook.read_text("utf-8")
    assert str(done.job.folder) not in text
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:", text)
    assert '"id": "cell-2"' in text
    assert "injected-parameters" in text


def test_every_report_has_its_own_state_and_the_same_seed(
    rendered: dict[str, Outcome], tmp_path: Path
) -> None:
    cell = """\
import matplotlib.pyplot as plt, random, erat
before = vars(erat).setdefault("seen", [])
before.append(province)
plt.subplots(num=province, figsize=(1, 1))[0].suptitle(province)
print(province, before, plt.get_figlabels(), random.random())"""
    source = template(tmp_path, cell)
    jobs = [job(tmp_path, source, name) for name in ("11", "12", "13")]
    texts = []
    for done in render_all(jobs, workers=1):
        text, picture = nbformat.read(done.job.notebook, as_version=4).cells[-1].outputs
        name, rest = text.text.split(" ", 1)
        assert rest.startswith(f"['{name}'] ['{name}']")
        texts.append((rest.split()[-1], picture.data["image/png"]))
    assert len({seed for seed, _ in texts}) == 1
    assert len({picture for _, picture in texts}) == 3


@pytest.mark.stress
def test_a_fresh_interpreter_gives_the_bytes_of_a_fork(
    rendered: dict[str, Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = rendered["73"].job
    again = job(tmp_path, once.template, "73")
    monkeypatch.setattr("erat.report.processes.best_method", lambda: "spawn")
    done = render_all([again])[0]
    assert done.ok, str(done)
    assert once.html.read_bytes() == again.html.read_bytes()
    assert once.notebook.read_bytes() == again.notebook.read_bytes()


@pytest.mark.stress
def test_a_plain_kernel_gives_the_same_outputs(rendered: dict[str, Outcome]) -> None:
    once = rendered["73"].job
    seed = "import random, numpy; random.seed(0); numpy.random.seed(0); del random, numpy"
    book = papermill.execute_notebook(
        str(once.template), None, parameters=dict(once.parameters), cwd=str(once.folder),
        kernel_name="python3", language="python", progress_bar=False,
        extra_arguments=[f"--InteractiveShellApp.exec_lines={seed}"],
    )  # fmt: skip
    plain = settle(book, once.page.title, once.page.lang)
    assert nbformat.writes(plain) == once.notebook.read_text("utf-8")


def test_page_is_made_again_only_when_something_changed(rendered: dict[str, Outcome]) -> None:
    once = rendered["32"].job
    assert render_all([once])[0].status == "fresh"
    assert once.is_fresh
    changed = [
        replace(once, data_key="2"),
        replace(once, parameters={**once.parameters, "edition": "2025"}),
        replace(once, parameters={**once.parameters, "province": 32}),
        replace(once, page=replace(once.page, title="Other")),
        replace(once, template=rendered["73"].job.template),
        replace(once, notebook=once.notebook.with_name("none.ipynb")),
    ]
    assert [other for other in changed if other.is_fresh] == []
    assert [other.is_older for other in changed] == [True, True, True, False, True, False]


@pytest.mark.parametrize("which", ["html", "notebook"])
def test_a_page_that_was_cut_or_changed_is_made_again(
    rendered: dict[str, Outcome], which: str
) -> None:
    once = rendered["32"].job
    file: Path = getattr(once, which)
    whole = file.read_bytes()
    for damaged in (whole[:3000], whole.replace(b"Laporan 32", b"Laporan 33"), b""):
        file.write_bytes(damaged)
        assert not once.is_fresh
    file.write_bytes(whole)
    assert once.is_fresh


def test_an_older_page_says_so_once(rendered: dict[str, Outcome]) -> None:
    once = rendered["72"].job
    whole = once.html.read_bytes()
    for _ in range(2):
        once.mark_older()
    html = once.html.read_text("utf-8")
    assert html.count("Halaman ini lebih lama") == 1
    assert html.index("Halaman ini lebih lama") < html.index("<h1")
    assert not once.is_fresh
    once.html.write_bytes(whole)
