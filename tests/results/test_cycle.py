"""A cycle of turns is disturbed where others used more of its cores than bounds fixed before."""

from __future__ import annotations

import pytest

from runner.results.cycle import MOST_FOREIGN, MOST_STEAL, CycleRow


@pytest.mark.parametrize(
    ("foreign", "steal", "disturbed"),
    [
        (0.0, 0.0, False),
        (MOST_FOREIGN, MOST_STEAL, False),
        (MOST_FOREIGN + 0.01, 0.0, True),
        (0.0, MOST_STEAL + 0.01, True),
        (0.0, None, False),
        (None, 0.5, False),
    ],
)
def test_a_cycle_is_disturbed_beyond_a_bound_and_never_where_the_load_is_not_known(
    *,
    foreign: float | None,
    steal: float | None,
    disturbed: bool,
) -> None:
    line = CycleRow("insert-c10-p5", 1, 1, 1, 0.5, foreign, steal)
    assert line.disturbed is disturbed


def test_a_tick_or_two_of_a_very_short_cycle_disturb_nothing() -> None:
    tick = 0.01
    short = CycleRow("insert-c10-p5", 1, 1, 1, 0.08, 4 * tick / 0.08, tick / (2 * 0.08))
    assert not short.disturbed
    assert CycleRow("insert-c10-p5", 1, 1, 1, 0.08, 1.0, 0.0).disturbed
    assert CycleRow("insert-c10-p5", 1, 1, 1, 0.08, 0.0, 0.5).disturbed
