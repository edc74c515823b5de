"""The processes of a server are seen from outside; where they cannot be, nothing is made up."""

from __future__ import annotations

import subprocess
import threading
from typing import TYPE_CHECKING

import psycopg

from runner.server import processes

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer


def test_work_on_a_server_is_cpu_of_its_processes(server: EmbeddedServer, dsn: str) -> None:
    before = server.cpu()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT count(*) FROM generate_series(1, 2000000)")
        after = server.cpu()  # a backend that is just ending belongs to nobody for a moment
    assert before is not None
    assert after is not None
    assert after > before


def test_backends_that_end_meanwhile_are_not_lost(server: EmbeddedServer, dsn: str) -> None:
    """Each has worked longer than the clock's tick, so that its loss would be seen."""
    ended = threading.Event()

    def come_and_go() -> None:
        for _ in range(20):
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("SELECT count(*) FROM generate_series(1, 200000)")
        ended.set()

    clients = threading.Thread(target=come_and_go)
    clients.start()
    readings = []
    while not ended.is_set():
        readings.append(round(server.cpu() or 0.0, 6))
    clients.join()
    assert readings == sorted(readings)


def test_a_server_that_has_gone_has_neither_processes_nor_cpu() -> None:
    with subprocess.Popen(["/bin/sh", "-c", ":"]) as process:
        process.wait(20)
    assert processes.tree(process.pid) == []
    assert processes.cpu(process.pid) is None
