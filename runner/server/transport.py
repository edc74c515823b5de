"""The transports between a client and a server: TCP, a Unix socket, TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.server.dsn import uri, words_of

if TYPE_CHECKING:
    from runner.server.connection import Connection

ENCRYPTING = ("require", "verify-ca", "verify-full")
"""Each `sslmode` that takes no connection in clear."""

LONGEST_SOCKET = 103
"""Bytes of the path of a socket on every Unix; Linux takes four more."""


def over(dsn: str, transport: str, sockets: str) -> str:
    """Write a DSN as a URI that leads over a transport; empty is as the DSN has it.

    `sockets` is the server's folder of Unix sockets.
    """
    if transport == "tcp":
        return uri(dsn, sslmode="disable")
    if transport == "tls":
        mode = words_of(dsn).get("sslmode", "")
        return uri(dsn, sslmode=mode if mode in ENCRYPTING else "require")
    return uri(dsn, host=sockets, sslmode="") if transport == "unix" else dsn


def no_tls(connection: Connection) -> str | None:
    """Ask a server why it speaks no TLS; None where it does."""
    answer = connection.execute(
        "SELECT current_setting('ssl_library'), current_setting('ssl')"
    ).fetchone()
    library, on = answer or ("", "off")
    if not library:
        return "it was built without SSL"
    return None if on == "on" else "its setting ssl is off"


def socket_path(folder: str, port: int | str) -> str:
    """Name the socket of a server in a folder."""
    return f"{folder}/.s.PGSQL.{port}"
