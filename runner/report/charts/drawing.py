"""Rows -> the files of all charts, each of which answers a question.

Importing it takes a second: do it where pictures are drawn, never where cells are measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.charts.drill_page import DrillPage
from runner.report.charts.drill_picture import NAME as DRILLS
from runner.report.charts.drill_picture import draw_drills
from runner.report.charts.fault_pages import NAME as FAULTS
from runner.report.charts.fault_pages import fault_pages
from runner.report.charts.faults import draw_faults
from runner.report.charts.files import KINDS, save
from runner.report.charts.forest_pages import NAME as RATIOS
from runner.report.charts.forest_pages import forests
from runner.report.charts.lines import draw_lines
from runner.report.charts.palette import looks
from runner.report.charts.questions import CHARTS
from runner.report.charts.ratios import draw_ratios
from runner.report.charts.rows import draw_rows
from runner.report.charts.selection import pictures
from runner.report.charts.size_pages import NAME as SIZES
from runner.report.charts.size_pages import size_pages
from runner.report.charts.sizes import draw_sizes
from runner.report.charts.style import style
from runner.report.charts.topic import Topic
from runner.results.run_folder_error import cannot
from runner.roles import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.figure import Figure

    from runner.analysis.report import Report
    from runner.report.charts.palette import Look
    from runner.results.rows import Rows
    from runner.results.run_folder import RunFolder
    from runner.results.timeline import TimeLines


DRILLS_SHARPNESS = {"dpi": 90, "colours": 24}
"""The table has a thousand words; as sharp as other pictures it would be half a megabyte."""


def draw(
    rows: Rows,
    folder: Path,
    *,
    title: str,
    report: Report | None = None,
    longest_p99: float | None = None,
) -> list[Path]:
    """Write every chart that the rows can answer, as PNG and as SVG, and return the files.

    Charts of an earlier drawing in that folder are removed. `title` is the name of the run; with
    its `report` the ratios to the baseline and the sizes that are enough are drawn too, before all
    others; `longest_p99` is the limit of the sizes in seconds. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.suffix in KINDS and old.stem.partition("-")[0] in (RATIOS, SIZES, FAULTS, *CHARTS):
            old.unlink()
    charts = figures(rows, title=title, report=report, longest_p99=longest_p99)
    return [path for name, figure in charts for path in save(figure, folder, name)]


def draw_run(rows: Rows, report: Report, run_folder: RunFolder) -> list[Path]:
    """Draw the charts of a run into its folder. Raises RunFolderError."""
    title = run_folder.path.resolve().name
    longest = run_folder.environment().get("longest_p99")
    with cannot("draw into", run_folder.charts):
        files = draw(rows, run_folder.charts, title=title, report=report, longest_p99=longest)
        faults = fault_figures(rows, run_folder.timelines(), title=title)
        drawn = [path for name, figure in faults for path in save(figure, run_folder.charts, name)]
    return [*files, *drawn]


def fault_figures(rows: Rows, timelines: TimeLines, *, title: str) -> Iterator[tuple[str, Figure]]:
    """Yield a chart for each fault that has time lines, with the name of its file."""
    for name, page in fault_pages(rows, timelines, _looks(rows), title=title):
        with style():
            figure = draw_faults(page)
        yield name, figure


def _looks(rows: Rows, *more: str) -> dict[str, Look]:
    """Return the look of everything that a run compares, and of more names."""
    names = {name for row in rows.every for name in (row.entrant, row.contender)}
    return looks({*names, *more} - RESERVED)


def draw_observations(run_folder: RunFolder) -> list[Path]:
    """Draw what drills have seen into their folder, if anything. Raises RunFolderError."""
    seen, folder = run_folder.observations(), run_folder.charts
    if not seen:
        return []
    with cannot("draw into", folder):
        folder.mkdir(exist_ok=True)
        with style():
            figure = draw_drills(DrillPage(run_folder.path.resolve().name, seen))
        return save(figure, folder, DRILLS, **DRILLS_SHARPNESS)


def figures(
    rows: Rows, *, title: str, report: Report | None = None, longest_p99: float | None = None
) -> Iterator[tuple[str, Figure]]:
    """Yield the charts that the rows can answer, not yet saved, with the names of their files."""
    looks_of_run = _looks(rows, *(line.entrant for line in (report.lines if report else ())))
    for name, forest in forests(report, looks_of_run, title=title) if report else ():
        with style():
            figure = draw_ratios(forest)
        yield name, figure
    for name, page in size_pages(rows, report, longest_p99, title=title) if report else ():
        with style():
            figure = draw_sizes(page)
        yield name, figure
    for name, chart in CHARTS.items():
        for ending, facets in pictures(rows, chart).items():
            with style():
                answer = draw_topic(Topic(chart, title, facets, looks_of_run))
            if answer:
                yield name + ending, answer


def draw_topic(topic: Topic) -> Figure | None:
    """Return the picture of a chart, None where the rows hold nothing for it."""
    if not topic.is_answered:
        return None
    return draw_lines(topic) if topic.has_lines else draw_rows(topic)
