"""A page says what its panels share and what was left out; each panel what is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.results.row import Row, Status
from runner.roles import CONTROL, LIMIT
from tests.builders import changed
from tests.report.charts.pictures import figures, limit_lines, picture, texts, written
from tests.report.measured import controlled, limited, rows, spoiled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def test_caption_says_where_the_numbers_come_from(drawn: dict[str, Figure]) -> None:
    for figure in drawn.values():
        caption = written(figure)
        assert "a run · insert · 5 connections · all cores · profile equal" in caption
        assert "5 rounds: median, whiskers: minimum and maximum over rounds." in caption
    once = picture("time", rows(rounds=1), title="a run")
    assert "1 round: no spread is known." in written(once)


def test_run_in_which_everybody_leaks_is_still_drawn() -> None:
    found = figures(rows(leaks=(1.0,), rounds=1), title="a run")
    assert list(found) == ["throughput", "time", "latency", "failures"]
    assert "leak 1" in written(found["throughput"])


def test_profiles_are_apart_and_stock_is_named_above_every_panel() -> None:
    equal = rows(["asyncpg"], clients=(10, 50), leaks=(0.0,), rounds=2)
    stock = [changed(row, profile="stock") for row in equal]
    both = figures([*equal, *stock], title="a run")
    assert list(both)[:2] == ["throughput-profile_equal", "throughput-profile_stock"]
    for name, figure in [*figures(stock, title="a run").items(), *both.items()]:
        titles = [axes.get_title(loc="left") for axes in figure.axes]
        named = ["profile stock" in title for title in titles]
        assert named == [not name.endswith("equal")] * len(titles), name


def test_the_limit_stands_in_panels_of_the_same_server_only() -> None:
    some = rows(["asyncpg"], leaks=(0.0,), rounds=1)
    alone = [changed(row, cpus="one") for row in some]
    figure = picture("throughput", [*limited(some, 12_000.0), *alone], title="a run")
    counts = [sum(line.get_label() == LIMIT for line in axes.lines) for axes in figure.axes]
    assert counts == [1, 0]


def test_rounds_without_the_limit_are_counted(standard: list[Row]) -> None:
    failed = spoiled(limited(standard), Status.FAILED, lambda row: row.contender == LIMIT)
    figure = picture("throughput", failed, title="a run")
    assert not limit_lines(figure)
    assert f"{LIMIT}: 5 of 5 rounds left out (5 failed)." in written(figure)


def test_the_limit_says_nothing_of_a_run_in_which_everybody_leaks() -> None:
    figure = picture("throughput", limited(rows(leaks=(1.0,), rounds=2)), title="a run")
    assert not limit_lines(figure)


def test_neither_the_control_nor_the_limit_is_an_adapter(
    standard: list[Row], drawn: dict[str, Figure]
) -> None:
    found, plain = figures(limited(controlled(standard)), title="a run"), drawn
    assert list(found) == list(plain), "and they make no picture of their own"
    for name, figure in found.items():
        assert not any(CONTROL in text for text in texts(figure)), name
        assert name == "throughput" or not any(LIMIT in text for text in texts(figure)), name
        assert len(figure.axes) == len(plain[name].axes), name
        labels = [[t.get_text() for t in axes.get_yticklabels()] for axes in figure.axes]
        if name != "throughput":
            assert labels == [[t.get_text() for t in a.get_yticklabels()] for a in plain[name].axes]
