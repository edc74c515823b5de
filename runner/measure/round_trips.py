"""What one operation costs on the wire: it explains most of what the throughput shows.

Counted apart from the measurement, in a cell of one client and one connection, through a relay.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from itertools import count as numbers
from typing import TYPE_CHECKING, TypeAlias

from runner.measure.worker_process import CellError, CellProcess
from runner.plan.plan import file_name
from runner.redaction import masked
from runner.results.round_trips import RoundTrips
from runner.roles import RESERVED
from runner.server.dsn import ServerError, uri, words_of
from runner.server.relay import LOOPBACK, Relay
from runner.worker.protocol import OpenOrder, TurnOrder, TurnRecord
from runner.workloads import MIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.measure.group import Context
    from runner.plan.plan import Cell
    from runner.server.external import Server
    from runner.server.relay import Count

OPERATIONS = 2 * len(MIX)
"""How many are counted: of `mixed` whole mixes."""

WARM_UP = {"mixed": 6 * len(MIX)}
"""Operations before that, so that each statement was executed six times: some drivers prepare one
that comes again and again."""

FEWEST_WARM_UP = len(MIX)

UNENCRYPTED = ("", "disable", "allow", "prefer")
"""Each `sslmode` that puts up with a connection in clear, which is what counting takes."""

ACQUIRE_SECONDS = 5.0
OPEN_SECONDS = 15.0
TURN_SECONDS = 10.0
ANSWER_SECONDS = 5.0
CLOSE_SECONDS = 5.0
LEAVE_SECONDS = 5.0


class NotCountedError(Exception):
    """It cannot be counted; the message says why."""


CannotCount = (NotCountedError, CellError, ServerError, OSError)
Subject: TypeAlias = "tuple[str, str, str]"
"""Adapter, profile and workload."""


def count(cells: Iterable[Cell], context: Context) -> list[RoundTrips]:
    """Return a line for each adapter, profile and workload of `cells`, in their order.

    What stands for no adapter and what needs no server has none. Nothing that goes wrong is
    raised but Interrupted: it is the reason in its line. Nothing is left on the server.
    """
    groups: dict[tuple[str, str], dict[Subject, str]] = {}
    keys = (f"w{number:03}" for number in numbers(1))
    for cell in cells:
        if cell.adapter not in RESERVED and context.variants[cell.adapter].traits.server:
            group = groups.setdefault((cell.profile, cell.workload), {})
            subject = (cell.adapter, cell.profile, cell.workload)
            if subject not in group:
                group[subject] = next(keys)
    return [line for group in groups.values() for line in _side_by_side(group, context)]


def _side_by_side(group: Mapping[Subject, str], context: Context) -> list[RoundTrips]:
    """Count a few of them; their interpreters start together, which is what takes longest."""
    keys = list(group.values())
    with ExitStack() as stack:
        try:
            stack.callback(_discard, context.server, keys)
            probes = [_started(subject, key, context, stack) for subject, key in group.items()]
            context.server.prepare(keys)
        except CannotCount as error:
            return [_not_counted(subject, error, context) for subject in group]
        lines = [probe.line() for probe in probes]
        for probe in probes:
            probe.leave()
        return lines


def _started(subject: Subject, key: str, context: Context, stack: ExitStack) -> Probe:
    """Start an interpreter, which ends with `stack` at the latest. Raises OSError."""
    log = context.logs / f"wire-{key}-{file_name(subject[0])}.log"
    process = CellProcess(log, context.watchdog, context.interrupts)
    stack.callback(process.kill)
    return Probe(subject, key, context, process)


def _not_counted(subject: Subject, error: Exception, context: Context) -> RoundTrips:
    return RoundTrips(*subject, reason=masked(str(error), context.server.secrets))


def _discard(server: Server, keys: Sequence[str]) -> None:
    with suppress(ServerError):  # the first group will say that the server is lost
        server.discard(keys)


class Probe:
    """One adapter with one client and one connection, and the relay that overhears it."""

    def __init__(self, subject: Subject, key: str, context: Context, process: CellProcess) -> None:
        """Take a process that does nothing yet."""
        self._subject, self._key, self._context = subject, key, context
        self._process = process
        self._name = f"poolbench {context.run} {key}"  # of one length for all: the server echoes it

    def line(self) -> RoundTrips:
        """Count, or say why not; the process has ended then."""
        try:
            dsn = self._context.server.dsn(self._key, self._name)
            with Relay(*target(dsn)) as relay:
                there = uri(dsn, host=LOOPBACK, port=str(relay.port), sslmode="disable")
                return self._counted(relay, there)
        except CannotCount as error:
            return _not_counted(self._subject, error, self._context)
        finally:
            self._process.kill()

    def leave(self) -> None:
        """Wait until the server has noticed that nobody is there any more."""
        with suppress(ServerError):
            self._context.server.disconnected(self._name, LEAVE_SECONDS)

    def _counted(self, relay: Relay, dsn: str) -> RoundTrips:
        self._process.open(self._order(dsn), OPEN_SECONDS)
        self._turn(0, WARM_UP.get(self._subject[2], FEWEST_WARM_UP))
        before = relay.rest()
        self._turn(1, OPERATIONS)
        after, connecting = relay.rest(), relay.connecting()
        self._process.begin_close()
        self._process.end(CLOSE_SECONDS)  # before the relay cuts it off
        if after.unreadable:
            raise NotCountedError("it encrypts what would have to be read")
        if connecting is None:
            raise NotCountedError("it did not connect to the server that its DSN names")
        return self._per_operation(after - before, connecting)

    def _order(self, dsn: str) -> OpenOrder:
        variant = self._context.variants[self._subject[0]]
        return OpenOrder(
            adapter=variant.adapter,
            dsn=dsn,
            min_size=1,
            max_size=1,
            timeout=ACQUIRE_SECONDS,
            profile=self._subject[1],
            options=dict(variant.options),
            workload=self._subject[2],
            clients=1,
            name=self._key,
            seed="wire",  # the same keys are read, and so the same bytes sent, every time
        )

    def _turn(self, number: int, operations: int) -> None:
        """Have so many operations done, all of which must succeed."""
        order = TurnOrder(number, 0.0, operations=operations, patience=TURN_SECONDS)
        measured = TurnRecord.from_json(self._process.turn(order, TURN_SECONDS + ANSWER_SECONDS))
        if measured.bug:
            last = measured.bug.strip().splitlines()[-1]
            raise NotCountedError(f"a bug in the adapter or in PoolBench: {last}")
        if measured.stuck:
            raise NotCountedError("its client never came back")
        if sum(measured.ok) != operations or measured.release_failed:
            example = next(iter(measured.examples.values()), "no reason given")
            raise NotCountedError(f"an operation failed: {example}")

    def _per_operation(self, cost: Count, connecting: Count) -> RoundTrips:
        return RoundTrips(
            *self._subject,
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


def target(dsn: str) -> tuple[str, int]:
    """Return the host and port of a server that can be reached through a relay.

    What the DSN leaves open is taken from the environment, as drivers do. Raises NotCountedError.
    """
    words = words_of(dsn)
    host, port, sslmode = (
        words.get(word) or os.environ.get(f"PG{word.upper()}", "")
        for word in ("host", "port", "sslmode")
    )
    if "," in host or "," in port:
        raise NotCountedError("the DSN names several hosts, and a relay leads to one")
    if not host or host.startswith("/"):
        raise NotCountedError("the server listens on a Unix socket, and a relay needs TCP")
    if sslmode not in UNENCRYPTED:
        raise NotCountedError(f"sslmode={sslmode} encrypts what would have to be read")
    return host, int(port or 5432)
