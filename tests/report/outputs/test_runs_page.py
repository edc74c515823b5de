"""The page of several runs: the comparison first, then a line for each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.analysis.history import Line, Point
from runner.cli.several_runs import several_runs
from runner.report.outputs.runs_page import (
    HEIGHT,
    LEAST_REACH,
    MARGIN,
    WIDTH,
    pieces,
    runs_page,
    spots,
)
from tests.report.measured import controlled, costing, limited, rows
from tests.report.outputs.html import parsed
from tests.report.outputs.names import HOSTILE
from tests.written_run import written_run, written_runs

if TYPE_CHECKING:
    from pathlib import Path

    from runner.results.run_folder import RunFolder


def line(*values: float | None) -> Line:
    points = [Point(str(it), "v", value, None, is_new=it == 1) for it, value in enumerate(values)]
    return Line("a cell", points)


def runs(folder: Path, rounds: tuple[int, ...]) -> list[RunFolder]:
    """Write runs of another length each, so that none is a copy."""
    return written_runs(
        folder,
        (
            limited(controlled(costing(rows(["psycopg3", HOSTILE], (10,), rounds=number))))
            for number in rounds
        ),
    )


def test_a_line_spans_its_figures_and_no_noise_fills_it() -> None:
    first, second, third = spots(line(100.0, None, 200.0))
    assert first
    assert second is None
    assert third
    assert (first.x, third.x) == (MARGIN, WIDTH - MARGIN)
    assert (first.y, third.y) == pytest.approx((HEIGHT - MARGIN, MARGIN))
    reaching = [it.y for it in spots(line(100 / LEAST_REACH, 100.0, 100 * LEAST_REACH)) if it]
    assert reaching == pytest.approx([HEIGHT - MARGIN, HEIGHT / 2, MARGIN])
    calm = [it.y for it in spots(line(100.0, 101.0, 100.0)) if it]
    assert max(calm) - min(calm) < HEIGHT / 10
    assert [it.is_new for it in spots(line(1.0, 1.0)) if it] == [False, True]


def test_a_gap_ends_a_piece_of_a_line() -> None:
    drawn = list(pieces(spots(line(1.0, 1.0, None, 1.0))))
    assert [len(piece.split()) for piece in drawn] == [2, 1]


def test_two_runs_are_compared_before_their_cells(tmp_path: Path) -> None:
    first, second = runs(tmp_path, (3, 4))
    shown = parsed(runs_page(several_runs([first], [second])))
    assert shown.texts("h2") == ["What changed from A to B", "Each cell over the runs"]
    assert any(it.startswith("No verdict: two runs of the same code") for it in shown.texts("p"))
    captions = shown.texts("caption")
    assert captions[:2] == ["The runs, and what could explain that a number changed", "from A to B"]
    assert captions[2] == "share of the limit"
    assert HOSTILE in " ".join(shown.texts("th"))
    assert not shown.of("img")
    ids = shown.values("id")
    assert len(ids) == len(set(ids))
    assert shown.values("href") == ["#comparison", "#history"]
    assert {"comparison", "history"} <= set(ids)
    assert any(f"by a factor of {LEAST_REACH} up and down" in it for it in shown.texts("p"))


def test_many_runs_are_a_history_only(tmp_path: Path) -> None:
    shown = parsed(runs_page(several_runs(runs(tmp_path, (2, 3, 4)), [])))
    assert shown.texts("h2") == ["Each cell over the runs"]
    assert shown.values("href") == ["#history"]
    of_cell = [it for it in shown.of("svg") if it.attributes["class"] == "line"]
    assert len(of_cell) == 2 * 4, "two cells that do not leak, four metrics"
    assert len(shown.of("circle")) == 3 * len(of_cell)


@pytest.mark.parametrize("names", [("b", "a"), ("a", "b")])
def test_runs_are_in_the_order_in_which_they_began(tmp_path: Path, names: tuple[str, str]) -> None:
    folders = []
    for name in names:
        (tmp_path / name).mkdir()
        moment = f"2026-01-0{1 + (name == 'b')}T00:00:00+00:00"
        known = {"sessions": [{"session": 1, "started_at": moment}]}
        measured = rows(["psycopg3"], (10,), rounds=1 + (name == "b"))
        folders.append(written_run(tmp_path / name, measured, **known))
    shown = parsed(runs_page(several_runs(folders, [])))
    begun = [it for it in shown.texts("td") if it.endswith("UTC")]
    assert begun == ["2026-01-01 00:00 UTC", "2026-01-02 00:00 UTC"]
