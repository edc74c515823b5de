"""A connection over psycopg 3 whose socket is dead is lost, whether libpq has noticed it or not."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import exc

import adapters
from adapters.base import Failure, Part


@pytest.mark.parametrize("adapter", ["psycopg3", "psycopg3-async"])
def test_a_socket_that_hung_up_is_a_lost_connection_before_the_driver_says_so(adapter: str) -> None:
    options = adapters.pool_options({}, min_size=1, max_size=1)
    pool: Any = adapters.create(adapter, "postgresql://u@127.0.0.1:1/d", options)
    ours, theirs = socket.socketpair()
    connection = SimpleNamespace(raw=SimpleNamespace(closed=False, fileno=ours.fileno))
    error = psycopg.OperationalError("without a SQLSTATE")
    assert pool.classify(error, Part.USE, connection) is None, "the other side is there: a bug"
    theirs.close()
    assert pool.classify(error, Part.USE, connection) is Failure.CONNECTION_LOST
    ours.close()
    assert pool.classify(error, Part.USE, connection) is Failure.CONNECTION_LOST


def test_the_same_is_seen_below_an_engine_of_sqlalchemy() -> None:
    options = adapters.pool_options({}, min_size=1, max_size=1)
    pool: Any = adapters.create("sqlalchemy", "postgresql://u@127.0.0.1:1/d", options)
    ours, theirs = socket.socketpair()
    below = SimpleNamespace(driver_connection=SimpleNamespace(fileno=ours.fileno))
    raw = SimpleNamespace(closed=False, invalidated=False, connection=below)
    error = exc.OperationalError("SELECT 1", None, psycopg.OperationalError("no SQLSTATE"))
    assert pool.classify(error, Part.USE, SimpleNamespace(raw=raw)) is None
    theirs.close()
    assert pool.classify(error, Part.USE, SimpleNamespace(raw=raw)) is Failure.CONNECTION_LOST
    ours.close()
