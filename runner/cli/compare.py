"""`python -m runner compare`: say what changed from some runs to others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from runner.analysis.change import LEAST_RUNS
from runner.analysis.fail_if import parse
from runner.cli.compared_runs import before_the_figures, compared, refuse_copies, run_folders
from runner.cli.drill_comparison import CONDITIONS, compare_drills, of_drills
from runner.cli.exit_status import BROKEN, DONE
from runner.config.complaints import ConfigError
from runner.messages import message
from runner.report import changes
from runner.report.terminal import show_sentences, show_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from runner.analysis.change import RunComparison
    from runner.analysis.fail_if import FailIf
    from runner.cli.compared_runs import Side
    from runner.messages import Message

NAME = "compare"
HOW = "compare A1 A2 --with B1 B2"


class Intermixed(argparse.ArgumentParser):
    """A parser that takes options between the folders, too."""

    parse_args = argparse.ArgumentParser.parse_intermixed_args


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = Intermixed(
        prog="poolbench compare",
        usage="%(prog)s [options] A B\n       %(prog)s [options] A1 A2 ... --with B1 B2 ...",
        description=(
            "Say what changed from the runs A to the runs B: another driver, commit or machine. "
            "Two runs of the same code differ too, so a verdict takes two or more of each, "
            "measured by turns; each more narrows the intervals. Of two folders of drills: which "
            "words changed."
        ),
        epilog="exit status: 99 if a --fail-if holds for the whole interval of a cell; "
        "2 if there is nothing to compare, or nothing that a --fail-if could judge; else 0",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("runs", type=Path, nargs="+", metavar="A", help="reports of before; without --with, A B")
    add("--with", dest="b", type=Path, nargs="+", metavar="B", help="reports of after")
    add(
        "--fail-if",
        action="append",
        default=[],
        metavar="CONDITION",
        help="such as 'share_of_limit < -5%%': less by 5 %% or more, and surely so; of drills "
        f"{' or '.join(f'{name} ({meaning})' for name, meaning in CONDITIONS.items())}",
    )
    add("--absolute", action="store_true", help="show absolute figures too; they get no verdict")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Compare, print, and judge what --fail-if asks."""
    a, b = _sides(options.runs, options.b)
    if of_drills([*a, *b]):
        if options.absolute:
            raise ConfigError([f"{NAME} --absolute: drills have no such figures"])
        return compare_drills([*a, *b], options.fail_if, console)
    conditions = [parse(text) for text in options.fail_if]
    for condition in conditions:
        _refuse_single_runs(condition, a, b)
    rows_a, rows_b = ([folder.rows() for folder in side] for side in (a, b))
    refuse_copies(NAME, [*a, *b], [*rows_a, *rows_b])
    comparison = compared(NAME, rows_a, rows_b, absolute=options.absolute)
    for condition in conditions:
        if not any(map(condition.judges, comparison.changes)):
            raise ConfigError(
                [f"--fail-if {condition.text}: no cell of both sides has such an interval"]
            )
    show_sentences(console, before_the_figures(a, b))
    show_sentences(console, comparison.findings())
    show_table(console, changes.table(comparison))
    for condition in conditions:
        show_sentences(console, _about(condition, comparison))
    broken = any(it.broken_by(change) for it in conditions for change in comparison.changes)
    return BROKEN if broken else DONE


def _sides(runs: Sequence[Path], b: Sequence[Path] | None) -> tuple[Side, Side]:
    """Return the folders of A and of B. Raises ConfigError where they are not told apart."""
    if b is None:
        if len(runs) != 2:  # noqa: PLR2004 - A and B
            what = "one run only:" if len(runs) == 1 else f"{len(runs)} runs: which are B?"
            raise ConfigError([f"compare: {what} compare A B, or {HOW}"])
        runs, b = runs[:1], runs[1:]
    folders = run_folders(NAME, [*runs, *b])
    return folders[: len(runs)], folders[len(runs) :]


def _refuse_single_runs(condition: FailIf, a: Side, b: Side) -> None:
    if min(len(a), len(b)) < LEAST_RUNS:
        needs = f"takes two runs or more of A and of B, as two of the same code differ too: {HOW}"
        raise ConfigError([f"--fail-if {condition.text}: {needs}"])


def _about(condition: FailIf, comparison: RunComparison) -> Iterator[Message]:
    """Yield where a condition holds, and the cells in which it cannot be judged."""
    for change in comparison.changes:
        if condition.broken_by(change):
            yield message(
                "runs.broken", condition=condition.text, cell=change.cell, change=change.words
            )
    of_metric = [it for it in comparison.changes if it.metric == condition.metric]
    unjudged = [it.cell for it in of_metric if not it.judged and not it.unsteady]
    if unjudged:
        yield message("runs.not_judged", condition=condition.text, cells=unjudged)
