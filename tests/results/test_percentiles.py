"""A percentile needs ten samples beyond it, of the turns that it is taken from."""

from __future__ import annotations

import pytest

from runner.results.percentiles import samples, samples_needed
from tests.builders import row, turn_row


@pytest.mark.parametrize(
    ("column", "needed"),
    [
        ("total_ms_p50", 20),
        ("wait_ms_p99", 1000),
        ("total_ms_p999", 10_000),
        ("total_ms_max", None),
        ("ops_per_s", None),
    ],
)
def test_ten_samples_lie_beyond_a_percentile(column: str, needed: int | None) -> None:
    assert samples_needed(column) == needed


def test_the_samples_are_those_of_the_uncut_turn_where_there_is_one() -> None:
    own = row(operations=1000, ok=900)
    short = turn_row(own, operations=70, ok=60)
    uncut = turn_row(own, operations=500, ok=450, uncut=True)
    replaced = turn_row(own, operations=500, ok=450, uncut=True, replaced=True)
    columns = "total_ms_p99", "failed_ms_p50", "response_ms_p99"
    assert [samples(column, own, [short]) for column in columns] == [900, 100, 1000]
    assert [samples(column, own, [short, uncut, replaced]) for column in columns] == [450, 50, 500]
