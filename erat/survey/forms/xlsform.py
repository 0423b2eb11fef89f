"""The questionnaire as an XLSForm, for KoboToolbox, ODK and Enketo, in both languages.

The form asks a respondent only what the instrument asks of them at their level of government. A
second form is for the inspectorate or an assessor, who verify what a sub-unit has said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from erat.errors import InputError, Problem
from erat.index.workbook import Sheet, write_workbook
from erat.locale import LANGUAGES, Language
from erat.survey.instrument import STEPS, Indicator, Instrument, Question
from erat.survey.read.choices import ALONE
from erat.survey.units import Government, SubUnits

ENGLISH, INDONESIAN = Language("en"), Language("id")
SUFFIX = {code: f"::{name} ({code})" for code, name in LANGUAGES.items()}
Row = dict[str, str]


@dataclass
class Both:
    """Texts in both languages, as columns of an XLSForm."""

    def tr(self, text: str, column: str = "label", /, **fields: object) -> Row:
        """Return the columns ``column::language`` with a text of the catalogue."""
        return self.of(column, INDONESIAN.tr(text, **fields), ENGLISH.tr(text, **fields))

    def of(self, column: str, id: str, en: str) -> Row:
        """Return the columns ``column::language`` with given texts."""
        return {f"{column}{SUFFIX['id']}": plain(id), f"{column}{SUFFIX['en']}": plain(en)}


BOTH = Both()
CONSENTED = "${consent}='yes'"


def plain(text: str) -> str:
    """Keep a text from being read as a reference: ``${`` has a meaning in a form."""
    return text.replace("${", "$ {")


@dataclass
class Form:
    """The rows of an XLSForm's sheets."""

    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    settings: Row = field(default_factory=dict)

    def ask(self, type: str, name: str, *parts: Row, **cells: str) -> None:
        """Add a row to the survey."""
        row = {"type": type, "name": name}
        for part in parts:
            row |= part
        self.survey.append(row | {key: cell for key, cell in cells.items() if cell})

    def choice(self, list_name: str, name: str, label: Row, **cells: str) -> None:
        """Add a row to the choices."""
        self.choices.append({"list_name": list_name, "name": name, **label, **cells})

    def write(self, path: Path) -> None:
        """Write the form as a workbook; the same form gives the same bytes."""
        tables = {
            "survey": self.survey,
            "choices": self.choices,
            "settings": [self.settings],
        }
        sheets = [Sheet(name, _table(rows)) for name, rows in tables.items()]
        write_workbook(sheets, path)


def _table(rows: Sequence[Row]) -> pd.DataFrame:
    columns = dict.fromkeys(key for row in rows for key in row)
    return pd.DataFrame([[row.get(c, "") for c in columns] for row in rows], columns=list(columns))


def validate(path: Path) -> list[str]:
    """Read a form with pyxform and return its warnings.

    Raises
    ------
    InputError
        If pyxform refuses the form.
    """
    try:
        return list(convert(str(path), validate=False).warnings)
    except PyXFormError as refused:
        remedy = "correct the texts or codes of the instrument that it names"
        found = " ".join(str(refused).split())
        raise InputError([Problem(path.name, found, "a form that pyxform reads", remedy)]) from None


def questionnaire(units: SubUnits, governments: Sequence[Government]) -> Form:
    """Make the form with which respondents answer.

    Parameters
    ----------
    units
        Sub-units, and the instrument.
    governments
        Those to choose from: provinces, and regencies in them.
    """
    form = Form(settings=_settings(units.instrument, "erat_questionnaire", "Kuesioner kapasitas"))
    _head(form, units.instrument)
    _who(form, units, governments)
    needed = {"required": "yes", "relevant": CONSENTED}
    who = BOTH.tr("Your initials, or the number that your agency gave you")
    why = BOTH.tr("It tells two answers of one person apart. No full name is needed.", "hint")
    form.ask("text", "respondent_id", who, why, **needed)
    form.ask("text", "role", BOTH.tr("Your position"), **needed)
    for indicator in _grouped(form, units.instrument):
        for question in indicator.questions:
            _question(form, units.instrument, question)
    return form


def verification(units: SubUnits, governments: Sequence[Government]) -> Form:
    """Make the form with which an inspectorate or assessor says what they found at a sub-unit."""
    title = "Verifikasi oleh Inspektorat atau penilai"
    form = Form(settings=_settings(units.instrument, "erat_verification", title))
    _head(form, units.instrument)
    _who(form, units, governments)
    needed = {"required": "yes", "relevant": CONSENTED}
    form.ask("text", "role", BOTH.tr("Your position, as the one who verifies"), **needed)
    for indicator in _grouped(form, units.instrument):
        for question in indicator.questions:
            _verified(form, units.instrument, question)
    return form


def _verified(form: Form, instrument: Instrument, question: Question) -> None:
    code = question.code
    how = BOTH.tr(
        "The highest step that you saw met, with all before it. Leave it empty if you did not look.",
        "hint",
    )
    relevant = _asked(instrument, [question])
    form.ask(f"select_one {code}", f"{code}_verified", _text(question), how, relevant=relevant)
    form.choice(code, "0", BOTH.tr("0) The first step is not met."))
    for number, step in enumerate(question.steps, start=1):
        label = BOTH.of("label", f"{number}) {step.id}", f"{number}) {step.en}")
        form.choice(code, str(number), label)


def _settings(instrument: Instrument, form_id: str, title: str) -> Row:
    return {
        "form_title": f"e-RAT: {title}",
        "form_id": form_id,
        "version": f"{instrument.version}-{instrument.digest[:8]}",
        "default_language": SUFFIX["id"][2:],
        "instance_name": "concat(${government}, '.', ${respondent})",
    }


def _head(form: Form, instrument: Instrument) -> None:
    form.ask("start", "start")
    form.ask("end", "end")
    form.ask("calculate", "instrument_version", calculation=f"'{instrument.version}'")
    form.ask("calculate", "instrument_digest", calculation=f"'{instrument.digest[:12]}'")
    about = instrument.description
    form.ask("note", "about", BOTH.of("label", f"{about.name_id}. {about.about_id}",
                                      f"{about.name_en}. {about.about_en}"))  # fmt: skip
    consent = BOTH.tr(
        "Answers are used to assess the capacity of the government, not of persons. Reports show "
        "sub-units, never persons. You may stop at any time. Do you agree to take part?"
    )
    form.ask("select_one yes_no", "consent", consent, required="yes")
    form.choice("yes_no", "yes", BOTH.tr("Yes"))
    form.choice("yes_no", "no", BOTH.tr("No"))


def _who(form: Form, units: SubUnits, governments: Sequence[Government]) -> None:
    needed = {"required": "yes", "appearance": "minimal"}
    form.ask("select_one province", "province", BOTH.tr("Province"), relevant=CONSENTED, **needed)
    form.ask(
        "select_one government",
        "government",
        BOTH.tr("Government: the province itself, or a regency or city"),
        relevant="${province}!=''",
        choice_filter="province=${province}",
        **needed,
    )
    level = "if(string-length(${government})=2, 'province', 'regency')"
    form.ask("calculate", "level", calculation=level)
    there = (f"(${{level}}='{one}' and at_{one}='yes')" for one in ("province", "regency"))
    form.ask(
        "select_one respondent",
        "respondent",
        BOTH.tr("Agency or partner that answers"),
        relevant="${government}!=''",
        choice_filter=" or ".join(there),
        **needed,
    )
    for code in dict.fromkeys(one.province for one in governments):
        name = units.governments[code].name
        form.choice("province", code, BOTH.of("label", name, name))
    for one in governments:
        label = BOTH.of("label", one.label("id"), one.label("en"))
        form.choice("government", one.code, label, province=one.province)
    for respondent in units.instrument.respondents:
        levels = {
            f"at_{level}": "yes" if respondent in asked else "no"
            for level, asked in units.respondents.items()
        }
        label = BOTH.of("label", respondent.name_id, respondent.name_en)
        form.choice("respondent", respondent.code, label, **levels)


def _grouped(form: Form, instrument: Instrument) -> Iterator[Indicator]:
    """Give the indicators one by one, each inside the groups of its dimension and its own."""
    for dimension in instrument.dimensions:
        questions = [q for indicator in dimension.indicators for q in indicator.questions]
        label = BOTH.of("label", dimension.name_id, dimension.name_en)
        form.ask("begin_group", dimension.code, label, relevant=_asked(instrument, questions))
        for indicator in dimension.indicators:
            label = BOTH.of("label", indicator.name_id, indicator.name_en)
            relevant = _asked(instrument, indicator.questions)
            form.ask("begin_group", indicator.code, label, relevant=relevant)
            yield indicator
            form.ask("end_group", indicator.code)
        form.ask("end_group", dimension.code)


def _text(question: Question) -> Row:
    code = question.code
    return BOTH.of("label", f"{code}. {question.text_id}", f"{code}. {question.text_en}")


def _question(form: Form, instrument: Instrument, question: Question) -> None:
    code = question.code
    form.ask(
        f"select_multiple {code}",
        code,
        _text(question),
        BOTH.tr(
            "Choose every step that is met. A later step counts only when all before it are met.",
            "hint",
        ),
        BOTH.tr(
            "Choose the steps in order without a gap, or one of the last three answers alone.",
            "constraint_message",
        ),
        relevant=_asked(instrument, [question]),
        constraint=constraint(),
    )
    form.ask(
        "text",
        f"{code}_evidence",
        BOTH.tr("{code}: evidence for the steps met", code=code),
        BOTH.of("hint", question.evidence_id, question.evidence_en),
        BOTH.tr(
            "Name the document, its number and date, or where it can be seen.", "required_message"
        ),
        required="yes",
        relevant=f"selected(${{{code}}}, 's1')",
        appearance="multiline",
    )
    comment = BOTH.tr("{code}: comment, if any", code=code)
    said = f"${{{code}}}!=''"
    form.ask("text", f"{code}_comment", comment, relevant=said, appearance="multiline")
    for number, step in enumerate(question.steps, start=1):
        label = BOTH.of("label", f"{number}) {step.id}", f"{number}) {step.en}")
        form.choice(code, f"s{number}", label)
    form.choice(code, "none", BOTH.tr("None of these steps is met"))
    form.choice(code, "dk", BOTH.tr("I do not know"))
    form.choice(code, "na", BOTH.tr("This does not concern us"))


def constraint() -> str:
    """Return the rule that holds for every question: steps without a gap, or one answer alone."""
    alone = " or ".join(f"selected(., '{name}')" for name in ALONE)
    rules = [f"(count-selected(.)=1 or not({alone}))"]
    rules += [f"(not(selected(., 's{n}')) or selected(., 's{n - 1}'))" for n in range(2, STEPS + 1)]
    return " and ".join(rules)


def _asked(instrument: Instrument, questions: Iterable[Question]) -> str:
    """Say in XPath who is asked at least one of some questions, and at which level."""
    levels: dict[str, set[str]] = {}
    for question in questions:
        for respondent in question.respondents:
            levels.setdefault(respondent, set()).update(question.governments)
    order = [one.code for one in instrument.respondents if one.code in levels]
    parts = []
    for level in ("province regency", "province", "regency"):
        asked = [code for code in order if levels[code] == set(level.split())]
        if asked:
            who = f"selected('{' '.join(asked)}', ${{respondent}})"
            parts.append(who if " " in level else f"({who} and ${{level}}='{level}')")
    return " or ".join(parts)
