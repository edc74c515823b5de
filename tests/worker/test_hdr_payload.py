"""HdrHistogram's own implementation reads our payloads, and we read its."""

from __future__ import annotations

from base64 import b64decode, b64encode

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram

from runner.worker import hdr_payload
from runner.worker.histogram import Histogram

Values = list[int]

CASES: dict[str, Values] = {
    "none": [],
    "zero": [0],
    "one empty bucket between two": [7, 9],
    "two empty buckets between two": [7, 10],
    "the ends of octaves": [1023, 1024, 2047, 2048, 2049, 4095, 4096, 2**40 - 1, 2**40],
    "many of one": [1_000_000] * 40_000 + [5] * 200,
    "a spread": np.random.default_rng(2).lognormal(14, 2, 20_000).astype(np.int64).tolist(),
    "five hours": [5 * 3600 * 10**9],
}


def ours(values: Values) -> Histogram:
    histogram = Histogram()
    histogram.add(np.array(values, dtype=np.int64))
    return histogram


def theirs(values: Values) -> HdrHistogram:
    histogram = HdrHistogram(1, hdr_payload.HIGHEST, hdr_payload.DIGITS)
    for value in values:
        assert histogram.record_value(value)
    return histogram


@pytest.mark.parametrize("values", CASES.values(), ids=list(CASES))
def test_it_is_byte_for_byte_what_the_public_implementation_writes(values: Values) -> None:
    assert hdr_payload.encode(ours(values).counts) == theirs(values).encode().decode()


@pytest.mark.parametrize("values", CASES.values(), ids=list(CASES))
def test_counts_come_back_as_they_were(values: Values) -> None:
    counts = ours(values).counts
    assert hdr_payload.decode(hdr_payload.encode(counts)).tolist() == counts.tolist()


def test_a_single_empty_bucket_that_java_writes_as_0_is_read() -> None:
    assert hdr_payload._counts(np.array([-2, 5, 0, 7], dtype=np.int64)).tolist() == [0, 0, 5, 0, 7]


@pytest.mark.parametrize("count", [1, 63, 64, 8191, 8192, 2**31, 2**55])
def test_a_count_of_any_size_comes_back(count: int) -> None:
    counts = np.array([0, count, 0, 0, count - 1, 1], dtype=np.int64)
    assert hdr_payload.decode(hdr_payload.encode(counts)).tolist() == counts.tolist()


def test_a_payload_that_is_damaged_anywhere_is_refused() -> None:
    payload = hdr_payload.encode(ours(CASES["a spread"]).counts)
    data = b64decode(payload)
    for place in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[place] ^= 0x55
        with pytest.raises(ValueError, match="histogram"):
            hdr_payload.decode(b64encode(damaged).decode())
    for length in range(0, len(payload), 41):
        with pytest.raises(ValueError, match="histogram"):
            hdr_payload.decode(payload[:length])
    with pytest.raises(ValueError, match="histogram"):
        hdr_payload.decode(payload[:100] + "*" + payload[100:])
    with pytest.raises(ValueError, match="histogram of 1099511627777 buckets"):
        hdr_payload._counts(np.array([-(2**40), 5], dtype=np.int64))


def test_another_precision_is_refused_in_a_sentence() -> None:
    payload = HdrHistogram(1, 10**9, 2).encode().decode()
    with pytest.raises(ValueError, match="3 digits"):
        hdr_payload.decode(payload)
