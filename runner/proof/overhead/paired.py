"""The slices of a worker's loop and of bare ones, in fresh processes on a core of their own."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from runner.experiment import environment
from runner.measure.startup import Startup
from runner.measure.worker_process import CellError, WorkerProcess
from runner.proof.base_config import ADAPTERS, CONNECTIONS
from runner.proof.experiments import NotMeasuredError
from runner.proof.overhead.paces import LOOPS, TWO, Setting
from runner.worker.protocol import OpenOrder, PlayOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.experiment.resources import Resources
    from runner.proof.overhead.paces import Cycles
    from runner.server.server import Server

LEAD_IN, SLICE = 0.015, 0.08
"""Seconds; the lead-in does not count."""
ERROR_PAUSE, TIMEOUT = 0.01, 5.0
"""Seconds, as in every run: after a failure, and for a connection to come free."""
SLICE_AT_MOST = 5.0
"""Seconds that a slice may take with all that is around it."""
OPEN_SECONDS = 30.0
KEY = "overhead"
STARTUP = Startup("settled")
"""Both loops have it, as every cell has unless its configuration says otherwise (METHOD 22)."""


@dataclass(frozen=True)
class Comparison:
    """The loops that are compared, over which pools, and how often."""

    settings: Sequence[Setting]
    loops: Sequence[str]
    rounds: int = 8
    """The number of fresh processes for each setting."""
    cycles: int = 16
    """The number of slices of each loop in one of them; one more warms up."""


CLIENTS = (1, 5, 10, 50)
DRIVERS = Comparison([Setting(name, number) for name in ADAPTERS for number in CLIENTS], TWO)
LAYER_BY_LAYER = Comparison([Setting(name, 10) for name in ADAPTERS], LOOPS)


def measure(
    comparison: Comparison,
    resources: Resources,
    done: Callable[[int], None] = lambda _round: None,
) -> dict[Setting, list[Cycles]]:
    """Measure every setting once a round, in shuffled order.

    `done` is called with the number of each round that is over. Raises ServerError,
    NotMeasuredError, Interrupted.
    """
    settings = comparison.settings
    measured: dict[Setting, list[Cycles]] = {setting: [] for setting in settings}
    with _server_apart(resources.server):
        for round_ in range(1, comparison.rounds + 1):
            for setting in Random(round_).sample(settings, len(settings)):
                measured[setting].append(_process(comparison, resources, setting, round_))
            done(round_)
    return measured


def _process(comparison: Comparison, resources: Resources, setting: Setting, round_: int) -> Cycles:
    """Measure the slices of one fresh process; its first cycle is not among them."""
    server, order = resources.server, _play_order(comparison, setting, round_)
    log = resources.logs / f"{KEY}.log"
    slices = (comparison.cycles + 1) * len(comparison.loops)
    server.prepare([KEY])
    try:
        watchdog, interrupts = resources.watchdog, resources.interrupts
        with WorkerProcess(log, watchdog, interrupts, STARTUP) as worker:
            worker.open(_open_order(setting, server.dsn(KEY, KEY)), OPEN_SECONDS)
            cycles: Cycles = worker.play(order, SLICE_AT_MOST * slices)
    except CellError as error:
        where = str(setting)
        raise NotMeasuredError(f"the overhead was not measured ({where}): {error}") from error
    finally:
        server.discard([KEY])
    return cycles[1:]


def _open_order(setting: Setting, dsn: str) -> OpenOrder:
    return OpenOrder(
        setting.adapter,
        dsn,
        CONNECTIONS,
        CONNECTIONS,
        TIMEOUT,
        "equal",
        {},
        "insert",
        setting.clients,
        KEY,
        seed=KEY,
        cpus=tuple(environment.cores()[-1:]) if environment.can_place() else (),
    )


def _play_order(comparison: Comparison, setting: Setting, round_: int) -> PlayOrder:
    return PlayOrder(
        "runner.proof.overhead.slices:take",
        {
            "loops": list(comparison.loops),
            "cycles": comparison.cycles + 1,
            "seed": f"{round_}/{setting}",
            "adapter": setting.adapter,
            "clients": setting.clients,
            "error_pause": ERROR_PAUSE,
            "lead_in": LEAD_IN,
            "length": SLICE,
        },
    )


@contextmanager
def _server_apart(server: Server) -> Iterator[None]:
    """Keep the server off the core of the client where the platform can (METHOD 12)."""
    server.keep_to(environment.cores()[:-1] if environment.can_place() else None)
    try:
        yield
    finally:
        server.keep_to(None)
