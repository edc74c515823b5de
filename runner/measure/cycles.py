"""The cycles of a group in a round: its cells take turns, in an order shuffled anew each time."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.measure import turn_taking
from runner.measure.observation import observe_parked
from runner.measure.shared_cores import Reading
from runner.plan.plan import turns
from runner.plan.schedule import (
    REPEATED,
    Cycle,
    cycles,
    lead_in,
    repeats,
    timed,
    turn_seconds,
)
from runner.results.cycle import CycleRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.measure.context import Context
    from runner.measure.member import Member
    from runner.results.taken_turn import TakenTurn
    from runner.worker.protocol import TurnOrder


class Cycles:
    """Measures the cycles of a group, and some again where others used its cores (METHOD 21)."""

    def __init__(self, members: Sequence[Member], context: Context) -> None:
        """Plan the cycles; nothing is measured yet."""
        self._members = members
        self._context = context
        subject = members[0].subject
        self._cell, self._place = subject.cell, subject.place
        seed = f"{context.seed}/{self._place.round}/{self._cell.group}"
        self._left = deque(cycles(self._cell, seed))
        self._last = len(self._left)
        self._middle, self._repeats = self._last // 2, repeats(self._last)
        self._until = 0.0
        """The moment at which the time that was planned, and a tenth of it, is over."""

    def measure(self) -> None:
        """Measure every cycle; what is parked is looked at before, halfway and at the end.

        What was measured is kept however this ends. Raises Interrupted, RunFolderError.
        """
        if warmup := self._cell.conditions.warmup:
            self._measure(Cycle(0, warmup))
        self._look()
        self._until = time.monotonic() + (1 + REPEATED) * sum(map(self._expected, self._left))
        while self._left and any(member.run.lives for member in self._members):
            cycle = self._left.popleft()
            self._measure(cycle)
            if cycle.number == self._middle:
                self._look()
        self._look()

    def _measure(self, cycle: Cycle) -> None:
        """Measure a cycle, and plan another one in its place if others used its cores."""
        taken: list[tuple[Member, TakenTurn]] = []
        replaced = False
        before = self._reading()
        try:
            self._take(cycle, taken)
            if cycle.number:
                line = self._line(cycle, before)
                replaced = self._is_repeated(cycle, line)
                self._context.run_folder.append_cycle(replace(line, replaced=replaced))
        finally:
            kept = [(member, replace(turn, replaced=replaced)) for member, turn in taken]
            turn_taking.keep(kept, self._context)

    def _take(self, cycle: Cycle, taken: list[tuple[Member, TakenTurn]]) -> None:
        """Let one cell after the other have the machine, and note each turn."""
        members, context, place = self._members, self._context, self._place
        for member in turns(members, cycle.number, context.seed, place.round, self._cell.group):
            context.announce(member.subject.cell, place.round)
            if not member.run.lives:
                continue
            order = self._order(member, cycle)
            if turn := turn_taking.take(member, order, context, uncut=cycle.uncut):
                taken.append((member, turn))

    def _order(self, member: Member, cycle: Cycle) -> TurnOrder:
        cell, deadline = member.subject.cell, self._context.deadline
        left = None if deadline is None else deadline - member.run.seconds
        rate = member.subject.rate_of_each
        before = lead_in(cell, member.run.mean, rate, cycle.length) if cycle.number else 0.0
        return timed(cell, cycle.number, before, cycle.length, left)

    def _line(self, cycle: Cycle, before: Reading) -> CycleRow:
        now, place = self._reading(), self._place
        return CycleRow(
            group=self._cell.group,
            session=place.session,
            round=place.round,
            cycle=cycle.number,
            seconds=now.seconds(before),
            foreign_cores=now.foreign_cores(before),
            steal_share=now.steal_share(before),
        )

    def _reading(self) -> Reading:
        poolers = [member.pooler for member in self._members if member.pooler]
        networks = [member.through for member in self._members if member.through]
        runs = [*(member.run for member in self._members), *poolers, *networks]
        return Reading.now(self._context.cores, runs, self._context.server)

    def _is_repeated(self, cycle: Cycle, line: CycleRow) -> bool:
        """Plan a cycle once more, after all others, if it was disturbed and there is time for it.

        The load of others alone decides, and never what was measured.
        """
        seconds = sum(map(self._expected, [*self._left, cycle]))
        if not line.disturbed or not self._repeats or time.monotonic() + seconds > self._until:
            return False
        self._repeats -= 1
        self._last += 1
        self._left.append(replace(cycle, number=self._last))
        return True

    def _look(self) -> None:
        for member in self._members:
            if member.run.lives:
                observe_parked(member, self._context.server)

    def _expected(self, cycle: Cycle) -> float:
        return sum(turn_seconds(member.subject.cell, cycle) for member in self._members)
