"""The disturbances that faults of a matrix are: one of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.measure.faults import kill
from runner.measure.faults.changed_network import ChangedNetwork
from runner.measure.faults.outage import Down, Frozen, IdleTimeout, NoSlots
from runner.server.network.state import NetworkState, Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.fault import Fault
    from runner.measure.disturbance import Disturbance

Maker = Callable[["Fault"], "Disturbance"]


def _most(fault: Fault) -> int | None:
    return int(fault.number("most")) or None


def _latency(fault: Fault) -> Disturbance:
    """Hold each round trip back by the delay, half of it in each direction; so the jitter."""
    delay, jitter = fault.number("delay") / 2, fault.number("jitter") / 2
    return ChangedNetwork(NetworkState(delay=delay, jitter=jitter))


def _traffic(traffic: Traffic) -> Maker:
    return lambda _fault: ChangedNetwork(NetworkState(traffic=traffic))


MAKERS: Mapping[str, Maker] = {
    "kill_idle": lambda fault: kill.idle(_most(fault)),
    "kill_active": lambda fault: kill.active(_most(fault)),
    "kill_in_transaction": lambda fault: kill.in_transaction(_most(fault)),
    "restart": lambda _fault: Down(),
    "down": lambda _fault: Down(),
    "frozen": lambda _fault: Frozen(),
    "no_slots": lambda _fault: NoSlots(),
    "idle_timeout": lambda fault: IdleTimeout(fault.number("idle")),
    "latency": _latency,
    "bandwidth": lambda fault: ChangedNetwork(NetworkState(bandwidth=fault.number("bytes_per_s"))),
    "silent": _traffic(Traffic.SILENT),
    "reset": _traffic(Traffic.RESET),
    "refuse": _traffic(Traffic.REFUSED),
}
"""Kind, as in `runner.fault.KINDS` -> what makes it."""


def disturbance_of(fault: Fault) -> Disturbance:
    """Make what a fault of the matrix does."""
    return MAKERS[fault.kind](fault)
