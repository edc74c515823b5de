"""The times of the operations of a cell over its rounds: the histograms of the log, merged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runner.results import histogram_log
from runner.results.histogram_log import Doubled
from runner.times import MILLISECOND
from runner.worker.histogram import Histogram, middle
from runner.worker.protocol import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from runner.results.row import Row

BARS = 8
"""Of an octave: a bar begins 9 % above the one before it."""


@dataclass(frozen=True)
class Bars:
    """Counts over a logarithmic scale of time: bar `k` begins at `2 ** (k / BARS)` nanoseconds."""

    first: int
    """The number of the first bar that has a count."""
    counts: Sequence[int]


@dataclass(frozen=True)
class Distribution:
    """The times of one part of the operations of a cell."""

    part: str
    """See `runner.worker.protocol.PARTS`."""
    histogram: Histogram

    @property
    def count(self) -> int:
        """The number of times."""
        return len(self.histogram)

    @property
    def longest(self) -> float:
        """The longest time, in milliseconds."""
        return self.histogram.maximum / MILLISECOND

    def quantile(self, share: float) -> float | None:
        """Return the time below which a share of all lie, in ms; None for want of samples."""
        value = self.histogram.percentile(share)
        return None if value is None else value / MILLISECOND

    def bars(self) -> Bars:
        """Return it as a picture needs it, from the first count to the last."""
        numbers = np.flatnonzero(self.histogram.counts)
        places = np.floor(BARS * np.log2(np.maximum(middle(numbers), 1))).astype(np.int64)
        first = int(places.min())
        counts = np.bincount(places - first, weights=self.histogram.counts[numbers])
        return Bars(first, [int(count) for count in counts])


@dataclass(frozen=True)
class Distributions:
    """The distributions of a run by cell, and the lines of its log that do not count."""

    cells: Mapping[str, Sequence[Distribution]]
    damaged: Sequence[int]
    """The numbers of the lines that cannot be read, from 1."""
    doubled: Sequence[Doubled]


def read(path: Path, rows: Iterable[Row]) -> Distributions:
    """Read the distributions behind rows, each cell's over its rounds; none without a log.

    Raises OSError.
    """
    wanted = {(row.cell.id, row.round, row.session) for row in rows}
    cells: dict[str, dict[str, Histogram]] = defaultdict(lambda: defaultdict(Histogram))
    damaged, doubled = [], []
    for line in histogram_log.lines(path):
        if isinstance(line, int):
            damaged.append(line)
        elif isinstance(line, Doubled):
            doubled.append(line)
        elif (line.cell, line.round, line.session) in wanted:
            cells[line.cell][line.part].merge(line.histogram)
    of_cells = {cell: _in_order(parts) for cell, parts in cells.items()}
    return Distributions(of_cells, damaged, doubled)


def _in_order(parts: Mapping[str, Histogram]) -> list[Distribution]:
    return [Distribution(part, parts[part]) for part in PARTS if part in parts]
