"""The most operations that held a connection at the same time."""

from __future__ import annotations

from array import array

from runner.worker.connections_held import most_at_once


def stamps(*operations: tuple[int, int]) -> array[int]:
    return array(
        "q", [moment for got, used in operations for moment in (got, got, got, used, used)]
    )


def test_operations_that_touch_do_not_overlap_and_those_that_cross_do() -> None:
    assert most_at_once([]) == 0
    assert most_at_once([stamps((0, 5)), stamps((5, 9))]) == 1
    assert most_at_once([stamps((0, 5), (6, 9)), stamps((4, 7)), stamps((4, 5))]) == 3


def test_an_operation_that_has_only_begun_is_left_out() -> None:
    assert most_at_once([stamps((0, 5)) + array("q", [1, 1])]) == 1
