"""The p99 along the rates: a line for each adapter that ends where it no longer keeps up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runner.axes import PoolSize
from runner.rate import Rate
from runner.report.catalogue import text
from runner.report.charts.drawing import draw_topic
from runner.report.charts.palette import looks
from runner.report.charts.questions import CHARTS, TAIL
from runner.report.charts.selection import pictures
from runner.report.charts.topic import Topic
from runner.results.rows import Rows
from tests.analysis.runs import at_2000, row
from tests.builders import changed
from tests.report.charts.pictures import lines

if TYPE_CHECKING:
    from runner.results.row import Row


def at(share: float, adapter: str, factor: float, **changes: object) -> list[Row]:
    rate = Rate(is_share=True, number=share)
    return [changed(it, rate=rate) for it in at_2000(adapter, factor, **changes)]


MEASURED = [
    *at(0.5, "base", 1.0),
    *at(0.9, "base", 4.0),
    *at(0.5, "late", 2.0),
    *at(0.9, "late", 50.0, ok=1000),
]


def test_a_line_ends_where_an_adapter_leaves_arrivals_undone() -> None:
    closed = [row("base", number, 1000.0) for number in range(1, 6)]
    (facets,) = pictures(Rows([*MEASURED, *closed]), TAIL, {}).values()
    figure = draw_topic(Topic(TAIL, "a run", facets, looks(["base", "late"])))
    assert figure
    base, late = (
        np.array(next(lines(figure, name)).get_ydata(), dtype=float) for name in ("base", "late")
    )
    assert base.tolist() == [5.0, 20.0]
    assert late[0] == 10.0
    assert np.isnan(late[1])


def test_with_one_rate_there_is_no_line_and_without_any_no_picture() -> None:
    (facets,) = pictures(Rows(at(0.5, "base", 1.0)), TAIL, {}).values()
    assert draw_topic(Topic(TAIL, "a run", facets, looks(["base"]))) is None
    assert pictures(Rows([row("base", 1, 1000.0)]), TAIL, {}) == {}


def test_along_sizes_the_question_is_of_connections() -> None:
    sizes = [
        changed(it, pool_size=PoolSize(size, size), compared="pool_size")
        for size in (5, 10)
        for it in at_2000("base", 1.0)
    ]
    (facets,) = pictures(Rows(sizes), TAIL, {}).values()
    asked = text(Topic(TAIL, "a run", facets, looks(["base"])).question)
    assert asked == "How long do operations take, as connections are added?"
    (facets,) = pictures(Rows(MEASURED), TAIL, {}).values()
    asked = text(Topic(TAIL, "a run", facets, looks(["base", "late"])).question)
    assert asked == "How long do operations take, as more of them arrive?"


def test_a_rate_that_is_given_is_not_drawn_as_a_speed() -> None:
    assert pictures(Rows(MEASURED), CHARTS["throughput"], {}) == {}


def test_one_long_round_flattens_no_line() -> None:
    rounds = at(0.5, "base", 1.0)
    rounds[0] = changed(rounds[0], total_ms_p99=5000.0)
    (facets,) = pictures(Rows([*rounds, *at(0.9, "base", 4.0)]), TAIL, {}).values()
    figure = draw_topic(Topic(TAIL, "a run", facets, looks(["base"])))
    assert figure
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    low, high = axes.get_ylim()
    assert 0 < low < 5.0
    assert high > 5000.0


def test_rates_that_are_compared_are_places_on_the_scale() -> None:
    compared = [changed(it, compared="rate") for it in MEASURED]
    (facets,) = pictures(Rows(compared), TAIL, {}).values()
    figure = draw_topic(Topic(TAIL, "a run", facets, looks(["base", "late"])))
    assert figure
    assert np.array(next(lines(figure, "base")).get_ydata()).tolist() == [5.0, 20.0]
