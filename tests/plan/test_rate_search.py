"""The highest rate is found whatever it is, and whatever the search begins with."""

from __future__ import annotations

import pytest

from runner.plan.rate_search import CLOSE, FIRST_STEP, LEAST_PER_S, MOST_PER_S, NEXT_STEP, search


@pytest.mark.parametrize("capacity", [30.0, 100.0, 4321.0, 90_000.0])
@pytest.mark.parametrize("start", [20.0, 1000.0, 100_000.0])
@pytest.mark.parametrize("step", [FIRST_STEP, NEXT_STEP])
def test_the_bracket_encloses_the_highest_rate_and_is_narrow(
    capacity: float, start: float, step: float
) -> None:
    bracket = search(lambda rate: rate <= capacity, start, step)
    assert bracket is not None
    assert bracket.low <= capacity < bracket.high <= CLOSE * bracket.low


def test_near_what_was_found_few_rates_are_tried() -> None:
    tried: list[float] = []

    def keeps(rate: float) -> bool:
        tried.append(rate)
        return rate <= 1020

    assert search(keeps, 1000.0, NEXT_STEP)
    assert len(tried) <= 3


def test_where_no_rate_is_kept_none_is_found() -> None:
    tried: list[float] = []

    def keeps(rate: float) -> bool:
        tried.append(rate)
        return False

    assert search(keeps, 50.0, FIRST_STEP) is None
    assert min(tried) >= LEAST_PER_S


def test_what_keeps_every_rate_ends_the_search() -> None:
    bracket = search(lambda _: True, 1000.0, FIRST_STEP)
    assert bracket is not None
    assert bracket.low >= MOST_PER_S / 100
