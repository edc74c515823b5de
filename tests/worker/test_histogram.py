"""Percentiles that are right to 0.1 %, or absent."""

from __future__ import annotations

import numpy as np
import pytest

from runner.worker.histogram import Histogram, buckets, lower, merged, middle


def of(*values: int) -> Histogram:
    histogram = Histogram()
    histogram.add(np.array(values, dtype=np.int64))
    return histogram


def test_every_value_falls_into_the_bucket_that_holds_it() -> None:
    values = np.unique(np.geomspace(1, 2**62, 20_000).astype(np.int64))
    numbers = buckets(values)
    first, after = lower(numbers), lower(numbers + 1)
    assert (first <= values).all()
    assert (values < after).all()
    assert (after - first <= np.maximum(1, values / 1024)).all()
    assert middle(numbers) == pytest.approx((first + (after - 1.0)) / 2, rel=1e-9)


def test_percentiles_of_known_delays_come_out_within_a_thousandth() -> None:
    values = np.random.default_rng(1).lognormal(14, 2, 200_000).astype(np.int64)
    histogram = Histogram()
    for chunk in np.array_split(values, 57):
        histogram.add(chunk)
    for share in (0.5, 0.9, 0.99, 0.999):
        exact = np.quantile(values, share, method="inverted_cdf")
        assert histogram.percentile(share) == pytest.approx(exact, rel=0.001)
    assert histogram.mean == pytest.approx(values.mean(), rel=1e-12)
    assert histogram.maximum == values.max()
    assert len(histogram) == len(values)


def test_a_percentile_with_fewer_than_ten_samples_beyond_it_is_absent() -> None:
    assert of(*range(999)).percentile(0.99) is None
    assert of(*range(1000)).percentile(0.99) == pytest.approx(989, rel=0.001)
    assert of(*range(19)).percentile(0.5) is None
    assert of(*range(20)).percentile(0.5) == 9
    assert Histogram().percentile(0.5) is None


def test_a_wait_of_hours_is_not_cut_off() -> None:
    hours = 5 * 3600 * 10**9
    assert of(*[hours] * 30).percentile(0.5) == pytest.approx(hours, rel=0.001)


def test_merging_is_the_same_as_having_counted_everything_in_one() -> None:
    one, other = of(1, 500, 70_000), of(3, 500, 10**12)
    assert merged([one, other]).to_json() == of(1, 500, 70_000, 3, 500, 10**12).to_json()


def test_a_histogram_crosses_the_wall_between_two_processes_unchanged() -> None:
    histogram = of(1, 300, 300, 10**9)
    assert Histogram.from_json(histogram.to_json()).to_json() == histogram.to_json()
    assert Histogram.from_json(Histogram().to_json()).to_json() == Histogram().to_json()


def test_values_below_a_bound_are_those_of_buckets_that_end_there() -> None:
    histogram = of(100, 200, 300, 10**9)
    assert [histogram.below(bound) for bound in (-1, 100, 101, 300, 2**40)] == [0, 0, 1, 2, 4]


def test_a_histogram_that_others_are_merged_into_leaves_them_as_they_were() -> None:
    short, long = of(5), of(10**9)
    whole = merged([short, long, short])
    assert (len(whole), len(short), len(long)) == (3, 1, 1)
