"""The cells of a group in one round: alive side by side, measured one at a time."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from runner.measure import observation, turn_taking
from runner.measure.cell_processes import running
from runner.measure.cycles import Cycles
from runner.measure.group_rows import store
from runner.measure.member import Member, Subject
from runner.messages import message
from runner.plan.open_loop import MOST_ARRIVALS, arrivals_of
from runner.plan.schedule import turn_orders
from runner.server.connection import ServerLostError
from runner.server.network.network import NetworkError
from runner.server.pgbouncer_program import PoolerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from runner.axes import Conditions
    from runner.measure.context import Context
    from runner.messages import Message
    from runner.plan.tasks import Task
    from runner.results.row import Row


class Group:
    """Measures the cells of one group once."""

    def __init__(self, context: Context, task: Task) -> None:
        """Take the cells in the order in which they will be measured, with their numbers."""
        self._context = context
        self._subjects = [
            Subject(
                cell,
                place,
                f"c{number:03}r{place.round:02}",
                context.contenders[cell.contender],
                context.statements.get(cell.conditions.workload),
                context.rate(cell.conditions),
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
        with ExitStack() as stack:  # left from the last to the first
            stack.callback(self._discard, keys)
            stack.callback(store, self._members, self._context)
            stack.callback(self._each, observation.count_left)
            self._start(stack)  # first, so that the interpreters load while the server prepares
            stack.callback(self._close, self._members)
            server.keep_to(self._server_cores)
            server.prepare(keys)
            yield from self._side_by_side() if self._conditions.takes_turns else self._one_by_one()

    def _start(self, stack: ExitStack) -> None:
        """Start the workers together: nothing is measured yet."""
        context = self._context
        for subject in self._subjects:
            seed = f"{context.seed}/{subject.place.round}/{subject.cell.group}"
            orders = subject.orders(seed, context.cores)
            name = subject.application_name(context.run)
            route = stack.enter_context(ExitStack())  # left when the worker has ended
            run = stack.enter_context(running(orders, context, subject.startup))
            own = self._server_cores
            member = Member(
                subject,
                name,
                run,
                len(own) if own else None,
                len(context.cores),
                subject.pooler(context, own),
                subject.network(context, own),
                route,
            )
            self._members.append(member)

    @property
    def _conditions(self) -> Conditions:
        """Those that the cells have in common."""
        return self._subjects[0].cell.conditions

    @property
    def _server_cores(self) -> Sequence[int] | None:
        """The cores that the server has to itself; None where it shares all of them."""
        most = max(subject.cell.conditions.processes for subject in self._subjects)
        return self._context.server_cores(self._conditions.cpus, most)

    def _lost(self, member: Member) -> ServerLostError | None:
        """Give the error with which the server of a member was given up; None while it answers."""
        return self._context.server.lost if member.subject.on_server else None

    def _discard(self, keys: Sequence[str]) -> None:
        with suppress(ServerLostError):  # whoever asks next says so
            self._context.server.discard(keys)

    def _open(self, member: Member) -> None:
        subject, server = member.subject, self._context.server
        if lost := self._lost(member):
            raise lost
        if reason := _no_rate(subject):
            member.run.refuse(reason)
            return
        try:
            dsn = member.dsn(server)
        except PoolerError as error:
            member.run.refuse(message("row.pooler", trouble=str(error)))
            return
        except NetworkError as error:
            member.run.refuse(message("row.network", trouble=str(error)))
            return
        if opening := member.run.open(dsn):
            observation.observe_opened(member, opening, self._context)
        if not member.run.lives:
            observation.observe_route(member)

    def _side_by_side(self) -> Iterator[Row]:
        """Let one cell after the other have the machine, in an order shuffled anew each time."""
        for member in self._members:
            self._open(member)
        try:
            Cycles(self._members, self._context).measure()
        except BaseException:
            for member in self._members:
                member.cut_short()
            raise
        for member in self._members:
            observation.observe_finished(member)
            yield self._row(member)

    def _one_by_one(self) -> Iterator[Row]:
        """Let each cell have the machine as long as it takes, and the server to itself.

        So the slots of one pool are enough, and what one leaks is not missing to the next.
        """
        for member in self._members:
            subject = member.subject
            self._context.announce(subject.cell, subject.place.round)
            self._open(member)
            self._turns(member)
            if member.serves:
                observation.observe_finished(member)
            if member.run.lives:
                self._close([member])
            else:  # it was killed, and its slots are free once the server has noticed
                observation.observe_closed(member, self._context.server)
            yield self._row(member)

    def _turns(self, member: Member) -> None:
        """Let a cell take its turns, and look at it after each."""
        for order in turn_orders(member.subject.cell, self._context.deadline):
            if member.run.lives and (turn := turn_taking.take(member, order, self._context)):
                turn_taking.keep([(member, turn)], self._context)
                if member.run.lives:
                    observation.observe_parked(member, self._context.server)

    def _row(self, member: Member) -> Row:
        """Make the row as far as it is known before the table has been counted.

        Raises ServerLostError where it could only tell of the lost server.
        """
        if lost := self._lost(member):
            raise lost
        return member.result(self._context.server.secrets)

    def _close(self, members: Sequence[Member]) -> None:
        """Close the pools that are open, all at once, and wait until the server knows."""
        open_members = [member for member in members if member.run.lives]
        for member in open_members:
            if self._context.server.lost:
                member.run.end()  # it could only wait for it
            member.run.begin_close()
        for member in open_members:
            if not member.run.close():
                member.flag("close_hung")
            observation.observe_closed(member, self._context.server)

    def _each(self, observe: Callable[..., None]) -> None:
        for member in self._members:
            observe(member, self._context.server)


def _no_rate(subject: Subject) -> Message | None:
    """Say why a share of a rate cannot be measured; None where it can, and without a rate."""
    if not subject.cell.conditions.paced:
        return None
    if subject.rate is None:
        return message("row.no_rate")
    arrivals = arrivals_of(subject.cell, subject.rate)
    if arrivals <= MOST_ARRIVALS:
        return None
    return message("row.too_many_arrivals", arrivals=arrivals, most=MOST_ARRIVALS)
