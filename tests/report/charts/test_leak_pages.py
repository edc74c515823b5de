"""Pools that leaks run dry have a picture over time, where they do not run dry at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from runner.language import speaking
from runner.report.charts.drawing import over_time
from runner.results.row import Status
from runner.results.rows import Rows
from runner.results.timeline import TimeLineSlot, timelines
from tests.builders import row
from tests.report.charts.pictures import texts, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from runner.results.row import Row

DRY = row(
    "psycopg3", leak=0.1, operations=30, ok=20, failed_share=1 / 3, waiting_clients=10,
    exhausted_ms=150.0,
)  # fmt: skip
SERVING = row("asyncpg", leak=0.1, operations=40, ok=40)


def drawn(some: Sequence[Row], operations: Sequence[int]) -> dict[str, Figure]:
    lines = timelines(
        TimeLineSlot(it.cell.id, 1, it.round, 1, place * 100, number, 0, 0.0)
        for it in some
        for place, number in enumerate(operations)
    )
    return dict(over_time(Rows(some), lines, title="a run"))


def test_each_pool_says_when_it_ran_dry_and_what_failed_until_the_end() -> None:
    figure = drawn([DRY, SERVING], (15, 5, 0))["drying"]
    first, second = (axes.lines[0] for axes in figure.axes)
    assert (first.get_label(), second.get_label()) == ("psycopg3", "asyncpg")
    assert np.asarray(first.get_xydata()).tolist() == pytest.approx(
        np.array([[0.05, 150], [0.15, 50], [0.25, 0]])
    )
    assert {"dry after 0.15 s, 50 % failed", "never dry, 0 % failed"} <= set(texts(figure))
    assert "1 of 2 pools ran dry, one for each adapter and round, after 0.15 s." in written(figure)
    assert not any(axes.patches for axes in figure.axes), "there is no fault"


def test_a_pool_without_a_good_round_says_so_in_the_language() -> None:
    hung = replace(SERVING, status=Status.HUNG)
    with speaking("es"):
        said = texts(drawn([DRY, hung], (15, 5, 0))["drying"])
    assert "ninguna ronda buena (colgada: 1)" in said
    assert "hung" not in said


def test_where_every_pool_is_dry_at_once_there_is_nothing_to_see() -> None:
    assert drawn([DRY], (5, 0, 0)) == {}


def test_where_none_runs_dry_the_sentence_says_so() -> None:
    assert "No pool ran dry in this time." in written(drawn([SERVING], (20, 20))["drying"])


def test_where_no_row_may_be_believed_nothing_is_said_of_pools_that_ran_dry() -> None:
    """Nobody saw whether they did."""
    suspect = [replace(row, status=Status.SUSPECT) for row in (DRY, SERVING)]
    assert "ran dry" not in written(drawn(suspect, (20, 20))["drying"])
