"""What a province adds to its report itself: answers, figures that are not public, a register."""

from __future__ import annotations

import math
from functools import cached_property

import pandas as pd

from erat.indonesia.check import read_tables
from erat.plots.mark import simulated
from erat.report.capacity import assessed_section
from erat.report.capacity_view import CapacityView
from erat.report.capacity_words import kind_words, status_words
from erat.report.merged import merged_section
from erat.report.page import Content, Html, heading, join, note, section, strong, table, text
from erat.report.shared import capacity_section
from erat.report.view import View
from erat.survey.instrument import Instrument
from erat.survey.local.reading import Local, known_codes, latest_first, read_local
from erat.survey.local.tables import TABLES
from erat.survey.score.settings import AssessmentSettings
from erat.survey.stored import EXAMPLE, Assessed, settings_of
from erat.survey.units import SubUnit, SubUnits


class OwnView:
    """A province's own answers and figures, ready to be shown.

    Parameters
    ----------
    view
        The edition's results.
    province
        Unit of the province.
    answers
        Name of an assessment in ``data/processed``; empty where there is none for this province.
    local
        Folder of local tables, relative to the project; empty where none are shown.
    """

    def __init__(self, view: View, province: str, answers: str, local: str) -> None:
        self.view, self.province, self.folder = view, province, local
        self.lang, self.answers = view.lang, answers

    @cached_property
    def capacity(self) -> CapacityView | None:
        """The assessment, where there is one of this province."""
        if not self.answers:
            return None
        assessed = Assessed.read(self.view.project, self.answers)
        return CapacityView(self.view, self.province, assessed.folder, assessed.answers)

    @cached_property
    def local(self) -> Local:
        """The local figures of the province and of its regencies."""
        if not self.folder:
            return Local.empty()
        project = self.view.project
        raw = read_tables(project.raw, verify=False)
        read = read_local(project.root / self.folder, known_codes(project, raw))
        return read.of(units_of(raw.units, self))

    def banner(self) -> Html:
        """Say at the top of the page what of it is simulated, and what is not public."""
        tr, said = self.lang.tr, []
        capacity = self.capacity
        if capacity and capacity.simulated:
            said.append(
                note(
                    strong(tr("Example with simulated answers.")),
                    tr("The part on capacity is made from answers that the computer made up: it "
                       "shows how a report looks, and says nothing about {name}. The enabling "
                       "conditions are official figures.", name=self.view.names[self.province]),
                    kind="warning",
                )
            )  # fmt: skip
        if self.answers != EXAMPLE and (
            (capacity and not capacity.simulated) or not self.local.is_empty
        ):
            said.append(
                note(
                    strong(tr("This page contains local figures.")),
                    tr("They come from the folder data/local of this computer and are not public: "
                       "do not pass the page on without the consent of those who gave them."),
                    kind="warning",
                )
            )  # fmt: skip
        return join(said)

    def assessment(self) -> Html:
        """Show the assessed capacity, or that it is not assessed and how to begin."""
        if self.capacity is None:
            return capacity_section(self.view)
        settings = AssessmentSettings.read(settings_of(self.view.project, self.answers))
        weights = {str(name): weight for name, weight in settings.merge.items()}
        merged = merged_section(self.capacity, self._others, weights)
        return join([assessed_section(self.capacity), merged])

    @property
    def _others(self) -> dict[str, float]:
        """Return figures that are not answers, on a scale of 0 to 100; nan where not known."""
        risk = self.local.risk_indices
        ikd = risk[(risk["index"] == "IKD") & (risk["unit"] == self.province)]
        latest = ikd.sort_values("year")["value"].astype(float).tail(1).tolist()
        conditions = float(self.view.scores.loc[self.province, self.view.top])
        return {"conditions": conditions, "ikd": 100 * latest[0] if latest else math.nan}

    def figures(self) -> Html:
        """Show the local figures and the register; nothing where there are none."""
        if self.local.is_empty:
            return join([])
        parts = [self._risk(), self._population(), self._register()]
        title = self.lang.tr("Local figures")
        return section(self._marked(), *parts, title=title, anchor="local")

    def _marked(self) -> Html:
        tr = self.lang.tr
        if self.answers == EXAMPLE:
            return note(strong(simulated(self.lang).note), kind="warning")
        return note(strong(f"{self._mark}."), tr("Given by the province itself; e-RAT has checked "
                    "their form, not their truth."), kind="warning")  # fmt: skip

    @property
    def _mark(self) -> str:
        if self.answers == EXAMPLE:
            return simulated(self.lang).word
        return self.lang.tr("Local figure, not public")

    def _table(self, frame: pd.DataFrame, caption: str, right: list[str], kind: str = "") -> Html:
        return table(frame, caption=f"[{self._mark}] {caption}", right=right, kind=kind)

    def _risk(self) -> Html:
        tr, found = self.lang.tr, self.local.risk_indices
        if found.empty:
            return join([])
        found = found.sort_values(["index", "year", "unit"], ascending=[True, False, True])
        classes = {"rendah": tr("low"), "sedang": tr("medium"), "tinggi": tr("high")}
        rows = [
            {
                tr("Unit"): row["name"],
                tr("Index"): row["index"],
                tr("Year"): str(row["year"]),
                tr("Value"): self.lang.number(row["value"], 2),
                tr("Class"): classes.get(row["class"], "–"),
                tr("Source"): row["source"],
            }
            for row in found.to_dict("records")
        ]
        intro = tr(
            "IKD is BNPB's index of regional resilience (0 to 1, more is better); IRBI is its index "
            "of disaster risk (less is better). They are shown beside the index and are no part of "
            "it."
        )
        shown = self._table(pd.DataFrame(rows), self._title("risk_indices"), [tr("Value")], "stack")
        return join([heading(self._title("risk_indices"), 3), text(intro, kind="small"), shown])

    def _population(self) -> Html:
        tr, found = self.lang.tr, self.local.population
        if found.empty:
            return join([])
        found = found.sort_values(["year", "unit"], ascending=[False, True])
        rows = [
            {
                tr("Unit"): row["name"],
                tr("Year"): str(row["year"]),
                tr("People"): self.lang.number(row["value"], 0),
                tr("Source"): row["source"],
            }
            for row in found.to_dict("records")
        ]
        title = self._title("population")
        shown = self._table(pd.DataFrame(rows), title, [tr("People")], "stack")
        return join([heading(title, 3), shown])

    def _register(self) -> Html:
        tr, found = self.lang.tr, latest_first(self.local.register)
        if found.empty:
            return join([])
        kinds, states = kind_words(self.lang), status_words(self.lang)
        rows: list[dict[str, Content]] = [
            {
                tr("What"): f"{row['entry']}. {row['title']}",
                tr("Kind"): kinds[row["kind"]],
                tr("When"): row["when"].replace("-", "\N{NON-BREAKING HYPHEN}"),
                tr("Who"): self._who(row),
                tr("Indicator"): self._indicator(row["indicator"]),
                tr("Status"): states[row["status"]],
                tr("Result"): "; ".join(filter(None, [row["result"], row["note"]])) or "–",
                tr("Source"): row["source"],
            }
            for row in found.to_dict("records")
        ]
        title = self._title("register")
        intro = tr("What was tried, what happened and what was promised, with what came of it.")
        shown = self._table(pd.DataFrame(rows), title, [], "stack")
        return join([heading(title, 3, "register"), text(intro, kind="small"), shown])

    def _title(self, name: str) -> str:
        return self.lang.pick(TABLES[name].title_id, TABLES[name].title_en)

    def _who(self, row: dict[object, str]) -> str:
        if not row["who"]:
            return row["name"]
        known = self._subunits
        return known[row["who"]].label(self.lang.code) if row["who"] in known else row["who"]

    @cached_property
    def _instrument(self) -> Instrument:
        return Instrument.read(self.view.project.raw / "instrument")

    @cached_property
    def _subunits(self) -> dict[str, SubUnit]:
        return SubUnits.read(self.view.project.raw, self._instrument).all

    def _indicator(self, code: str) -> Content:
        """Name what an entry bears on; lead to it where the page has it."""
        if self.capacity and code in {*self._instrument.codes, *self._above}:
            return self.capacity.node_link(code, code)
        if code in self.view.framework.table.index:
            return self.view.label(code)
        return code or "–"

    @property
    def _above(self) -> list[str]:
        dimensions = [one.code for one in self._instrument.dimensions]
        return [*dimensions, *(one.code for one in self._instrument.indicators)]


def units_of(units: pd.DataFrame, own: OwnView) -> list[str]:
    """Return a province and its regencies and cities on the present borders."""
    inside = units["parent_38"] == own.province
    return [own.province, *units.loc[inside, "unit"]]
