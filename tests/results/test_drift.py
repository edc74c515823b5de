"""A trend within the measured time is flagged."""

from __future__ import annotations

from runner.results.drift import drifts


def test_a_trend_is_called_drifting_and_scatter_is_not() -> None:
    assert drifts([100, 95, 89, 85, 80, 76])
    assert not drifts([100, 95, 89]), "three turns are no trend"
    assert not drifts([100, 80, 101, 82, 99, 81])
    assert not drifts([100, 99.9, 99.8, 99.7, 99.6]), "less than a tenth is none"
