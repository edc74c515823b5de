"""Each chart shows of a cell what its question asks for, and nothing that flatters."""

from __future__ import annotations

import json
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from adapters.base import Failure
from runner.report.charts.failures import KINDS
from runner.report.charts.palette import looks
from tests.report.charts.pictures import bars, figures, lines, picture, texts, written
from tests.report.measured import numbers, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from runner.results.row import Row


def test_question_without_rows_is_not_asked() -> None:
    calm = rows(["psycopg3", "asyncpg"], leaks=(0.0,), rounds=1)
    assert list(figures(calm, title="a run")) == ["throughput", "p99", "time", "latency"]


def test_bars_are_medians_of_the_parts(standard: list[Row], drawn: dict[str, Figure]) -> None:
    for panel, clients in enumerate((10, 20, 50)):
        expected = [
            median(numbers(standard, f"{part}_ms_mean", "psycopg3", clients))
            for part in ("wait", "use", "release")
        ]
        assert bars(drawn["time"], "psycopg3", panel) == pytest.approx(expected)


def test_percentiles_are_medians_over_rounds(standard: list[Row], drawn: dict[str, Figure]) -> None:
    dots = [
        float(line.get_xdata()[0])  # type: ignore[index,arg-type]
        for line in drawn["latency"].axes[1].lines
        if line.get_label() == "psycopg3"
    ]
    columns = ("total_ms_p50", "total_ms_p99", "total_ms_max")
    assert dots == [median(numbers(standard, column, "psycopg3", 20)) for column in columns]


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({}, ("response_ms_p50", "response_ms_p99", "response_ms_max")),
        ({"response_ms_p50": None, "response_ms_p99": None}, ("response_ms_max",)),
        (
            {"response_ms_p50": None, "response_ms_p99": None, "response_ms_max": None},
            ("total_ms_p50", "total_ms_p99", "total_ms_max"),
        ),
    ],
)
def test_where_some_got_nothing_the_times_are_those_of_all_attempts_as_far_as_they_are_known(
    changes: dict[str, Any], columns: Sequence[str]
) -> None:
    some = rows(["psycopg2"], clients=(50,), leaks=(0.0,), **changes)
    figure = picture("latency", some, title="a run")
    dots = [float(line.get_xdata()[0]) for line in lines(figure, "psycopg2")]  # type: ignore[index,arg-type]
    assert dots == [median(numbers(some, column, "psycopg2", 50)) for column in columns]


def test_failures_are_shares_of_all_operations(
    standard: list[Row], drawn: dict[str, Figure]
) -> None:
    expected = 100 * median(numbers(standard, "failed_share", "psycopg2", 50))
    assert bars(drawn["failures"], "psycopg2", 2)[0] == pytest.approx(expected)
    assert bars(drawn["failures"], "psycopg3", 2) == pytest.approx([100 * 50 / 55])


def test_every_kind_of_failure_has_a_bar() -> None:
    for kind in Failure:
        _, count, _ = KINDS[kind]
        failed: dict[str, Any] = {kind: 7}
        assert count(replace(rows(rounds=1)[0], **failed)) == 7
    assert len({fill for _, _, fill in KINDS.values()}) == len(KINDS) == len(Failure) + 3


def test_client_that_waits_for_a_dry_pool_is_an_attempt() -> None:
    dry = replace(rows(rounds=1)[0], operations=5, ok=5, waiting_clients=45, exhausted_ms=1.0)
    assert (dry.attempts, dry.failed_attempts, dry.failed_of_attempts) == (50, 45, 0.9)
    assert replace(dry, exhausted_ms=None).attempts == 5


def test_leak_without_percentiles_shows_the_longest_time_of_any_attempt(
    drawn: dict[str, Figure],
) -> None:
    assert "5 of 55, 50 wait" in texts(drawn["leak"])
    waited = [
        float(line.get_xdata()[0])  # type: ignore[index,arg-type]
        for line in drawn["leak"].axes[5].lines
        if line.get_label() == "asyncpg"
    ]
    assert len(waited) == 3, "median and longest time without the leak, longest time with it"
    assert 998 <= max(waited) < 1000


def test_failures_are_not_hidden_by_fast_successes(drawn: dict[str, Figure]) -> None:
    for name in ("time", "latency"):
        assert any("26 % failed" in text for text in texts(drawn[name]))
    hollow = {
        line.get_markerfacecolor()
        for line in drawn["throughput"].axes[0].lines
        if line.get_marker() == looks(["psycopg2"])["psycopg2"].marker
    }
    assert hollow == {"white"}


def test_who_starves_others_is_hollow_and_says_so() -> None:
    unfair = rows(["psycopg3"], clients=(20,), leaks=(0.0,), starved_clients=15)
    figure = picture("throughput", unfair, title="a run")
    assert "starves 15" in written(figure)
    assert [line.get_markerfacecolor() for line in lines(figure, "psycopg3")] == ["white"]


def test_what_the_drivers_said_is_below_the_chart_of_failures_and_no_other() -> None:
    refused = json.dumps({"pool_exhausted": "PoolError: connection pool exhausted"})
    some = [replace(row, examples=refused) for row in rows(["psycopg2"], rounds=2)]
    said = "psycopg2: pool_exhausted"
    for name, figure in figures(some, title="a run").items():
        assert (said in written(figure)) == (name == "failures"), name
        assert ("PoolError: connection pool exhausted" in written(figure)) == (name == "failures")


def test_an_arrival_that_was_dropped_or_left_over_is_an_attempt_that_failed() -> None:
    at_rate = replace(rows(rounds=1)[0], operations=70, ok=70, arrivals=100, shed=10, unfinished=20)
    assert (at_rate.attempts, at_rate.failed_attempts) == (100, 30)
    assert [KINDS[kind][1](at_rate) for kind in ("shed", "unfinished")] == [10, 20]


@pytest.mark.parametrize("time", [0.0, 1e-12])
def test_times_too_short_for_the_scale_are_drawn_at_its_lower_end(time: float) -> None:
    columns = [name for name in vars(rows(rounds=1)[0]) if "_ms_" in name]
    times: dict[str, Any] = dict.fromkeys(columns, time)
    for clients in ((10,), (10, 20, 50)):
        measured = rows(["psycopg3"], clients=clients, leaks=(0.0, 1.0), rounds=1)
        instant = [replace(row, **times) for row in measured]
        for figure in figures(instant, title="a run").values():
            figure.draw_without_rendering()
            for axes in figure.axes:
                (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
                assert left < right
                assert low < high


def test_the_p99_is_a_line_along_the_clients_and_hollow_where_some_got_nothing(
    standard: list[Row], drawn: dict[str, Figure]
) -> None:
    for name, column in (("psycopg3", "total_ms_p99"), ("psycopg2", "response_ms_p99")):
        (line,) = lines(drawn["p99"], name)
        marker = looks([name])[name].marker
        marks = [it for it in drawn["p99"].axes[0].lines if it.get_marker() == marker]
        expected = [median(numbers(standard, column, name, clients)) for clients in (10, 20, 50)]
        assert list(line.get_ydata()) == expected  # type: ignore[arg-type]
        assert {mark.get_markerfacecolor() == "white" for mark in marks} == {name == "psycopg2"}


def test_where_some_got_nothing_and_no_time_of_all_attempts_is_known_there_is_no_p99() -> None:
    """That of the successful would flatter, and reports of older versions have no other."""
    old = rows(["psycopg2", "psycopg3"], leaks=(0.0,), rounds=2, response_ms_p99=None)
    figure = picture("p99", old, title="a run")
    assert np.isfinite(next(lines(figure, "psycopg3")).get_ydata()).all()
    assert not np.isfinite(next(lines(figure, "psycopg2")).get_ydata()).any()


def test_the_marks_of_a_row_and_their_whiskers_lie_in_lanes(drawn: dict[str, Figure]) -> None:
    marks = list(lines(drawn["latency"], "psycopg3"))[:3]
    places = [float(mark.get_ydata()[0]) for mark in marks]  # type: ignore[index,arg-type]
    assert places == sorted(set(places), reverse=True), "the median above the longest"
