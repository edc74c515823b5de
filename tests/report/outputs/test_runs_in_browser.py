"""The page of several runs in a real browser: it complains of nothing and shuts nobody out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.cli.several_runs import several_runs
from runner.report.outputs.runs_page import runs_page
from tests.report.measured import costing, limited, rows
from tests.report.outputs.names import HOSTILE
from tests.report.outputs.opened import opened
from tests.written_run import written_runs

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


def test_it_is_quiet_and_open_to_everybody(browser: Browser, tmp_path: Path) -> None:
    runs = (rows(["psycopg3", HOSTILE], (10,), rounds=number) for number in (2, 3))
    a, b = written_runs(tmp_path, (limited(costing(run)) for run in runs))
    path = tmp_path / "runs.html"
    path.write_text(runs_page(several_runs([a], [b])), encoding="utf-8")
    with opened(browser, path) as shown:
        assert not shown.violations()
        shown.page.set_viewport_size({"width": 390, "height": 844})
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert shown.page.locator("svg.line").count() == 2 * 4
        line = shown.page.locator("svg.line").first
        drawn, cell = line.bounding_box(), line.locator("..").bounding_box()
        assert drawn
        assert cell
        above, below = drawn["y"] - cell["y"], cell["height"] - drawn["height"]
        assert above == pytest.approx(below / 2, abs=1), "nothing but the line is in its cell"
        assert set(shown.said) == {path.as_uri()}
        assert shown.page.title() == "Connection pools over 2 runs – PoolBench"  # noqa: RUF001
