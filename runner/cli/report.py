"""`python -m runner report DIR`: write the page of a run, and what other programs read, again."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.cli.exit_status import DONE
from runner.cli.run_report import of_folder
from runner.report.outputs.outputs import OUTPUTS, write
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
    run_report = of_folder(RunFolder(options.folder))
    for name in OUTPUTS:
        if write(name, run_report):
            console.print(escape(str(options.folder / name)), soft_wrap=True)
    if options.open:
        webbrowser.open((options.folder / PAGE).resolve().as_uri())
    return DONE
