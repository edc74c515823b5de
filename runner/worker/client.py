"""The measuring loop: the operations of one client in a turn, and the moments that it notes."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import repeat
from threading import Lock
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import numpy as np

from adapters.base import Failure, Part
from runner.worker.observer import MOMENTS

if TYPE_CHECKING:
    from random import Random

    from adapters.base import Connection, PoolAdapter
    from runner.worker.histogram import Integers
    from runner.worker.tally import Tally
    from runner.worker.window import Window
    from runner.workloads import Answer, Ledger, Workload

Between = Callable[["Client", int], Awaitable["tuple[int, int] | None"]]
"""The wait of a client for its next operation, which is not awaited where there is none.

Takes the client and the moment at which its last operation ended, or at which it came; is called
before every operation, the first one and those after a failure included. Returns the moments for
which the next one is intended, which may be past, and at which it is picked up (`Client.paused`
reads it); None where there is nothing more to do. What it then leaves undone it counts itself.
"""


@dataclass(frozen=True)
class Load:
    """The behaviour of every client of a cell. Pauses in seconds."""

    work: Workload
    leak: float = 0.0
    keep_leaked: bool = False
    error_pause: float = 0.0
    between: Between | None = None
    """The wait; None where the next operation begins in the moment in which the last one ended."""
    answers: set[Answer] = field(default_factory=set)
    """The answers that all clients keep to be held against the rows."""


@dataclass(frozen=True, slots=True)
class FailedOperation:
    """The remains of an error: never the error itself, whose traceback holds the connection."""

    kind: Failure
    message: str
    answered: bool
    """The server answered, so that a write which was under way did not happen."""


@dataclass(slots=True)
class Client:
    """One client in one turn: its last moments, and those not yet handed to the tally."""

    number: int
    pool: PoolAdapter[Any]
    load: Load
    window: Window
    ledger: Ledger
    tally: Tally
    chance: Random
    """Decides about leaks."""
    capacity: int
    """Operations that are kept raw before they are folded."""
    arrived: int = 0
    """The moment at which it came."""
    intended: int = 0
    """The moment for which its last operation was intended, the one under way included; 0 before
    the first."""
    got: int = 0
    """The moment at which an operation that is over last got a connection."""
    denied: int = 0
    """The moment at which it last gave up waiting for one."""
    leaked: int = 0
    leaked_at: int = 0
    """The moment at which it last forgot a connection."""
    finished: bool = False
    stamps: list[int] = field(default_factory=list)
    """The moments of successful operations, see MOMENTS: without the first one in a closed loop.

    A list: an array would convert each number while an operation waits for it, in four times the
    time; now they are converted together when they are folded.
    """
    pauses: array[int] = field(default_factory=lambda: array("q"))
    """Beginning and end of each pause between two operations."""
    kept: list[Connection] = field(default_factory=list)
    """Leaked connections that `leak_reference: keep` keeps alive."""
    folding: Lock = field(default_factory=Lock)

    @property
    def noted(self) -> int:
        """Moments that are noted of a success: without a wait, intended and picked up are one."""
        return MOMENTS if self.load.between else MOMENTS - 1

    def times(self) -> Integers:
        """Return the moments of the operations that are not yet folded, a row each, see MOMENTS."""
        return self._rows(self.stamps[:])

    def _rows(self, stamps: list[int]) -> Integers:
        whole = len(stamps) // self.noted * self.noted
        times = np.array(stamps[:whole], dtype=np.int64).reshape(-1, self.noted)
        return times if self.load.between else times[:, [0, 0, 1, 2, 3]]

    def failed(self, failure: FailedOperation, picked: int, got: int, ended: int) -> None:
        """Note an operation that failed; `got` is 0 where it never had a connection."""
        if got:
            self.got = got
        else:
            self.denied = ended
        self.ledger.failed(answered=failure.answered)
        moments = (self.intended, picked, got or ended, ended)
        self.tally.failed(failure.kind, failure.message, moments)

    def release_failed(self, failure: FailedOperation) -> None:
        """Note an error of `release`."""
        self.ledger.void()
        self.tally.release_failed(failure.message, perf_counter_ns())

    def leaks(self, connection: Connection) -> bool:
        """Decide whether to forget this connection; `leak_reference: keep` keeps it alive."""
        if self.chance.random() >= self.load.leak:
            return False
        self.leaked += 1
        self.leaked_at = perf_counter_ns()
        self.ledger.void()
        if self.load.keep_leaked:
            self.kept.append(connection)
        return True

    def paused(self, since: int) -> int:
        """Note a pause that began at `since`; return its end: now."""
        if len(self.pauses) >= self.capacity:
            self.fold()
        until = perf_counter_ns()
        self.pauses.extend((since, until))
        return until

    def make_room(self, since: int) -> int:
        """Fold the raw times, which is no part of an operation; return the end of that pause."""
        self.fold()
        return self.paused(since)

    def fold(self) -> None:
        """Hand the raw times to the tally."""
        self.tally.fold([self.number], [self.drain()])

    def drain(self) -> Integers:
        """Return the moments of the operations that are not yet folded, and forget them.

        Pauses are handed to the tally. A client that did not come back may note on while its turn
        is ended: only copies are read.
        """
        with self.folding:
            stamps, pauses = self.stamps[:], self.pauses[:]
            del self.stamps[: len(stamps)], self.pauses[: len(pauses)]
            if stamps:
                self.got = max(self.got, stamps[-3])
        self.tally.paused(pauses)
        return self._rows(stamps)


async def client(me: Client) -> None:
    """Acquire, use, release (or leak), note five moments or a failure; until time is up.

    An operation begins in the moment in which the one before it ended, or as `Load.between` says.
    The first error of an operation counts, one of `release` by itself; one that the adapter does
    not know is raised, and fails the cell. No name here holds a connection, or an error whose
    traceback does, when the next operation begins.
    """
    now, stamps, note, full = perf_counter_ns, me.stamps, me.stamps.extend, me.capacity * me.noted
    pool, work, ledger, window = me.pool, me.load.work, me.ledger, me.window
    acquire, release, leak, between = pool.acquire, pool.release, me.load.leak, me.load.between
    ended = me.arrived or now()
    for _ in repeat(None, window.operations):
        intended = picked = ended
        if between:
            if (start := await between(me, ended)) is None:
                break
            intended, picked = start
        if picked >= window.closes:
            break
        me.intended = intended
        try:
            connection = await acquire()
        except Exception as error:  # noqa: BLE001 - `_known` raises what is not a driver's
            ended = await _give_up(me, error, picked)
            continue
        got = now()
        try:
            await work(connection, ledger)
        except Exception as error:  # noqa: BLE001 - as above
            ended = await _give_up(me, error, picked, got, connection)
            del connection
            continue
        used = now()
        if not leak or used < window.opens or not me.leaks(connection):
            try:
                await release(connection)
            except Exception as error:  # noqa: BLE001 - as above
                me.release_failed(_known(pool, error, Part.RELEASE, connection))
        del connection
        ended = now()
        # Without a wait, intended is picked up.
        note((intended, picked, got, used, ended) if between else (picked, got, used, ended))
        if len(stamps) >= full:
            ended = me.make_room(ended)


async def _give_up(
    me: Client, error: Exception, picked: int, got: int = 0, connection: Connection | None = None
) -> int:
    """End an operation that failed: release its connection, if it had one; note it; pause.

    Return the end of the pause.
    """
    pool, load = me.pool, me.load
    failure = _known(pool, error, Part.USE if got else Part.WAIT, connection)
    if connection is not None:
        leaks = load.leak and perf_counter_ns() >= me.window.opens and me.leaks(connection)
        if not leaks:
            try:
                await pool.release(connection)
            except Exception as late:  # noqa: BLE001 - as in `client`
                me.release_failed(_known(pool, late, Part.RELEASE, connection))
    ended = perf_counter_ns()
    me.failed(failure, picked, got, ended)
    if load.error_pause:
        await pool.sleep(load.error_pause)
    return me.paused(ended)


def _known(
    pool: PoolAdapter[Any], error: Exception, during: Part, connection: Connection | None
) -> FailedOperation:
    """Take the adapter's word for an error; raise the error if it has none."""
    kind = pool.classify(error, during, connection)
    if kind is None:
        raise error
    answered = kind is Failure.QUERY_FAILED and not isinstance(error, TimeoutError)
    return FailedOperation(kind, f"{type(error).__name__}: {error}".strip(": \n"), answered)
