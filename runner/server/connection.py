"""The runner's own connections: opened, limited in time, and explained where they fail."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from typing import TYPE_CHECKING, Any

import psycopg

from runner.redaction import masked
from runner.server.dsn import ServerError
from runner.server.shell import set_aside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Connection = psycopg.Connection[tuple[Any, ...]]

CONNECT_SECONDS = 10


@contextmanager
def explained(what: str, secrets: Sequence[str]) -> Iterator[None]:
    """Turn an error of PostgreSQL into a ServerError of one sentence that begins with `what`."""
    try:
        yield
    except psycopg.Error as error:
        answer = " ".join(str(error).split())
        raise ServerError(masked(f"{what}: {answer}", secrets)) from error


@contextmanager
def limited(connection: Connection, seconds: float) -> Iterator[Connection]:
    """Cut a connection whose server takes longer than the block may.

    What waits for its answer then raises psycopg.OperationalError: nothing else can end the wait
    for a server that is frozen.
    """
    cut = threading.Event()

    def cut_off() -> None:
        cut.set()
        with suppress(psycopg.Error, OSError), socket(fileno=os.dup(connection.fileno())) as side:
            side.shutdown(SHUT_RDWR)

    timer = threading.Timer(seconds, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield connection
    except psycopg.OperationalError as error:
        if cut.is_set():
            raise psycopg.OperationalError(f"no answer within {seconds:g} s") from error
        raise
    finally:
        timer.cancel()


def connect(dsn: str) -> Connection:
    """Open a connection of the runner's own. May raise psycopg.Error."""
    with set_aside():
        return psycopg.connect(
            dsn,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            prepare_threshold=None,
            client_encoding="utf8",  # or psycopg answers in bytes where the database is SQL_ASCII
        )
