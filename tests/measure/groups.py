"""Groups of cells that are measured in the time of a test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.config.model import Config
from runner.experiment import contenders
from runner.measure.group import Group
from runner.plan.matrix import expand
from runner.plan.tasks import tasks

if TYPE_CHECKING:
    from runner.measure.context import Context
    from runner.plan.plan import Plan

SHORT: dict[str, Any] = {
    "duration": "200ms",
    "warmup": "20ms",
    "pool": {"max_size": 2, "timeout": "200ms"},
}
TURNS: dict[str, Any] = {**SHORT, "turn": "50ms", "lead_in": "10ms", "uncut": 0}
"""Five turns."""
UNCUT: dict[str, Any] = {**TURNS, "uncut": "150ms"}
"""Five turns, and a longer one."""


def group(
    context: Context, adapters: list[str], *, affinity: bool = False, **settings: Any
) -> Group:
    """Make the only group of a configuration."""
    config = Config.model_validate({"matrix": {"adapter": adapters, "clients": 3}, **settings})
    known = contenders.resolve(config, contenders.classes(config))
    plan: Plan = expand(config, known, affinity=affinity)
    [task] = tasks(plan, 1, seed=1, session=1)
    return Group(replace(context, contenders=known), task)
