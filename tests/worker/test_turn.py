"""Turns: what overlaps in them is seen, and they are put together again."""

from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
import pytest

from adapters.base import Failure
from runner.worker.connections_held import most_at_once
from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS, SLICES, Measured, together


def stamps(*operations: tuple[int, int]) -> array[int]:
    return array("q", [moment for got, used in operations for moment in (got, got, used, used)])


def test_operations_that_touch_do_not_overlap_and_those_that_cross_do() -> None:
    assert most_at_once([]) == 0
    assert most_at_once([stamps((0, 5)), stamps((5, 9))]) == 1
    assert most_at_once([stamps((0, 5), (6, 9)), stamps((4, 7)), stamps((4, 5))]) == 3


def measured(ok: tuple[int, ...], times: list[int], **given: object) -> Measured:
    histograms = {part: Histogram() for part in PARTS}
    histograms["total"].add(np.array(times, dtype=np.int64))
    failures = {kind.value: 1 for kind in Failure}
    return Measured(0.4, ok, float(sum(ok)), failures, histograms, **given)  # type: ignore[arg-type]


def test_the_turns_of_a_cell_add_up_and_the_worst_of_them_is_the_worst() -> None:
    first = measured((1, 2), [10, 20, 30], held=3, cpu=5, longest_wait=7, examples={"a": "first"})
    second = measured((3, 0), [40], held=5, cpu=6, longest_wait=2, examples={"a": "b", "b": "c"})
    whole = together([first, second])
    assert whole.seconds == pytest.approx(0.8)
    assert (whole.ok, whole.weight, whole.cpu) == ((4, 2), 6.0, 11)
    assert (whole.held, whole.longest_wait, whole.loop_lag) == (5, 7, None)
    twice = together([replace(first, slices=tuple(range(SLICES)))] * 2)
    assert twice.slices == tuple(range(0, 2 * SLICES, 2))
    assert whole.failures["pool_timeout"] == 2
    assert (len(whole.histograms["total"]), whole.histograms["total"].mean) == (4, 25)
    assert whole.examples == {"a": "first", "b": "c"}
    assert first.ok == (1, 2), "what it was made of is left alone"
    assert len(first.histograms["total"]) == 3
    assert Measured.from_json(whole.to_json()).ok == (4, 2)
