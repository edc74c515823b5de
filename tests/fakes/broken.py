"""Adapters that misbehave, for what a real pool cannot be made to do when a test wants it."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, LiteralString

from psycopg import conninfo

from adapters.base import (
    Concurrency,
    Failure,
    Part,
    PoolAdapter,
    PoolOptions,
    Traits,
    WhenExhausted,
)
from adapters.noop import ROW, Noop, NoopConnection
from adapters.psycopg3_no_pool import Psycopg3Direct, Psycopg3Shared
from adapters.psycopg3_pool import Psycopg3Connection, Psycopg3Pool
from runner.worker.protocol import TurnRecord

if TYPE_CHECKING:
    import psycopg

    from adapters.base import Row


class Hanging(Noop):
    """Every second `acquire` from the twentieth on never comes back."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._asked = itertools.count()

    async def acquire(self) -> NoopConnection:
        time.sleep(0.02)  # so that the window has opened by then
        asked = next(self._asked)
        while asked >= 20 and asked % 2:
            time.sleep(60)
        return self._connection


class Frozen(Noop):
    """The whole process stops: not even its main thread answers."""

    async def acquire(self) -> NoopConnection:
        if threading.current_thread() is not threading.main_thread() and self.opened:
            os.kill(os.getpid(), signal.SIGSTOP)
        self.opened = True
        return self._connection

    opened = False


class Talking(Noop):
    """It tells its DSN to everybody: in its log, and in the reason why it does not open."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._told = dsn

    async def open(self) -> None:
        words = conninfo.conninfo_to_dict(self._told)
        print(self._told, words, words["password"])  # noqa: T201 - a driver that logs
        raise RuntimeError(f"cannot use {self._told}, which is {words}: {words['password']}")

    traits = Traits(WhenExhausted.NEVER)


class Settings(Noop):
    """It does not open, but says which settings of the allocator its process has."""

    async def open(self) -> None:
        names = sorted(name for name in os.environ if name.startswith("MALLOC_"))
        raise RuntimeError(f"the allocator has {' '.join(names) or 'no settings'}")


class Crashing(Noop):
    """The process dies of a segmentation fault, as a bug in C does it."""

    opened = False

    async def acquire(self) -> NoopConnection:
        if self.opened:
            os.kill(os.getpid(), signal.SIGSEGV)
        self.opened = True
        return self._connection


class Killed(Crashing):
    """The kernel kills the process because memory has run out."""

    async def acquire(self) -> NoopConnection:
        if self.opened:
            os.kill(os.getpid(), signal.SIGKILL)
        self.opened = True
        return self._connection


class Buggy(Crashing):
    """Raises what no driver raises."""

    async def acquire(self) -> NoopConnection:
        if self.opened:
            raise ZeroDivisionError("a bug in an adapter")
        self.opened = True
        return self._connection


class Closed(Noop):
    """Does not open."""

    async def open(self) -> None:
        raise ConnectionRefusedError("nobody listens there")


class Lingering(Noop):
    """Does not close."""

    async def close(self) -> None:
        time.sleep(3600)


class Chatty(Noop):
    """Prints, on both streams, while the runner expects lines of JSON."""

    async def acquire(self) -> NoopConnection:
        print('{"turn": "not an answer"}', flush=True)  # noqa: T201 - that is what it is for
        return self._connection


class Leaving(Crashing):
    """Ends the program, as a script does it."""

    async def acquire(self) -> NoopConnection:
        if self.opened:
            raise SystemExit("an adapter leaves")
        self.opened = True
        return self._connection


class LeavingTasks(Leaving):
    """The same in an event loop, which SystemExit would end."""

    concurrency = Concurrency.TASKS


class Quitting(Noop):
    """Its clients end without an error, one after the other."""

    async def acquire(self) -> NoopConnection:
        raise GeneratorExit

    async def check(self) -> None:
        """Serve nothing, and do not say so."""


class Unopened(Noop):
    """Ends the program instead of opening, in an event loop."""

    concurrency = Concurrency.TASKS

    async def open(self) -> None:
        raise SystemExit("it does not open")


class Background(Noop):
    """A task of its own ends the program."""

    concurrency = Concurrency.TASKS

    async def open(self) -> None:
        await super().open()
        asyncio.get_running_loop().call_later(0.1, sys.exit, "a task of the pool's own")


class Reading(Noop):
    """Reads what the runner has to say."""

    async def acquire(self) -> NoopConnection:
        assert sys.stdin.readline() == ""
        return self._connection


class Forging(Crashing):
    """Writes on the descriptor that is between its process and the runner."""

    async def acquire(self) -> NoopConnection:
        if self.opened:
            os.write(PRIVATE, b"connected\n")
        self.opened = True
        return self._connection


PRIVATE = 4
"""The descriptor of a worker's answers: the next one after that of its orders."""


class Boasting(Noop):
    """Answers that it has used less CPU than none."""

    async def open(self) -> None:
        await super().open()
        to_json = TurnRecord.to_json
        setattr(TurnRecord, "to_json", lambda record: {**to_json(record), "cpu": -5})  # noqa: B010


class Loud(Crashing):
    """Raises an error of twenty megabytes."""

    async def acquire(self) -> NoopConnection:
        if self.opened:
            raise ZeroDivisionError("x" * 20_000_000)
        self.opened = True
        return self._connection


class Orphaning(Crashing):
    """The process dies, and a child of it lives on that has all its descriptors."""

    async def acquire(self) -> NoopConnection:
        if self.opened:
            if child := os.fork():
                print(child, flush=True)  # noqa: T201 - the test looks for it
                os.kill(os.getpid(), signal.SIGKILL)
            while True:
                time.sleep(60)
        self.opened = True
        return self._connection


class LyingConnection(Psycopg3Connection):
    """Every tenth insert is answered without being sent."""

    __slots__ = ("_pool",)

    def __init__(self, raw: psycopg.Connection[Row], pool: Lying) -> None:
        super().__init__(raw)
        self._pool = pool

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        if sql.startswith("INSERT"):
            self._pool.inserts += 1
            if self._pool.inserts % 10 == 0:
                return ROW
        return await super().fetchrow(sql, *args)


class Lying(Psycopg3Pool):
    """Counts inserts that it did not make."""

    inserts = 0

    async def acquire(self) -> Psycopg3Connection:
        return LyingConnection(self.pool.getconn(), self)


class Telling(Psycopg3Pool):
    """Puts the password into its error."""

    async def open(self) -> None:
        raise RuntimeError(f"cannot open {self.dsn}")


class DeniedError(Exception):
    """The error that `Scripted` raises when its script says so."""


class Scripted(PoolAdapter[NoopConnection]):
    """Fails by a script: a letter for each time that it is asked.

    `.` succeeds, `x` is exhausted, `q` fails in use, `r` fails in release, `b` is a bug.
    """

    concurrency = Concurrency.THREADS
    traits = Traits(WhenExhausted.RAISES)
    driver = "scripted"

    def __init__(self, script: str) -> None:
        super().__init__("", PoolOptions())
        self.script = iter(script)
        self.released = 0
        self.now = ""

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def acquire(self) -> NoopConnection:
        self.now = next(self.script, ".")
        if self.now == "x":
            raise DeniedError("exhausted by the script")
        return ScriptedConnection(self)

    async def release(self, connection: NoopConnection) -> None:
        del connection
        self.released += 1
        if self.now == "r":
            raise DeniedError("release refused by the script")

    def classify(
        self, error: Exception, during: Part, connection: NoopConnection | None
    ) -> Failure | None:
        if not isinstance(error, DeniedError):
            return None
        assert (connection is None) == (during is Part.WAIT)
        return Failure.POOL_EXHAUSTED if during is Part.WAIT else Failure.QUERY_FAILED


class ScriptedConnection(NoopConnection):
    """Fails in use where the script says so."""

    def __init__(self, pool: Scripted) -> None:
        self._pool = pool

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        if self._pool.now == "q":
            raise DeniedError("query refused by the script")
        if self._pool.now == "b":
            raise ZeroDivisionError("a bug in a driver")
        return await super().fetchrow(sql, *args)


class Forgetful(Psycopg3Pool):
    """Does not commit where it says so."""

    async def release(self, connection: Psycopg3Connection) -> None:
        connection.raw.rollback()
        await super().release(connection)


class Silent(Psycopg3Pool):
    """Has no name for any failure."""

    def classify(
        self, error: Exception, during: Part, connection: Psycopg3Connection | None
    ) -> Failure | None:
        del error, during, connection
        return None


class Blunt(Silent):
    """Has one name for all of them."""

    def classify(
        self, error: Exception, during: Part, connection: Psycopg3Connection | None
    ) -> Failure | None:
        del error, during, connection
        return Failure.QUERY_FAILED


class Greedy(Psycopg3Direct):
    """Claims a size, and opens a connection for every client."""

    traits = Traits(WhenExhausted.WAITS)


class Stale(Psycopg3Shared):
    """Hands out its connection for ever, whatever has become of it."""

    async def acquire(self) -> Psycopg3Connection:
        assert self._connection is not None
        return self._connection


class Abandoning(Psycopg3Shared):
    """Leaves its connection open when it is closed."""

    async def close(self) -> None:
        """Close nothing."""


class Serverless(Noop):
    """Claims a server."""

    traits = Traits(WhenExhausted.NEVER)
