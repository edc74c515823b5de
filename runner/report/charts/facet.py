"""A facet: the rows of one setting, by adapter, by the value of one axis and by leak. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from runner.messages import message
from runner.report.charts.palette import in_order
from runner.report.charts.rounds import Rounds, reasons
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.axes import Conditions
    from runner.messages import Message
    from runner.report.charts.along import Along
    from runner.results.row import Row


@dataclass(frozen=True)
class Facet:
    """The rows of one setting."""

    setting: Conditions
    along: Along
    """The axis whose values are side by side."""
    rows: tuple[Row, ...]
    limited: Mapping[str, int]
    """The rounds of the cells that are measured in fewer than the run has, by their ids."""
    limits: tuple[Row, ...] = ()
    """The rows of pgbench on the same server over as many connections, round by round."""

    @cached_property
    def limit(self) -> Rounds:
        """The limit over the rounds; without rows where it was not measured."""
        return Rounds(self.limits, self.rounds)

    @cached_property
    def adapters(self) -> list[str]:
        """Every adapter, or whatever is compared, that has a row, good or bad."""
        return in_order(self._name(row) for row in self.rows)

    @cached_property
    def values(self) -> list[Any]:
        """The values of the axis, ascending."""
        return sorted({self._value(row) for row in self.rows})

    @cached_property
    def leaks(self) -> list[float]:
        """The probabilities to leak, ascending."""
        return sorted({row.conditions.leak for row in self.rows})

    @cached_property
    def rounds(self) -> int:
        """The number of rounds that left a row."""
        return len({row.round for row in self.rows})

    @cached_property
    def _cells(self) -> dict[tuple[str, Any, float], list[Row]]:
        cells: dict[tuple[str, Any, float], list[Row]] = defaultdict(list)
        for row in self.rows:
            cells[self._name(row), self._value(row), row.conditions.leak].append(row)
        return dict(cells)

    def _value(self, row: Row) -> Any:
        return self.along.of(row)

    def _name(self, row: Row) -> str:
        """Name what is compared, or the adapter where that is what lies along the axis."""
        return row.contender if row.cell.compared == self.along.axis else row.entrant

    def cell(self, adapter: str, value: Any, leak: float) -> Rounds:
        """Return one cell over its rounds; without rows where it was not measured."""
        return self._over_rounds(self._cells.get((adapter, value, leak), ()))

    def cells(self, leaks: Sequence[float]) -> list[Rounds]:
        """Return every cell that was measured with one of these leaks."""
        cells = self._cells.items()
        return [self._over_rounds(rows) for (*_, leak), rows in cells if leak in leaks]

    def _over_rounds(self, rows: Sequence[Row]) -> Rounds:
        most = self.limited.get(rows[0].cell.id, self.rounds) if rows else self.rounds
        return Rounds(tuple(rows), min(self.rounds, most))

    def leaks_of(self, adapter: str) -> set[float]:
        """Return the probabilities to leak that were asked of an adapter."""
        return {leak for name, _, leak in self._cells if name == adapter}

    def parts(self, most: int) -> Iterator[Facet]:
        """Yield it in parts that have at most that number of values."""
        for first in range(0, len(self.values), most):
            values = self.values[first : first + most]
            yield replace(self, rows=tuple(row for row in self.rows if self._value(row) in values))

    def left_out(self, leaks: Sequence[float], where: Sequence[Message]) -> Iterator[Message]:
        """Yield sentences on the cells of which some rounds are not drawn, and why.

        Adapters of which it is the same share one, as those of a group that was not measured.
        `where` tells this setting from the others of a page.
        """
        cells: dict[str, dict[tuple[Any, float], Rounds]] = defaultdict(dict)
        for (adapter, value, leak), rows in sorted(self._cells.items(), key=lambda item: item[0]):
            cell = self._over_rounds(rows)
            if leak in leaks and cell.left_out:
                cells[adapter][value, leak] = cell
        alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
        for adapter in (it for it in self.adapters if it in cells):
            alike[_counted(cells[adapter])].append(adapter)
        for adapters in alike.values():
            yield self._sentence(adapters, cells[adapters[0]], where)

    def _sentence(
        self,
        adapters: Sequence[str],
        cells: dict[tuple[Any, float], Rounds],
        where: Sequence[Message],
    ) -> Message:
        values, leaks = (sorted(set(axis)) for axis in zip(*cells, strict=True))
        named = list(map(self.along.written or str, values))
        words = [message("left_out.values", values=named, axis=self.along.label)]
        if any(leaks):
            words.append(message("chart.leaks", leaks=[f"{leak:g}" for leak in leaks]))
        counts = sum((cell.left_out for cell in cells.values()), Counter())
        planned = sum(cell.planned for cell in cells.values())
        return _left_out([*where, *adapters, *words], counts, planned, of_each=len(adapters) > 1)

    def limit_left_out(self, where: Sequence[Message]) -> Iterator[Message]:
        """Yield the same of the limit."""
        if counts := self.limit.left_out:
            yield _left_out([*where, LIMIT], counts, self.rounds)


def _counted(cells: dict[tuple[Any, float], Rounds]) -> tuple[object, ...]:
    """Return what is left out of an adapter, to be held against others."""
    return tuple(
        (place, cell.planned, *sorted(cell.left_out.items())) for place, cell in cells.items()
    )


def _left_out(
    cells: Sequence[Message | str], counts: Counter[str], of: int, *, of_each: bool = False
) -> Message:
    rounds, why = counts.total(), reasons(counts)
    if of_each:
        return message("left_out.rounds_each", cells=cells, rounds=rounds, of=of, reasons=why)
    return message("left_out.rounds", cells=cells, rounds=rounds, of=of, reasons=why)
