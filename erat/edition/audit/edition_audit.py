"""An edition walked through the ten steps, from its results on disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from erat.coherence.coherence_tables import coherence_tables
from erat.edition.audit import step_checks as checks
from erat.edition.audit.ten_steps import Step
from erat.edition.bottom_up import without_subunits
from erat.edition.results import Results
from erat.index.assessment import Assessment, assess
from erat.index.comparison import leave_one_out
from erat.indonesia.series import panel_of


@dataclass(frozen=True)
class EditionAudit:
    """The ten steps of one edition and the tables behind them.

    The index is constructed anew from the figures in the results, so that the audit does not take
    the reported scores on trust.

    Parameters
    ----------
    results
        Of a built edition.
    """

    results: Results

    @cached_property
    def assessment(self) -> Assessment:
        """The index of the edition's year, from the provinces' figures.

        Where provinces are made from their regencies, these are the values that stand for them.
        """
        edition, groups = self.results.edition, self._units
        own = self.cells[self.cells["indicator"].isin(edition.framework.indicators)]
        panel = panel_of(own, list(self.stored.index), groups, edition.spec.year)
        return assess(panel, edition.framework, without_subunits(edition.method))

    @cached_property
    def indicators(self) -> list[str]:
        """The indicators that are in the index."""
        return self.assessment.framework.indicators

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of coherence (:mod:`erat.coherence.coherence_tables`), Pearson's r."""
        found = coherence_tables(self.assessment)
        for name in ("correlations", "parents"):
            found[name] = found[name][found[name]["kind"] == "pearson"].drop(columns="kind")
        return found

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Cells of the edition's year and units, those shown beside the index included."""
        cells = self.results.table("cells")
        here = cells["year"] == self.results.edition.spec.year
        return cells[here & cells["unit"].isin(self.stored.index)]

    @cached_property
    def own_cells(self) -> pd.DataFrame:
        """Cells of the indicators."""
        return self.cells[self.cells["indicator"].isin(self.indicators)]

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Cells as they were published: of the regencies where provinces are made from them."""
        edition = self.results.edition
        if not edition.bottom_up:
            return self.own_cells
        below = self.results.table("regencies")
        here = (below["year"] == edition.spec.year) & below["indicator"].isin(self.indicators)
        return below[here]

    @cached_property
    def stored(self) -> pd.DataFrame:
        """The scores as they are reported, units by nodes."""
        scores = self.results.table("scores").set_index("unit")
        return scores.drop(columns="year", errors="ignore")

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Rank intervals, by unit."""
        return self.results.table("intervals").set_index("unit")

    @property
    def published_intervals(self) -> pd.DataFrame:
        """The ends of the intervals of all ranks and scores, a row each."""
        scores = self.results.table("node_intervals").rename(columns={"q05": "low", "q95": "high"})
        return pd.concat([self.intervals[["low", "high"]], scores[["low", "high"]]])

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """What leaving out each node does; :func:`erat.index.comparison.leave_one_out`."""
        a = self.assessment
        return leave_one_out(a.panel, self.results.edition.framework, a.method)

    @cached_property
    def importance(self) -> pd.DataFrame:
        """Weight and effective importance of every indicator in the index."""
        table = self.tables["importance"]
        return table[table["of"] == "index"].set_index("code")

    @cached_property
    def used(self) -> pd.Series:
        """Share of its scale that each indicator uses; nan where it has no linear scale."""
        scale = self._ends
        values = self._one_year(self.assessment.normalized)
        used = (values.max() - values.min()) / (scale["to_high"] - scale["to_low"])
        return used.reindex(self.indicators)

    @cached_property
    def clipped(self) -> pd.DataFrame:
        """Whether a value lies beyond the ends of its scale, units by indicators."""
        y = self._one_year(self.assessment.treated) * self.assessment.framework.column("direction")
        return y.lt(self._ends["low"], axis=1) | y.gt(self._ends["high"], axis=1)

    @cached_property
    def outliers(self) -> pd.DataFrame:
        """Statistics of the data and after treatment, in columns of two levels, by indicator."""
        table = self.tables["statistics"].set_index(["indicator", "of"])
        wide = table[["skewness", "kurtosis", "outliers"]].unstack("of")
        return wide.loc[self.indicators]

    @cached_property
    def others(self) -> pd.DataFrame:
        """Published series beside the index, units by series."""
        beside = self.results.edition.beside
        cells = self.cells[self.cells["indicator"].isin(beside)]
        wide = cells.pivot(index="unit", columns="indicator", values="value")
        return wide.reindex(index=self.stored.index, columns=beside)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The ten steps, in order."""
        a, spec = self.assessment, self.results.edition.spec
        top, t = a.framework.top, self.tables
        raw, imputed = (
            self._one_year(x) for x in (a.panel.values[self.indicators], a.imputed[self.indicators])
        )
        score, overlap = self._one_year(a.scores)[top], spec.overlap
        left_out = self.left_out.set_index("code").loc[self.indicators, "mean_shift"]
        named = self.others[[overlap.series] if overlap else []]
        shared = len(overlap.shared) / len(self.indicators) if overlap else 0.0
        carried = self.own_cells["observed"] != self.own_cells["year"]
        return (
            checks.framework_step(a.framework),
            checks.data_step(raw, self.evidence),
            checks.imputation_step(raw, imputed, self._flags(carried)),
            checks.multivariate_step(
                t["correlations"], t["parents"], t["reliability"], self.indicators
            ),
            checks.normalization_step(
                self.outliers["outliers", "treated"].astype(bool), self.used, self.clipped
            ),
            checks.weighting_step(self.importance),
            checks.robustness_step(self.intervals, self.results.table("effects")),
            checks.details_step(self._one_year(a.contributions), score, self.stored[top], left_out),
            checks.links_step(score, named, shared),
            checks.presentation_step(a.framework, self.own_cells, self.published_intervals),
        )

    @property
    def _units(self) -> pd.DataFrame:
        return self.results.table("units").set_index("unit")

    @property
    def _ends(self) -> pd.DataFrame:
        """Ends of the linear scales, on the scale of direction x treated value, by indicator."""
        return self.assessment.anchors.reindex(self.indicators)

    def _flags(self, flags: pd.Series) -> pd.DataFrame:
        """Turn flags of cells into a table, units by indicators; False where there is no cell."""
        wide = self.own_cells.assign(flag=flags).pivot(
            index="unit", columns="indicator", values="flag"
        )
        shown = wide.reindex(index=self.stored.index, columns=self.indicators)
        return shown.eq(True)

    def _one_year(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.droplevel("year")
