"""`python -m runner report DIR`: write the page of a run, and what other programs read, again."""

from __future__ import annotations

import argparse
import webbrowser
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.cli import charts
from runner.cli.exit_status import DONE
from runner.cli.run_report import of_folder
from runner.language import spoken
from runner.report.outputs.outputs import OUTPUTS, write
from runner.report.outputs.pictures import pictures
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from rich.console import Console

PAGE = "report.html"


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench report",
        description="Write the page of a run, and what other programs read, from its files alone: "
        f"{', '.join(OUTPUTS)}.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="a report, such as reports/latest")
    add("--open", action="store_true", help="show the page in the browser")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Write, and print the files."""
    run_folder = RunFolder(options.folder)
    run_report = of_folder(run_folder)
    drawn = charts.draw(run_folder) if _speak_otherwise(run_folder) else []
    written = (options.folder / name for name in OUTPUTS if write(name, run_report))
    for path in chain(drawn, written):
        console.print(escape(str(path)), soft_wrap=True)
    if options.open:
        webbrowser.open((options.folder / PAGE).resolve().as_uri())
    return DONE


def _speak_otherwise(run_folder: RunFolder) -> bool:
    """Tell whether there are pictures in a language that is not spoken now."""
    drawn = pictures(run_folder.charts)
    return any(it.svg and it.language != spoken() for it in drawn)
