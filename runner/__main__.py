"""The command line: reads what was typed, puts the parts together, says how it ended."""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

import adapters
from adapters.base import AdapterError
from runner import arguments, config, environment, filters, matrix, run, session, tables, variants
from runner.check import check
from runner.embedded import EmbeddedServer
from runner.group import Surroundings
from runner.interrupts import Interrupted, Interrupts
from runner.plan import with_control
from runner.progress import Progress
from runner.schedule import expected_seconds
from runner.screen import Screen, duration
from runner.server import ExternalServer, ServerError
from runner.session import ResumeError, Session
from runner.store import Store, StoreError
from runner.summary import paired
from runner.watcher import Watcher
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from adapters.registry import AdapterClass
    from runner.config import Config
    from runner.plan import Plan
    from runner.result import Result
    from runner.server import Server
    from runner.stand import Variant

DONE, INCOMPLETE, REFUSED = 0, 1, 2
SPARE_CONNECTIONS = 20
"""Slots of the embedded server beyond what the cells need: the runner's own, and PostgreSQL's."""

CHECKED_CONNECTIONS = 40
Refused = (config.ConfigError, AdapterError, ServerError, ResumeError, StoreError)
"""What is wrong before anything was measured."""


def main(given: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status: see `python -m runner --help`."""
    typed = list(sys.argv[1:] if given is None else given)
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where the dotted paths of adapters begin
    commands = {"check": _check, "demo": _demo, "charts": _charts, "schema": _schema}
    name = typed[0] if typed and typed[0] in commands else "run"
    options = arguments.parser(name).parse_args(typed[name != "run" :])
    console = Console(highlight=False)
    try:
        return {"run": _run, **commands}[name](options, console)
    except Refused as error:
        _complain(str(error))
        return REFUSED
    except Interrupted as error:
        _complain(f"interrupted by {error} before anything was measured")
        return error.status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read has had enough
        return INCOMPLETE


@dataclass(frozen=True)
class Planned:
    """A configuration that has passed every check."""

    config: Config
    classes: Mapping[str, AdapterClass]
    variants: Mapping[str, Variant]
    plan: Plan

    @property
    def expected(self) -> dict[str, float]:
        """About how many seconds each cell takes, by its id."""
        return {
            cell.id: expected_seconds(cell, self.variants[cell.adapter].traits)
            for cell in self.plan.cells
        }

    def tasks(self, current: Session) -> Iterator[run.Task]:
        """Return everything that is to be measured."""
        return run.tasks(self.plan, self.config.rounds, current.seed, current.number)

    def summary(self) -> dict[str, Any]:
        """Return what a reader of `environment.json` should know of the plan."""
        out = [f"{left.cell.id}: {left.reason}" for left in self.plan.left_out]
        return {"name": self.config.name, "rounds": self.config.rounds, "left_out": out}

    def facts(self) -> dict[str, Any]:
        """Return what must not change within a run."""
        chosen = [cell.id for cell in self.plan.cells]
        return session.facts(config.fingerprint(self.config), chosen, self.classes)


def _planned(options: argparse.Namespace) -> Planned:
    loaded = config.load(options.config, options.set)
    classes = variants.classes(loaded)
    known = variants.variants(loaded, classes)
    traits = {name: variant.traits for name, variant in known.items()}
    profiles = {name: variant.profiles for name, variant in known.items()}
    plan = matrix.expand(
        loaded, traits, WORKLOADS, affinity=environment.can_place(), profiles=profiles
    )
    if loaded.control:
        plan = with_control(plan, loaded.baseline)
        known = variants.with_control(plan, known, loaded.baseline)
    return Planned(loaded, classes, known, filters.only(plan, options.only))


def _run(options: argparse.Namespace, console: Console) -> int:
    planned = _planned(options)
    if options.dry_run:
        _print_plan(planned, console)
        return DONE
    with Interrupts() as interrupts:
        store, status = _measured(options, planned, interrupts, console)
    results = store.results()
    missing = list(run.missing(run.tasks(planned.plan, planned.config.rounds, 0, 0), results))
    if missing and status == DONE:
        status = INCOMPLETE
    _report(store, planned, results, console, quiet=options.quiet)
    if missing:
        _print_how_to_go_on(options, store, len(missing))
    bad = sum(row.bad for row in paired(results))
    return INCOMPLETE if options.strict and bad and status == DONE else status


@dataclass(frozen=True)
class Begun:
    """A new run, or an old one that is gone on with."""

    session: Session
    facts: Mapping[str, Any]
    old: Store | None = None

    def store(self, out: Path, planned: Planned, server: Mapping[str, Any]) -> Store:
        """Return the report with everything in it that is known before the first measurement."""
        if self.old:
            session.changed_server(self.old.environment(), server)
            self.old.mend()
        store = self.old or Store.create(out, planned.config.name, dt.datetime.now(dt.UTC))
        store.write("config.yaml", config.dump(planned.config))
        session.record(store, self.session, self.facts, planned.summary(), server)
        return store


def _begun(planned: Planned, resumed: Path | None) -> Begun:
    facts = planned.facts()
    if resumed is None:
        return Begun(session.begin(planned.config.seed), facts)
    old = Store(resumed)
    return Begun(session.resume(old.environment(), facts), facts, old)


def _measured(
    options: argparse.Namespace, planned: Planned, interrupts: Interrupts, console: Console
) -> tuple[Store, int]:
    """Measure what is to be measured; return the report and the exit status so far.

    Until the first measurement everything that is wrong is raised; from then on nothing is.
    """
    begun = _begun(planned, options.resume)
    with ExitStack() as stack:
        watcher = stack.enter_context(Watcher())
        server = stack.enter_context(_server(planned, watcher))
        server.require(variants.connections_needed(planned.plan, planned.variants))
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="poolbench-logs-")))
        watcher.folder(logs)
        interrupts.check()
        store = begun.store(options.out, planned, server.describe())
        todo = run.missing(planned.tasks(begun.session), store.results())
        screen = Screen(console, _progress(planned, todo), quiet=options.quiet)
        surroundings = Surroundings(
            variants=planned.variants,
            server=server,
            store=store,
            watcher=watcher,
            interrupts=interrupts,
            logs=logs,
            run=begun.session.run,
            seed=begun.session.seed,
            session=begun.session.number,
            deadline=planned.config.deadline,
            cores=environment.cores(),
            announce=screen.begins,
        )
        status = _guarded(todo, surroundings, screen)
    return store, status


def _guarded(todo: Sequence[run.Task], surroundings: Surroundings, screen: Screen) -> int:
    """Measure, and turn whatever ends it early into an exit status: the report is made anyway."""
    try:
        with screen.show():
            run.measure(todo, surroundings, screen.ended)
    except Interrupted as error:
        _complain(f"interrupted by {error}")
        return error.status
    except StoreError as error:
        _complain(f"{error}; these rows found no place in it:\n{error.rows}")
        return INCOMPLETE
    except ServerError as error:
        _complain(f"the server is lost: {error}")
        return INCOMPLETE
    return DONE


def _server(planned: Planned, watcher: Watcher) -> Server:
    chosen = planned.config.server
    if chosen.kind == "dsn":
        return ExternalServer(chosen.expanded(os.environ), keep=planned.config.keep)
    needed = variants.connections_needed(planned.plan, planned.variants)
    return EmbeddedServer(needed + SPARE_CONNECTIONS, chosen.version, chosen.settings, watcher)


def _progress(planned: Planned, todo: Sequence[run.Task]) -> Progress:
    expected = planned.expected
    cells = [cell.id for task in todo for cell, _, _ in task]
    return Progress(expected, len(cells), sum(expected[cell] for cell in cells))


def _report(
    store: Store, planned: Planned, results: Sequence[Result], console: Console, *, quiet: bool
) -> None:
    """Write what follows from the rows, and show what a person wants to see of them."""
    rows = paired(results)
    store.write_summary(rows)
    if not quiet:
        for table in tables.tables(rows):
            console.print(table)
            console.print()
        if planned.config.lesson:
            for table in tables.lesson(rows):
                console.print(table)
                console.print()
        for left in planned.plan.left_out:
            words = f"left out: {left.cell.id}: {left.reason}"
            console.print(escape(words), soft_wrap=True)
        for row in rows:
            if row.bad:
                where = f"round {row.round} {row.cell}"
                words = f"{row.status}: {where}: {row.reason}"
                console.print(escape(words), soft_wrap=True)
    _draw(store, rows)
    console.print(f"report: {escape(str(store.folder))}", soft_wrap=True)
    console.print(_last_line(rows, planned.config.rounds * len(planned.plan.cells)))


def _last_line(rows: Sequence[Result], expected: int) -> str:
    kinds = Counter(str(row.status) for row in rows if row.bad)
    bad = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    whole = f"{len(rows)} of {expected} rows"
    return f"{whole}, {kinds.total()} bad: {bad}" if bad else f"{whole}, all ok"


def _draw(store: Store, rows: Sequence[Result]) -> list[Path]:
    from runner import charts

    return charts.draw(rows, store.charts, title=store.folder.resolve().name)


def _print_how_to_go_on(options: argparse.Namespace, store: Store, groups: int) -> None:
    words = [str(options.config)]
    words += [f"--set {shlex.quote(text)}" for text in options.set]
    words += [f"--only {shlex.quote(text)}" for text in options.only]
    command = f"python -m runner {' '.join(words)} --resume {shlex.quote(str(store.folder))}"
    _complain(f"{groups} groups are missing; to measure them: {command}")


def _print_plan(planned: Planned, console: Console) -> None:
    expected = planned.expected
    for cell in planned.plan.cells:
        console.print(f"{escape(cell.id)}  {duration(expected[cell.id])}", soft_wrap=True)
    for left in planned.plan.left_out:
        console.print(f"left out: {escape(left.cell.id)}: {escape(left.reason)}", soft_wrap=True)
    seconds = sum(expected.values()) * planned.config.rounds
    console.print(
        f"{len(expected)} cells x {planned.config.rounds} rounds, about {duration(seconds)}"
    )


def _charts(options: argparse.Namespace, console: Console) -> int:
    store = Store(options.folder)
    rows = paired(store.results())
    for path in _draw(store, rows):
        console.print(escape(str(path)), soft_wrap=True)
    return DONE


def _schema(options: argparse.Namespace, console: Console) -> int:
    del options, console
    print(json.dumps(config.schema(), indent=2))
    return DONE


def _expanded(dsn: str) -> str:
    return config.Server(kind="dsn", dsn=dsn).expanded(os.environ)


def _tried_on(dsn: str | None, watcher: Watcher) -> Server:
    """Return the server of `check` and `demo`: an embedded one unless a DSN is given."""
    if dsn is None:
        return EmbeddedServer(CHECKED_CONNECTIONS, watcher=watcher)
    return ExternalServer(_expanded(dsn))


def _check(options: argparse.Namespace, console: Console) -> int:
    with Watcher() as watcher, _tried_on(options.server, watcher) as server:
        server.prepare(["check"])
        described = server.describe()
        console.print(f"PostgreSQL {described['version']} ({described['kind']})")
        console.print(escape(str(described["dsn"])), soft_wrap=True)
        found = check(
            adapters.names(), lambda name: server.dsn("check", f"check {name}"), server.secrets
        )
    table = Table("adapter", "versions", "answer")
    for one in found:
        table.add_row(escape(one.adapter), escape(one.versions), escape(one.reason or "ok"))
    console.print(table)
    return INCOMPLETE if any(one.reason for one in found) else DONE


def _demo(options: argparse.Namespace, console: Console) -> int:
    from runner import demo

    adapters.find(options.adapter)
    with Watcher() as watcher, _tried_on(options.server, watcher) as server:
        server.prepare(["demo"])
        lines = demo.run(options.adapter, server.dsn("demo", "demo"))
    table = Table("call", "answer", "pedido", title=f"PedidoDAO over {escape(options.adapter)}")
    for line in lines:
        table.add_row(*map(escape, line))
    console.print(table)
    return DONE


def _complain(message: str) -> None:
    print(f"poolbench: {message}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
