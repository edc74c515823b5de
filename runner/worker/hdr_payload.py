"""Counts as one word of text: HdrHistogram's encoding V2, which its tools in every language read.

The format is that of org.HdrHistogram.AbstractHistogram.encodeIntoCompressedByteBuffer: a header,
and counts in ZigZag LEB128 with runs of empty buckets as negative numbers, deflated, in base64.
"""

from __future__ import annotations

import binascii
import struct
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

DIGITS = 3
"""Significant decimal digits that a bucket keeps apart."""

HIGHEST = 2**62
"""The highest value in every header, so that histograms of a log can be added: 146 years in ns."""

BUCKETS = 64 * 1024
"""The buckets that 63-bit numbers can fill, and more: a payload that has yet more is damaged."""

COMPRESSED = 0x1C849314
UNCOMPRESSED = 0x1C849313
OUTER = struct.Struct(">ii")
"""The outer header: cookie, and bytes that follow."""
INNER = struct.Struct(">iiiiqqd")
"""The inner header: cookie, bytes of counts, index offset, digits, lowest, highest, ratio."""


def encode(counts: Integers) -> str:
    """Encode the counts of the buckets, from that of 0 on."""
    data = _leb128(_zigzag(_runs(counts)))
    header = INNER.pack(UNCOMPRESSED, len(data), 0, DIGITS, 1, HIGHEST, 1.0)
    deflated = zlib.compress(header + data)
    return b64encode(OUTER.pack(COMPRESSED, len(deflated)) + deflated).decode("ascii")


def decode(payload: str) -> Integers:
    """Return the counts up to the last bucket that has any. Raises ValueError."""
    try:
        data = b64decode(payload, validate=True)
        cookie, length = OUTER.unpack_from(data)
        if (cookie, length) != (COMPRESSED, len(data) - OUTER.size):
            raise ValueError("no histogram of V2, or not the whole of it")
        plain = zlib.decompress(data[OUTER.size :])
        cookie, length, offset, digits, lowest, _, _ = INNER.unpack_from(plain)
    except (binascii.Error, struct.error, zlib.error) as error:
        raise ValueError(f"no histogram: {error}") from error
    if (cookie, length) != (UNCOMPRESSED, len(plain) - INNER.size):
        raise ValueError("no histogram of V2")
    if (offset, digits, lowest) != (0, DIGITS, 1):
        raise ValueError(f"no histogram of whole numbers with {DIGITS} digits")
    return _counts(_unzigzag(_unleb128(plain[INNER.size :])))


def _runs(counts: Integers) -> Integers:
    """Write each count, and before it, as a negative number, how many empty buckets come first."""
    filled = np.flatnonzero(counts)
    empty = np.diff(filled, prepend=-1) - 1
    pairs = np.stack([-empty, counts[filled]], axis=1)
    needed = np.stack([empty > 0, filled >= 0], axis=1)
    runs: Integers = pairs[needed]
    return runs


def _counts(runs: Integers) -> Integers:
    """Undo `_runs`; a single empty bucket may be a 0 too, as Java writes it."""
    ends = np.cumsum(np.where(runs < 0, -runs, 1))
    size = int(ends[-1]) if len(ends) else 0
    if size > BUCKETS:
        raise ValueError(f"a histogram of {size} buckets")
    counts = np.zeros(size, dtype=np.int64)
    counts[ends[runs > 0] - 1] = runs[runs > 0]
    return counts


def _zigzag(numbers: Integers) -> Integers:
    return (numbers << 1) ^ (numbers >> 63)


def _unzigzag(numbers: Integers) -> Integers:
    return (numbers >> 1) ^ -(numbers & 1)


def _leb128(numbers: Integers) -> bytes:
    """Write each number in groups of seven bits, the lowest first; all but its last have bit 7."""
    bits = int(numbers.max(initial=1)).bit_length()
    rests = np.stack([numbers >> shift for shift in range(0, bits + 7, 7)], axis=1)
    groups = (rests[:, :-1] & 127) | ((rests[:, 1:] > 0) << 7)
    needed = rests[:, :-1] > 0
    needed[:, 0] = True
    return groups[needed].astype(np.uint8).tobytes()


def _unleb128(data: bytes) -> Integers:
    groups = np.frombuffer(data, dtype=np.uint8).astype(np.int64)
    ends = np.flatnonzero(groups < 128) + 1  # noqa: PLR2004 - bit 7
    if (ends[-1] if len(ends) else 0) != len(groups):
        raise ValueError("a histogram whose last count is cut off")
    starts = np.concatenate([[0], ends])[:-1]
    places = np.arange(len(groups)) - np.repeat(starts, ends - starts)
    if places.max(initial=0) > 8:  # noqa: PLR2004 - nine groups make 63 bits
        raise ValueError("a histogram with a count of more than 63 bits")
    numbers: Integers = np.add.reduceat((groups & 127) << (7 * places), starts)
    return numbers
