"""Measures as a run does, many times on one server, and keeps nothing but the rows.

What a run makes besides (round trips on the wire, charts, a page) takes longer than these
measurements do. The rows come from the same code.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from runner.experiment.experiment import prepare
from runner.experiment.planned import planned
from runner.experiment.resources import resources
from runner.experiment.start import start
from runner.plan.schedule import measuring_seconds
from runner.server.embedded import EmbeddedServer
from runner.supervision.interrupts import Interrupts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.experiment.resources import Resources
    from runner.plan.plan import Cell
    from runner.results.row import Row
    from runner.results.yardstick import Yardstick

MOST_CONNECTIONS = 200


@dataclass(frozen=True)
class Found:
    """What a configuration gave."""

    rows: list[Row]
    machine: list[Yardstick]
    cell_seconds: float
    """Warm-ups, lead-ins and windows of one cell in all rounds, as planned."""


@dataclass(frozen=True)
class Laboratory:
    """A server, and what else every measurement needs."""

    resources: Resources

    def measure(self, values: Mapping[str, Any]) -> Found:
        """Measure a configuration: what a YAML file would say, as plain values."""
        with TemporaryDirectory(prefix="poolbench-proof-") as folder:
            self.resources.watchdog.folder(Path(folder))
            path = Path(folder) / "proof.yaml"
            path.write_text(json.dumps({"round_trips": False, **values}), encoding="utf-8")
            plan = planned(path, (), ())
            experiment = prepare(plan, start(plan, None), self.resources, Path(folder))
            experiment.measure(Unobserved())
            self.resources.watchdog.removed(Path(folder))
            seconds = plan.config.rounds * measuring_seconds(plan.plan.cells[0])
            run_folder = experiment.run_folder
            return Found(run_folder.results(), run_folder.yardsticks(), seconds)


class Unobserved:
    """Nobody waits for the single rows."""

    def begins(self, cell: Cell, round_: int) -> None:
        """Take no note."""

    def ended(self, result: Row) -> None:
        """Take no note."""


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """Start the server, and stop it at the end."""
    with (
        Interrupts() as interrupts,
        resources(
            lambda watchdog: EmbeddedServer(MOST_CONNECTIONS, watchdog=watchdog), interrupts
        ) as available,
    ):
        yield Laboratory(available)
