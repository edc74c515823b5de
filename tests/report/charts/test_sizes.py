"""The picture of sizes: whiskers are the intervals of the answer, and what is enough is marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer

from runner.analysis.answer.scope import Scope
from runner.analysis.answer.sized import sized
from runner.analysis.comparison import compare
from runner.analysis.sizes import Enough
from runner.axes import PoolSize
from runner.report.charts import drawing
from runner.report.charts.drawing import Asked
from runner.report.charts.sizes import MOST_LABELS
from runner.results.rows import Rows
from tests.analysis.runs import closed, of_size, paced, rows, times
from tests.builders import changed
from tests.report.charts.pictures import lines, texts, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from runner.analysis.sizes import Sizes
    from runner.results.row import Row

PLATEAU = {1: 0.4, 2: 0.8, 3: 1.0, 4: 1.001, 5: 1.0}
NOISE = (1.0, 1.02, 0.98, 1.01, 0.99)


def noisy(factors: dict[int, float]) -> list[Row]:
    return [
        row
        for size, factor in factors.items()
        for row in of_size(
            size, rows("psycopg3", times(factor, NOISE[::-1] if size % 2 else NOISE))
        )
    ]


def drawn(measured: Sequence[Row], longest_p99: float | None = None) -> dict[str, Figure]:
    whole = Rows(measured)
    report = compare(whole, baseline=None)
    every = drawing.figures(whole, title="a run", report=report, asked=Asked(longest_p99))
    return {name: figure for name, figure in every if name.startswith("sizes")}


def whole(measured: Sequence[Row]) -> Sizes:
    every = Rows(measured)
    ((_, sizes),) = sized(Scope(every, compare(every, baseline=None)))
    return sizes


def reaches(axes: Axes) -> dict[float, tuple[float, float]]:
    """Return both ends of the whiskers at each size."""
    ends = {}
    for container in axes.containers:
        assert isinstance(container, ErrorbarContainer)
        (bars,) = container[2]
        ((x, low), (_, high)) = bars.get_segments()[0]
        ends[x] = (low, high)
    return ends


def test_the_whiskers_are_the_intervals_that_the_answer_speaks_of() -> None:
    measured = noisy(PLATEAU)
    speed, tail = drawn(measured)["sizes"].axes
    sizes = whole(measured)
    best = sizes.best
    assert best
    for size in sizes.every:
        line = None if size is best else sizes.against(size, best)
        if line:
            expected = [best.per_second * end for end in (line.low, line.high) if end]
            assert reaches(speed)[size.number] == pytest.approx(expected)
        assert size.tail
        assert reaches(tail)[size.number] == pytest.approx([size.tail.low, size.tail.high])
    assert best.number not in reaches(speed), "it is held against itself"


def test_the_smallest_size_that_is_enough_is_marked_and_the_answer_stands_below() -> None:
    figure = drawn(closed(PLATEAU))["sizes"]
    assert [np.asarray(line.get_xdata()).tolist() for line in lines(figure, "smallest")] == [
        [3, 3],
        [3, 3],
    ]
    assert texts(figure).count("3 are enough") == 2
    assert "3 connections are enough, of 1 to 5 measured" in written(figure)
    assert {"enough", "too few, or too many"} <= set(texts(figure))
    judged = {
        label: sorted(float(np.asarray(it.get_xdata())[0]) for it in lines(figure, label))
        for label in ("yes", "no")
    }
    assert judged == {"yes": [3, 3, 4, 4, 5, 5], "no": [1, 1, 2, 2]}


def test_at_a_rate_with_a_limit_there_is_the_p99_and_the_limit() -> None:
    figure = drawn(paced({4: 3.0, 5: 1.5, 6: 1.0, 8: 0.9}), 0.006)["sizes"]
    (axes,) = figure.axes
    assert [float(np.asarray(it.get_ydata())[0]) for it in lines(figure, "limit")] == [6.0]
    assert "the limit, 6 ms" in texts(figure)
    assert sorted(reaches(axes)) == [4, 5, 6, 8]
    assert "6 are enough" in texts(figure)


def test_where_more_may_be_better_yet_no_size_is_marked() -> None:
    figure = drawn(closed({1: 0.4, 2: 0.6, 3: 0.8}))["sizes"]
    assert not list(lines(figure, "smallest"))
    assert not list(lines(figure, Enough.YES.value))
    assert "More connections may be better yet" in written(figure)


def test_of_many_sizes_some_are_written_below_the_axis() -> None:
    figure = drawn(closed(dict.fromkeys(range(1, 41), 1.0)))["sizes"]
    below = [it for it in figure.axes[-1].get_xticks() if it]
    assert below[:3] == [1, 4, 7]
    assert len(below) <= MOST_LABELS


def test_each_adapter_has_a_picture_and_other_comparisons_have_none() -> None:
    other = [changed(row, "asyncpg", compared="pool_size") for row in closed(PLATEAU)]
    assert set(drawn([*closed(PLATEAU), *other])) == {
        "sizes-adapter_psycopg3",
        "sizes-adapter_asyncpg",
    }
    assert drawn([*rows("base", times(1.0)), *rows("other", times(2.0))]) == {}


def test_sizes_far_apart_do_not_crowd_the_few() -> None:
    figure = drawn(closed({1: 0.4, 2: 0.8, 50: 1.0}))["sizes"]
    assert figure.axes[0].get_xscale() == "log"
    assert drawn(closed(PLATEAU))["sizes"].axes[0].get_xscale() == "linear"


def test_a_size_without_a_value_is_left_out_of_its_panel() -> None:
    silent = [changed(row, pool_size=PoolSize(6, 6), total_ms_p99=None) for row in closed({6: 1.0})]
    figure = drawn([*closed(PLATEAU), *silent])["sizes"]
    assert all(6 in axes.get_xticks() for axes in figure.axes), "it has its place"
    speed, tail = (np.asarray(it.get_xdata()).tolist() for it in lines(figure, "line"))
    assert (6 in speed, 6 in tail) == (True, False)


@pytest.mark.parametrize(
    ("measured", "time"),
    [(closed(PLATEAU), 1e-12), (closed(PLATEAU), 1e-6), (paced(PLATEAU), 1e-12)],
)
@pytest.mark.parametrize("longest_p99", [None, 0.006])
def test_a_p99_too_short_for_the_scale_is_drawn_at_its_lower_end(
    measured: list[Row], time: float, longest_p99: float | None
) -> None:
    instant = [replace(row, total_ms_p99=time) for row in measured]
    figure = drawn(instant, longest_p99)["sizes"]
    figure.draw_without_rendering()
    assert all(axes.get_ylim()[0] < axes.get_ylim()[1] for axes in figure.axes)
