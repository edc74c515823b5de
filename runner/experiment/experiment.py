"""An experiment: put together before its first measurement, and carried through its rounds.

The only composition: every command and every proof that measures goes this way.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from runner.experiment import environment, networks, own_workloads
from runner.experiment.faults import check_faults
from runner.experiment.found_rates import find_rates
from runner.experiment.remaining import to_measure
from runner.experiment.stopping_rule import stopping_rule
from runner.experiment.transports import check_transports
from runner.measure import limit, round_trips
from runner.measure.context import Context
from runner.measure.group import Group
from runner.measure.machine_speed import MachineSpeed
from runner.plan.tasks import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.experiment.planned import Planned
    from runner.experiment.resources import Resources
    from runner.experiment.start import Start
    from runner.experiment.stopping_rule import StoppingRule
    from runner.plan.plan import Cell
    from runner.plan.tasks import Task
    from runner.results.row import Row
    from runner.results.run_folder import RunFolder


class Listener(Protocol):
    """Follows an experiment."""

    def begins(self, cell: Cell, round_: int) -> None:
        """Take note of the cell that is measured now."""

    def ended(self, result: Row) -> None:
        """Take note of a row."""


@dataclass(frozen=True)
class Experiment:
    """A plan on a server, with a folder for its rows."""

    planned: Planned
    run_folder: RunFolder
    rule: StoppingRule
    todo: Sequence[Task]
    """The groups that are left to be measured."""
    context: Context
    speed: MachineSpeed

    def measure(self, listener: Listener) -> None:
        """Measure every group that is left.

        Raises Interrupted between two cells, ServerError, RunFolderError.
        """
        context = replace(self.context, announce=listener.begins)
        self._count_round_trips(context)
        if self.todo:
            context = replace(context, found=find_rates(self.planned, self.run_folder, context))
        for round_, groups in groupby(self.todo, key=lambda task: task[0][1].round):
            self.speed.measure(round_, "before")
            self._measure_round(list(groups), context, listener)
            self.speed.measure(round_, "after")
            if self.rule.enough(round_):
                return

    def _measure_round(self, groups: Sequence[Task], context: Context, listener: Listener) -> None:
        last = max(
            (place for task in groups for _, place, _ in task), key=lambda place: place.position
        )
        first = Place(last.session, last.round, last.position + 1)
        for row in limit.measure_round(
            context,
            self.planned.find_pgbench(),
            self.planned.limits(last.round),
            first,
            self.planned.config.limit_duration,
        ):
            listener.ended(row)
        for task in groups:
            with closing(Group(context, task).measure()) as rows:
                for row in rows:
                    listener.ended(row)
                    context.interrupts.check()

    def _count_round_trips(self, context: Context) -> None:
        """Count the cost of operations on the wire, once a run."""
        wanted = self.planned.config.round_trips and self.todo
        if wanted and not self.run_folder.round_trips():
            cells = [cell for task in self.todo for cell, _, _ in task]
            lines = round_trips.count(cells, context)
            if context.server.lost:  # what could not be counted is counted when this is resumed
                raise context.server.lost
            self.run_folder.write_table("roundtrips.csv", [line.columns() for line in lines])


def prepare(planned: Planned, start: Start, resources: Resources, reports: Path) -> Experiment:
    """Put an experiment together; nothing is measured yet, and everything wrong is raised.

    Raises ConfigError, ResumeError, RunFolderError, ServerError, Interrupted.
    """
    resources.server.require(planned.connections)
    resources.interrupts.check()
    check_faults(planned.config, planned.plan, resources.server)
    check_transports(planned.config, planned.plan, resources.server)
    planned = replace(planned, network=networks.cost(planned.plan, resources))
    own_workloads.rehearse(planned.config, planned.plan, planned.contenders, resources)
    run_folder = start.folder(reports, planned, resources.server.describe())
    session = start.session
    rule = stopping_rule(planned, run_folder)
    todo = to_measure(planned, rule, session.seed, session.number)
    speed = MachineSpeed(resources.server, run_folder, session.number)
    context = Context(
        contenders=planned.contenders,
        server=resources.server,
        run_folder=run_folder,
        watchdog=resources.watchdog,
        interrupts=resources.interrupts,
        logs=resources.logs,
        run=session.run,
        seed=session.seed,
        session=session.number,
        deadline=planned.config.deadline,
        cores=environment.cores(),
        round_trip=speed.round_trip,
        statements=own_workloads.statements(planned.config),
        pooler=planned.pooler,
    )
    return Experiment(planned, run_folder, rule, todo, context, speed)
