"""The pictures of a run that compares the sizes of pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from runner.analysis.comparison import compare
from runner.axes import PoolSize
from runner.language import speaking
from runner.report.charts.grid import QUESTION
from runner.report.formats import NOTHING
from runner.results.row import Status
from runner.results.rows import Rows
from runner.roles import Role
from runner.rtt import NO_NETWORK, Rtt
from tests.builders import changed
from tests.report.charts.pictures import figures, lines, picture, texts, words, written
from tests.report.measured import costing, rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from runner.results.row import Row

ADAPTERS = ("psycopg3", "asyncpg")


@pytest.fixture(scope="module")
def sizes() -> list[Row]:
    every = costing(rows(ADAPTERS, clients=(10,), leaks=(0.0,)))
    return [
        changed(row, pool_size=PoolSize(size, size), compared="pool_size", role=role)
        for row in every
        for size, role in ((5, Role.ADAPTER), (10, Role.ADAPTER), (5, Role.CONTROL))
    ]


@pytest.fixture(scope="module")
def drawn(sizes: list[Row]) -> dict[str, Figure]:
    report = compare(Rows(sizes), baseline="pool_size 5")
    return figures(sizes, title="a run", report=report)


def test_the_rate_is_drawn_against_the_size_with_a_line_for_each_adapter(
    drawn: dict[str, Figure],
) -> None:
    figure = drawn["throughput"]
    assert "How many operations a second, as connections are added?" in texts(figure)
    for adapter in ADAPTERS:
        assert any(np.size(line.get_xdata()) == 2 for line in lines(figure, adapter))


def test_the_ratios_have_a_row_for_each_size_and_a_band_for_each_adapter(
    drawn: dict[str, Figure],
) -> None:
    said = texts(drawn["ratios"])
    assert said.index("pool_size 5") < said.index("pool_size 10")
    assert "10 clients, psycopg3: speed" in said
    assert "10 clients, asyncpg: speed" in said


@pytest.mark.parametrize("name", ["time", "latency", "ratios"])
def test_no_caption_speaks_of_no_pool(drawn: dict[str, Figure], name: str) -> None:
    assert "no pool" not in written(drawn[name])
    assert {"pool_size 5", "pool_size 10"} <= set(texts(drawn[name]))


def test_where_clients_are_compared_each_adapter_has_a_panel() -> None:
    some = rows(ADAPTERS, clients=(10, 50), leaks=(0.0,))
    compared = [changed(row, compared="clients") for row in costing(some)]
    drawn = figures(compared, title="a run", report=compare(Rows(compared), baseline=None))
    assert {"psycopg3", "asyncpg", "clients 10", "clients 50"} <= set(texts(drawn["time"]))
    assert "as clients are added?" in written(drawn["throughput"])
    assert "psycopg3: speed" in texts(drawn["ratios"])


def test_where_only_processes_are_several_the_lines_lie_along_them() -> None:
    some = rows(ADAPTERS, clients=(10,), leaks=(0.0,))
    both = [changed(row, processes=count) for row in some for count in (1, 4)]
    drawn = figures(both, title="a run")
    assert "How many operations a second, as processes are added?" in texts(drawn["throughput"])
    more = [changed(row, clients=clients) for row in both for clients in (10, 50)]
    assert "as clients are added?" in written(figures(more, title="a run")["throughput"])


RTTS = [NO_NETWORK, *(Rtt(through=True, seconds=it) for it in (0.0, 0.001, 0.005))]


@pytest.mark.parametrize("compared", ["adapter", "rtt"])
def test_round_trips_are_a_scale_on_which_none_and_no_delay_have_places(compared: str) -> None:
    some = rows(ADAPTERS, clients=(10,), leaks=(0.0,))
    every = [changed(row, rtt=rtt, compared=compared) for row in some for rtt in RTTS]
    figure = figures(every, title="a run")["throughput"]
    assert "How many operations a second, as the server is farther away?" in texts(figure)
    axes = figure.axes[0]
    ticks = axes.get_xticks()
    assert [axes.xaxis.get_major_formatter()(at, at_) for at_, at in enumerate(ticks)] == (
        ["none", "0", "1", "5"]
    )
    assert sorted(ticks) == list(ticks)
    assert ticks[0] > 0, "the scale is one of factors"
    caption = written(figure).partition("a run · ")[2]
    assert "network" not in caption


def test_round_trips_that_are_left_out_are_named_as_under_the_scale() -> None:
    some = rows(ADAPTERS, clients=(10,), leaks=(0.0,))
    every = [changed(row, rtt=rtt) for row in some for rtt in RTTS]
    bad = [
        changed(it, status=Status.SUSPECT) if it.conditions.rtt in RTTS[1:3] else it for it in every
    ]
    said = written(figures(bad, title="a run")["throughput"])
    assert "psycopg3, asyncpg, 0, 1 milliseconds to the server: " in said


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ("rtt", tuple(RTTS[:2])),
        ("transport", ("tcp", "unix")),
        ("processes", (1, 4)),
        ("allocator", ("settled", "fresh")),
        ("profile", ("equal", "stock")),
    ],
)
def test_no_caption_speaks_of_a_value_that_is_compared(axis: str, values: tuple[Any, Any]) -> None:
    some = costing(rows(["psycopg3"], clients=(10,), leaks=(0.0,)))
    changes: list[dict[str, Any]] = [{axis: value} for value in values]
    both = [changed(row, compared=axis, **change) for row in some for change in changes]
    report = compare(Rows(both), baseline=f"{axis} {values[0]}")
    for name, figure in figures(both, title="a run", report=report).items():
        (caption,) = (it.partition("\n")[0] for it in texts(figure) if it.startswith("a run"))
        words = [it for it in caption.split(" · ") if not it.startswith("baseline")]
        assert not [it for it in words if axis in it or "None" in it or NOTHING in it], name


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_long_question_keeps_to_the_page(language: str) -> None:
    some = rows(ADAPTERS, clients=(10,), leaks=(0.0,))
    every = [changed(row, rtt=rtt) for row in some for rtt in RTTS]
    with speaking(language):
        figure = picture("p99", every, title="a run")
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    (question,) = (it for it in words(figure) if it.get_gid() == QUESTION)
    assert question.get_window_extent(renderer).x1 < figure.bbox.x1
