"""The command line: reads what was typed, puts the parts together, says how it ended."""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

import adapters
from adapters.base import AdapterError
from runner import (
    arguments,
    changes,
    config,
    environment,
    limit,
    run,
    session,
    variants,
    wire,
)
from runner.across import across, differences, parse
from runner.check import check
from runner.conclusion import Conclusion, compared, conclude, show
from runner.course import Course
from runner.embedded import EmbeddedServer
from runner.group import Surroundings
from runner.interrupts import Interrupted, Interrupts
from runner.machine import Machine
from runner.planned import LIMIT_SECONDS, planned
from runner.progress import Progress
from runner.screen import Screen, duration
from runner.server import ExternalServer, ServerError
from runner.session import ResumeError, Session
from runner.statistic import LOOKS
from runner.store import Store, StoreError
from runner.summary import paired
from runner.watcher import Watcher

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from runner.planned import Planned
    from runner.server import Server

DONE, INCOMPLETE, REFUSED, BROKEN = 0, 1, 2, 99
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
    commands = {
        "check": _check,
        "demo": _demo,
        "charts": _charts,
        "compare": _compare,
        "schema": _schema,
    }
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


def _run(options: argparse.Namespace, console: Console) -> int:
    chosen = planned(options.config, options.set, options.only)
    if options.dry_run:
        _print_plan(chosen, console)
        return DONE
    began = time.monotonic()
    with Interrupts() as interrupts:
        store, course, status = _measured(options, chosen, interrupts, console)
    results = store.results()
    rounds = course.expected(max((row.round for row in results), default=0))
    missing = list(run.missing(chosen.tasks(rounds), results))
    if missing and status == DONE:
        status = INCOMPLETE
    found = conclude(store, chosen, course)
    found.write()
    if not options.quiet:
        show(found, chosen, course, console)
    found.draw()
    session.record_share(store, time.monotonic() - began)
    console.print(f"report: {escape(str(store.folder))}", soft_wrap=True)
    console.print(found.last_line(rounds * len(chosen.plan.cells)))
    if missing:
        _print_how_to_go_on(options, store, len(missing))
    if status == DONE and found.broken:
        return BROKEN
    return INCOMPLETE if options.strict and found.bad and status == DONE else status


@dataclass(frozen=True)
class Begun:
    """A new run, or an old one that is gone on with."""

    session: Session
    facts: Mapping[str, Any]
    old: Store | None = None

    def store(self, out: Path, chosen: Planned, server: Mapping[str, Any]) -> Store:
        """Return the report with everything in it that is known before the first measurement."""
        if self.old:
            session.changed_server(self.old.environment(), server)
            self.old.mend()
        store = self.old or Store.create(out, chosen.config.name, dt.datetime.now(dt.UTC))
        store.write("config.yaml", config.dump(chosen.config))
        session.record(store, self.session, self.facts, chosen.summary(), server)
        return store


def _begun(chosen: Planned, resumed: Path | None) -> Begun:
    facts = chosen.facts()
    if resumed is None:
        return Begun(session.begin(chosen.config.seed), facts)
    old = Store(resumed)
    return Begun(session.resume(old.environment(), facts), facts, old)


def _measured(
    options: argparse.Namespace, chosen: Planned, interrupts: Interrupts, console: Console
) -> tuple[Store, Course, int]:
    """Measure what is to be measured; return the report, its rounds and the exit status so far.

    Until the first measurement everything that is wrong is raised; from then on nothing is.
    """
    begun = _begun(chosen, options.resume)
    with ExitStack() as stack:
        watcher = stack.enter_context(Watcher())
        server = stack.enter_context(_server(chosen, watcher))
        server.require(variants.connections_needed(chosen.plan, chosen.variants))
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="poolbench-logs-")))
        watcher.folder(logs)
        interrupts.check()
        store = begun.store(options.out, chosen, server.describe())
        course = Course(chosen.config, chosen.adapters, store.results)
        tasks = chosen.tasks(course.most, begun.session.seed, begun.session.number)
        todo = run.missing(tasks, store.results())
        course.already = todo[0][0][1].round - 1 if todo else 0
        if course.enough(course.already):
            todo = []  # a precise run that is gone on with may be over already
        screen = Screen(console, _progress(chosen, todo), quiet=options.quiet)
        machine = Machine(server, store, begun.session.number)
        surroundings = Surroundings(
            variants=chosen.variants,
            server=server,
            store=store,
            watcher=watcher,
            interrupts=interrupts,
            logs=logs,
            run=begun.session.run,
            seed=begun.session.seed,
            session=begun.session.number,
            deadline=chosen.config.deadline,
            cores=environment.cores(),
            announce=screen.begins,
            round_trip=machine.round_trip,
        )
        beside = run.Around(
            limit=partial(limit.measure_round, surroundings, chosen.pgbench, chosen.limits),
            ended=screen.ended,
            yardstick=machine.measure,
            enough=course.enough,
            counts_round_trips=chosen.config.round_trips,
        )
        status = _guarded(todo, surroundings, beside, screen)
    return store, course, status


def _guarded(
    todo: Sequence[run.Task], surroundings: Surroundings, around: run.Around, screen: Screen
) -> int:
    """Measure, and turn whatever ends it early into an exit status: the report is made anyway."""
    try:
        with screen.show():
            if around.counts_round_trips:
                _count_round_trips(todo, surroundings)
            run.measure(todo, surroundings, around)
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


def _count_round_trips(todo: Sequence[run.Task], around: Surroundings) -> None:
    """Count what operations cost on the wire, once a run."""
    if not todo or around.store.round_trips():
        return
    means = wire.Means(
        around.variants, around.server, around.watcher, around.interrupts, around.logs, around.run
    )
    cells = [cell for task in todo for cell, _, _ in task]
    around.store.write_lines("roundtrips.csv", wire.count(cells, means))


def _server(chosen: Planned, watcher: Watcher) -> Server:
    wanted = chosen.config.server
    if wanted.kind == "dsn":
        return ExternalServer(wanted.expanded(os.environ), keep=chosen.config.keep)
    needed = variants.connections_needed(chosen.plan, chosen.variants)
    return EmbeddedServer(needed + SPARE_CONNECTIONS, wanted.version, wanted.settings, watcher)


def _progress(chosen: Planned, todo: Sequence[run.Task]) -> Progress:
    expected = chosen.expected
    cells = [cell.id for task in todo for cell, _, _ in task]
    limits = len(chosen.limits) * len({task[0][1].round for task in todo})
    seconds = sum(expected[cell] for cell in cells) + limits * LIMIT_SECONDS
    return Progress(expected, len(cells) + limits, seconds)


def _print_how_to_go_on(options: argparse.Namespace, store: Store, groups: int) -> None:
    words = [str(options.config)]
    words += [f"--set {shlex.quote(text)}" for text in options.set]
    words += [f"--only {shlex.quote(text)}" for text in options.only]
    command = f"python -m runner {' '.join(words)} --resume {shlex.quote(str(store.folder))}"
    _complain(f"{groups} groups are missing; to measure them: {command}")


def _print_plan(chosen: Planned, console: Console) -> None:
    for cell, seconds in chosen.expected.items():
        console.print(f"{escape(cell)}  {duration(seconds)}", soft_wrap=True)
    for left in chosen.plan.left_out:
        console.print(f"left out: {escape(left.cell.id)}: {escape(left.reason)}", soft_wrap=True)
    each, cells, settings = chosen.expected_round, len(chosen.plan.cells), chosen.config
    if settings.precision is None:
        rounds, seconds = f"{settings.rounds} rounds", each * settings.rounds
    else:
        rounds = f"{LOOKS[0]} to {LOOKS[-1]} rounds"
        seconds = min(settings.budget, each * LOOKS[-1])
    console.print(f"{cells} cells x {rounds}, about {duration(seconds)}")


def _charts(options: argparse.Namespace, console: Console) -> int:
    store = Store(options.folder)
    for path in Conclusion(store, paired(store.results()), compared(store)).draw():
        console.print(escape(str(path)), soft_wrap=True)
    return DONE


def _compare(options: argparse.Namespace, console: Console) -> int:
    conditions = [parse(text) for text in options.fail_if]
    a, b = Store(options.a), Store(options.b)
    found = across(a.results(), b.results(), absolute=options.absolute)
    for condition in conditions:
        if not any(map(condition.judges, found.changes)):
            hint = "" if options.absolute else " (absolute figures need --absolute)"
            raise config.ConfigError(
                [f"--fail-if {condition.text}: no cell of both runs has such an interval{hint}"]
            )
    for sentence in [*differences(a.environment(), b.environment()), *found.sentences()]:
        console.print(escape(sentence), soft_wrap=True)
    console.print(changes.table(found))
    broken = [
        f"{condition.text}: {change.cell}: {change.words}"
        for condition in conditions
        for change in found.changes
        if condition.broken_by(change)
    ]
    for sentence in broken:
        console.print(escape(sentence), soft_wrap=True)
    return BROKEN if broken else DONE


def _schema(options: argparse.Namespace, console: Console) -> int:
    del options, console
    print(json.dumps(config.schema(), indent=2))
    return DONE


def _tried_on(typed: str, watcher: Watcher) -> Server:
    """Return the server of `check` and `demo`: the embedded one, or that of a DSN."""
    server = config.server(typed, "--server")
    if server.kind == "dsn":
        return ExternalServer(server.expanded(os.environ))
    return EmbeddedServer(CHECKED_CONNECTIONS, watcher=watcher)


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
