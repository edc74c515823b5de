"""Clients reach a server over the transport that was asked for, as the server itself sees it."""

from __future__ import annotations

import asyncio
import shutil
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import adapters
from adapters.base import Concurrency
from adapters.blocking import step
from runner.server.data_folder import postgres_account, temporary_folder
from runner.server.dsn import uri, words_of
from runner.server.embedded import EmbeddedServer
from runner.server.external import ExternalServer
from runner.server.postgres import Installation
from runner.server.transport import no_tls, over
from runner.supervision.watchdog import Watchdog
from runner.worker.session import session

if TYPE_CHECKING:
    from collections.abc import Iterator

DEBIAN = Path("/usr/lib/postgresql/15")
DRIVERS = ("psycopg2", "psycopg3", "asyncpg")

needs_tls = pytest.mark.skipif(
    not (DEBIAN / "bin" / "postgres").exists() or not shutil.which("openssl"),
    reason="no server with TLS is here: apt-get install postgresql-15 openssl",
)


@pytest.fixture(scope="module")
def with_tls() -> Iterator[str]:
    """Start a server that has a certificate; give the DSN of its superuser."""
    account = postgres_account()
    with Watchdog() as watchdog, temporary_folder(account, watchdog) as folder:
        key, certificate = folder.path / "server.key", folder.path / "server.crt"
        files = ("-keyout", str(key), "-out", str(certificate))
        made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", *files)
        subprocess.run(["openssl", *made], check=True, capture_output=True)  # noqa: S607
        account.own(folder.path)
        key.chmod(0o600)
        installation = Installation(DEBIAN, folder, account, watchdog)
        installation.initialise("secret")
        ssl = {"ssl_key_file": str(key), "ssl_cert_file": str(certificate)}
        with installation.running({"ssl": "on", "fsync": "off", **ssl}) as running:
            yield f"postgresql://postgres:secret@127.0.0.1:{running.port}/postgres"


def seen(adapter: str, dsn: str) -> str:
    """Ask the server what is between it and a session of a pool."""
    pool = adapters.create(adapter, dsn, adapters.pool_options({}, min_size=1, max_size=1))

    async def asked() -> str:
        await pool.open()
        try:
            return str((await session(pool))["transport"])
        finally:
            await pool.close()

    return step(asked()) if pool.concurrency is Concurrency.THREADS else asyncio.run(asked())


@pytest.mark.parametrize("adapter", DRIVERS)
def test_the_embedded_server_is_reached_by_tcp_and_by_its_socket(
    server: EmbeddedServer, dsn: str, adapter: str
) -> None:
    assert server.cannot("tcp") is server.cannot("unix") is None
    for transport in ("tcp", "unix"):
        there = over(dsn, transport, server._postgres.sockets)
        assert seen(adapter, there) == transport


def test_the_folder_of_its_sockets_is_for_its_account_alone(server: EmbeddedServer) -> None:
    folder = Path(server._postgres.sockets)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.owner() == folder.parent.owner()


def test_where_the_path_is_too_long_the_server_runs_without_a_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("runner.server.postgres.LONGEST_SOCKET", 10)
    with EmbeddedServer(20, settings={"fsync": "off"}) as server:
        assert "set TMPDIR to a shorter one" in str(server.cannot("unix"))
        assert server.cannot("tcp") is None


def test_a_server_says_itself_that_it_was_built_without_ssl(server: EmbeddedServer) -> None:
    assert server.cannot("tls") == "it was built without SSL"


@needs_tls
@pytest.mark.parametrize("adapter", DRIVERS)
def test_a_server_with_tls_is_reached_by_each_transport(with_tls: str, adapter: str) -> None:
    with ExternalServer(with_tls) as external:
        for transport in ("tcp", "tls"):
            assert external.cannot(transport) is None
            assert seen(adapter, external.dsn("a", "a cell", transport=transport)) == transport


@needs_tls
def test_a_folder_of_sockets_leads_by_unix_alone(with_tls: str) -> None:
    with ExternalServer(with_tls) as external, external._asking() as connection:
        (folder,) = connection.execute("SHOW unix_socket_directories").fetchone() or ("",)
    with ExternalServer(uri(with_tls, host=folder.strip('"'))) as external:
        assert external.cannot("unix") is None
        assert seen("psycopg3", external.dsn("a", "a cell", transport="unix")) == "unix"
        assert "write the name of the host" in str(external.cannot("tls"))
        assert "write the name of the host" in str(external.cannot("tcp"))


@needs_tls
def test_a_socket_is_looked_for_where_servers_have_theirs(
    with_tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExternalServer(with_tls) as external:
        assert "no socket of it is found" in str(external.cannot("unix"))
        with external._asking() as connection:
            (folder,) = connection.execute("SHOW unix_socket_directories").fetchone() or ("",)
        monkeypatch.setattr("runner.server.external.SOCKETS", ("/nowhere", folder.strip('"')))
        assert external.cannot("unix") is None
        assert seen("asyncpg", external.dsn("a", "a cell", transport="unix")) == "unix"


def test_a_server_whose_ssl_is_off_says_so() -> None:
    class Off:
        def execute(self, _query: str) -> Off:
            return self

        def fetchone(self) -> tuple[str, str]:
            return ("OpenSSL", "off")

    connection: Any = Off()
    assert no_tls(connection) == "its setting ssl is off"


def test_a_stronger_sslmode_is_kept() -> None:
    strong = "postgresql://h/d?sslmode=verify-full&sslrootcert=/a"
    assert words_of(over(strong, "tls", ""))["sslmode"] == "verify-full"
    assert words_of(over("postgresql://h/d?sslmode=prefer", "tls", ""))["sslmode"] == "require"
    assert words_of(over(strong, "tcp", ""))["sslmode"] == "disable"
    assert over("postgresql://h/d", "", "") == "postgresql://h/d"
