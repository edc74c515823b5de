"""`python -m runner report DIR`: write the page of a run, and what other programs read, again."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.cli.exit_status import DONE
from runner.cli.run_report import of_folder
from runner.report.outputs.drill_outputs import DRILL_OUTPUTS
from runner.report.outputs.outputs import OUTPUTS, write
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

PAGE = "report.html"


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench report",
        description="Write the page of a run, and what other programs read, from its files alone: "
        f"{', '.join(OUTPUTS)}; of drills {', '.join(DRILL_OUTPUTS)} and their picture.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="a report, such as reports/latest")
    add("--open", action="store_true", help="show the page in the browser")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Write, and print the files."""
    folder = RunFolder(options.folder)
    for path in _of_drills(folder) if folder.drilled else _of_run(folder):
        console.print(escape(str(path)), soft_wrap=True)
    if options.open:
        webbrowser.open((options.folder / PAGE).resolve().as_uri())
    return DONE


def _of_run(folder: RunFolder) -> Iterator[Path]:
    """Write what there is of a run, and yield the files."""
    run_report = of_folder(folder)
    yield from (folder.path / name for name in OUTPUTS if write(name, run_report))


def _of_drills(folder: RunFolder) -> Iterator[Path]:
    """Draw and write what there is of drills, and yield the files."""
    from runner.report.charts.drawing import draw_observations  # it takes a second

    observations = folder.observations()
    yield from draw_observations(folder)
    for name, output in DRILL_OUTPUTS.items():
        folder.write(name, output(folder, observations))
        yield folder.path / name
