"""Steps 4 to 6 of an audit: correlations, scales, weights."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from erat.index.assessment import in_year
from erat.index.correlation import correlations
from erat.plots.pairs import correlation_heat
from erat.plots.panels import scree_plots
from erat.report.audit_numbers import number, percent
from erat.report.audit_view import AuditView
from erat.report.page import Html, details, figure, join, table, text


class StatisticsSteps(AuditView):
    """The sections of the steps 4 to 6; parameters as in :class:`View`."""

    def multivariate(self) -> Html:
        """Step 4: correlations, reliability, components."""
        tr = self.lang.tr
        heat = figure(
            self._heat(),
            alt=tr("Triangle of the correlations of all indicators, with dimensions framed."),
            caption=self.made_from(),
        )
        shown = figure(
            scree_plots(self._scree(), self.lang),
            alt=tr("Eigenvalues of the components beside those of noise."),
            caption=self.made_from(),
        )
        said = tr("Correlations of the normalized indicators, so that more is better in each.")
        more = details(tr("Every indicator with its dimension"), self._items(), self._source())
        return self._step("multivariate", text(said), heat, self._reliability(), more, shown)

    def _heat(self) -> Figure:
        a, pairs = self.audit.assessment, self.audit.tables["correlations"]
        values = in_year(a)[self.indicators_in]
        groups = {code: a.framework.parent(code) for code in self.indicators_in}
        flags = {(row["a"], row["b"]): row["flag"] for _, row in pairs.iterrows() if row["flag"]}
        labels = self.labels(self.indicators_in)
        return correlation_heat(
            correlations(values).r, self.lang, labels=labels, groups=groups, flags=flags
        )

    def _scree(self) -> dict[str, pd.DataFrame]:
        found = self.audit.tables["components"]
        whole = found[found["of"] == "indicators"] if "indicators" in set(found["of"]) else found
        sets = {self.lang.tr("All indicators"): whole}
        for node in self.framework.dimensions:
            own = found[(found["node"] == node) & (found["of"] == "children")]
            if len(own) > 2:
                sets[self.label(node)] = own
        return {title: own.set_index("component") for title, own in sets.items()}

    def _reliability(self) -> Html:
        tr, found = self.lang.tr, self.audit.tables
        components = found["components"]
        rows = []
        for _, row in found["reliability"].iterrows():
            own = components[(components["node"] == row["node"]) & (components["of"] == row["of"])]
            every = row["of"] == "indicators"
            rows.append(
                {
                    tr("Set"): tr("All indicators") if every else self.label(row["node"]),
                    tr("Items"): int(row["items"]),
                    tr("Alpha"): number(self, row["alpha"]),
                    tr("95% interval"): self._span(row["low"], row["high"]),
                    tr("Omega"): number(self, row["omega"]),
                    tr("KMO"): number(self, row["kmo"]),
                    tr("Bartlett, p"): self._p(row["bartlett_p"]),
                    tr("Components over 1"): int((own["eigenvalue"] > 1 + 1e-9).sum()),
                    tr("Share of the first"): percent(self, own["share"].max()),
                }
            )
        frame = pd.DataFrame(rows)
        return join([table(frame, right=list(frame)[1:], kind="stack"), self._source()])

    def _span(self, low: float, high: float) -> str:
        return "–" if low != low else f"{number(self, low)} … {number(self, high)}"

    def _p(self, p: float) -> str:
        return f"< {number(self, 0.001, 3)}" if p < 0.001 else number(self, p, 3)

    def _items(self) -> Html:
        tr, found = self.lang.tr, self.audit.tables
        parents = found["parents"].set_index("code")
        within = found["items"][found["items"]["of"] == "children"].set_index("indicator")
        rows = []
        for code in self.indicators_in:
            own, row = within.reindex([code]).iloc[0], parents.loc[code]
            best = (
                f"{number(self, row['r_best'])} ({self.label(row['best'])})" if row["best"] else "–"
            )
            rows.append(
                {
                    tr("Indicator"): self.label(code),
                    tr("With the rest of its dimension"): number(self, own["rest"]),
                    tr("Alpha without it"): number(self, own["alpha"]),
                    tr("With its dimension"): number(self, row["r"]),
                    tr("With the best other one"): best,
                }
            )
        frame = pd.DataFrame(rows)
        return table(frame, right=list(frame)[1:], kind="stack")

    def normalization(self) -> Html:
        """Step 5: shapes before and after, and how much of the scale is used."""
        tr, shape = self.lang.tr, self.audit.outliers
        treated = self.audit.assessment.treatment["indicator"].value_counts()
        rows = [
            {
                tr("Indicator"): self.label(code),
                tr("Skewness"): self._before_after(shape.loc[code, "skewness"]),
                tr("Kurtosis"): self._before_after(shape.loc[code, "kurtosis"]),
                tr("Outliers"): tr("yes") if shape.loc[code, ("outliers", "treated")] else tr("no"),
                tr("Values moved"): int(treated.get(code, 0)),
                tr("Scale used"): percent(self, self.audit.used[code]),
            }
            for code in self.indicators_in
        ]
        said = tr(
            "Skewness and kurtosis of the figures, and after transformation and treatment. An "
            "indicator has outliers if its skewness is 2 or more and its kurtosis 3.5 or more."
        )
        frame = pd.DataFrame(rows)
        shown = table(frame, right=list(frame)[1:], kind="stack")
        return self._step("normalization", text(said), shown, self._source())

    def _before_after(self, row: pd.Series) -> str:
        before, after = number(self, row["data"], 1), number(self, row["treated"], 1)
        return before if before == after else f"{before} → {after}"

    def weighting(self) -> Html:
        """Step 6: nominal weight beside effective importance."""
        tr, found = self.lang.tr, self.audit.importance
        order = found.sort_values("weight", ascending=False, kind="stable")
        rows = [
            {
                tr("Indicator"): self.label(str(code)),
                tr("Weight in the index"): percent(self, row["weight"], 1),
                tr("Effective importance"): percent(self, row["s1_share"], 1),
                tr("Gap, points"): number(self, 100 * row["gap"], 1),
                tr("Correlation with the index"): number(self, row["r"]),
            }
            for code, row in order.iterrows()
        ]
        said = tr(
            "Effective importance is the part of the index's variance that an indicator explains "
            "alone, by a curve, scaled so that all add up to 100%. It depends on spread and "
            "correlations as well as on weight, so a gap is no error by itself."
        )
        frame = pd.DataFrame(rows)
        shown = table(frame, right=list(frame)[1:], kind="stack")
        return self._step("weighting", text(said), shown, self._source())
