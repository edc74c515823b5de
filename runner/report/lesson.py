"""The lesson as tables: what it expects beside what was observed, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.lesson import observations
from runner.axes import AXES
from runner.messages import message
from runner.report.model import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.lesson import Observation
    from runner.messages import Message
    from runner.results.rows import Rows


def lesson(rows: Rows) -> Iterator[Table]:
    """Yield a table without headings for each cell."""
    for observation in observations(rows.adapters):
        yield Table(_title(observation), [Column(""), Column("")], _rows(observation))


def _title(observation: Observation) -> Message:
    of_one, processes = _of_one(observation), AXES["processes"]
    count = observation.conditions.processes
    return of_one if count == processes.usual else processes.added(of_one, processes.phrase(count))


def _of_one(observation: Observation) -> Message:
    """Name a cell of one process."""
    adapter, clients = observation.adapter, observation.conditions.clients
    if observation.released:
        return message("lesson.of_released", adapter=adapter, count=clients)
    return message("lesson.of_leaked", adapter=adapter, count=clients)


def _rows(observation: Observation) -> list[Row]:
    verdict = message("lesson.as_expected")
    if observation.differs:
        verdict = message("lesson.differs", differs=observation.differs)
    observed = message("lesson.observations", observations=observation.observed)
    return [
        Row([message("lesson.expected"), observation.expected]),
        Row([message("lesson.observed"), observed]),
        Row([message("lesson.verdict"), verdict]),
    ]
