"""The SQL that the runner sends to any PostgreSQL, its own or that of a user."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, LiteralString, cast

from runner.server.dsn import ServerError, shown_name, without_password

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from runner.server.connection import Connection


class SessionState(Enum):
    """The states of a session, as `pg_stat_activity` calls them."""

    IDLE = "idle"
    ACTIVE = "active"
    IN_TRANSACTION = "idle in transaction"
    ABORTED = "idle in transaction (aborted)"


DESCRIBED = (
    "max_connections",
    "superuser_reserved_connections",
    "reserved_connections",
    "synchronous_commit",
    "shared_buffers",
    "fsync",
    "data_checksums",
    "ssl",
)
"""The settings that explain a number."""

SLOTS: LiteralString = """
    WITH backend AS (
        SELECT usesysid, datid FROM pg_stat_activity
        WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
    )
    SELECT 'the server', (SELECT count(*) FROM backend),
           current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0)
    UNION ALL
    SELECT 'the role ' || rolname, (SELECT count(*) FROM backend WHERE usesysid = r.oid),
           rolconnlimit
    FROM pg_roles r WHERE rolname = session_user AND rolconnlimit >= 0 AND NOT rolsuper
    UNION ALL
    SELECT 'the database ' || datname, (SELECT count(*) FROM backend WHERE datid = d.oid),
           datconnlimit
    FROM pg_database d JOIN pg_roles ON rolname = session_user
    WHERE datname = current_database() AND datconnlimit >= 0 AND NOT rolsuper
"""
"""The limits on connections: whose, how many are open, how many may be. The queries of other roles
are hidden from most, so they are counted; no limit of a role or database binds a superuser."""


@dataclass(frozen=True)
class Activity:
    """The sessions and commits of a database so far."""

    sessions: int
    commits: int

    def since(self, before: Activity) -> Activity:
        """Subtract an earlier reading."""
        return Activity(self.sessions - before.sessions, self.commits - before.commits)


def describe(connection: Connection, kind: str, dsn: str, *names: str) -> dict[str, object]:
    """Describe a server: its kind, version, settings (`names` among them) and place."""
    settings = connection.execute(
        "SELECT name, current_setting(name, true) FROM unnest(%s::text[]) AS name",
        [list(dict.fromkeys([*DESCRIBED, *names]))],
    )
    version = connection.info.parameter_status("server_version") or "unknown"
    return {
        "kind": kind,
        "version": version.split()[0],
        "version_num": connection.info.server_version,
        "settings": dict(settings.fetchall()),
        "dsn": without_password(dsn),
    }


def started(connection: Connection) -> dt.datetime:
    """Read when the server was started, which tells it from one that was restarted."""
    answer = connection.execute("SELECT pg_postmaster_start_time()").fetchone()
    return cast("dt.datetime", answer and answer[0])


def place(connection: Connection) -> Sequence[object] | None:
    """Read what tells a database of a server from any other."""
    return connection.execute("SELECT pg_postmaster_start_time(), current_database()").fetchone()


def backend(connection: Connection) -> int | None:
    """Read the number of the process that answers."""
    answer = connection.execute("SELECT pg_backend_pid()").fetchone()
    return int(answer[0]) if answer else None


def require(connection: Connection, connections: int) -> None:
    """Raise ServerError unless that many more connections may be opened."""
    for who, used, limit in connection.execute(SLOTS):
        if limit - used < connections:
            raise ServerError(
                f"the run needs {connections} connections, but {who} has only "
                f"{max(0, limit - used)} free: {limit} for clients, {used} of them in use"
            )


def disconnected(connection: Connection, application_name: str, timeout: float) -> bool:
    """Wait up to `timeout` seconds until no connection of that name is left."""
    deadline = time.monotonic() + timeout
    while connection.execute(
        "SELECT FROM pg_stat_activity WHERE application_name = %s", [shown_name(application_name)]
    ).rowcount:
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.01)
    return True


def locked(connection: Connection, key: int, timeout: float) -> bool:
    """Take an advisory lock for as long as the connection lives; False after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    query = "SELECT pg_try_advisory_lock(%s)"
    while connection.execute(query, [key]).fetchone() != (True,):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.01)
    return True


def end_sessions(connection: Connection, database: str) -> None:
    """End every session on a database and wait until they have gone, up to five seconds."""
    connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
        [database],
    )


def end(
    connection: Connection,
    application_name: str,
    states: Collection[SessionState],
    most: int | None = None,
) -> int:
    """End the oldest connections of that name in these states, and return their number.

    Waits until they have gone, up to five seconds for each. A role may end its own connections.
    """
    return connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM ("
        "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND state = ANY(%s) "
        "AND pid <> pg_backend_pid() ORDER BY backend_start LIMIT %s) AS chosen",
        [shown_name(application_name), [state.value for state in states], most],
    ).rowcount


def active(connection: Connection, application_name: str) -> int:
    """Count the connections of a name on whose queries the server works."""
    answer = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND state = 'active'",
        [shown_name(application_name)],
    ).fetchone()
    return int(answer[0]) if answer else 0


def activity(connection: Connection, database: str) -> Activity:
    """Read the activity of a database. A backend reports its own for certain as it ends."""
    answer = connection.execute(
        "SELECT sessions, xact_commit FROM pg_stat_database WHERE datname = %s", [database]
    ).fetchone()
    return Activity(*answer) if answer else Activity(0, 0)


def connections(connection: Connection, application_name: str, database: str | None) -> int:
    """Count the connections that are open now: of a name, or to a database where one is given."""
    answer = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND "
        "CASE WHEN %(database)s::text IS NULL THEN application_name = %(name)s "
        "ELSE datname = %(database)s END",
        {"name": shown_name(application_name), "database": database},
    ).fetchone()
    return int(answer[0]) if answer else 0


def round_trips(connection: Connection, number: int) -> list[float]:
    """Time that many exchanges, in seconds: `SELECT 1`, next to nothing but the way."""
    times = []
    with connection.exchanging() as exchange:
        for _ in range(number):
            began = time.perf_counter()
            exchange()
            times.append(time.perf_counter() - began)
    return times
