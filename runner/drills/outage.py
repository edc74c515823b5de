"""Outage: the server restarts, is down, stands still, or has no slot left, under load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills.drill import Drill
from runner.drills.explanation import Explanation
from runner.drills.under_load import disturbed_load, served_again
from runner.measure.disturbance import Need
from runner.measure.faults.changed_network import ChangedNetwork
from runner.measure.faults.outage import Down, Frozen, NoSlots, Restart
from runner.messages import message
from runner.server.network.state import NetworkState, Traffic

if TYPE_CHECKING:
    from runner.drills.drill import Seen
    from runner.drills.scene import Scene
    from runner.measure.disturbance import Disturbance

SIZE, CLIENTS = 5, 10

OUTAGES: dict[str, tuple[Disturbance, float]] = {
    "restart": (Restart(), 0.0),
    "down 3 s": (Down(), 3.0),
    "down 8 s": (Down(), 8.0),
    "frozen 3 s": (Frozen(), 3.0),
    "no slots 3 s": (NoSlots(), 3.0),
    "silent network 3 s": (ChangedNetwork(NetworkState(traffic=Traffic.SILENT)), 3.0),
}


def see(scene: Scene, case: str) -> Seen:
    """Let the server fail in some way, and see when its clients are served again."""
    disturbance, lasts = OUTAGES[case]
    networked = Need.NETWORK in disturbance.needs
    with scene.pool(SIZE, networked=networked) as pool:
        return served_again(disturbed_load(disturbance, pool, CLIENTS, lasts))


def explain(case: str) -> Explanation:
    """Explain what befalls the server, and when its clients count as served again."""
    _, lasts = OUTAGES[case]
    befalls = {
        "restart": message("explain.restart"),
        "down": message("explain.down", seconds=lasts),
        "frozen": message("explain.frozen", seconds=lasts),
        "no": message("explain.no_slots", seconds=lasts),
        "silent": message("explain.silent", seconds=lasts),
    }[case.partition(" ")[0]]
    steps = (
        message("explain.load", clients=CLIENTS, size=SIZE),
        befalls,
        message("explain.served_again"),
    )
    return Explanation(steps, message("explain.outage"), no_code=message("explain.needs_server"))


DRILL = Drill("outage", tuple(OUTAGES), see, seconds=6.5, explains=explain)
