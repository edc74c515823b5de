"""`python -m runner drills`: see what each pool does when things go wrong."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.cli import early_end, going_on
from runner.cli.chosen_parts import chosen
from runner.cli.complaint import complain
from runner.cli.drill_explain import cases_of, explained
from runner.cli.drill_plan import show_cases
from runner.cli.drill_screen import DrillScreen
from runner.cli.drill_session import DrillSession
from runner.cli.exit_status import DONE, INCOMPLETE
from runner.cli.refusal import obeyed
from runner.cli.steps import Steps
from runner.drills.drills import DRILLS
from runner.drills.several import carry_out_all, every_case
from runner.experiment import drill_start, drilled, environment
from runner.language import speaking
from runner.messages import message
from runner.report.drill_tables import tables
from runner.report.outputs.drill_outputs import DRILL_OUTPUTS
from runner.report.terminal import show_sentences, show_table
from runner.results.run_folder import RunFolder
from runner.supervision.interrupts import Interrupted, Interrupts
from runner.supervision.prompt_end import say_when

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from runner.drills.drill import Drill
    from runner.drills.several import AdapterCase
    from runner.experiment.drilled import Drilled
    from runner.messages import Message
    from runner.results.observation import Observation

AT_A_TIME = 4
"""The most cases that are done at the same time: on each core two, which mostly wait."""


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench drills",
        description="See what each pool does when things go wrong: what is observed here is all "
        f"there is, nothing is known beforehand. Writes drills.csv, {', '.join(DRILL_OUTPUTS)} and "
        "a picture.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "config",
        type=Path,
        nargs="?",
        metavar="CONFIG",
        help="a YAML file as for a run: its adapters and matrix.adapter are what counts, nothing "
        "else; without it every pool that is installed",
    )
    add(
        "--adapter",
        action="append",
        default=[],
        metavar="NAME",
        help="of CONFIG, else registered or package.module:Class; may be repeated",
    )
    add(
        "--drill",
        action="append",
        default=[],
        metavar="NAME",
        help=f"of {', '.join(DRILLS)}, with spaces or dashes; may be repeated",
    )
    add("--out", type=Path, metavar="DIR", default=Path("reports"), help="default: reports")
    add("--dry-run", action="store_true", help="print the cases and the expected time, and end")
    add("--resume", type=Path, metavar="DIR", help="do what is missing in this report")
    add(
        "--explain",
        metavar="DRILL[/CASE]",
        help="print what is done, why it matters, and the code that shows it with the library "
        "alone, such as hygiene/advisory-lock, and end",
    )
    add("--quiet", action="store_true", help="print only errors and the path of the report")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Carry the drills out, or say of them what was asked for."""
    drills = chosen([name.replace("-", " ") for name in options.drill], DRILLS)
    asked = cases_of(options.explain, DRILLS) if options.explain else None
    pools = _drilled(options)
    with speaking(options.language, pools.language):
        if asked:
            return _explain(*asked, pools, console)
        return obeyed(lambda: _drill(drills, pools, options, console))


def _explain(drill: Drill, cases: Sequence[str], pools: Drilled, console: Console) -> int:
    """Print what each of the cases does, why it matters, and its programs."""
    for line in (it for case in cases for it in explained(drill, case, pools)):
        console.print(escape(line), soft_wrap=True)
    return DONE


def _drill(
    drills: Sequence[Drill], pools: Drilled, options: argparse.Namespace, console: Console
) -> int:
    """Carry the drills out, or say what would be done."""
    cases = every_case(pools.contenders, drills)
    if not options.quiet:
        show_sentences(console, _opening(pools, options))
    if options.dry_run:
        show_cases(_missing(cases, _seen_before(pools, options)), _at_a_time(), console)
        return DONE
    return _carry_out(cases, pools, options, console)


def _carry_out(
    cases: Sequence[AdapterCase], pools: Drilled, options: argparse.Namespace, console: Console
) -> int:
    """Do what is missing, keep each observation as it comes, and print the tables."""
    with drill_start.drill_start(pools, options.resume) as start:
        steps = Steps(DONE)
        left = _missing(cases, start.seen())
        screen = DrillScreen(console, left, _at_a_time(), quiet=options.quiet)
        with Interrupts() as interrupts:
            session = DrillSession(start, pools, interrupts, screen, options.out)
            try:
                with screen.show():
                    carry_out_all(left, session.start_server, session, _at_a_time())
            except (Exception, Interrupted) as error:
                if session.folder is None:
                    raise
                steps.failed(early_end.tell(error))
        say_when("while the report was made; every observation is in drills.csv")
        folder = session.folder or RunFolder(options.resume)
        seen = _kept(folder, pools, steps)
        _show(folder, seen, steps, console, quiet=options.quiet)
        show_sentences(console, [message("end.report", folder=str(folder.path))])
        if missing := _missing(cases, seen):
            steps.failed(INCOMPLETE)
            _say_what_is_missing(len(missing), folder, options)
        return steps.status


def _at_a_time() -> int:
    """Count the cases that may be done at the same time here."""
    return min(AT_A_TIME, 2 * len(environment.cores()))


def _drilled(options: argparse.Namespace) -> Drilled:
    """Find the pools that are asked for. Raises ConfigError."""
    if options.config:
        return drilled.configured(options.config, options.adapter)
    return drilled.registered(options.adapter)


def _opening(pools: Drilled, options: argparse.Namespace) -> Iterator[Message]:
    """Yield what is to be known before: the keys that do not count, the pools that are absent."""
    if pools.ignored:
        yield message("drills.ignored", path=str(options.config), keys=pools.ignored)
    if pools.absent:
        yield message("drills.absent", names=pools.absent)


def _seen_before(pools: Drilled, options: argparse.Namespace) -> list[Observation]:
    """Read what is there of a report that is to be resumed. Raises ResumeError, RunFolderError."""
    if not options.resume:
        return []
    folder = RunFolder(options.resume)
    drill_start.going_on(folder, pools.facts())
    return folder.observations()


def _missing(cases: Sequence[AdapterCase], seen: Sequence[Observation]) -> list[AdapterCase]:
    """Find the cases that have not been observed."""
    keys = {it.key for it in seen}
    return [case for case in cases if case.key not in keys]


def _show(
    folder: RunFolder, seen: Sequence[Observation], steps: Steps, console: Console, *, quiet: bool
) -> None:
    """Write tables, a picture and a page of what was seen, and print the tables."""
    with steps.step():
        from runner.report.charts.drawing import draw_observations  # it takes a second

        draw_observations(folder)
    for name, output in DRILL_OUTPUTS.items():
        with steps.step():
            folder.write(name, output(folder, seen))
    for table in [] if quiet else tables(seen):
        show_table(console, table)


def _kept(folder: RunFolder, pools: Drilled, steps: Steps) -> list[Observation]:
    """Put the lines of `drills.csv` in order, and return them."""
    with steps.step():
        seen = _in_order(folder.observations(), pools)
        folder.write_observations(seen)
        return seen
    return []


def _say_what_is_missing(count: int, folder: RunFolder, options: argparse.Namespace) -> None:
    command = going_on.drills_command(options, folder.path)
    complain(message("drills.missing", count=count, command=command))


def _in_order(seen: Sequence[Observation], pools: Drilled) -> list[Observation]:
    """Sort by adapter, drill and case as they are registered, whatever ended first."""
    known = every_case(pools.contenders, list(DRILLS.values()))
    place = {it.key: number for number, it in enumerate(known)}
    return sorted(seen, key=lambda it: place.get(it.key, len(place)))
