"""Two records become one, field by field, in the way that each field declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import add, mul

import numpy as np
import pytest

from runner.worker import merges
from runner.worker.histogram import Histogram
from runner.worker.merges import combined, merge, mergeable
from runner.worker.protocol import TurnRecord


@mergeable
@dataclass(frozen=True)
class Record:
    """A field with a merge for each way, and one with the same for both."""

    seconds: int = field(metadata=merge(add, beside=max))
    product: int = field(metadata=merge(mul))


def histogram(*values: int) -> Histogram:
    counts = Histogram()
    counts.add(np.array(values, dtype=np.int64))
    return counts


def test_records_are_merged_over_time_and_side_by_side() -> None:
    first, second = Record(2, 3), Record(5, 7)
    assert combined(first, second, "then") == Record(7, 21)
    assert combined(first, second, "beside") == Record(5, 21), "one way serves for both"
    assert (first, second) == (Record(2, 3), Record(5, 7))


def test_a_field_without_a_declared_merge_is_refused_when_it_is_written() -> None:
    @dataclass(frozen=True)
    class Forgotten:
        seconds: float = field(metadata=merge(add))
        retries: int = 0

    with pytest.raises(TypeError, match=r"Forgotten\.retries does not declare how it is merged"):
        mergeable(Forgotten)
    assert mergeable(TurnRecord), "its own fields all declare one"


WAYS = (merges.worst, merges.earliest, merges.latest_of_both, merges.first_known)


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        (1, 2, (2, 1, 2, 1)),
        (2, 1, (2, 1, 2, 2)),
        (None, 1, (1, 1, None, 1)),
        (0, None, (0, 0, None, 0)),
        (None, None, (None, None, None, None)),
    ],
)
def test_an_unknown_value_is_merged_as_each_field_means_it(
    first: int | None, second: int | None, values: tuple[int | None, ...]
) -> None:
    assert tuple(way(first, second) for way in WAYS) == values


def test_counts_are_added_by_key_and_a_missing_key_is_nothing() -> None:
    assert merges.added_by_key({"a": 1}, {"a": 2, "b": 3}) == {"a": 3, "b": 3}
    assert merges.counts_by_key({"a": {"x": 1}}, {"a": {"x": 2}, "b": {"y": 1}}) == {
        "a": {"x": 3},
        "b": {"y": 1},
    }
    assert merges.each_added((1, 2), (3, 4)) == (4, 6)
    assert [merges.first_text("", "b"), merges.first_text("a", "b")] == ["b", "a"]


def test_histograms_are_merged_by_key_and_the_originals_are_left_alone() -> None:
    first, second = {"wait": histogram(1, 2)}, {"wait": histogram(3)}
    assert len(merges.histograms_by_key(first, second)["wait"]) == 3
    assert (len(first["wait"]), len(second["wait"])) == (2, 1)
