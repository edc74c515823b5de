"""Experiments on one server, of configurations that are plain values; only the rows are kept.

What a run makes besides (round trips on the wire, charts, a page) takes longer than the
measurements of a proof do. The rows come from the same composition.
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
from runner.supervision.interrupts import Interrupts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.experiment.experiment import Experiment
    from runner.experiment.resources import Resources
    from runner.plan.plan import Cell
    from runner.results.cycle import CycleRow
    from runner.results.row import Row, TurnRow
    from runner.results.yardstick import Yardstick

MOST_CONNECTIONS = 200


class NotMeasuredError(Exception):
    """A worker has no answer; the message says which, and why."""


@dataclass(frozen=True)
class Measured:
    """The results of a configuration."""

    rows: list[Row]
    turns: list[TurnRow]
    cycles: list[CycleRow]
    machine: list[Yardstick]
    cell_seconds: float
    """Warm-ups, lead-ins and windows of one cell in all rounds, as planned."""


@dataclass(frozen=True)
class Experiments:
    """A server, and the means to measure on it again and again."""

    resources: Resources

    @contextmanager
    def prepared(self, config: Mapping[str, Any]) -> Iterator[Experiment]:
        """Put the experiment of a configuration together; its folder goes when the block ends.

        `config` is what a YAML file would hold, as plain values. Raises ConfigError, AdapterError,
        ServerError.
        """
        with TemporaryDirectory(prefix="poolbench-proof-") as name:
            folder = Path(name)
            self.resources.watchdog.folder(folder)
            path = folder / "proof.yaml"
            path.write_text(json.dumps({"round_trips": False, **config}), encoding="utf-8")
            plan = planned(path, (), ())
            with start(plan, None) as begun:
                yield prepare(plan, begun, self.resources, folder)
            self.resources.watchdog.removed(folder)

    def measure(self, config: Mapping[str, Any]) -> Measured:
        """Measure a configuration from its first round to its last.

        Raises as `prepared` does, and Interrupted.
        """
        with self.prepared(config) as experiment:
            experiment.measure(Unobserved())
            plan, run_folder = experiment.planned, experiment.run_folder
            seconds = plan.config.rounds * measuring_seconds(plan.plan.cells[0])
            return Measured(
                run_folder.results(),
                run_folder.turns(),
                run_folder.cycles(),
                run_folder.yardsticks(),
                seconds,
            )


class Unobserved:
    """An observer that ignores every row."""

    def begins(self, cell: Cell, round_: int) -> None:
        """Ignore it."""

    def ended(self, result: Row) -> None:
        """Ignore it."""


@contextmanager
def experiments() -> Iterator[Experiments]:
    """Start the server, and stop it at the end. Raises ServerError."""
    from runner.server.embedded import EmbeddedServer  # imports what not every system has

    with (
        Interrupts() as interrupts,
        resources(
            lambda watchdog: EmbeddedServer(
                MOST_CONNECTIONS, watchdog=watchdog, interrupts=interrupts
            ),
            interrupts,
        ) as available,
    ):
        yield Experiments(available)
