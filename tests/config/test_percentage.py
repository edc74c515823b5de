"""A share is read as people write it, or refused."""

from __future__ import annotations

import pytest

from runner.config.percentage import share, spelled


@pytest.mark.parametrize(("text", "value"), [("5%", 0.05), (0.05, 0.05), ("0.5 %", 0.005)])
def test_a_share_is_read_as_people_write_it(text: object, value: float) -> None:
    assert share(text) == pytest.approx(value)
    assert share(spelled(value)) == pytest.approx(value)


@pytest.mark.parametrize("text", ["5", 5, 0, "0%", "100%", "-1%", "five", True, None, float("nan")])
def test_what_is_no_share_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        share(text)
