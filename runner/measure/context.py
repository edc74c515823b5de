"""The context of every measurement of a session, put together once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from runner.axes import Conditions
    from runner.own_sql.statement import Statement
    from runner.plan.contender import Contender
    from runner.plan.plan import Cell
    from runner.results.run_folder import RunFolder
    from runner.server.pgbouncer_program import Program
    from runner.server.server import Server
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog


@dataclass(frozen=True)
class Context:
    """A server, the contenders, where results go, and the means to end what was started."""

    contenders: Mapping[str, Contender]
    server: Server
    run_folder: RunFolder
    watchdog: Watchdog
    interrupts: Interrupts
    logs: Path
    """The folder for the output of workers."""
    run: str
    """A few characters that tell this run from another one on the same server."""
    seed: int
    session: int
    deadline: float | None
    """Seconds that a cell may take in a round, None where its orders alone limit it."""
    cores: Sequence[int]
    statements: Mapping[str, Statement] = field(default_factory=dict)
    """Workload -> the user's own statement."""
    found: Mapping[str, float] = field(default_factory=dict)
    """Name of the conditions without a rate -> the highest that the baseline serves there."""
    pooler: Program | None = None
    """The PgBouncer of cells that have one between themselves and the server."""
    announce: Callable[[Cell, int], None] = lambda _cell, _round: None
    """Called with a cell and its round before it is measured."""
    round_trip: Callable[[], float | None] = lambda: None
    """Give the seconds of the shortest bare exchange so far."""

    def server_cores(self, cpus: str, processes: int) -> Sequence[int] | None:
        """Return the cores that the server has to itself; None where it shares all of them.

        `processes` are the most of all cells that it serves meanwhile: they have a core each, the
        last ones, so that it has the same for all of these cells.
        """
        return self.cores[:-processes] if cpus == "one" else None

    def rate(self, conditions: Conditions) -> float | None:
        """Return the operations that arrive in a second; None in a closed loop.

        None, too, for a share of a rate that was not found.
        """
        rate = conditions.rate
        if rate is None or not rate.is_share:
            return rate and rate.number
        found = self.found.get(conditions.unpaced().name())
        return found and rate.number * found
