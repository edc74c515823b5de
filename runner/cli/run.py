"""`python -m runner CONFIG`: measure the pools of a configuration and write a report."""

from __future__ import annotations

import argparse
import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.cli.complaint import complain
from runner.cli.conclusion import ending, last_line
from runner.cli.dry_run import show_plan
from runner.cli.exit_status import BROKEN, DONE, EXIT_STATUS, INCOMPLETE
from runner.cli.progress import Progress
from runner.cli.screen import Screen
from runner.experiment import session
from runner.experiment.conclusion import conclude
from runner.experiment.experiment import prepare
from runner.experiment.planned import planned
from runner.experiment.remaining import remaining
from runner.experiment.resources import resources
from runner.experiment.start import start
from runner.report.catalogue import text
from runner.report.markdown import page
from runner.report.terminal import show_section, show_sentences
from runner.results.run_folder_error import RunFolderError
from runner.server.dsn import ServerError
from runner.server.external import ExternalServer
from runner.supervision.interrupts import Interrupted, Interrupts
from runner.supervision.prompt_end import say_when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from runner.experiment.experiment import Experiment
    from runner.experiment.planned import Planned
    from runner.report.model import Section
    from runner.results.run_folder import RunFolder
    from runner.server.server import Server
    from runner.supervision.watchdog import Watchdog

COMMANDS = """\
other commands, each with a --help of its own:
  poolbench check [--server DSN]                    can every adapter reach the server?
  poolbench demo [--adapter NAME] [--server DSN]    the smallest real use of a pool
  poolbench charts DIR                              draw the charts of a run again
  poolbench compare DIR_A DIR_B [--fail-if ...]     what changed from one run to another
  poolbench terms                                   what each profile of every adapter sets
  poolbench schema                                  the JSON Schema of a configuration
  poolbench terms                                   what each profile sets in every adapter
  poolbench proof [part ...]                        hold the numbers against known truths
  poolbench overhead [part ...] [--out FILE]        what the harness itself costs
  poolbench turns [--cycles N]                      how long a turn should be
"""

ANSWER = "answer.md"
"""The file of a run with its answer and its tables."""

SPARE_CONNECTIONS = 20
"""Slots of the embedded server beyond those of the cells: the runner's own, and PostgreSQL's."""


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench",
        description="Measure the pools of a configuration and write a report.",
        epilog=f"{COMMANDS}\n{EXIT_STATUS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("config", type=Path, metavar="CONFIG", help="a YAML file, such as configs/matrix.yaml")
    add("--out", type=Path, metavar="DIR", default=Path("reports"), help="default: reports")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key: rounds=2")
    add("--only", action="append", default=[], metavar="AXIS=VALUE", help="part of the matrix")
    add("--dry-run", action="store_true", help="print the cells and the expected time, and end")
    add("--resume", type=Path, metavar="DIR", help="measure what is missing in this report")
    add("--strict", action="store_true", help="exit status 1 if any row is not ok")
    add("--quiet", action="store_true", help="print only errors and the path of the report")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Measure, conclude and print; see the exit statuses."""
    plan = planned(options.config, options.set, options.only, text)
    if options.dry_run:
        show_plan(plan, console)
        return DONE
    began = time.monotonic()
    with Interrupts() as interrupts:
        experiment, status = _measured(options, plan, interrupts, console)
    folder = experiment.run_folder.path
    say_when(f"while the report was made; every row is in {folder}, --resume makes it anew")
    if status == DONE and interrupts.number is not None:  # it came while the server was stopped
        status = _interrupted(Interrupted(interrupts.number))
    return _concluded(options, experiment, status, began, console)


def _interrupted(by: Interrupted) -> int:
    complain(f"interrupted by {by}")
    return by.status


def _measured(
    options: argparse.Namespace, plan: Planned, interrupts: Interrupts, console: Console
) -> tuple[Experiment, int]:
    """Measure; return the experiment and the exit status so far.

    Until the first measurement every error is raised; from then on none is.
    """
    begun = start(plan, options.resume)
    with resources(lambda watchdog: _server(plan, watchdog, interrupts), interrupts) as available:
        experiment = prepare(plan, begun, available, options.out)
        if not options.quiet:
            show_sentences(console, plan.opening, fold=True)
        screen = Screen(console, _progress(experiment), quiet=options.quiet)
        return experiment, _guarded(experiment, screen)


def _guarded(experiment: Experiment, screen: Screen) -> int:
    """Measure, and turn an early end into an exit status: the report is made anyway."""
    try:
        with screen.show():
            experiment.measure(screen)
    except Interrupted as error:
        return _interrupted(error)
    except RunFolderError as error:
        lost = f"; these rows found no place in it:\n{error.rows}" if error.rows else ""
        complain(f"{error}{lost}")
        return INCOMPLETE
    except ServerError as error:
        complain(f"the server is lost: {error}")
        return INCOMPLETE
    return DONE


def _concluded(
    options: argparse.Namespace,
    experiment: Experiment,
    status: int,
    began: float,
    console: Console,
) -> int:
    """Write, print and draw the conclusion from the rows; return the exit status."""
    plan, run_folder = experiment.planned, experiment.run_folder
    rows = run_folder.rows()
    rounds = experiment.rule.expected(max((row.round for row in rows.every), default=0))
    left = remaining(plan.tasks(rounds), rows)
    if left and status == DONE:
        status = INCOMPLETE
    conclusion = conclude(run_folder, plan, experiment.rule)
    conclusion.write()
    _show_ending(list(ending(conclusion, plan, experiment.rule)), options, run_folder, console)
    from runner.report.charts.drawing import draw_run

    draw_run(conclusion.rows, conclusion.report, run_folder)
    session.record_share(run_folder, time.monotonic() - began)
    console.print(f"report: {escape(str(run_folder.path))}", soft_wrap=True)
    show_sentences(console, [last_line(conclusion, plan.plan.rows(rounds))])
    if left:
        _print_how_to_resume(options, run_folder.path, len(left))
    if status == DONE and conclusion.broken:
        return BROKEN
    return INCOMPLETE if options.strict and conclusion.bad and status == DONE else status


def _show_ending(
    sections: Sequence[Section],
    options: argparse.Namespace,
    run_folder: RunFolder,
    console: Console,
) -> None:
    """Write the end of a run as Markdown, and print it."""
    run_folder.write(ANSWER, page(sections))
    if not options.quiet:
        for section in sections:
            show_section(console, section)


def _server(plan: Planned, watchdog: Watchdog, interrupts: Interrupts) -> Server:
    wanted = plan.config.server
    if wanted.kind == "dsn":
        return ExternalServer(
            wanted.expanded(os.environ),
            direct=wanted.expanded_direct(os.environ),
            keep=plan.config.keep,
            interrupts=interrupts,
        )
    from runner.server.embedded import EmbeddedServer  # imports what not every system has

    slots = plan.connections + SPARE_CONNECTIONS
    return EmbeddedServer(slots, wanted.version, wanted.settings, watchdog, interrupts)


def _progress(experiment: Experiment) -> Progress:
    plan, todo = experiment.planned, experiment.todo
    expected = plan.expected_rows
    cells = [cell.id for task in todo for cell, _, _ in task]
    limits = sum(len(plan.limits(round_)) for round_ in {task[0][1].round for task in todo})
    seconds = sum(expected[cell] for cell in cells) + limits * plan.expected_limit
    return Progress(expected, len(cells) + limits, seconds)


def _print_how_to_resume(options: argparse.Namespace, folder: Path, groups: int) -> None:
    words = [str(options.config)]
    words += [f"--set {shlex.quote(text)}" for text in options.set]
    words += [f"--only {shlex.quote(text)}" for text in options.only]
    command = f"python -m runner {' '.join(words)} --resume {shlex.quote(str(folder))}"
    complain(f"{groups} groups are missing; to measure them: {command}")
