"""A configuration that has passed every check, with its plan and its expected times."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from runner.analysis.thresholds import checked, threshold_complaints
from runner.axes import ADAPTER
from runner.config.complaints import ConfigError
from runner.config.fingerprint import fingerprint
from runner.config.loading import Checks, load
from runner.experiment import contenders, environment, networks, poolers, session, terms
from runner.experiment.own_workloads import own_path_complaints
from runner.measure import limit, pgbench_program
from runner.measure.worker_environment import glibc
from runner.messages import message
from runner.plan import filters, matrix, placement
from runner.plan.exclusions import Site
from runner.plan.plan import Cell, with_control
from runner.plan.schedule import expected_seconds
from runner.plan.tasks import tasks
from runner.roles import LIMIT, Role
from runner.server.dsn import ServerError
from runner.server.pgbouncer_program import Program
from runner.server.settings import refusal
from runner.server.shell import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from adapters.registry import AdapterClass
    from runner.analysis.thresholds import Threshold
    from runner.axes import Conditions
    from runner.config.complaints import Complaint
    from runner.config.model import Config
    from runner.experiment.networks import NetworkCost
    from runner.messages import Message
    from runner.plan.contender import Contender
    from runner.plan.plan import Plan
    from runner.plan.tasks import Task

RUN_SECONDS = 4.0
"""About the time of a run beside its rounds: its server, and at the end its tables and charts."""

ROUND_TRIPS_SECONDS = 0.5
"""About the time that counting the round trips of one adapter takes, once a run."""

RAMPED_SECONDS = 25.0
"""About the time that looking for the highest rate of one cell takes, once a run."""

LIMIT_SECONDS = 0.2
"""About the time that preparing a limit and clearing it away takes."""


@dataclass(frozen=True)
class Planned:
    """The plan of a run, and all that is known of it before it begins."""

    config: Config
    classes: Mapping[str, AdapterClass]
    contenders: Mapping[str, Contender]
    plan: Plan
    thresholds: Sequence[Threshold]
    not_placed: Message | None = None
    """The reason why a cell cannot have a core of its own here; None where it can."""
    pooler: Program | None = None
    """The PgBouncer that cells have between themselves and the server; None where none has."""
    network: NetworkCost | None = None
    """What a network of ours costs, once it was measured; None where no cell has one."""

    @property
    def of_auto(self) -> Message | None:
        """What `cpus: auto` became, and why; None where it is not asked for."""
        return placement.of_auto(self.config, self.not_placed)

    @property
    def opening(self) -> list[Message]:
        """The sentences with which a run begins."""
        auto = self.of_auto
        own = [message("own.not_judged", workloads=self.own_workloads)] * bool(self.own_workloads)
        idle = [self._idle(number) for number in self.plan.idle_excludes]
        placed = [*([auto] if auto else []), *placement.of_noise(self.plan)]
        between = poolers.opening(self.pooler, self.unprepared) if self.pooler else ()
        networked = [self.network.opening()] if self.network else []
        return [*idle, *placed, *own, *between, *networked]

    @property
    def unprepared(self) -> dict[str, Mapping[str, Any]]:
        """The options that adapters need in transaction mode, of those that need any."""
        return poolers.unprepared(self.plan, self.contenders)

    def _idle(self, number: int) -> Message:
        """Say that an exclude leaves nothing out.

        It is no mistake everywhere: an override may have made the matrix smaller, and `cpus: auto`
        becomes something else on another machine.
        """
        place = self.config.place(("exclude", number))
        return message("plan.idle_exclude", place=place, number=number)

    @property
    def own_workloads(self) -> list[str]:
        """The workloads of the user's own that are measured."""
        own = (cell.conditions for cell in self.plan.cells if cell.conditions.own_workload)
        return list(dict.fromkeys(conditions.workload for conditions in own))

    @property
    def expected(self) -> dict[str, float]:
        """The expected seconds of each cell, by its id."""
        return {
            cell.id: expected_seconds(cell, self.contenders[cell.contender].traits)
            for cell in self.plan.cells
        }

    @property
    def expected_limit(self) -> float:
        """The expected seconds of a limit."""
        return LIMIT_SECONDS + self.config.limit_duration

    @property
    def expected_rows(self) -> dict[str, float]:
        """The expected seconds of each cell and of each limit, by its id."""
        limits = (Cell(LIMIT, conditions, Role.LIMIT).id for conditions in self.limits(1))
        return {**self.expected, **dict.fromkeys(limits, self.expected_limit)}

    def expected_seconds(self, rounds: int) -> float:
        """Return about the seconds that a run of so many rounds takes."""
        expected = self.expected
        cells = sum(
            expected[cell.id] * self.plan.rounds_of(cell, rounds) for cell in self.plan.cells
        )
        counted = ROUND_TRIPS_SECONDS * len(self.adapters) if self.config.round_trips else 0.0
        limits = self.expected_limit * self._limits_measured(rounds)
        ramped = RAMPED_SECONDS * len(self.ramped)
        return RUN_SECONDS + counted + ramped + cells + limits

    def seconds_of(self, tasks: Collection[Task]) -> float:
        """Return about the seconds of some groups, with the limits of their rounds."""
        expected = self.expected
        cells = sum(expected[cell.id] for task in tasks for cell, _, _ in task)
        rounds = {task[0][1].round for task in tasks}
        return cells + self.expected_limit * sum(len(self.limits(round_)) for round_ in rounds)

    def round_seconds(self, groups: Collection[str]) -> float:
        """Return about the seconds of a round in which only some groups are measured."""
        expected = self.expected
        cells = [cell for cell in self.plan.cells if cell.group in groups]
        limits = limit.settings(cells) if self.config.limit else {}
        return sum(expected[cell.id] for cell in cells) + self.expected_limit * len(limits)

    def _limits_measured(self, rounds: int) -> int:
        """Count the limits of all rounds; they change only where cells end."""
        ends = {self.plan.rounds_of(cell, rounds) for cell in self.plan.cells}
        return sum(
            len(self.limits(end)) * (end - before) for before, end in pairwise([0, *sorted(ends)])
        )

    def limits(self, round_: int) -> dict[Conditions, int]:
        """Return the conditions that pgbench measures in the round of that number.

        With each are the most processes of the groups that it is the limit of.
        """
        return limit.settings(self.plan.in_round(round_).cells) if self.config.limit else {}

    def find_pgbench(self) -> pgbench_program.Program | str:
        """Find the program that measures the limit, or say why there is none."""
        if not self.limits(1):
            return "no limit is asked for"
        server = self.config.server
        return pgbench_program.find(server.version if server.kind == "embedded" else None)

    @property
    def baseline(self) -> str | None:
        """The name of the entrant that the others are compared with, where one was chosen."""
        return self.config.baseline_entrant

    @property
    def ramped(self) -> list[Cell]:
        """The cells whose highest rate is looked for, those of the baseline first.

        Of the baseline also where it is not measured, if rates are shares of its own.
        """
        if self.config.find is None:
            return []
        cells = {
            Cell(name, cell.conditions.unpaced()): name != self.shared_adapter
            for cell in self.plan.cells
            if cell.role is Role.ADAPTER and cell.conditions.steady
            for name in (cell.contender, *self._shared_with(cell.conditions))
        }
        return sorted(cells, key=cells.__getitem__)

    def _shared_with(self, conditions: Conditions) -> Sequence[str]:
        rate = conditions.rate
        return [self.shared_adapter] if rate and rate.is_share else []

    @property
    def shared_adapter(self) -> str:
        """The adapter of whose highest rates all others get a share."""
        named = self.config.baseline if self.config.compare == ADAPTER else None
        return named or next(iter(self.config.adapter_names()))

    @property
    def adapters(self) -> list[str]:
        """The adapters in the order of the plan."""
        return list(dict.fromkeys(cell.contender for cell in self.plan.cells))

    @property
    def connections(self) -> int:
        """The connections that the fullest group may have open at once."""
        return contenders.connections_needed(self.plan, self.contenders)

    def tasks(self, rounds: int, seed: int = 0, number: int = 0) -> Iterator[Task]:
        """Return every task of `rounds` rounds."""
        return tasks(self.plan, rounds, seed, number)

    def summary(self) -> dict[str, Any]:
        """Return the description of the plan for `environment.json`."""
        out = [
            {"cell": left.cell.id, "reason": left.reason.to_json()} for left in self.plan.left_out
        ]
        settings, auto = self.config, self.of_auto
        became = placement.became(affinity=self.not_placed is None)
        return {
            "name": settings.name,
            "rounds": settings.rounds if settings.precision is None else None,
            "precision": settings.precision,
            "limited": {cell.id: rounds for cell, rounds in self.plan.limited.items()},
            "cpus_auto": auto and {"became": became, "said": auto.to_json()},
            "compare": settings.compare,
            "baseline": self.baseline,
            "find": settings.find and settings.find.limits(),
            "longest_p99": settings.longest_p99,
            "lesson": settings.lesson,
            "margin": settings.margin,
            "order": self.plan.entrants,
            "left_out": out,
            "workloads": {
                name: own.statement.sql
                for name, own in settings.workloads.items()
                if name in self.own_workloads
            },
            "terms": terms.table(self.classes),
            "network": self.network and self.network.facts(),
            "pooler": self.pooler
            and {"path": self.pooler.path, "transaction_options": self.unprepared},
        }

    def facts(self) -> dict[str, Any]:
        """Return the facts that must not change within a run."""
        chosen = [cell.id for cell in self.plan.cells]
        facts = session.facts(fingerprint(self.config), chosen, self.classes)
        contenders.add_interpreters(facts["adapters"], self.contenders)
        if self.pooler:
            facts["machine"][session.PGBOUNCER] = self.pooler.version
        return facts


def planned(
    path: Path,
    overrides: Sequence[str],
    only: Sequence[str],
    words: Callable[[Message], str] = str,
) -> Planned:
    """Read and check everything that can be checked without a server. Raises ConfigError.

    `words` writes a message that is part of a complaint.
    """
    checks = Checks(_complaints, _check_dsn, partial(_judged, only=only, words=words))
    loaded = load(path, overrides, checks=checks)
    plan, refused = _drawn_up(loaded, only, words)
    if refused:
        raise ConfigError(refused)
    return plan


def _judged(
    config: Config | None, only: Sequence[str], words: Callable[[Message], str]
) -> Sequence[str]:
    """List what is wrong beyond values that were refused: of the plan that is left, if there is."""
    if config is None:
        return filters.no_axes(only)
    try:
        return _drawn_up(config, only, words)[1]
    except ConfigError as error:
        return error.complaints


def _drawn_up(
    config: Config, only: Sequence[str], words: Callable[[Message], str]
) -> tuple[Planned, list[str]]:
    """Draw up the plan of checked values, beside what it cannot have. Raises ConfigError."""
    classes = contenders.classes(config)
    found = poolers.find(config)
    pooler = found if isinstance(found, Program) else None
    known = contenders.resolve(config, classes, pooler)
    cores, by_platform = len(environment.cores()), environment.not_placed()
    not_placed = by_platform or placement.few_cores(config, cores)
    no_pooler = found if isinstance(found, str) else ""
    no_network = networks.refusal(config)
    site = Site(by_platform is None, glibc() is not None, cores, no_pooler, no_network)
    plan, refused = matrix.judged(config, known, site, words)
    if not plan.cells:
        raise ConfigError(refused)
    thresholds: list[Threshold] = []
    with _noted(refused):
        thresholds = checked(config.thresholds, plan.cells, config.complaint)
    if config.control:
        plan = with_control(plan, config.baseline_entrant)
        known = contenders.with_control_contender(plan, known, config.baseline_entrant)
    with _noted(refused):
        chosen = filters.singles(only)
        chosen = [placement.filter_of_auto(text, affinity=not_placed is None) for text in chosen]
        plan = filters.only(plan, chosen)
    between = any(cell.conditions.pooled for cell in plan.cells)
    made = Planned(
        config, classes, known, plan, thresholds, not_placed, pooler if between else None
    )
    return made, refused


@contextmanager
def _noted(complaints: list[str]) -> Iterator[None]:
    """Put the complaints of a check to those so far, so that all come at once."""
    try:
        yield
    except ConfigError as error:
        complaints += error.complaints


def _complaints(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Yield what is wrong with plain data beyond the values themselves."""
    yield from contenders.adapter_complaints(data)
    yield from own_path_complaints(data)
    yield from threshold_complaints(data)
    yield from _settings_complaints(data)


def _settings_complaints(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Yield a complaint of each setting of the embedded server that is not the user's."""
    server = data.get("server")
    settings = server.get("settings") if isinstance(server, dict) else None
    for name in settings if isinstance(settings, dict) else ():
        if isinstance(name, str) and (sentence := refusal(name)):
            yield ("server", "settings", name), sentence


def _check_dsn(dsn: str) -> None:
    """Raise ValueError for a DSN that the drivers cannot use."""
    try:
        resolve(dsn)
    except ServerError as error:
        raise ValueError(str(error)) from None
