"""A PostgreSQL of our own: no other client, nothing to install, gone when the run ends."""

from __future__ import annotations

import itertools
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from runner.server import evidence, processes, schema, statements
from runner.server.asked_server import AskedServer
from runner.server.breakable import Breakable
from runner.server.connection import connect, is_no_client
from runner.server.data_folder import postgres_account, temporary_folder
from runner.server.dsn import ServerError, shown_name, uri
from runner.server.dsn import read_only as read_only_sessions
from runner.server.postgres import Installation
from runner.server.programs import installed, reachable
from runner.server.settings import plain, refusal
from runner.server.transport import no_tls, over
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from runner.server.connection import Connection
    from runner.supervision.interrupts import Interrupts

UNLESS_SET = {"synchronous_commit": "off"}
"""The settings that a user may change: pools are compared, not disks."""

TEMPLATE = "seeded"
"""The database that is seeded once and that every other is made from."""


@dataclass(frozen=True)
class Database:
    """The database of a key, its table and its activity before it was given away."""

    name: str
    table: evidence.TableState
    before: statements.Activity


class EmbeddedServer(AskedServer):
    """A PostgreSQL that lives as long as the `with` block; each key has a database of its own.

    `max_connections` is PostgreSQL's setting: of these, four are not for clients. `settings` are
    other settings, by PostgreSQL's names. Enter it in a thread that lives as long as the server:
    on Linux PostgreSQL ends with the thread that started it. Raises ServerError.
    """

    def __init__(
        self,
        max_connections: int,
        version: int = 18,
        settings: Mapping[str, object] | None = None,
        watchdog: Watchdog | None = None,
        interrupts: Interrupts | None = None,
    ) -> None:
        """Check the settings; nothing is started yet. Without a watchdog it starts one."""
        super().__init__(interrupts)
        self._version = version
        self._watchdog = watchdog
        self._settings = {
            **UNLESS_SET,
            "max_connections": str(max_connections),
            **_checked(settings or {}),
        }
        self._password = secrets.token_urlsafe(24)
        self._verifier = ""
        self._databases: dict[str, Database] = {}
        self._free: list[str] = []
        self._numbers = itertools.count(1)

    @property
    def secrets(self) -> Sequence[str]:
        """The password of all roles."""
        return (self._password,)

    @property
    def verifier(self) -> str:
        """The one of the roles of clients; see `Server`."""
        return self._verifier

    @property
    def _name(self) -> str:
        return "the embedded PostgreSQL"

    def __enter__(self) -> Self:
        """Initialise, start, and seed the template of all databases."""
        with ExitStack() as stack:
            watchdog = self._watchdog or stack.enter_context(Watchdog())
            account, home = postgres_account(), installed(self._version)
            folder = stack.enter_context(temporary_folder(account, watchdog))
            home = reachable(home, folder, account)
            installation = Installation(home, folder, account, watchdog, self._interrupts)
            installation.initialise(self._password)
            self._postgres = stack.enter_context(installation.running(self._settings))
            self._create_template()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server and remove its folder."""
        self._disconnect()
        self._stack.__exit__(kind, error, traceback)

    def _uri(self, user: str, database: str, application_name: str = "poolbench") -> str:
        return uri(
            "",
            host="127.0.0.1",
            port=str(self._postgres.port),
            user=user,
            password=self._password,
            dbname=database,
            sslmode="disable",
            application_name=shown_name(application_name),
        )

    def _connect(self, database: str | None) -> Connection:
        """Connect as superuser, for which PostgreSQL always reserves some slots."""
        connection = connect(self._uri("postgres", database or "postgres"), self._interrupts)
        is_no_client(connection)
        return connection

    def _connect_through(self, port: int) -> Connection:
        dsn = uri(self._uri("postgres", "postgres"), port=str(port))
        return connect(dsn, self._interrupts)

    def _database(self, key: str) -> str:
        return self._databases[key].name

    def _before(self, key: str) -> evidence.TableState:
        return self._databases[key].table

    def _create_template(self) -> None:
        with self._asking() as connection:
            # Not named like the schema: the search path would then find a table that SQL must name.
            encrypt = connection.pgconn.encrypt_password
            password = self._password.encode()
            self._verifier = encrypt(password, b"client", b"scram-sha-256").decode()
            for role in ("CREATE ROLE client LOGIN", "CREATE ROLE reader LOGIN IN ROLE client"):
                connection.execute(sql.SQL(f"{role} PASSWORD {{}}").format(self._verifier))
            connection.execute("ALTER ROLE reader SET default_transaction_read_only = on")
            connection.execute("CREATE DATABASE seeded OWNER client")
        with self._asking(TEMPLATE) as connection:
            connection.execute("SET ROLE client")
            schema.create(connection, self.setup)
            schema.seed(connection)
            self._definition = evidence.state(connection).lasting

    def describe(self) -> dict[str, object]:
        """Describe it; see `Server`."""
        with self._asking() as connection:
            return statements.describe(
                connection, "embedded", self._uri("client", "", ""), *self._settings
            )

    def prepare(self, keys: Sequence[str]) -> None:
        """Give each key a database of its own that looks like the seeded template.

        Databases are used again: to drop one and copy the template takes seven times as long as
        to empty and seed its table. The checkpoint leaves nothing to be written while a cell is
        measured.
        """
        self.discard(keys)
        with self._asking() as connection:
            connection.execute("ALTER ROLE client RESET ALL")  # a role may change its own
        tables = [self._seed() for _ in keys]
        with self._asking() as connection:
            connection.execute("CHECKPOINT")
            for key, (database, table) in zip(keys, tables, strict=True):
                statements.end_sessions(connection, database)
                before = statements.activity(connection, database)
                self._databases[key] = Database(database, table, before)

    def _seed(self) -> tuple[str, evidence.TableState]:
        """Seed a free database, or a new one, and read its state."""
        database = self._unchanged() or self._create()
        with self._asking(database) as connection:
            schema.seed(connection)
            return database, evidence.state(connection)

    def _unchanged(self) -> str | None:
        """Find a free database that is still defined as the template is; drop the others."""
        while self._free:
            database = self._free.pop()
            with self._asking(database) as connection:
                if self.setup.lasting and evidence.state(connection).lasting == self._definition:
                    return database
            with self._asking() as connection:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(database)))
        return None

    def _create(self) -> str:
        database = f"cell_{next(self._numbers):03}"  # of one length: it is sent at start-up
        with self._asking() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER client TEMPLATE seeded").format(
                    sql.Identifier(database)
                )
            )
        return database

    def cannot(self, transport: str) -> str | None:
        """Say why clients cannot reach it over a transport; see `Server`."""
        if transport == "unix" and not self._postgres.sockets:
            return "the path of its folder is too long for a socket; set TMPDIR to a shorter one"
        with self._asking() as connection:
            return no_tls(connection) if transport == "tls" else None

    def dsn(
        self,
        key: str,
        application_name: str,
        *,
        read_only: bool = False,
        transport: str = "",
        pooled: bool = False,
    ) -> str:
        """Write the way to a key's database as a URI, for a role that owns it and nothing else."""
        user = "reader" if read_only and pooled else "client"
        near = self._uri(user, self._databases[key].name, application_name)
        dsn = over(near, transport, self._postgres.sockets)
        return read_only_sessions(dsn) if read_only and not pooled else dsn

    def activity(self, key: str) -> statements.Activity | None:
        """Tell what a key's clients have opened and committed, once they are closed."""
        if self._is_left_alone:
            return None
        database = self._databases[key]
        with self._asking() as connection:
            return statements.activity(connection, database.name).since(database.before)

    def cpu(self) -> float | None:
        """Add up the seconds of CPU of all its processes so far, those that have ended included."""
        return processes.cpu(self._postgres.pid)

    def discard(self, keys: Sequence[str]) -> None:
        """Take the databases of a group back, and end the sessions on them."""
        given_up = [self._databases.pop(key).name for key in keys if key in self._databases]
        with self._asking() as connection:
            for database in given_up:
                statements.end_sessions(connection, database)
                self._free.append(database)

    @property
    def breakable(self) -> Breakable:
        """The means to break it; see `Server`."""
        return Breakable(self._postgres, self._connect, self._uri("client", "postgres"))

    def keep_to(self, cores: Collection[int] | None) -> None:
        """Keep every process of the server to these cores; later ones are born there."""
        processes.keep_to(self._postgres.pid, cores)


def _checked(settings: Mapping[str, object]) -> dict[str, str]:
    """Write settings as PostgreSQL does. Raises ServerError for those that are ours."""
    if refused := [sentence for name in settings if (sentence := refusal(name))]:
        raise ServerError("; ".join(refused))
    return {plain(name): str(value) for name, value in settings.items()}
