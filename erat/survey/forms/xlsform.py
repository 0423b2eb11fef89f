"""The questionnaire as an XLSForm, for KoboToolbox, ODK and Enketo, in both languages.

Respondents are asked only what the instrument asks of them. A second form is to verify answers.
Enketo keeps what was answered before a question became hidden, and goes on to show and send what
depends on it; so whatever depends on a hidden question says itself when it is asked.
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
from erat.survey.instrument import STEPS, Dimension, Indicator, Instrument, Question
from erat.survey.read.long_table import ALONE
from erat.survey.units import Government, SubUnits

ENGLISH, INDONESIAN = Language("en"), Language("id")
SUFFIX = {code: f"::{name} ({code})" for code, name in LANGUAGES.items()}
CONSENTED = "${consent}='yes'"
GOVERNED = f"{CONSENTED} and ${{government}}!=''"
Row = dict[str, str]


def both(id: str, en: str, column: str = "label") -> Row:
    """Return the columns ``column::language`` with a text in both languages; ``${``, which would
    refer to a field, is broken up in it.
    """
    texts = {"id": id, "en": en}
    return {f"{column}{SUFFIX[lang]}": text.replace("${", "$ {") for lang, text in texts.items()}


def tr(text: str, column: str = "label", /, **fields: object) -> Row:
    """Return the columns ``column::language`` with a text of the catalogue."""
    return both(INDONESIAN.tr(text, **fields), ENGLISH.tr(text, **fields), column)


@dataclass
class Form:
    """The rows of an XLSForm's sheets."""

    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    settings: Row = field(default_factory=dict)

    def ask(self, type: str, name: str, *texts: Row, **cells: str) -> None:
        """Add a row to the survey; empty cells are left out."""
        row = {"type": type, "name": name}
        for columns in texts:
            row |= columns
        self.survey.append(row | {key: cell for key, cell in cells.items() if cell})

    def need(self, type: str, name: str, *texts: Row, **cells: str) -> None:
        """Add a row that must be answered; it says so in the language of the form."""
        rule = tr("This answer is needed.", "required_message")
        self.ask(type, name, *texts, rule, required="yes", **cells)

    def choice(self, list_name: str, name: str, label: Row, **cells: str) -> None:
        """Add a row to the choices."""
        self.choices.append({"list_name": list_name, "name": name, **label, **cells})

    def steps(self, question: Question, mark: str = "") -> None:
        """Add the steps of a question to the choices."""
        for number, step in enumerate(question.steps, start=1):
            label = both(f"{number}) {step.id}", f"{number}) {step.en}")
            self.choice(question.code, f"{mark}{number}", label)

    def write(self, path: Path) -> None:
        """Write the form as a workbook; the same form gives the same bytes."""
        sheets = {"survey": self.survey, "choices": self.choices, "settings": [self.settings]}
        tables = [Sheet(name, pd.DataFrame(rows).fillna("")) for name, rows in sheets.items()]
        write_workbook(tables, path)


def validate(path: Path) -> list[str]:
    """Return the warnings of pyxform about a form; InputError if it refuses the form."""
    try:
        return list(convert(str(path), validate=False).warnings)
    except PyXFormError as refused:
        remedy = "correct the texts or codes of the instrument that it names"
        reason = " ".join(str(refused).split())
        problem = Problem(path.name, reason, "a form that pyxform reads", remedy)
        raise InputError([problem]) from None


def questionnaire(units: SubUnits, governments: Sequence[Government]) -> Form:
    """Make the form with which respondents of sub-units of some governments answer."""
    title = "Kuesioner kapasitas / Capacity questionnaire"
    consent = tr(
        "Answers are used to assess the capacity of the government, not of persons. Reports show "
        "sub-units, never persons. You may stop at any time. Do you agree to take part?"
    )
    form = _begun("erat_questionnaire", title, consent, units, governments)
    who = tr("Your initials, or the number that your agency gave you")
    why = tr("It tells two answers of one person apart. No full name is needed.", "hint")
    form.need("text", "respondent_id", who, why, relevant=CONSENTED)
    form.need("text", "role", tr("Your position"), relevant=CONSENTED)
    for question in _grouped(form, units.instrument):
        _ask_steps(form, units.instrument, question)
    return form


def verification(units: SubUnits, governments: Sequence[Government]) -> Form:
    """Make the form with which an inspectorate or assessor says what they found at a sub-unit."""
    title = "Verifikasi oleh Inspektorat atau penilai / Verification by Inspectorate or assessor"
    consent = tr(
        "You verify the answers of a sub-unit. What you find is used to assess the capacity of the "
        "government, not of persons. Reports show sub-units, never persons, nor the one who verifies. "
        "Do you agree that your findings are used for this?"
    )
    form = _begun("erat_verification", title, consent, units, governments)
    position = tr("Your position, as the one who verifies")
    form.need("text", "role", position, relevant=CONSENTED)
    for question in _grouped(form, units.instrument):
        code, relevant = question.code, _asked(units.instrument, [question])
        how = tr("The highest step that you saw met, with all before it. Leave it empty if you did "
                 "not look.", "hint")  # fmt: skip
        form.ask(f"select_one {code}", f"{code}_verified", _text(question), how, relevant=relevant)
        form.choice(code, "0", tr("0) The first step is not met."))
        form.steps(question)
    return form


def _begun(
    form_id: str, title: str, consent: Row, units: SubUnits, governments: Sequence[Government]
) -> Form:
    """Begin a form: what it is, consent (thanks to one who declines), and who answers."""
    instrument = units.instrument
    settings = {
        "form_title": f"e-RAT: {title}",
        "form_id": form_id,
        "version": f"{instrument.version}-{instrument.digest[:8]}",
        "default_language": SUFFIX["id"][2:],
        "instance_name": "concat(${government}, '.', ${respondent})",
    }
    form, about = Form(settings=settings), instrument.description
    form.ask("start", "start")
    form.ask("end", "end")
    form.ask("calculate", "instrument_version", calculation=f"'{instrument.version}'")
    form.ask("calculate", "instrument_digest", calculation=f"'{instrument.digest[:12]}'")
    texts = f"{about.name_id}. {about.about_id}", f"{about.name_en}. {about.about_en}"
    form.ask("note", "about", both(*texts))
    form.need("select_one yes_no", "consent", consent)
    thanks = tr("Thank you for your time. You chose no, so nothing more is asked. You may close this "
                "form, or send it to let us know.")  # fmt: skip
    form.ask("note", "declined", thanks, relevant="${consent}='no'")
    form.choice("yes_no", "yes", tr("Yes"))
    form.choice("yes_no", "no", tr("No"))
    _ask_who(form, units, governments)
    return form


def _ask_who(form: Form, units: SubUnits, governments: Sequence[Government]) -> None:
    minimal = {"appearance": "minimal"}
    form.need("select_one province", "province", tr("Province"), relevant=CONSENTED, **minimal)
    government = tr("Government: the province itself, or a regency or city")
    form.need("select_one government", "government", government,
              relevant=f"{CONSENTED} and ${{province}}!=''",
              choice_filter="province=${province}", **minimal)  # fmt: skip
    level = "if(string-length(${government})=2, 'province', 'regency')"
    form.ask("calculate", "level", calculation=level)
    asked = " or ".join(f"(${{level}}='{one}' and at_{one}='yes')" for one in units.respondents)
    who = tr("Agency or partner that answers")
    form.need("select_one respondent", "respondent", who,
              relevant=GOVERNED, choice_filter=asked, **minimal)  # fmt: skip
    for code in dict.fromkeys(one.province for one in governments):
        name = units.governments[code].name
        form.choice("province", code, both(name, name))
    for one in governments:
        label = both(one.label("id"), one.label("en"))
        form.choice("government", one.code, label, province=one.province)
    for respondent in units.instrument.respondents:
        levels = {
            f"at_{level}": "yes" if respondent in asked else "no"
            for level, asked in units.respondents.items()
        }
        label = both(respondent.name_id, respondent.name_en)
        form.choice("respondent", respondent.code, label, **levels)


def _grouped(form: Form, instrument: Instrument) -> Iterator[Question]:
    """Give the questions one by one, inside the groups of their dimension and indicator."""

    def begin(one: Dimension | Indicator, relevant: str) -> None:
        label = both(one.name_id, one.name_en)
        form.ask("begin_group", one.code, label, relevant=relevant)

    for dimension in instrument.dimensions:
        asked = _asked(instrument, dimension.questions)
        begin(dimension, f"{GOVERNED} and ({asked})")
        for indicator in dimension.indicators:
            begin(indicator, _asked(instrument, indicator.questions))
            yield from indicator.questions
            form.ask("end_group", indicator.code)
        form.ask("end_group", dimension.code)


def _text(question: Question) -> Row:
    code = question.code
    return both(f"{code}. {question.text_id}", f"{code}. {question.text_en}")


def _ask_steps(form: Form, instrument: Instrument, question: Question) -> None:
    code, several = question.code, {"appearance": "multiline"}
    asked = _asked(instrument, [question])
    hint = tr("Choose every step that is met. A later step counts only when all before it are met.",
              "hint")  # fmt: skip
    rule = tr("Choose the steps in order without a gap, or one of the last three answers alone.",
              "constraint_message")  # fmt: skip
    form.ask(f"select_multiple {code}", code, _text(question), hint, rule,
             relevant=asked, constraint=constraint())  # fmt: skip
    evidence = tr("{code}: evidence for the steps met", code=code)
    example = both(
        INDONESIAN.tr("For example: {evidence}", evidence=question.evidence_id),
        ENGLISH.tr("For example: {evidence}", evidence=question.evidence_en),
        "hint",
    )
    rule = tr(
        "Name the document, its number and date, or where it can be seen.", "required_message"
    )
    form.ask("text", f"{code}_evidence", evidence, example, rule, required="yes",
             relevant=f"({asked}) and selected(${{{code}}}, 's1')", **several)  # fmt: skip
    comment = tr("{code}: comment, if any", code=code)
    answered = f"({asked}) and ${{{code}}}!=''"
    form.ask("text", f"{code}_comment", comment, relevant=answered, **several)
    form.steps(question, "s")
    form.choice(code, "none", tr("None of these steps is met"))
    form.choice(code, "dk", tr("I do not know"))
    form.choice(code, "na", tr("This does not concern us"))


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
