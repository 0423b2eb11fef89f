"""Empty local tables with their headers, and a text that explains every column."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from erat.indonesia.schemas import Field, Table
from erat.survey.local.tables import TABLES, title_id
from erat.survey.units import SubUnits

README = "README.md"


def write_templates(
    folder: Path, subunits: SubUnits | None = None, province: str = ""
) -> tuple[list[str], list[str]]:
    """Write the tables that are not there yet, and the text that explains them.

    Parameters
    ----------
    folder
        Where to; made if it is not there.
    subunits, province
        Who can answer, and a province: the population table then has a row for it and for each of
        its regencies and cities, and the roster one for each sub-unit, to be filled in.

    Returns
    -------
    written, kept
        Names of the files that were written, and of those that were there and stay as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written, kept = [], []
    for table in TABLES.values():
        if (folder / table.file).exists():
            kept.append(table.file)
            continue
        rows = _rows(table.name, subunits, province) if subunits and province else []
        _write(folder / table.file, _text(table, rows))
        written.append(table.file)
    _write(folder / README, explanation())
    return [*written, README], kept


def explanation() -> str:
    """Explain every table and column in both languages (Markdown)."""
    intro = (
        "# Angka lokal / Local figures\n\n"
        "Berkas di sini hanya ada di komputer ini. Git tidak menyimpannya, dan e-RAT menandai\n"
        "setiap halaman yang memakainya. Satu baris per nilai. Simpan sebagai CSV (UTF-8), dengan\n"
        "koma atau titik koma. Periksa dengan `erat check`.\n\n"
        "Files here stay on this computer. Git does not keep them, and e-RAT marks every page that\n"
        "uses them. A row a value. Save as CSV (UTF-8), parted by commas or semicolons. Check with\n"
        "`erat check`.\n"
    )
    return intro + "".join(_explained(table) for table in TABLES.values())


def _explained(table: Table) -> str:
    lines = [
        f"\n## {table.file}\n",
        f"{table.title_id} / {table.title_en}\n",
        "| kolom / column | wajib / required | arti | meaning |",
        "|---|---|---|---|",
        *(_row(table.name, field) for field in table.fields),
    ]
    return "\n".join(lines) + "\n"


def _row(table: str, field: Field) -> str:
    allowed = ", ".join(f"`{word}`" for word in field.allowed if word)
    meaning = f"{field.title} ({allowed})" if allowed else field.title
    required = "ya / yes" if field.required else "tidak / no"
    return f"| `{field.name}` | {required} | {title_id(table, field.name)} | {meaning} |"


def _rows(table: str, subunits: SubUnits, province: str) -> list[dict[str, str]]:
    """Return the rows of a template that wait to be filled in."""
    if table == "population":
        governments = subunits.governments_of(province)
        return [{"unit": one.code, "name": one.name} for one in governments]
    if table == "roster":
        units = subunits.of_province(province)
        return [{"subunit": one.code, "name": one.government.name} for one in units]
    return []


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


def _text(table: Table, rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, table.columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
