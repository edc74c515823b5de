"""The runner's own connections: no clients, limited in time, and explained where they fail."""

from __future__ import annotations

import select
import threading
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar

import psycopg
from psycopg.pq import ExecStatus

from runner.redaction import masked
from runner.server.dsn import ServerError
from runner.server.patience import TICK_SECONDS, NoAnswerError, Patience
from runner.server.shell import set_aside
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from psycopg.abc import PQGen

    from runner.supervision.interrupts import Interrupts

T = TypeVar("T")

CONNECT_SECONDS = 10
RESOLVE_SECONDS = 1
"""The further limit for what comes before connecting, such as to look up a name."""

ANSWER_SECONDS = 20.0
"""Limit for the answer to a statement, after which the server counts as lost."""

NO_CLIENT: LiteralString = """
    SELECT set_config(name, value, false)
    FROM (VALUES ('statement_timeout', '0'), ('transaction_timeout', '0'), ('lock_timeout', '10s'),
                 ('idle_session_timeout', '0'), ('idle_in_transaction_session_timeout', '0'))
         AS own (name, value)
    WHERE current_setting(name, true) IS NOT NULL AND pg_backend_pid() = %s
"""
"""The time-outs of the runner's sessions, whatever server, database, role and DSN say: those are
for clients. What a killed cell still holds must not hang the runner: so locks have one.

The condition is in the same statement, so that nothing is set in a session that a pooler lent."""


class ServerLostError(ServerError):
    """The server does not answer any more, or is another one than before. Exit status 1."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection of the runner's own: each statement has a limit, and a signal ends the wait.

    It is closed where the answer does not come.
    """

    interrupts: Interrupts | None = None
    answer_seconds: float | None = None
    """Limit for each answer; None is `ANSWER_SECONDS`."""

    def wait(self, gen: PQGen[T], *arguments: Any, **options: Any) -> T:
        """Wait for the answer of a statement. May raise NoAnswerError, Interrupted."""
        try:
            return super().wait(self._limited(gen), *arguments, **options)
        except (NoAnswerError, Interrupted):
            self.close()
            raise

    def _limited(self, gen: PQGen[T]) -> PQGen[T]:
        """Pass on what psycopg waits for; at each of its ticks, ask whether to go on."""
        patience = self._patience()
        try:
            awaited = next(gen)
            while True:
                ready = yield awaited
                if not ready:
                    patience.check()
                awaited = gen.send(ready)
        except StopIteration as end:
            answer: T = end.value
            return answer

    def _patience(self) -> Patience:
        return Patience(self.answer_seconds or ANSWER_SECONDS, self.interrupts)

    def answers(self, seconds: float) -> bool:
        """Tell whether it answers within that time; it is closed where it does not."""
        self.answer_seconds = seconds
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            self.close()
            return False
        finally:
            self.answer_seconds = None
        return True

    @contextmanager
    def exchanging(self) -> Generator[Exchange]:
        """Lend what does bare exchanges; what they raise closes the connection."""
        try:
            yield Exchange(self, self._patience())
        except BaseException:
            self.close()
            raise


class Exchange:
    """Does a bare exchange each time it is called: `SELECT 1`, with as little around it as can be.

    libpq's own call for that cannot be given up.
    """

    def __init__(self, connection: Connection, patience: Patience) -> None:
        self._server = connection.pgconn
        self._patience = patience
        self._poll = select.poll()
        self._poll.register(self._server.socket, select.POLLIN)

    def __call__(self) -> None:
        """Exchange. Raises psycopg.OperationalError, Interrupted."""
        server = self._server
        server.send_query(b"SELECT 1")
        while server.flush():
            self._patience.check()
        while server.is_busy():
            if not self._poll.poll(TICK_SECONDS * 1000):
                self._patience.check()
            server.consume_input()
        while answer := server.get_result():
            if answer.status != ExecStatus.TUPLES_OK:
                raise psycopg.OperationalError(answer.get_error_message())


@contextmanager
def explained(what: str, secrets: Sequence[str]) -> Iterator[None]:
    """Turn an error of PostgreSQL into a ServerError of one sentence that begins with `what`.

    No answer in time is a ServerLostError.
    """
    try:
        yield
    except psycopg.Error as error:
        kind = ServerLostError if isinstance(error, NoAnswerError) else ServerError
        answer = " ".join(str(error).split())
        raise kind(masked(f"{what}: {answer}", secrets)) from error


def connect(
    dsn: str,
    interrupts: Interrupts | None = None,
    seconds: float | None = None,
) -> Connection:
    """Open a connection of the runner's own within that time.

    In a thread: nothing else can end the wait for a name server. May raise psycopg.Error,
    Interrupted.
    """
    opened: Future[Connection] = Future()
    threading.Thread(target=_open, args=(dsn, opened), name="connect", daemon=True).start()
    patience = Patience(seconds or CONNECT_SECONDS + RESOLVE_SECONDS, interrupts)
    try:
        while not wait([opened], TICK_SECONDS).done:
            patience.check()
    except BaseException:
        opened.add_done_callback(_close)
        raise
    connection = opened.result()
    connection.interrupts = interrupts
    return connection


def _open(dsn: str, opened: Future[Connection]) -> None:
    try:
        with set_aside():
            connection = Connection.connect(
                dsn,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                prepare_threshold=None,
                client_encoding="utf8",  # or psycopg answers in bytes where the database is ASCII
            )
        opened.set_result(connection)
    except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it
        opened.set_exception(error)


def _close(opened: Future[Connection]) -> None:
    if not opened.exception():
        opened.result().close()


def is_no_client(connection: Connection) -> bool:
    """Free a session of the time-outs of clients; False where it is a pooler's, and none is freed.

    The process that libpq was told of is then not the one that answers.
    """
    return connection.execute(NO_CLIENT, [connection.info.backend_pid]).rowcount > 0
