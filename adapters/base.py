"""The contracts of a pool that is compared: adapter, connection, options, failures.

Everything here is async-shaped. A blocking adapter writes coroutines that never suspend, and
`adapters.blocking` steps them in a plain thread; an asyncio adapter is awaited as it is. So the
workloads, the DAO and the measuring loop are written once for both worlds.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from abc import ABC, abstractmethod
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, LiteralString, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

Row = Any
"""One row of a result: columns by position (`row[0]`), whatever type the driver gives."""


VALIDATE = "validate"
"""The option that every pool has which can prove a connection before it hands it out."""


class AdapterError(Exception):
    """An adapter cannot be had as it was asked for; the message is one sentence for the user."""


class Concurrency(Enum):
    """The kind of client that a pool serves: an OS thread or an asyncio task."""

    THREADS = "threads"
    TASKS = "tasks"


class WhenExhausted(Enum):
    """The behaviour of `acquire` when every connection is out."""

    RAISES = "raises"
    WAITS = "waits"
    NEVER = "never"
    """There is no pool that could run dry: a connection each time, or one for all."""


class Part(Enum):
    """The timed part of an operation in which an error came up."""

    WAIT = "wait"
    USE = "use"
    RELEASE = "release"


class Failure(StrEnum):
    """The five ways in which an operation fails through no fault of ours."""

    POOL_EXHAUSTED = "pool_exhausted"
    POOL_TIMEOUT = "pool_timeout"
    CONNECTION_LOST = "connection_lost"
    CONNECTION_REFUSED = "connection_refused"
    QUERY_FAILED = "query_failed"


@dataclass(frozen=True)
class Traits:
    """The promises of an adapter; the contract suite holds it to each."""

    when_exhausted: WhenExhausted
    bounded: bool = True
    """The pool never opens more connections than `max_size`, and those of `overflow`."""
    smallest: int = 1
    """The smallest `max_size` that the library takes."""
    transactions: bool = True
    """Two clients can have a transaction each at the same time."""
    thread_safe: bool = True
    """The library promises that many clients may use the pool at once."""
    server: bool = True
    """The adapter talks to a PostgreSQL server at all."""
    connects_ahead: bool = True
    """The library has a `min_size`; else `open` stands in for it, and connects that often."""

    @property
    def pools(self) -> bool:
        """The adapter has a pool whose size means something and that a client can leak from."""
        return self.when_exhausted is not WhenExhausted.NEVER


@dataclass(frozen=True)
class PoolOptions:
    """The knobs that every pool has; `extra` goes to one library untouched."""

    min_size: int = 5
    max_size: int = 5
    timeout: float = 5.0
    """Seconds that `acquire` may wait for a connection."""
    profile: str = "equal"
    loop: str = "asyncio"
    """The event loop of an asyncio adapter's clients: `asyncio` or `uvloop`."""
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Options of this one library, by the library's own names."""

    @property
    def connect_timeout(self) -> int:
        """Seconds that connecting may take: whole ones and at least 2, as libpq has it."""
        return max(2, math.ceil(self.timeout))


class NotOpen:
    """The library's pool before `open` has created it. Every attribute raises RuntimeError."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("the pool is not open; call open() first")


@dataclass(frozen=True)
class PoolStats:
    """The gauges of a pool; None for one that its library does not have."""

    size: int | None = None
    """Connections that the pool believes open, idle or out."""
    idle: int | None = None
    waiting: int | None = None
    """Clients in the pool's queue."""


class Connection(Protocol):
    """A connection in a client's hands. SQL is a literal with `$1 $2`, never built from strings."""

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Return all rows of the result."""

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row of the result, None where there is none."""

    async def execute(self, sql: LiteralString, *args: object) -> int | None:
        """Return the number of rows affected; 0 for a statement that affects none.

        None where the driver never tells.
        """

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Commit at the end of the block, roll back on an error."""


C = TypeVar("C", bound=Connection)


class PoolAdapter(ABC, Generic[C]):
    """One pool of one driver. `open` comes first, `close` last; a closed pool stays closed.

    The data of the class say what it is: the runner decides by them and by nothing else.
    """

    concurrency: ClassVar[Concurrency]
    traits: ClassVar[Traits]
    driver: ClassVar[str]
    """The library that is measured, by the name that readers of the results know."""
    distributions: ClassVar[tuple[str, ...]] = ()
    """The installed packages whose versions explain a number; of `a|b` one is installed."""
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"equal": {}}
    """The settings of each profile, by the library's own names. `extra` goes over them.

    `equal`: autocommit, no validation, no reset query. `stock`: only what the adapter cannot do
    without; what the library then does not commit by itself, `release` does: see `commits`. A
    profile that is not here cannot be had.
    """
    prepared: ClassVar[str] = ""
    """The library's habit with prepared statements, the same in all profiles: its own parameter
    and the default, read from the library. Empty where the library says nothing."""
    unprepared: ClassVar[Mapping[str, Any] | None] = None
    """The options with which the library prepares no statement that outlives its transaction: what
    it takes behind a pooler that lends sessions for one transaction and keeps no such statements.
    Empty where it never prepares; None where it cannot do without, or says nothing."""
    validating: ClassVar[Mapping[str, Any] | None] = None
    """The options with which the pool proves each connection before it hands it out: what
    `validate: true` stands for. None where the library cannot."""
    retires: ClassVar[Mapping[str, str]] = {}
    """The options by which the pool closes connections by itself: `idle` after that many seconds
    without a client, `lifetime` after that many seconds, `uses` after that many statements."""
    waits: ClassVar[float | None]
    """Seconds that the library lets a client wait for a connection unless it is told otherwise,
    read from the library; None where it has no limit. Left out where that is not known."""
    plain: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Profile -> the first lines of a program that uses the library alone: see `adapters.plain`.
    Empty where nothing is to be shown with it."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        """Keep the values; nothing is opened yet. `dsn` is a `postgresql://` URI."""
        self.dsn = dsn
        self.options = options

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the names that `options:` may use; imports the driver where it must ask it."""
        return frozenset()

    @classmethod
    def wrong_values(cls, options: Mapping[str, Any]) -> list[str]:
        """List what is wrong with the values of known `options`, a sentence each."""
        del options
        return []

    @classmethod
    def libraries(cls) -> dict[str, str]:
        """Name the versions of libraries inside the packages, such as libpq."""
        return {}

    @classmethod
    def commits(cls, settings: Mapping[str, Any]) -> bool:
        """Tell whether `release` commits under these settings: where the library does not."""
        del settings
        return False

    @classmethod
    def overflow(cls, settings: Mapping[str, Any]) -> int:
        """Count the connections that the pool may open beyond its size under these settings."""
        del settings
        return 0

    @abstractmethod
    async def open(self) -> None:
        """Make the pool ready to be asked. May raise what the driver raises."""

    @abstractmethod
    async def close(self) -> None:
        """Close the pool, soon, even while connections are out: clients may have leaked them."""

    @abstractmethod
    def acquire(self) -> Awaitable[C]:
        """Hand out a connection that no other client holds, within `options.timeout` seconds.

        A coroutine, or what the driver itself gives to be awaited.
        """

    @abstractmethod
    def release(self, connection: C) -> Awaitable[None]:
        """Take back a connection that `acquire` gave.

        Where the adapter `commits`, it does so first, or rolls back what a failed statement has
        aborted; the connection goes back even if that fails, and the error is raised.
        """

    @abstractmethod
    def classify(self, error: Exception, during: Part, connection: C | None) -> Failure | None:
        """Name what went wrong; None is a bug of ours or of the adapter, and fails the cell.

        `connection` is the one in the client's hands, None while it waits for one. The type of
        the error is not enough: the same class means a refused connection and a killed one, so
        the part, the SQLSTATE and the state of the connection are looked at.
        """

    async def check(self) -> None:
        """Prove that the pool can serve a query; raises with the cause where it cannot."""
        async with self.connection() as connection:
            await connection.fetchrow("SELECT 1")

    async def sleep(self, seconds: float) -> None:
        """Pause as a client of this pool does."""
        if self.concurrency is Concurrency.THREADS:
            time.sleep(seconds)
        else:
            await asyncio.sleep(seconds)

    def stats(self) -> PoolStats:
        """Read the pool's gauges."""
        return PoolStats()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[C]:
        """Acquire and release around a block: for people. The measuring loop does not use it."""
        connection = await self.acquire()
        try:
            yield connection
        finally:
            await self.release(connection)

    def settings(self) -> dict[str, Any]:
        """Put the user's options over the settings of the profile, by the library's names."""
        extra = dict(self.options.extra)
        if extra.pop(VALIDATE, False):
            extra = {**(self.validating or {}), **extra}
        options = {name: resolve_callable(value) for name, value in extra.items()}
        return {**self.profiles[self.options.profile], **options}

    def loop_factory(self) -> Callable[[], asyncio.AbstractEventLoop] | None:
        """Return the factory of an asyncio adapter's event loop; None for asyncio's own."""
        if self.options.loop == "asyncio":
            return None
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
        return factory


LOST = ("08", "57P", "25P03", "25P04")
"""The first characters of the SQLSTATE of a lost session: the connection itself, an intervention
(shutdown, crash, idle too long, database dropped), idle in a transaction or in it for too long.
See PostgreSQL's appendix "Error Codes"."""


def by_sqlstate(sqlstate: str) -> Failure:
    """Name a failure of an established connection by the five characters that the server sent."""
    return Failure.CONNECTION_LOST if sqlstate.startswith(LOST) else Failure.QUERY_FAILED


def resolve_callable(value: object) -> Any:
    """Turn `package.module:name` into what it names, for options that take a function.

    Anything but a string of that form is returned as it is. Raises AdapterError.
    """
    if not isinstance(value, str) or not re.fullmatch(r"[^\W\d][\w.]*:[^\W\d][\w.]*", value):
        return value
    import importlib

    module_name, _, path = value.partition(":")
    try:
        target: Any = importlib.import_module(module_name)
        for name in path.split("."):
            target = getattr(target, name)
    except (ImportError, AttributeError) as error:
        raise AdapterError(f"{value!r} names nothing that can be imported: {error}") from error
    return target
