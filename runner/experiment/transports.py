"""The transports of a plan, held against the server before anything is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.config.complaints import ConfigError

if TYPE_CHECKING:
    from runner.config.model import Config
    from runner.plan.plan import Plan
    from runner.server.server import Server


def check_transports(config: Config, plan: Plan, server: Server) -> None:
    """Refuse a transport over which the server cannot be reached.

    Raises ConfigError with the place of each, ServerError.
    """
    wanted = {cell.conditions.transport for cell in plan.cells}
    complaints = [
        config.complaint(key, f"{transport} is not to be had on this server: {why}")
        for key, transport in config.written("transport")
        if key[0] != "exclude" and transport in wanted and (why := server.cannot(transport))
    ]
    if complaints:
        raise ConfigError(complaints)
