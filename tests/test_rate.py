"""A rate is read as it is written, and written as it is read."""

from __future__ import annotations

import pytest

from runner.rate import Rate, read_rate


@pytest.mark.parametrize(
    ("written", "rate", "again"),
    [
        (2000, Rate(is_share=False, number=2000.0), "2000"),
        ("2000", Rate(is_share=False, number=2000.0), "2000"),
        (0.5, Rate(is_share=False, number=0.5), "0.5"),
        ("70%", Rate(is_share=True, number=0.7), "70%"),
        ("12.5 %", Rate(is_share=True, number=0.125), "12.5%"),
        ("none", None, "None"),
    ],
)
def test_a_rate_is_a_number_a_share_or_none(written: object, rate: object, again: str) -> None:
    assert read_rate(written) == rate
    assert str(rate) == again
    if isinstance(rate, Rate):
        assert read_rate(str(rate)) == rate


@pytest.mark.parametrize("written", [True, None, "", "fast", "-1", -1, "1e9", "50%%", [5]])
def test_anything_else_is_refused_with_what_is_allowed(written: object) -> None:
    with pytest.raises(ValueError, match="such as 2000, a share such as 70%, or none"):
        read_rate(written)


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        (0, "more than 0 and at most 1000000 a second"),
        (1_000_001, "more than 0 and at most 1000000 a second"),
        ("0%", "more than 0% and at most 200%"),
        ("201%", "more than 0% and at most 200%"),
    ],
)
def test_a_rate_that_nothing_serves_is_refused(written: object, allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed):
        read_rate(written)
