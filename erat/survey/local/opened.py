"""Opening local figures: what a province keeps beside the published tables, as frames."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from erat.edition.frame import Frame
from erat.edition.project import Project
from erat.indonesia.check import read_tables
from erat.locale import Language, spoken
from erat.survey.answers import SIMULATED
from erat.survey.instrument import Instrument
from erat.survey.local.reading import Local, known_codes, latest_first, read_local
from erat.survey.stored import EXAMPLE, OWN, local_of
from erat.survey.units import SubUnits


class LocalFigures:
    """The local figures of a province and of its regencies; :func:`open_local` opens them.

    Parameters
    ----------
    project, unit, folder
        The project, the code of the province, and the folder of the tables; it need not be there.
    lang
        Language of names.
    """

    def __init__(self, project: Project, unit: str, folder: Path, lang: Language) -> None:
        self.project, self.unit, self.folder, self.lang = project, unit, folder, lang
        example = folder == local_of(project, EXAMPLE)
        self.word = SIMULATED if example else ""

    @cached_property
    def tables(self) -> Local:
        """The tables as they are kept, checked and typed."""
        if not self.folder.is_dir():
            return Local.empty()
        raw = read_tables(self.project.raw, verify=False)
        inside = raw.units.loc[raw.units["parent_38"] == self.unit, "unit"]
        every = read_local(self.folder, known_codes(self.project, raw))
        return every.of([self.unit, *inside])

    @property
    def is_empty(self) -> bool:
        """Whether there is not one row."""
        return self.tables.is_empty

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames that have rows, by name."""
        frames = {
            "risk_indices": self.risk_indices,
            "population": self.population,
            "register": self.register,
        }
        return {name: frame for name, frame in frames.items() if len(frame)}

    def latest(self, index: str) -> float:
        """Return the province's latest value of an index of BNPB; nan where there is none."""
        table = self.tables.risk_indices
        own = table[(table["index"] == index) & (table["unit"] == self.unit)]
        return float("nan") if own.empty else float(own.sort_values("year")["value"].iloc[-1])

    @Frame
    def risk_indices(self) -> pd.DataFrame:
        """Indices of BNPB: name (of the unit), index, year (the latest first), value, class, source."""
        tr, table = self.lang.tr, self.tables.risk_indices
        classes = {"rendah": tr("low"), "sedang": tr("medium"), "tinggi": tr("high")}
        table = table.sort_values(["index", "year", "unit"], ascending=[True, False, True])
        table["class"] = table["class"].map(classes)
        return self._shown(table, ["name", "index", "year", "value", "class", "source"])

    @Frame
    def population(self) -> pd.DataFrame:
        """People: name (of the unit), year (the latest first), people, source."""
        table = self.tables.population.rename(columns={"value": "people"})
        table = table.sort_values(["year", "unit"], ascending=[False, True])
        return self._shown(table, ["name", "year", "people", "source"])

    @Frame
    def register(self) -> pd.DataFrame:
        """Practices, events and commitments, the latest first: name (its code and title), kind, when,
        who, indicator (a code of the instrument or of a framework), status, result, source.
        """
        tr, table = self.lang.tr, latest_first(self.tables.register)
        kinds = {
            "practice": tr("practice"),
            "event": tr("event"),
            "commitment": tr("commitment"),
        }
        states = {
            "planned": tr("planned"),
            "running": tr("running"),
            "done": tr("done"),
            "stopped": tr("stopped"),
        }
        who = table["who"].map(self._subunits).fillna(table["who"])
        results = [
            "; ".join(part for part in parts if part)
            for parts in zip(table["result"], table["note"], strict=True)
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
        instrument = Instrument.read(self.project.instrument)
        every = SubUnits.read(self.project.raw, instrument).all
        return {code: one.label(self.lang.code) for code, one in every.items()}

    def _shown(self, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        return table[columns].assign(simulated=self.word).reset_index(drop=True)


def open_local(province: str, answers: str = "", *, project: Project | None = None) -> LocalFigures:
    """Open the local figures of a province.

    Parameters
    ----------
    province
        Its code.
    answers
        The assessment that they go with: ``example`` has simulated ones; those of ``data/local``
        otherwise.
    project
        The project; the one that holds the current folder if none is given.

    Raises
    ------
    DataError
        With everything that is wrong with the tables.
    """
    project = project or Project.here()
    folder = local_of(project, answers or OWN)
    return LocalFigures(project, str(province), folder, spoken())
