"""The thresholds as a table: what must hold, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message
from runner.report.formats import NOTHING
from runner.report.model import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.analysis.thresholds import Judged
    from runner.report.model import Cell


def table(judged: Iterable[Judged]) -> Table:
    """Return a row for each condition on each cell."""
    return Table(
        title=None,
        columns=[
            Column(message("threshold.cell")),
            Column(message("threshold.must_hold")),
            Column(message("threshold.median")),
            Column(""),
        ],
        rows=[Row([line.cell, line.condition, _value(line), _verdict(line)]) for line in judged],
    )


def _value(line: Judged) -> Cell:
    """Write it with the digits that a condition may have, so that the two can be compared."""
    if line.value is None:
        return line.reason or NOTHING
    return f"{line.value:.6g}"


def _verdict(line: Judged) -> Cell:
    return message("threshold.passed") if line.passed else message("threshold.failed")
