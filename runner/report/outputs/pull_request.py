"""`report.md`: the answer of a run as Markdown, for a pull request or the summary of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import said
from runner.report import thresholds
from runner.report.markdown import page
from runner.report.model import Section

if TYPE_CHECKING:
    from runner.report.run_report import RunReport


def pull_request(run: RunReport) -> str:
    """Return what was compared, the answer, the noise floor, the drills, and the thresholds."""
    judged = [thresholds.table(run.judged)] if run.judged else []
    return page(
        [
            Section(said(run.name), sentences=run.about),
            Section(points=run.answer.points),
            Section(sentences=[*run.noise, *run.drill_lead, run.ending], tables=judged),
        ]
    )
