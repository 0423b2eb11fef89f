"""The audit: an edition walked through the ten steps of the Handbook, in the manner of the JRC."""

from __future__ import annotations

import re

import pandas as pd

from erat.edition.audit.ten_steps import SOURCES, Verdict
from erat.index.correlation import correlations
from erat.report.audit_numbers import number, percent
from erat.report.audit_statistics import StatisticsSteps
from erat.report.audit_words import source_words, step_title
from erat.report.page import (
    Html,
    details,
    heading,
    items,
    join,
    link,
    note,
    table,
    text,
)
from erat.report.shared import choice_words, factor_words
from erat.report.view_sources import quality, source_section

WIDEST = 5
"""Provinces with the widest rank intervals that are listed."""


class AuditReport(StatisticsSteps):
    """The sections of the audit; parameters as in :class:`View`."""

    def summary(self) -> Html:
        """The ten verdicts, with their reasons."""
        tr, steps = self.lang.tr, self.audit.steps
        n = {verdict: sum(s.verdict == verdict for s in steps) for verdict in Verdict}
        lead = tr(
            "{name}, held against the ten steps of the handbook of OECD and JRC: {passed} pass, "
            "{look} need a look, {fail} fail.",
            name=self.lang.pick(self.spec.name_id, self.spec.name_en),
            passed=n[Verdict.PASS],
            look=n[Verdict.LOOK],
            fail=n[Verdict.FAIL],
        )
        rows = [
            {
                tr("Step"): link(f"#{s.name}", f"{i}. {step_title(self, s.name)}"),
                tr("Verdict"): self._verdict(s.verdict),
                tr("Reason"): self._reasons(s),
            }
            for i, s in enumerate(steps, start=1)
        ]
        how = tr(
            "A step is as good as its worst check. Each check is a number held against two limits, "
            "which stand beside it: beyond the first it needs a look, beyond the second it fails. "
            "A look is no fault: it says what a reader should know before relying on the index."
        )
        title = heading(tr("Audit in ten steps"), level=1)
        shown = table(pd.DataFrame(rows), kind="stack")
        opening = [title, text(lead, kind="lead"), shown]
        return join([*opening, note(how), note(self.caveat)])

    def theory(self) -> Html:
        """Step 1: what the index is made of."""
        tr, tree = self.lang.tr, self.framework
        rows = [
            {
                tr("Dimension"): self.label(node),
                tr("Indicators"): self.lang.join([self.inside(c) for c in tree.leaves(node)]),
                tr("Reference"): _short(str(tree.table.loc[node].get("reference", ""))),
            }
            for node in tree.dimensions
        ]
        more = text(
            tr("Reasons, goalposts and lenses of every indicator:"),
            " ",
            link("national.html#framework", tr("What the index is made of")),
            kind="small",
        )
        return self._step("framework", table(pd.DataFrame(rows), kind="stack"), more)

    def data(self) -> Html:
        """Step 2: coverage and quality by indicator; provinces with gaps."""
        tr, cells = self.lang.tr, self.audit.own_cells
        values = self.audit.assessment.panel.values.droplevel("year")[self.indicators_in]
        rows = []
        for code in self.indicators_in:
            own = cells[cells["indicator"] == code]
            said = list(dict.fromkeys(quality(self, row) for _, row in own.iterrows()))
            there = int(values[code].notna().sum())
            rows.append(
                {
                    tr("Indicator"): self.label(code),
                    tr("Provinces"): tr("{k} of {n}", k=there, n=self.n),
                    tr("Years"): self.lang.join(
                        [str(year) for year in sorted(set(own["observed"]))]
                    ),
                    tr("Quality"): "; ".join(said) or "–",
                }
            )
        gaps = values.isna().sum(axis=1)
        listed = [
            tr("{name}: {k} of {n} indicators are missing", name=self.names[str(u)], k=k,
               n=len(self.indicators_in))
            for u, k in gaps[gaps > 0].items()
        ]  # fmt: skip
        parts: list[Html] = [items(listed)] if listed else []
        if self.results.edition.bottom_up:
            made = tr(
                "The figures of the provinces are made from those of their regencies; the checks of "
                "sources and copies are of the regencies' figures."
            )
            parts.append(text(made))
        return self._step("data", table(pd.DataFrame(rows), kind="stack"), *parts, self._source())

    def imputation(self) -> Html:
        """Step 3: which values were filled in."""
        tr, a = self.lang.tr, self.audit.assessment
        raw, filled = (x[self.indicators_in] for x in (a.panel.values, a.imputed))
        cells = self.audit.own_cells
        carried = cells[cells["observed"] != cells["year"]].groupby("indicator").size()
        rows = [
            {
                tr("Indicator"): self.label(code),
                tr("Imputed"): int((raw[code].isna() & filled[code].notna()).sum()),
                tr("Carried forward"): int(carried.get(code, 0)),
                tr("Still missing"): int(filled[code].isna().sum()),
            }
            for code in self.indicators_in
        ]
        shown = [row for row in rows if any(isinstance(v, int) and v for v in row.values())]
        said = tr("Values by indicator, of {n} provinces.", n=self.n)
        parts = (
            [text(said), table(pd.DataFrame(shown), kind="stack"), self._source()] if shown else []
        )
        return self._step("imputation", *parts)

    def robustness(self) -> Html:
        """Step 7: what the choices of method do, and whose rank is least certain."""
        tr, effects = self.lang.tr, self.results.table("effects")
        rows = [
            {
                tr("Choice"): f"{factor_words(self, row['factor'])}: "
                + choice_words(self, row["factor"], int(row["choice"])),
                tr("Mean change"): number(self, row["mean_shift"], 1),
                tr("Largest change"): f"{int(row['max_shift'])} ({self.names[row['unit']]})",
            }
            for _, row in effects[effects["factor"] != "left_out"].iterrows()
        ]
        intervals = self.intervals
        width = (intervals["high"] - intervals["low"]).sort_values(ascending=False, kind="stable")
        widest = self.lang.join(
            [f"{self.names[str(u)]} {self.rank_text(str(u))}" for u in width.index[:WIDEST]]
        )
        said = tr("The least certain ranks: {widest}.", widest=widest)
        more = text(
            tr("All intervals and choices:"),
            " ",
            link("sensitivity.html", tr("How sure are the ranks")),
            kind="small",
        )
        frame = pd.DataFrame(rows)
        parts = [table(frame, right=[tr("Mean change")], kind="stack")] if rows else []
        return self._step(
            "robustness", *parts, text(said), text(self.ranks_note, kind="small"), more
        )

    def details(self) -> Html:
        """Step 8: what each indicator and dimension does to the ranks and scores."""
        tr, found = self.lang.tr, self.audit.left_out
        total = self.contributions.sum(axis=1, skipna=False)
        parts = self.contributions.div(total.where(total > 0), axis=0).mean()
        rows = []
        for _, row in found.iterrows():
            share = sum(
                parts.get(leaf, float("nan")) for leaf in self.framework.leaves(row["code"])
            )
            gone = row["reason"] != ""
            rows.append(
                {
                    tr("Left out"): self.label(row["code"]),
                    tr("Share of the scores"): percent(self, share),
                    tr("Mean change"): number(self, row["mean_shift"], 1),
                    tr("Largest change"): "–" if gone else self._largest(row),
                    tr("Rank correlation"): number(self, row["correlation"]),
                }
            )
        said = tr(
            "The index without one indicator or dimension, all else as it is: changes of rank, in "
            "ranks. The share is the mean part of the scores that comes from it."
        )
        right = [tr("Share of the scores"), tr("Mean change"), tr("Rank correlation")]
        shown = table(pd.DataFrame(rows), right=right, kind="stack")
        return self._step("details", text(said), shown, self._source())

    def _largest(self, row: pd.Series) -> str:
        name = self.names.get(row["unit"])
        return f"{int(row['max_shift'])} ({name})" if name else "0"

    def links(self) -> Html:
        """Step 9: the index beside other published series."""
        tr, others = self.lang.tr, self.audit.others
        nodes = [self.top, *self.framework.dimensions]
        scores = self.scores[nodes]
        pearson = correlations(others, scores).r
        ranks = correlations(others, scores, kind="spearman").r
        rows = [
            {
                tr("Series"): self.label(str(code)),
                **{self.label(node): number(self, pearson.loc[code, node]) for node in nodes},
                tr("Ranks"): number(self, ranks.loc[code, self.top]),
            }
            for code in others
        ]
        if not rows:
            return self._step("links")
        said = tr(
            "Correlations over the provinces, in {year}; the last column is that of the ranks with "
            "the index.",
            year=self.year,
        )
        frame = pd.DataFrame(rows)
        shown = table(frame, right=list(frame)[1:], kind="stack")
        return self._step("links", text(said), shown, self._source())

    def presentation(self) -> Html:
        """Step 10: what is published, and whose rules the limits are."""
        tr = self.lang.tr
        said = items(
            [
                link("national.html", tr("All provinces")),
                link("sensitivity.html", tr("How sure are the ranks")),
            ]
        )
        rules = items(source_words(self, name) for name in SOURCES)
        return self._step("presentation", said, details(tr("Whose limits these are"), rules))

    def sources(self) -> Html:
        """Where the figures come from."""
        return source_section(self, self.audit.cells)


def _short(reference: str) -> str:
    """Cut a reference behind its year; the whole one stands in the national report."""
    return re.split(r"(?<=\(\d{4}\))", reference, maxsplit=1)[0] or "–"
