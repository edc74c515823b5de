"""A round trip is read, written and ordered as a time; none is less than 0 ms."""

from __future__ import annotations

import pytest

from runner.rtt import NO_NETWORK, Rtt, read_milliseconds, rtt_of


@pytest.mark.parametrize(
    ("seconds", "written"), [(0.0, "0ms"), (0.0003, "0.3ms"), (0.001, "1ms"), (1.0, "1000ms")]
)
def test_a_time_is_written_in_milliseconds_and_read_again(seconds: float, written: str) -> None:
    rtt = rtt_of(seconds)
    assert (rtt, str(rtt)) == (Rtt(through=True, seconds=seconds), written)
    assert read_milliseconds(rtt.milliseconds) == rtt


def test_no_network_of_ours_is_something_else_than_one_without_a_delay() -> None:
    assert rtt_of("none") == NO_NETWORK == read_milliseconds("")
    assert (str(NO_NETWORK), NO_NETWORK.milliseconds) == ("none", "")
    assert NO_NETWORK < rtt_of(0.0) < rtt_of(0.001)


def test_what_is_no_time_is_not_read() -> None:
    with pytest.raises(ValueError, match="soon"):
        read_milliseconds("soon")
