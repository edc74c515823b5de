"""A share is read and written as people write it."""

from __future__ import annotations

import pytest

from runner.config.percentage import read_share, write_share


@pytest.mark.parametrize(
    ("text", "share"), [("5%", 0.05), (0.05, 0.05), ("0.5 %", 0.005), (".05", 0.05)]
)
def test_a_share_is_read_as_people_write_it(text: object, share: float) -> None:
    assert read_share(text) == pytest.approx(share)
    assert read_share(write_share(share)) == pytest.approx(share)


def test_a_share_is_written_in_percent() -> None:
    assert write_share(0.05) == "5%"
    assert write_share(0.125) == "12.5%"


@pytest.mark.parametrize(
    "text",
    ["5", 5, 0, "0%", "100%", "-1%", "five", True, None, float("nan"), float("inf"), 10**400],
)
def test_what_is_no_share_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        read_share(text)
