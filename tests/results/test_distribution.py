"""The times of a cell are those of its rounds together, and as bars they are all still there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from runner.results import distribution, histogram_log
from runner.results.distribution import BARS, Distribution
from runner.worker.histogram import Histogram
from tests.builders import ROW, changed

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
OTHER = changed(ROW, "asyncpg")


def of(*milliseconds: float) -> Histogram:
    histogram = Histogram()
    histogram.add(np.array([round(1e6 * it) for it in milliseconds], dtype=np.int64))
    return histogram


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "histograms.hlog"
    for number in (1, 2, 3):
        parts = {"wait": of(0.5), "total": of(*[1.0] * number, 2.0 * number)}
        rows = [replace(row, round=number) for row in (ROW, OTHER)]
        histogram_log.append(path, [(row, 1.0, parts) for row in rows], NOW)
    return path


def test_the_rounds_of_the_rows_are_merged_and_no_others(path: Path) -> None:
    read = distribution.read(path, [replace(ROW, round=number) for number in (1, 3)])
    assert list(read.cells) == [ROW.cell.id]
    wait, total = read.cells[ROW.cell.id]
    assert (wait.part, total.part) == ("wait", "total")
    assert (wait.count, total.count) == (2, 6)
    assert total.longest == pytest.approx(6.0)
    assert read.damaged == []


def test_a_round_of_another_session_is_none_of_it(path: Path) -> None:
    assert not distribution.read(path, [replace(ROW, session=2)]).cells


def test_a_damaged_line_is_counted(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "Tag=x\n", encoding="utf-8")
    assert len(distribution.read(path, [ROW]).damaged) == 1


def test_of_two_lines_for_the_same_times_the_first_counts(path: Path) -> None:
    histogram_log.append(path, [(replace(ROW, round=1), 1.0, {"total": of(9.0)})], NOW)
    read = distribution.read(path, [replace(ROW, round=1)])
    assert read.cells[ROW.cell.id][1].longest == pytest.approx(2.0)
    assert [it.first for it in read.doubled] == [8]


def test_a_run_without_a_log_has_no_times(tmp_path: Path) -> None:
    assert not distribution.read(tmp_path / "histograms.hlog", [ROW]).cells


def test_bars_hold_every_time_where_it_lies() -> None:
    drawn = np.random.default_rng(3).lognormal(13, 1, 5000) / 1e6
    times = Distribution("total", of(*drawn, 0.0))
    bars = times.bars()
    assert bars.first == 0, "no time at all is in the first bar that there is"
    assert sum(bars.counts) == 5001
    assert bars.counts[-1] > 0
    edges = 2 ** (np.arange(len(bars.counts) + 1) / BARS)
    expected, _ = np.histogram(drawn[drawn > 0] * 1e6, edges)
    assert np.abs(np.array(bars.counts) - expected).sum() < 50, "but for those at an edge"


def test_a_quantile_needs_samples_beyond_it() -> None:
    assert Distribution("total", of(1.0)).quantile(0.5) is None
    assert Distribution("total", of(*[1.0] * 100)).quantile(0.5) == pytest.approx(1.0, rel=0.001)
