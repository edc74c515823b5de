"""What a person reads of two runs: under each cell a line for each metric."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from runner.analysis.comparison import LEAKS

if TYPE_CHECKING:
    from runner.analysis.run_comparison import Across

LABELS = {
    "share_of_limit": "share of the limit",
    "client_cpu_us_per_op": "client CPU per operation",
}


def table(found: Across) -> Table:
    """Return the changes from A to B. Cells that leak are in no line: nothing compares them."""
    made = Table(title="from A to B", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    made.padding, made.pad_edge = (0, 1, 0, 0), False
    made.add_column("cell and metric", overflow="fold")
    made.add_column("change [95 % interval]", overflow="fold")
    told = [change for change in found.changes if not change.reason.endswith(LEAKS)]
    for cell, lines in groupby(told, key=lambda change: change.cell):
        changes = list(lines)
        if len({change.words for change in changes}) == 1:  # refused, whatever the metric
            made.add_row(escape(cell), escape(changes[0].words))
            continue
        made.add_row(escape(cell), "")
        for change in changes:
            label = LABELS.get(change.metric, change.metric)
            made.add_row(f"  {escape(label)}", escape(change.words))
    return made
