"""The networks of a plan: whether one can be before its server, and what one costs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from runner.fault import NO_FAULT
from runner.messages import message
from runner.refusals import DIRECT
from runner.server.dsn import ServerError
from runner.server.network.route import delayed, far_end
from runner.server.shell import resolve

if TYPE_CHECKING:
    from runner.config.model import Config
    from runner.experiment.resources import Resources
    from runner.messages import Message
    from runner.plan.plan import Plan

KEY = "network"
"""The table that the way is written to whose far end is the server's."""

TRIPS = 200


@dataclass(frozen=True)
class NetworkCost:
    """The time that a network without a delay adds to a bare round trip; all in milliseconds."""

    direct_ms: float
    """The median without a network."""
    through_ms: float
    """The median through one."""

    @property
    def cost_ms(self) -> float:
        """Their difference."""
        return self.through_ms - self.direct_ms

    def facts(self) -> dict[str, float]:
        """Return the description for `environment.json`."""
        return {
            "round_trip_ms_direct": self.direct_ms,
            "round_trip_ms_through": self.through_ms,
            "cost_ms": self.cost_ms,
        }

    def opening(self) -> Message:
        """Say what is between, and what it costs."""
        return message(
            "network.between", cost=self.cost_ms, direct=self.direct_ms, through=self.through_ms
        )


def refusal(config: Config) -> str:
    """Say why no network of ours can be before the server of a config; empty where one can.

    It is not asked where the config wants none.
    """
    far = (value != DIRECT for key, value in config.written("rtt") if key[0] != "exclude")
    wanted = any(far) or any(
        fault != NO_FAULT and fault.of_kind.network for _, fault in config.written("fault")
    )
    if not wanted or config.server.kind != "dsn":
        return ""
    try:
        far_end(resolve(config.server.expanded(os.environ)).dsn)
    except ServerError as error:
        return str(error)
    return ""


def cost(plan: Plan, resources: Resources) -> NetworkCost | None:
    """Measure what a network costs here, before anything else; None where no cell has one.

    It is known then, too, that one leads to the server. Raises ServerError.
    """
    if not any(cell.conditions.networked for cell in plan.cells):
        return None
    server = resources.server
    server.prepare([KEY])
    try:
        route = delayed(0.0, resources.watchdog)
        with route.dsn(server.dsn(KEY, KEY)):
            port = route.network.port if route.network else None
            direct, through = (server.round_trips(TRIPS, way) for way in (None, port))
        return NetworkCost(median(direct) * 1000, median(through) * 1000)
    finally:
        server.discard([KEY])
