"""Ratios to the baseline: what is shown, how surely, and what is not compared."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.colors import to_hex

from runner.analysis.comparison import compare
from runner.analysis.estimate import Estimator
from runner.analysis.verdict import Verdict
from runner.messages import said
from runner.report.catalogue import text
from runner.report.charts.entry import LONGEST_REASON
from runner.report.charts.forest_pages import forests
from runner.report.charts.palette import looks
from runner.report.charts.ratios import MEAN_LABEL
from runner.report.charts.ticks import ticks
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.analysis.runs import contradiction
from tests.builders import changed
from tests.report.charts.pictures import (
    dots,
    figures,
    intervals,
    lines,
    picture,
    texts,
    words,
    written,
)
from tests.report.measured import BASELINE, SPEED, rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from runner.analysis.report import Report

SHOWN = "ops_per_s"


def test_dot_is_the_ratio_and_line_its_interval(forest: Figure, report: Report) -> None:
    for panel, (clients, metric) in enumerate(
        itertools.product((10, 20, 50), ("ops_per_s", "ops_per_cpu_s"))
    ):
        lines_of = [
            line
            for line in report.lines
            if (line.conditions.clients, line.metric, line.conditions.leak) == (clients, metric, 0)
            and line.low
        ]
        assert {line.entrant for line in lines_of} == {*SPEED, CONTROL} - {"psycopg2", BASELINE}
        for line in lines_of:
            assert dots(forest, line.entrant, panel) == [line.ratio]
            assert any([line.low, line.high] == reach for reach in intervals(forest, panel))


def test_baseline_stands_at_one_without_an_interval(forest: Figure) -> None:
    assert dots(forest, BASELINE, 0) == [1.0]
    assert len(intervals(forest, 0)) == 4, "three adapters and the control"
    assert texts(forest).count("baseline") == 6


def test_what_is_not_compared_has_words_and_no_dot(forest: Figure) -> None:
    assert dots(forest, "psycopg2", 0) == []
    (words_,) = {text for text in words(forest) if text.get_text().startswith("not compared: 3.7")}
    assert words_.get_text() == "not compared: 3.7 % of operations failed"
    assert words_.get_fontstyle() == "italic"


def test_difference_that_is_shown_is_filled_and_in_words(forest: Figure, report: Report) -> None:
    line = next(line for line in report.lines if line.entrant == "asyncpg")
    assert f"{line.ratio:.2f}x, faster" in texts(forest)
    assert any(text.endswith("x, cheaper") for text in texts(forest))
    (filled,) = {str(one.get_markerfacecolor()) for one in lines(forest, "asyncpg")} - {"white"}
    assert to_hex(filled) == to_hex(looks(["asyncpg"])["asyncpg"].colour)


def test_difference_that_is_not_shown_is_hollow_and_without_a_figure() -> None:
    same = rows([BASELINE, "asyncpg"], clients=(10,), leaks=(0.0,))
    same = [replace(row, ops_per_s=1000.0 + row.position % 3) for row in same]
    found = picture("ratios", same, title="a run", report=compare(Rows(same), baseline=BASELINE))
    assert texts(found).count("no difference shown") == 1
    assert {str(line.get_markerfacecolor()) for line in lines(found, "asyncpg")} >= {"white"}


def concluded(report: Report, **changes: Any) -> Report:
    """Change the conclusions on the speed of asyncpg."""
    lines_ = (
        replace(line, **changes) if (line.entrant, line.metric) == ("asyncpg", SHOWN) else line
        for line in report.lines
    )
    return replace(report, lines=tuple(lines_))


def test_difference_within_the_margin_is_hollow_and_called_too_small(
    compared: list[Row], report: Report
) -> None:
    small = concluded(report, ratio=1.02, low=1.01, high=1.03, verdict=Verdict.TOO_SMALL)
    found = picture("ratios", compared, title="a run", report=small)
    assert texts(found).count("too small to matter") == 3
    assert [line.get_markerfacecolor() for line in lines(found, "asyncpg")].count("white") >= 3


def test_what_is_undecided_has_its_interval_and_the_reason_in_the_small_print(
    compared: list[Row], report: Report
) -> None:
    reason = contradiction("asyncpg", "psycopg3")
    torn = concluded(report, verdict=Verdict.UNDECIDED, reason=reason)
    found = picture("ratios", compared, title="a run", report=torn)
    assert texts(found).count("undecided †") == 3
    assert f"{text(reason)}." in written(found)
    assert len(dots(found, "asyncpg", 0)) == 1


def test_mean_stands_beside_a_midmean_and_both_are_named(
    compared: list[Row], report: Report
) -> None:
    quiet = concluded(report, estimator=Estimator.MIDMEAN, mean_ratio=1.5)
    found = picture("ratios", compared, title="a run", report=quiet)
    assert dots(found, MEAN_LABEL, 0) == [1.5]
    assert "the mean, beside a midmean" in texts(found)
    assert "by the midmean and mean, over 5 rounds" in written(found)
    plain = picture("ratios", compared, title="a run", report=report)
    assert dots(plain, MEAN_LABEL, 0) == []
    assert "the mean, beside a midmean" not in texts(plain)


def test_control_is_the_noise_floor_in_grey_and_no_adapter(forest: Figure) -> None:
    assert not any(CONTROL in text for text in texts(forest))
    assert [label.get_text() for label in forest.axes[0].get_yticklabels()] == [
        *SPEED,
        "noise floor",
    ]
    (colour,) = {to_hex(str(line.get_color())) for line in lines(forest, CONTROL)}
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    assert red == green == blue
    assert "Noise floor: over 3 groups the baseline against itself came out" in written(forest)


def test_margin_and_equal_are_marked_in_every_panel(compared: list[Row]) -> None:
    wide = compare(Rows(compared), baseline=BASELINE, margin=0.1)
    found = picture("ratios", compared, title="a run", report=wide)
    for axes in found.axes:
        bands = [
            patch.get_extents().transformed(axes.transData.inverted()) for patch in axes.patches
        ]
        assert any((band.x0, band.x1) == pytest.approx((1 / 1.1, 1.1)) for band in bands)
        assert any(list(line.get_xdata()) == [1, 1] for line in axes.lines)  # type: ignore[arg-type]
    assert "within the margin of ±10 %" in texts(found)


def test_small_print_says_against_whom_and_how_sure(forest: Figure, compared: list[Row]) -> None:
    caption = written(forest)
    assert "a run · insert · 5 connections · all cores · profile equal" in caption
    assert "baseline psycopg3" in caption
    assert "by the mean, over 5 rounds" in caption
    assert "simultaneous 95 % intervals, over 12 comparisons and 1 look at the run" in caption
    looked = compare(Rows(compared), baseline=BASELINE, looks=4)
    found = picture("ratios", compared, title="a run", report=looked)
    assert "over 12 comparisons and 4 looks at the run" in written(found)


def test_reason_too_long_for_a_panel_goes_to_the_small_print(compared: list[Row]) -> None:
    reason = "the process ended by itself with signal 11"
    broken = [
        replace(row, status=Status.CRASHED, reason=said(reason))
        if (row.contender, row.round) == ("asyncpg", 3)
        else row
        for row in compared
    ]
    found = picture(
        "ratios", broken, title="a run", report=compare(Rows(broken), baseline=BASELINE)
    )
    assert len(f"crashed in round 3: {reason}") > LONGEST_REASON
    assert texts(found).count("not compared †") == 6
    assert f"asyncpg (50 clients): crashed in round 3: {reason}." in written(found)


def test_interval_beyond_the_scale_goes_on_with_an_arrow() -> None:
    wild = rows([BASELINE, "asyncpg"], clients=(10,), leaks=(0.0,), rounds=3)
    wild = [
        replace(row, ops_per_s=90000.0 if (row.contender, row.round) == ("asyncpg", 2) else 3000.0)
        for row in wild
    ]
    report = compare(Rows(wild), baseline=BASELINE)
    (line,) = report.speeds
    assert line.low is not None
    assert line.low < 0.05
    figure = picture("ratios", wild, title="a run", report=report)
    left, right = figure.axes[0].get_xlim()
    assert left > 0.3
    (reach,) = intervals(figure, 0)
    assert left <= reach[0] < 1 < reach[1] <= right
    assert len([text for text in figure.axes[0].texts if getattr(text, "arrow_patch", None)]) == 2


def test_placements_stand_one_under_the_other_and_profiles_apart(compared: list[Row]) -> None:
    one = [changed(row, cpus="one") for row in compared]
    stock = [changed(row, profile="stock") for row in compared]
    some = [row for row in (*compared, *one, *stock) if row.conditions.clients == 10]
    found = figures(some, title="a run", report=compare(Rows(some), baseline=BASELINE))
    assert [name for name in found if name.startswith("ratios")] == [
        "ratios-profile_equal",
        "ratios-profile_stock",
    ]
    titles = [axes.get_title(loc="left") for axes in found["ratios-profile_equal"].axes]
    assert titles == [
        "10 clients, all cores: speed",
        "10 clients, all cores: cost",
        "10 clients, one core: speed",
        "10 clients, one core: cost",
    ]
    stocked = found["ratios-profile_stock"].axes[0].get_title(loc="left")
    assert stocked == "10 clients, profile stock: speed"


def test_many_groups_are_spread_over_pages() -> None:
    many = rows(["psycopg3", "asyncpg"], clients=tuple(range(1, 21)), leaks=(0.0,), rounds=3)
    report = compare(Rows(many), baseline=BASELINE)
    names = [name for name, _ in forests(report, looks(SPEED), title="a run")]
    assert names == ["ratios-clients_1_to_10", "ratios-clients_11_to_20"]


@pytest.mark.parametrize("leak", [0.0, 1.0])
def test_nothing_to_compare_is_no_picture_of_ratios(leak: float) -> None:
    once = rows(leaks=(leak,), rounds=1 if leak == 0 else 3)
    report = compare(Rows(once), baseline=BASELINE)
    assert "ratios" not in figures(once, title="a run", report=report)


@pytest.mark.parametrize(
    ("span", "room", "expected"),
    [
        ((0.88, 1.14), 0.15, [0.9, 0.95, 1.0, 1.05, 1.1]),
        ((0.88, 1.14), 0.3, [0.9, 1.0, 1.1]),
        ((0.45, 2.6), 0.2, [0.5, 1.0, 2.0]),
        ((0.02, 2.4), 0.15, [0.03, 0.1, 0.3, 1.0]),
        ((0.0002, 2.4), 0.2, [0.001, 0.01, 0.1, 1.0]),
        ((0.0002, 2.4), 0.4, [0.01, 1.0]),
        ((0.999, 1.001), 5.0, [1.0]),
    ],
)
def test_ticks_are_round_and_have_room(
    span: tuple[float, float], room: float, expected: list[float]
) -> None:
    assert ticks(span, room) == expected


def test_a_run_without_a_control_has_no_row_for_its_noise(compared: list[Row]) -> None:
    without = [row for row in compared if row.contender != CONTROL]
    alone = compare(Rows(without), baseline=BASELINE)
    figure = picture("ratios", without, title="a run", report=alone)
    assert not {"noise floor", "the baseline against itself; dotted: its ends"} & {*texts(figure)}
