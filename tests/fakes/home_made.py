"""A pool as somebody might write one, well; and the same with one mistake each, for drills."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections import deque
from typing import TYPE_CHECKING, ClassVar, LiteralString

import psycopg
from psycopg.pq import TransactionStatus

from adapters.base import (
    Concurrency,
    Failure,
    Part,
    PoolAdapter,
    PoolOptions,
    Row,
    Traits,
    WhenExhausted,
)
from adapters.fair_queue import FairQueue
from adapters.psycopg3_pool import Psycopg3Adapter, Psycopg3Connection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class ExhaustedError(Exception):
    """Nothing came free in time."""


class HomeMade(Psycopg3Adapter[Psycopg3Connection], PoolAdapter[Psycopg3Connection]):
    """It serves in time or not at all, whoever is quickest, and cleans what comes back."""

    concurrency = Concurrency.THREADS
    traits = Traits(WhenExhausted.WAITS)
    waits: ClassVar[float | None] = PoolOptions.timeout
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"equal": {"autocommit": True}}

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self.free: deque[Psycopg3Connection] = deque()
        self.out: list[Psycopg3Connection] = []
        self.changed = threading.Condition()

    async def open(self) -> None:
        for _ in range(self.options.max_size):
            self.free.append(self.connect())

    def connect(self) -> Psycopg3Connection:
        raw = psycopg.connect(self.dsn, autocommit=True, cursor_factory=psycopg.RawCursor)
        raw.prepare_threshold = None  # what is cleaned away is not asked for again
        return Psycopg3Connection(raw)

    async def close(self) -> None:
        for connection in (*self.free, *self.out):
            connection.raw.close()

    async def acquire(self) -> Psycopg3Connection:
        with self.changed:
            if not self.changed.wait_for(lambda: self.free, self.limit):
                raise ExhaustedError("no connection came free")
            connection = self.free.popleft()
            self.out.append(connection)
        return connection

    @property
    def limit(self) -> float | None:
        return self.options.timeout

    async def release(self, connection: Psycopg3Connection) -> None:
        self.clean(connection.raw)
        with self.changed:
            self.out.remove(connection)
            self.free.append(connection)
            self.changed.notify()

    def clean(self, raw: psycopg.Connection[Any]) -> None:
        if raw.pgconn.transaction_status is not TransactionStatus.IDLE:
            raw.execute("ROLLBACK")
        raw.execute("DISCARD ALL")

    def classify(
        self, error: Exception, during: Part, connection: Psycopg3Connection | None
    ) -> Failure | None:
        if isinstance(error, ExhaustedError):
            return Failure.POOL_TIMEOUT
        return super().classify(error, during, connection)


class Endless(HomeMade):
    """It never tells anybody that there is nothing."""

    limit = None
    waits = None


class Hasty(HomeMade):
    """It tells everybody at once that there is nothing."""

    limit = 0.0


class Lazy(HomeMade):
    """It connects when it is asked, as often as it may."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self.opened = 0

    async def open(self) -> None:
        for _ in range(self.options.min_size):
            self.opened += 1
            self.free.append(self.connect())

    async def acquire(self) -> Psycopg3Connection:
        with self.changed:
            missing = not self.free and self.opened < self.options.max_size
            self.opened += missing
        if missing:
            connection = self.connect()
            with self.changed:
                self.free.append(connection)
                self.changed.notify()
        return await super().acquire()


class Late(Lazy):
    """It opens without a server, and connects when there is one."""

    async def open(self) -> None:
        """Do nothing."""

    def connect(self) -> Psycopg3Connection:
        try:
            return super().connect()
        except psycopg.Error:
            self.opened -= 1
            raise


class Sulking(Late):
    """It gives up for good once it could not connect."""

    def connect(self) -> Psycopg3Connection:
        if self.opened > self.options.max_size:
            raise ExhaustedError("there was no server once")
        try:
            return super().connect()
        except psycopg.Error:
            self.opened = self.options.max_size
            raise


class Silent(PoolAdapter[Psycopg3Connection]):
    """It says nothing of how long it lets anybody wait."""

    concurrency = Concurrency.THREADS
    traits = Traits(WhenExhausted.WAITS)
    driver = "silent"

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def acquire(self) -> Psycopg3Connection:
        raise ExhaustedError

    async def release(self, connection: Psycopg3Connection) -> None: ...

    def classify(
        self, error: Exception, during: Part, connection: Psycopg3Connection | None
    ) -> Failure | None:
        del error, during, connection
        return None


class Limited(HomeMade):
    """It has a time-out of its own."""

    waits = 7.5


class Refusing(HomeMade):
    """It lets nobody wait."""

    traits = Traits(WhenExhausted.RAISES)


class Generous(HomeMade):
    """It opens another connection for whoever comes."""

    async def acquire(self) -> Psycopg3Connection:
        if not self.free:
            self.free.append(self.connect())
        return await super().acquire()


class Dirty(HomeMade):
    """It hands on what it gets back, as it is."""

    def clean(self, raw: psycopg.Connection[Any]) -> None:
        """Leave everything."""


class Noticed(Psycopg3Connection):
    """A connection of which the garbage collector can tell; the adapter's own has no room."""

    __slots__ = ("__weakref__",)


class Forgiving(HomeMade):
    """It notices that a connection which was handed out is nobody's any more."""

    async def acquire(self) -> Psycopg3Connection:
        handed = Noticed((await super().acquire()).raw)
        weakref.finalize(handed, self.dropped, handed.raw)
        return handed

    def dropped(self, raw: psycopg.Connection[Any]) -> None:
        for connection in list(self.out):
            if connection.raw is raw:
                self.out.remove(connection)
                self.free.append(connection)

    async def release(self, connection: Psycopg3Connection) -> None:
        await super().release(next(it for it in self.out if it.raw is connection.raw))


class Noisy(Forgiving):
    """It says that a connection was forgotten."""

    def dropped(self, raw: psycopg.Connection[Any]) -> None:
        if any(connection.raw is raw for connection in self.out):
            logging.getLogger("home_made").warning("a connection was forgotten")
        super().dropped(raw)


class Patient(HomeMade):
    """It does not close before everything has come back."""

    async def close(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: not self.out)
        await super().close()


class Surviving(HomeMade):
    """It replaces a connection that comes back closed."""

    async def release(self, connection: Psycopg3Connection) -> None:
        if not connection.raw.closed:
            await super().release(connection)
            return
        with self.changed:
            self.out.remove(connection)
            self.free.append(self.connect())
            self.changed.notify()


class Fair(HomeMade):
    """It serves its clients in the order in which they came."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self.queue = FairQueue(options.max_size)

    async def acquire(self) -> Psycopg3Connection:
        self.queue.acquire(self.options.timeout)
        return await super().acquire()

    async def release(self, connection: Psycopg3Connection) -> None:
        await super().release(connection)
        self.queue.release()


class Forking(HomeMade):
    """It notices that it is in another process, and has connections of its own there."""

    async def open(self) -> None:
        await super().open()
        self.process = os.getpid()

    async def acquire(self) -> Psycopg3Connection:
        if self.process != os.getpid():
            self.others = list(self.free)  # whose end would say good-bye in the name of the other
            self.free.clear()
            await self.open()
        return await super().acquire()


class Breaking(Psycopg3Connection):
    """A connection that is closed by whatever interrupts it."""

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        try:
            return await super().fetchrow(sql, *args)
        except BaseException:
            self.raw.close()
            raise


class Fragile(HomeMade):
    """It never gets back what was interrupted."""

    def connect(self) -> Psycopg3Connection:
        return Breaking(super().connect().raw)
