"""SQLAlchemy: what its engines have in common, whatever driver is below their pool."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import exc
from sqlalchemy.pool import QueuePool

from adapters import signature
from adapters.base import (
    Connection,
    Failure,
    Part,
    PoolAdapter,
    PoolStats,
    Traits,
    WhenExhausted,
    by_sqlstate,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    import sqlalchemy

    from adapters.base import PoolOptions

AUTOCOMMIT = "AUTOCOMMIT"
USUAL = "READ COMMITTED"
"""The isolation level of a transaction under autocommit: PostgreSQL's own default."""

CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "isolation_level": (AUTOCOMMIT, "READ UNCOMMITTED", USUAL, "REPEATABLE READ", "SERIALIZABLE"),
    "pool_reset_on_return": (None, "rollback", "commit"),
}
"""Option -> the values that it can have."""

EQUAL = {"isolation_level": AUTOCOMMIT, "max_overflow": 0, "pool_reset_on_return": None}
"""The profile `equal`: five connections are five, and nothing is sent but the work."""

OVERFLOW: int = inspect.signature(QueuePool).parameters["max_overflow"].default


T = TypeVar("T")


class Wrapper(Connection, Protocol):
    """A connection in a client's hands, around one of an engine's."""

    autocommit: bool
    """Every statement commits by itself: true outside of a transaction, where the engine does."""

    @property
    def raw(self) -> Any:
        """SQLAlchemy's own connection."""

    async def run(self, work: Callable[[sqlalchemy.Connection], T]) -> T:
        """Do something with the connection as a program of threads has it."""


W = TypeVar("W", bound=Wrapper)


@dataclass
class EngineOptions:
    """The parameters of `create_engine` that `options:` may set: its own signature names none."""

    isolation_level: str
    max_overflow: int
    pool_pre_ping: bool
    pool_recycle: int
    pool_reset_on_return: str | None
    pool_use_lifo: bool
    skip_autocommit_rollback: bool


def begin(connection: sqlalchemy.Connection, *, autocommit: bool) -> sqlalchemy.engine.Transaction:
    """Open a transaction, a nested one where one has begun.

    Under autocommit a block of SQLAlchemy's sends no BEGIN, so there the isolation level is another
    one while it lasts; what the connection takes for a transaction until then is none.
    """
    if autocommit:
        connection.rollback()
        connection.execution_options(isolation_level=USUAL)
    if connection.in_transaction():
        return connection.begin_nested()
    return connection.begin()


def end(
    connection: sqlalchemy.Connection,
    block: sqlalchemy.engine.Transaction,
    *,
    failed: bool,
    autocommit: bool,
) -> None:
    """Commit or roll back what `begin` has opened; nothing is left to end on a lost connection."""
    if failed and connection.invalidated:
        return
    (block.rollback if failed else block.commit)()
    if autocommit:
        connection.execution_options(isolation_level=AUTOCOMMIT)


class Transaction:
    """A block of SQLAlchemy's; see `begin`."""

    __slots__ = ("_autocommit", "_block", "_connection")

    def __init__(self, connection: Wrapper) -> None:
        self._connection = connection
        self._autocommit = connection.autocommit

    async def __aenter__(self) -> None:
        self._connection.autocommit = False
        self._block = await self._connection.run(partial(begin, autocommit=self._autocommit))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        failed, autocommit = error is not None, self._autocommit
        await self._connection.run(
            partial(end, block=self._block, failed=failed, autocommit=autocommit)
        )
        self._connection.autocommit = autocommit


class SQLAlchemyAdapter(PoolAdapter[W]):
    """Base of the pools of SQLAlchemy's engines.

    A client has the engine's connection in its hands, as a program has, and gives its statements
    to the driver as they are (`exec_driver_sql`): what compiling costs is no matter of pools.
    """

    driver = "sqlalchemy"
    traits = Traits(WhenExhausted.WAITS, connects_ahead=False)
    profiles = {"equal": EQUAL, "stock": {}}
    validating = {"pool_pre_ping": True}
    retires = {"lifetime": "pool_recycle"}
    waits = inspect.signature(QueuePool).parameters["timeout"].default

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        settings = self.settings()
        self._autocommit = not self.commits(settings)
        self._closed = False
        self._arguments = {
            "pool_size": options.max_size,
            "pool_timeout": options.timeout,
            # Without arguments a statement goes to the driver without any: `%` is no placeholder.
            "execution_options": {"no_parameters": True},
            **settings,
        }

    @property
    @abstractmethod
    def pool(self) -> QueuePool:
        """The library's pool."""

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the parameters of an engine that `options:` may set."""
        return frozenset(inspect.signature(EngineOptions).parameters)

    @classmethod
    def wrong_values(cls, options: Mapping[str, Any]) -> list[str]:
        """List values of a wrong type, and words that are no choice: each has one spelling."""
        complaints = signature.wrong_values(options, EngineOptions)
        if complaints:
            return complaints
        for name, choices in CHOICES.items():
            if name in options and options[name] not in choices:
                known = ", ".join(str(choice or "null") for choice in choices)
                complaints.append(f"{name} must be one of {known}, is {options[name]!r}")
        if options.get("max_overflow", 0) < 0:
            complaints.append("max_overflow must be 0 or more: without a limit there is no pool")
        return complaints

    @classmethod
    def commits(cls, settings: Mapping[str, Any]) -> bool:
        """Tell whether `release` commits: unless the connections do."""
        return settings.get("isolation_level") != AUTOCOMMIT

    @classmethod
    def overflow(cls, settings: Mapping[str, Any]) -> int:
        """Count the connections beyond the size: the library's default is more than none."""
        return int(settings.get("max_overflow", OVERFLOW))

    async def open(self) -> None:
        """Connect `min_size` times: the library itself connects when it is asked."""
        held = [await self.acquire() for _ in range(self.options.min_size)]
        for connection in held:
            await self.release(connection)

    def stats(self) -> PoolStats:
        """Read size and idle; the library has no gauge of clients that wait."""
        return PoolStats(size=self.pool.size() + self.pool.overflow(), idle=self.pool.checkedin())

    def classify(self, error: Exception, during: Part, connection: W | None) -> Failure | None:
        """Name a failure by its type, the part, the SQLSTATE and whether the connection is lost."""
        if isinstance(error, exc.TimeoutError):
            return Failure.POOL_TIMEOUT
        if not isinstance(error, exc.DBAPIError | exc.PendingRollbackError):
            return None
        if during is Part.WAIT:
            return Failure.CONNECTION_REFUSED
        lost = isinstance(error, exc.DBAPIError) and error.connection_invalidated
        if lost or (connection is not None and connection.raw.invalidated):
            return Failure.CONNECTION_LOST
        sqlstate = getattr(getattr(error, "orig", None), "sqlstate", None)
        return by_sqlstate(sqlstate) if sqlstate else None
