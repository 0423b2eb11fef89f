"""The local tables: columns with types and meaning, empty tables to fill in, a text about them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.files import write_whole
from erat.indonesia.schemas import Field, Table
from erat.survey.units import SubUnits

SUBUNIT = r"([0-9]{2}|[0-9]{4})\.[a-z]+"
A_SUBUNIT = "the BPS code of a government, a point and who answers there, such as 7201.bpbd"
DATE = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
A_DATE = "a year, a month or a day: 2024, 2024-06 or 2024-06-30"

_UNIT = Field(
    "unit", "BPS code: two digits for a province, four for a regency or city",
    pattern=r"[0-9]{2}(-34)?|[0-9]{4}", pattern_in_words="a BPS code such as 72 or 7201",
)  # fmt: skip
_NAME = Field("name", "Name of the unit, so that a wrong code is noticed")
_SOURCE = Field("source", "Who published or counted it, and where")

_POPULATION = Table(
    "population",
    "Penduduk provinsi, kabupaten dan kota",
    "Population of provinces, regencies and cities",
    ("unit", "year"),
    (
        _UNIT, _NAME,
        Field("year", "Year of the count", "year", low=1990, high=2050),
        Field("value", "Number of people", "integer", low=1, high=400_000_000),
        _SOURCE,
    ),
)  # fmt: skip
_RISK = Table(
    "risk_indices",
    "Indeks BNPB: IKD (ketahanan daerah) dan IRBI (risiko bencana)",
    "Indices of BNPB: IKD (regional resilience) and IRBI (disaster risk)",
    ("unit", "index", "year"),
    (
        _UNIT, _NAME,
        Field("index", "Which index", allowed=("IKD", "IRBI")),
        Field("year", "Year it stands for", "year", low=2010, high=2050),
        Field("value", "Value: IKD 0 to 1, IRBI from 0", "number", low=0, high=500),
        Field("class", "Class, as published; empty if none was", required=False,
              allowed=("", "rendah", "sedang", "tinggi")),
        _SOURCE,
    ),
)  # fmt: skip
_ROSTER = Table(
    "roster",
    "Daftar peserta: siapa yang dapat menjawab",
    "Roster: how many people can answer",
    ("subunit",),
    (
        Field("subunit", "Government and who answers there, such as 7201.bpbd", pattern=SUBUNIT,
              pattern_in_words=A_SUBUNIT),
        Field("name", "Name of the government, so that a wrong code is noticed"),
        Field("eligible", "Number of people who can answer", "integer", low=0, high=100_000),
        Field("note", "Remark", required=False),
    ),
)  # fmt: skip
_REGISTER = Table(
    "register",
    "Catatan pembelajaran: praktik, kejadian dan komitmen",
    "Register for learning: practices, events and commitments",
    ("entry",),
    (
        Field("entry", "Code of the entry", pattern=r"[A-Za-z0-9._-]+",
              pattern_in_words="letters, digits, points and hyphens, such as P-001"),
        _UNIT, _NAME,
        Field("kind", "What it is", allowed=("practice", "event", "commitment")),
        Field("title", "What was done, happened or was promised, in a line"),
        Field("who", "Who did or promised it: a sub-unit such as 72.bpbd; empty if several",
              required=False, pattern=SUBUNIT, pattern_in_words=A_SUBUNIT),
        Field("indicator", "What it bears on: a code of the instrument (RMP1) or of a framework "
              "(poverty_rate); empty if none", required=False),
        Field("when", "When: a year, a month or a day", pattern=DATE, pattern_in_words=A_DATE),
        Field("status", "How it stands", allowed=("planned", "running", "done", "stopped")),
        Field("result", "What came of it; empty if not known yet", required=False),
        Field("source", "Document or person that it was learned from"),
        Field("note", "Remark", required=False),
    ),
)  # fmt: skip

TABLES: dict[str, Table] = {table.name: table for table in (_POPULATION, _RISK, _ROSTER, _REGISTER)}
"""Every local table by its name."""

PREFILLED = frozenset({"unit", "subunit", "name"})
"""Columns that a template fills; a row with nothing else in it waits to be filled in."""

TITLES_ID: dict[str, str] = {
    "unit": "Kode BPS: dua angka untuk provinsi, empat angka untuk kabupaten atau kota",
    "name": "Nama unit, agar kode yang salah ketahuan",
    "year": "Tahun",
    "population.value": "Jumlah jiwa",
    "risk_indices.value": "Nilai: IKD 0 sampai 1, IRBI mulai dari 0",
    "index": "Indeks yang mana: IKD atau IRBI",
    "class": "Kelas seperti diterbitkan: rendah, sedang atau tinggi; kosong jika tidak ada",
    "source": "Siapa yang menerbitkan atau menghitung, dan di mana",
    "subunit": "Pemerintah dan siapa yang menjawab di sana, misalnya 7201.bpbd",
    "eligible": "Jumlah orang yang dapat menjawab",
    "note": "Catatan; boleh kosong",
    "entry": "Kode catatan, misalnya P-001",
    "kind": "Jenis: practice (praktik), event (kejadian) atau commitment (komitmen)",
    "title": "Apa yang dilakukan, terjadi atau dijanjikan, dalam satu baris",
    "who": "Siapa: subunit seperti 72.bpbd; kosong jika beberapa",
    "indicator": "Kode instrumen (RMP1) atau kode kerangka (poverty_rate); kosong jika tidak ada",
    "when": "Kapan: tahun, bulan atau tanggal (2024, 2024-06, 2024-06-30)",
    "status": "Status: planned (rencana), running (berjalan), done (selesai), stopped (berhenti)",
    "result": "Hasilnya; kosong jika belum diketahui",
}
"""What columns mean, in Indonesian; ``table.column`` where each table means another thing."""


def title_id(table: str, column: str) -> str:
    """Say in Indonesian what a column of a table means.

    Examples
    --------
    >>> title_id("population", "value")
    'Jumlah jiwa'
    """
    name = f"{table}.{column}"
    return TITLES_ID[name if name in TITLES_ID else column]


def write_templates(
    folder: Path, subunits: SubUnits | None = None, province: str = ""
) -> tuple[list[str], list[str]]:
    """Write tables that are not there yet, and a text about them; return files written, and kept.

    Of a province the population has a row a government, the roster one a sub-unit, to be filled in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[tuple[str, str]]] = {}
    if subunits and province:
        governments, units = subunits.governments_of(province), subunits.of_province(province)
        rows["population"] = [(one.code, one.name) for one in governments]
        rows["roster"] = [(one.code, one.government.name) for one in units]
    kept: list[str] = []
    written: list[str] = []
    for name, table in TABLES.items():
        path = folder / table.file
        (kept if path.exists() else written).append(table.file)
        if not path.exists():
            to_fill = pd.DataFrame(rows.get(name, []), columns=table.columns[:2])
            empty = to_fill.reindex(columns=table.columns)
            write_whole(path, empty.to_csv(index=False, lineterminator="\n"))
    write_whole(folder / "README.md", explanation())
    return [*written, "README.md"], kept


def explanation() -> str:
    """Explain every table and column in both languages (Markdown)."""
    lines = [
        "# Angka lokal / Local figures\n",
        "Berkas di sini hanya ada di komputer ini. Git tidak menyimpannya, dan e-RAT menandai",
        "setiap halaman yang memakainya. Satu baris per nilai. Simpan sebagai CSV (koma, titik koma",
        "atau tab) atau xlsx (lembar pertama, tanpa rumus). Periksa dengan `erat check`.\n",
        "Files here stay on this computer. Git does not keep them, and e-RAT marks every page that",
        "uses them. A row a value. Save as CSV (commas, semicolons or tabs) or as xlsx (the first",
        "sheet, no formulas). Check with `erat check`.",
    ]
    for table in TABLES.values():
        lines += [
            f"\n## {table.file}\n",
            f"{table.title_id} / {table.title_en}\n",
            "| kolom / column | wajib / required | arti | meaning |",
            "|---|---|---|---|",
        ]
        for field in table.fields:
            allowed = ", ".join(f"`{word}`" for word in field.allowed if word)
            meaning = f"{field.title} ({allowed})" if allowed else field.title
            required = "ya / yes" if field.required else "tidak / no"
            title = title_id(table.name, field.name)
            lines.append(f"| `{field.name}` | {required} | {title} | {meaning} |")
    return "\n".join(lines) + "\n"
