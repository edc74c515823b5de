"""Figures of a cell over its rounds, as tables write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.analysis.summary import Summary
from runner.report.formats import number

if TYPE_CHECKING:
    from runner.metrics import Metric

CellFigure = Callable[[Summary], str]
"""Write a figure of a cell."""


def median(metric: Metric, written: Callable[[float | None], str] = number) -> CellFigure:
    """Return what writes the median of a metric over the good rounds."""
    return lambda summary: written(summary.median(metric.column))
