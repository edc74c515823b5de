"""What a worker costs over a bare loop is computed from made-up rates whose answer is known."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from runner.proof.overhead.paces import (
    LOOPS,
    TWO,
    Difference,
    Setting,
    differences,
    layer_costs,
    overheads,
)
from runner.proof.overhead.slices import BARE, OURS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.proof.overhead.paces import Cycles

EXACT = pytest.approx


def rounds_of(us: Mapping[str, float], noise: float = 0.0, seed: int = 1) -> list[Cycles]:
    """Make five rounds of eight cycles of loops that take so long, and never less.

    `noise` is the mean of the share that a disturbed slice loses.
    """
    chance = Random(seed)

    def rate(loop: str) -> float:
        return 1_000_000 / us[loop] / (1 + (chance.expovariate(1 / noise) if noise else 0.0))

    return [[{loop: rate(loop) for loop in us} for _ in range(8)] for _ in range(5)]


def of_two(bare: float, ours: float, noise: float = 0.0, seed: int = 1) -> Sequence[Cycles]:
    return rounds_of({BARE: bare, OURS: ours}, noise, seed)


def test_a_quiet_machine_gives_ratio_and_microseconds_without_doubt() -> None:
    (line,) = overheads({Setting("a", 10): of_two(48.0, 50.0)})
    assert line.setting == ("a", 10)
    assert line.ratio == line.low == line.high == EXACT(0.96)
    assert line.bare_us == EXACT(48.0)
    assert line.extra_us == EXACT(2.0)
    assert line.extra_reach == EXACT(0.0)


def test_on_a_disturbed_machine_the_interval_holds_the_truth() -> None:
    (line,) = overheads({Setting("a", 10): of_two(48.0, 50.0, noise=0.2)})
    assert line.low < 0.96 < line.high
    assert abs(line.extra_us - 2.0) < line.extra_reach
    assert line.low > 0.9
    assert line.high < 1.02


def test_a_slice_in_which_nothing_ended_does_not_end_a_run() -> None:
    rounds = of_two(48.0, 50.0)
    stalled = [[{**cycles[0], OURS: 0.0}, *cycles[1:]] for cycles in rounds]
    (line,) = overheads({Setting("a", 10): stalled})
    assert line.ratio == EXACT(0.96)


def test_each_layer_costs_what_it_adds_to_the_one_before_it() -> None:
    us = dict(zip(LOOPS, (40.0, 41.0, 41.5, 41.75, 42.5, 43.0), strict=True))
    costs = layer_costs(rounds_of(us))
    assert list(costs) == list(LOOPS[1:])
    assert [cost.us for cost in costs.values()] == EXACT([1.0, 0.5, 0.25, 0.75, 0.5])
    assert set(TWO) == {LOOPS[0], LOOPS[-1]}


def test_adapters_are_compared_where_they_have_as_many_clients() -> None:
    measured = {
        Setting("a", 1): of_two(48.0, 50.0),
        Setting("b", 1): of_two(90.0, 100.0),
        Setting("a", 50): of_two(48.0, 50.0),
        Setting("b", 50): of_two(96.0, 100.0),
    }
    one, fifty = differences(measured)
    assert (one.clients, one.adapters) == (1, ("a", "b"))
    assert one.ratio == EXACT(0.96 / 0.9)
    assert fifty.clients == 50
    assert fifty.ratio == EXACT(1.0)


def test_the_more_pairs_are_compared_the_wider_is_each_interval() -> None:
    two = {Setting("a", 1): of_two(48, 50, 0.1, 1), Setting("b", 1): of_two(48, 50, 0.1, 2)}
    three = {**two, Setting("c", 1): of_two(48, 50, 0.1, 3)}
    (alone,), (first, *others) = differences(two), differences(three)
    assert alone.ratio == first.ratio
    assert first.low < alone.low <= alone.high < first.high
    assert len(others) == 2


@pytest.mark.parametrize(
    ("low", "high", "where"),
    [
        (0.98, 1.02, "within"),
        (0.975, 1.029, "within"),
        (0.98, 1.04, "neither"),
        (0.96, 0.98, "neither"),
        (1.04, 1.06, "beyond"),
        (0.90, 0.96, "beyond"),
    ],
)
def test_a_difference_is_within_or_beyond_the_margin_with_its_whole_interval(
    low: float, high: float, where: str
) -> None:
    difference = Difference(10, ("a", "b"), (low * high) ** 0.5, low, high)
    assert difference.within(0.03) is (where == "within")
    assert difference.beyond(0.03) is (where == "beyond")


def test_a_ratio_and_its_inverse_are_as_far_from_equal() -> None:
    more, less = (Difference(1, ("a", "b"), ratio, 0.5, 2.0).size for ratio in (1.25, 0.8))
    assert more == EXACT(less) == EXACT(0.25)
