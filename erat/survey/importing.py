"""From files of any number to a folder of answers, with a ledger of what became of each file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.files import files_in, replaced_when_whole, write_csv, write_manifest
from erat.locale import Language
from erat.survey.batch import ACCEPTED, REFUSED, REPEATED, Setting
from erat.survey.cells import inert
from erat.survey.gather import Gathered, gather
from erat.survey.intake import Intake, given_files, take_in
from erat.survey.remarks import Remark, Teller
from erat.survey.units import SubUnits

FILE_COLUMNS = ("file", "kind", "submissions", "found", "accepted", "repeated", "refused", "noted",
                "texts_kept", "texts_refused", "sha256")  # fmt: skip
PROBLEM_COLUMNS = ("file", "severity", "cause", "place", "rows", "answers", "found", "expected",
                   "remedy")  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What the files of an assessment hold.

    Parameters
    ----------
    intakes
        A file each, with its answers and what is to be said of it.
    gathered
        The answers that count; None if there are none.
    lang
        Language of the remarks.
    """

    intakes: tuple[Intake, ...]
    gathered: Gathered | None
    lang: Language

    @property
    def remarks(self) -> list[Remark]:
        """All that is to be said, file by file."""
        return [remark for one in self.intakes for remark in one.remarks]

    @property
    def refused(self) -> list[Remark]:
        """What was refused."""
        return [remark for remark in self.remarks if remark.severity == "refused"]

    @property
    def unreadable(self) -> list[Intake]:
        """Files that could not be read at all, or hold nothing of the questionnaire."""
        return [
            one
            for one in self.intakes
            if one.batch is None and any(r.severity == "refused" for r in one.remarks)
        ]

    def files(self) -> pd.DataFrame:
        """Return the ledger: a row a file; found is accepted, repeated and refused together."""
        return pd.DataFrame([_ledger(one) for one in self.intakes], columns=list(FILE_COLUMNS))

    def problems(self) -> pd.DataFrame:
        """Return every remark in a row, with all the rows it is about."""
        rows = [
            (r.file, r.severity, r.cause, r.place, " ".join(map(str, r.rows)), r.answers, r.found,
             r.expected, r.remedy)
            for r in self.remarks
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS))


def _ledger(one: Intake) -> tuple[object, ...]:
    noted = sum(remark.severity == "noted" for remark in one.remarks)
    batch = one.batch
    if batch is None:
        return (one.file, one.kind, 0, 0, 0, 0, 0, noted, 0, 0, one.digest)
    counts = [batch.count(outcome) for outcome in (ACCEPTED, REPEATED, REFUSED)]
    kept = sum(len(texts.rows) for texts in batch.texts)
    return (one.file, one.kind, len(batch.rows), batch.found, *counts, noted, kept,
            batch.lost_texts, one.digest)  # fmt: skip


def check_files(paths: Sequence[Path], units: SubUnits, lang: Language) -> Checked:
    """Read any number of files and folders, and find everything that is wrong with them.

    Parameters
    ----------
    paths
        Exports of KoboToolbox or ODK (CSV, xlsx), filled workbooks, or folders of them.
    units
        The sub-units and the instrument.
    lang
        Language of what is said.

    Raises
    ------
    InputError
        If there is no file at all.
    """
    given = sorted(given_files(paths), key=lambda one: one.name)
    if not given:
        found = f"no file in {listing([str(path) for path in paths])}"
        raise InputError([Problem("files", found, "files with answers", "check the path")])
    setting = Setting(units)
    intakes = tuple(take_in(one, setting, Teller(one.name, lang)) for one in given)
    return Checked(intakes, gather(intakes, setting, lang), lang)


def write_import(
    checked: Checked, folder: Path, instrument_files: Sequence[Path], *, accept_rest: bool = False
) -> None:
    """Write the answers that count, and what became of every file.

    The folder holds the tables of :class:`erat.survey.answers.Answers`, ``places.csv`` (file and
    row of every submission), ``files.csv``, ``problems.csv`` and ``manifest.json``. An earlier
    import is replaced when the new one is whole.

    Raises
    ------
    InputError
        If no answer counts, or a file could not be read and ``accept_rest`` is not set.
    """
    _refuse(checked, accept_rest=accept_rest)
    assert checked.gathered is not None  # noqa: S101  (_refuse raised otherwise)
    with replaced_when_whole(folder) as new:
        checked.gathered.answers.write(new)
        write_csv(_inert(checked.gathered.places), new / "places.csv", index=False)
        write_csv(_inert(checked.files()), new / "files.csv", index=False)
        write_csv(_inert(checked.problems()), new / "problems.csv", index=False)
        inputs = {path.name: path for path in instrument_files}
        version = checked.gathered.answers.version
        write_manifest(new, inputs, instrument=version, language=checked.lang.code)


def _refuse(checked: Checked, *, accept_rest: bool) -> None:
    where = "erat survey import"
    if checked.unreadable and not accept_rest:
        names = listing([one.file for one in checked.unreadable])
        found = f"{len(checked.unreadable)} files that cannot be read: {names}"
        remedy = "correct or leave out these files, or add --accept-rest to import the others"
        raise InputError([Problem(where, found, "readable files", remedy)])
    if checked.gathered is None or not checked.files()["accepted"].sum():
        remedy = "see what was refused with: erat survey check"
        raise InputError([Problem(where, "no answer that counts", "answers", remedy)])


def _inert(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet runs."""
    texts = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    return table.assign(**{name: table[name].map(inert) for name in texts})


def instrument_files(folder: Path) -> list[Path]:
    """List the files of the instrument, for a manifest."""
    return [path for path in files_in(folder) if path.suffix == ".yml"]
