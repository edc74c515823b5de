"""`report.html` of a folder of drills: what was seen, its picture, and on what machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.messages import message
from runner.report.dangers import points
from runner.report.drill_tables import numbers, tables, versions
from runner.report.fact_table import fact_table
from runner.report.outputs.page import rendered
from runner.report.outputs.pictures import pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.observation import Observation
    from runner.results.run_folder import RunFolder

CHAPTERS = ("drills", "charts", "environment")
"""The sections of the page, by their ids."""


def drill_page(run_folder: RunFolder, observations: Sequence[Observation]) -> str:
    """Return the page. Raises RunFolderError."""
    return rendered("drills.html", {**drill_filling(observations), **_of_folder(run_folder)})


def drill_filling(observations: Sequence[Observation]) -> dict[str, Any]:
    """Return what a page says of drills: the question, the numbers, the points, the tables."""
    return {
        "question": message("drills.question"),
        "numbers": [numbers(observations)],
        "points": list(points(observations)),
        "tables": tables(observations),
        "versions": versions(observations),
    }


def _of_folder(run_folder: RunFolder) -> dict[str, Any]:
    return {
        "name": run_folder.path.resolve().name,
        "chapters": CHAPTERS,
        "pictures": pictures(run_folder.charts),
        "facts": fact_table(run_folder.environment()),
    }
