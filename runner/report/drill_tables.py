"""The table of drills: adapters across, cases down, a word and its figure in each cell."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from runner.messages import message
from runner.report.model import Column, Row, Table
from runner.results.observation import DANGERS, SOON, Danger, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.messages import Message
    from runner.report.model import Cell
    from runner.results.observation import Observation

MARKS = {Danger.HARMLESS: "", Danger.COSTS: "! ", Danger.DANGEROUS: "!! ", Danger.NONE: ""}
"""A colour alone would say nothing to some."""


def tables(observations: Sequence[Observation]) -> list[Table]:
    """Make a table of each drill, and the rule of its marks under the last."""
    ordered = sorted(observations, key=lambda it: _order(observations).index(it.drill))
    made = [_table(drill, list(lines)) for drill, lines in groupby(ordered, lambda it: it.drill)]
    return [*made[:-1], *(_with_rule(table) for table in made[-1:])]


def _order(observations: Iterable[Observation]) -> list[str]:
    return list(dict.fromkeys(it.drill for it in observations))


def _table(drill: str, lines: Sequence[Observation]) -> Table:
    adapters = list(dict.fromkeys(it.adapter for it in lines))
    seen = {(it.case, it.adapter): it for it in lines}
    rows: list[Row] = []
    for case in dict.fromkeys(it.case for it in lines):
        cells: list[Cell] = [_cell(seen.get((case, adapter))) for adapter in adapters]
        rows.append(Row([case, *cells]))
    return Table(
        title=message("drill.title", drill=drill),
        columns=[Column(message("drill.case")), *map(Column, adapters)],
        rows=rows,
    )


def _cell(seen: Observation | None) -> Cell:
    return cell(seen) if seen else ""


def cell(seen: Observation) -> Message:
    """Say what was seen, with the mark of what it costs."""
    return message("drill.cell", mark=MARKS[seen.danger], said=seen.said)


def _with_rule(table: Table) -> Table:
    """Put the rule under a table."""
    return Table(table.title, table.columns, table.rows, (*table.notes, rule()))


def rule() -> Message:
    """Say which word has which mark: it is the same for every adapter."""
    costs, dangerous = (
        [
            message("drill.said", word=it)
            for it, danger in DANGERS.items()
            if danger is wanted and it is not Word.RECOVERS
        ]
        for wanted in (Danger.COSTS, Danger.DANGEROUS)
    )
    return message("drill.rule", costs=costs, dangerous=dangerous, soon=SOON)
