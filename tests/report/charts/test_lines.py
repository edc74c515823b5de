"""Adapters are lines along any axis of the matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.axes import PoolSize
from runner.messages import said
from runner.report.charts.along import Along
from runner.report.charts.drawing import draw_topic
from runner.report.charts.palette import looks
from runner.report.charts.questions import THROUGHPUT
from runner.report.charts.selection import pictures
from runner.report.charts.topic import Topic
from runner.results.rows import Rows
from tests.builders import changed
from tests.report.charts.pictures import (
    figures,
    limit_lines,
    lines,
    picture,
    rendered,
    texts,
    written,
)
from tests.report.measured import limited, rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from runner.results.row import Row

SIZES = (5, 10, 20)
ALONG_SIZE = replace(
    THROUGHPUT, x=Along("pool_size", said("connections"), place=lambda size: size.most)
)


@pytest.fixture(scope="module")
def sized() -> list[Row]:
    some = rows(["psycopg3", "asyncpg"], clients=(50,), leaks=(0.0,), rounds=3)
    return [
        changed(row, pool_size=PoolSize(size, size), ops_per_s=1000.0 * size + row.round)
        for size in reversed(SIZES)
        for row in some
    ]


@pytest.fixture(scope="module")
def figure(sized: list[Row]) -> Figure:
    (facets,) = pictures(Rows(limited(sized)), ALONG_SIZE, {}).values()
    drawn = draw_topic(Topic(ALONG_SIZE, "a run", facets, looks(["psycopg3", "asyncpg"])))
    assert drawn
    return drawn


def test_a_line_goes_through_the_values_of_the_axis_in_order(figure: Figure) -> None:
    (line,) = lines(figure, "asyncpg")
    assert list(line.get_ydata()) == [5002.0, 10_002.0, 20_002.0]  # type: ignore[arg-type]
    assert figure.axes[0].get_xlabel() == "connections, logarithmic"
    assert figure.axes[0].get_xticks().tolist() == list(SIZES)


def test_the_caption_names_the_other_axes_and_not_that_of_the_lines(figure: Figure) -> None:
    assert "a run · insert · 50 clients · all cores · profile equal" in written(figure)


def test_a_limit_that_differs_along_the_axis_is_no_single_line(figure: Figure) -> None:
    assert not limit_lines(figure)


def test_sizes_beside_clients_are_a_picture_of_their_own(sized: list[Row]) -> None:
    both = [changed(row, clients=clients) for row in sized for clients in (10, 50)]
    drawn = figures(both, title="a run")
    assert [name for name in drawn if name.startswith(("throughput", "p99"))] == [
        "throughput",
        "throughput-along_pool_size",
        "p99",
        "p99-along_pool_size",
    ]
    along = drawn["throughput-along_pool_size"]
    assert "How many operations a second, as connections are added?" in texts(along)
    assert [axes.get_title(loc="left") for axes in along.axes] == ["10 clients", "50 clients"]


def test_a_limit_far_above_is_words_at_the_edge_and_takes_no_height() -> None:
    some = rows(["psycopg3", "asyncpg"], leaks=(0.0,))
    far = picture("throughput", limited(some, 100_000.0), title="a run")
    assert not limit_lines(far)
    assert "pgbench, the limit: 100,003 ↑" in texts(far)
    assert "far above this scale" in written(far)
    assert far.axes[0].get_ylim()[1] < 20_000
    near = picture("throughput", limited(some, 11_000.0), title="a run")
    assert limit_lines(near)
    assert "far above this scale" not in written(near)


def test_the_small_print_says_that_marks_are_moved_sideways_where_they_are() -> None:
    moved = "moved sideways"
    assert moved in written(picture("throughput", rows(leaks=(0.0,), rounds=1), title="a run"))
    alone = rows(["asyncpg"], leaks=(0.0,), rounds=1)
    assert moved not in written(picture("throughput", alone, title="a run"))


def above_the_panels(figure: Figure) -> float:
    """Return the inches from the legend to the panels."""
    renderer = rendered(figure)
    legend = figure.legends[0].get_window_extent(renderer)
    return float((legend.y0 - figure.axes[0].bbox.y1) / figure.dpi)


def test_above_a_panel_without_a_heading_there_is_no_room_for_one() -> None:
    alone = rows(["psycopg3", "asyncpg"], leaks=(0.0,), rounds=1)
    other = [changed(row, cpus="one") for row in alone]
    headed = above_the_panels(picture("throughput", [*alone, *other], title="a run"))
    bare = above_the_panels(picture("throughput", alone, title="a run"))
    assert 0 < bare < headed - 0.15


def test_a_narrow_scale_of_equal_factors_has_as_many_ticks_as_a_wide_one() -> None:
    some = rows(["psycopg3"], leaks=(0.0,), rounds=1)
    close = [replace(row, total_ms_p99=60.0 + row.conditions.clients) for row in some]
    (axes,) = picture("p99", close, title="a run").axes
    low, high = axes.get_ylim()
    assert sum(low <= tick <= high for tick in axes.get_yticks()) >= 3


def test_a_setting_with_a_single_value_takes_no_more_width_than_it_needs() -> None:
    some = rows(["psycopg3", "asyncpg"], leaks=(0.0,), rounds=2)
    alone = [changed(row, cpus="one") for row in some if row.conditions.clients == 10]
    wide, narrow = picture("throughput", [*some, *alone], title="a run").axes
    assert [len(axes.get_xticks()) for axes in (wide, narrow)] == [3, 1]
    widths = [axes.get_position().width for axes in (wide, narrow)]
    assert widths[0] > 2 * widths[1]
    last = narrow.get_position()
    assert wide.get_position().x1 < last.x0
    assert last.x1 < 1
