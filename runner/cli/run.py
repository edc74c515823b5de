"""`python -m runner CONFIG`: measure the pools of a configuration and write a report."""

from __future__ import annotations

import argparse
import os
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from runner.cli import going_on, run_help
from runner.cli.complaint import complain
from runner.cli.conclusion import ending, last_line
from runner.cli.dry_run import show_missing, show_plan
from runner.cli.early_end import tell
from runner.cli.exit_status import BROKEN, DONE, INCOMPLETE
from runner.cli.output import lost
from runner.cli.progress import Progress
from runner.cli.refusal import obeyed
from runner.cli.run_report import run_report
from runner.cli.screen import Screen
from runner.cli.steps import Steps
from runner.experiment import session
from runner.experiment.conclusion import conclude
from runner.experiment.experiment import prepare
from runner.experiment.own_workloads import setup
from runner.experiment.planned import planned
from runner.experiment.remaining import remaining
from runner.experiment.resources import resources
from runner.experiment.start import start
from runner.language import ENGLISH, speaking
from runner.messages import message
from runner.report.catalogue import text
from runner.report.markdown import page
from runner.report.terminal import show_section, show_sentences
from runner.results.run_folder import RunFolder
from runner.server.external import ExternalServer
from runner.supervision.interrupts import Interrupted, Interrupts
from runner.supervision.prompt_end import say_when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from runner.experiment.conclusion import Conclusion
    from runner.experiment.experiment import Experiment
    from runner.experiment.planned import Planned
    from runner.experiment.start import Start
    from runner.plan.tasks import Task
    from runner.report.model import Section
    from runner.server.embedded import EmbeddedServer
    from runner.server.server import Server
    from runner.supervision.watchdog import Watchdog

ANSWER = "answer.md"
"""The file of a run with its answer and its tables."""

SPARE_CONNECTIONS = 20
"""Slots of the embedded server beyond those of the cells: the runner's own, and PostgreSQL's."""


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench",
        description="Measure the pools of a configuration and write a report.",
        epilog=run_help.text(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "config",
        type=Path,
        metavar="CONFIG",
        help="a YAML file, or the name of one that comes along, such as matrix: "
        "`poolbench configs` lists them; a file of that name in the current folder wins",
    )
    add("--out", type=Path, metavar="DIR", default=Path("reports"), help="default: reports")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key: rounds=2")
    add("--only", action="append", default=[], metavar="AXIS=VALUE", help="part of the matrix")
    add("--dry-run", action="store_true", help="print the cells and the expected time, and end")
    add("--resume", type=Path, metavar="DIR", help="measure what is missing in this report")
    add("--strict", action="store_true", help="exit status 1 if any row is not ok")
    add("--quiet", action="store_true", help="print only errors and the path of the report")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Plan, measure, conclude and print; see the exit statuses."""
    complaints = partial(text, language=ENGLISH)  # as all complaints of a configuration are
    plan = planned(options.config, options.set, options.only, complaints)
    with speaking(options.language, plan.config.language):
        return obeyed(lambda: _carry_out(plan, options, console))


def _carry_out(plan: Planned, options: argparse.Namespace, console: Console) -> int:
    """Measure, conclude and print, or say what would be measured."""
    if options.dry_run:
        if options.resume:
            show_missing(plan, RunFolder(options.resume), console)
        else:
            show_plan(plan, console)
        return DONE
    began = time.monotonic()
    with start(plan, options.resume) as begun:
        with Interrupts() as interrupts:
            experiment, status = _measured(options, plan, begun, interrupts, console)
        steps = Steps(status)
        folder = experiment.run_folder.path
        say_when(f"while the report was made; every row is in {folder}, --resume makes it anew")
        if interrupts.number is not None and status == DONE:  # it came as the server was stopped
            steps.failed(tell(Interrupted(interrupts.number)))
        return _concluded(options, experiment, steps, began, console)


def _measured(
    options: argparse.Namespace,
    plan: Planned,
    begun: Start,
    interrupts: Interrupts,
    console: Console,
) -> tuple[Experiment, int]:
    """Measure; return the experiment and the exit status so far.

    Until the first measurement every error is raised; from then on none is.
    """
    steps = Steps(DONE)
    with ExitStack() as held:
        available = held.enter_context(
            resources(lambda watchdog: _server(plan, watchdog, interrupts), interrupts)
        )
        experiment = prepare(plan, begun, available, options.out)
        if not options.quiet:
            show_sentences(console, experiment.planned.opening, fold=True)
        screen = Screen(console, _progress(experiment), quiet=options.quiet)
        with steps.step(), screen.show():
            experiment.measure(screen)
        with steps.step():  # the server may be lost, and no measurement with it
            held.close()
    return experiment, steps.status


def _concluded(
    options: argparse.Namespace,
    experiment: Experiment,
    steps: Steps,
    began: float,
    console: Console,
) -> int:
    """Write, print and draw the conclusion from the rows; return the exit status."""
    run_folder = experiment.run_folder
    drawn = _drawn(experiment, steps)
    if drawn:
        _show_conclusion(drawn.conclusion, experiment, options, steps, console)
    with steps.step():
        session.record_share(run_folder, time.monotonic() - began)
    _print_report(run_folder, console)
    if drawn:
        show_sentences(console, [last_line(drawn.conclusion, drawn.expected)])
    if not drawn or drawn.left:
        steps.failed(INCOMPLETE)
        _print_how_to_go_on(options, run_folder.path, drawn)
    if drawn and drawn.conclusion.broken:
        steps.failed(BROKEN)
    if options.strict and drawn and drawn.conclusion.bad:
        steps.failed(INCOMPLETE)
    return steps.status


class Drawn(NamedTuple):
    """A conclusion, and what is missing beside it."""

    conclusion: Conclusion
    expected: int
    """The rows that the run should have."""
    left: Sequence[Task]
    """The groups that are missing."""


def _drawn(experiment: Experiment, steps: Steps) -> Drawn | None:
    """Draw the conclusion from the rows; None where they cannot be read."""
    plan, run_folder = experiment.planned, experiment.run_folder
    with steps.step():
        rows = run_folder.rows()
        rounds = experiment.rule.expected(max((row.round for row in rows.every), default=0))
        left = remaining(plan.tasks(rounds), rows)
        conclusion = conclude(run_folder, plan, experiment.rule)
        return Drawn(conclusion, plan.plan.rows(rounds), left)
    return None


def _show_conclusion(
    conclusion: Conclusion,
    experiment: Experiment,
    options: argparse.Namespace,
    steps: Steps,
    console: Console,
) -> None:
    """Write, print and draw what follows from the rows, as far as that is possible."""
    run_folder = conclusion.run_folder
    with steps.step():
        conclusion.write()
    with steps.step():
        sections = list(ending(conclusion, experiment.planned, experiment.rule))
        _show_ending(sections, options, steps, run_folder, console)
    with steps.step():
        from runner.report.charts.drawing import draw_run

        draw_run(conclusion.rows, conclusion.report, run_folder)
    _write_outputs(conclusion, steps)


def _write_outputs(conclusion: Conclusion, steps: Steps) -> None:
    """Write the page and what other programs read; one that fails takes no other with it."""
    with steps.step():
        from runner.report.outputs.outputs import OUTPUTS, write

        made = run_report(conclusion)
        for name in OUTPUTS:
            with steps.step():
                write(name, made)


def _show_ending(
    sections: Sequence[Section],
    options: argparse.Namespace,
    steps: Steps,
    run_folder: RunFolder,
    console: Console,
) -> None:
    """Write the end of a run as Markdown, and print it."""
    with steps.step():
        run_folder.write(ANSWER, page(sections))
    if not options.quiet:
        for section in sections:
            show_section(console, section)


def _server(plan: Planned, watchdog: Watchdog, interrupts: Interrupts) -> Server:
    server = _plain_server(plan, watchdog, interrupts)
    server.setup = setup(plan.config, plan.plan)
    return server


def _plain_server(
    plan: Planned, watchdog: Watchdog, interrupts: Interrupts
) -> EmbeddedServer | ExternalServer:
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
    cells = sum(map(len, todo))
    limits = sum(len(plan.limits(round_)) for round_ in {task[0][1].round for task in todo})
    baseline = plan.baseline or plan.plan.cells[0].entrant
    return Progress(plan.expected_rows, cells + limits, plan.seconds_of(todo), baseline)


def _print_report(run_folder: RunFolder, console: Console) -> None:
    """Print where the report is, on standard error where the output is lost."""
    where = message("end.report", folder=str(run_folder.path))
    show_sentences(console, [where])
    if lost(console):
        complain(where)


def _print_how_to_go_on(options: argparse.Namespace, folder: Path, drawn: Drawn | None) -> None:
    command = going_on.command(options, folder)
    if drawn is None:
        complain(message("end.unreadable", command=command))
    else:
        complain(message("end.missing", count=len(drawn.left), command=command))
