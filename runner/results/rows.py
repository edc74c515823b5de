"""The rows of a run that may be compared: paired once, the roles apart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.axes import ADAPTER
from runner.metrics import MILLISECONDS
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from runner.axes import Conditions
    from runner.results.row import Row, TurnRow


@dataclass(frozen=True)
class RowGroup:
    """The rows of one group: its adapters, its control and its limit."""

    conditions: Conditions
    """Those that all its cells have in common."""
    name: str
    entrants: Mapping[str, Mapping[int, Row]]
    """The name of what is compared -> round -> row; the control among them."""
    limits: Mapping[Conditions, Mapping[int, Row]]
    """The limit's conditions -> round -> row: several where what is compared has a limit for each
    of its values; empty where none was measured."""

    @property
    def rows(self) -> list[Row]:
        """The rows of the adapters."""
        return [
            row
            for by_round in self.entrants.values()
            for row in by_round.values()
            if row.role is Role.ADAPTER
        ]

    @property
    def limit(self) -> Mapping[int, Row]:
        """The limit that all its cells have, by round; empty where each has another one."""
        return next(iter(self.limits.values())) if len(self.limits) == 1 else {}


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

    @property
    def compared(self) -> str:
        """The axis in which the cells of each group differ."""
        return next((row.cell.compared for row in self.measured), ADAPTER)

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
            cells[row.cell.common][row.entrant][row.round] = row
        return [
            RowGroup(common, common.name(), cells[common], self._limits_of(cells[common]))
            for common in sorted(cells, key=lambda conditions: conditions.rank)
        ]

    def _limits_of(
        self, entrants: Mapping[str, Mapping[int, Row]]
    ) -> Mapping[Conditions, Mapping[int, Row]]:
        """Return the limits of a group that were measured, in the order of their conditions."""
        firsts = (next(iter(by_round.values())) for by_round in entrants.values())
        wanted = {row.conditions.of_limit() for row in firsts}
        ranked = sorted(wanted, key=lambda conditions: conditions.rank)
        return {it: self.limits[it] for it in ranked if it in self.limits}


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
