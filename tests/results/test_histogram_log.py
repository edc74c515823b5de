"""The log of distributions: public tools read it, and a damaged line costs no other."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

from runner.results import histogram_log
from runner.worker.histogram import Histogram
from tests.builders import ROW, changed

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=dt.UTC)
MEASURED = replace(ROW, seconds=15.0)


def drawn(seed: int, size: int = 20_000) -> Histogram:
    histogram = Histogram()
    histogram.add(np.random.default_rng(seed).lognormal(13, 1, size).astype(np.int64))
    return histogram


PARTS = {"wait": drawn(1), "use": drawn(2), "total": drawn(3), "failed": Histogram()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a log as a run of two rounds does."""
    path = tmp_path / "histograms.hlog"
    for number in (1, 2):
        row = replace(MEASURED, round=number)
        histogram_log.append(path, [(row, 1.5, PARTS)], NOW + dt.timedelta(seconds=10 * number))
    return path


def public(path: Path) -> list[HdrHistogram]:
    with closing(HistogramLogReader(str(path), HdrHistogram(1, 2**40, 3))) as reader:
        return list(iter(reader.get_next_interval_histogram, None))


def test_the_public_reader_finds_the_same_counts_and_percentiles(path: Path) -> None:
    intervals = public(path)
    tags = [f"psycopg3-insert-c10-p5.round{n}.session1" for n in (1, 2)]
    assert [it.get_tag() for it in intervals] == [
        f"{tag}.{part}" for tag in tags for part in ("wait", "use", "total")
    ]
    for interval in intervals:
        ours = PARTS[interval.get_tag().rpartition(".")[2]]
        assert interval.get_total_count() == len(ours)
        counts = [interval.get_count_at_index(index) for index in range(len(ours.counts))]
        assert counts == ours.counts.tolist()
        for share in (0.5, 0.9, 0.99, 0.999):
            expected = ours.percentile(share)
            assert interval.get_value_at_percentile(100 * share) == pytest.approx(expected, 0.001)
        assert interval.get_max_value() == pytest.approx(ours.maximum, 0.001)
        assert interval.get_mean_value() == pytest.approx(ours.mean, 0.001)


def test_the_public_reader_finds_when_a_cell_was_measured(path: Path) -> None:
    first = public(path)[0]
    assert first.get_end_time_stamp() == pytest.approx(1000 * NOW.timestamp() + 10_000)
    assert first.get_end_time_stamp() - first.get_start_time_stamp() == pytest.approx(1500)


def test_what_was_written_is_read(path: Path) -> None:
    log = histogram_log.read(path)
    assert log.damaged == ()
    assert [(it.cell, it.session, it.round, it.part) for it in log.histograms] == [
        ("psycopg3-insert-c10-p5", 1, number, part)
        for number in (1, 2)
        for part in ("wait", "use", "total")
    ]
    for logged in log.histograms:
        written = PARTS[logged.part]
        assert logged.histogram.counts.tolist() == written.counts.tolist()
        assert logged.histogram.maximum == written.maximum
        assert logged.histogram.percentile(0.99) == written.percentile(0.99)
        assert logged.histogram.mean == pytest.approx(written.mean, rel=0.001)
        assert logged.seconds == 1.5
        ended = NOW.timestamp() + 10 * logged.round
        assert logged.start + logged.seconds == pytest.approx(ended, abs=0.001)


def test_only_what_belongs_to_a_cell_is_read_where_it_is_named(path: Path) -> None:
    other = changed(MEASURED, leak=0.5)
    histogram_log.append(path, [(other, 1.5, PARTS)], NOW)
    assert len(histogram_log.read(path, other.cell.id).histograms) == 3
    assert len(histogram_log.read(path, MEASURED.cell.id).histograms) == 6
    assert histogram_log.read(path, "psycopg3") == histogram_log.HistogramLog()


def test_a_name_with_the_signs_of_a_tag_in_it_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "histograms.hlog"
    row = changed(MEASURED, "my.pool:Pool.round1-read-c1", round=12, session=3)
    histogram_log.append(path, [(row, 1.5, PARTS)], NOW)
    logged, *_ = histogram_log.read(path).histograms
    assert (logged.cell, logged.round, logged.session) == (row.cell.id, 12, 3)


def test_a_line_that_a_kill_cut_off_is_numbered_and_costs_no_other(path: Path) -> None:
    data = path.read_bytes()
    lines = data.count(b"\n")
    path.write_bytes(data[:-40])
    log = histogram_log.read(path)
    assert len(log.histograms) == 5
    assert log.damaged == (lines,)


def test_damage_in_the_middle_is_numbered_and_costs_no_other(path: Path) -> None:
    lines = path.read_bytes().split(b"\n")
    (first,) = (number for number, line in enumerate(lines) if b"round1.session1.wait" in line)
    lines[first] = lines[first][:200] + b"\xff\x00" + lines[first][202:]
    lines[first + 1] = lines[first + 1].replace(b"Tag=", b"Tag")
    lines[first + 3] = lines[first + 3].replace(b"HISTFAAA", b"HISTFAAB")
    numbers = lines[first + 4].split(b",")
    lines[first + 4] = b",".join([*numbers[:3], b"7", numbers[4]])
    path.write_bytes(b"\n".join(lines))
    log = histogram_log.read(path)
    assert [(it.round, it.part) for it in log.histograms] == [(1, "total"), (2, "total")]
    assert log.damaged == (first + 1, first + 2, first + 4, first + 5)


def test_a_line_that_is_there_twice_to_the_letter_is_one(path: Path) -> None:
    once = histogram_log.read(path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, *lines[-3:]]), encoding="utf-8")
    again = histogram_log.read(path)
    assert (again.damaged, again.doubled) == ((), ())
    tags = [[(it.round, it.part) for it in log.histograms] for log in (once, again)]
    assert tags[0] == tags[1]


def test_of_two_lines_that_contradict_each_other_the_first_counts_and_both_are_numbered(
    path: Path,
) -> None:
    before = path.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(before, 1) if ".total," in line)
    again = replace(MEASURED, round=1)
    histogram_log.append(path, [(again, 1.5, {"total": drawn(9)})], NOW)
    log = histogram_log.read(path)
    assert log.doubled == ((first, len(before) + 1),)
    assert log.damaged == ()
    (counted,) = [it for it in log.histograms if (it.round, it.part) == (1, "total")]
    assert counted.histogram.counts.tolist() == PARTS["total"].counts.tolist()
    assert histogram_log.read(path, MEASURED.cell.id).doubled == log.doubled
    assert histogram_log.read(path, "another") == histogram_log.HistogramLog()


def test_a_report_from_before_the_log_has_none(tmp_path: Path) -> None:
    assert histogram_log.read(tmp_path / "histograms.hlog") == histogram_log.HistogramLog()
