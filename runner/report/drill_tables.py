"""The table of drills: adapters across, cases down, a word and its figure in each cell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.messages import message
from runner.report.drill_names import about, case_name, drill_name
from runner.report.model import Column, Row, Table
from runner.results.observation import DANGERS, SOON, Danger, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.messages import Message
    from runner.report.model import Cell
    from runner.results.observation import Observation

MARKS = {Danger.HARMLESS: "", Danger.COSTS: "! ", Danger.DANGEROUS: "!! ", Danger.NONE: ""}
"""A colour alone would say nothing to some."""


def tables(observations: Sequence[Observation]) -> list[Table]:
    """Make a table of each drill, and the rule of its marks under the last."""
    if not observations:
        return []
    *others, last = [_table(*it) for it in by_drill(observations).items()]
    return [*others, _with_rule(last)]


def by_drill(observations: Iterable[Observation]) -> Mapping[str, Sequence[Observation]]:
    """Return what was seen in each drill, in the order of the first sight."""
    drills: dict[str, list[Observation]] = defaultdict(list)
    for it in observations:
        drills[it.drill].append(it)
    return drills


def _table(drill: str, lines: Sequence[Observation]) -> Table:
    adapters = list(dict.fromkeys(it.adapter for it in lines))
    seen = {(it.case, it.adapter): it for it in lines}
    rows: list[Row] = []
    for case in dict.fromkeys(it.case for it in lines):
        cells: list[Cell] = [_cell(seen.get((case, adapter))) for adapter in adapters]
        rows.append(Row([case_name(case), *cells]))
    return Table(
        title=drill_name(drill),
        columns=[Column(message("drill.case")), *map(Column, adapters)],
        rows=rows,
        notes=about(drill),
    )


def _cell(seen: Observation | None) -> Cell:
    return cell(seen) if seen else ""


def cell(seen: Observation) -> Message:
    """Say what was seen, with the mark of what it costs."""
    return message("drill.cell", mark=MARKS[seen.danger], said=seen.said)


def brief_cell(seen: Observation) -> Message:
    """Say the same in a picture, which has little room."""
    if seen.word is Word.NOT_APPLICABLE:
        return message("drill.nothing")
    return message("drill.cell", mark=MARKS[seen.danger], said=seen.briefly)


def _with_rule(table: Table) -> Table:
    """Put the rule under a table."""
    return Table(table.title, table.columns, table.rows, (*table.notes, rule()))


def numbers(observations: Sequence[Observation]) -> Message:
    """Say how many entries there are, and how many of them are dangerous."""
    return message(
        "drills.shown",
        adapters=list(dict.fromkeys(it.adapter for it in observations)),
        cases=len({(it.drill, it.case) for it in observations}),
        dangerous=sum(it.danger is Danger.DANGEROUS for it in observations),
    )


def versions(observations: Sequence[Observation]) -> list[Message]:
    """Name the versions of each adapter, of all that have the same at once."""
    alike: dict[str, list[str]] = defaultdict(list)
    for adapter, of in {it.adapter: it.versions for it in observations}.items():
        alike[of].append(adapter)
    return [message("drills.versions", adapters=alike[it], versions=it) for it in alike]


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
