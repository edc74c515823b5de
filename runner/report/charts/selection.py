"""Which rows stand in one picture, and each cell of it over its rounds. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from runner.report.charts.palette import in_order
from runner.results.row_builder import paired
from runner.roles import LIMIT, RESERVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.results.row import Result

    Number = str | Callable[[Result], float | None]
    """A column, or what is computed of a row."""


USUAL_PROFILE = "equal"


class Setting(NamedTuple):
    """What all in a picture have in common; adapter, clients and leak differ."""

    profile: str
    workload: str
    pool: tuple[int, ...]
    """The fewest and the most connections; empty where nobody has a pool."""
    cpus: str

    @property
    def size(self) -> int | None:
        """The most connections of a pool, None where nobody has one."""
        return self.pool[-1] if self.pool else None

    def words(self, field: str) -> str:
        """Return a value as a caption says it."""
        if field == "pool":
            sizes = " to ".join(str(size) for size in sorted(set(self.pool)))
            return f"pool of {sizes}" if sizes else "no pool"
        if field == "cpus":
            return {"all": "all cores", "one": "one core"}.get(self.cpus, self.cpus)
        return f"{field} {getattr(self, field)}"

    def apart(self, others: Iterable[Setting], fields: Iterable[str] | None = None) -> list[str]:
        """Return what tells it from the others, in words."""
        among = list(others)
        return [
            self.words(field)
            for field in fields or self._fields
            if len({getattr(other, field) for other in among}) > 1
        ]

    def heading(self, clients: int | None, others: Iterable[Setting]) -> str:
        """Return what stands above a panel; that a profile is not the usual one always does."""
        words = self.apart(others)
        profile = self.words("profile")
        if self.profile != USUAL_PROFILE and profile not in words:
            words.append(profile)
        if clients is not None:
            words.insert(0, f"{clients} client{'s' * (clients > 1)}")
        return ", ".join(words)


class Spread(NamedTuple):
    """A number over the rounds."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Rounds:
    """One cell over the rounds of a run."""

    rows: tuple[Result, ...]
    planned: int
    """How many rounds the run has."""

    @cached_property
    def good(self) -> list[Result]:
        """The rows that may be drawn."""
        return [row for row in self.rows if not row.bad]

    @property
    def leaks(self) -> bool:
        """Whether its clients forget to release."""
        return any(row.leak for row in self.rows)

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

    setting: Setting
    rows: tuple[Result, ...]
    limits: tuple[Result, ...] = ()
    """What pgbench did on the same server over as many connections, round by round."""

    @cached_property
    def limit(self) -> Rounds:
        """The limit over the rounds; without rows where it was not measured."""
        return Rounds(self.limits, self.rounds)

    @cached_property
    def adapters(self) -> list[str]:
        """Every adapter that has a row, good or bad."""
        return in_order(row.adapter for row in self.rows)

    @cached_property
    def clients(self) -> list[int]:
        """The numbers of clients, ascending."""
        return sorted({row.clients for row in self.rows})

    @cached_property
    def leaks(self) -> list[float]:
        """The probabilities to leak, ascending."""
        return sorted({row.leak for row in self.rows})

    @cached_property
    def rounds(self) -> int:
        """How many rounds left a row."""
        return len({row.round for row in self.rows})

    @cached_property
    def _cells(self) -> dict[tuple[str, int, float], list[Result]]:
        cells: dict[tuple[str, int, float], list[Result]] = defaultdict(list)
        for row in self.rows:
            cells[row.adapter, row.clients, row.leak].append(row)
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
            rows = tuple(row for row in self.rows if row.clients in some)
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


def pictures(
    results: Iterable[Result], apart: Sequence[str], most_clients: int
) -> dict[str, list[Sheet]]:
    """Return the sheets of each picture, by what the name of its file ends in.

    `apart` names the fields of Setting whose values never share a picture. A sheet with more than
    `most_clients` numbers of clients is spread over several.
    """
    sheets = [part for sheet in _sheets(results) for part in sheet.parts(most_clients)]
    found: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        words = sheet.setting.apart((other.setting for other in sheets), apart)
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


def _sheets(results: Iterable[Result]) -> list[Sheet]:
    """Return the rows by their settings; the control is no adapter, and the limit is none."""
    everything = paired(results)
    limits: dict[object, list[Result]] = defaultdict(list)
    for row in everything:
        if row.adapter == LIMIT:
            limits[row.workload, row.pool_max, row.cpus].append(row)
    rows = [row for row in everything if row.adapter not in RESERVED]
    # Who has no pool stands beside those who have one: the group knows its size.
    pools = {row.group: (row.pool_min or 0, row.pool_max) for row in rows if row.pool_max}
    found: dict[Setting, list[Result]] = defaultdict(list)
    for row in rows:
        setting = Setting(row.profile, row.workload, pools.get(row.group, ()), row.cpus)
        found[setting].append(row)
    return [
        Sheet(setting, tuple(some), tuple(limits[setting.workload, setting.size, setting.cpus]))
        for setting, some in sorted(found.items())
    ]
