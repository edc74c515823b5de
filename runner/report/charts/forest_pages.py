"""The groups of a report, spread over the pages of ratios and their files. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.report.captions import differing, setting, with_real_size
from runner.report.charts.along import ADAPTERS, CLIENTS
from runner.report.charts.entry import Group
from runner.report.charts.forest import Forest
from runner.report.charts.selection import ending, page_word, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.analysis.report import Compared, Report
    from runner.report.charts.palette import Look

NAME = "ratios"
"""Of the file."""
APART = ("profile", "workload", "pool_size")
"""The axes whose values have a picture each."""
ROWS_A_PAGE = 32
"""About what a printed page holds."""


def forests(
    report: Report, looks_of_run: Mapping[str, Look], *, title: str
) -> Iterator[tuple[str, Forest]]:
    """Yield a page for each setting that has an interval, with the name of its file.

    `looks_of_run` has the look of every adapter. Cells that leak have no ratio and are on no page.
    """
    pictures = _by_picture(report)
    axes = differing((group.setting for groups in pictures for group in groups), APART)
    for groups in pictures:
        pages = list(_pages(groups))
        for page in pages:
            words = [word(axis, getattr(page[0].setting, axis)) for axis in axes]
            if len(pages) > 1:
                words.append(page_word(page[0].along.axis, [group.value for group in page]))
            lines = tuple(line for group in page for line in group.lines)
            forest = Forest(title, replace(report, lines=lines), page, looks_of_run)
            if forest.metrics:
                yield NAME + ending(words), forest


def _by_picture(report: Report) -> list[list[Group]]:
    """Return the groups of each picture, ordered as they are in it."""
    by_group: dict[str, list[Compared]] = defaultdict(list)
    for line in report.lines:
        if line.conditions.steady:
            by_group[line.group].append(line)
    groups = sorted(map(_group, by_group.values()), key=lambda it: (it.value, it.setting.rank))
    pictures: dict[tuple[object, ...], list[Group]] = defaultdict(list)
    for group in groups:
        pictures[tuple(getattr(group.setting, axis) for axis in APART)].append(group)
    return list(pictures.values())


def _group(lines: Sequence[Compared]) -> Group:
    conditions = lines[0].conditions
    along = ADAPTERS if getattr(conditions, CLIENTS.axis) is None else CLIENTS
    shared = setting(with_real_size(conditions, lines), along.axis)
    return Group(shared, along, getattr(conditions, along.axis), tuple(lines))


def _pages(groups: Sequence[Group]) -> Iterator[Sequence[Group]]:
    """Yield as many groups at a time as a page holds; those at one place of the axis together."""
    rows = 1 + max(len({line.entrant for line in group.lines}) for group in groups)
    page: list[Group] = []
    for value in sorted({group.value for group in groups}):
        more = [group for group in groups if group.value == value]
        if page and (len(page) + len(more)) * rows > ROWS_A_PAGE:
            yield page
            page = []
        page = [*page, *more]
    yield page
