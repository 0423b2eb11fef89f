"""What goes out to the field: the forms, and a workbook for every sub-unit, in one folder tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from erat.errors import InputError, ParameterError, Problem, listing, nearest
from erat.files import changed_since, replaced_when_whole, write_manifest
from erat.locale import Language
from erat.survey.forms.workbook import FormBook
from erat.survey.forms.xlsform import questionnaire, validate, verification
from erat.survey.units import Government, SubUnit, SubUnits


@dataclass(frozen=True)
class Scope:
    """For whom templates are made.

    Parameters
    ----------
    governments
        Those that the forms let respondents choose from.
    units
        Sub-units that get a workbook.
    """

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
        """Choose sub-units by province, government and agency.

        Without a province or government the forms are for the whole country, and there is no
        workbook.

        Raises
        ------
        ParameterError
            With every code that is not known.
        """
        known = [one.code for one in units.instrument.respondents]
        problems = [
            *_unknown("--province", provinces, units.provinces, units),
            *_unknown("--government", governments, units.governments, units),
            *(Problem("--agency", repr(code), "a respondent of the instrument", nearest(code, known))
              for code in agencies if code not in known),
        ]  # fmt: skip
        if problems:
            raise ParameterError(problems)
        codes = [one.code for code in provinces for one in units.governments_of(code)]
        codes = list(dict.fromkeys([*codes, *governments]))
        wanted = [one for code in codes for one in units.of_government(code)]
        wanted = [one for one in wanted if not agencies or one.respondent.code in agencies]
        chosen = [units.governments[code] for code in codes] or list(units.governments.values())
        return cls(tuple(chosen), tuple(wanted))


def _unknown(
    where: str, codes: Sequence[str], known: dict[str, Government], units: SubUnits
) -> list[Problem]:
    problems = []
    for code in codes:
        if code in known:
            continue
        expected = "the BPS code of a province" if where == "--province" else "a BPS code"
        if where == "--province" and code in units.governments:
            remedy = f"{code} is a regency or city: use --government {code}"
        else:
            remedy = units.nearest(code, known)
        problems.append(Problem(where, repr(code), expected, remedy))
    return problems


def write_templates(
    folder: Path, units: SubUnits, scope: Scope, lang: Language, instrument_files: Sequence[Path]
) -> int:
    """Write the forms and workbooks of a scope; return how many workbooks there are.

    The folder holds ``erat_questionnaire.xlsx`` and ``erat_verification.xlsx`` (XLSForms), and for
    each province a folder with a folder for every government.

    Raises
    ------
    InputError
        If the folder holds workbooks that were filled in, or other files.
    """
    _refuse_filled(folder)
    with replaced_when_whole(folder) as new:
        for make in (questionnaire, verification):
            path = new / f"erat_{make.__name__}.xlsx"
            make(units, scope.governments).write(path)
            validate(path)
        books: dict[tuple[str, str], FormBook] = {}
        for unit in scope.units:
            kind = (unit.respondent.code, unit.government.level)
            if kind not in books:
                books[kind] = FormBook(units.instrument, kind[0], unit.government.level, lang)
            path = new / place(unit, units)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(books[kind].bytes_for(unit))
        inputs = {path.name: path for path in instrument_files}
        write_manifest(new, inputs, language=lang.code, workbooks=len(scope.units))
    return len(scope.units)


def place(unit: SubUnit, units: SubUnits) -> Path:
    """Return where the workbook of a sub-unit lies in the folder of templates.

    A folder a province, in it a folder a government, in it ``7201.bpbd.xlsx``.
    """
    province, government = units.governments[unit.province], unit.government
    return Path(_slug(province), _slug(government), f"{unit.code}.xlsx")


def _slug(one: Government) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", one.name.lower()).strip("-")
    return f"{one.code}-{words}"


def _refuse_filled(folder: Path) -> None:
    changed = changed_since(folder) if folder.is_dir() else []
    if changed:
        found = f"files that were filled in or added since: {listing(changed)}"
        remedy = "name another folder, or move these files; they may hold answers"
        raise InputError([Problem(str(folder), found, "templates as they were made", remedy)])
