"""`python -m runner drills`: see what each pool does when things go wrong."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.markup import escape

import adapters
from runner.cli.chosen_parts import chosen
from runner.cli.complaint import complain
from runner.cli.exit_status import DONE, INCOMPLETE
from runner.drills.drills import DRILLS, carry_out
from runner.drills.scene import Scene
from runner.experiment.planned import planned
from runner.experiment.resources import resources
from runner.report.catalogue import text
from runner.report.drill_tables import said, tables
from runner.report.markdown import markdown
from runner.report.terminal import show_table
from runner.results import new_folder
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import RunFolderError, cannot
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted, Interrupts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console

    from runner.drills.drill import Drill
    from runner.plan.contender import Contender
    from runner.results.observation import Observation

CONNECTIONS = 80
"""Slots of the embedded server."""

FILE = "drills.md"


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench drills",
        description="See what each pool does when things go wrong: what is observed here is all "
        f"there is, nothing is known beforehand. Writes drills.csv and {FILE}.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--adapter", action="append", default=[], metavar="NAME", help="may be repeated")
    add(
        "--drill",
        action="append",
        default=[],
        metavar="NAME",
        help=f"of {', '.join(DRILLS)}; may be repeated",
    )
    add("--out", type=Path, metavar="DIR", default=Path("reports"), help="default: reports")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Carry the drills out, keep each observation as it comes, and print the tables."""
    drills = chosen(options.drill, DRILLS)
    contenders = _contenders(options.adapter or _pools())
    with _scenes(contenders) as scenes:
        with cannot("make a report in", options.out):
            name = f"drills-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
            folder = RunFolder(new_folder.make(options.out, name))
        status = _observe(drills, scenes, folder, console)
    made = tables(folder.observations())
    folder.write(FILE, "\n".join(map(markdown, made)))
    for table in made:
        show_table(console, table)
    console.print(f"report: {escape(str(folder.path))}", soft_wrap=True)
    return status


def _pools() -> list[str]:
    """Name the adapters that have a pool."""
    return [name for name in adapters.names() if adapters.find(name).traits.pools]


def _contenders(names: Sequence[str]) -> Mapping[str, Contender]:
    """Resolve adapters as a configuration would. Raises AdapterError, ConfigError."""
    for name in names:
        adapters.find(name)  # its complaint names no file
    with TemporaryDirectory() as folder:
        config = Path(folder) / "drills.yaml"
        config.write_text(json.dumps({"matrix": {"adapter": list(names)}}), encoding="utf-8")
        known = planned(config, (), ()).contenders
    return {name: known[name] for name in names}


def _observe(
    drills: Sequence[Drill], scenes: Sequence[Scene], folder: RunFolder, console: Console
) -> int:
    """Keep what is observed; an early end is an exit status, and what was observed is kept."""
    try:
        for seen in carry_out(scenes, drills):
            folder.append_observation(seen)
            console.print(escape(_line(seen)), soft_wrap=True)
    except Interrupted as error:
        complain(f"interrupted by {error}")
        return error.status
    except (RunFolderError, ServerError) as error:
        complain(str(error))
        return INCOMPLETE
    return DONE


@contextmanager
def _scenes(contenders: Mapping[str, Contender]) -> Iterator[list[Scene]]:
    """Start a server of our own, and put each adapter before it. Raises ServerError."""
    from runner.server.embedded import EmbeddedServer  # imports what not every system has

    with (
        Interrupts() as interrupts,
        resources(
            lambda watchdog: EmbeddedServer(CONNECTIONS, watchdog=watchdog, interrupts=interrupts),
            interrupts,
        ) as here,
    ):
        yield [
            Scene(contender, here.server, here.watchdog, interrupts, here.logs)
            for contender in contenders.values()
        ]


def _line(seen: Observation) -> str:
    return f"{seen.adapter}, {seen.drill}, {seen.case}: {text(said(seen))}"
