"""The words of the audit, and its notebook: every check speaks both languages, in one number."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd
import pytest

from erat.edition.audit import Audit
from erat.edition.opened import OpenEdition, open_edition
from erat.edition.project import Project
from erat.edition.ten_steps import LIMITS, SOURCES, VERDICTS, Check, Limit, judged, step_verdicts
from erat.locale import LANGUAGES, Language
from erat.report import audit_text
from erat.report.audit_text import (
    STEPS,
    check_text,
    checks_table,
    limits_text,
    number_text,
    sources_of_limits,
    verdicts_table,
)
from tests.report.faults import page_faults

CHECKS = [(step, name) for step, limits in LIMITS.items() for name in limits]
ABOUT = {
    "lenses": ("phase prevention", "capacity absorb"),
    "coverage_unit": ("72",),
    "choice": ("normalization 3",),
    "compared": ("ipm",),
    "single": ("economy",),
    "alpha": ("people",),
}
"""What a check is about, where that is not one indicator."""
DETAILS: dict[str, dict[str, float | str]] = {
    "unexplained": {"n": 14},
    "single": {"n": 4},
    "lowest_pair": {"a": "hls", "b": "rls"},
    "highest_pair": {"a": "hls", "b": "rls"},
    "elsewhere": {"worst": "rls", "r": 0.5, "other": "livelihood", "r_other": 0.625},
    "outliers": {"n": 9},
    "largest_weight": {"weight": 0.25, "equal": 1 / 9},
    "width": {"ranks": 7.5, "n": 38},
    "open": {"provinces": 19, "n": 38},
    "choice": {"ranks": 1.9},
    "left_out": {"ranks": 3.9},
}
"""The numbers behind a check, as its step gives them."""


@pytest.fixture(scope="module")
def english(built: Project) -> OpenEdition:
    return open_edition("2024", lang="en", project=built)


@pytest.fixture(scope="module")
def indonesian(built: Project) -> OpenEdition:
    return open_edition("2024", lang="id", project=built)


def row(step: str, name: str, value: float, about: tuple[str, ...] | None = None) -> pd.Series:
    codes = ABOUT.get(name, ("rls",)) if about is None else about
    return judged({step: [Check(name, value, codes, DETAILS.get(name, {}))]}).iloc[0]


@pytest.mark.parametrize(("step", "name"), CHECKS)
@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
def test_every_check_speaks_both_languages(
    english: OpenEdition, indonesian: OpenEdition, step: str, name: str, value: float
) -> None:
    texts = [check_text(e, row(step, name, value)) for e in (english, indonesian)]
    assert texts[0] != texts[1]
    assert not any(re.search(r"\bnan\b|[{}]", text) for text in texts)
    assert all(text.endswith(".") for text in texts)


def test_what_could_not_be_computed_says_so(english: OpenEdition) -> None:
    missing = row("multivariate", "kmo", float("nan"))
    assert missing["verdict"] == "look"
    assert check_text(english, missing) == "This cannot be computed here."


def test_a_long_list_is_cut_and_says_so(english: OpenEdition) -> None:
    many = tuple(english.framework.indicators)
    text = check_text(english, row("normalization", "outliers", 1.0, many))
    assert text.startswith("Outliers are left in 9 of 9 indicators: life expectancy, ")
    assert text.endswith(" and 5 more.")


def test_what_a_check_is_of_has_its_name(english: OpenEdition) -> None:
    """A province, a phase, a choice and a dimension, each by its code."""
    texts = {name: check_text(english, row(step, name, 0.5)) for step, name in CHECKS}
    assert "Sulawesi Tengah" in texts["coverage_unit"]
    assert "prevention and absorb" in texts["lenses"]
    assert "normalization (ranks): 1.9 ranks" in texts["choice"]
    assert "0.62 with Livelihood buffer and 0.50" in texts["elsewhere"]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(0.05, 0.35, ("JRC",)), "look above 5%, fail above 35% (JRC)"),
        (Limit(0.3, -0.4, ("JRC",), ".2", low=True), "look below 0.30, fail below −0.40 (JRC)"),
        (Limit(1, None, ("JRC",), ".0", low=True), "look below 1 (JRC)"),
        (Limit(1e-9, 1e-6, ("JRC",), ".2"), "look above 10⁻⁹, fail above 10⁻⁶ (JRC)"),
    ],
)
def test_limits_are_written_as_numbers_are(limit: Limit, words: str) -> None:
    assert limits_text(Language("en"), limit).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (".2", 2.1e-14, "2·10⁻¹⁴"),
        (".2", 0.814, "0,81"),
        (".2", 0.0, "0"),
        (".1%", 0.0, "0%"),
        (".1%", 0.0512, "5,1%"),
        (".0", float("nan"), "–"),
    ],
)
def test_numbers_are_written_in_one_way(form: str, value: float, text: str) -> None:
    assert number_text(Language("id"), Limit(0, 1, ("JRC",), form), value) == text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_steps_verdicts_and_sources_have_words(lang: str) -> None:
    spoken = Language(lang)
    assert len({spoken.tr(heading) for heading in STEPS.values()}) == len(LIMITS)
    assert set(audit_text.VERDICTS) == set(VERDICTS)
    texts = sources_of_limits(spoken)
    assert all(text.startswith(name) for text, name in zip(texts, SOURCES, strict=True))


def test_the_summary_gives_the_reasons_of_each_verdict(english: OpenEdition) -> None:
    checks = Audit(english).checks
    table = verdicts_table(english, checks).set_index("Verdict")
    assert list(table.index) == list(step_verdicts(checks))
    whole = checks_table(english, checks).set_index("Found")
    for verdict, reason in table["Reason"].items():
        reasons = whole.index[[text in str(reason) for text in whole.index]]
        assert set(whole.loc[reasons, "Verdict"]) == {verdict}


def test_the_page_says_what_the_tables_say(published: Project) -> None:
    for lang in LANGUAGES:
        html = (published.site / lang / "audit.html").read_text("utf-8")
        assert page_faults(html) == []
        e = open_edition("2024", lang=lang, project=published)
        checks = Audit(e).checks
        shown = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", html)))
        for text in checks_table(e, checks).iloc[:, 1]:
            assert text in shown
        anchors = re.findall(r'href="#(step-[a-z0-9-]+)"', html)
        assert len(anchors) == len(LIMITS)
        assert all(f'id="{anchor}"' in html for anchor in anchors)
        largest = e.lang.number(checks.loc[("details", "left_out"), "details"]["ranks"], 1)
        assert shown.count(largest) >= 3
