"""The parts of operations are timed from the moments for which they were intended."""

from __future__ import annotations

import numpy as np

from runner.worker.distributions import Distributions
from runner.worker.observer import NO_FAILURES, NO_TIMES
from runner.worker.window import FOREVER, Window

MS = 1_000_000


def means(distributions: Distributions) -> dict[str, float | None]:
    return {part: histogram.mean for part, histogram in distributions.histograms.items()}


def rows(*rows: tuple[int, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.array(rows, dtype=np.int64)


def test_the_parts_of_an_operation_are_told_apart() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS))
    distributions.fold(rows((110 * MS, 110 * MS, 112 * MS, 117 * MS, 118 * MS)), NO_FAILURES)
    expected = {"wait": 2 * MS, "use": 5 * MS, "release": MS, "total": 8 * MS, "failed": None}
    assert means(distributions) == expected


def test_only_operations_that_end_in_the_window_are_timed() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS))
    ends = [99 * MS, 100 * MS, 199 * MS, 200 * MS]
    distributions.fold(
        rows(*((end - 3 * MS,) * 2 + (end - 2 * MS, end - MS, end) for end in ends)), NO_FAILURES
    )
    assert len(distributions.histograms["total"]) == 2


def test_a_failure_is_timed_and_an_endless_wait_is_none() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS))
    late = (99 * MS, 120 * MS, 130 * MS, 130 * MS, 1)
    distributions.fold(NO_TIMES, rows(late, (99 * MS, 99 * MS, FOREVER, FOREVER, 0)))
    assert len(distributions.histograms["failed"]) == 1
    assert distributions.histograms["failed"].maximum == 31 * MS, "from the intended moment"
