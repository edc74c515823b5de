"""A server of the user's, behind a DSN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.server import schema, statements
from runner.server.asked_server import AskedServer
from runner.server.connection import connect, explained
from runner.server.dsn import ServerError, passwords, shown_name, uri, without_password
from runner.server.shell import resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from types import TracebackType
    from typing import Self

    from runner.server.connection import Connection

OLDEST = 13
LOCK_KEY = 0x706F6F6C62656E63
"""The advisory lock of a run: "poolbenc" as a number."""

RELOCK_SECONDS = 5.0
"""Limit for the server to notice that a connection of ours which had the lock is gone."""


class ExternalServer(AskedServer):
    """A server that is not ours: one schema of ours in its database, and nothing else is touched.

    All keys share that schema. An advisory lock, on a connection that stays open, keeps other runs
    off the database. The schema is dropped at the end unless `keep` is set.
    """

    def __init__(self, dsn: str, *, keep: bool = False) -> None:
        """Read the DSN, of either form; nothing is opened yet. Raises ServerError."""
        super().__init__()
        resolved = resolve(dsn)
        self._dsn, self._origins = resolved.dsn, resolved.origins
        self._shown = without_password(self._dsn)
        self._secrets = passwords(self._dsn)
        self._keep = keep
        self._reserved = False

    @property
    def secrets(self) -> Sequence[str]:
        """The passwords of the DSN, also those that libpq found elsewhere."""
        return tuple(self._secrets)

    @property
    def _name(self) -> str:
        return self._shown

    def __enter__(self) -> Self:
        """Connect, take the lock and create the schema."""
        try:
            with self._asking() as connection:
                schema.drop(connection)
                schema.create(connection)
        except BaseException:
            self._disconnect()
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
                    schema.drop(connection)
        finally:
            self._disconnect()

    def _connect(self, database: str | None) -> Connection:
        """Connect to the database of the DSN, which all keys share, and reserve it."""
        del database
        with explained(f"no connection to {self._shown}", self.secrets):
            connection = connect(uri(self._dsn, application_name="poolbench"))
        try:
            with explained(self._shown, self.secrets):
                self._reserve(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _database(self, key: str) -> None:
        """Return None: all keys share the database of the DSN."""

    def _before(self, key: str) -> None:
        """Return None: all keys share one table."""

    def _reserve(self, connection: Connection) -> None:
        """Make sure that this server is one to measure against, and that no other run does."""
        version = connection.info.server_version // 10_000
        if version < OLDEST:
            raise ServerError(f"{self._shown} is PostgreSQL {version}; {OLDEST} or later is needed")
        # What a killed cell still holds must not hang the runner.
        connection.execute("SET lock_timeout = '10s'")
        # A connection of ours that has just been cut off may keep the lock for a moment.
        if not statements.locked(connection, LOCK_KEY, RELOCK_SECONDS if self._reserved else 0.0):
            raise ServerError(
                f"another run of PoolBench is using {self._shown}: "
                "wait until it ends, or use another database"
            )
        self._reserved = True

    def describe(self) -> dict[str, object]:
        """Describe it; see `Server`."""
        with self._asking() as connection:
            described = statements.describe(connection, "external", self._dsn)
        return {**described, "from_the_shell": list(self._origins)}

    def prepare(self, keys: Sequence[str]) -> None:
        """Empty the table and seed it again, once for all keys."""
        del keys
        with self._asking() as connection:
            schema.seed(connection)

    def dsn(self, key: str, application_name: str) -> str:
        """Write the DSN as a URI, with the password; the same for every key."""
        del key
        return uri(self._dsn, application_name=shown_name(application_name))

    def activity(self, key: str) -> None:
        """Return None: they are not counted apart from those of others."""

    def cpu(self) -> None:
        """Return None: its processes are not ours to look at."""

    def discard(self, keys: Sequence[str]) -> None:
        """Leave the table as it is: the next group empties it, the end drops it."""

    def keep_to(self, cores: Collection[int] | None) -> None:
        """Leave the server where it is."""
