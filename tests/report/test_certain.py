"""What is certain of ranks and scores, on the pages: first lines, claims, and intervals everywhere."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd
import pytest

from erat.edition.project import Project
from erat.locale import LANGUAGES
from erat.report import findings
from erat.report.certain import claims
from erat.report.national import NationalReport
from erat.report.page import Html
from erat.report.province import ProvinceReport
from erat.report.view import View

INTERVAL = r"\(−?[\d.,]+–[\d.,]+\)"
UNITS = ("72", "31", "97")
"""The least certain province, the first and the last."""


def words(piece: Html) -> str:
    """Return what is read of a piece, without its pictures."""
    plain = re.sub(r"<[^>]*>", " ", str(piece.markup))
    return unescape(re.sub(r"\s+", " ", plain)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("unit", UNITS)
def test_a_province_is_told_its_own_claims(built: Project, lang: str, unit: str) -> None:
    report = ProvinceReport(unit, "2024", lang, project=built)
    said = words(report.robustness())
    mine = claims(report, ["tier", "pair", "best", "last", "order"], unit)
    assert mine
    assert all(claim in said for claim in mine)
    assert any(report.names[unit] in claim for claim in mine)
    others = [c for c in claims(report, ["rank"]) if report.names[unit] not in c]
    assert not any(claim in said for claim in others)
    unscored = report.lang.tr(
        "No bar for the score: {factors}, since such scores are not on one scale.",
        factors={"en": "normalization", "id": "normalisasi"}[lang],
    )
    assert unscored in said


@pytest.mark.parametrize("unit", UNITS)
def test_no_score_or_rank_of_a_province_stands_without_its_interval(
    built: Project, lang: str, unit: str
) -> None:
    report = ProvinceReport(unit, "2024", lang, project=built)
    shown = words(report.summary()) + words(report.profile())
    for node in report.framework.dimensions:
        assert report.score_text(unit, node).replace("\N{NO-BREAK SPACE}", " ") in shown
    assert report.score_range(unit) in shown
    assert report.rank_text(unit).replace("\N{NO-BREAK SPACE}", " ") in shown
    found = words(report.findings())
    ranks = re.findall(r"(?:rank|peringkat) (\d+)(.*?)(?:of|dari) 38", found)
    assert ranks or unit == "31"
    assert all(re.fullmatch(rf" {INTERVAL} ", rest) for _, rest in ranks)


def test_the_national_ranking_has_an_interval_behind_every_number(
    built: Project, lang: str
) -> None:
    report = NationalReport("2024", lang, built)
    rows = re.findall(r"<tr>(.*?)</tr>", str(report.ranking().markup), re.DOTALL)[1:]
    assert len(rows) == 38
    for row in rows:
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
        assert len(cells) == 3 + len(report.framework.dimensions)
        assert cells[0].isdigit()
        assert all(re.fullmatch(rf"[\d.,]+\N{{NO-BREAK SPACE}}{INTERVAL}", c) for c in cells[1:])


def test_a_strength_is_in_the_same_third_as_a_rank_of_the_index(
    built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ProvinceReport("72", "2024", "en", project=built)
    code = page.framework.indicators[0]
    for rank, strong, weak in ((13, 1, 0), (14, 0, 0), (26, 0, 0), (27, 0, 1)):
        only = pd.Series({code: float(rank)})
        monkeypatch.setattr(findings, "_positions", lambda _, only=only: only)
        assert (len(findings.strengths(page)), len(findings.weaknesses(page))) == (strong, weak)


def test_an_indicators_rank_is_open_by_what_rounding_hides(built: Project) -> None:
    view = View("2024", "en", built)
    values = view.now["hls"].sort_values(ascending=False)
    told = {str(unit): view.indicator_rank("hls", str(unit)) for unit in values.index}
    for unit, text in told.items():
        rank, low, high = map(int, re.findall(r"\d+", text))
        assert low <= rank <= high
        near = (values - values[unit]).abs() <= 0.01 + 1e-9
        assert high - low <= near.sum() - 1
