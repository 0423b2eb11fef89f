"""What every report shares: names, units, rounded numbers and their sources, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from erat.edition.project import Project
from erat.edition.results import Results
from erat.errors import ParameterError, Problem, nearest
from erat.locale import Language, language
from erat.report.page import Html, join, link


class View:
    """An edition's results, ready to be spoken of in a language.

    Parameters
    ----------
    edition
        Name of the edition.
    lang
        ``"id"`` or ``"en"``.
    project
        The project; the one that holds the current folder if not given.
    """

    def __init__(self, edition: str, lang: str, project: Project | None = None) -> None:
        self.lang: Language = language(lang)
        self.project = project or Project.here()
        self.results = Results.read(edition, self.project)
        self.spec = self.results.edition.spec
        self.framework = self.results.edition.framework
        self.year = self.spec.year

    @cached_property
    def units(self) -> pd.DataFrame:
        """Provinces, on both borders, indexed by unit."""
        return self.results.table("units").set_index("unit")

    @cached_property
    def names(self) -> dict[str, str]:
        """Unit to name; a province of the older borders says so."""
        old = self.units["borders"] == "34"
        plain = self.units["name"]
        told = plain + " " + self.lang.tr("(34 provinces)")
        return {str(unit): str(name) for unit, name in plain.where(~old, told).items()}

    @property
    def unchanged(self) -> list[str]:
        """Provinces that are the same area on both borders."""
        return [str(unit) for unit in self.units.index[self.units["borders"] == "34 38"]]

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Names, units and decimals of every series, indexed by indicator."""
        return self.results.table("indicators").set_index("indicator")

    def methodology(self, name: str) -> str:
        """Return the address of a methodology page, as seen from the edition's reports."""
        latest = self.project.site_of(self.results.edition.code) == self.project.site
        return f"{'../' if latest else '../../'}methodology/{name}.html"

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Every value of the provinces with its source."""
        return self.results.table("cells")

    @cached_property
    def now(self) -> pd.DataFrame:
        """Values of the edition's year: units by indicators."""
        cells = self.cells[self.cells["year"] == self.year]
        return cells[cells["unit"].isin(self.scores.index)].pivot(
            index="unit", columns="indicator", values="value"
        )

    def _by_unit(self, name: str) -> pd.DataFrame:
        return self.results.table(name).set_index("unit").drop(columns="year", errors="ignore")

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores, units by aggregate nodes."""
        return self._by_unit("scores")

    @cached_property
    def normalized(self) -> pd.DataFrame:
        """Normalized indicators, units by indicators."""
        return self._by_unit("normalized")

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """Contributions to the index, units by indicators."""
        return self._by_unit("contributions")

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Rank intervals and thirds, by unit."""
        return self._by_unit("intervals")

    @cached_property
    def score_intervals(self) -> pd.DataFrame:
        """Intervals of scores, by node and unit."""
        return self.results.table("node_intervals").set_index(["node", "unit"])

    @cached_property
    def medians(self) -> pd.DataFrame:
        """Intervals of medians, by node and island group; the group without a name is all."""
        return self.results.table("medians").set_index(["node", "group"])

    @cached_property
    def told(self) -> pd.DataFrame:
        """Claims that the study supports, in the language: ``kind, subject, other, number, text``."""
        table = self.results.table("claims").rename(columns={self.lang.code: "text"})
        return table.astype({"subject": str, "other": str})

    @cached_property
    def tier_numbers(self) -> pd.Series:
        """Tier of every province: a group of which no two can be told apart; 1 is the best."""
        return self.results.table("tiers").set_index("unit")["tier"]

    @cached_property
    def paths(self) -> pd.DataFrame:
        """The yearly path of every node."""
        return self.results.table("trend")

    @property
    def top(self) -> str:
        """Code of the index."""
        return self.framework.top

    @property
    def n(self) -> int:
        """Number of provinces of the edition."""
        return len(self.scores)

    @property
    def ways(self) -> int:
        """Number of ways to construct the index that the ranks were tried against."""
        return int(self.results.table("study")["ways"].iloc[0])

    @property
    def ways_text(self) -> str:
        """The number of ways, written."""
        return self.lang.number(self.ways, 0)

    def label(self, code: str) -> str:
        """Return a node's or a series' name in the language."""
        if code in self.framework.table.index:
            return self.framework.name(code, self.lang.code)
        return str(self.indicators.loc[code, f"name_{self.lang.code}"])

    def inside(self, code: str) -> str:
        """Return a name as it stands inside a sentence; an abbreviation keeps its capitals."""
        return self.name_inside(self.label(code))

    def name_inside(self, name: str) -> str:
        """Return a name with a small first letter, unless it is an abbreviation."""
        return self.lang.inside(name)

    def labels(self, codes: list[str]) -> dict[str, str]:
        """Return names by code."""
        return {code: self.label(code) for code in codes}

    def unit(self, code: str) -> str:
        """Return a series' unit of measurement in the language."""
        return str(self.indicators.loc[code, f"unit_{self.lang.code}"])

    def digits(self, code: str) -> int:
        """Return the decimals that a series is shown with."""
        return int(self.indicators.loc[code, "digits"])

    def named(self, code: str) -> str:
        """Return a series' name with its unit of measurement; an index has none."""
        unit = self.unit(code)
        return self.label(code) if unit in ("index", "indeks") else f"{self.label(code)} ({unit})"

    def value(self, code: str, value: float) -> str:
        """Write a value of a series, rounded."""
        return self.lang.number(value, self.digits(code))

    def score(self, value: float) -> str:
        """Write a score with one decimal."""
        return self.lang.number(value, 1)

    def score_text(self, unit: str, node: str = "", digits: int = 1, exact: int = 1) -> str:
        """Write a score of a node (the index if none is given) with its interval."""
        row = self.score_intervals.loc[(node or self.top, unit)]
        return self.with_range(row, digits, exact=exact)

    def score_range(self, unit: str, node: str = "", digits: int = 1) -> str:
        """Write the interval of a score, with so many decimals."""
        return self.range_text(self.score_intervals.loc[(node or self.top, unit)], digits)

    def median_text(self, node: str = "", group: str = "", digits: int = 1, exact: int = 1) -> str:
        """Write the median of a node's scores, of all or an island group, with its interval."""
        return self.with_range(self.medians.loc[(node or self.top, group)], digits, exact=exact)

    def with_range(self, row: pd.Series, digits: int = 1, *, exact: int = 1, unit: str = "") -> str:
        """Write a nominal value, with ``exact`` decimals and a unit, and behind it its interval."""
        value = f"{self.lang.number(row['nominal'], exact)}{unit}"
        return f"{value}\N{NO-BREAK SPACE}({self.range_text(row, digits)})"

    def range_text(self, row: pd.Series, digits: int = 1) -> str:
        """Write the interval of a row of intervals."""
        low, high = (self.lang.number(row[end], digits) for end in ("q05", "q95"))
        return f"{low}\N{EN DASH}{high}"

    def signed(self, value: float, digits: int) -> str:
        """Write a number with its sign, a true minus among them."""
        written = self.lang.number(value, digits).replace("-", "\N{MINUS SIGN}")
        return f"+{written}" if round(float(value), digits) > 0 else written

    def signed_range(self, row: pd.Series, digits: int) -> str:
        """Write the interval of a difference in words."""
        low, high = (self.signed(float(row[end]), digits) for end in ("q05", "q95"))
        return self.lang.tr("{low} to {high} in 90% of the ways", low=low, high=high)

    def indicator_rank(self, code: str, unit: str) -> str:
        """Write the rank of a province by one indicator, with what its rounding leaves open."""
        place = self.normalized[code].round(12).rank(ascending=False, method="min")[unit]
        if pd.isna(place):
            return "–"
        values = self.now[code] * self.framework.column("direction", [code]).item()
        own, others = values[unit], values.drop(unit).dropna()
        step = 10.0 ** -self.digits(code)
        best = 1 + int((others - own > step * (1 + 1e-9)).sum())
        worst = 1 + int((others - own >= -step * (1 + 1e-9)).sum())
        low, high = min(int(place), best), max(int(place), worst)
        return f"{int(place)}\N{NO-BREAK SPACE}({low}\N{EN DASH}{high})"

    def tier_word(self, unit: str) -> str:
        """Name a province's tier."""
        tr, tier = self.lang.tr, int(self.tier_numbers[unit])
        return tr("tier {tier} of {tiers}", tier=tier, tiers=int(self.tier_numbers.max()))

    def rank_text(self, unit: str) -> str:
        """Write a rank with the interval that the choices of method leave open."""
        return self.rank_of(self.intervals.loc[unit])

    def rank_of(self, row: pd.Series) -> str:
        """Write the rank of a row of intervals."""
        rank, low, high = (int(row[name]) for name in ("nominal", "low", "high"))
        return f"{rank}\N{NO-BREAK SPACE}({low}\N{EN DASH}{high})"

    def tier_text(self, unit: str) -> str:
        """Name the thirds of the ranking that a province's rank interval touches."""
        return self.tier_of(self.intervals.loc[unit])

    def tier_of(self, row: pd.Series) -> str:
        """Name the thirds that a row of intervals touches."""
        return self.tiers[row["best"], row["worst"]]

    @cached_property
    def tiers(self) -> dict[tuple[str, str], str]:
        """Words for the thirds that a rank interval touches, the best first."""
        tr = self.lang.tr
        return {
            ("upper", "upper"): tr("upper third"),
            ("upper", "middle"): tr("upper or middle third"),
            ("middle", "middle"): tr("middle third"),
            ("upper", "lower"): tr("open: upper to lower third"),
            ("middle", "lower"): tr("middle or lower third"),
            ("lower", "lower"): tr("lower third"),
        }

    def weakest(self, unit: str) -> str:
        """Return the code of a province's weakest dimension."""
        return str(self.scores.loc[unit, self.framework.dimensions].idxmin())

    def strongest(self, unit: str) -> str:
        """Return the code of a province's strongest dimension."""
        return str(self.scores.loc[unit, self.framework.dimensions].idxmax())

    def made_from(self, publishers: Sequence[str] = ()) -> Html:
        """Caption of a figure: whose figures, and where the table of sources is."""
        said = self.lang.tr(
            "Figures of {publishers}, {year}; see",
            publishers=self.lang.join(self._with_regencies(list(publishers) or self.publishers)),
            year=self.year,
        )
        return join([said, link("#sources", self.lang.tr("sources"))], between=" ")

    def _with_regencies(self, publishers: list[str]) -> list[str]:
        """Add the publishers of the regencies' figures where provinces are made from them."""
        if not self.results.edition.bottom_up:
            return publishers
        below = self.results.table("regencies")
        return sorted({*publishers, *below.loc[below["year"] == self.year, "publisher"]})

    @cached_property
    def publishers(self) -> list[str]:
        """Publishers of the framework's figures, e-RAT among them where it derived some."""
        own = self.cells["indicator"].isin(self.framework.indicators)
        return self._with_regencies(sorted(set(self.cells.loc[own, "publisher"])))

    @property
    def caveat(self) -> str:
        """What the index is not, in a sentence or two."""
        return self.lang.tr(
            "The index measures enabling conditions: people, livelihoods, basic services and the "
            "economy. It says nothing about governance, hazards or preparedness, so it is not an "
            "index of resilience."
        )

    @property
    def scores_note(self) -> str:
        """What the interval of a score is."""
        return self.lang.tr(
            "Of a score, in brackets: what encloses 90% of its values when all is varied but the "
            "normalization, since scores of different normalizations are not on one scale."
        )

    @property
    def tiers_note(self) -> str:
        """What a tier is."""
        return self.lang.tr(
            "No two provinces of one tier can be told apart in 90% of the ways to construct the index. "
            "Two of neighbouring tiers may not be either: a tier ends where somebody in it is told "
            "from the next province."
        )

    @property
    def ranks_note(self) -> str:
        """What the interval of a rank is."""
        return self.lang.tr(
            "In brackets: the ranks that enclose 90% of {ways} ways to construct the index.",
            ways=self.ways_text,
        )

    def check_province(self, unit: str) -> str:
        """Return a province of the edition, or refuse it and list the valid ones."""
        known = {str(code): self.names[str(code)] for code in self.scores.index}
        if unit not in known:
            listed = ", ".join(f"{code} {name}" for code, name in known.items())
            raise ParameterError(
                [Problem("province", repr(unit), f"one of {listed}", nearest(unit, known))]
            )
        return unit

    def province_link(self, unit: str) -> Html:
        """Link to a province's page from another page of the same language."""
        return link(f"{unit}.html", self.names[unit])
