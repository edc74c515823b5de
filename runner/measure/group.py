"""The cells of a group in one round: alive side by side, measured one at a time."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from typing import TYPE_CHECKING

from runner.measure import observation
from runner.measure.cell_run import cell_run
from runner.measure.group_rows import store
from runner.measure.member import Member, Subject
from runner.plan.plan import turns
from runner.plan.schedule import lead_in, timed, turn_orders, warm_up, windows
from runner.results.row_builder import turn_row
from runner.results.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from runner.measure.context import Context
    from runner.plan.tasks import Task
    from runner.results.row import Row
    from runner.worker.protocol import TurnOrder


class Group:
    """Measures the cells of one group once."""

    def __init__(self, context: Context, task: Task) -> None:
        """Take the cells in the order in which they will be measured, with their numbers."""
        self._context = context
        self._subjects = [
            Subject(
                cell, place, f"c{number:03}r{place.round:02}", context.contenders[cell.contender]
            )
            for cell, place, number in task
        ]
        self._members: list[Member] = []

    def measure(self) -> Generator[Row]:
        """Measure the cells and yield each row; store them all at the end.

        What was measured is stored however this ends: an interrupt, an error, a closed generator.
        """
        server = self._context.server
        keys = [subject.key for subject in self._subjects if subject.on_server]
        cell = self._subjects[0].cell
        with ExitStack() as stack:  # left from the last to the first
            stack.callback(server.discard, keys)
            stack.callback(store, self._members, self._context)
            stack.callback(self._each, observation.count_left)
            self._start(stack)  # first, so that the interpreters load while the server prepares
            stack.callback(self._close, self._members)
            server.keep_to(self._context.cores[:-1] if cell.conditions.cpus == "one" else None)
            server.prepare(keys)
            for member in self._members:
                self._open(member)
            yield from self._side_by_side() if cell.conditions.takes_turns else self._one_by_one()

    def _start(self, stack: ExitStack) -> None:
        """Start the workers together: nothing is measured yet."""
        context = self._context
        for subject in self._subjects:
            seed = f"{context.seed}/{subject.place.round}/{subject.cell.group}"
            order = subject.order(seed, context.cores[-1:])
            name = f"poolbench {context.run} {subject.key} {subject.cell.contender}"
            allocator = subject.cell.conditions.allocator
            run = stack.enter_context(cell_run(order, context, allocator))
            self._members.append(Member(subject, name, run))

    def _open(self, member: Member) -> None:
        subject, server = member.subject, self._context.server
        dsn = server.dsn(subject.key, member.application_name) if subject.on_server else ""
        if (times := member.run.open(dsn)) is not None:
            observation.observe_opened(member, times, self._context)

    def _side_by_side(self) -> Iterator[Row]:
        """Let one cell after the other have the machine, in an order shuffled anew each time."""
        subject = self._subjects[0]
        number, length = windows(subject.cell)
        try:
            for turn in range(number + 1):
                for member in turns(
                    self._members, turn, self._context.seed, subject.place.round, subject.cell.group
                ):
                    self._announce(member)
                    self._turns(member, self._orders(member, turn, length))
        except BaseException:
            for member in self._members:
                member.cut_short()
            raise
        yield from self._rows(self._members)

    def _orders(self, member: Member, turn: int, length: float) -> list[TurnOrder]:
        """Order the turn of that number, whose window has that length; 0 is the warm-up."""
        cell, deadline = member.subject.cell, self._context.deadline
        left = None if deadline is None else deadline - member.run.seconds
        if not turn:
            return warm_up(cell, left)
        return [timed(cell, turn, lead_in(cell, member.run.mean), length, left)]

    def _one_by_one(self) -> Iterator[Row]:
        """Let each cell have the machine as long as it takes."""
        for member in self._members:
            self._announce(member)
            self._turns(member, turn_orders(member.subject.cell, self._context.deadline))
            if member.subject.cell.conditions.leak:
                self._close([member])  # what it leaked must not be missing to the others
            yield from self._rows([member])

    def _announce(self, member: Member) -> None:
        self._context.announce(member.subject.cell, member.subject.place.round)

    def _turns(self, member: Member, orders: Sequence[TurnOrder]) -> None:
        for order in orders:
            if member.run.lives:
                self._turn(member, order)

    def _turn(self, member: Member, order: TurnOrder) -> None:
        subject, server = member.subject, self._context.server
        started = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        cpu = server.cpu()
        measured = member.run.turn(order)
        if measured is None:
            return
        observation.observe_parked(member, server, cpu)
        member.run.judge(measured)
        if measured.seconds:
            line = turn_row(subject.cell, subject.place, order, started, measured)
            self._context.run_folder.append_turn(line)
            slots = timeline(subject.cell.id, subject.place, order.number, measured)
            self._context.run_folder.append_timeline(slots)

    def _rows(self, members: Sequence[Member]) -> Iterator[Row]:
        """Yield the rows as far as they are known before the table has been counted."""
        for member in members:
            yield member.result(self._context.server.secrets)

    def _close(self, members: Sequence[Member]) -> None:
        """Close the pools that are open, all at once, and wait until the server knows."""
        open_members = [member for member in members if member.run.lives]
        for member in open_members:
            member.run.begin_close()
        for member in open_members:
            if not member.run.close():
                member.flag("close_hung")
            observation.observe_closed(member, self._context.server)

    def _each(self, observe: Callable[..., None]) -> None:
        for member in self._members:
            observe(member, self._context.server)
