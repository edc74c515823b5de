"""The quiet pace is that of the fastest turns, which slow ones do not move."""

from __future__ import annotations

import math

import pytest

from runner.analysis.midmean import Round
from runner.proof.quiet_pace import quiet_pace

TEN = dict.fromkeys(range(10), 0.0)
HALF_SLOW = {cycle: 0.1 - (cycle < 5) for cycle in range(10)}
STILL = dict.fromkeys(range(10), -math.inf)


def test_the_slow_turns_of_a_pool_do_not_count_however_slow() -> None:
    pace = quiet_pace([Round(HALF_SLOW, TEN, TEN)] * 3, 0.95)
    assert pace is not None
    assert pace.mean == pytest.approx(0.1)
    assert pace.low == pytest.approx(pace.high), "the rounds do not differ"


@pytest.mark.parametrize("few", [[], [Round(TEN, TEN)], [Round(STILL, TEN)] * 3])
def test_without_rounds_that_differ_or_turns_that_did_anything_there_is_none(
    few: list[Round],
) -> None:
    assert quiet_pace(few, 0.95) is None
