"""A run and its pictures, drawn once for all tests of charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.analysis.comparison import compare
from runner.results.rows import Rows
from tests.report.charts.pictures import figures, picture
from tests.report.measured import BASELINE, SPEED, controlled, costing, rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from runner.analysis.report import Report
    from runner.results.row import Row


@pytest.fixture(scope="package")
def standard() -> list[Row]:
    return rows()


@pytest.fixture(scope="package")
def drawn(standard: list[Row]) -> dict[str, Figure]:
    return figures(standard, title="a run")


@pytest.fixture(scope="package")
def compared(standard: list[Row]) -> list[Row]:
    """Everybody but psycopg2, which fails too much, and the control."""
    return controlled(costing(standard))


@pytest.fixture(scope="package")
def report(compared: list[Row]) -> Report:
    return compare(Rows(compared), baseline=BASELINE, adapters=list(SPEED))


@pytest.fixture(scope="package")
def forest(compared: list[Row], report: Report) -> Figure:
    return picture("ratios", compared, title="a run", report=report)
