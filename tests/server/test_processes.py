"""The processes of a server are seen from outside; where they cannot be, nothing is made up."""

from __future__ import annotations

import subprocess
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


def test_a_server_that_has_gone_has_neither_processes_nor_cpu() -> None:
    with subprocess.Popen(["/bin/sh", "-c", ":"]) as process:
        process.wait(20)
    assert processes.tree(process.pid) == []
    assert processes.cpu(process.pid) is None
