"""Pools that need no server and do what a test has told them."""

from __future__ import annotations

from typing import ClassVar

from adapters.base import Concurrency
from adapters.noop import Noop


class Slow(Noop):
    """Takes its time to open, and says afterwards what was opened and closed."""

    opened: ClassVar[list[Slow]] = []
    closed: ClassVar[list[Slow]] = []
    failures: ClassVar[list[Exception]] = []
    """The errors that the next attempts to open raise."""

    async def open(self) -> None:
        """Open after 50 ms, or fail."""
        await self.sleep(0.05)
        if self.failures:
            raise self.failures.pop()
        await super().open()
        self.opened.append(self)

    async def close(self) -> None:
        """Close at once."""
        self.closed.append(self)


class SlowTasks(Slow):
    """The same for asyncio."""

    concurrency = Concurrency.TASKS
