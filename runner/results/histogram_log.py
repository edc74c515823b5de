"""Distributions as an HdrHistogram interval log, which public tools read too.

The format is that of org.HdrHistogram.HistogramLogWriter 1.3: a line for each cell, round and part,
`Tag=<cell>.round<number>.session<number>.<part>,start,length,maximum,payload`. All durations in it
are nanoseconds; start (since 1970) and length are seconds.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from runner.results import line_file
from runner.worker import hdr_payload
from runner.worker.histogram import Histogram, buckets, middle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from runner.results.row import Row

LINE = re.compile(
    r"Tag=(?P<cell>[^,\s]+)\.round(?P<round>\d+)\.session(?P<session>\d+)\.(?P<part>\w+),"
    r"(?P<start>\d+\.\d+),(?P<seconds>\d+\.\d+),(?P<maximum>\d{1,18}),(?P<payload>\S+)"
)
LEGEND = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"'


@dataclass(frozen=True)
class LoggedHistogram:
    """A line of the log."""

    cell: str
    round: int
    session: int
    part: str
    """The part of an operation: see `runner.worker.protocol.PARTS`."""
    start: float
    """Seconds since 1970: the moment of writing, less `seconds`."""
    seconds: float
    """Length of the counted windows, which may lie apart from each other in the time before."""
    histogram: Histogram
    """The distribution: percentiles and mean to 0.1 %, the maximum exact."""


class Doubled(NamedTuple):
    """A line that holds what another one before it holds, but not the same: the first counts."""

    first: int
    line: int
    """The numbers of both, from 1."""


@dataclass(frozen=True)
class HistogramLog:
    """The histograms of a log, and the lines of it that do not count."""

    histograms: tuple[LoggedHistogram, ...] = ()
    damaged: tuple[int, ...] = ()
    """The numbers of the lines that cannot be read, from 1."""
    doubled: tuple[Doubled, ...] = ()


def append(
    path: Path, measured: Iterable[tuple[Row, float, Mapping[str, Histogram]]], now: dt.datetime
) -> None:
    """Add a line for each part of a row that has a value; begin the log if need be.

    Beside each row are the counted seconds of its distributions. Raises OSError.
    """
    measured = list(measured)
    text = "".join(log_lines(row, seconds, parts, now) for row, seconds, parts in measured)
    if not path.exists():
        longest = max((seconds for _, seconds, _ in measured), default=0.0)
        text = log_header(now - dt.timedelta(seconds=longest)) + text
    line_file.append(path, text)


def read(path: Path, cell: str | None = None) -> HistogramLog:
    """Read a log, or one cell's part of it; an empty one where there is none.

    A line that cannot be read, or that another one contradicts, costs no other. Raises OSError.
    """
    histograms, damaged, doubled = [], [], []
    for line in lines(path, cell):
        match line:
            case int():
                damaged.append(line)
            case Doubled():
                doubled.append(line)
            case _:
                histograms.append(line)
    return HistogramLog(tuple(histograms), tuple(damaged), tuple(doubled))


def lines(path: Path, cell: str | None = None) -> Iterator[LoggedHistogram | Doubled | int]:
    """Yield the histograms of `read` one by one, and of damaged lines the numbers.

    A histogram takes up to 200 kB: thousands of them need not be there at once. A line that is
    there twice to the letter is one line.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    lines_of = dict[object, int]()
    written = text.removesuffix("\n").split("\n")
    for number, content in enumerate(written, 1):
        if not content or content.startswith("#") or content == LEGEND:
            continue
        match = LINE.fullmatch(content)
        if match and cell not in (None, match["cell"]):
            continue
        try:
            logged = _logged(match)
        except ValueError:
            yield number
            continue
        key = logged.cell, logged.round, logged.session, logged.part
        if (first := lines_of.setdefault(key, number)) == number:
            yield logged
        elif content != written[first - 1]:
            yield Doubled(first, number)


def log_header(start: dt.datetime) -> str:
    """Write the head of a log; readers leave out what lies before its start."""
    date = f"{start:%Y-%m-%d %H:%M:%S %Z}"
    return (
        "#[All values, Interval_Max too, are nanoseconds]\n"
        "#[Tags are cell.round.session.part; the part of an operation is wait, use, release or"
        " total, failed for the whole of a failed one, or waiting for the time until then of one"
        " that still had no connection when its window closed; in an open loop picked is the whole"
        " from the pick-up, and late how late that was]\n"
        "#[An interval is as long as the turns that it is of, the uncut one or all, and ends when"
        " the line was written]\n"
        "#[Histogram log format version 1.3]\n"
        f"#[StartTime: {start.timestamp():.3f} (seconds since epoch), {date}]\n"
        f"{LEGEND}\n"
    )


def log_lines(row: Row, seconds: float, parts: Mapping[str, Histogram], now: dt.datetime) -> str:
    """Write a line for each part that has a value."""
    tag = f"{row.cell.id}.round{row.round}.session{row.session}"
    start = now.timestamp() - seconds
    return "".join(
        f"Tag={tag}.{part},{start:.3f},{seconds:.3f},{histogram.maximum},"
        f"{hdr_payload.encode(histogram.counts)}\n"
        for part, histogram in parts.items()
        if len(histogram)
    )


def _logged(match: re.Match[str] | None) -> LoggedHistogram:
    """Read a line. Raises ValueError."""
    if match is None:
        raise ValueError("no line of the log")
    return LoggedHistogram(
        cell=match["cell"],
        round=int(match["round"]),
        session=int(match["session"]),
        part=match["part"],
        start=float(match["start"]),
        seconds=float(match["seconds"]),
        histogram=_histogram(match["payload"], int(match["maximum"])),
    )


def _histogram(payload: str, maximum: int) -> Histogram:
    counts = hdr_payload.decode(payload)
    highest = len(counts) - 1
    if buckets(np.array([maximum])) != highest:
        raise ValueError(f"the highest bucket is {highest}, the maximum {maximum}")
    return Histogram(counts, round(float(counts @ middle(np.arange(len(counts))))), maximum)
