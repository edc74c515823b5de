"""A run as its reader sees it: what the files of its folder say, in the order of the questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.analysis.report import Report
    from runner.analysis.thresholds import Judged
    from runner.messages import Message
    from runner.report.model import Section
    from runner.results.rows import Rows
    from runner.results.run_folder import RunFolder


@dataclass(frozen=True)
class RunReport:
    """The end of a run, for every output: sentences and tables, and the values behind them."""

    run_folder: RunFolder
    known: Mapping[str, Any]
    """`environment.json`."""
    rows: Rows
    report: Report
    judged: Sequence[Judged]
    """The thresholds; none where the configuration has none."""
    expected: int
    """The rows that the run should have."""
    about: Sequence[Message]
    """A paragraph: what was compared, and on what."""
    answer: Section
    noise: Sequence[Message]
    """How far the baseline differs from itself, and what that puts in doubt."""
    verdicts: Sequence[Section]
    leaks: Section
    faults: Section
    drills: Section
    drill_lead: Sequence[Message]
    """What the drills beside the run add to its answer; nothing without them."""
    remarks: Sequence[Message]
    """What is to be known beside the figures: loads, drift, what is missing or wrong."""
    ending: Message
    """How many rows there are, and how many of them are bad."""

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.run_folder.path.resolve().name
