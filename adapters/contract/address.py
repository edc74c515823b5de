"""Addresses: one DSN for each pool of a test, and a port at which nothing listens."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


def named(dsn: str, name: str) -> str:
    """Put an application name into a DSN, by which the server knows the pool's connections."""
    parts = urlsplit(dsn)
    query = {**dict(parse_qsl(parts.query)), "application_name": name}
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def name_of(dsn: str) -> str:
    """Read the application name that `named` has put into a DSN."""
    return dict(parse_qsl(urlsplit(dsn).query))["application_name"]


def at_port(dsn: str, port: int) -> str:
    """Send a DSN to a port of this machine."""
    parts = urlsplit(dsn)
    login, at, _ = parts.netloc.rpartition("@")
    query = {name: word for name, word in parse_qsl(parts.query) if name not in ("host", "port")}
    changed = {"netloc": f"{login}{at}127.0.0.1:{port}", "query": urlencode(query, quote_via=quote)}
    return urlunsplit(parts._replace(**changed))


@contextmanager
def closed_port() -> Iterator[int]:
    """Hold a port at which nothing listens, and nothing else will in the meantime."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
