"""The measuring loop: what one client does in a turn, and the times that it notes."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import repeat
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from adapters.base import Failure, Part

if TYPE_CHECKING:
    from random import Random

    from adapters.base import Connection, PoolAdapter
    from runner.worker.tally import Tally
    from runner.workloads import Ledger, Workload

FOREVER = 2**62
"""A moment of `perf_counter_ns` that does not come."""


@dataclass(frozen=True)
class Load:
    """What every client of a cell does. Pauses in seconds."""

    work: Workload
    leak: float = 0.0
    keep_leaked: bool = False
    error_pause: float = 0.0
    think_time: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """What is kept of an error: never the error itself, whose traceback holds the connection."""

    kind: Failure
    message: str
    answered: bool
    """The server answered, so that a write which was under way did not happen."""


@dataclass(slots=True)
class Window:
    """When a turn counts: moments of `perf_counter_ns`, the same for all of its clients."""

    opens: int
    closes: int
    """Nobody asks after it. Set to 0 to send everybody home."""
    operations: int = FOREVER
    """How many operations a client attempts at the most."""


@dataclass(slots=True)
class Client:
    """One client in one turn: where it stands, and what it has not yet handed to the tally."""

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
    asked: int = 0
    """When it last asked for a connection."""
    got: int = 0
    """When an operation that is over last got one."""
    denied: int = 0
    """When it last gave up waiting for one."""
    leaked: int = 0
    finished: bool = False
    stamps: array[int] = field(default_factory=lambda: array("q"))
    """Four moments a successful operation: asked, got, used, released."""
    pauses: array[int] = field(default_factory=lambda: array("q"))
    """Beginning and end of each pause between two operations."""
    kept: list[Connection] = field(default_factory=list)
    """Leaked connections that `leak_reference: keep` keeps alive."""

    def failed(self, failure: Failed, got: int, ended: int) -> None:
        """Note an operation that failed; `got` is 0 where it never had a connection."""
        if got:
            self.got = got
        else:
            self.denied = ended
        self.ledger.failed(answered=failure.answered)
        self.tally.failed(failure.kind, failure.message, self.asked, got, ended)

    def release_failed(self, failure: Failed) -> None:
        """Note an error of `release`."""
        self.ledger.void()
        self.tally.release_failed(failure.message, perf_counter_ns())

    def leaks(self, connection: Connection) -> bool:
        """Decide whether to forget this connection; `leak_reference: keep` keeps it alive."""
        if self.chance.random() >= self.load.leak:
            return False
        self.leaked += 1
        self.ledger.void()
        if self.load.keep_leaked:
            self.kept.append(connection)
        return True

    def paused(self, since: int) -> int:
        """Note that nothing was to do from then on; return until when: now."""
        until = perf_counter_ns()
        self.pauses.extend((since, until))
        if len(self.pauses) >= self.capacity:
            self.fold()
        return until

    def fold(self) -> None:
        """Hand the raw times to the tally."""
        if self.stamps:
            self.got = max(self.got, self.stamps[-3])
            self.tally.fold(self.number, self.stamps)
            del self.stamps[:]
        self.tally.paused(self.pauses)
        del self.pauses[:]


async def client(me: Client) -> None:
    """Ask, acquire, use, release (or leak), note four moments and what failed; until time is up.

    An operation begins in the moment in which the one before it ended, so that no time is left
    out. The first error of an operation is the one that counts, an error of `release` is counted
    by itself. An error that the adapter does not know is raised, and fails the cell. No name here
    holds a connection, or an error whose traceback does, when the client asks again.
    """
    now, stamps, note, full = perf_counter_ns, me.stamps, me.stamps.fromlist, me.capacity * 4
    pool, work, ledger, window = me.pool, me.load.work, me.ledger, me.window
    acquire, release, leak, pause = pool.acquire, pool.release, me.load.leak, me.load.think_time
    ended = me.asked or now()
    for _ in repeat(None, window.operations):
        asked = me.asked = ended
        if asked >= window.closes:
            break
        try:
            connection = await acquire()
        except Exception as error:  # noqa: BLE001 - `_known` raises what is not a driver's
            ended = await _give_up(me, error)
            continue
        got = now()
        try:
            await work(connection, ledger)
        except Exception as error:  # noqa: BLE001 - as above
            ended = await _give_up(me, error, got, connection)
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
        note([asked, got, used, ended])  # one call costs half of four appends
        if pause or len(stamps) >= full:
            ended = await _rest(me, ended)


async def _rest(me: Client, since: int) -> int:
    """Do what is no part of an operation: fold what is full, and think. Return until when."""
    if len(me.stamps) >= me.capacity * 4:
        me.fold()
    if me.load.think_time:
        await me.pool.sleep(me.load.think_time)
    return me.paused(since)


async def _give_up(
    me: Client, error: Exception, got: int = 0, connection: Connection | None = None
) -> int:
    """End an operation that failed: give its connection back, if it had one; note it; pause.

    Return until when.
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
    me.failed(failure, got, ended)
    if pause := load.error_pause + load.think_time:
        await pool.sleep(pause)
    return me.paused(ended)


def _known(
    pool: PoolAdapter[Any], error: Exception, during: Part, connection: Connection | None
) -> Failed:
    """Return what the adapter calls the error; raise what it does not know."""
    kind = pool.classify(error, during, connection)
    if kind is None:
        raise error
    answered = kind is Failure.QUERY_FAILED and not isinstance(error, TimeoutError)
    return Failed(kind, f"{type(error).__name__}: {error}".strip(": \n"), answered)
