"""Files of a simulated assessment, as they would come from the field, each marked as simulated."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from erat.files import replaced_when_whole, write_csv, write_manifest
from erat.index.workbook import settled
from erat.locale import Language
from erat.survey.answers import SIMULATED
from erat.survey.cells import inert
from erat.survey.forms.workbook import FormBook
from erat.survey.instrument import Instrument
from erat.survey.local.tables import TABLES
from erat.survey.read.choices import CHOICES, NOT_OURS_WORDS, UNKNOWN_WORDS, YES
from erat.survey.read.workbook import IDENTITY
from erat.survey.simulate import PROVINCES, Simulated, simulate
from erat.survey.units import SubUnits

WORKBOOKS_OF = ("72.bpbd", "72.bappeda", "7201.bpbd", "7271.community", "7271.business")
"""Sub-units whose first respondent answers in a workbook, where they are simulated."""
SAYS = "SIMULASI: bukan jawaban siapa pun. SIMULATED: nobody's answers."


@dataclass(frozen=True)
class Written:
    """What was written: files of answers, and how many submissions they hold."""

    files: tuple[str, ...]
    submissions: int


def write_simulated(
    folder: Path,
    units: SubUnits,
    provinces: Sequence[str] = PROVINCES,
    seed: int = 2026,
) -> Written:
    """Write the files of a simulated assessment.

    The folder receives ``answers/`` (an export of KoboToolbox a province, the inspectorates'
    verification, and some workbooks) and ``local/`` (a roster of who can answer, and a register for
    learning, as they may lie in ``data/local``). An earlier result is replaced.

    Parameters
    ----------
    folder
        Where to.
    units
        Sub-units, and the instrument.
    provinces
        Codes.
    seed
        The same seed gives the same files.

    Raises
    ------
    InputError
        If the folder holds files that were not made here.
    """
    simulated = simulate(units, provinces, seed)
    in_book = _in_workbooks(simulated)
    files: list[str] = []
    with replaced_when_whole(folder) as new:
        (new / "answers").mkdir()
        for number, province in enumerate(provinces):
            rows = (simulated.submissions["province"] == province).to_numpy() & ~in_book
            name = f"answers/kobo_{province}.csv"
            table = export(simulated, units.instrument, np.flatnonzero(rows), apart=number % 3 == 2)
            table.to_csv(
                new / name, index=False, sep=";" if number % 2 else ",", lineterminator="\n"
            )
            files.append(name)
        verification(simulated, units).to_csv(
            new / "answers/verification.csv", index=False, lineterminator="\n"
        )
        files.append("answers/verification.csv")
        for name, data in _workbooks(simulated, units, np.flatnonzero(in_book)):
            (new / name).write_bytes(data)
            files.append(name)
        (new / "local").mkdir()
        for name, table in _local(simulated, units, provinces).items():
            write_csv(table.map(inert), new / "local" / f"{name}.csv", index=False)
        write_manifest(new, {}, simulated=True, seed=seed, provinces=list(provinces))
    return Written(tuple(files), len(simulated.submissions))


def export(
    simulated: Simulated, instrument: Instrument, rows: np.ndarray, *, apart: bool = False
) -> pd.DataFrame:
    """Lay submissions out as KoboToolbox exports them.

    Parameters
    ----------
    simulated
        The simulated submissions.
    instrument
        Its groups give the paths of the columns.
    rows
        Positions of submissions.
    apart
        Give every choice a column of its own instead of one column that lists them.
    """
    about = simulated.submissions.iloc[rows].reset_index(drop=True)
    columns: dict[str, object] = {
        "start": about["submitted"], "end": about["submitted"],
        "instrument_version": instrument.version, "instrument_digest": instrument.digest[:12],
        SIMULATED: SIMULATED, "consent": about["consent"], "province": about["province"],
        "government": about["government"],
        "level": np.where(about["government"].str.len() == 2, "province", "regency"),
        "respondent": about["respondent"], "respondent_id": about["respondent_id"],
        "role": about["role"],
    }  # fmt: skip
    for j, (code, path) in enumerate(_paths(instrument)):
        texts = simulated.ticked[rows, j]
        if apart:
            columns |= {f"{path}{code}/{name}": _ticks(texts, name) for name in CHOICES}
        else:
            columns[f"{path}{code}"] = texts
        columns[f"{path}{code}_evidence"] = simulated.evidence[rows, j]
        columns[f"{path}{code}_comment"] = simulated.comment[rows, j]
    ids = [f"{u}-{n:06d}" for u, n in zip(about["unit"], rows, strict=True)]
    more = {"_uuid": ids, "_submission_time": about["submitted"]}
    return pd.DataFrame({**columns, **more})


def _ticks(texts: np.ndarray, name: str) -> np.ndarray:
    """Say 1 or 0 for one choice; nothing where the question was not answered."""
    given = {text: "" if not text else str(int(name in text.split())) for text in set(texts)}
    return np.array([given[text] for text in texts], dtype=object)


def _paths(instrument: Instrument) -> Iterator[tuple[str, str]]:
    for dimension in instrument.dimensions:
        for indicator in dimension.indicators:
            for question in indicator.questions:
                yield question.code, f"{dimension.code}/{indicator.code}/"


def verification(simulated: Simulated, units: SubUnits) -> pd.DataFrame:
    """Lay out what inspectorates found, as the form for verification is exported."""
    instrument = units.instrument
    subunits = [units.all[str(code)] for code in simulated.verified.index]
    head = pd.DataFrame(
        {
            "instrument_version": instrument.version,
            "instrument_digest": instrument.digest[:12],
            SIMULATED: SIMULATED,
            "consent": "yes",
            "province": [one.province for one in subunits],
            "government": [one.government.code for one in subunits],
            "respondent": [one.respondent.code for one in subunits],
            "role": "auditor Inspektorat (simulasi)",
        }
    )
    cells = simulated.verified.map(lambda level: "" if level != level else str(int(level)))
    paths = {code: f"{path}{code}_verified" for code, path in _paths(instrument)}
    cells = cells.rename(columns=paths).reset_index(drop=True)
    ids = pd.Series([f"v-{code}" for code in simulated.verified.index], name="_uuid")
    return pd.concat([head, cells, ids], axis=1)


def _in_workbooks(simulated: Simulated) -> np.ndarray:
    about = simulated.submissions
    first = ~about.duplicated("unit")
    return np.asarray(first & about["unit"].isin(WORKBOOKS_OF) & (about["consent"] == "yes"))


def _workbooks(
    simulated: Simulated, units: SubUnits, rows: np.ndarray
) -> Iterator[tuple[str, bytes]]:
    """Fill in the workbooks of some sub-units as their respondents would."""
    for row in rows:
        unit = units.all[str(simulated.submissions["unit"].iloc[row])]
        level = unit.government.level
        form = FormBook(units.instrument, unit.respondent.code, level, Language("id"))
        book = openpyxl.load_workbook(io.BytesIO(form.bytes_for(unit)))
        given = _cells(simulated, units.instrument, int(row))
        for page in book.worksheets:
            if page.title == IDENTITY:
                page.append([SIMULATED, SIMULATED])
                continue
            for line in range(1, page.max_row + 1):
                column, text = given.get(str(page.cell(line, 1).value), (0, ""))
                if column:
                    page.cell(line, column).value = text
                    page.cell(line, column).data_type = "s"
        book.worksheets[0].cell(3, 3).value = SAYS
        yield f"answers/{unit.code}.xlsx", settled(book)


def _cells(simulated: Simulated, instrument: Instrument, row: int) -> dict[str, tuple[int, str]]:
    """Return what is filled in, by key: the column and the text."""
    about = simulated.submissions.iloc[row]
    given = {key: (3, text) for key, text in (
        ("respondent_id", about["respondent_id"]), ("role", about["role"]),
        ("date", about["submitted"][:10]), ("consent", YES[0]))}  # fmt: skip
    alone = {"dk": UNKNOWN_WORDS[0], "na": NOT_OURS_WORDS[0]}
    for j, code in enumerate(instrument.codes):
        ticks = str(simulated.ticked[row, j]).split()
        if not ticks:
            continue
        if ticks[0] in alone:
            given[f"{code}.all"] = (4, alone[ticks[0]])
        else:
            steps = {f"s{n}": n for n in range(1, 6)}
            given |= {
                f"{code}.{n}": (4, YES[0] if s in ticks else "tidak") for s, n in steps.items()
            }
        for kind, texts in (("evidence", simulated.evidence), ("comment", simulated.comment)):
            if texts[row, j]:
                given[f"{code}.{kind}"] = (3, str(texts[row, j]))
    return given


def _local(
    simulated: Simulated, units: SubUnits, provinces: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Make a roster of who can answer, and a register for learning."""
    governments = {code: one.name for code, one in units.governments.items()}
    people = simulated.submissions.drop_duplicates(["unit", "respondent_id"]).groupby("unit").size()
    codes = [str(code) for code in people.index]
    roster = pd.DataFrame(
        {
            "subunit": codes,
            "name": [governments[code.split(".")[0]] for code in codes],
            "eligible": [str(3 * n + 4) for n in people],
            "note": "simulasi",
        }
    )
    entries = [
        (f"{kind[0].upper()}-{province}-{n}", province, governments[province], kind, title,
         f"{province}.{who}", indicator, when, status, result, "simulasi", SAYS)
        for province in provinces
        for n, (kind, title, who, indicator, when, status, result) in enumerate(_ENTRIES, start=1)
    ]  # fmt: skip
    columns = [field.name for field in TABLES["register"].fields]
    return {"roster": roster, "register": pd.DataFrame(entries, columns=columns)}


_ENTRIES = (
    ("practice", "Latihan evakuasi bersama desa dan dunia usaha", "bpbd", "RMP1", "2025-04-26",
     "done", "Waktu kumpul turun dari 40 menjadi 25 menit"),
    ("event", "Banjir: layanan kependudukan berhenti dua hari", "diskominfo", "ITC1", "2025-12",
     "done", "Cadangan data dipindahkan ke tempat lain"),
    ("commitment", "Menganggarkan belanja tidak terduga sesuai kajian risiko", "bpkad", "OFR1",
     "2027", "planned", ""),
)  # fmt: skip
