"""What follows from the rows of a run, once they are there: files, tables, charts, last words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.analysis import thresholds
from runner.analysis.comparison import compare
from runner.analysis.findings import sentences
from runner.analysis.intervals import LOOKS
from runner.analysis.verdict import MARGIN
from runner.report import tables
from runner.report.verdicts import verdicts
from runner.results import yardstick
from runner.results.row_builder import paired
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from runner.analysis.thresholds import Judged
    from runner.analysis.verdict import Report
    from runner.experiment.planned import Planned
    from runner.experiment.stopping_rule import Course
    from runner.results.row import Result
    from runner.results.run_folder import Store


@dataclass(frozen=True)
class Conclusion:
    """The rows of a run that may be compared, and what they say."""

    store: Store
    rows: Sequence[Result]
    report: Report
    judged: Sequence[Judged] = ()

    @property
    def cells(self) -> list[Result]:
        """The rows of adapters; the limit is none."""
        return [row for row in self.rows if row.adapter != LIMIT]

    @property
    def bad(self) -> int:
        """How many rows are anything but ok."""
        return sum(row.bad for row in self.cells)

    @property
    def broken(self) -> int:
        """How many thresholds do not hold."""
        return sum(not one.passed for one in self.judged)

    def write(self) -> None:
        """Write the files that follow from the rows."""
        self.store.write_summary(self.rows)
        self.store.write_lines("comparison.csv", self.report.lines)
        self.store.write_lines("thresholds.csv", self.judged)

    def draw(self) -> list[Path]:
        """Draw the charts; the only thing that takes seconds."""
        from runner.report.charts import drawing

        title = self.store.folder.resolve().name
        return drawing.draw(self.rows, self.store.charts, title=title, report=self.report)

    def last_line(self, expected: int) -> str:
        """Say how many rows there are, and how many of them are bad."""
        kinds = Counter(str(row.status) for row in self.cells if row.bad)
        bad = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        whole = f"{len(self.cells)} of {expected} rows"
        return f"{whole}, {kinds.total()} bad: {bad}" if bad else f"{whole}, all ok"


def conclude(store: Store, planned: Planned, course: Course) -> Conclusion:
    """Draw every conclusion from the files of a run. Raises StoreError."""
    rows = paired(store.results())
    cells = {cell.id for cell in planned.plan.cells}
    judged = thresholds.judge(planned.thresholds, rows, cells)
    return Conclusion(store, rows, course.report(), judged)


def compared(store: Store) -> Report:
    """Compare a run again, as it was asked for, from its files alone."""
    known = store.environment()
    return compare(
        store.results(),
        baseline=known.get("baseline"),
        adapters=known.get("order", ()),
        margin=known.get("margin", MARGIN),
        looks=1 if known.get("precision") is None else len(LOOKS),
    )


def show(found: Conclusion, planned: Planned, course: Course, console: Console) -> None:
    """Print what a person wants to see: the tables of times, then the verdicts, then the rest."""
    for table in tables.tables(found.rows):
        console.print(table)
        console.print()
    if planned.config.lesson:
        for table in tables.lesson(found.rows):
            console.print(table)
            console.print()
    else:
        for sentence in course.sentences(found.report):
            console.print(escape(sentence), soft_wrap=True)
        show_verdicts(found, console)
    if found.judged:
        console.print(thresholds.table(found.judged))
    for sentence in remarks(found, planned):
        console.print(escape(sentence), soft_wrap=True)


def show_verdicts(found: Conclusion, console: Console) -> None:
    """Print the noise floor first, and then who is faster than the baseline."""
    for sentence in sentences(found.report):
        console.print(escape(sentence))
    console.print()
    for table in verdicts(found.report, found.store.round_trips()):
        console.print(table)
        console.print()


def remarks(found: Conclusion, planned: Planned) -> Iterator[str]:
    """Yield what is to be known beside the figures: drift, what was left out, what went wrong."""
    yield from yardstick.drifts(found.store.yardsticks())
    for left in planned.plan.left_out:
        yield f"left out: {left.cell.id}: {left.reason}"
    rounds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in found.rows:
        if row.bad:
            rounds[row.status, row.cell, row.reason].append(str(row.round))
    for (status, cell, reason), those in rounds.items():
        yield f"{status}: {cell} in round{'s'[: len(those) - 1]} {', '.join(those)}: {reason}"
