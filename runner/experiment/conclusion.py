"""The conclusion of a run, drawn from its rows once they are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis import thresholds
from runner.analysis.comparison import compare
from runner.analysis.intervals import LOOKS
from runner.analysis.summary import summaries
from runner.analysis.together import together
from runner.analysis.verdict import MARGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.report import Report
    from runner.analysis.thresholds import Judged
    from runner.experiment.planned import Planned
    from runner.experiment.stopping_rule import StoppingRule
    from runner.results.rows import Rows
    from runner.results.run_folder import RunFolder


@dataclass(frozen=True)
class Conclusion:
    """The rows of a run that may be compared, and all that follows from them."""

    run_folder: RunFolder
    rows: Rows
    report: Report
    judged: Sequence[Judged] = ()

    @property
    def bad(self) -> int:
        """The number of rows of adapters and of the control that are anything but ok."""
        return sum(row.bad for row in self.rows.measured)

    @property
    def broken(self) -> int:
        """The number of thresholds that do not hold."""
        return sum(not threshold.passed for threshold in self.judged)

    def write(self) -> None:
        """Write the files that follow from the rows."""
        self.run_folder.write_table(
            "summary.csv", [summary.columns() for summary in summaries(self.rows)]
        )
        self.run_folder.write_table(
            "comparison.csv", [line.columns() for line in self.report.lines]
        )
        self.run_folder.rewrite_table(
            "together.csv", [line.columns() for line in together(self.report)]
        )
        self.run_folder.write_table("thresholds.csv", [line.columns() for line in self.judged])


def conclude(run_folder: RunFolder, planned: Planned, rule: StoppingRule) -> Conclusion:
    """Draw every conclusion from the files of a run. Raises RunFolderError."""
    rows = run_folder.rows()
    cells = {cell.id for cell in planned.plan.cells}
    judged = thresholds.judge(planned.thresholds, rows, cells)
    return Conclusion(run_folder, rows, rule.report(), judged)


def compared(run_folder: RunFolder) -> Report:
    """Compare a run again, as it was asked for, from its files alone."""
    known = run_folder.environment()
    return compare(
        run_folder.rows(),
        baseline=known.get("baseline"),
        order=known.get("order", ()),
        margin=known.get("margin", MARGIN),
        looks=1 if known.get("precision") is None else len(LOOKS),
    )
