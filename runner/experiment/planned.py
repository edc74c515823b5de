"""A configuration that has passed every check, with its plan and its expected times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.analysis.thresholds import checked
from runner.config.fingerprint import fingerprint
from runner.config.loading import load
from runner.experiment import contenders, environment, session, terms
from runner.measure import limit, pgbench_program
from runner.measure.worker_environment import glibc
from runner.plan import filters, matrix
from runner.plan.plan import with_control
from runner.plan.schedule import expected_seconds
from runner.plan.tasks import tasks
from runner.server.dsn import ServerError, uri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from adapters.registry import AdapterClass
    from runner.analysis.thresholds import Threshold
    from runner.axes import Conditions
    from runner.config.model import Config
    from runner.messages import Message
    from runner.plan.contender import Contender
    from runner.plan.plan import Plan
    from runner.plan.tasks import Task

LIMIT_SECONDS = 1.5
"""About the time that measuring the limit once takes, its preparation included."""


@dataclass(frozen=True)
class Planned:
    """The plan of a run, and all that is known of it before it begins."""

    config: Config
    classes: Mapping[str, AdapterClass]
    contenders: Mapping[str, Contender]
    plan: Plan
    thresholds: Sequence[Threshold]

    @property
    def expected(self) -> dict[str, float]:
        """The expected seconds of each cell, by its id."""
        return {
            cell.id: expected_seconds(cell, self.contenders[cell.contender].traits)
            for cell in self.plan.cells
        }

    @property
    def expected_round(self) -> float:
        """The expected seconds of a round."""
        return sum(self.expected.values()) + LIMIT_SECONDS * len(self.limits)

    @property
    def limits(self) -> list[Conditions]:
        """The conditions that pgbench measures in each round."""
        return limit.settings(self.plan.cells) if self.config.limit else []

    def find_pgbench(self) -> pgbench_program.Program | str:
        """Find the program that measures the limit, or say why there is none."""
        if not self.limits:
            return "no limit is asked for"
        server = self.config.server
        return pgbench_program.find(server.version if server.kind == "embedded" else None)

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
        settings = self.config
        return {
            "name": settings.name,
            "rounds": settings.rounds if settings.precision is None else None,
            "precision": settings.precision,
            "baseline": settings.baseline,
            "margin": settings.margin,
            "order": self.adapters,
            "left_out": out,
            "terms": terms.table(self.classes),
        }

    def facts(self) -> dict[str, Any]:
        """Return the facts that must not change within a run."""
        chosen = [cell.id for cell in self.plan.cells]
        return session.facts(fingerprint(self.config), chosen, self.classes)


def planned(
    path: Path,
    overrides: Sequence[str],
    only: Sequence[str],
    words: Callable[[Message], str] = str,
) -> Planned:
    """Read and check everything that can be checked without a server. Raises ConfigError.

    `words` writes a message that is part of a complaint.
    """
    loaded = load(path, overrides, check=contenders.adapter_complaints, check_dsn=_check_dsn)
    classes = contenders.classes(loaded)
    known = contenders.resolve(loaded, classes)
    plan = matrix.expand(
        loaded,
        known,
        affinity=environment.can_place(),
        glibc=glibc() is not None,
        words=words,
    )
    thresholds = checked(loaded.thresholds, plan.cells, loaded.complaint)
    if loaded.control:
        known = contenders.with_control_contender(plan, known, loaded.baseline)
        plan = with_control(plan, loaded.baseline)
    return Planned(loaded, classes, known, filters.only(plan, only), thresholds)


def _check_dsn(dsn: str) -> None:
    """Raise ValueError for a DSN that the drivers cannot use."""
    try:
        uri(dsn)
    except ServerError as error:
        raise ValueError(str(error)) from None
