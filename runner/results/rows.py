"""The rows of a run that may be compared: paired once, the roles apart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from runner.axes import Conditions
    from runner.results.row import Row, TurnRow

MILLISECONDS = 1000
"""In a second."""


@dataclass(frozen=True)
class RowGroup:
    """The rows of one group: its adapters, its control and its limit."""

    conditions: Conditions
    name: str
    contenders: Mapping[str, Mapping[int, Row]]
    """Contender -> round -> row; the control among them."""
    limits: Mapping[int, Row]
    """Round -> row; empty where the limit was not measured."""

    @property
    def rows(self) -> list[Row]:
        """The rows of the adapters."""
        return [
            row
            for by_round in self.contenders.values()
            for row in by_round.values()
            if row.role is Role.ADAPTER
        ]


class Rows:
    """The rows of a run."""

    def __init__(self, rows: Iterable[Row], turns: Iterable[TurnRow] = ()) -> None:
        """Take every row and turn that was stored, those of interrupted sessions too."""
        self.every: Sequence[Row] = paired(rows)
        """The rows that count, in the order of measuring."""
        self._every_turn = tuple(turns)

    def of_rounds(self, numbers: Collection[int]) -> Rows:
        """Return the rows and turns of some rounds."""
        rows = (row for row in self.every if row.round in numbers)
        return Rows(rows, (turn for turn in self._every_turn if turn.round in numbers))

    def of(self, role: Role) -> list[Row]:
        """Return the rows of a role."""
        return [row for row in self.every if row.role is role]

    @cached_property
    def adapters(self) -> list[Row]:
        """The rows of adapters."""
        return self.of(Role.ADAPTER)

    @cached_property
    def measured(self) -> list[Row]:
        """The rows of adapters and of the control: all but the limit."""
        return [row for row in self.every if row.role is not Role.LIMIT]

    @cached_property
    def limits(self) -> Mapping[Conditions, Mapping[int, Row]]:
        """The limit by its conditions and round."""
        limits: dict[Conditions, dict[int, Row]] = defaultdict(dict)
        for row in self.of(Role.LIMIT):
            limits[row.conditions.of_limit()][row.round] = row
        return dict(limits)

    def limit(self, row: Row) -> Row | None:
        """Return the limit in the round of a row; None where it was not measured."""
        return self.limits.get(row.conditions.of_limit(), {}).get(row.round)

    @cached_property
    def _turns(self) -> Mapping[tuple[str, int, int], Sequence[TurnRow]]:
        """The turns of each cell, session and round."""
        turns: dict[tuple[str, int, int], list[TurnRow]] = defaultdict(list)
        for turn in self._every_turn:
            turns[turn.cell, turn.session, turn.round].append(turn)
        return turns

    def turns(self, row: Row) -> Sequence[TurnRow]:
        """Return the turns of a row in the order of measuring, those that do not count too."""
        return self._turns.get((row.cell.id, row.session, row.round), ())

    def rates(self, row: Row) -> dict[int, float]:
        """Return the operations per second of each short turn that counts, by its number."""
        return {it.turn: it.ops_per_s for it in self._short(row) if it.ops_per_s is not None}

    def cpu_rates(self, row: Row) -> dict[int, float]:
        """Return the operations per second of client CPU of the same turns, where it is known."""
        return {
            it.turn: MILLISECONDS * it.ops_per_s * it.seconds / it.client_cpu_ms
            for it in self._short(row)
            if it.ops_per_s is not None and it.client_cpu_ms
        }

    def _short(self, row: Row) -> Iterator[TurnRow]:
        """Yield the turns that count towards a rate: no warm-up, no uncut or replaced one."""
        for turn in self.turns(row):
            if turn.turn and not turn.uncut and not turn.replaced:
                yield turn

    @cached_property
    def groups(self) -> list[RowGroup]:
        """The groups in the order of their conditions."""
        cells: dict[Conditions, dict[str, dict[int, Row]]] = defaultdict(lambda: defaultdict(dict))
        for row in self.measured:
            cells[row.conditions][row.contender][row.round] = row
        return [
            RowGroup(
                conditions,
                conditions.name(),
                cells[conditions],
                self.limits.get(conditions.of_limit(), {}),
            )
            for conditions in sorted(cells, key=lambda conditions: conditions.rank)
        ]


def paired(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that may be compared: of each group and round those of one session only.

    An interrupted run leaves a part of a group behind, which is measured again as a whole. Of
    several sessions the fullest counts, of equally full ones the last.
    """
    sessions: dict[tuple[str, int], dict[int, list[Row]]] = defaultdict(dict)
    for row in rows:
        sessions[row.cell.group, row.round].setdefault(row.session, []).append(row)
    chosen = []
    for by_session in sessions.values():
        chosen += max(by_session.items(), key=lambda item: (len(item[1]), item[0]))[1]
    return sorted(chosen, key=lambda row: (row.round, row.position))
