"""Numbers are short, and nearly all is never all."""

from __future__ import annotations

import pytest

from runner.report.formats import (
    LONGEST_NOTE,
    LONGEST_QUOTE,
    NOTHING,
    bound,
    change,
    duration,
    exact,
    minutes,
    note,
    number,
    quote,
    ratio,
    share,
    short,
    spread,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),  # noqa: RUF001
        (0, "0 %"),
        (1e-6, "<0.01 %"),
        (0.0123, "1.2 %"),
        (0.0994, "9.9 %"),
        (0.0999, "10 %"),
        (0.5, "50 %"),
        (0.995, "99.5 %"),
        (0.99987, "99.98 %"),
        (1, "100 %"),
        (1.28, "128 %"),
    ],
)
def test_nearly_all_is_not_all(value: float | None, words: str) -> None:
    assert share(value) == words


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


@pytest.mark.parametrize(
    ("value", "words"),
    [(12.3, "12.30"), (1234.5, "1.23e+03"), (0.01234, "0.0123"), (0.5, "0.50")],
)
def test_large_and_small_ratios_can_be_read(value: float, words: str) -> None:
    assert ratio(value) == words


def test_an_end_of_an_interval_has_the_digits_that_tell_it_from_one() -> None:
    """So that no interval beside a verdict is printed as if it reached 1."""
    ends = (1.0, 1.004, 0.9996, 1.0004, 0.99999, 1.23456, 0.555, None)
    assert [bound(end) for end in ends] == [
        *("1.00", "1.004", "0.9996", "1.0004", "1.00", "1.23", "0.56"),
        NOTHING,
    ]


def test_what_was_chosen_keeps_all_its_digits() -> None:
    assert [exact(value) for value in (1.0, 0.125, 0.9875, 0.03)] == [
        "100 %",
        "12.5 %",
        "98.75 %",
        "3 %",
    ]


def test_a_tiny_spread_is_none() -> None:
    assert [spread(value) for value in (0.00004, 0.0042, 0.36)] == ["±0 %", "±0.42 %", "±36 %"]


def test_a_change_has_its_sign() -> None:
    assert [change(value) for value in (0.877, 1.0, 1.05)] == ["-12.3 %", "+0.0 %", "+5.0 %"]


def test_a_text_of_a_driver_is_a_line_of_bounded_length() -> None:
    assert note("PoolError:\n  exhausted") == "PoolError: exhausted"
    assert len(note("x" * 1000)) == LONGEST_NOTE
    assert note("x" * 1000).endswith("x…")


def test_an_expected_time_is_as_rough_as_it_is_known() -> None:
    assert [minutes(it) for it in (40, 89, 720, 5399, 9000)] == [
        *("40 s", "89 s", "12 min", "90 min", "2.5 h")
    ]


def test_a_quote_within_a_sentence_is_shorter_than_a_note() -> None:
    assert quote("PoolError:\nconnection pool exhausted") == "PoolError: connection pool exhausted"
    assert len(quote("x" * 100)) == LONGEST_QUOTE < LONGEST_NOTE
