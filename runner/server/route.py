"""The routes to a server, between a client and PostgreSQL while a cell is measured."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from runner.server.dsn import ServerError, uri, words_of
from runner.server.relay import LOOPBACK, Relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

UNENCRYPTED = ("", "disable", "allow", "prefer")
"""Each `sslmode` that puts up with a connection in clear, which is what reading takes."""

PORT = 5432


class Route(Protocol):
    """A way to a server."""

    @property
    def transparent(self) -> bool:
        """The server sees each connection of a client as one of its own, under the client's name.

        Then connections can be counted, found and ended on the server; behind a pooler they cannot.
        """

    def dsn(self, dsn: str) -> AbstractContextManager[str]:
        """Open the way that leads to `dsn`, and yield the DSN of its near end.

        Raises ServerError where it cannot lead there.
        """


class Direct:
    """Nothing in between."""

    transparent = True

    def cpu(self) -> None:
        """Return None: nothing uses any."""

    def trouble(self) -> None:
        """Return None: nothing can break."""

    @contextmanager
    def dsn(self, dsn: str) -> Iterator[str]:
        """Yield the DSN as it is."""
        yield dsn


class Counting:
    """A relay on the loopback that counts what is said; `relay` is the latest that was opened."""

    transparent = True
    relay: Relay

    @contextmanager
    def dsn(self, dsn: str) -> Iterator[str]:
        """Yield the DSN of the relay, unencrypted so that it can be read.

        Raises ServerError for a server that no relay leads to, OSError.
        """
        sslmode = words_of(dsn).get("sslmode", "")
        if sslmode not in UNENCRYPTED:
            raise ServerError(f"sslmode={sslmode} encrypts what would have to be read")
        with Relay(*address(dsn)) as self.relay:
            yield uri(dsn, host=LOOPBACK, port=str(self.relay.port), sslmode="disable")


def address(dsn: str) -> tuple[str, int]:
    """Find the host and port of a server that can be reached through a relay.

    Raises ServerError.
    """
    words = words_of(dsn)
    host, port = words.get("host", ""), words.get("port", "")
    if "," in host or "," in port:
        raise ServerError("the DSN names several hosts, and a relay leads to one")
    if not host or host.startswith("/"):
        raise ServerError("the server listens on a Unix socket, and a relay needs TCP")
    return host, int(port or PORT)
