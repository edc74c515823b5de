"""`python -m runner check`: open, check and close the pool of every adapter on a server."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.markup import escape

import adapters
from adapters.base import AdapterError, PoolOptions
from runner.cli.exit_status import DONE, INCOMPLETE
from runner.cli.trial import Trial
from runner.cli.tried_server import SERVER_HELP, tried_server
from runner.messages import message
from runner.redaction import masked
from runner.report.model import Column, Row, Table
from runner.report.terminal import show_table
from runner.server.dsn import ServerError
from runner.server.shell import set_aside
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from adapters.base import PoolAdapter
    from runner.report.model import Cell

OPTIONS = PoolOptions(min_size=1, max_size=2, timeout=5.0)


@dataclass(frozen=True)
class Checked:
    """An adapter that was tried; `reason` is empty where it works."""

    adapter: str
    versions: Cell
    reason: str


def check(names: Sequence[str], key: str, trial: Trial) -> list[Checked]:
    """Try every adapter on the table of a key; an error of one stops no other.

    Raises Interrupted, ServerError.
    """
    return [_check(name, trial.server.dsn(key, f"check {name}"), trial) for name in names]


def _check(name: str, dsn: str, trial: Trial) -> Checked:
    try:
        adapter = adapters.find(name)
    except AdapterError as error:
        return Checked(name, "", str(error))
    versions = adapters.driver_version(adapter) or message("check.no_driver")
    try:
        trial.of(lambda: adapters.play(_prove, adapters.create(name, dsn, OPTIONS)))
    except ServerError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        text = " ".join(f"{type(error).__name__}: {error}".split())
        return Checked(name, versions, masked(text, trial.server.secrets))
    return Checked(name, versions, "")


async def _prove(pool: PoolAdapter[Any]) -> None:
    await pool.check()


def table(answers: Iterable[Checked]) -> Table:
    """Return a row for each adapter."""
    headings = (message("check.adapter"), message("check.versions"), message("check.answer"))
    return Table(
        title=None,
        columns=[Column(heading) for heading in headings],
        rows=[
            Row([answer.adapter, answer.versions, answer.reason or message("check.ok")])
            for answer in answers
        ],
    )


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench check",
        description="Open the pool of every adapter, check it and close it.",
        allow_abbrev=False,
    )
    parser.add_argument("--server", metavar="DSN", default="embedded", help=SERVER_HELP)
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Try every adapter and print a table."""
    with (
        Interrupts() as interrupts,
        Watchdog() as watchdog,
        tried_server(options.server, watchdog, interrupts) as server,
        set_aside(),
    ):
        server.prepare(["check"])
        described = server.describe()
        console.print(f"PostgreSQL {described['version']} ({described['kind']})")
        console.print(escape(str(described["dsn"])), soft_wrap=True)
        answers = check(adapters.names(), "check", Trial(server, interrupts))
    interrupts.check()
    show_table(console, table(answers))
    return INCOMPLETE if any(answer.reason for answer in answers) else DONE
