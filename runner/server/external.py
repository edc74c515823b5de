"""Where PostgreSQL comes from: what the runner asks of a server, and the one behind a DSN."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import psycopg

from runner.redaction import masked
from runner.server import statements
from runner.server.dsn import ServerError, passwords, shown_name, uri, without_password

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from types import TracebackType
    from typing import Self

__all__ = ["ExternalServer", "Server", "ServerError", "masked", "uri", "without_password"]

OLDEST = 13
LOCK_KEY = 0x706F6F6C62656E63
"""The advisory lock of a run: "poolbenc" as a number."""


class Server(Protocol):
    """A PostgreSQL to measure against. Entering starts or reserves it, leaving gives it back.

    Every method may raise ServerError.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    @property
    def secrets(self) -> Sequence[str]:
        """What must be masked in anything that is shown or stored."""

    def describe(self) -> dict[str, object]:
        """Return kind, version, settings that explain a number, and the DSN without password."""

    def require(self, connections: int) -> None:
        """Refuse a server on which so many connections cannot be opened now."""

    def prepare(self, keys: Sequence[str]) -> None:
        """Give each key a place that has the table with its seeded rows, and come to rest."""

    def dsn(self, key: str, application_name: str) -> str:
        """Return the place of a key as a URI, with the password, for every driver."""

    def disconnected(self, application_name: str, timeout: float) -> bool:
        """Wait up to `timeout` seconds until no connection of that name is left."""

    def rows(self, key: str) -> statements.Rows:
        """Rows whose `cliente` begins with the key and a hyphen."""

    def activity(self, key: str) -> statements.Activity | None:
        """Return what a key's clients have opened and committed, once they are closed.

        None where that is not known.
        """

    def connections(self, key: str, application_name: str) -> int:
        """Return how many connections a key's clients have open now."""

    def round_trips(self, number: int) -> list[float]:
        """Return what so many bare exchanges take, in seconds."""

    def cpu(self) -> float | None:
        """Seconds of CPU that the whole server has used so far; None for one that is not ours."""

    def discard(self, keys: Sequence[str]) -> None:
        """Give up the places of a group."""

    def keep_to(self, cores: Collection[int] | None) -> None:
        """Keep the server to these cores (None: all of ours), where that is ours to do.

        Connections that are opened later stay there too.
        """


class ExternalServer:
    """Somebody else's server: one schema of ours in its database, and nothing else is touched.

    All keys share that schema. An advisory lock, on a connection that stays open, keeps other runs
    off the database. The schema is dropped at the end unless `keep` is set.
    """

    def __init__(self, dsn: str, *, keep: bool = False) -> None:
        """Read the DSN, of either form; nothing is opened yet. Raises ServerError."""
        self._dsn = uri(dsn)
        self._shown = without_password(dsn)
        self._secrets = passwords(dsn)
        self._keep = keep

    @property
    def secrets(self) -> Sequence[str]:
        """The passwords of the DSN, and the one that libpq found elsewhere."""
        return tuple(self._secrets)

    def __enter__(self) -> Self:
        """Connect, take the lock and create the schema."""
        self._control = self._connect()
        try:
            with self._asking() as connection:
                statements.drop_schema(connection)
                statements.create_schema(connection)
        except BaseException:
            self._control.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Drop the schema, unless it is to be kept, and let others in."""
        try:
            if not self._keep:
                with self._asking() as connection:
                    statements.drop_schema(connection)
        finally:
            self._control.close()

    def _connect(self) -> statements.Connection:
        with statements.explained(f"no connection to {self._shown}", self.secrets):
            connection = statements.connect(uri(self._dsn, application_name="poolbench"))
            self._secrets |= {connection.info.password} - {""}
        try:
            with statements.explained(self._shown, self.secrets):
                self._reserve(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _reserve(self, connection: statements.Connection) -> None:
        """Make sure that this server is one to measure against, and that nobody else does."""
        version = connection.info.server_version // 10_000
        if version < OLDEST:
            raise ServerError(f"{self._shown} is PostgreSQL {version}; {OLDEST} or later is needed")
        # What a killed cell still holds must not hang the runner.
        connection.execute("SET lock_timeout = '10s'")
        taken = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY]).fetchone()
        if taken != (True,):
            raise ServerError(
                f"another run of PoolBench is using {self._shown}: "
                "wait until it ends, or use another database"
            )

    @contextmanager
    def _asking(self) -> Iterator[statements.Connection]:
        """Lend the control connection, a new one if the server has closed it meanwhile."""
        with statements.explained(self._shown, self.secrets):
            try:
                self._control.execute("SELECT 1")
            except psycopg.OperationalError:
                self._control = self._connect()
            yield self._control

    def describe(self) -> dict[str, object]:
        """Return what it is; see `Server`."""
        with self._asking() as connection:
            return statements.describe(connection, "external", self._dsn)

    def require(self, connections: int) -> None:
        """Refuse too few free slots of the server, the role or the database, with both numbers."""
        with self._asking() as connection:
            statements.require(connection, connections)

    def prepare(self, keys: Sequence[str]) -> None:
        """Empty the table and seed it again, once for all keys."""
        del keys
        with self._asking() as connection:
            statements.seed(connection)

    def dsn(self, key: str, application_name: str) -> str:
        """Return the DSN as a URI, with the password; the same place for every key."""
        del key
        return uri(self._dsn, application_name=shown_name(application_name))

    def disconnected(self, application_name: str, timeout: float) -> bool:
        """Wait up to `timeout` seconds until no connection of that name is left."""
        with self._asking() as connection:
            return statements.disconnected(connection, application_name, timeout)

    def rows(self, key: str) -> statements.Rows:
        """Rows whose `cliente` begins with the key and a hyphen."""
        with self._asking() as connection:
            return statements.rows(connection, key)

    def activity(self, key: str) -> None:
        """Return None: nobody counts them apart from those of others."""

    def connections(self, key: str, application_name: str) -> int:
        """Return how many connections of that name are open now."""
        del key
        with self._asking() as connection:
            return statements.connections(connection, application_name, None)

    def round_trips(self, number: int) -> list[float]:
        """Return what so many bare exchanges take, in seconds."""
        with self._asking() as connection:
            return statements.round_trips(connection, number)

    def cpu(self) -> None:
        """Return None: its processes are not ours to look at."""

    def discard(self, keys: Sequence[str]) -> None:
        """Leave the table as it is: the next group empties it, the end drops it."""

    def keep_to(self, cores: Collection[int] | None) -> None:
        """Leave the server where it is."""
