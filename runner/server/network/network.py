"""The runner's side of a network: its process, its state, its figures."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from runner.server.dsn import ServerError
from runner.server.network.state import NetworkState
from runner.supervision.process import Process, ending, keeping_to

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import TracebackType

    from runner.supervision.watchdog import Watchdog

ANSWER_SECONDS = 10.0
"""Limit for it to start, and to do what it is told."""

END_SECONDS = 0.5
"""Limit for one whose output is closed to end."""

ROOT = Path(__file__).parents[3]


class NetworkError(ServerError):
    """A network cannot be started, or has gone; the message is one sentence."""


@dataclass(frozen=True)
class Carried:
    """The figures of a network so far."""

    bytes: int
    cpu: float
    """Seconds that its process has used."""
    connections: int
    """Those that are open now."""
    at: int
    """The moment, in nanoseconds of the monotonic clock."""


class Network:
    """A network before a server, in a process of its own, open on a port of the loopback.

    A context manager; everything is cut off when the block ends.
    """

    def __init__(
        self,
        host: str,
        port: int,
        watchdog: Watchdog,
        cores: Collection[int] | None = None,
    ) -> None:
        """Take the address of the server, and the cores to keep to; nothing is started yet."""
        self._address = (host, str(port))
        self._watchdog = watchdog
        self._cores = cores
        self._said = b""
        self.port = 0
        """The port on which clients reach the server."""
        self.state = NetworkState()

    def __enter__(self) -> Self:
        """Start it. Raises NetworkError, also for a host that has no address."""
        try:
            self._process = Process(
                [sys.executable, "-m", "runner.server.network.process", *self._address],
                self._watchdog,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                preexec_fn=None if self._cores is None else keeping_to(self._cores),
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise NetworkError(f"the network cannot be started: {error}") from error
        try:
            self.port = self._answer()["port"]
        except BaseException:
            self._process.kill()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Cut off every connection."""
        with suppress(OSError):  # it has ended
            self._process.send(b"null\n", END_SECONDS)
            self._process.wait(END_SECONDS)
        self._process.kill()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def change(self, state: NetworkState) -> Carried:
        """Change it, and give the figures from just after it. Raises NetworkError."""
        self.state = state
        return self._ask(asdict(state))

    def carried(self) -> Carried:
        """Give its figures so far. Raises NetworkError."""
        return self._ask({})

    def _ask(self, order: dict[str, Any]) -> Carried:
        try:
            self._process.send(json.dumps(order).encode() + b"\n", ANSWER_SECONDS)
        except OSError:
            raise self._gone() from None
        return Carried(**self._answer())

    def _answer(self) -> dict[str, Any]:
        deadline = time.monotonic() + ANSWER_SECONDS
        while b"\n" not in self._said:
            data = self._process.read(deadline - time.monotonic())
            if not data:
                raise self._gone()
            self._said += data
        line, _, self._said = self._said.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _gone(self) -> NetworkError:
        status = self._process.wait(END_SECONDS)
        if status is None:
            return NetworkError(f"the network has not answered for {ANSWER_SECONDS:g} s")
        return NetworkError(ending("the network", status))
