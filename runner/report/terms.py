"""The terms on which pools are compared, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message
from runner.report.model import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HEADINGS = {
    "adapter": message("terms.adapter"),
    "profile": message("terms.profile"),
    "settings": message("terms.settings"),
    "commit": message("terms.commit"),
    "prepared": message("terms.prepared"),
}
"""Key of a row -> heading of its column."""


def table(rows: Iterable[Mapping[str, str]]) -> Table:
    """Return the rows of `experiment.terms` as a table."""
    return Table(
        title=None,
        columns=[Column(heading) for heading in HEADINGS.values()],
        rows=[Row([row[key] for key in HEADINGS]) for row in rows],
    )
