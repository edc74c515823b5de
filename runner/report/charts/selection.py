"""Which rows stand in one picture, and each cell of it over its rounds. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from runner.report.captions import apart, setting, told
from runner.report.charts.palette import in_order
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.axes import Conditions
    from runner.results.row import Row
    from runner.results.rows import RowGroup, Rows

    Number = str | Callable[[Row], float | None]
    """A column, or what is computed of a row."""


class Spread(NamedTuple):
    """A number over the rounds."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Rounds:
    """One cell over the rounds of a run."""

    rows: tuple[Row, ...]
    planned: int
    """How many rounds the run has."""

    @cached_property
    def good(self) -> list[Row]:
        """The rows that may be drawn."""
        return [row for row in self.rows if not row.bad]

    @property
    def leaks(self) -> bool:
        """Whether its clients forget to release."""
        return any(row.conditions.leak for row in self.rows)

    def spread(self, number: Number) -> Spread | None:
        """Return a number over the rounds that have it."""
        of = number if callable(number) else lambda row: getattr(row, number)
        values = [value for row in self.good if (value := of(row)) is not None]
        return Spread(median(values), min(values), max(values)) if values else None

    def median(self, number: Number) -> float:
        """Return the middle of `spread`, 0 where there is none."""
        spread = self.spread(number)
        return spread.median if spread else 0.0

    @property
    def left_out(self) -> Counter[str]:
        """How many rounds are not drawn, by the reason in a word."""
        missing = self.planned - len(self.rows) if self.rows else 0
        counts = Counter(row.status.value for row in self.rows if row.bad)
        return counts + Counter({"not measured": missing})

    @property
    def silence(self) -> str:
        """Why there is nothing to draw of it, in words."""
        if not self.rows:
            return "not measured"
        if not self.good:
            return _spelled(self.left_out)
        return "too few successes" if any(row.ok for row in self.good) else "no success"


@dataclass(frozen=True)
class Sheet:
    """The rows of one setting."""

    setting: Conditions
    rows: tuple[Row, ...]
    limits: tuple[Row, ...] = ()
    """What pgbench did on the same server over as many connections, round by round."""

    @cached_property
    def limit(self) -> Rounds:
        """The limit over the rounds; without rows where it was not measured."""
        return Rounds(self.limits, self.rounds)

    @cached_property
    def adapters(self) -> list[str]:
        """Every adapter that has a row, good or bad."""
        return in_order(row.contender for row in self.rows)

    @cached_property
    def clients(self) -> list[int]:
        """The numbers of clients, ascending."""
        return sorted({row.conditions.clients for row in self.rows})

    @cached_property
    def leaks(self) -> list[float]:
        """The probabilities to leak, ascending."""
        return sorted({row.conditions.leak for row in self.rows})

    @cached_property
    def rounds(self) -> int:
        """How many rounds left a row."""
        return len({row.round for row in self.rows})

    @cached_property
    def _cells(self) -> dict[tuple[str, int, float], list[Row]]:
        cells: dict[tuple[str, int, float], list[Row]] = defaultdict(list)
        for row in self.rows:
            cells[row.contender, row.conditions.clients, row.conditions.leak].append(row)
        return dict(cells)

    def cell(self, adapter: str, clients: int, leak: float) -> Rounds:
        """Return one cell over its rounds; without rows where it was not measured."""
        return Rounds(tuple(self._cells.get((adapter, clients, leak), ())), self.rounds)

    def leaks_of(self, adapter: str) -> set[float]:
        """Return the probabilities to leak that were asked of an adapter."""
        return {leak for name, _, leak in self._cells if name == adapter}

    def parts(self, most: int) -> Iterator[Sheet]:
        """Yield it in parts of at most so many numbers of clients."""
        for first in range(0, len(self.clients), most):
            some = self.clients[first : first + most]
            rows = tuple(row for row in self.rows if row.conditions.clients in some)
            yield Sheet(self.setting, rows, self.limits)

    def left_out(self, leaks: Sequence[float]) -> list[str]:
        """Return sentences that say of which cells some rounds are not drawn, and why."""
        found: dict[str, dict[tuple[int, float], Counter[str]]] = defaultdict(dict)
        for (adapter, clients, leak), rows in sorted(self._cells.items(), key=lambda item: item[0]):
            counts = Rounds(tuple(rows), self.rounds).left_out
            if leak in leaks and counts:
                found[adapter][clients, leak] = counts
        return [self._sentence(name, found[name]) for name in self.adapters if name in found]

    def limit_left_out(self) -> list[str]:
        """Return the same of the limit."""
        counts = self.limit.left_out
        rounds = f"{counts.total()} of {self.rounds} rounds left out"
        return [f"{LIMIT}: {rounds} ({_spelled(counts)})."] if counts else []

    def _sentence(self, adapter: str, cells: dict[tuple[int, float], Counter[str]]) -> str:
        clients, leaks = (sorted(set(values)) for values in zip(*cells, strict=True))
        with_leaks = f", leak {_listed(leaks)}" if any(leaks) else ""
        counts: Counter[str] = sum(cells.values(), Counter())
        rounds = f"{counts.total()} of {self.rounds * len(cells)} rounds"
        where = f"{_listed(clients)} clients{with_leaks}"
        return f"{adapter}, {where}: {rounds} left out ({_spelled(counts)})."


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _spelled(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))


def pictures(rows: Rows, axes_apart: Sequence[str], most_clients: int) -> dict[str, list[Sheet]]:
    """Return the sheets of each picture, by what the name of its file ends in.

    `axes_apart` names the axes whose values never share a picture. A sheet with more than
    `most_clients` numbers of clients is spread over several.
    """
    sheets = [part for sheet in _sheets(rows) for part in sheet.parts(most_clients)]
    found: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        words = apart(sheet.setting, (other.setting for other in sheets), axes_apart)
        if any(other.setting == sheet.setting and other is not sheet for other in sheets):
            words.append(part_of(sheet.clients))
        found[ending(words)].append(sheet)
    return dict(found)


def part_of(clients: Sequence[int]) -> str:
    """Name a page by the numbers of clients on it."""
    first, last = clients[0], clients[-1]
    return f"{first} to {last} clients" if first < last else f"{first} clients"


def ending(words: Iterable[str]) -> str:
    """Return what the name of a file ends in, so that every system can store it."""
    return "".join("-" + re.sub(r"[^\w.]+", "_", word) for word in words)


def _sheets(rows: Rows) -> list[Sheet]:
    """Return the rows of adapters by their settings."""
    settings: dict[Conditions, list[RowGroup]] = defaultdict(list)
    for group in rows.groups:
        settings[setting_of(group)].append(group)
    return [
        Sheet(
            setting,
            tuple(row for group in groups for row in group.rows),
            tuple(groups[0].limits.values()),
        )
        for setting, groups in settings.items()
    ]


def setting_of(group: RowGroup) -> Conditions:
    """Return what a panel shares; without a size where no contender has a pool."""
    return setting(told(group.conditions, group.rows))
