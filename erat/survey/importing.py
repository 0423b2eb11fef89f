"""From files of any number to a folder of answers, with a ledger of what became of each file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from erat.errors import InputError, Problem, listing
from erat.files import replaced_when_whole, write_csv, write_manifest
from erat.locale import Language
from erat.survey.cells import inert
from erat.survey.judged import ACCEPTED, REFUSED, REPEATED
from erat.survey.read.files import AnswerFile, list_files, read_file
from erat.survey.read.remarks import Remark
from erat.survey.respondents import Counted, count_answers
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
    read
        A file each, with its answers and what is to be said of it.
    counted
        The answers that count; None if there are none.
    lang
        Language of the remarks.
    """

    read: tuple[AnswerFile, ...]
    counted: Counted | None
    lang: Language

    @property
    def remarks(self) -> list[Remark]:
        """All that is to be said, file by file."""
        return [remark for one in self.read for remark in one.remarks.made]

    @property
    def refused(self) -> list[Remark]:
        """What was refused."""
        return [remark for remark in self.remarks if remark.severity == "refused"]

    @property
    def unreadable(self) -> list[str]:
        """Files that could not be read at all, or hold nothing of the questionnaire."""
        lost = {one.name for one in self.read if one.judged is None}
        return list(dict.fromkeys(remark.file for remark in self.refused if remark.file in lost))

    def files(self) -> pd.DataFrame:
        """Return the ledger: a row a file; found is accepted, repeated and refused together."""
        rows: list[tuple[object, ...]] = []
        for one in self.read:
            noted, judged = sum(r.severity == "noted" for r in one.remarks.made), one.judged
            if judged is None:
                rows.append((one.name, one.kind, 0, 0, 0, 0, 0, noted, 0, 0, one.digest))
                continue
            counts = [judged.count(outcome) for outcome in (ACCEPTED, REPEATED, REFUSED)]
            rows.append((one.name, one.kind, len(judged.rows), judged.answers, *counts, noted,
                         len(judged.texts), judged.lost_texts, one.digest))  # fmt: skip
        return pd.DataFrame(rows, columns=list(FILE_COLUMNS))

    def problems(self) -> pd.DataFrame:
        """Return every remark in a row, with all the rows it is about."""
        rows = [
            (r.file, r.severity, r.cause, r.place, " ".join(map(str, r.rows)), r.answers, r.found,
             r.expected, r.remedy)
            for r in self.remarks
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS))


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
    listed = list_files(paths)
    if not listed:
        found = f"no file in {listing([str(path) for path in paths])}"
        raise InputError([Problem("files", found, "files with answers", "check the path")])
    read = tuple(read_file(one, units, lang) for one in listed)
    return Checked(read, count_answers(read, units, lang), lang)


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
    where = "erat survey import"
    if checked.unreadable and not accept_rest:
        names = listing(checked.unreadable)
        found = f"{len(checked.unreadable)} files that cannot be read: {names}"
        remedy = "correct or leave out these files, or add --accept-rest to import the others"
        raise InputError([Problem(where, found, "readable files", remedy)])
    if checked.counted is None or not checked.files()["accepted"].sum():
        remedy = "see what was refused with: erat survey check"
        raise InputError([Problem(where, "no answer that counts", "answers", remedy)])
    with replaced_when_whole(folder) as new:
        checked.counted.answers.write(new)
        write_csv(_inert(checked.counted.places), new / "places.csv", index=False)
        write_csv(_inert(checked.files()), new / "files.csv", index=False)
        write_csv(_inert(checked.problems()), new / "problems.csv", index=False)
        inputs = {path.name: path for path in instrument_files}
        version = checked.counted.answers.version
        write_manifest(new, inputs, instrument=version, language=checked.lang.code)


def _inert(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet runs."""
    texts = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    return table.assign(**{name: table[name].map(inert) for name in texts})
