"""A fault has a picture of its own: adapter under adapter, the fault shaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from runner.fault import Fault
from runner.language import speaking
from runner.report.catalogue import text
from runner.report.charts.drawing import figures, over_time
from runner.results.row import Status
from runner.results.rows import Rows
from runner.results.timeline import TimeLineSlot, timelines
from tests.builders import row
from tests.report.charts.pictures import keeps_to_the_page, rendered, words, written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOWN = Fault("down", 1.0, 0.5)
COLUMNS = {
    "fault": DOWN,
    "fault_ms": 200.0,
    "mended_ms": 400.0,
    "unavailable_ms": 200.0,
    "failed_after_fault": 3,
    "recovered": True,
}
OPERATIONS = (70, 80, 0, 0, 90, 100)


def slots(cell: str, round_: int = 1) -> list[TimeLineSlot]:
    return [
        TimeLineSlot(cell, 1, round_, 1, place * 100, number, int(place == 2), 0.0)
        for place, number in enumerate(OPERATIONS)
    ]


def shaded(figure: Figure) -> tuple[float, float]:
    """Return where the shade of a fault begins in the first panel, and how long it is."""
    (shade,) = figure.axes[0].patches
    assert isinstance(shade, Rectangle)
    return shade.get_x(), shade.get_width()


def test_each_adapter_is_a_panel_with_its_rates_from_the_fault_on() -> None:
    some = [row(name, **COLUMNS) for name in ("psycopg3", "asyncpg")]
    lines = timelines(slot for it in some for slot in slots(it.cell.id))
    ((name, figure),) = over_time(Rows(some), lines, title="a run")
    assert name == "faults"
    assert [axes.lines[0].get_label() for axes in figure.axes] == ["psycopg3", "asyncpg"]
    drawn, failed = (np.asarray(line.get_xydata()) for line in figure.axes[0].lines)
    assert drawn[:, 0].tolist() == pytest.approx([-0.15, -0.05, 0.05, 0.15, 0.25, 0.35])
    assert drawn[:, 1].tolist() == pytest.approx([number * 10 for number in OPERATIONS])
    assert failed[:, 0].tolist() == pytest.approx([0.05])
    assert shaded(figure) == pytest.approx((0, 0.2))
    assert "Without a success from the fault on for 0.2 s." in written(figure)
    assert "unavailable 0.2 s, 3 failed" in [it.get_text() for it in figure.axes[0].texts]


@pytest.mark.parametrize("adapters", [["asyncpg"], ["asyncpg", "psycopg2"]])
def test_what_all_panels_show_is_written_once_at_half_their_height(adapters: list[str]) -> None:
    some = [row(name, **COLUMNS) for name in adapters]
    lines = timelines(slot for it in some for slot in slots(it.cell.id))
    ((_, figure),) = over_time(Rows(some), lines, title="a run")
    (label,) = [it for it in words(figure) if it.get_text() == "operations per second"]
    extent = label.get_window_extent(rendered(figure))
    top, bottom = figure.axes[0].bbox.y1, figure.axes[-1].bbox.y0
    assert (extent.y0 + extent.y1) / 2 == pytest.approx((top + bottom) / 2, abs=1)
    assert bottom <= extent.y0 < extent.y1 <= top
    assert keeps_to_the_page(figure, rendered(figure))


def test_an_adapter_without_a_good_round_says_so_in_the_language() -> None:
    hung = row("asyncpg", **{**COLUMNS, "status": Status.HUNG})
    lines = timelines(slots(hung.cell.id))
    with speaking("es"):
        ((_, figure),) = over_time(Rows([hung]), lines, title="a run")
    assert "ninguna ronda buena (colgada: 1)" in [it.get_text() for it in figure.axes[0].texts]


def test_each_fault_has_a_picture_named_by_it_and_each_round_a_line() -> None:
    killed = Fault("kill_idle", 1.0)
    some = [
        row("asyncpg", round=number, **{**COLUMNS, "fault": fault})
        for fault in (DOWN, killed)
        for number in (1, 2)
    ]
    lines = timelines(slot for it in some for slot in slots(it.cell.id, it.round))
    drawn = dict(over_time(Rows(some), lines, title="a run"))
    assert list(drawn) == ["faults-down_at1_lasts0.5", "faults-kill_idle_at1"]
    for figure in drawn.values():
        assert len(figure.axes[0].lines) == 4


def test_a_row_without_a_time_line_is_not_drawn_and_other_charts_say_nothing_of_faults() -> None:
    some = [row("asyncpg", **COLUMNS, ops_per_s=5.0)]
    assert list(over_time(Rows(some), {}, title="a run")) == []
    assert list(figures(Rows(some), title="a run")) == []
    assert text(DOWN.of_kind.words) == "the server is down"


def test_a_row_that_may_not_be_believed_is_neither_the_longest_nor_the_end_of_the_fault() -> None:
    late = {**COLUMNS, "mended_ms": 9000.0, "unavailable_ms": 8000.0, "status": Status.SUSPECT}
    some = [row("psycopg3", **COLUMNS), row("asyncpg", **late)]
    lines = timelines(slot for it in some for slot in slots(it.cell.id))
    ((_, figure),) = over_time(Rows(some), lines, title="a run")
    assert shaded(figure) == pytest.approx((0, 0.2))
    assert "Without a success from the fault on for 0.2 s." in written(figure)


def test_who_was_without_a_success_for_the_shortest_and_the_longest_time_is_named() -> None:
    seconds = {"psycopg3": 200.0, "asyncpg": 900.0, "psycopg2": 400.0}
    some = [row(name, **{**COLUMNS, "unavailable_ms": it}) for name, it in seconds.items()]
    lines = timelines(slot for it in some for slot in slots(it.cell.id))
    ((_, figure),) = over_time(Rows(some), lines, title="a run")
    assert "for 0.2 s (psycopg3) to 0.9 s (asyncpg)." in written(figure)
