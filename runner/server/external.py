"""A server of the user's, behind a DSN."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from runner.server import schema, statements
from runner.server.asked_server import AskedServer
from runner.server.connection import connect, explained, is_no_client
from runner.server.dsn import (
    ServerError,
    passwords,
    shown_name,
    uri,
    without_password,
    words_of,
)
from runner.server.dsn import read_only as read_only_sessions
from runner.server.relay import LOOPBACK
from runner.server.setup import make
from runner.server.shell import resolve
from runner.server.transport import no_tls, over, socket_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from runner.server.connection import Connection
    from runner.supervision.interrupts import Interrupts

OLDEST = 13
LOCK_KEY = 0x706F6F6C62656E63
"""The advisory lock of a run: "poolbenc" as a number."""

SOCKETS = ("/var/run/postgresql", "/run/postgresql", "/tmp")  # noqa: S108 - they are only read
"""Folders in which servers usually have their sockets; not every role may ask for the own one."""

NO_SOCKETS = "no socket of it is found on this machine; name their folder as the host in the DSN"

RELOCK_SECONDS = 5.0
"""Limit for the server to notice that a connection of ours which had the lock is gone."""


class ExternalServer(AskedServer):
    """A server that is not ours: one schema of ours in its database, and nothing else is touched.

    All keys share that schema. An advisory lock, on a connection that stays open, keeps other runs
    off the database. The schema is dropped at the end unless `keep` is set.

    Clients connect by `dsn`, the runner itself by `direct`, which leads around a pooler: what it
    sets and locks would stay in a session that the pooler hands on to others.
    """

    def __init__(
        self,
        dsn: str,
        *,
        direct: str | None = None,
        keep: bool = False,
        interrupts: Interrupts | None = None,
    ) -> None:
        """Read the DSNs, of either form; nothing is opened yet. Raises ServerError."""
        super().__init__(interrupts)
        clients, own = resolve(dsn), resolve(direct or dsn)
        self._dsn = clients.dsn
        self._direct = own.dsn if direct else None
        self._origins = tuple(dict.fromkeys([*clients.origins, *own.origins]))
        self._shown = without_password(own.dsn)
        self._secrets = passwords(clients.dsn) | passwords(own.dsn)
        self._keep = keep
        self._reserved = False
        self._sockets = ""
        """The folder of its sockets, once it was asked for."""
        self._is_pooled = False
        """Clients go through a pooler, so that their connections are not those of the server."""

    @property
    def verifier(self) -> str:
        """None: a pooler before this server is the user's; see `Server`."""
        return ""

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
                if self._direct:
                    self._is_pooled = self._leads_through_a_pooler(connection)
                schema.drop(connection)
                schema.create(connection)
            self._make()
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
        """Drop the schema, unless it is to be kept or out of reach, and let others in.

        Where that fails after an error, such as a signal, the error is what is told.
        """
        try:
            if not self._keep and not self.lost:
                with self._asking() as connection:
                    schema.drop(connection)
        except ServerError:
            if error is None:
                raise
        finally:
            self._disconnect()

    def _make(self) -> None:
        """Make what the user's own workloads need; nothing is left where that fails."""
        try:
            with self._asking() as connection:
                make(connection, self.setup)
        except ServerError:
            with suppress(ServerError), self._asking() as connection:
                schema.drop(connection)
            raise

    def _connect(self, database: str | None) -> Connection:
        """Connect to the database of the DSN, which all keys share, and reserve it."""
        del database
        with explained(f"no connection to {self._shown}", self.secrets):
            connection = self._opened(self._direct or self._dsn)
        try:
            with explained(self._shown, self.secrets):
                self._reserve(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect_through(self, port: int) -> Connection:
        return self._opened(uri(self._dsn, host=LOOPBACK, port=str(port)))

    def _opened(self, dsn: str) -> Connection:
        connection = connect(uri(dsn, application_name="poolbench"), self._interrupts)
        self._secrets |= {connection.info.password} - {""}
        return connection

    def _leads_through_a_pooler(self, direct: Connection) -> bool:
        """Tell whether clients go through a pooler. Raises ServerError where they go elsewhere.

        Nothing is set in the session that is asked.
        """
        shown = without_password(self._dsn)
        with (
            explained(f"no connection to {shown}", self.secrets),
            self._opened(self._dsn) as client,
        ):
            if statements.place(client) != statements.place(direct):
                raise ServerError(
                    f"dsn and direct lead to different databases: {shown} and {self._shown}"
                )
            return statements.backend(client) != client.info.backend_pid

    def _database(self, key: str) -> None:
        """Return None: all keys share the database of the DSN."""

    def _before(self, key: str) -> None:
        """Return None: all keys share one table."""

    def _reserve(self, connection: Connection) -> None:
        """Make sure that this server is one to measure against, and that no other run does."""
        if not is_no_client(connection):
            raise ServerError(
                f"a pooler answers at {self._shown}, and what the runner sets and locks would stay "
                "in sessions that it hands on: give the runner a way around it in the "
                "configuration, server: {dsn: ..., direct: postgresql://...}"
            )
        version = connection.info.server_version // 10_000
        if version < OLDEST:
            raise ServerError(f"{self._shown} is PostgreSQL {version}; {OLDEST} or later is needed")
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
        described |= {"from_the_shell": list(self._origins)}
        if self._direct:
            described |= {"direct": self._shown, "pooled": self._is_pooled}
        return described

    def prepare(self, keys: Sequence[str]) -> None:
        """Empty the table and seed it again, once for all keys; make anew what may be changed."""
        del keys
        with self._asking() as connection:
            if not self.setup.lasting:
                schema.drop(connection)
                schema.create(connection, self.setup)
            schema.seed(connection)

    def dsn(
        self,
        key: str,
        application_name: str,
        *,
        read_only: bool = False,
        transport: str = "",
        pooled: bool = False,
    ) -> str:
        """Write the DSN as a URI, with the password; the same for every key."""
        del key, pooled
        there = over(self._dsn, transport, self._sockets)
        dsn = uri(there, application_name=shown_name(application_name))
        return read_only_sessions(dsn) if read_only else dsn

    def cannot(self, transport: str) -> str | None:
        """Say why clients cannot reach it over a transport; see `Server`."""
        if self._is_pooled:
            return "a pooler is between, and no server can tell what is before it"
        words = words_of(self._dsn)
        own = words.get("host", "")
        if transport == "unix":
            self._sockets = own if own.startswith("/") else self._found_sockets(words)
            return None if self._sockets else NO_SOCKETS
        if own.startswith("/"):
            return "its DSN has a folder of sockets as host; write the name of the host"
        with self._asking() as connection:
            return no_tls(connection) if transport == "tls" else None

    def _found_sockets(self, words: Mapping[str, str]) -> str:
        """Find the folder of the server's sockets where it is on this machine; empty elsewhere."""
        with self._asking() as connection:
            port = words.get("port") or str(connection.info.port)
            place = statements.place(connection)
        for folder in SOCKETS:
            if Path(socket_path(folder, port)).is_socket():
                with (
                    suppress(ServerError, psycopg.Error),
                    self._opened(over(self._dsn, "unix", folder)) as client,
                ):
                    if statements.place(client) == place:
                        return folder
        return ""

    @property
    def transparent(self) -> bool:
        """No pooler is between; see `Server`."""
        return not self._is_pooled

    def require(self, connections: int) -> None:
        """Refuse too few free slots, unless a pooler has to find them; see `Server`."""
        if self.transparent:
            super().require(connections)

    def disconnected(self, application_name: str, timeout: float) -> bool | None:
        """Wait until no connection of that name is left; None behind a pooler, which keeps them."""
        return super().disconnected(application_name, timeout) if self.transparent else None

    def connections(self, key: str, application_name: str) -> int | None:
        """Count the connections of that name; None behind a pooler, whose own they are."""
        return super().connections(key, application_name) if self.transparent else None

    def activity(self, key: str) -> None:
        """Return None: they are not counted apart from those of others."""

    @property
    def breakable(self) -> None:
        """None: somebody's server is never broken."""

    def cpu(self) -> None:
        """Return None: its processes are not ours to look at."""

    def discard(self, keys: Sequence[str]) -> None:
        """Leave the table as it is: the next group empties it, the end drops it."""

    def keep_to(self, cores: Collection[int] | None) -> None:
        """Leave the server where it is."""
