"""A configuration that has passed every check, and what follows from it before a run begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.analysis.thresholds import checked
from runner.config.fingerprint import fingerprint
from runner.config.loading import load
from runner.experiment import contenders, environment, session, terms
from runner.measure import limit, pgbench_program
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
"""What measuring the limit once takes, its preparation included, more or less."""


@dataclass(frozen=True)
class Planned:
    """What will be measured, and everything that is known of it."""

    config: Config
    classes: Mapping[str, AdapterClass]
    contenders: Mapping[str, Contender]
    plan: Plan
    thresholds: Sequence[Threshold]

    @property
    def expected(self) -> dict[str, float]:
        """About how many seconds each cell takes, by its id."""
        return {
            cell.id: expected_seconds(cell, self.contenders[cell.contender].traits)
            for cell in self.plan.cells
        }

    @property
    def expected_round(self) -> float:
        """About how many seconds a round takes."""
        return sum(self.expected.values()) + LIMIT_SECONDS * len(self.limits)

    @property
    def limits(self) -> list[Conditions]:
        """What pgbench measures in each round."""
        return limit.settings(self.plan.cells) if self.config.limit else []

    @property
    def pgbench(self) -> pgbench_program.Program | str:
        """What measures it, of the server's own version if there is one; else why nothing does."""
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
        """Return everything that is to be measured in so many rounds."""
        return tasks(self.plan, rounds, seed, number)

    def summary(self) -> dict[str, Any]:
        """Return what a reader of `environment.json` should know of the plan."""
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
        """Return what must not change within a run."""
        chosen = [cell.id for cell in self.plan.cells]
        return session.facts(fingerprint(self.config), chosen, self.classes)


def planned(
    path: Path,
    overrides: Sequence[str],
    only: Sequence[str],
    words: Callable[[Message], str] = str,
) -> Planned:
    """Read and check everything that can be checked without a server. Raises ConfigError.

    `words` writes a message that stands in a complaint.
    """
    loaded = load(path, overrides, check=contenders.complaints, check_dsn=_check_dsn)
    classes = contenders.classes(loaded)
    known = contenders.resolve(loaded, classes)
    plan = matrix.expand(loaded, known, affinity=environment.can_place(), words=words)
    thresholds = checked(loaded.thresholds, plan.cells, loaded.complaint)
    if loaded.control:
        known = contenders.with_control(plan, known, loaded.baseline)
        plan = with_control(plan, loaded.baseline)
    return Planned(loaded, classes, known, filters.only(plan, only), thresholds)


def _check_dsn(dsn: str) -> None:
    """Raise ValueError for a DSN that the drivers cannot use."""
    try:
        uri(dsn)
    except ServerError as error:
        raise ValueError(str(error)) from None
