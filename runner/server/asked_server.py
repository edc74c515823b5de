"""The questions that are the same for every server, asked over one connection that stays open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from runner.server import evidence, schema, statements
from runner.server.connection import explained, limited

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from runner.server.connection import Connection
    from runner.server.evidence import Answer, Evidence, TableState

ANSWER_SECONDS = 60.0
"""Limit for a server to answer the runner, after which it counts as lost."""


class AskedServer(ABC):
    """A server to which the runner keeps a connection: connecting takes longer than most questions.

    It implements the part of `Server` that needs nothing else.
    """

    def __init__(self) -> None:
        self._control: Connection | None = None
        self._is_left_alone = False

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
        with explained(self._name, self.secrets):
            if database:
                with (
                    self._connect(database) as connection,
                    limited(connection, ANSWER_SECONDS),
                ):
                    yield connection
                return
            with limited(self._kept(), ANSWER_SECONDS) as connection:
                yield connection

    def _kept(self) -> Connection:
        """Give the connection that stays open, a new one if the server has closed it meanwhile."""
        if self._control is not None:
            try:
                with limited(self._control, ANSWER_SECONDS):
                    self._control.execute("SELECT 1")
            except psycopg.OperationalError:
                self._disconnect()
        if self._control is None:
            self._control = self._connect(None)
        return self._control

    def _disconnect(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None

    @contextmanager
    def left_alone(self) -> Iterator[None]:
        """Ask nothing while the block lasts, and connect anew after it; see `Server`."""
        self._is_left_alone = True
        try:
            yield
        finally:
            self._is_left_alone = False
            self._disconnect()  # whatever has happened to it meanwhile

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

    def end_idle(self, application_name: str) -> int:
        """End the idle connections of that name, and those alone; return their number."""
        with self._asking() as connection:
            return statements.end_idle(connection, application_name)

    def round_trips(self, number: int) -> list[float]:
        """Time that many bare exchanges, in seconds."""
        with self._asking() as connection:
            return statements.round_trips(connection, number)
