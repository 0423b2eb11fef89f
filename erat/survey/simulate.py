"""A simulated assessment: answers that nobody gave, from a seed, as they might come from the field.

Maturity is a sum of what a province, a government, an agency and a respondent have of their own, so
that reliability and agreement are neither perfect nor nil. Some answers are missing, contradict
themselves or skip a step; some submissions come twice, late, or from an agency that does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.survey.instrument import STEPS, Instrument
from erat.survey.units import SubUnit, SubUnits

PROVINCES = ("14", "34", "51", "64", "72", "82")
"""Provinces of the example: six island groups, from five to thirteen regencies and cities."""

SPREADS = {
    "question": 0.45, "province": 0.4, "province_dimension": 0.3, "government": 0.35,
    "government_indicator": 0.55, "subunit": 0.35, "respondent": 0.5, "answer": 0.75,
}  # fmt: skip
"""Standard deviations of the parts of maturity, in steps."""

MEAN, PRAISE = 2.3, 0.35
"""Mean level, and by how much respondents rate themselves above what can be verified."""

RATES = {
    "subunit_silent": 0.08, "blank": 0.03, "dk": 0.04, "na": 0.015, "straight": 0.03,
    "skipped": 0.02, "contradiction": 0.004, "no_evidence": 0.06, "comment": 0.02,
    "verified": 0.35, "twice": 0.01, "late": 0.03, "no_consent": 0.005, "unknown": 0.003,
}  # fmt: skip
"""How often each of these happens: of sub-units, answers or submissions."""

EVIDENCE = (
    "SK Kepala Daerah Nomor {n} Tahun {year}", "Dokumen rencana, halaman {n} ({year})",
    "Notulen rapat koordinasi {year}, nomor {n}", "Laporan kegiatan {year}, lampiran {n}",
    "Foto dan daftar hadir latihan {year}", "DPA {year}, kode rekening 5.1.{n}",
    "Perjanjian kerja sama Nomor {n} Tahun {year}", "Tautan laman resmi, diperbarui {year}",
)  # fmt: skip
COMMENTS = (
    "Sedang direvisi.", "Perlu pendampingan dari provinsi.", "Anggaran terbatas pada tahun ini.",
    "Data lengkap ada di bidang pencegahan.", "Belum pernah diuji saat kejadian nyata.",
)  # fmt: skip
HOSTILE = (
    '=HYPERLINK("http://contoh.example";"klik di sini")', "<script>alert('simulasi')</script>",
    "=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "@SUM(1+1)*cmd", "'; DROP TABLE jawaban;--",
)  # fmt: skip
"""Texts that some software would run; shown as what they are, and never run."""

ROLES = ("kepala bidang", "sekretaris", "analis kebijakan", "staf teknis", "pengurus")


@dataclass(frozen=True)
class Simulated:
    """Submissions of simulated respondents.

    Attributes
    ----------
    submissions
        A row a submission: ``unit, government, respondent, province, respondent_id, role, consent,
        submitted``.
    ticked
        What was ticked, ``(submissions, questions)``: ``s1 s2``, ``none``, ``dk``, ``na`` or empty.
    evidence, comment
        Texts of the same shape, mostly empty.
    verified
        Sub-units by questions: the level that the inspectorate found, nan where it did not look.
    """

    submissions: pd.DataFrame
    ticked: np.ndarray
    evidence: np.ndarray
    comment: np.ndarray
    verified: pd.DataFrame


def simulate(units: SubUnits, provinces: Sequence[str] = PROVINCES, seed: int = 2026) -> Simulated:
    """Simulate the answers of some provinces.

    Parameters
    ----------
    units
        Sub-units, and the instrument that they answer.
    provinces
        Codes.
    seed
        The same seed gives the same answers.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, *map(int, provinces)]))
    every = [unit for code in provinces for unit in units.of_province(code)]
    silent = _silent(every, rng)
    chosen = [unit for unit, still in zip(every, silent, strict=True) if not still]
    truth = _maturity(units.instrument, chosen, rng)
    people = 1 + rng.binomial(4, 0.5, len(chosen))
    of = np.repeat(np.arange(len(chosen)), people)
    asked = np.stack([units.asks(one.respondent.code, one.government.level) for one in chosen])
    levels = _levels(truth[of], rng)
    ticked = _ticked(levels, asked[of], rng)
    evidence, comment = _texts(ticked, rng)
    verified = _verified(truth, asked, rng)
    submissions = _submissions(chosen, of, rng)
    codes = [unit.code for unit in chosen]
    table = pd.DataFrame(verified, index=codes, columns=list(units.instrument.codes))
    simulated = Simulated(submissions, ticked, evidence, comment, table.dropna(how="all"))
    return _with_faults(simulated, rng)


def _silent(every: Sequence[SubUnit], rng: np.random.Generator) -> np.ndarray:
    """Choose sub-units that do not answer, and every tenth regency with all that it has."""
    governments = list(dict.fromkeys(unit.government.code for unit in every))
    quiet = {code for code in governments if len(code) == 4 and rng.random() < 0.1}
    alone = rng.random(len(every)) < RATES["subunit_silent"]
    return np.asarray(alone | np.array([unit.government.code in quiet for unit in every]))


def _maturity(
    instrument: Instrument, chosen: Sequence[SubUnit], rng: np.random.Generator
) -> np.ndarray:
    """Return the true maturity of every sub-unit in every question, in steps."""
    indicator = _places([instrument.indicator_of[code] for code in instrument.codes])
    dimension = _places([
        one.code for one in instrument.dimensions for i in one.indicators for _ in i.questions
    ])  # fmt: skip
    province = _places([unit.province for unit in chosen])
    government = _places([unit.government.code for unit in chosen])

    def effect(name: str, *shape: int) -> np.ndarray:
        return rng.normal(0, SPREADS[name], shape)

    provinces, governments = province.max() + 1, government.max() + 1
    maturity = MEAN + effect("question", len(instrument.codes))[None, :]
    maturity = maturity + effect("province", provinces)[province][:, None]
    maturity = (
        maturity
        + effect("province_dimension", provinces, dimension.max() + 1)[province][:, dimension]
    )
    maturity = maturity + effect("government", governments)[government][:, None]
    by_indicator = effect("government_indicator", governments, indicator.max() + 1)
    maturity = maturity + by_indicator[government][:, indicator]
    return np.asarray(maturity + effect("subunit", len(chosen))[:, None])


def _places(labels: Sequence[str]) -> np.ndarray:
    """Number labels from 0 in the order in which they come."""
    places = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return np.array([places[label] for label in labels])


def _levels(truth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    of_person = rng.normal(PRAISE, SPREADS["respondent"], (len(truth), 1))
    said = truth + of_person + rng.normal(0, SPREADS["answer"], truth.shape)
    levels = np.clip(np.round(said), 0, STEPS).astype(int)
    straight = rng.random(len(truth)) < RATES["straight"]
    levels[straight] = rng.integers(2, STEPS + 1, (int(straight.sum()), 1))
    return levels


def _ticked(levels: np.ndarray, asked: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Write levels as they are ticked, with what goes wrong on the way."""
    steps = np.array(["none", *(steps_to(n) for n in range(1, STEPS + 1))], dtype=object)
    ticked = steps[levels]
    draw = rng.random(levels.shape)
    edge = 0.0
    for name, text in (("blank", ""), ("dk", "dk"), ("na", "na")):
        ticked[(draw >= edge) & (draw < edge + RATES[name])] = text
        edge += RATES[name]
    skipped = (draw >= edge) & (draw < edge + RATES["skipped"]) & (levels < STEPS - 1)
    beyond = np.array([f"{steps_to(n)} s{n + 2}".strip() for n in range(STEPS - 1)], dtype=object)
    ticked[skipped] = beyond[levels[skipped]]
    edge += RATES["skipped"]
    contradicts = (draw >= edge) & (draw < edge + RATES["contradiction"])
    ticked[contradicts] = "s1 s2 none"
    ticked[~asked] = ""
    return np.asarray(ticked)


def steps_to(level: int) -> str:
    """Return the ticks of a level.

    Examples
    --------
    >>> steps_to(3)
    's1 s2 s3'
    """
    return " ".join(f"s{n}" for n in range(1, level + 1))


def _texts(ticked: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Write evidence for what was ticked, some comments, and a few texts that must not be run."""
    evidence, comment = (np.full(ticked.shape, "", dtype=object) for _ in range(2))
    claimed = np.char.startswith(ticked.astype(str), "s1")
    shown = claimed & (rng.random(ticked.shape) >= RATES["no_evidence"])
    rows, columns = np.nonzero(shown)
    kind, number, year = (
        rng.integers(low, high, len(rows))
        for low, high in ((0, len(EVIDENCE)), (1, 99), (2021, 2026))
    )
    evidence[rows, columns] = [
        EVIDENCE[k].format(n=n, year=y) + " (simulasi)"
        for k, n, y in zip(kind, number, year, strict=True)
    ]
    said = (ticked != "") & (rng.random(ticked.shape) < RATES["comment"])
    picks = rng.integers(0, len(COMMENTS), int(said.sum()))
    comment[said] = np.array(COMMENTS, dtype=object)[picks]
    places = rng.permutation(len(rows))[: 2 * len(HOSTILE)]
    for text, place in zip(HOSTILE * 2, places, strict=False):
        target = evidence if place % 2 else comment
        target[rows[place], columns[place]] = text
    return evidence, comment


def _verified(truth: np.ndarray, asked: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    levels = np.clip(np.round(truth + rng.normal(0, 0.3, truth.shape)), 0, STEPS)
    looked = rng.random(len(truth)) < RATES["verified"]
    return np.where(asked & looked[:, None], levels, np.nan)


def _submissions(
    chosen: Sequence[SubUnit], of: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Say who submitted what when: between 2 March and 3 April 2026, some later."""
    days = rng.integers(0, 33, len(of)) + 40 * (rng.random(len(of)) < RATES["late"])
    seconds = rng.integers(7 * 3600, 17 * 3600, len(of))
    when = pd.Timestamp("2026-03-02") + pd.to_timedelta(days * 86400 + seconds, unit="s")
    number = np.arange(len(of)) - np.searchsorted(of, of)
    units = [chosen[i] for i in of]
    return pd.DataFrame(
        {
            "unit": [unit.code for unit in units],
            "government": [unit.government.code for unit in units],
            "respondent": [unit.respondent.code for unit in units],
            "province": [unit.province for unit in units],
            "respondent_id": [f"R{n + 1:02d}" for n in number],
            "role": np.array(ROLES, dtype=object)[rng.integers(0, len(ROLES), len(of))],
            "consent": np.where(rng.random(len(of)) < RATES["no_consent"], "no", "yes"),
            "submitted": when.strftime("%Y-%m-%dT%H:%M:%S"),
        }
    )


def _with_faults(simulated: Simulated, rng: np.random.Generator) -> Simulated:
    """Send some submissions twice, not always alike, and some from an agency that is none."""
    n = len(simulated.submissions)
    twice = np.flatnonzero(rng.random(n) < RATES["twice"])
    strange = np.flatnonzero(rng.random(n) < RATES["unknown"])
    about = simulated.submissions.copy()
    about.loc[strange, "respondent"] += "x"
    later = pd.to_datetime(about.loc[twice, "submitted"]) + pd.Timedelta(days=1)
    again = about.loc[twice].assign(submitted=later.dt.strftime("%Y-%m-%dT%H:%M:%S"))
    order = np.concatenate([np.arange(n), twice])
    ticked = simulated.ticked[order]
    for row in range(n, len(order), 2):  # every second one says something else the second time
        given = np.flatnonzero(np.char.startswith(ticked[row].astype(str), "s1"))[:3]
        ticked[row, given] = "none"
    return Simulated(
        pd.concat([about, again], ignore_index=True),
        ticked,
        simulated.evidence[order],
        simulated.comment[order],
        simulated.verified,
    )
