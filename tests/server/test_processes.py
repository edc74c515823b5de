"""The processes of a server are seen from outside; where they cannot be, nothing is made up."""

from __future__ import annotations

import itertools
import operator
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import psycopg

from runner.server import processes

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer

TWO_TICKS = 0.021
"""The rounding of the user's and of the system's CPU of what has ended, in seconds."""


def test_work_on_a_server_is_cpu_of_its_processes(server: EmbeddedServer, dsn: str) -> None:
    before = server.cpu()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT count(*) FROM generate_series(1, 2000000)")
        after = server.cpu()  # a backend that is just ending belongs to nobody for a moment
    assert before is not None
    assert after is not None
    assert after > before


def test_backends_that_end_meanwhile_are_not_lost(server: EmbeddedServer, dsn: str) -> None:
    """Each has worked much longer than the ticks in which what has ended is counted."""
    ended = threading.Event()

    def come_and_go() -> None:
        for _ in range(20):
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("SELECT count(*) FROM generate_series(1, 1000000)")
        ended.set()

    clients = threading.Thread(target=come_and_go)
    clients.start()
    readings = []
    while not ended.is_set():
        readings.append(server.cpu() or 0.0)
        time.sleep(0.001)
    clients.join()
    most = itertools.accumulate(readings, max)
    assert max(map(operator.sub, most, readings)) <= TWO_TICKS
    assert readings[-1] > readings[0] + 20 * TWO_TICKS


def test_a_server_that_has_gone_has_neither_processes_nor_cpu() -> None:
    with subprocess.Popen(["/bin/sh", "-c", ":"]) as process:
        process.wait(20)
    assert processes.tree(process.pid) == []
    assert processes.cpu(process.pid) is None
