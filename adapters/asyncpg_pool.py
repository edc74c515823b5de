"""asyncpg: its pool, and a connection for each operation."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from adapters import signature
from adapters.base import (
    Concurrency,
    Failure,
    NotOpen,
    Part,
    PoolAdapter,
    PoolStats,
    Traits,
    WhenExhausted,
    by_sqlstate,
)
from adapters.plain.asyncpg import PLAIN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator, Mapping
    from types import TracebackType

    from adapters.base import PoolOptions

OURS = frozenset(
    {
        "args", "connect", "connect_kwargs", "connection_class", "database", "dsn", "host", "loop",
        "max_size", "min_size", "passfile", "password", "port", "record_class", "service",
        "servicefile", "user",
    }
)  # fmt: skip
"""The parameters that the runner sets, or that say to whom to talk instead of how."""

CLOSE_SECONDS = 0.25
"""Limit for `Pool.close`, which waits for connections that are out; cancelled, it ends them."""

KNOWN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The exceptions that the driver raises on an established connection."""

ACQUIRE_TIMEOUT = "acquire_timeout"
"""The option that can only be null: `Pool.acquire` is then called without a time-out."""

CACHED = inspect.signature(asyncpg.connect).parameters["statement_cache_size"].default


async def no_reset(connection: object) -> None:
    """Send nothing: the reset query costs a round trip in every release."""


async def prove(connection: asyncpg.Connection) -> None:
    """Ask the server something; the library closes a connection whose `setup` fails."""
    await connection.fetchval("SELECT 1")


class AsyncpgConnection(asyncpg.Connection):
    """An asyncpg connection in a task's hands: the driver lets itself be told its class.

    `fetch` and `fetchrow` are the driver's own. What the pool gives is its proxy of this one.
    """

    __slots__ = ()

    async def execute(  # type: ignore[override]
        self, query: str, *args: object, timeout: float | None = None
    ) -> int:
        """Return the number of rows affected, the end of `UPDATE 1`; 0 where there is none.

        The driver itself does not look at its own answer.
        """
        status: str = await super().execute(query, *args, timeout=timeout)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    def transaction(self, **options: Any) -> Any:
        """Open the driver's own transaction block."""
        return Transaction(self, super().transaction(**options))


class Transaction:
    """The driver's own block, but for the rollback of a lost connection: it hides the error."""

    __slots__ = ("_block", "_connection")

    def __init__(self, connection: AsyncpgConnection, block: Any) -> None:
        self._connection = connection
        self._block = block

    async def __aenter__(self) -> None:
        await self._block.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None or not self._connection.is_closed():
            await self._block.__aexit__(kind, error, traceback)


def _is_closed(connection: AsyncpgConnection) -> bool:
    """Tell whether a connection is gone; the pool's proxy of a lost one raises instead."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


def split_timeout(dsn: str) -> tuple[str, float | None]:
    """Take libpq's `connect_timeout` out of a URI: asyncpg would send it to the server."""
    parts = urlsplit(dsn)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    timeout = query.pop("connect_timeout", None)
    if timeout is None:
        return dsn, None
    return urlunsplit(parts._replace(query=urlencode(query))), float(timeout)


@contextmanager
def explained() -> Iterator[None]:
    """Give the driver's empty TimeoutError a message."""
    try:
        yield
    except TimeoutError as error:
        raise TimeoutError(str(error) or "no connection or no answer in time") from error


CONNECTION = {"connection_class": AsyncpgConnection}


class AsyncpgAdapter(PoolAdapter[AsyncpgConnection]):
    """Base of every way to use asyncpg."""

    concurrency = Concurrency.TASKS
    driver = "asyncpg"
    distributions = ("asyncpg",)
    profiles = {"equal": CONNECTION, "stock": CONNECTION}
    prepared = f"statement_cache_size = {CACHED}"
    unprepared = {"statement_cache_size": 0}
    late = Failure.CONNECTION_REFUSED
    """The failure of an `acquire` that takes too long."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        dsn, seconds = split_timeout(dsn)
        super().__init__(dsn, options)
        self._arguments = {"timeout": seconds or options.connect_timeout, **self.settings()}

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the parameters of `asyncpg.connect` that say how to talk."""
        return frozenset(inspect.signature(asyncpg.connect).parameters) - OURS

    @classmethod
    def wrong_values(cls, options: Mapping[str, Any]) -> list[str]:
        """List the values of a wrong type for a connection."""
        return signature.wrong_values(options, asyncpg.connect)

    async def check(self) -> None:
        """Prove that the pool can serve a query."""
        with explained():
            await super().check()

    def classify(
        self, error: Exception, during: Part, connection: AsyncpgConnection | None
    ) -> Failure | None:
        """Tell apart what asyncpg raises bare: TimeoutError, OSError, InterfaceError.

        A backend that ends between two messages of a query makes the driver raise its
        InternalClientError: a lost connection where it is closed, a bug where it is not.
        """
        if isinstance(error, TimeoutError) and error.errno is None:  # not one of the network
            return self.late if during is Part.WAIT else Failure.QUERY_FAILED
        if during is Part.WAIT:
            refused = isinstance(error, (OSError, asyncpg.PostgresError))
            return Failure.CONNECTION_REFUSED if refused else None
        if not isinstance(error, KNOWN):
            return None
        broken = isinstance(error, (ConnectionError, TimeoutError))
        if broken or (connection is not None and _is_closed(connection)):
            return Failure.CONNECTION_LOST
        sqlstate = getattr(error, "sqlstate", None)
        return by_sqlstate(sqlstate) if sqlstate else None


class AsyncpgDirect(AsyncpgAdapter):
    """No pool: a connection for each operation."""

    traits = Traits(WhenExhausted.NEVER, bounded=False)

    async def open(self) -> None:
        """Do nothing: nothing is kept open."""

    async def close(self) -> None:
        """Do nothing: nothing is kept open."""

    def acquire(self) -> Awaitable[AsyncpgConnection]:
        """Connect."""
        connecting: Awaitable[AsyncpgConnection] = asyncpg.connect(self.dsn, **self._arguments)
        return connecting

    def release(self, connection: AsyncpgConnection) -> Awaitable[None]:
        """Disconnect."""
        closing: Awaitable[None] = connection.close()
        return closing


class AsyncpgPool(AsyncpgAdapter):
    """`asyncpg.Pool`."""

    traits = Traits(WhenExhausted.WAITS)
    profiles = {"equal": {**CONNECTION, "reset": no_reset}, "stock": CONNECTION}
    validating = {"setup": prove}
    retires = {"idle": "max_inactive_connection_lifetime", "uses": "max_queries"}
    waits = inspect.signature(asyncpg.Pool.acquire).parameters["timeout"].default
    plain = PLAIN
    late = Failure.POOL_TIMEOUT

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._acquire_timeout = self._arguments.pop(ACQUIRE_TIMEOUT, options.timeout)
        self.pool: Any = NotOpen()

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the parameters of `asyncpg.create_pool` and of its connections, and one of ours."""
        pool = frozenset(inspect.signature(asyncpg.create_pool).parameters) - OURS
        return pool | super().known_options() | {ACQUIRE_TIMEOUT}

    @classmethod
    def wrong_values(cls, options: Mapping[str, Any]) -> list[str]:
        """List the values of a wrong type, and another acquire time-out than that of all pools."""
        complaints = signature.wrong_values(options, asyncpg.create_pool, asyncpg.connect)
        seconds = options.get(ACQUIRE_TIMEOUT)
        if seconds is None:
            return complaints
        sentence = (
            f"{ACQUIRE_TIMEOUT} must be null, for none, is {seconds!r}; else it is the pool's"
        )
        return [*complaints, sentence]

    async def open(self) -> None:
        """Connect `min_size` times."""
        with explained():
            self.pool = await asyncpg.create_pool(
                self.dsn,
                min_size=self.options.min_size,
                max_size=self.options.max_size,
                **self._arguments,
            )

    async def close(self) -> None:
        """Close the pool, and terminate connections that are still out after `CLOSE_SECONDS`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.pool.close(), CLOSE_SECONDS)

    def acquire(self) -> Awaitable[AsyncpgConnection]:
        """Wait in the pool's queue; without limit, where the option says so."""
        waiting: Awaitable[AsyncpgConnection] = self.pool.acquire(timeout=self._acquire_timeout)
        return waiting

    def release(self, connection: AsyncpgConnection) -> Awaitable[None]:
        """Give it back with `release`."""
        releasing: Awaitable[None] = self.pool.release(connection)
        return releasing

    def stats(self) -> PoolStats:
        """Read size and idle; the library has no gauge of clients that wait."""
        return PoolStats(size=self.pool.get_size(), idle=self.pool.get_idle_size())
