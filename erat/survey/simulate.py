"""A simulated assessment: answers that nobody gave, from a seed, in files as the field sends them.

Maturity is a sum of what a province, a government, an agency and a respondent have of their own, so
that reliability and agreement are neither perfect nor nil. Every file is marked as simulated.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from erat.files import replaced_when_whole, write_csv, write_manifest, write_whole
from erat.index.workbook import settled
from erat.locale import Language
from erat.survey.answers import SIMULATED, inert
from erat.survey.forms.workbook import FormBook
from erat.survey.instrument import STEPS, Instrument
from erat.survey.local.tables import TABLES
from erat.survey.read.long_table import CHOICES, NO, NOT_OURS_WORDS, UNKNOWN_WORDS, YES
from erat.survey.read.workbook import IDENTITY
from erat.survey.units import SubUnits

PROVINCES = ("14", "34", "51", "64", "72", "82")
"""Provinces of the example: six island groups, from five to thirteen regencies and cities."""
WORKBOOKS_OF = ("72.bpbd", "72.bappeda", "7201.bpbd", "7271.community", "7271.business")
"""Sub-units whose first respondent answers in a workbook, where they are simulated."""

SPREADS = {
    "question": 0.45, "province": 0.4, "province_dimension": 0.3, "government": 0.35,
    "government_indicator": 0.55, "subunit": 0.35, "respondent": 0.5, "answer": 0.75,
}  # fmt: skip
"""Standard deviations of the parts of maturity, in steps."""

MEAN, PRAISE = 2.3, 0.35
"""Mean level, and by how much respondents rate themselves above what can be verified."""

RATES = {
    "subunit_silent": 0.08, "straight": 0.03, "no_evidence": 0.06, "comment": 0.02,
    "verified": 0.35, "twice": 0.01, "late": 0.03, "no_consent": 0.005, "unknown": 0.003,
}  # fmt: skip
"""How often each of these happens: of sub-units, answers or submissions."""
FAULTS = {"blank": 0.03, "dk": 0.04, "na": 0.015, "skipped": 0.02, "contradiction": 0.004}
"""How often an answer is not the level that is meant; no answer has two of these."""

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
REGISTER = (
    ("practice", "Latihan evakuasi bersama desa dan dunia usaha", "bpbd", "RMP1", "2025-04-26",
     "done", "Waktu kumpul turun dari 40 menjadi 25 menit"),
    ("event", "Banjir: layanan kependudukan berhenti dua hari", "diskominfo", "ITC1", "2025-12",
     "done", "Cadangan data dipindahkan ke tempat lain"),
    ("commitment", "Menganggarkan belanja tidak terduga sesuai kajian risiko", "bpkad", "OFR1",
     "2027", "planned", ""),
)  # fmt: skip
"""What every province has in its register: kind, title, who, indicator, when, status, result."""
NOTICE = "SIMULASI: bukan jawaban siapa pun. SIMULATED: nobody's answers."
TIME = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True)
class Simulated:
    """Who submitted, then texts ``(submissions, questions)``: ``ticked`` is ``s1 s2``, ``none``,
    ``dk``, ``na`` or empty. ``verified`` (sub-units, questions) are levels, nan if not checked.
    """

    submissions: pd.DataFrame
    ticked: np.ndarray
    evidence: np.ndarray
    comment: np.ndarray
    verified: pd.DataFrame


def simulate(units: SubUnits, provinces: Sequence[str] = PROVINCES, seed: int = 2026) -> Simulated:
    """Simulate the answers of some provinces; the same seed gives the same answers."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, *map(int, provinces)]))
    every = units.frame(provinces)
    every = every.loc[[unit.code for code in provinces for unit in units.of_province(code)]]
    # some sub-units do not answer, and every tenth regency with all that it has
    regencies = every.loc[every["level"] == "regency", "government"].unique()
    quiet = [code for code in regencies if rng.random() < 0.1]
    silent = (rng.random(len(every)) < RATES["subunit_silent"]) | every["government"].isin(quiet)
    chosen = every[~silent]
    truth = _maturity(units.instrument, chosen, rng)
    people = 1 + rng.binomial(4, 0.5, len(chosen))
    of = np.repeat(np.arange(len(chosen)), people)
    kinds = zip(chosen["respondent"], chosen["level"], strict=True)
    asked = np.stack([units.asks(respondent, level) for respondent, level in kinds])
    ticked = _ticked(_levels(truth[of], rng), asked[of], rng)
    evidence, comment = _texts(ticked, rng)
    level = np.clip(np.round(truth + rng.normal(0, 0.3, truth.shape)), 0, STEPS)
    visited = rng.random(len(truth)) < RATES["verified"]
    level = np.where(asked & visited[:, None], level, np.nan)
    verified = pd.DataFrame(level, chosen.index, units.instrument.codes).dropna(how="all")
    submissions, order = _submissions(chosen, of, rng)
    ticked = ticked[order]
    for row in range(len(of), len(order), 2):  # every second time the answers differ
        claimed = np.flatnonzero(np.char.startswith(ticked[row].astype(str), "s1"))[:3]
        ticked[row, claimed] = "none"
    return Simulated(submissions, ticked, evidence[order], comment[order], verified)


def _maturity(instrument: Instrument, chosen: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return the true maturity of every sub-unit in every question, in steps."""
    nodes = [
        (d.code, i.code) for d in instrument.dimensions for i in d.indicators for _ in i.questions
    ]
    dimension, indicator = (pd.factorize(pd.Index(codes))[0] for codes in zip(*nodes, strict=True))
    province, government = (pd.factorize(chosen[name])[0] for name in ("province", "government"))

    def effect(name: str, *of: np.ndarray) -> np.ndarray:
        values = rng.normal(0, SPREADS[name], [places.max() + 1 for places in of])
        return np.asarray(values[np.ix_(*of)])

    question, subunit = np.arange(len(nodes)), np.arange(len(chosen))
    return np.asarray(
        MEAN
        + effect("question", question)
        + effect("province", province)[:, None]
        + effect("province_dimension", province, dimension)
        + effect("government", government)[:, None]
        + effect("government_indicator", government, indicator)
        + effect("subunit", subunit)[:, None]
    )


def _levels(truth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    of_person = rng.normal(PRAISE, SPREADS["respondent"], (len(truth), 1))
    answer = truth + of_person + rng.normal(0, SPREADS["answer"], truth.shape)
    levels = np.clip(np.round(answer), 0, STEPS).astype(int)
    straight = rng.random(len(truth)) < RATES["straight"]
    levels[straight] = rng.integers(2, STEPS + 1, (int(straight.sum()), 1))
    return levels


def _ticked(levels: np.ndarray, asked: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Write levels as they are ticked, with what goes wrong on the way."""
    steps = np.array(["none", *(steps_to(n) for n in range(1, STEPS + 1))], dtype=object)
    beyond = np.array([f"{steps_to(n)} s{n + 2}".strip() for n in range(STEPS - 1)], dtype=object)
    draw = rng.random(levels.shape)
    fault = np.searchsorted(np.cumsum(list(FAULTS.values())), draw, side="right")
    skipped = (fault == 3) & (levels < STEPS - 1)
    ticked = steps[levels]
    for number, text in enumerate(("", "dk", "na")):
        ticked[fault == number] = text
    ticked[skipped] = beyond[levels[skipped]]
    ticked[fault == 4] = "s1 s2 none"
    ticked[~asked] = ""
    return np.asarray(ticked)


def steps_to(level: int) -> str:
    """Return the ticks of a level: ``s1 s2 s3`` for 3."""
    return " ".join(f"s{n}" for n in range(1, level + 1))


def _texts(ticked: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Write evidence for what was ticked, some comments, and a few texts that must not be run."""
    evidence, comment = (np.full(ticked.shape, "", dtype=object) for _ in range(2))
    claimed = np.char.startswith(ticked.astype(str), "s1")
    rows, columns = np.nonzero(claimed & (rng.random(ticked.shape) >= RATES["no_evidence"]))
    ranges = ((0, len(EVIDENCE)), (1, 99), (2021, 2026))
    drawn = zip(*(rng.integers(low, high, len(rows)) for low, high in ranges), strict=True)
    evidence[rows, columns] = [
        EVIDENCE[kind].format(n=n, year=year) + " (simulasi)" for kind, n, year in drawn
    ]
    remarked = (ticked != "") & (rng.random(ticked.shape) < RATES["comment"])
    which = rng.integers(0, len(COMMENTS), remarked.sum())
    comment[remarked] = np.array(COMMENTS, dtype=object)[which]
    places = rng.permutation(len(rows))[: 2 * len(HOSTILE)]
    for text, place in zip(HOSTILE * 2, places, strict=False):
        (evidence if place % 2 else comment)[rows[place], columns[place]] = text
    return evidence, comment


def _submissions(
    chosen: pd.DataFrame, of: np.ndarray, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Say who submitted when, from 2 March to 3 April 2026 or later, and in which order of people.

    Some submit again a day later, and some come from an agency that is none.
    """
    days = rng.integers(0, 33, len(of)) + 40 * (rng.random(len(of)) < RATES["late"])
    seconds = rng.integers(7 * 3600, 17 * 3600, len(of))
    when = pd.Timestamp("2026-03-02") + pd.to_timedelta(days * 86400 + seconds, unit="s")
    about = chosen[["government", "respondent", "province"]].iloc[of].reset_index()
    about = about.assign(
        respondent_id=[f"R{n + 1:02d}" for n in np.arange(len(of)) - np.searchsorted(of, of)],
        role=np.array(ROLES, dtype=object)[rng.integers(0, len(ROLES), len(of))],
        consent=np.where(rng.random(len(of)) < RATES["no_consent"], "no", "yes"),
        submitted=when.strftime(TIME),
    )
    twice = np.flatnonzero(rng.random(len(of)) < RATES["twice"])
    about.loc[rng.random(len(of)) < RATES["unknown"], "respondent"] += "x"
    again = about.loc[twice].assign(submitted=(when[twice] + pd.Timedelta(days=1)).strftime(TIME))
    return pd.concat([about, again], ignore_index=True), np.r_[np.arange(len(of)), twice]


def write_simulated(
    folder: Path, units: SubUnits, provinces: Sequence[str] = PROVINCES, seed: int = 2026
) -> tuple[int, int]:
    """Write the files of a simulated assessment over an earlier one; a seed gives the same files.

    ``answers/`` has an export of KoboToolbox a province, the inspectorates' verification, and some
    workbooks; ``local/`` a roster and a register, as they may lie in ``data/local``. Returns the
    numbers of answer files and submissions. InputError if the folder holds files not made here.
    """
    simulated = simulate(units, provinces, seed)
    about = simulated.submissions
    in_book = ~about.duplicated("unit") & about["unit"].isin(WORKBOOKS_OF)
    in_book &= about["consent"] == "yes"
    with replaced_when_whole(folder) as new:
        answers, local = new / "answers", new / "local"
        answers.mkdir()
        for number, province in enumerate(provinces):
            rows = np.flatnonzero((about["province"] == province) & ~in_book)
            table = _export(simulated, units.instrument, rows, apart=number % 3 == 2)
            path, separator = answers / f"kobo_{province}.csv", ";" if number % 2 else ","
            table.to_csv(path, index=False, sep=separator, lineterminator="\n")
        write_csv(_verification(simulated, units), answers / "verification.csv", index=False)
        for row in map(int, np.flatnonzero(in_book)):
            path = answers / f"{about['unit'].iloc[row]}.xlsx"
            write_whole(path, _workbook(simulated, units, row))
        local.mkdir()
        for name, table in _local(simulated, units, provinces).items():
            write_csv(table.map(inert), local / f"{name}.csv", index=False)
        files = len(list(answers.iterdir()))
        write_manifest(new, {}, simulated=True, seed=seed, provinces=list(provinces))
    return files, len(about)


def _export(
    simulated: Simulated, instrument: Instrument, rows: np.ndarray, *, apart: bool
) -> pd.DataFrame:
    """Lay submissions out as KoboToolbox does; ``apart``: each choice has a column of its own."""
    about = simulated.submissions.iloc[rows].reset_index(drop=True)
    columns: dict[str, object] = {
        "start": about["submitted"], "end": about["submitted"],
        **_marks(instrument), "consent": about["consent"], "province": about["province"],
        "government": about["government"],
        "level": np.where(about["government"].str.len() == 2, "province", "regency"),
        "respondent": about["respondent"], "respondent_id": about["respondent_id"],
        "role": about["role"],
    }  # fmt: skip
    for j, path in enumerate(_paths(instrument)):
        texts = simulated.ticked[rows, j]
        if apart:  # 1 or 0; nothing where the question was not answered
            columns |= {
                f"{path}/{name}": [str(int(name in text.split())) if text else "" for text in texts]
                for name in CHOICES
            }
        else:
            columns[path] = texts
        columns[f"{path}_evidence"] = simulated.evidence[rows, j]
        columns[f"{path}_comment"] = simulated.comment[rows, j]
    columns["_uuid"] = [f"{u}-{n:06d}" for u, n in zip(about["unit"], rows, strict=True)]
    return pd.DataFrame({**columns, "_submission_time": about["submitted"]})


def _marks(instrument: Instrument) -> dict[str, object]:
    version, digest = instrument.version, instrument.digest[:12]
    return {"instrument_version": version, "instrument_digest": digest, SIMULATED: SIMULATED}


def _paths(instrument: Instrument) -> list[str]:
    """Return the column of every question, with the groups that it lies in."""
    return [
        f"{dimension.code}/{indicator.code}/{question.code}"
        for dimension in instrument.dimensions
        for indicator in dimension.indicators
        for question in indicator.questions
    ]


def _verification(simulated: Simulated, units: SubUnits) -> pd.DataFrame:
    """Lay out what inspectorates found, as the form for verification is exported."""
    verified = simulated.verified
    who = units.frame().loc[verified.index, ["province", "government", "respondent"]]
    about = {**_marks(units.instrument), "consent": "yes", **who,
             "role": "auditor Inspektorat (simulasi)"}  # fmt: skip
    cells = verified.map(lambda level: "" if level != level else str(int(level)))
    cells.columns = [f"{path}_verified" for path in _paths(units.instrument)]
    return pd.DataFrame({**about, **cells, "_uuid": "v-" + verified.index})


def _workbook(simulated: Simulated, units: SubUnits, row: int) -> bytes:
    """Fill in the workbook of a sub-unit as its respondent would."""
    unit = units.all[str(simulated.submissions["unit"].iloc[row])]
    respondent, level = unit.respondent.code, unit.government.level
    form = FormBook(units.instrument, respondent, level, Language("id"))
    book = openpyxl.load_workbook(io.BytesIO(form.bytes_for(unit)))
    cells = dict(_cells(simulated, units.instrument, row))
    for page in book.worksheets:
        if page.title == IDENTITY:
            page.append([SIMULATED, SIMULATED])
            continue
        for line in range(1, page.max_row + 1):
            column, text = cells.get(str(page.cell(line, 1).value), (0, ""))
            if column:
                page.cell(line, column).value = text
                page.cell(line, column).data_type = "s"
    book.worksheets[0].cell(3, 3).value = NOTICE
    return settled(book)


def _cells(
    simulated: Simulated, instrument: Instrument, row: int
) -> Iterator[tuple[str, tuple[int, str]]]:
    """Give what is filled in, by key: the column and the text."""
    about = simulated.submissions.iloc[row]
    yield "respondent_id", (3, about["respondent_id"])
    yield "role", (3, about["role"])
    yield "date", (3, about["submitted"][:10])
    yield "consent", (3, YES[0])
    alone = {"dk": UNKNOWN_WORDS[0], "na": NOT_OURS_WORDS[0]}
    for j, code in enumerate(instrument.codes):
        ticks = str(simulated.ticked[row, j]).split()
        if not ticks:
            continue
        if ticks[0] in alone:
            yield f"{code}.all", (4, alone[ticks[0]])
        else:
            for n in range(1, STEPS + 1):
                yield f"{code}.{n}", (4, YES[0] if f"s{n}" in ticks else NO[0])
        for kind, texts in (("evidence", simulated.evidence), ("comment", simulated.comment)):
            if texts[row, j]:
                yield f"{code}.{kind}", (3, str(texts[row, j]))


def _local(
    simulated: Simulated, units: SubUnits, provinces: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Make a roster of who can answer, and a register for learning."""
    names = {code: one.name for code, one in units.governments.items()}
    people = simulated.submissions.drop_duplicates(["unit", "respondent_id"]).groupby("unit").size()
    roster = pd.DataFrame(
        {
            "subunit": people.index,
            "name": people.index.str.split(".").str[0].map(names),
            "eligible": [str(3 * n + 4) for n in people],
            "note": "simulasi",
        }
    )
    entries = [
        (f"{kind[0].upper()}-{province}-{n}", province, names[province], kind, title,
         f"{province}.{who}", indicator, when, status, result, "simulasi", NOTICE)
        for province in provinces
        for n, (kind, title, who, indicator, when, status, result) in enumerate(REGISTER, start=1)
    ]  # fmt: skip
    columns = [field.name for field in TABLES["register"].fields]
    return {"roster": roster, "register": pd.DataFrame(entries, columns=columns)}
