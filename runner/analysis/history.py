"""The history of cells: one value of each run, and where the driver is another one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from math import exp
from statistics import fmean
from typing import TYPE_CHECKING

from runner.messages import Message
from runner.metrics import COST, SHARE_OF_LIMIT, SPEED, TOTAL_P99

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.measured_run import MeasuredRun
    from runner.metrics import Metric

METRICS = (SHARE_OF_LIMIT, COST, SPEED, TOTAL_P99)
"""Those that are anchored inside each run first (METHOD 18)."""


@dataclass(frozen=True)
class Point:
    """A metric of a cell in one run."""

    run: str
    version: str
    """Of the driver."""
    value: float | None
    """The geometric mean over the rounds; None where the cell is not compared."""
    reason: Message | None = None
    """The reason why there is no value."""
    is_new: bool = False
    """The version is another one than in the run before that has the cell."""


@dataclass(frozen=True)
class Line:
    """A metric of a cell in every run; None where a run does not have the cell."""

    cell: str
    points: Sequence[Point | None]


def lines(runs: Sequence[MeasuredRun], metric: Metric) -> list[Line]:
    """Return the line of each cell that has a value in any run.

    A cell that changes as it runs has none: clients leak in it, or it has a fault.
    """
    cells = dict.fromkeys(chain.from_iterable(run.cells for run in runs))
    every = (Line(cell, _points(runs, cell, metric)) for cell in cells)
    return [line for line in every if any(it and it.value for it in line.points)]


def _points(runs: Sequence[MeasuredRun], cell: str, metric: Metric) -> list[Point | None]:
    points: list[Point | None] = []
    before = None
    for run in runs:
        if cell not in run.cells or metric.paced not in (None, run.paced(cell)):
            points.append(None)
            continue
        row, logs = run.cells[cell][0], run.logs(cell, metric)
        version = f"{row.driver} {row.driver_version}".strip()
        is_new = before not in (None, version)
        if isinstance(logs, Message):
            points.append(Point(run.name, version, None, logs, is_new))
        else:
            points.append(Point(run.name, version, exp(fmean(logs)), None, is_new))
        before = version
    return points
