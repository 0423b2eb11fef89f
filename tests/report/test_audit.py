"""The words of the audit: every check has a sentence in both languages, whatever its verdict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from erat.edition.audit.ten_steps import LIMITS, SOURCES, STEPS, Check, Limit, Verdict
from erat.edition.project import Project
from erat.edition.results import build_edition
from erat.locale import LANGUAGES
from erat.report.audit_numbers import limits_words, tiny, written
from erat.report.audit_words import sentence, source_words, step_title, verdict_word
from erat.report.view import View

ROOT = Path(__file__).parents[2]
Views = dict[str, View]


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    root = tmp_path_factory.mktemp("project")
    (root / "config").symlink_to(ROOT / "config")
    (root / "data").mkdir()
    (root / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    project = Project(root)
    build_edition(project, "2024")
    return {code: View("2024", code, project) for code in LANGUAGES}


ABOUT: dict[str, tuple[str, ...]] = {
    "lenses": ("prevention", "absorb"),
    "coverage_unit": ("72",),
    "lowest_pair": ("hls", "rls"),
    "highest_pair": ("hls", "rls"),
    "choice": ("normalization", "1"),
    "compared": ("ipm",),
    "single": ("economy",),
    "alpha": ("people",),
}
"""What a check is about, where that is not one indicator."""


def check(name: str, value: float) -> Check:
    about = ABOUT.get(name, ("rls",))
    if name == "elsewhere":
        return Check(name, value, about, ("livelihood",), ((0.5, 0.625),))
    return Check(name, value, about)


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
def test_every_check_speaks_both_languages(views: Views, name: str, value: float) -> None:
    said = {code: sentence(view, check(name, value)) for code, view in views.items()}
    assert said["id"] != said["en"]
    assert not any(re.search(r"\bnan\b|{", words) for words in said.values())
    assert all(words.endswith(".") for words in said.values())


@pytest.mark.parametrize("name", ["alpha", "kmo", "gap", "scale", "overlap", "closing"])
def test_what_could_not_be_computed_says_so(views: Views, name: str) -> None:
    missing = Check(name, float("nan"))
    assert missing.verdict == Verdict.LOOK
    assert sentence(views["en"], missing).endswith(": cannot be computed here")
    assert sentence(views["id"], missing).endswith(": tidak dapat dihitung di sini")


def test_a_long_list_is_cut_and_says_so(views: Views) -> None:
    many = tuple(views["en"].framework.indicators)
    said = sentence(views["en"], Check("outliers", 1.0, many))
    assert said.startswith("Outliers are left in 9 of 9 indicators: life expectancy, ")
    assert said.endswith(" and 5 more.")


def test_an_indicator_that_fits_elsewhere_says_how_much(views: Views) -> None:
    said = sentence(views["en"], check("elsewhere", 0.1))
    assert said.endswith("mean years of schooling (0.50, but 0.62 with Livelihood buffer).")


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(0.05, 0.35, ("JRC",)), "look above 5%, fail above 35% (JRC)"),
        (Limit(0.3, -0.4, ("JRC",), "number", low=True), "look below 0.30, fail below −0.40 (JRC)"),
        (Limit(1, None, ("JRC",), "count", low=True), "look below 1 (JRC)"),
        (Limit(1e-9, 1e-6, ("JRC",), "number"), "look above 10⁻⁹, fail above 10⁻⁶ (JRC)"),
    ],
)
def test_limits_are_written_as_numbers_are(views: Views, limit: Limit, words: str) -> None:
    assert limits_words(views["en"], limit).replace("\N{NO-BREAK SPACE}", " ") == words


def test_small_numbers(views: Views) -> None:
    assert tiny(2.1e-14) == "2·10⁻¹⁴"
    assert written(views["id"], LIMITS["alpha"], 0.814) == "0,81"
    assert written(views["id"], LIMITS["closing"], 0.0) == "0"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_steps_verdicts_and_sources_have_words(views: Views, lang: str) -> None:
    view = views[lang]
    assert len({step_title(view, name) for name in STEPS}) == 10
    assert len({verdict_word(view, verdict) for verdict in Verdict}) == 3
    assert all(source_words(view, name).startswith(name) for name in SOURCES)
