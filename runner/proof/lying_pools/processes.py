"""Pools that work where nobody counts it: beside the turns, or in another process."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from adapters.psycopg3_pool import Psycopg3Pool

PAUSE_SECONDS = 0.001


class WorksWhileParked(Psycopg3Pool):
    """Has a thread that goes on working when the turn is over."""

    async def open(self) -> None:
        await super().open()
        threading.Thread(target=_work, daemon=True).start()


def _work() -> None:
    while True:
        sum(range(10_000))
        time.sleep(PAUSE_SECONDS)


class HasAnotherProcess(Psycopg3Pool):
    """Has a process beside its own, which could do its work."""

    async def open(self) -> None:
        await super().open()
        self._process = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
        )

    async def close(self) -> None:
        self._process.kill()
        self._process.wait()
        await super().close()
