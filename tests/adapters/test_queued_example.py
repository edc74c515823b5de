"""The queued pool of docs/examples works outside of PoolBench, with what it says it needs."""

from __future__ import annotations

import ast
import importlib
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters import fair_queue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.embedded import EmbeddedServer

EXAMPLES = str(Path(__file__).resolve().parents[2] / "docs" / "examples")

sys.path.insert(0, EXAMPLES)
try:
    example: Any = importlib.import_module("queued_psycopg2")
finally:
    sys.path.remove(EXAMPLES)


@pytest.fixture(scope="module")
def dsn(server: EmbeddedServer) -> Iterator[str]:
    server.prepare(["queued"])
    yield server.dsn("queued", "queued")
    server.discard(["queued"])


def test_the_queue_needs_nothing_but_python() -> None:
    tree = ast.parse(Path(fair_queue.__file__).read_text(encoding="utf-8"))
    imported = {it.module for it in ast.walk(tree) if isinstance(it, ast.ImportFrom)}
    imported |= {it.names[0].name for it in ast.walk(tree) if isinstance(it, ast.Import)}
    assert {str(name).partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_more_threads_than_connections_wait_for_their_turn(dsn: str) -> None:
    pool = example.QueuedPool(2, dsn)
    out = threading.Semaphore(2)

    def client(_: int) -> int:
        with pool.connection() as connection, connection.cursor() as cursor:
            assert out.acquire(blocking=False), "more are out than there are connections"
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
            out.release()
        return int(pid)

    with ThreadPoolExecutor(8) as threads:
        sessions = set(threads.map(client, range(80)))
    pool.close()
    assert len(sessions) <= 2


def test_a_block_that_fails_gives_its_connection_and_its_permit_back(dsn: str) -> None:
    pool = example.QueuedPool(1, dsn)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), pool.connection(timeout=0):
            _ = 1 // 0
    with pool.connection(timeout=0), pytest.raises(fair_queue.AcquireTimeout):
        pool.connection(timeout=0.01).__enter__()
    pool.close()


def test_the_program_says_how_many_connections_it_took(
    dsn: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POOLBENCH_DSN", dsn)
    example.main()
    words = capsys.readouterr().out.split()
    assert words[:5] == ["200", "operations", "of", "20", "threads"]
    assert 1 <= int(words[-2]) <= 5
