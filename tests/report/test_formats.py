"""Numbers are short, and nearly all is never all."""

from __future__ import annotations

import pytest

from runner.report.charts.questions import percent, short
from runner.report.formats import duration, number


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (1e-6, "<0.01 %"),
        (0.0123, "1.2 %"),
        (0.5, "50 %"),
        (0.99987, "99.98 %"),
        (1, "100 %"),
    ],
)
def test_nearly_all_is_not_all(share: float, words: str) -> None:
    assert percent(share) == words


def test_large_counts_are_short() -> None:
    assert [short(n) for n in (0, 987, 1234, 45_678, 2.5e6)] == ["0", "987", "1.2k", "46k", "2.5M"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),  # noqa: RUF001
        (0.0, "0"),
        (0.0004, "<0.001"),
        (0.5, "0.5"),
        (12.345, "12.3"),
        (1234.6, "1,235"),
    ],
)
def test_numbers_have_as_many_digits_as_a_person_reads(value: float | None, words: str) -> None:
    assert number(value) == words


def test_seconds_become_minutes_when_they_are_many() -> None:
    assert [duration(seconds) for seconds in (6.6, 59.6, 200)] == [
        "7 s",
        "1 min 00 s",
        "3 min 20 s",
    ]
