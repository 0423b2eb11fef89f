"""Pages with a province's own answers and figures: marked, fresh, and nobody else's changed."""

from __future__ import annotations

import io
import re
import shutil
import sys
from pathlib import Path

import pytest
from rich.console import Console

from erat.edition.opened import open_edition
from erat.edition.project import Project
from erat.errors import DataError, InputError, ParameterError
from erat.report.own_inputs import OwnInputs, files_of_words
from erat.report.publish import example_page, publish
from erat.survey.stored import EXAMPLE, OWN, Assessed, build_assessment, own_answers
from tests.projects import project_in
from tests.report.assessed import HOSTILE, example_answers, write_example
from tests.report.faults import page_faults
from tests.report.pages import run_cells

SETTINGS = "thresholds: {agreement: 0}\nresampling: {replicates: 20}\n"
REGISTER = """entry,unit,name,kind,title,who,indicator,when,status,result,source,note
P-1,34,DI Yogyakarta,practice,Peringatan dini di sungai,34.bpbd,RMP1,2023,done,<b>baik</b>,x,
"""
RISK = "unit,name,index,year,value,class,source\n34,DI Yogyakarta,IKD,2024,0.55,sedang,BNPB\n"


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """The built project with a local folder of its own, still empty."""
    made = project_in(tmp_path, built)
    made.local.mkdir()
    (made.local / "assessment.yml").write_text(SETTINGS, "utf-8")
    return made


def add_answers(project: Project) -> Path:
    """Put real-looking answers of one province where the import puts them."""
    folder = project.local / "answers"
    example_answers(project.raw, simulated=False).write(folder)
    return folder


def test_without_answers_nothing_changes(project: Project) -> None:
    own = OwnInputs.read(project)
    assert own.parameters("34") == {"answers": "none"}
    assert own.key("34") == ""


def test_answers_and_figures_concern_their_province_alone(project: Project) -> None:
    add_answers(project)
    (project.local / "register.csv").write_text(REGISTER, "utf-8")
    own = OwnInputs.read(project)
    assert own.parameters("34") == {"answers": OWN}
    assert own.key("34") != ""
    assert own.parameters("72") == {"answers": "none"}
    assert own.key("72") == ""


def test_a_page_opens_nothing_that_its_key_does_not_cover(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.local / "register.csv").write_text(REGISTER, "utf-8")
    opened: set[Path] = set()

    def record(event: str, given: tuple[object, ...]) -> None:
        if event == "open" and isinstance(given[0], str):
            opened.add(Path(given[0]).resolve())

    sys.addaudithook(record)
    run_cells("province", monkeypatch, project.root, province="34", lang="id")
    folders = [project.config, project.raw, project.local, project.templates]
    places = [folder.resolve() for folder in (*folders, project.processed("2024"))]
    now = {path for path in opened if any(path.is_relative_to(place) for place in places)}
    e = open_edition("2024", project=project)
    keyed = [*e.folder.iterdir(), *files_of_words(project), *project.local.iterdir()]
    keyed += [*project.raw.glob("*.csv"), project.templates / "province.ipynb"]
    assert len(now) > 50
    assert now - {path.resolve() for path in keyed} == set()


def test_other_words_of_the_instrument_make_the_page_again(project: Project) -> None:
    (project.local / "register.csv").write_text(REGISTER, "utf-8")
    before = OwnInputs.read(project).key("34")
    raw, copy = project.raw.resolve(), project.root / "data" / "copy"
    shutil.copytree(raw, copy)
    (project.root / "data" / "raw").unlink()
    copy.rename(project.root / "data" / "raw")
    assert OwnInputs.read(project).key("34") == before
    path = project.instrument / "RMP.yml"
    path.write_text(path.read_text("utf-8") + "# another word\n", "utf-8")
    assert OwnInputs.read(project).key("34") != before


@pytest.mark.stress
def test_a_changed_answer_or_figure_is_noticed(project: Project) -> None:
    levels = add_answers(project) / "levels.csv"
    (project.local / "register.csv").write_text(REGISTER, "utf-8")
    first = OwnInputs.read(project).key("34")
    assert OwnInputs.read(project).key("34") == first
    (project.local / "register.csv").write_text(REGISTER.replace("2023", "2024"), "utf-8")
    second = OwnInputs.read(project).key("34")
    assert second != first
    text = levels.read_text("utf-8")
    levels.write_text(re.sub(r",5,", ",4,", text, count=1), "utf-8")
    assert OwnInputs.read(project).key("34") not in {first, second}


@pytest.mark.stress
def test_scores_are_computed_once(project: Project) -> None:
    answers = add_answers(project)
    assert build_assessment(project, answers)
    assert not build_assessment(project, answers)
    assert Assessed.read(project, OWN).provinces == ["34"]
    (project.local / "roster.csv").write_text(
        "subunit,name,eligible,note\n34.bpbd,DI Yogyakarta,40,\n", "utf-8"
    )
    assert build_assessment(project, answers)


def test_wrong_local_tables_are_refused_before_a_page_is_written(project: Project) -> None:
    (project.local / "register.csv").write_text(REGISTER.replace("practice", "x"), "utf-8")
    with pytest.raises(DataError, match=r"data/local/register\.csv"):
        publish(project, ["34"], lang="en", workers=1)
    assert not project.site.exists()


def test_doubts_about_local_tables_are_printed_once(project: Project) -> None:
    (project.local / "register.csv").write_bytes(
        REGISTER.replace("sungai", "sungaí").encode("cp1252")
    )
    console = Console(record=True, width=400, quiet=False, file=io.StringIO())
    with pytest.raises(ParameterError, match="99"):
        publish(project, ["34", "99"], lang="en", workers=1, console=console)
    said = console.export_text()
    assert said.count("erat: note: data/local/register.csv, row 2: found text in Latin-1") == 1


def test_a_folder_without_answers_is_refused_by_name(project: Project, tmp_path: Path) -> None:
    assert own_answers(project) is None
    with pytest.raises(InputError, match="erat survey import"):
        own_answers(project, tmp_path / "none")


@pytest.mark.stress
def test_answers_that_no_page_would_show_are_refused(project: Project) -> None:
    folder = add_answers(project)
    with pytest.raises(ParameterError, match="answers of 34, none of 72") as refused:
        publish(project, ["72"], lang="en", workers=1, answers=folder)
    assert "ask for the page 34" in str(refused.value)
    assert not project.site.exists()
    own = OwnInputs.read(project, folder, ["34", "72", "national"])
    assert own.without(["34", "72", "national"]) == ["72"]


@pytest.mark.stress
def test_a_page_with_own_answers_and_figures_says_so(project: Project) -> None:
    add_answers(project)
    (project.local / "register.csv").write_text(REGISTER, "utf-8")
    (project.local / "risk_indices.csv").write_text(RISK, "utf-8")
    assert publish(project, ["34"], lang="en", workers=1) == []
    page = project.site / "en" / "34.html"
    html, capacity = (
        (project.site / "en" / f"{name}.html").read_text("utf-8") for name in ("34", "capacity-34")
    )
    assert page_faults(html) == page_faults(capacity) == []
    assert "This page contains local figures." in html[: html.index("<figure>")]
    assert html.count("[Local figure, not public]") == 2
    assert "&lt;b&gt;baik&lt;/b&gt;" in html
    assert "Not assessed:" not in html
    assert "contains answers that are not public" in capacity[: capacity.index("<figure>")]
    assert HOSTILE not in capacity
    links = set(re.findall(r'href="capacity-34\.html#([^"]+)"', html))
    assert {"RMP", "RMP1", "OFR"} <= links <= set(re.findall(r'id="([^"]+)"', capacity))
    assert 'href="34.html#sources"' in capacity
    assert (project.site / "data" / "34-capacity-en.xlsx").exists()
    before = page.stat().st_mtime_ns
    assert publish(project, ["34"], lang="en", workers=1) == []
    assert page.stat().st_mtime_ns == before
    (project.local / "answers" / "respondents.csv").unlink()
    assert publish(project, ["34"], lang="en", workers=1) == []
    assert "Not assessed:" in page.read_text("utf-8")
    assert not (project.site / "en" / "capacity-34.html").exists()


@pytest.mark.stress
@pytest.mark.parametrize("lang", ["id", "en"])
def test_an_example_page_has_its_banner_and_its_word(
    project: Project, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_example(project.raw, project.processed(EXAMPLE), project.processed("example_answers"))
    local = project.processed("example_files") / "local"
    local.mkdir(parents=True)
    (local / "register.csv").write_text(REGISTER, "utf-8")
    given = {"province": "34", "lang": lang, "answers": EXAMPLE}
    page = run_cells("province", monkeypatch, project.root, **given)
    word = {"id": "simulasi", "en": "simulated"}[lang]
    banner = {"id": "Contoh dengan jawaban simulasi.", "en": "Example with simulated answers."}
    assert banner[lang] in page.html[: page.html.index("<figure>")]
    captions = re.findall(r"<caption>(.*?)</caption>", page.html)
    own = [text for text in captions if text.startswith(f"[{word}]")]
    assert len(own) == 2
    official = page.html[: page.html.index("capacity-34.html")]
    assert f"[{word}]" not in official[: official.rindex("<table")]
    e = open_edition(lang=lang, project=project)
    described = example_page(e, "34", "DI Yogyakarta", ["id", "en"])
    assert word in described.title
    assert described.made_by[-1][1] == word
    assert described.home.startswith("../../index")
