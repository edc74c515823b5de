"""Measures as a run does, many times on one server, and keeps nothing but the rows.

What a run makes besides (round trips on the wire, charts, a page) takes longer than these
measurements do. The rows come from the same code.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from runner.experiment import environment, session
from runner.experiment.planned import planned
from runner.measure import limit, rounds
from runner.measure.group import Surroundings
from runner.measure.machine_speed import Machine
from runner.plan.schedule import measuring_seconds
from runner.results.run_folder import Store
from runner.server.embedded import EmbeddedServer
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.experiment.planned import Planned
    from runner.results.row import Result
    from runner.results.yardstick import Yardstick
    from runner.server.external import Server

MOST_CONNECTIONS = 200


@dataclass(frozen=True)
class Found:
    """What a configuration gave."""

    rows: list[Result]
    machine: list[Yardstick]
    cell_seconds: float
    """Warm-ups, lead-ins and windows of one cell in all rounds, as planned."""


@dataclass(frozen=True)
class Laboratory:
    """A server, and what else every measurement needs."""

    server: Server
    watcher: Watcher
    interrupts: Interrupts

    def measure(self, values: Mapping[str, Any]) -> Found:
        """Measure a configuration: what a YAML file would say, as plain values."""
        with TemporaryDirectory(prefix="poolbench-proof-") as folder:
            self.watcher.folder(Path(folder))
            path = Path(folder) / "proof.yaml"
            path.write_text(json.dumps(values), encoding="utf-8")
            chosen = planned(path, (), ())
            store = Store.create(Path(folder), "proof", dt.datetime.now(dt.UTC))
            self._measure(chosen, store)
            self.watcher.removed(Path(folder))
            seconds = chosen.config.rounds * measuring_seconds(chosen.plan.cells[0])
            return Found(store.results(), store.yardsticks(), seconds)

    def _measure(self, chosen: Planned, store: Store) -> None:
        begun = session.begin(chosen.config.seed)
        machine = Machine(self.server, store, begun.number)
        surroundings = Surroundings(
            variants=chosen.variants,
            server=self.server,
            store=store,
            watcher=self.watcher,
            interrupts=self.interrupts,
            logs=store.folder,
            run=begun.run,
            seed=begun.seed,
            session=begun.number,
            deadline=chosen.config.deadline,
            cores=environment.cores(),
            announce=_nothing,
            round_trip=machine.round_trip,
        )
        around = rounds.Around(
            limit=partial(limit.measure_round, surroundings, chosen.pgbench, chosen.limits),
            ended=_nothing,
            yardstick=machine.measure,
            enough=_never,
        )
        todo = chosen.tasks(chosen.config.rounds, begun.seed, begun.number)
        rounds.measure(todo, surroundings, around)


def _nothing(*_: object) -> None:
    """Nobody waits for the single rows."""


def _never(_: int) -> bool:
    """All rounds are measured."""
    return False


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """Start the server, and stop it at the end."""
    with (
        Interrupts() as interrupts,
        Watcher() as watcher,
        EmbeddedServer(MOST_CONNECTIONS, watcher=watcher) as server,
    ):
        yield Laboratory(server, watcher, interrupts)
