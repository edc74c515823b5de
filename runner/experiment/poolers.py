"""The PgBouncer of a plan: which one is between, and what adapters do without behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from runner.messages import message
from runner.refusals import DIRECT
from runner.roles import CONTROL
from runner.server import pgbouncer_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.config.model import Config
    from runner.messages import Message
    from runner.plan.contender import Contender
    from runner.plan.plan import Plan
    from runner.server.pgbouncer_program import Program

NOT_BEFORE_A_DSN = (
    "a PgBouncer is started before the embedded server only, whose sessions can be told from those"
    " of others: on a server of yours, leave it out and let the DSN lead through a pooler of yours"
)


def find(config: Config) -> Program | str | None:
    """Find the PgBouncer that a config asks for, or say why there is none; None for no wish."""
    if not any(value != DIRECT for key, value in config.written("pooler") if key[0] != "exclude"):
        return None
    if config.server.kind == "dsn":
        return NOT_BEFORE_A_DSN
    return pgbouncer_program.find()


def unprepared(plan: Plan, contenders: Mapping[str, Contender]) -> dict[str, Mapping[str, Any]]:
    """Return the options that adapters need in transaction mode, of those that need any."""
    names = (cell.contender for cell in plan.cells if cell.conditions.lends_sessions)
    needed = {name: contenders[name].unprepared for name in names if name != CONTROL}
    return {name: options for name, options in needed.items() if options}


def opening(pooler: Program, needed: Mapping[str, Mapping[str, Any]]) -> Iterator[Message]:
    """Say which PgBouncer is between, and what adapters do without in transaction mode."""
    yield message("pooler.between", version=pooler.version)
    told = [
        message("pooler.adapter", adapter=name, options=_spelled(options))
        for name, options in needed.items()
    ]
    if told:
        yield message("pooler.unprepared", version=pooler.version, adapters=told)


def _spelled(options: Mapping[str, Any]) -> str:
    """Write options as a configuration has them."""
    return ", ".join(f"{name}: {json.dumps(value)}" for name, value in options.items())
