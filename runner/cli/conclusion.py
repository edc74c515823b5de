"""What a person reads at the end of a run."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.analysis import thresholds
from runner.analysis.findings import sentences
from runner.analysis.machine_drift import drifts
from runner.report import tables
from runner.report.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from runner.experiment.conclusion import Conclusion
    from runner.experiment.planned import Planned
    from runner.experiment.stopping_rule import StoppingRule


def show(conclusion: Conclusion, planned: Planned, rule: StoppingRule, console: Console) -> None:
    """Print what a person wants to see: the tables of times, then the verdicts, then the rest."""
    for table in tables.tables(conclusion.rows):
        console.print(table)
        console.print()
    if planned.config.lesson:
        for table in tables.lesson(conclusion.rows):
            console.print(table)
            console.print()
    else:
        for sentence in rule.sentences(conclusion.report):
            console.print(escape(sentence), soft_wrap=True)
        show_verdicts(conclusion, console)
    if conclusion.judged:
        console.print(thresholds.table(conclusion.judged))
    for sentence in remarks(conclusion, planned):
        console.print(escape(sentence), soft_wrap=True)


def show_verdicts(conclusion: Conclusion, console: Console) -> None:
    """Print the noise floor first, and then who is faster than the baseline."""
    for sentence in sentences(conclusion.report):
        console.print(escape(sentence))
    console.print()
    for table in verdicts(conclusion.report, conclusion.run_folder.round_trips()):
        console.print(table)
        console.print()


def remarks(conclusion: Conclusion, planned: Planned) -> Iterator[str]:
    """Yield what is to be known beside the figures: drift, what was left out, what went wrong."""
    yield from drifts(conclusion.run_folder.yardsticks())
    for left in planned.plan.left_out:
        yield f"left out: {left.cell.id}: {left.reason}"
    rounds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in conclusion.rows.every:
        if row.bad:
            rounds[row.status, row.cell.id, row.reason].append(str(row.round))
    for (status, cell, reason), those in rounds.items():
        yield f"{status}: {cell} in round{'s'[: len(those) - 1]} {', '.join(those)}: {reason}"


def last_line(conclusion: Conclusion, expected: int) -> str:
    """Say how many rows there are, and how many of them are bad."""
    kinds = Counter(str(row.status) for row in conclusion.rows.measured if row.bad)
    bad = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    whole = f"{len(conclusion.rows.measured)} of {expected} rows"
    return f"{whole}, {kinds.total()} bad: {bad}" if bad else f"{whole}, all ok"
