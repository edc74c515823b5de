"""The server, the watchdog and the folders that an experiment uses, while it needs them."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.redaction import REDACTOR
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.server.server import Server
    from runner.supervision.interrupts import Interrupts


@dataclass(frozen=True)
class Resources:
    """A server to measure on, and the means to end what was started."""

    server: Server
    watchdog: Watchdog
    interrupts: Interrupts
    logs: Path
    """A temporary folder for what workers print."""


@contextmanager
def resources(server: Callable[[Watchdog], Server], interrupts: Interrupts) -> Iterator[Resources]:
    """Start the watchdog and the server that `server` makes, and stop both at the end.

    Raises ServerError.
    """
    with (
        Watchdog() as watchdog,
        server(watchdog) as running,
        tempfile.TemporaryDirectory(prefix="poolbench-logs-") as logs,
    ):
        watchdog.folder(Path(logs))
        REDACTOR.learn(*running.secrets)
        yield Resources(running, watchdog, interrupts, Path(logs))
