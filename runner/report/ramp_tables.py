"""The table of the highest rates that were found, a row for each adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axes import ADAPTER, title
from runner.messages import message
from runner.report.formats import NOTHING, number, share
from runner.report.model import Column, Row, Table
from runner.results.ramp import RAMPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.highest_rates import HighestRate, HighestRates, RampedGroup
    from runner.report.model import Cell


def ramp_tables(found: HighestRates) -> Iterator[Table]:
    """Yield a table for each group; its first row is what the others are held against."""
    for group in found.groups():
        yield _table(group, found)


def _table(group: RampedGroup, found: HighestRates) -> Table:
    first = group.rates[0]
    heading: Cell = message("table.adapter") if found.axis == ADAPTER else found.axis
    return Table(
        title=message("table.ramps", limits=found.times, group=title(group.conditions)),
        columns=[
            Column(heading, folds=False),
            Column(message("table.highest"), numeric=True),
            Column(message("table.bracket")),
            Column(message("table.of_first", adapter=first.entrant), numeric=True),
        ],
        rows=[_row(rate, first.middle) for rate in group.rates],
        notes=[message("table.ramps_note", ramps=RAMPS)],
    )


def _row(rate: HighestRate, first: float | None) -> Row:
    part = share(rate.middle / first) if rate.middle and first else NOTHING
    return Row([rate.entrant, number(rate.middle), _bracket(rate), part])


def _bracket(rate: HighestRate) -> Cell:
    if rate.middle is None:
        return rate.reason or NOTHING
    bracket = message("table.rate_bracket", low=rate.low, high=rate.high)
    if rate.is_whole:
        return bracket
    return message("table.rate_bracket_part", bracket=bracket, found=rate.found, of=RAMPS)
