"""The memory of a worker before and after a long cell: what it keeps must not grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.measure.cell_run import cell_run
from runner.proof.experiments import NotMeasuredError
from runner.report.catalogue import text
from runner.worker.protocol import OpenOrder, TurnOrder

if TYPE_CHECKING:
    from runner.measure.cell_run import CellRun
    from runner.proof.experiments import Experiments

OPERATIONS = 50_000_000
LONGEST = 3600.0
"""Seconds that they may take."""
CONFIG = {"matrix": {"adapter": "noop", "workload": "checkout", "clients": 1}, "limit": False}


@dataclass(frozen=True)
class MemoryUse:
    """Resident memory of a worker, in bytes."""

    operations: int
    before: int
    after: int


def measure(experiments: Experiments, operations: int = OPERATIONS) -> MemoryUse:
    """Let one client on `noop` do that many operations in a worker.

    Raises ServerError, NotMeasuredError, Interrupted.
    """
    order = OpenOrder("noop", "", 1, 1, 1.0, "equal", {}, "checkout", 1, "overhead", "seed")
    with (
        experiments.prepared(CONFIG) as experiment,
        cell_run(order, experiment.context) as run,
    ):
        run.open("")
        before = _memory_after(run, TurnOrder(0, 0.0, operations=1))
        after = _memory_after(run, TurnOrder(1, 0.0, operations=operations, patience=LONGEST))
        return MemoryUse(operations, before, after)


def _memory_after(run: CellRun, order: TurnOrder) -> int:
    record = run.turn(order) if run.lives else None
    if record is not None:
        run.judge()
    memory = run.rss()
    if memory is None:
        raise NotMeasuredError(f"the memory of a long cell was not measured: {text(run.reason)}")
    return memory
