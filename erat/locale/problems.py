"""Problems with an input in a language: the texts of :class:`erat.errors.Problem` are in English."""

from __future__ import annotations

import re
import string
from functools import cache

from erat.errors import Problem
from erat.locale import Language, phrase
from erat.locale.methods_texts import METHODS
from erat.locale.tables_texts import TABLES

MESSAGES = (
    *TABLES,
    *METHODS,
    phrase("no value of {year} for {units}: {series}"),
    phrase("provinces on the borders of {borders}"),
    phrase("regencies"),
    phrase("values of each series"),
    phrase("{first}, or take 'subunits' out of {file}: provinces work without it"),
    phrase(
        "add them to {file}, let an earlier year stand for it under 'carried', or take them out of "
        "{framework}"
    ),
    phrase("add them to {file}"),
    phrase("add them, or read the pages without"),
    phrase("{found} (the same fault in rows {rows})"),
    phrase("a changed file ({digest}...)"),
    phrase("the bytes described ({digest}...)"),
    phrase("a file that is not described"),
    phrase("the file that is described"),
    phrase("no such file"),
    phrase("a readable CSV file"),
    phrase("{first}; if the change is meant, describe the folder again with: erat describe"),
    phrase("restore the file"),
    phrase("take the file out of the folder"),
    phrase("{code} with the name {name}"),
    phrase("a unit of units.csv"),
    phrase("an empty cell"),
    phrase("{key} again, as in row {row}"),
    phrase("every key once"),
    phrase("keep one of the two rows (key: {key})"),
    phrase("a code of {table}"),
    phrase("a plain number with a decimal point, such as 70.5"),
    phrase("a decimal point, not a decimal comma"),
    phrase("no thousands separators and a decimal point"),
    phrase("write {number}, or {other} if the comma separates thousands"),
    phrase("a missing value has no text: leave the cell empty, or leave out the row"),
    phrase("write the bare number; the unit has its own column"),
    phrase("write the number alone; remarks belong in a note"),
    phrase("compare it with the publication and its unit of measurement"),
    phrase("an indicator of data/raw/indicators.csv"),
    phrase("the instrument or a framework"),
    phrase("a table that nothing reads"),
    phrase("a government of units.csv and a respondent of the instrument"),
    phrase("write it as BNPB does, such as 0.45"),
    phrase("0 to 1 for IKD"),
    phrase("{grade}, the class of {value}"),
    phrase("correct the class or the value, or leave the class empty"),
    phrase("did you mean {word}?"),
    phrase("use one of: {codes}"),
    phrase("text in Latin-1 (Windows), read as such"),
    phrase("text in UTF-8"),
    phrase("look at names with accents; to be sure, save the file as CSV UTF-8"),
    phrase(
        "add its row to indicators.csv first: code, names, unit of measurement, decimals, "
        "smallest and largest value, family and base"
    ),
    phrase("{indicator}, which is computed"),
    phrase("a published series ({parts})"),
    phrase("add the figures of its parts"),
    phrase("'PUBLISHER, PUBLICATION, TABLE', the publisher being {publishers}"),
    phrase("for example: {example}"),
    phrase("one of {names}"),
    phrase("give the month of the survey"),
    phrase("no period of {indicator}"),
    phrase("leave --period out, or give another indicator"),
    phrase("figures of the base {base}"),
    phrase("no base of the figures"),
    phrase("look in the publication; if it is that: {option}"),
    phrase("give them to {indicator}: {option}"),
    phrase("{base}, the base of {indicator}: two bases make two series"),
    phrase("figures of another base need an indicator of their own in indicators.csv"),
    phrase("figures that differ from those of {indicator}: {figures}"),
    phrase("figures that are not there yet: no published figure is overwritten"),
    phrase("for a revision name the year of its publication, as --vintage 2026"),
    phrase("only figures that are there already, and equal"),
    phrase("a revision"),
    phrase("leave --vintage out"),
    phrase("a file that is a source already"),
    phrase("a copy from elsewhere"),
    phrase("leave --count-copies out"),
    phrase("values to look at: {figures}"),
    phrase("values that a person has looked at"),
    phrase("compare them with the publication; if they stand there, add --looked-at"),
    phrase("tables that changed meanwhile"),
    phrase("the tables that were read"),
    phrase("run the command again"),
    phrase("no year in title or header"),
    phrase("look whether it is the table of {year}"),
    phrase("the year {year}"),
    phrase("several columns of {year}: {columns}"),
    phrase("name words of its heading: --column"),
    phrase("no column of {year}, but of {years}: {columns}"),
    phrase("correct --year or --column"),
    phrase("one column of the year"),
    phrase("figures of {months}"),
    phrase("{month}, the period"),
    phrase("take the table of that month, or give another --period or --indicator"),
    phrase("numbers such as {number}, whose point or comma may mark decimals or thousands"),
    phrase("say which: --decimal point or --decimal comma"),
    phrase("numbers of one reading"),
    phrase("compare it with the publication; if its point was lost, it is {value}"),
    phrase("a value from {low} to {high}"),
    phrase("codes that both systems have"),
    phrase("codes that no system has"),
    phrase("codes of BPS or Kemendagri"),
    phrase("add a column with the names of the units"),
    phrase("no unit"),
    phrase("a column with names or codes of provinces, or of regencies and cities"),
    phrase("check that it is the right file and sheet: --sheet"),
    phrase("correct the code or the name"),
    phrase("give the row its name, or delete it"),
    phrase("{first} Else delete the row"),
    phrase("correct the name, or delete the row"),
    phrase("a province, a total or a note"),
    phrase("a regency or city, a total or a note"),
    phrase("values without a name"),
    phrase("a province, or a regency of the same name"),
    phrase("write {first} or {second}"),
    phrase("no row of {names}"),
    phrase("look whether rows were lost"),
    phrase("{n} provinces, none of which began in 2022, and no {names}"),
    phrase("34 or 38 provinces, so that the borders can be told"),
    phrase("give the whole table, with '...' where there is no value"),
    phrase("dashes in {year}: {names}"),
    phrase("'...' or 'NA' where there is no figure: BPS prints a dash for nil"),
    phrase("read as missing; look, and say what they are: --dash zero or --dash missing"),
    phrase("{year} without figures of {names}"),
    phrase("read as of 34, Papua undivided: look whether that is so"),
    phrase("numbers in {unit}"),
    phrase("look whether it is the right column and indicator; a percentage is not converted"),
    phrase("a year, or a first and a last one"),
    phrase("values without a year"),
    phrase("a year"),
    phrase("one column for several years: {columns}"),
    phrase("a column for each year"),
    phrase("give one --year"),
    phrase("give the row its year, or delete it"),
    phrase("each unit once a year"),
    phrase("{unit} again, {heading} of {year}"),
    phrase("each unit once"),
    phrase("keep one of the rows"),
    phrase("write {text}"),
    phrase("{borders} provinces: {series} of {year} is on these borders"),
    phrase("give the table of {borders} provinces; Papua is another area on each"),
    phrase("{name} once"),
    phrase("{name} again"),
    phrase("{code}, its code"),
    phrase("{code} beside {name}"),
    phrase("{borders} provinces"),
    phrase("no column with numbers"),
    phrase("{n} of {all} figures of {year} as in data/raw"),
    phrase("look at indicator, base and vintage; if they are right, add --looked-at"),
    phrase("mostly figures that are there"),
    phrase("{shown} and {rest} more"),
)
"""Texts of ``erat check``, ``erat data`` and ``erat edition``; one that is not here stays English."""


def said(problem: Problem, lang: Language) -> str:
    """Write a problem in a language.

    Examples
    --------
    >>> one = Problem("a.csv", "no such file", "every key once", "write 'x'", row=3)
    >>> said(one, Language("en")) == str(one)
    True
    """
    if lang.code == "en":
        return str(problem)
    place = [_part(problem.where, lang)]
    place += [] if problem.row is None else [lang.tr("row {rows}", rows=problem.row)]
    place += [] if problem.column is None else [lang.tr("column {name}", name=problem.column)]
    return lang.tr(
        "{place}: found {found}; expected {expected}. What to do: {remedy}",
        place=", ".join(place),
        found=_part(problem.found, lang),
        expected=_part(problem.expected, lang),
        remedy=_part(problem.remedy, lang),
    )


def _part(text: str, lang: Language) -> str:
    """Translate a text that is one of the messages with its fields filled, these too."""
    for message, pattern in _patterns().items():
        if match := pattern.fullmatch(text):
            fields = {name: _part(value, lang) for name, value in match.groupdict().items()}
            return lang.tr(message, **fields)
    return text


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the messages with what finds them: a field is any text. Longer messages go first."""
    return {
        message: re.compile(
            "".join(
                re.escape(before) + (f"(?P<{name}>.+?)" if name else "")
                for before, name, _, _ in string.Formatter().parse(message)
            ),
            re.DOTALL,
        )
        for message in sorted(MESSAGES, key=_length, reverse=True)
    }


def _length(message: str) -> int:
    """Count the characters outside the fields."""
    return sum(len(text) for text, *_ in string.Formatter().parse(message))
