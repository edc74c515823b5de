"""A script of a whole process from the outside: what it says, line by line, within a limit."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from runner.measure.startup import Startup
from runner.measure.worker_process import Crashed, Hung
from runner.supervision.process import Process, ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.drills.scene import PlannedPool, Scene

END_SECONDS = 1.0
SEND_SECONDS = 2.0


class Script:
    """A process that carries out a script of `whole_process`."""

    def __init__(self, process: Process, scene: Scene) -> None:
        """Take the process, which has been started."""
        self._process = process
        self._interrupts = scene.interrupts
        self._buffer = b""

    def line(self, seconds: float) -> dict[str, Any]:
        """Wait for its next line. Raises Hung, Crashed, Interrupted."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            chunk = self._process.read(deadline - time.monotonic(), self._interrupts)
            if chunk is None:
                raise Hung(f"it said nothing for {seconds:g} s")
            if not chunk:
                raise Crashed(ending("the process", self._process.wait(END_SECONDS)))
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            facts: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise Crashed(f"the process wrote what is no answer: {line[:80]!r}") from error
        return facts

    def go_on(self) -> None:
        """Let it go on where it waits. Raises Crashed."""
        try:
            self._process.send(b"\n", SEND_SECONDS)
        except OSError as error:
            raise Crashed(ending("the process", self._process.wait(END_SECONDS))) from error

    def interrupt(self) -> None:
        """Send it a SIGINT, as a terminal does."""
        self._process.signal(signal.SIGINT)


@contextmanager
def script(name: str, scene: Scene, planned: PlannedPool) -> Iterator[Script]:
    """Start a script with a pool as it is planned. Raises OSError."""
    order = planned.order
    startup = Startup(python=scene.contender.python)
    log = scene.logs / f"{order.name}.log"
    knobs = {name: getattr(order, name) for name in KNOBS}
    with (
        log.open("wb") as output,
        Process(
            startup.command("runner.drills.whole_process"),
            scene.watchdog,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            env=startup.environment(),
        ) as process,
    ):
        process.send(json.dumps({"script": name, **knobs}).encode() + b"\n", SEND_SECONDS)
        yield Script(process, scene)


KNOBS = ("adapter", "dsn", "options", "min_size", "max_size", "timeout", "profile")
