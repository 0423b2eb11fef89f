"""An edition walked through the ten steps: the index constructed anew, and what is found of it."""

from __future__ import annotations

from functools import cached_property
from operator import attrgetter

import pandas as pd

from erat.coherence.coherence_tables import coherence_tables
from erat.edition import ten_steps as steps
from erat.edition.frame import Frame
from erat.edition.opened import OpenEdition
from erat.edition.regencies import without_subunits
from erat.index.assessment import Assessment, assess
from erat.index.comparison import leave_one_out
from erat.index.correlation import correlations
from erat.indonesia.series import panel_of


class Step(Frame):
    """A frame of the index constructed anew: an attribute of the assessment, without year."""

    def __init__(self, attribute: str, doc: str) -> None:
        of = attrgetter(attribute)
        super().__init__(lambda audit: _one_year(of(audit.assessment))[audit.indicators], doc)


class Audit:
    """The frames of an audit of an edition (:func:`erat.open_edition`).

    The index is constructed anew from the figures in the edition's tables, so that the audit does
    not take the reported scores on trust.
    """

    def __init__(self, edition: OpenEdition) -> None:
        self.edition = edition

    @cached_property
    def assessment(self) -> Assessment:
        """The index of the edition's year, from the provinces' figures; where they are made from
        their regencies, from the values that stand for them.
        """
        e = self.edition
        cells = self._cells_of(e.framework.indicators)
        panel = panel_of(cells, list(e.scores.index), e.units, e.year)
        return assess(panel, e.framework, without_subunits(e.method))

    @property
    def indicators(self) -> list[str]:
        """Codes of the indicators that are in the index."""
        return self.assessment.framework.indicators

    @cached_property
    def coherence(self) -> dict[str, pd.DataFrame]:
        """Every table of ``coherence_tables``, correlations by Pearson's r."""
        tables = coherence_tables(self.assessment)
        for name in ("correlations", "parents"):
            tables[name] = tables[name].query("kind == 'pearson'").drop(columns="kind")
        return tables

    @Frame
    def checks(self) -> pd.DataFrame:
        """The checks: (step, check) -> value, look and fail (limits), source, verdict, about,
        details; :func:`erat.edition.ten_steps.judged`.
        """
        e, framework, tables = self.edition, self.assessment.framework, self.coherence
        related = (tables["correlations"], tables["parents"], tables["reliability"])
        outliers, used = self.shapes["outliers", "treated"].astype(bool), self.scales["used"]
        score = _one_year(self.assessment.scores)[e.top]
        left_out = self.left_out.set_index("code").loc[self.indicators, "mean_shift"]
        overlap = self.links.loc[e.about["overlap"].split(), e.top]
        shared = len(e.about["overlap_shared"].split()) / len(self.indicators)
        return steps.judged(
            {
                "framework": steps.framework_checks(framework),
                "data": steps.data_checks(self.values, self.evidence),
                "imputation": steps.imputation_checks(self.values, self.imputed, self.carried),
                "multivariate": steps.multivariate_checks(*related, self.indicators),
                "normalization": steps.normalization_checks(outliers, used, self._clipped),
                "weighting": steps.weighting_checks(self.importance),
                "robustness": steps.robustness_checks(e.ranks, e.effects),
                "details": steps.details_checks(self.parts, score, e.scores[e.top], left_out),
                "links": steps.links_checks(overlap, shared),
                "presentation": steps.presentation_checks(framework, self.cells, self._intervals),
            }
        )

    @Frame
    def cells(self) -> pd.DataFrame:
        """Cells of the indicators in the edition's year, with year observed, status, publisher."""
        return self._cells_of(self.indicators)

    @Frame
    def evidence(self) -> pd.DataFrame:
        """Cells as they were published: of the regencies where provinces are made from them."""
        e = self.edition
        if not e.bottom_up:
            return self.cells
        below = e.regency_cells
        return below[(below["year"] == e.year) & below["indicator"].isin(self.indicators)]

    values = Step("panel.values", "Values as they came: units x indicators.")
    imputed = Step("imputed", "Values after imputation: units x indicators.")
    normalized = Step("normalized", "Normalized, more is better in each: units x indicators.")
    parts = Step("contributions", "Points that an indicator adds to the index: units x indicators.")

    @Frame
    def carried(self) -> pd.DataFrame:
        """Whether a value is of an earlier year: units x indicators."""
        cells = self.cells.assign(earlier=self.cells["observed"] != self.cells["year"])
        wide = cells.pivot(index="unit", columns="indicator", values="earlier")
        return wide.reindex(index=self.edition.scores.index, columns=self.indicators).eq(True)

    @Frame
    def shapes(self) -> pd.DataFrame:
        """Skewness, kurtosis and outliers, of the data and after treatment: indicator -> columns
        (statistic, ``data`` or ``treated``).
        """
        table = self.coherence["statistics"].set_index(["indicator", "of"])
        return table[["skewness", "kurtosis", "outliers"]].unstack("of").loc[self.indicators]

    @Frame
    def scales(self) -> pd.DataFrame:
        """How the scales are used: indicator -> used (share of the scale between the lowest and
        the highest province; nan without a linear scale), clipped (provinces beyond its ends),
        moved (values moved by treatment of outliers).
        """
        ends = self.assessment.anchors.reindex(self.indicators)
        spread = self.normalized.max() - self.normalized.min()
        used = (spread / (ends["to_high"] - ends["to_low"])).reindex(self.indicators)
        moved = self.assessment.treatment["indicator"].value_counts()
        table = pd.DataFrame({"used": used, "clipped": self._clipped.sum()})
        return table.assign(moved=moved.reindex(table.index).fillna(0).astype(int))

    @Frame
    def importance(self) -> pd.DataFrame:
        """Weight and effective importance in the index: indicator -> weight, s1_share, gap, r."""
        table = self.coherence["importance"]
        return table[table["of"] == "index"].set_index("code")

    @Frame
    def left_out(self) -> pd.DataFrame:
        """The index without each node: code, kind, mean_shift, max_shift, unit, correlation,
        reason, share (of the scores that comes from it).
        """
        a, tree = self.assessment, self.edition.framework
        table = leave_one_out(a.panel, tree, a.method)
        shares = steps.mean_shares(self.parts)
        leaves = table["code"].map(tree.leaves)
        return table.assign(share=[shares.reindex(codes).sum(skipna=False) for codes in leaves])

    @Frame
    def links(self) -> pd.DataFrame:
        """Correlation of the series beside the index with scores: series -> index, dimensions,
        and ``ranks`` (Spearman's with the index).
        """
        e = self.edition
        codes = dict.fromkeys([*e.about["context"].split(), *e.about["overlap"].split()])
        beside, scores = e.values.reindex(columns=list(codes)), e.scores[[e.top, *e.dimensions]]
        ranks = correlations(beside, scores, kind="spearman").r[e.top]
        return correlations(beside, scores).r.assign(ranks=ranks)

    def _cells_of(self, indicators: list[str]) -> pd.DataFrame:
        """Return the cells of some indicators in the edition's year."""
        e, cells = self.edition, self.edition.cells
        of_year = (cells["year"] == e.year) & cells["unit"].isin(e.scores.index)
        return cells[of_year & cells["indicator"].isin(indicators)]

    @property
    def _intervals(self) -> pd.DataFrame:
        """The ends of the intervals of all ranks and scores, a row each."""
        ends = ["low", "high"]
        return pd.concat([self.edition.ranks[ends], self.edition.intervals[ends]])

    @property
    def _clipped(self) -> pd.DataFrame:
        """Whether a value lies beyond the ends of its scale, units by indicators."""
        ends = self.assessment.anchors.reindex(self.indicators)
        y = _one_year(self.assessment.treated) * self.assessment.framework.column("direction")
        return y.lt(ends["low"], axis=1) | y.gt(ends["high"], axis=1)


def _one_year(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.droplevel("year")
