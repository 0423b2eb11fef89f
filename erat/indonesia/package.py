"""The Data Package descriptor of the raw tables: fields, units, publisher, licence, hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from erat.errors import Problem
from erat.indonesia.schemas import TABLES, Field, Table

DESCRIPTOR = "datapackage.json"

_PACKAGE: dict[str, Any] = {
    "name": "erat-raw",
    "title": "Official figures on Indonesia's provinces and regencies",
    "title_id": "Angka resmi provinsi, kabupaten dan kota di Indonesia",
    "description": (
        "Figures published by BPS (Statistics Indonesia) and Kemenkeu (Ministry of Finance), "
        "gathered from secondary copies into tables of one schema. Each value has its publisher, "
        "publication, table and year (sources.csv), its base, its status, the number of "
        "independent copies it was seen in and how it was verified. Values keep the text of the "
        "copy. An empty cell is missing."
    ),
    "version": "1.0.0",
    "licenses": [{
        "title": (
            "The figures are facts published by BPS and Kemenkeu, gathered from secondary "
            "copies; cite the publisher, publication and table of each. The arrangement of "
            "these tables is under the licence of the project."
        ),
        "path": "https://www.bps.go.id",
    }],
    "sources": [
        {"title": "BPS (Badan Pusat Statistik, Statistics Indonesia)",
         "path": "https://www.bps.go.id"},
        {"title": "Kemenkeu (Kementerian Keuangan, Ministry of Finance)",
         "path": "https://www.kemenkeu.go.id"},
    ],
    "contributors": [
        {"title": "BPS (Badan Pusat Statistik)", "role": "publisher"},
        {"title": "Kemenkeu (Kementerian Keuangan)", "role": "publisher"},
    ],
}  # fmt: skip
_UNITS = {
    "value": "the unit of measurement of the indicator (indicators.csv, unit_id and unit_en)",
    "low": "the unit of measurement of the indicator (unit_id and unit_en)",
    "high": "the unit of measurement of the indicator (unit_id and unit_en)",
    "n_kabupaten": "kabupaten",
    "n_kota": "kota",
    "copies": "copies",
    "digits": "decimals",
}
YEARLY = ("province_statistics.csv", "regency_statistics.csv", "breaks.csv")
"""The tables with a row a year; of those of figures, the source stands last."""
SOURCES = "sources.csv"
INSTRUMENT = "instrument"  # the folder of the instrument (YAML), described file by file
_AGAIN = "if the change is meant, describe the folder again with: erat describe"


def describe(folder: Path) -> dict[str, Any]:
    """Make the Data Package of a folder's raw tables and instrument, with the ``hash`` (sha256) and
    ``bytes`` of every file. The same files give the same descriptor, whatever the clock or machine.
    """
    folder = Path(folder)
    resources = [_table_resource(folder, table) for table in TABLES.values()]
    resources += [_text_resource(path) for path in sorted((folder / INSTRUMENT).glob("*.yml"))]
    return {"profile": "data-package", **_PACKAGE, "resources": resources}


def write_descriptor(folder: Path) -> Path:
    """Describe a folder in its ``datapackage.json``; return that path."""
    path = Path(folder) / DESCRIPTOR
    text = json.dumps(describe(folder), ensure_ascii=False, indent=2) + "\n"
    path.write_bytes(text.encode())
    return path


def _table_resource(folder: Path, table: Table) -> dict[str, Any]:
    fields = [_field(field) for field in table.fields]
    schema = {"fields": fields, "missingValues": [""], "primaryKey": list(table.key)}
    references = [(field.name, *field.refers.split(".")) for field in table.fields if field.refers]
    if references:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": resource, "fields": [column]}}
            for name, resource, column in references
        ]
    described: dict[str, Any] = {
        "name": table.name,
        "path": table.file,
        "profile": "tabular-data-resource",
        "title": table.title_en,
        "title_id": table.title_id,
        **_file(folder / table.file, "csv", "text/csv"),
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": schema,
    }
    if ("source", "sources", "source") in references:
        sources = pd.read_csv(folder / SOURCES, dtype=str)
        cited = sources["source"].isin(pd.read_csv(folder / table.file, dtype=str)["source"])
        described["publishers"] = sorted(set(sources.loc[cited, "publisher"]))
    return described


def _text_resource(path: Path) -> dict[str, Any]:
    return {
        "name": f"{INSTRUMENT}-{path.stem.lower()}",
        "path": f"{INSTRUMENT}/{path.name}",
        "profile": "data-resource",
        "type": "file",
        "title": f"The instrument of e-RAT (a proposal): {path.stem}",
        "title_id": f"Instrumen e-RAT (usulan): {path.stem}",
        **_file(path, "yml", "application/yaml"),
    }


def _file(path: Path, form: str, mediatype: str) -> dict[str, Any]:
    data = path.read_bytes()
    about = {"scheme": "file", "format": form, "mediatype": mediatype, "encoding": "utf-8"}
    return {**about, "bytes": len(data), "hash": _hash(data)}


def _field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "type": {"text": "string", "number": "number"}.get(field.kind, "integer"),
        "title": field.title,
    }
    if field.name in _UNITS:
        described["unit"] = _UNITS[field.name]
    limits = {"minimum": field.low, "maximum": field.high}
    constraints: dict[str, Any] = {"required": True} if field.required else {}
    constraints |= {key: int(limit) for key, limit in limits.items() if limit is not None}
    if field.allowed:
        constraints["enum"] = [word for word in field.allowed if word]
    if field.pattern:
        constraints["pattern"] = f"^({field.pattern})$"
    return described | ({"constraints": constraints} if constraints else {})


def digest_until(folder: Path, year: int) -> str:
    """Digest what a folder's tables say until a year (:meth:`erat.indonesia.check.RawTables.until`):
    later figures and breaks, and sources of later figures alone, change nothing. A line whose year
    cannot be read counts.
    """
    kept, cited, later = list[bytes](), set[bytes](), set[bytes]()
    for name in YEARLY:
        header, *lines = _lines(Path(folder) / name)
        place = (*header.split(b","), b"year").index(b"year")
        for line in lines:
            cells = line.split(b",")
            year_of = cells[place] if place < len(cells) else b""
            after = year_of.isdigit() and int(year_of) > year
            (later if after else cited).add(cells[-1])
            kept += [] if after else [line]
    sources = _lines(Path(folder) / SOURCES)
    kept += [line for line in sources if line.split(b",")[0] not in later - cited]
    return hashlib.sha256(b"\n".join(kept)).hexdigest()


def _lines(path: Path) -> list[bytes]:
    return (path.read_bytes().splitlines() if path.is_file() else []) or [b""]


def changed_files(folder: Path) -> list[Problem]:
    """Hold every file of a folder against its hash in ``datapackage.json``. A problem is a changed,
    missing or undescribed file, or a descriptor that cannot be read.
    """
    folder = Path(folder)
    try:
        described = json.loads((folder / DESCRIPTOR).read_bytes())
        hashes = {item["path"]: item["hash"] for item in described["resources"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        unread = f"a descriptor that cannot be read ({type(error).__name__}: {error})"
        if isinstance(error, OSError):
            unread = error.strerror or "a file that cannot be read"
        remedy = f"restore the file; {_AGAIN}"
        return [Problem(DESCRIPTOR, unread, "a Data Package descriptor", remedy)]
    problems = [_changed_file(folder, name, hashes[name]) for name in sorted(hashes)]
    for path in [*sorted(folder.iterdir()), *sorted((folder / INSTRUMENT).glob("*"))]:
        name = path.relative_to(folder).as_posix()
        known = name in (DESCRIPTOR, INSTRUMENT) or name in hashes
        if not known and not path.name.startswith("."):
            remedy = f"take the file out of the folder; {_AGAIN}"
            problems.append(Problem(name, "a file that is not described", DESCRIPTOR, remedy))
    return [problem for problem in problems if problem]


def _changed_file(folder: Path, name: str, described: str) -> Problem | None:
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        unread = error.strerror or "a file that cannot be read"
        unread = "no such file" if isinstance(error, FileNotFoundError) else unread
        return Problem(name, unread, "the file that is described", "restore the file")
    if _hash(data) == described:
        return None
    changed, remedy = f"a changed file ({_hash(data)[:19]}...)", f"restore the file; {_AGAIN}"
    if _hash(data.replace(b"\r\n", b"\n")) == described:
        changed = "other line ends (CRLF); the rest is unchanged"
        remedy = "save the file with line ends of Unix (LF)"
    return Problem(name, changed, f"the bytes described ({described[:19]}...)", remedy)


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
