"""A duration is read and written in the units of people."""

from __future__ import annotations

import pytest

from runner.config.duration import read_duration, write_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("2s", 2),
        ("1m", 60),
        ("1.5s", 1.5),
        (".5 s", 0.5),
        ("1h", 3600),
        ("24h", 86_400),
        ("0s", 0),
        (0, 0),
    ],
)
def test_a_duration_is_read_in_seconds(text: object, seconds: float) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (5, "must be a time with its unit"),
        ("5", "must be a time with its unit"),
        ("5 days", "must be a time with its unit"),
        ("1e3s", "must be a time with its unit"),
        (False, "must be a time with its unit"),
        (None, "must be a time with its unit"),
        ("-1s", "must not be negative"),
        ("24.1h", "must be at most 24h"),
        (f"{'9' * 5000}h", "must be at most 24h"),
        ("0.0009ms", "must be at least 0.001ms, or 0"),
    ],
)
def test_what_is_no_duration_is_refused(text: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0s"), (0.333, "333ms"), (0.0007, "0.7ms"), (1.5, "1.5s"), (3600.0, "3600s")],
)
def test_what_is_written_is_read_as_the_same_duration(seconds: float, text: str) -> None:
    assert write_duration(seconds) == text
    assert read_duration(text) == seconds
