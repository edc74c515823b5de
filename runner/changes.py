"""What a person reads of two runs: a line for each cell and metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from runner.across import Across

LABELS = {
    "share_of_limit": "share of the limit",
    "client_cpu_us_per_op": "client CPU per operation",
}


def table(found: Across) -> Table:
    """Return the changes from A to B; those of one cell stand under each other."""
    made = Table(title="from A to B", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    made.padding, made.pad_edge = (0, 1, 0, 0), False
    for heading in ("cell", "metric", "change"):
        made.add_column(heading, overflow="fold")
    before = ""
    for change in found.changes:
        cell = "" if change.cell == before else change.cell
        before = change.cell
        label = LABELS.get(change.metric, change.metric)
        made.add_row(escape(cell), escape(label), escape(change.words))
    return made
