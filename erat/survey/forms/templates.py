"""What goes out to the field: the forms, and a workbook for every sub-unit, in one folder tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from erat.errors import InputError, ParameterError, Problem, listing, nearest
from erat.files import changed_since, replaced_when_whole, write_manifest, write_whole
from erat.locale import Language
from erat.survey.forms.workbook import FormBook
from erat.survey.forms.xlsform import questionnaire, validate, verification
from erat.survey.units import Government, SubUnit, SubUnits


class Scope(NamedTuple):
    """The governments that the forms let respondents choose from, and who gets a workbook."""

    governments: tuple[Government, ...]
    units: tuple[SubUnit, ...]

    @classmethod
    def of(
        cls,
        units: SubUnits,
        provinces: Sequence[str] = (),
        governments: Sequence[str] = (),
        agencies: Sequence[str] = (),
    ) -> Scope:
        """Choose sub-units by province, government and agency; ParameterError names unknown codes.

        Without province or government the forms are for the whole country, and no workbook is made.
        """
        problems = list(_unknown(units, provinces, governments, agencies))
        if problems:
            raise ParameterError(problems)
        codes = [one.code for code in provinces for one in units.governments_of(code)]
        codes = list(dict.fromkeys([*codes, *governments]))
        wanted = [one for code in codes for one in units.of_government(code)]
        chosen = [units.governments[code] for code in codes] or list(units.governments.values())
        wanted = [one for one in wanted if not agencies or one.respondent.code in agencies]
        return cls(tuple(chosen), tuple(wanted))


def _unknown(
    units: SubUnits, provinces: Sequence[str], governments: Sequence[str], agencies: Sequence[str]
) -> Iterator[Problem]:
    for code in provinces:
        if code not in units.provinces:
            remedy = units.nearest(code, units.provinces)
            if code in units.governments:
                remedy = f"{code} is a regency or city: use --government {code}"
            yield Problem("--province", repr(code), "the BPS code of a province", remedy)
    for code in governments:
        if code not in units.governments:
            yield Problem("--government", repr(code), "a BPS code", units.nearest(code))
    known = [one.code for one in units.instrument.respondents]
    for code in agencies:
        if code not in known:
            expected = "a respondent of the instrument"
            yield Problem("--agency", repr(code), expected, nearest(code, known))


def write_templates(
    folder: Path, units: SubUnits, scope: Scope, lang: Language, instrument_files: Sequence[Path]
) -> int:
    """Write the forms and workbooks of a scope; return how many workbooks there are.

    ``erat_questionnaire.xlsx`` and ``erat_verification.xlsx`` are XLSForms; workbooks lie where
    :func:`place` says. InputError if the folder holds filled workbooks, or other files.
    """
    if folder.is_dir() and (changed := changed_since(folder)):
        found = f"files that were filled in or added since: {listing(changed)}"
        remedy = "name another folder, or move these files; they may hold answers"
        raise InputError([Problem(str(folder), found, "templates as they were made", remedy)])
    with replaced_when_whole(folder) as new:
        for make in (questionnaire, verification):
            path = new / f"erat_{make.__name__}.xlsx"
            make(units, scope.governments).write(path)
            validate(path)
        books: dict[tuple[str, str], FormBook] = {}
        for unit in scope.units:
            kind = unit.respondent.code, unit.government.level
            if kind not in books:
                books[kind] = FormBook(units.instrument, *kind, lang)
            write_whole(new / place(unit, units), books[kind].bytes_for(unit))
        inputs = {path.name: path for path in instrument_files}
        write_manifest(new, inputs, language=lang.code, workbooks=len(scope.units))
    return len(scope.units)


def place(unit: SubUnit, units: SubUnits) -> Path:
    """Return a workbook's place: a folder a province, one a government, ``7201.bpbd.xlsx``."""
    folders = []
    for one in (units.governments[unit.province], unit.government):
        words = re.sub(r"[^a-z0-9]+", "-", one.name.lower()).strip("-")
        folders.append(f"{one.code}-{words}")
    return Path(*folders, f"{unit.code}.xlsx")
