"""The cost of one operation on the wire: it explains most of what the throughput shows.

Counted apart from the measurement, in a cell of one client and one connection, through a relay.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count as numbers
from typing import TYPE_CHECKING, NamedTuple

from runner.measure.cell_run import cell_run
from runner.measure.startup import Startup
from runner.messages import message, said
from runner.own_sql.statement import read_only
from runner.redaction import masked
from runner.results.round_trips import RoundTrips
from runner.roles import RESERVED
from runner.server.dsn import ServerError
from runner.server.route import Counting
from runner.worker.protocol import OpenOrder, TurnOrder
from runner.workloads import MIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from runner.measure.cell_run import CellRun
    from runner.measure.context import Context
    from runner.messages import Message
    from runner.plan.plan import Cell
    from runner.server.dialogue import Count
    from runner.server.relay import Relay
    from runner.server.server import Server

OPERATIONS = 2 * len(MIX)
"""The number of operations that is counted: of `mixed` whole mixes."""

WARM_UP = {"mixed": 6 * len(MIX)}
"""Operations before that, so that each statement was executed six times: some drivers prepare one
that comes again and again."""

FEWEST_WARM_UP = len(MIX)

ACQUIRE_SECONDS = 5.0
TURN_SECONDS = 10.0
LEAVE_SECONDS = 5.0


class NotCountedError(Exception):
    """The cost cannot be counted; `reason` says why."""

    def __init__(self, reason: Message | None) -> None:
        super().__init__(str(reason))
        self.reason = reason


CannotCount = (NotCountedError, ServerError, OSError)


class LineKey(NamedTuple):
    """The columns that tell one line from another."""

    adapter: str
    profile: str
    workload: str


def count(cells: Iterable[Cell], context: Context) -> list[RoundTrips]:
    """Count a line for each adapter, profile and workload of `cells`, in their order.

    The roles that are no adapter, and adapters that need no server, have none. Nothing that goes
    wrong is raised but Interrupted: it is the reason in its line. Nothing is left on the server.
    """
    groups: dict[tuple[str, str], dict[LineKey, str]] = {}
    keys = (f"w{number:03}" for number in numbers(1))
    for cell in cells:
        on_server = (
            cell.contender not in RESERVED and context.contenders[cell.contender].traits.server
        )
        if on_server and not cell.conditions.pooled:  # no relay tells what a pooler waits for
            group = groups.setdefault((cell.conditions.profile, cell.conditions.workload), {})
            line_key = LineKey(cell.contender, cell.conditions.profile, cell.conditions.workload)
            if line_key not in group:
                group[line_key] = next(keys)
    return [line for group in groups.values() for line in _side_by_side(group, context)]


def _side_by_side(group: Mapping[LineKey, str], context: Context) -> list[RoundTrips]:
    """Count a few of them; their interpreters start together, which is what takes longest."""
    keys = list(group.values())
    with ExitStack() as stack:
        try:
            stack.callback(_discard, context.server, keys)
            probes = [
                Probe(line_key, key, context, stack.enter_context(_run(line_key, key, context)))
                for line_key, key in group.items()
            ]
            context.server.prepare(keys)
        except CannotCount as error:
            return [_not_counted(line_key, error, context) for line_key in group]
        lines = [probe.line() for probe in probes]
        for probe in probes:
            probe.leave()
        return lines


def _run(line_key: LineKey, key: str, context: Context) -> AbstractContextManager[CellRun]:
    startup = Startup(python=context.contenders[line_key.adapter].python)
    return cell_run(_order(line_key, key, context), context, startup)


def _order(line_key: LineKey, key: str, context: Context) -> OpenOrder:
    contender = context.contenders[line_key.adapter]
    statement = context.statements.get(line_key.workload)
    return OpenOrder(
        adapter=contender.adapter,
        dsn="",
        min_size=contender.traits.smallest,
        max_size=contender.traits.smallest,
        timeout=ACQUIRE_SECONDS,
        profile=line_key.profile,
        options=dict(contender.options),
        workload=line_key.workload,
        clients=1,
        name=key,
        seed="wire",  # the same keys are read, and so the same bytes sent, every time
        statement=None if statement is None else statement.plain,
    )


def _not_counted(line_key: LineKey, error: Exception, context: Context) -> RoundTrips:
    reason = error.reason if isinstance(error, NotCountedError) else said(str(error))
    change = partial(masked, secrets=context.server.secrets)
    return RoundTrips(*line_key, reason=reason and reason.with_texts(change))


def _discard(server: Server, keys: Sequence[str]) -> None:
    with suppress(ServerError):  # the first group will say that the server is lost
        server.discard(keys)


@dataclass(frozen=True)
class Probe:
    """One adapter with one client and one connection, whose worker has been started."""

    line_key: LineKey
    key: str
    context: Context
    run: CellRun

    @property
    def _name(self) -> str:
        """The application's name: of one length for all, because the server echoes it."""
        return f"poolbench {self.context.run} {self.key}"

    def line(self) -> RoundTrips:
        """Make the line: the counts, or the reason why there are none. Ends the worker."""
        route = Counting()
        try:
            if self.context.server.lost:
                raise self.context.server.lost
            with route.dsn(self._dsn()) as near:
                return self._counted(route.relay, near)
        except CannotCount as error:
            return _not_counted(self.line_key, error, self.context)
        finally:
            self.run.end()

    def _dsn(self) -> str:
        reads = read_only(self.context.statements.get(self.line_key.workload))
        return self.context.server.dsn(self.key, self._name, read_only=reads)

    def leave(self) -> None:
        """Wait until the server has noticed that the connection is gone."""
        with suppress(ServerError):
            self.context.server.disconnected(self._name, LEAVE_SECONDS)

    def _counted(self, relay: Relay, dsn: str) -> RoundTrips:
        if self.run.open(dsn) is None:
            raise NotCountedError(self.run.reason)
        self._turn(0, WARM_UP.get(self.line_key.workload, FEWEST_WARM_UP))
        before = relay.rest()
        self._turn(1, OPERATIONS)
        after, connecting = relay.rest(), relay.connecting()
        self.run.begin_close()
        self.run.close()  # before the relay cuts it off
        if after.unreadable:
            raise NotCountedError(message("wire.encrypted"))
        if connecting is None:
            raise NotCountedError(message("wire.not_connected"))
        return _per_operation(self.line_key, after - before, connecting)

    def _turn(self, number: int, operations: int) -> None:
        """Have that many operations done, all of which must succeed."""
        order = TurnOrder(number, 0.0, operations=operations, patience=TURN_SECONDS)
        measured = self.run.turn(order)
        if measured:
            self.run.judge()
        if not measured or self.run.reason:
            raise NotCountedError(self.run.reason)
        if sum(measured.ok) != operations or measured.release_failed:
            example = next(iter(measured.examples.values()), "")
            raise NotCountedError(message("wire.failed", text=example))


def _per_operation(line_key: LineKey, cost: Count, connecting: Count) -> RoundTrips:
    return RoundTrips(
        *line_key,
        operations=OPERATIONS,
        exchanges_per_op=cost.exchanges / OPERATIONS,
        ready_for_query_per_op=cost.ready_for_query / OPERATIONS,
        bytes_sent_per_op=cost.bytes_sent / OPERATIONS,
        bytes_received_per_op=cost.bytes_received / OPERATIONS,
        connect_exchanges=connecting.exchanges,
        connect_ready_for_query=connecting.ready_for_query,
        connect_bytes_sent=connecting.bytes_sent,
        connect_bytes_received=connecting.bytes_received,
    )
