"""Several runs as their page takes them, put together from the files of their folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.environments import started
from runner.analysis.measured_run import MeasuredRun
from runner.cli.compared_runs import before_the_figures, compared, refuse_copies
from runner.messages import message
from runner.report import changes
from runner.report.history import history_tables, runs_table
from runner.report.model import Section
from runner.report.several_runs import SeveralRuns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.rows import Rows
    from runner.results.run_folder import RunFolder

NAME = "report"


def several_runs(a: Sequence[RunFolder], b: Sequence[RunFolder]) -> SeveralRuns:
    """Read the runs A and B again, all of them A where nothing is compared.

    Raises RunFolderError, and ConfigError where runs are the same or have nothing in common.
    """
    folders = [*a, *b]
    rows = [folder.rows() for folder in folders]
    refuse_copies(NAME, folders, rows)
    comparison = _comparison(a, b, rows) if b else None
    known = [folder.environment() for folder in folders]
    order = sorted(range(len(folders)), key=lambda place: started(known[place]))
    runs = [MeasuredRun(str(number), rows[place]) for number, place in enumerate(order, 1)]
    return SeveralRuns(
        runs=runs_table(
            runs,
            [folders[place].path.resolve().name for place in order],
            [known[place] for place in order],
        ),
        comparison=comparison,
        history=list(history_tables(runs)),
    )


def _comparison(a: Sequence[RunFolder], b: Sequence[RunFolder], rows: Sequence[Rows]) -> Section:
    comparison = compared(NAME, rows[: len(a)], rows[len(a) :])
    return Section(
        message("history.comparison"),
        points=list(before_the_figures(a, b)),
        sentences=list(comparison.findings()),
        tables=[changes.table(comparison)],
    )
