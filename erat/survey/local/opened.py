"""Opening local figures: what a province keeps beside the published tables, as frames."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.frame import Frame
from erat.edition.project import Project
from erat.locale import Language
from erat.survey.answers import SIMULATED
from erat.survey.instrument import Instrument
from erat.survey.local.reading import (
    Local,
    figures_of,
    known_codes,
    no_figures,
    read_local,
)
from erat.survey.stored import EXAMPLE, local_of
from erat.survey.units import SubUnits


class LocalFigures:
    """Local figures of a province and of its regencies; their folder need not be there."""

    def __init__(self, project: Project, unit: str, folder: Path, lang: Language) -> None:
        self.project, self.unit, self.folder, self.lang = project, unit, folder, lang
        self.word = SIMULATED if folder == local_of(project, EXAMPLE) else ""

    @cached_property
    def tables(self) -> Local:
        """The tables as they are kept, checked and typed."""
        if not self.folder.is_dir():
            return no_figures()
        known = known_codes(self.project)
        inside = known.units.loc[known.units["parent_38"] == self.unit, "unit"]
        return figures_of(read_local(self.folder, known), [self.unit, *inside])

    @property
    def is_empty(self) -> bool:
        """Whether there is not one row."""
        return all(table.empty for table in self.tables.values())

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames that have rows, by name."""
        names = ("risk_indices", "population", "register")
        return {name: frame for name in names if len(frame := getattr(self, name))}

    def latest(self, index: str) -> float:
        """Return the province's latest value of an index of BNPB; nan where there is none."""
        table = self.tables["risk_indices"]
        own = table[(table["index"] == index) & (table["unit"] == self.unit)]
        return float("nan") if own.empty else float(own.sort_values("year")["value"].iloc[-1])

    @Frame
    def risk_indices(self) -> pd.DataFrame:
        """Indices of BNPB: name (of the unit), index, year (the latest first), value, class, source."""
        tr, table = self.lang.tr, self.tables["risk_indices"]
        classes = {"rendah": tr("low"), "sedang": tr("medium"), "tinggi": tr("high")}
        table = table.sort_values(["index", "year", "unit"], ascending=[True, False, True])
        table["class"] = table["class"].map(classes)
        return self._shown(table, ["name", "index", "year", "value", "class", "source"])

    @Frame
    def population(self) -> pd.DataFrame:
        """People: name (of the unit), year (the latest first), people, source."""
        table = self.tables["population"].rename(columns={"value": "people"})
        table = table.sort_values(["year", "unit"], ascending=[False, True])
        return self._shown(table, ["name", "year", "people", "source"])

    @Frame
    def register(self) -> pd.DataFrame:
        """Practices, events and commitments, the latest first: name (its code and title), kind, when,
        who, indicator (a code of the instrument or of a framework), status, result, source.
        """
        tr, table = self.lang.tr, self.tables["register"]
        table = table.sort_values(["when", "entry"], ascending=[False, True])
        kinds = {
            "practice": tr("practice"), "event": tr("event"), "commitment": tr("commitment"),
        }  # fmt: skip
        states = {
            "planned": tr("planned"), "running": tr("running"), "done": tr("done"),
            "stopped": tr("stopped"),
        }  # fmt: skip
        who = table["who"].map(self._subunits).fillna(table["who"])
        results = [
            "; ".join(filter(None, both))
            for both in zip(table["result"], table["note"], strict=True)
        ]
        table = table.assign(
            who=who.where(table["who"] != "", table["name"]),
            kind=table["kind"].map(kinds),
            status=table["status"].map(states),
            when=table["when"].str.replace("-", "\N{NON-BREAKING HYPHEN}"),
            name=table["entry"] + ". " + table["title"],
            result=results,
        )
        columns = ["name", "kind", "when", "who", "indicator", "status", "result", "source"]
        return self._shown(table, columns)

    @cached_property
    def _subunits(self) -> dict[str, str]:
        subunits = SubUnits.read(self.project.raw, Instrument.read(self.project.instrument))
        return {code: one.label(self.lang.code) for code, one in subunits.all.items()}

    def _shown(self, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        return table[columns].assign(simulated=self.word).reset_index(drop=True)
