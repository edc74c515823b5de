"""The table of the highest rates that were found, a row for each adapter."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from runner.axes import title
from runner.messages import message
from runner.report.formats import NOTHING, number, share
from runner.report.model import Column, Row, Table
from runner.results.ramp import RAMPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.report.model import Cell
    from runner.results.ramp import Ramp

MILLISECONDS = 1000
"""In a second."""


def ramp_tables(
    ramps: Sequence[Ramp], limits: Mapping[str, float], order: Sequence[str]
) -> Iterator[Table]:
    """Yield a table for each setting: `limits` are seconds by column, `order` that of adapters.

    The first one that was measured is what the others are held against.
    """
    settings: dict[str, list[Ramp]] = {}
    for ramp in ramps:
        settings.setdefault(ramp.conditions.name(), []).append(ramp)
    for of_setting in settings.values():
        yield _table(of_setting, limits, order)


def _table(ramps: Sequence[Ramp], limits: Mapping[str, float], order: Sequence[str]) -> Table:
    adapters: dict[str, list[Ramp]] = {name: [] for name in order}
    for ramp in ramps:
        adapters.setdefault(ramp.contender, []).append(ramp)
    measured = {name: of_adapter for name, of_adapter in adapters.items() if of_adapter}
    first = _middle(next(iter(measured.values())))
    times = [
        message("table.ramps_limit", metric=column, ms=seconds * MILLISECONDS)
        for column, seconds in limits.items()
    ]
    return Table(
        title=message("table.ramps", limits=times, group=title(ramps[0].conditions)),
        columns=[
            Column(message("table.adapter"), folds=False),
            Column(message("table.highest"), numeric=True),
            Column(message("table.bracket")),
            Column(message("table.of_first", adapter=next(iter(measured))), numeric=True),
        ],
        rows=[_row(name, measured[name], first) for name in measured],
        notes=[message("table.ramps_note", ramps=RAMPS)],
    )


def _row(name: str, ramps: Sequence[Ramp], first: float | None) -> Row:
    middle = _middle(ramps)
    part = share(middle / first) if middle and first else NOTHING
    return Row([name, number(middle), _bracket(ramps), part])


def _middle(ramps: Sequence[Ramp]) -> float | None:
    lows = [ramp.low_per_s for ramp in ramps if ramp.low_per_s]
    return median(lows) if lows else None


def _bracket(ramps: Sequence[Ramp]) -> Cell:
    reason = next((ramp.reason for ramp in ramps if ramp.reason), None)
    lows = [ramp.low_per_s for ramp in ramps if ramp.low_per_s]
    highs = [ramp.high_per_s for ramp in ramps if ramp.high_per_s]
    if not lows or not highs:
        return reason or NOTHING
    return message("table.rate_bracket", low=min(lows), high=max(highs))
