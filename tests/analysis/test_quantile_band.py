"""The mean of a band is that of the values between two quantiles, whatever lies outside."""

from __future__ import annotations

import math
from statistics import fmean

import pytest

from runner.analysis.quantile_band import MIDDLE_HALF, QUIET, QuantileBand

HUNDRED = [float(value) for value in range(100)]
"""The i-th stands for the quantiles from i % to i + 1 %."""


@pytest.mark.parametrize(("band", "values"), [(MIDDLE_HALF, range(25, 75)), (QUIET, range(67, 98))])
def test_the_values_between_two_quantiles_count(band: QuantileBand, values: range) -> None:
    assert band.mean(HUNDRED) == pytest.approx(fmean(values))
    assert band.mean(HUNDRED[::-1]) == band.mean(HUNDRED)


def test_a_value_at_the_edge_of_the_band_weighs_as_much_as_lies_inside() -> None:
    """Of ten values the third is inside with half of its stretch, and the eighth too."""
    middle = (0.5 * 2 + 3 + 4 + 5 + 6 + 0.5 * 7) / 5
    assert MIDDLE_HALF.mean(HUNDRED[:10]) == pytest.approx(middle)
    assert QUIET.mean(HUNDRED[:10]) == pytest.approx((0.3 * 6 + 7 + 8 + 0.8 * 9) / 3.1)
    assert MIDDLE_HALF.mean([5.0]) == pytest.approx(5.0)


def test_what_lies_outside_does_not_count_however_far_it_is() -> None:
    far = [-math.inf] * 20 + HUNDRED[20:80] + [math.inf] * 20
    assert MIDDLE_HALF.mean(far) == MIDDLE_HALF.mean(HUNDRED)


def test_without_a_value_there_is_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        MIDDLE_HALF.mean([])
