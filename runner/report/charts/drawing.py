"""Rows -> the files of all charts, each of which answers a question.

Importing it takes a second: do it where pictures are drawn, never where cells are measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from runner.report.charts.drill_page import DrillPage
from runner.report.charts.drill_picture import NAME as DRILLS
from runner.report.charts.drill_picture import draw_drills
from runner.report.charts.fault_pages import FaultPage
from runner.report.charts.files import KINDS, save
from runner.report.charts.forest_pages import NAME as RATIOS
from runner.report.charts.forest_pages import forests
from runner.report.charts.leak_pages import LeakPage
from runner.report.charts.lines import draw_lines
from runner.report.charts.over_time import draw_over_time
from runner.report.charts.palette import looks
from runner.report.charts.questions import CHARTS
from runner.report.charts.ratios import draw_ratios
from runner.report.charts.rows import draw_rows
from runner.report.charts.selection import pictures
from runner.report.charts.size_pages import NAME as SIZES
from runner.report.charts.size_pages import size_pages
from runner.report.charts.sizes import draw_sizes
from runner.report.charts.style import style
from runner.report.charts.time_page import time_pages
from runner.report.charts.topic import Topic
from runner.results.run_folder_error import cannot
from runner.roles import RESERVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from matplotlib.figure import Figure

    from runner.analysis.report import Report
    from runner.report.charts.palette import Look
    from runner.results.rows import Rows
    from runner.results.run_folder import RunFolder
    from runner.results.timeline import TimeLines

P = TypeVar("P")

OVER_TIME = (LeakPage, FaultPage)
OWN = (RATIOS, SIZES, *(it.name for it in OVER_TIME), *CHARTS)
"""What the names of the files of a run begin with."""


@dataclass(frozen=True)
class Asked:
    """What a run was asked for and its rows do not tell."""

    longest_p99: float | None = None
    """The limit of the sizes. Seconds."""
    limited: Mapping[str, int] = field(default_factory=dict)
    """The rounds of the cells that are measured in fewer than the run has, by their ids."""


NOTHING_ASKED = Asked()

DRILLS_SHARPNESS = {"dpi": 90, "colours": 24}
"""The table has a thousand words; as sharp as other pictures it would be half a megabyte."""


def draw(
    rows: Rows,
    folder: Path,
    *,
    title: str,
    report: Report | None = None,
    asked: Asked = NOTHING_ASKED,
) -> list[Path]:
    """Write every chart that the rows can answer, as PNG and as SVG, and return the files.

    Charts of an earlier drawing in that folder are removed. `title` is the name of the run; with
    its `report` the ratios to the baseline and the sizes that are enough are drawn too, before all
    others. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.suffix in KINDS and old.stem.partition("-")[0] in OWN:
            old.unlink()
    charts = figures(rows, title=title, report=report, asked=asked)
    return [path for name, figure in charts for path in save(figure, folder, name)]


def draw_run(rows: Rows, report: Report, run_folder: RunFolder) -> list[Path]:
    """Draw the charts of a run into its folder. Raises RunFolderError."""
    title = run_folder.path.resolve().name
    known = run_folder.environment()
    asked = Asked(known.get("longest_p99"), known.get("limited") or {})
    with cannot("draw into", run_folder.charts):
        files = draw(rows, run_folder.charts, title=title, report=report, asked=asked)
        changing = over_time(rows, run_folder.timelines(), title=title)
        drawn = [path for name, it in changing for path in save(it, run_folder.charts, name)]
    return [*files, *drawn]


def over_time(rows: Rows, timelines: TimeLines, *, title: str) -> Iterator[tuple[str, Figure]]:
    """Yield a chart for each group that leaks or has a fault, with the name of its file."""
    for kind in OVER_TIME:
        pages = time_pages(kind, rows, timelines, _looks(rows), title=title)
        yield from _drawn(draw_over_time, pages)


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
    rows: Rows,
    *,
    title: str,
    report: Report | None = None,
    asked: Asked = NOTHING_ASKED,
) -> Iterator[tuple[str, Figure]]:
    """Yield the charts that the rows can answer, not yet saved, with the names of their files."""
    looks_of_run = _looks(rows, *(line.entrant for line in (report.lines if report else ())))
    if report:
        yield from _drawn(draw_ratios, forests(report, looks_of_run, title=title))
        yield from _drawn(draw_sizes, size_pages(rows, report, asked.longest_p99, title=title))
    for name, chart in CHARTS.items():
        topics = (
            (name + ending, Topic(chart, title, facets, looks_of_run))
            for ending, facets in pictures(rows, chart, asked.limited).items()
        )
        yield from _drawn(draw_topic, topics)


def _drawn(
    draw: Callable[[P], Figure | None], pages: Iterable[tuple[str, P]]
) -> Iterator[tuple[str, Figure]]:
    """Draw pages in our style; those that have nothing to show are left out."""
    for name, page in pages:
        with style():
            figure = draw(page)
        if figure:
            yield name, figure


def draw_topic(topic: Topic) -> Figure | None:
    """Return the picture of a chart, None where the rows hold nothing for it."""
    if not topic.is_answered:
        return None
    return draw_lines(topic) if topic.has_lines else draw_rows(topic)
