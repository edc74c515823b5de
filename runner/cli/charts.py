"""`python -m runner charts DIR`: draw the charts of a run again, from its files alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.cli.exit_status import DONE
from runner.experiment.conclusion import compared
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from rich.console import Console


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench charts",
        description="Draw the charts of a run again, from its files alone.",
        allow_abbrev=False,
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a report, such as reports/latest")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Draw, and print the files."""
    for path in draw(RunFolder(options.folder)):
        console.print(escape(str(path)), soft_wrap=True)
    return DONE


def draw(run_folder: RunFolder) -> list[Path]:
    """Draw what the folder holds, in the language that is spoken, and return the files.

    Raises RunFolderError.
    """
    from runner.report.charts.drawing import draw_observations, draw_run

    drilled = draw_observations(run_folder)
    if run_folder.drilled:
        return drilled
    return [*drilled, *draw_run(run_folder.rows(), compared(run_folder), run_folder)]
