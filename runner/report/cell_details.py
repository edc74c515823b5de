"""What a cell's row has no room for: how its times are distributed, and its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.summary import summaries
from runner.axes import AXES, NAMING
from runner.messages import message
from runner.report.captions import differing
from runner.report.failures import frequent
from runner.report.formats import number
from runner.report.model import Column, Row, Table
from runner.report.several_values import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.analysis.summary import Summary
    from runner.messages import Message
    from runner.results.distribution import Distribution
    from runner.results.rows import Rows

PARTS: Mapping[str, Message] = {
    "total": message("part.total"),
    "wait": message("part.wait"),
    "use": message("part.use"),
    "release": message("part.release"),
    "failed": message("part.failed"),
    "waiting": message("part.waiting"),
    "picked": message("part.picked"),
    "late": message("part.late"),
}
"""The parts of an operation in words, the whole first."""
QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999}
MARKED = ("p50", "p99")
"""The quantiles that are marked in a picture."""


@dataclass(frozen=True)
class Picture:
    """The distribution of a part as bars over a logarithmic scale of time."""

    part: Message
    first: int
    """The number of the first bar: see `runner.results.distribution.Bars`."""
    counts: Sequence[int]
    marks: Mapping[str, float]
    """Quantile -> milliseconds."""


@dataclass(frozen=True)
class CellDetails:
    """The details of one cell."""

    cell: str
    title: Message
    times: Table
    """No rows where its times were not kept."""
    pictures: Sequence[Picture]
    errors: Sequence[Message]
    """None where no operation failed."""


def cell_details(
    rows: Rows, distributions: Mapping[str, Sequence[Distribution]]
) -> dict[str, CellDetails]:
    """Return the details of each cell that has any, by its id."""
    every = summaries(rows)
    axes = differing((it.cell.conditions for it in every), NAMING)
    details = [_details(it, axes, distributions.get(it.cell.id, ())) for it in every]
    return {it.cell: it for it in details if it.pictures or it.errors}


def _details(
    summary: Summary, axes: Sequence[str], distributions: Sequence[Distribution]
) -> CellDetails:
    by_part = {it.part: it for it in distributions}
    ordered = [by_part[part] for part in PARTS if part in by_part]
    return CellDetails(
        cell=summary.cell.id,
        title=_title(summary, axes),
        times=_times(ordered),
        pictures=[_picture(it) for it in ordered],
        errors=frequent(summary.rows),
    )


def _title(summary: Summary, axes: Sequence[str]) -> Message:
    """Name a cell by what tells it from the others."""
    conditions = summary.cell.conditions
    known = [axis for axis in axes if getattr(conditions, axis) not in (None, AXES[axis].not_kept)]
    phrases = [phrase(axis, getattr(conditions, axis)) for axis in known]
    return message("caption.words", words=[summary.cell.contender, *phrases])


def _times(distributions: Sequence[Distribution]) -> Table:
    return Table(
        message("details.times"),
        [
            Column(message("details.part"), folds=False),
            Column(message("details.count"), numeric=True),
            *(Column(name, numeric=True) for name in QUANTILES),
            Column(message("details.longest"), numeric=True),
        ],
        [_row(it) for it in distributions],
    )


def _row(distribution: Distribution) -> Row:
    quantiles = (number(distribution.quantile(share)) for share in QUANTILES.values())
    count, longest = number(distribution.count), number(distribution.longest)
    return Row([PARTS[distribution.part], count, *quantiles, longest])


def _picture(distribution: Distribution) -> Picture:
    bars = distribution.bars()
    values = ((name, distribution.quantile(QUANTILES[name])) for name in MARKED)
    marks = {name: value for name, value in values if value}
    return Picture(PARTS[distribution.part], bars.first, bars.counts, marks)
