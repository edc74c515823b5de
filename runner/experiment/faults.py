"""The faults of a plan, held against the server before anything is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.config.complaints import ConfigError
from runner.measure.disturbance import missing
from runner.measure.faults.disturbances import disturbance_of

if TYPE_CHECKING:
    from runner.config.model import Config
    from runner.plan.plan import Plan
    from runner.server.server import Server


def check_faults(config: Config, plan: Plan, server: Server) -> None:
    """Refuse a fault that cannot be done to the server.

    Raises ConfigError with the place of each, ServerError.
    """
    wanted = {cell.conditions.fault for cell in plan.cells}
    complaints = []
    for key, fault in config.written("fault"):
        if key[0] == "exclude" or fault not in wanted:
            continue
        needs = missing(disturbance_of(fault).needs, server, network=True)
        if needs:
            words = ", and ".join(need.value for need in needs)
            complaints.append(config.complaint(key, f"{fault.kind} needs {words}"))
    if complaints:
        raise ConfigError(complaints)
