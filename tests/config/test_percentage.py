"""A share is read and written as people write it."""

from __future__ import annotations

import pytest

from runner.config.percentage import read_percent, read_share, write_share


@pytest.mark.parametrize(
    ("text", "share"), [("5%", 0.05), (0.05, 0.05), ("0.5 %", 0.005), (".05", 0.05)]
)
def test_a_share_is_read_as_people_write_it(text: object, share: float) -> None:
    assert read_share(text) == pytest.approx(share)
    assert read_share(write_share(share)) == pytest.approx(share)


def test_a_share_is_written_in_percent() -> None:
    assert write_share(0.05) == "5%"
    assert write_share(0.125) == "12.5%"


@pytest.mark.parametrize("share", [0.999999999999, 1e-6, 1 / 3, 0.07, 0.1 + 0.2])
def test_no_digit_of_a_share_is_lost_in_writing(share: float) -> None:
    assert read_share(write_share(share)) == share


@pytest.mark.parametrize(
    ("written", "number"),
    [("50%", 0.5), ("0%", 0.0), ("100 %", 1.0), ("50", "50"), ("x%", "x%"), (0.5, 0.5), (50, 50)],
)
def test_a_percentage_is_a_number_too(written: object, number: object) -> None:
    assert read_percent(written) == number


@pytest.mark.parametrize(
    "text",
    [
        "5",
        5,
        0,
        "0%",
        "100%",
        "-1%",
        "five",
        True,
        None,
        float("nan"),
        float("inf"),
        10**99,
        "0.00009%",
    ],
)
def test_what_is_no_share_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        read_share(text)
