"""Imported where pages are forked: what each page would compile and read again."""

from __future__ import annotations

from contextlib import suppress

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from erat.edition.opened import OpenEdition
from erat.edition.project import Project
from erat.locale import LANGUAGES, language
from erat.plots.sheet import Sheet
from erat.plots.style import png
from erat.report.html import Page, to_html
from erat.report.show import pieces
from erat.survey.instrument import Instrument

# Catalogues, numbers, fonts, templates, and schemas of notebooks
sheet = Sheet(language("en"))
for lang in map(language, LANGUAGES):
    for weight in ("normal", "bold"):
        sheet.paragraph(f"{lang.tr('rank')} {lang.number(1.5)}", 0.0, weight=weight)
png(sheet.finish())
pieces()
book = new_notebook(
    cells=[new_code_cell("", outputs=[new_output("display_data", {"text/html": " "})])]
)
to_html(nbformat.reads(nbformat.writes(book), as_version=4), Page("", "en"), by_section=True)

with suppress(Exception):  # a page that needs it says itself what is wrong
    project = Project.here()
    Instrument.read(project.instrument)
    e = OpenEdition(project, project.editions[-1], None)
    for path in e.folder.glob("*.csv"):
        e.table(path.stem)
