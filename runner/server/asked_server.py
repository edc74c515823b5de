"""The questions that are the same for every server, asked over one connection that stays open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.server import evidence, schema, statements
from runner.server.connection import ServerLostError, explained
from runner.server.dsn import ServerError
from runner.server.setup import NOTHING, written

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Sequence

    from runner.server.connection import Connection
    from runner.server.evidence import Answer, Evidence, TableState
    from runner.server.statements import SessionState
    from runner.supervision.interrupts import Interrupts

PING_SECONDS = 5.0
"""Limit for the connection that stays open to show that it does, before it is made anew."""


class AskedServer(ABC):
    """A server to which the runner keeps a connection: connecting takes longer than most questions.

    It implements the part of `Server` that needs nothing else.
    """

    def __init__(self, interrupts: Interrupts | None = None) -> None:
        self._interrupts = interrupts
        self.setup = NOTHING
        """What workloads of the user's own need, set before the server is entered."""
        self._control: Connection | None = None
        self._started: dt.datetime | None = None
        """The start of the server that was connected to first; None after a fault."""
        self._was_there = False
        """It has answered once: from then on a server that cannot be connected to is lost."""
        self._is_left_alone = False
        self._lost: str | None = None
        """The sentence with which it was given up. The error itself would keep sockets open."""

    @property
    @abstractmethod
    def secrets(self) -> Sequence[str]:
        """The words to mask in complaints."""

    @property
    @abstractmethod
    def _name(self) -> str:
        """The words that a complaint about the server begins with."""

    @abstractmethod
    def _connect(self, database: str | None) -> Connection:
        """Open a connection to a database; None is where the runner asks its questions."""

    @abstractmethod
    def _connect_through(self, port: int) -> Connection:
        """Open a connection that goes through a network of ours on a port of the loopback."""

    @abstractmethod
    def _database(self, key: str) -> str | None:
        """Name the database that is the key's alone; None where all keys share one."""

    @abstractmethod
    def _before(self, key: str) -> TableState | None:
        """Give the state of the key's own table when it had been seeded; None where it has none."""

    @contextmanager
    def _asking(self, database: str | None = None) -> Iterator[Connection]:
        """Lend a connection to a database, and explain what goes wrong. Raises ServerError."""
        if self._is_left_alone:
            raise RuntimeError("a server that is left alone must not be asked")
        if lost := self.lost:
            raise lost
        try:
            with explained(self._name, self.secrets):
                kept = self._kept()  # asked first: so a server that is lost is noticed soon
                if database is None:
                    yield kept
                else:
                    with self._connect(database) as connection:
                        yield connection
        except ServerLostError as error:
            self._lost = str(error)
            raise

    def _kept(self) -> Connection:
        """Give the connection that stays open, a new one if the server has closed it meanwhile."""
        if self._control is None or self._control.closed or not self._control.answers(PING_SECONDS):
            self._control = None
            self._control = self._connected_anew() if self._was_there else self._connected()
        return self._control

    def _connected(self) -> Connection:
        connection = self._connect(None)
        self._started = statements.started(connection)
        self._was_there = True
        return connection

    def _connected_anew(self) -> Connection:
        """Connect to the server that was there before, if it is still. Raises ServerLostError."""
        before = self._started
        try:
            with explained(self._name, self.secrets):
                connection = self._connected()
        except ServerError as error:
            raise ServerLostError(str(error)) from error
        if before is not None and self._started != before:
            connection.close()
            raise ServerLostError(f"{self._name} was restarted meanwhile")
        return connection

    def _disconnect(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None

    @property
    def transparent(self) -> bool:
        """Each connection of a client is one of the server; see `Server`."""
        return True

    @property
    def lost(self) -> ServerLostError | None:
        """The error with which the server was given up; None where it was not. Asks nothing."""
        return None if self._lost is None else ServerLostError(self._lost)

    def look(self) -> None:
        """Raise ServerLostError where it does not answer any more."""
        if not self._is_left_alone:
            with self._asking():
                pass

    @contextmanager
    def left_alone(self) -> Iterator[None]:
        """Ask nothing while the block lasts, and connect anew after it; see `Server`."""
        self._is_left_alone = True
        try:
            yield
        finally:
            self._is_left_alone = False
            self._disconnect()  # whatever has happened to it meanwhile
            self._started = None  # it may have been restarted

    def require(self, connections: int) -> None:
        """Refuse too few free slots of the server, the role or the database, with both numbers."""
        with self._asking() as connection:
            statements.require(connection, connections)

    def disconnected(self, application_name: str, timeout: float) -> bool | None:
        """Wait until no connection of that name is left; False after `timeout` seconds."""
        if self._is_left_alone:
            return None
        with self._asking() as connection:
            return statements.disconnected(connection, application_name, timeout)

    def connections(self, key: str, application_name: str) -> int | None:
        """Count the connections to the key's own database, or of that name where it has none."""
        if self._is_left_alone:
            return None
        with self._asking() as connection:
            return statements.connections(connection, application_name, self._database(key))

    def table_rows(self, key: str) -> schema.TableRows | None:
        """Count the rows of the table whose `cliente` begins with the key and a hyphen."""
        if self._is_left_alone:
            return None
        with self._asking(self._database(key)) as connection:
            return schema.table_rows(connection, key)

    def evidence(self, key: str, answers: Collection[Answer]) -> Evidence | None:
        """Collect what a key's clients have left behind; see `Server`."""
        if self._is_left_alone:
            return None
        with self._asking(self._database(key)) as connection:
            return evidence.collect(connection, key, answers, self._before(key))

    def end(
        self, application_name: str, states: Collection[SessionState], most: int | None = None
    ) -> int:
        """End connections of that name in these states, and those alone; see `Server`."""
        with self._asking() as connection:
            return statements.end(connection, application_name, states, most)

    def active(self, application_name: str) -> int | None:
        """Count the connections of that name on which the server works now; see `Server`."""
        if self._is_left_alone:
            return None
        with self._asking() as connection:
            return statements.active(connection, application_name)

    def written(self, key: str, sql: str, arguments: Sequence[Sequence[object]]) -> list[str]:
        """Name what a statement would write to outside of our schema; nothing is kept of it.

        It is played once for each list of arguments. Raises StatementError.
        """
        with self._asking(self._database(key)) as connection:
            return written(connection, sql, arguments)

    def round_trips(self, number: int, port: int | None = None) -> list[float]:
        """Time that many bare exchanges, in seconds; see `Server`."""
        with self._asking() as connection:
            if port is None:
                return statements.round_trips(connection, number)
        with (
            explained(f"{self._name}, through a network of ours", self.secrets),
            self._connect_through(port) as connection,
        ):
            return statements.round_trips(connection, number)
