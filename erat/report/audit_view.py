"""What the steps of an audit share: the checks in a table, and the tables behind them."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from erat.edition.audit.edition_audit import EditionAudit
from erat.edition.audit.ten_steps import STEPS, Step, Verdict
from erat.report.audit_numbers import limits_words, written
from erat.report.audit_words import sentence, step_title, verdict_word
from erat.report.page import Content, Html, section, strong, table, text
from erat.report.view import View


class AuditView(View):
    """An edition's results with its audit; parameters as in :class:`View`."""

    @cached_property
    def audit(self) -> EditionAudit:
        """The steps and the tables behind them."""
        return EditionAudit(self.results)

    @cached_property
    def indicators_in(self) -> list[str]:
        """Indicators of the index."""
        return self.audit.indicators

    def _verdict(self, verdict: Verdict) -> Content:
        word = verdict_word(self, verdict).replace(" ", "\N{NO-BREAK SPACE}")
        return word if verdict == Verdict.PASS else strong(word)

    def _reasons(self, step: Step) -> str:
        """Say why: every check with the step's verdict; of a pass the first one."""
        found = step.reasons if step.verdict != Verdict.PASS else step.reasons[:1]
        return " ".join(sentence(self, check) for check in found)

    def _step(self, name: str, *detail: Content) -> Html:
        """One step: its checks, each with its limits, and the detail behind them."""
        tr, place = self.lang.tr, STEPS.index(name)
        step = self.audit.steps[place]
        rows = [
            {
                tr("Found"): sentence(self, check),
                tr("Number"): written(self, check.limit, check.value),
                tr("Verdict"): self._verdict(check.verdict),
                tr("Limits"): limits_words(self, check.limit),
            }
            for check in step.checks
        ]
        title = f"{place + 1}. {step_title(self, name)}: {verdict_word(self, step.verdict)}"
        frame = pd.DataFrame(rows)
        shown = table(frame, row_headers=False, right=[tr("Number")], kind="stack")
        return section(shown, *detail, title=title, anchor=name)

    def _source(self) -> Html:
        return text(self.made_from(), kind="small")
