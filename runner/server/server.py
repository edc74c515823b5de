"""The contract of a server: all that the runner asks of a PostgreSQL to measure against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Self

    from runner.server.breakable import Breakable
    from runner.server.connection import ServerLostError
    from runner.server.evidence import Answer, Evidence
    from runner.server.schema import TableRows
    from runner.server.statements import Activity, SessionState


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
        """The words to mask in anything that is shown or stored."""

    @property
    def verifier(self) -> str:
        """The SCRAM verifier by which a pooler of ours knows clients, and the server knows it.

        Empty where no such pooler can be between.
        """

    def describe(self) -> dict[str, object]:
        """Give kind, version, settings that explain a number, and the DSN without password."""

    def require(self, connections: int) -> None:
        """Refuse a server on which that many connections cannot be opened now."""

    def prepare(self, keys: Sequence[str]) -> None:
        """Give each key a table with its seeded rows, and come to rest."""

    def cannot(self, transport: str) -> str | None:
        """Say why clients cannot reach it over a transport; None where they can."""

    def dsn(
        self,
        key: str,
        application_name: str,
        *,
        read_only: bool = False,
        transport: str = "",
        pooled: bool = False,
    ) -> str:
        """Write the way to a key's table as a URI, with the password, for every driver.

        The server refuses every write of a session that is `read_only`. An empty transport is as
        the address of the server has it. Where it is `pooled`, a pooler of ours is between, which
        passes no options of a session on.
        """

    def discard(self, keys: Sequence[str]) -> None:
        """Give up the tables of a group."""

    @property
    def transparent(self) -> bool:
        """The server sees each connection of a client as one of its own: no pooler is between."""

    @property
    def lost(self) -> ServerLostError | None:
        """The error with which the server was given up; None where it was not. Asks nothing."""

    def look(self) -> None:
        """Raise ServerLostError where it does not answer any more, or was restarted."""

    def left_alone(self) -> AbstractContextManager[None]:
        """Ask the server nothing while the block lasts, and connect anew after it.

        Meanwhile the six questions below are answered by None: not known, which is not lost.
        """

    def disconnected(self, application_name: str, timeout: float) -> bool | None:
        """Wait until no connection of that name is left; False after `timeout` seconds."""

    def connections(self, key: str, application_name: str) -> int | None:
        """Count the connections that a key's clients have open now."""

    def table_rows(self, key: str) -> TableRows | None:
        """Count the rows of the table whose `cliente` begins with the key and a hyphen."""

    def evidence(self, key: str, answers: Collection[Answer]) -> Evidence | None:
        """Collect what a key's clients have left behind, once they are closed.

        `answers` are held against the rows that they should be.
        """

    def activity(self, key: str) -> Activity | None:
        """Tell what a key's clients have opened and committed, once they are closed.

        None where that is not known.
        """

    @property
    def breakable(self) -> Breakable | None:
        """The means to break it on purpose; None for a server that is not ours."""

    def end(
        self, application_name: str, states: Collection[SessionState], most: int | None = None
    ) -> int:
        """End connections of that name in these states, and those alone; return their number.

        `most` is how many of them, the oldest; None is all.
        """

    def active(self, application_name: str) -> int | None:
        """Count the connections of that name on which it works now."""

    def written(self, key: str, sql: str, arguments: Sequence[Sequence[object]]) -> list[str]:
        """Name what a statement would write to outside of our schema; nothing is kept of it.

        It is played once for each list of arguments. Raises StatementError.
        """

    def round_trips(self, number: int, port: int | None = None) -> list[float]:
        """Time that many bare exchanges, in seconds.

        They go through the network of ours on that port of the loopback where one is given.
        """

    def cpu(self) -> float | None:
        """Return the seconds of CPU of the whole server so far; None for one that is not ours."""

    def keep_to(self, cores: Collection[int] | None) -> None:
        """Keep the server to these cores (None: all of ours), where that is ours to do.

        Connections that are opened later stay there too.
        """
