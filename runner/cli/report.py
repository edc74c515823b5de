"""`python -m runner report DIR`: write the page of a run, or of several runs, again."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.cli import charts
from runner.cli.compared_runs import run_folders
from runner.cli.drills_beside import refuse_strangers, run_and_drills
from runner.cli.exit_status import DONE
from runner.cli.run_report import of_folder
from runner.cli.several_runs import NAME, several_runs
from runner.config.complaints import ConfigError
from runner.language import spoken
from runner.report.outputs.drill_outputs import DRILL_OUTPUTS
from runner.report.outputs.outputs import OUTPUTS, write
from runner.report.outputs.pictures import pictures
from runner.report.outputs.runs_page import runs_page
from runner.results import line_file
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import cannot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

PAGE = "report.html"
RUNS_PAGE = "runs.html"


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench report",
        usage="%(prog)s [--open] DIR\n"
        "       %(prog)s [--open] RUN DRILLS\n"
        "       %(prog)s [--open] [--out FILE] DIR DIR ... [--with DIR ...]",
        description="Write the page of a run, and what other programs read, from its files alone: "
        f"{', '.join(OUTPUTS)}; of drills {', '.join(DRILL_OUTPUTS)} and their picture. Of a run "
        "and drills, keep the drills in the folder of the run, and show them on its page. Of "
        "several runs, write one page: every cell over all of them, and of two, or with --with, "
        "what changed.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("folders", type=Path, nargs="+", metavar="DIR", help="a report, such as reports/latest")
    add(
        "--with", dest="b", type=Path, nargs="+", default=[], metavar="DIR", help="reports of after"
    )
    add(
        "--out", type=Path, metavar="FILE", help=f"of several runs; {RUNS_PAGE} beside the last one"
    )
    add("--open", action="store_true", help="show the page in the browser")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Write, and print the files."""
    if not options.b and (drilled := run_and_drills(options.folders)):
        _refuse_another_file(options)
        page = _write_files(_of_run_with_drills(*drilled), drilled[0], console)
    elif len(options.folders) + len(options.b) > 1:
        page = _write_several(options.folders, options.b, options.out)
        console.print(escape(str(page)), soft_wrap=True)
    else:
        _refuse_another_file(options)
        folder = RunFolder(options.folders[0])
        files = _of_drills(folder) if folder.drilled else _of_run(folder)
        page = _write_files(files, folder, console)
    if options.open:
        webbrowser.open(page.resolve().as_uri())
    return DONE


def _refuse_another_file(options: argparse.Namespace) -> None:
    if options.out:
        raise ConfigError(["report: --out is for several runs: those of one are in its folder"])


def _write_files(files: Iterable[Path], folder: RunFolder, console: Console) -> Path:
    """Write the outputs of a run or of drills, and return its page."""
    for path in files:
        console.print(escape(str(path)), soft_wrap=True)
    return folder.path / PAGE


def _of_run_with_drills(run_folder: RunFolder, drills: RunFolder) -> Iterator[Path]:
    """Keep the drills beside the run, write what there is of both, and yield the files."""
    from runner.report.charts.drawing import draw_observations  # it takes a second

    refuse_strangers(run_folder, drills)
    run_folder.take_drills(drills)
    yield from draw_observations(run_folder)
    yield from _of_run(run_folder)


def _of_run(run_folder: RunFolder) -> Iterator[Path]:
    """Write what there is of a run, and yield the files."""
    run_report = of_folder(run_folder)
    if _speak_otherwise(run_folder):
        yield from charts.draw(run_folder)
    yield from (run_folder.path / name for name in OUTPUTS if write(name, run_report))


def _of_drills(folder: RunFolder) -> Iterator[Path]:
    """Draw and write what there is of drills, and yield the files."""
    from runner.report.charts.drawing import draw_observations  # it takes a second

    observations = folder.observations()
    yield from draw_observations(folder)
    for name, output in DRILL_OUTPUTS.items():
        folder.write(name, output(folder, observations))
        yield folder.path / name


def _speak_otherwise(run_folder: RunFolder) -> bool:
    """Tell whether there are pictures in a language that is not spoken now."""
    drawn = pictures(run_folder.charts)
    return any(it.svg and it.language != spoken() for it in drawn)


def _write_several(a: Sequence[Path], b: Sequence[Path], out: Path | None) -> Path:
    """Write the page of several runs, and return it: two of them are compared."""
    if not b and len(a) == 2:  # noqa: PLR2004 - A and B
        a, b = a[:1], a[1:]
    if out and out.is_dir():
        raise ConfigError([f"{NAME}: --out must be a file, {out} is a folder"])
    folders = run_folders(NAME, [*a, *b])
    if any(folder.drilled for folder in folders):
        shown = f"compare A B says it, and {NAME} RUN DRILLS shows them beside one run"
        raise ConfigError([f"{NAME}: drills have no page of several; {shown}"])
    text = runs_page(several_runs(folders[: len(a)], folders[len(a) :]))
    page = out or folders[-1].path.resolve().parent / RUNS_PAGE
    with cannot("write", page):
        line_file.replace(page, text)
    return page
