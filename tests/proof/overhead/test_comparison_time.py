"""The comparison of a large run is timed."""

from __future__ import annotations

from runner.proof.overhead import comparison_time


def test_every_cell_of_the_run_is_compared() -> None:
    time = comparison_time.measure(cells=10, rounds=3)
    assert (time.cells, time.rounds) == (10, 3)
    assert time.lines % 10 == 0
    assert time.seconds > 0
