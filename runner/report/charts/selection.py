"""The rows that share a picture, and the names of its files. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from runner.axes import ADAPTER, AXES
from runner.axis import spelled
from runner.fault import Fault
from runner.report.captions import differing, setting, with_real_size
from runner.report.charts.facet import Facet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.axes import Conditions
    from runner.report.charts.along import Along
    from runner.report.charts.chart import Chart
    from runner.results.rows import RowGroup, Rows


def pictures(rows: Rows, chart: Chart, limited: Mapping[str, int]) -> dict[str, list[Facet]]:
    """Return the facets of each picture of a chart, by the ending of its file's name.

    It has pictures along each axis on which cells differ in nothing else. `limited` has the rounds
    of cells that are measured in fewer than the run has.
    """
    facets = [_facets(rows, chart, along, limited) for along in chart.along(rows)]
    several = [it for it in facets if any(len(facet.values) > 1 for facet in it)]
    first, *others = several or facets[:1]
    endings = _by_ending(first, chart)
    for more in others:
        endings |= _by_ending(more, chart, f"along_{more[0].along.axis}")
    return endings


def _by_ending(facets: Sequence[Facet], chart: Chart, *words: str) -> dict[str, list[Facet]]:
    axes = differing((facet.setting for facet in facets), chart.apart)
    facets_by_ending: dict[str, list[Facet]] = defaultdict(list)
    for facet in facets:
        pages = list(facet.parts(chart.most_values))
        for page in pages:
            said = [*words, *(word(axis, getattr(facet.setting, axis)) for axis in axes)]
            if len(pages) > 1:
                said.append(page_word(facet.along.axis, page.values))
            facets_by_ending[ending(said)].append(page)
    return dict(facets_by_ending)


def word(axis: str, value: Any) -> str:
    """Name a value of an axis in a file's name, in no language: `cpus_one`, `kill_idle_at1`."""
    return value.short if isinstance(value, Fault) else f"{axis}_{spelled(value)}"


def page_word(axis: str, values: Sequence[Any]) -> str:
    """Name a page by the values of an axis on it: `clients_1_to_10`."""
    first, last = word(axis, values[0]), spelled(values[-1])
    return first if values[0] == values[-1] else f"{first}_to_{last}"


def ending(words: Iterable[str]) -> str:
    """Return the ending of a file's name, so that every system can store it."""
    return "".join("-" + re.sub(r"[^\w.]+", "_", word) for word in words)


def _facets(rows: Rows, chart: Chart, along: Along, limited: Mapping[str, int]) -> list[Facet]:
    """Return the rows of adapters by their settings; with a limit where it is the same for all."""
    settings: dict[Conditions, list[RowGroup]] = defaultdict(list)
    for group in (it for it in rows.groups if chart.of(it.conditions)):
        conditions = with_real_size(group.conditions, group.rows)
        if along.axis == rows.compared:  # its values are no rows, but places on the scale
            conditions = conditions.without(ADAPTER)
        settings[setting(conditions, along.axis)].append(group)
    return [
        Facet(
            shared,
            along,
            tuple(row for group in groups for row in group.rows),
            limited,
            () if AXES[along.axis].limit_depends else tuple(groups[0].limit.values()),
        )
        for shared, groups in settings.items()
    ]
