"""`python -m runner compare A B`: say what changed from one run to another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from runner.analysis.environments import differences
from runner.analysis.fail_if import parse
from runner.analysis.run_comparison import compare_runs
from runner.cli.exit_status import BROKEN, DONE
from runner.config.complaints import ConfigError
from runner.messages import message
from runner.report import changes
from runner.report.terminal import show_sentences, show_table
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from rich.console import Console


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench compare",
        description="Say what changed from run A to run B: another driver, commit or machine.",
        epilog="exit status: 99 if a --fail-if holds for the whole interval of a cell, else 0",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("a", type=Path, metavar="DIR_A", help="the report of the run before")
    add("b", type=Path, metavar="DIR_B", help="the report of the run after")
    add(
        "--fail-if",
        action="append",
        default=[],
        metavar="CONDITION",
        help="such as 'share_of_limit < -5%%': less by 5 %% or more, and surely so",
    )
    add("--absolute", action="store_true", help="compare absolute figures too; machines may differ")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Compare, print, and judge what --fail-if asks."""
    conditions = [parse(text) for text in options.fail_if]
    a, b = RunFolder(options.a), RunFolder(options.b)
    comparison = compare_runs(a.rows(), b.rows(), absolute=options.absolute)
    for condition in conditions:
        if not any(map(condition.judges, comparison.changes)):
            hint = "" if options.absolute else " (absolute figures need --absolute)"
            raise ConfigError(
                [f"--fail-if {condition.text}: no cell of both runs has such an interval{hint}"]
            )
    show_sentences(console, differences(a.environment(), b.environment()))
    show_sentences(console, comparison.findings())
    show_table(console, changes.table(comparison))
    broken = [
        message("runs.broken", condition=condition.text, cell=change.cell, change=change.words)
        for condition in conditions
        for change in comparison.changes
        if condition.broken_by(change)
    ]
    show_sentences(console, broken)
    return BROKEN if broken else DONE
