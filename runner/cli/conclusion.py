"""The conclusion of a run, for the reader at the terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from runner.analysis.findings import findings
from runner.analysis.foreign_load import foreign_load
from runner.analysis.machine_drift import drifts
from runner.messages import message
from runner.report import tables, thresholds
from runner.report.failures import notes
from runner.report.lesson import lesson
from runner.report.terminal import show_sentences, show_table
from runner.report.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from runner.experiment.conclusion import Conclusion
    from runner.experiment.planned import Planned
    from runner.experiment.stopping_rule import StoppingRule
    from runner.messages import Message
    from runner.report.model import Table
    from runner.results.row import Row
    from runner.results.rows import Rows


def show(conclusion: Conclusion, planned: Planned, rule: StoppingRule, console: Console) -> None:
    """Print the tables of times, then the verdicts, then the rest."""
    _show_tables(console, tables.tables(conclusion.rows))
    if planned.config.lesson:
        _show_tables(console, lesson(conclusion.rows))
    else:
        show_sentences(console, rule.reached(conclusion.report))
        show_verdicts(conclusion, console)
    if conclusion.judged:
        show_table(console, thresholds.table(conclusion.judged))
    show_sentences(console, remarks(conclusion, planned))


def show_verdicts(conclusion: Conclusion, console: Console) -> None:
    """Print the noise floor first, and then who is faster than the baseline."""
    show_sentences(console, findings(conclusion.report), fold=True)
    console.print()
    _show_tables(console, verdicts(conclusion.report, conclusion.run_folder.round_trips()))


def _show_tables(console: Console, shown: Iterable[Table]) -> None:
    for table in shown:
        show_table(console, table)
        console.print()


def remarks(conclusion: Conclusion, planned: Planned) -> Iterator[Message]:
    """Yield what is to be known beside the figures: loads, drift, what is missing or wrong."""
    yield from foreign_load(conclusion.run_folder.cycles())
    yield from drifts(conclusion.run_folder.yardsticks(), conclusion.rows, conclusion.report)
    yield from left_out(planned)
    yield from _bad_rows(conclusion.rows)


def left_out(planned: Planned) -> Iterator[Message]:
    """Yield the cells that are not measured, and why."""
    for left in planned.plan.left_out:
        yield message("left_out.cell", cell=left.cell.id, reason=left.reason)


def _bad_rows(rows: Rows) -> Iterator[Message]:
    """Yield each cell, status and reason once, with its rounds, and what failed in them."""
    alike: dict[tuple[str, str, Message | None], list[Row]] = defaultdict(list)
    for row in rows.every:
        if row.bad:
            alike[row.status.value, row.cell.id, row.reason].append(row)
    for (status, cell, reason), bad in alike.items():
        rounds = [row.round for row in bad]
        yield message(
            "row.bad", status=status, cell=cell, count=len(bad), rounds=rounds, reason=reason
        )
        yield from notes([bad])


def last_line(conclusion: Conclusion, expected: int) -> Message:
    """Say how many rows there are, and how many of them are bad."""
    kinds = Counter(row.status.value for row in conclusion.rows.measured if row.bad)
    rows = len(conclusion.rows.measured)
    if not kinds:
        return message("rows.all_ok", rows=rows, expected=expected)
    return message(
        "rows.some_bad",
        rows=rows,
        expected=expected,
        bad=kinds.total(),
        kinds=[message("rows.of_status", rows=many, status=kind) for kind, many in kinds.items()],
    )
