"""The workloads of the user's own in a configuration: found, checked, and played beforehand."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from adapters.base import AdapterError, resolve_callable
from runner.config.complaints import ConfigError
from runner.config.named_adapters import listed
from runner.measure.agreement import Rehearsal
from runner.server.setup import Setup, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.config.complaints import Complaint, Key
    from runner.config.model import Config
    from runner.experiment.resources import Resources
    from runner.own_sql.statement import Statement
    from runner.plan.contender import Contender
    from runner.plan.plan import Plan


def own_path_complaints(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Yield a complaint about each dotted path of plain data that leads to no workload."""
    for key, name in listed(data, "workload", "matrix", "include"):
        if ":" not in name:
            continue
        try:
            found = resolve_callable(name)
        except AdapterError as error:
            yield key, str(error)
            continue
        if not inspect.iscoroutinefunction(found):
            yield key, f"{name} must be an async function of a connection and a ledger"


def statements(config: Config) -> dict[str, Statement]:
    """Return the statements of the configuration, by the user's names."""
    return {name: own.statement for name, own in config.workloads.items()}


def setup(config: Config, plan: Plan) -> Setup:
    """Collect the setup of the workloads that are measured, in the order of the configuration."""
    used = {cell.conditions.workload for cell in plan.cells}
    own = {name: workload for name, workload in config.workloads.items() if name in used}
    steps = [
        Step(sql, config.complaint(("workloads", name, "setup", index), "").removesuffix(": "))
        for name, workload in own.items()
        for index, sql in enumerate(workload.setup)
    ]
    return Setup(steps, lasting=not any(workload.writes for workload in own.values()))


def rehearse(
    config: Config, plan: Plan, contenders: Mapping[str, Contender], resources: Resources
) -> None:
    """Let each adapter play the workloads of the user's own. Raises ConfigError, ServerError."""
    rehearsal = Rehearsal(
        contenders,
        statements(config),
        resources.server,
        resources.watchdog,
        resources.interrupts,
        resources.logs,
    )
    complaints = [
        config.complaint(_key(config, workload), sentence)
        for workload, sentence in rehearsal.refusals(plan.cells)
    ]
    if complaints:
        raise ConfigError(complaints)


def _key(config: Config, workload: str) -> Key:
    """Find where a workload is written."""
    if workload in config.workloads:
        return ("workloads", workload, "sql")
    return next(key for key, name in config.written("workload") if name == workload)
