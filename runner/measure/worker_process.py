"""One cell in a fresh process, from the outside: start, orders, deadline, and how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import psutil

from runner.worker.protocol import Event, message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog
    from runner.worker.protocol import OpenOrder, PlayOrder, TurnOrder

CHUNK = 1 << 16
PIPE = subprocess.PIPE


ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy adds up a few columns between turns: threads for that would only cost time to start."""


def _path() -> str:
    """Return where the cell finds what the runner can import."""
    return os.pathsep.join(filter(None, sys.path))


class CellError(Exception):
    """The cell cannot go on; the message is the reason in its row."""


class Hung(CellError):  # noqa: N818 - what happened to the cell, a status
    """No answer within the deadline."""


class Crashed(CellError):  # noqa: N818 - as above
    """The process is gone."""


class Failed(CellError):  # noqa: N818 - as above
    """The process answered that it cannot."""


class CellProcess:
    """A child that is spoken to in lines of JSON. What it prints goes to `log`."""

    def __init__(self, log: Path, watchdog: Watchdog, interrupts: Interrupts) -> None:
        """Start the interpreter; it does nothing yet."""
        self._log = log
        self._watchdog = watchdog
        self._interrupts = interrupts
        self._buffer = b""
        self._events: list[str] = []
        """Of the order that is under way, both ways."""
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "runner.worker"],
                stdin=PIPE,
                stdout=PIPE,
                stderr=output,
                start_new_session=True,  # a Ctrl-C at the terminal is for the runner alone
                env={**os.environ, **ENVIRONMENT, "PYTHONPATH": _path()},
            )
        watchdog.process(self._process.pid)

    @property
    def pid(self) -> int:
        """The process, for whoever wants to look at it."""
        return self._process.pid

    def rss(self) -> int | None:
        """Bytes of its resident memory; None where it is gone."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return None

    def open(self, order: OpenOrder, seconds: float) -> dict[str, Any]:
        """Open the pool. Raises CellError."""
        answer: dict[str, Any] = self._ask("open", asdict(order), seconds)
        return answer

    def turn(self, order: TurnOrder, seconds: float) -> dict[str, Any]:
        """Take a turn. Raises CellError, or Interrupted while it waits."""
        answer: dict[str, Any] = self._ask("turn", asdict(order), seconds)
        return answer

    def play(
        self,
        order: PlayOrder,
        seconds: float,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Any:
        """Run a coroutine over the open pool, and return its value.

        `on_event` is called with each event that the coroutine tells, and may `tell` it others.
        Raises CellError, with the events until then, or Interrupted while it waits.
        """
        return self._ask("play", asdict(order), seconds, on_event)

    def tell(self, name: str, **facts: Any) -> None:
        """Tell the coroutine that is being played an event. Raises Crashed."""
        event = Event(name, time.perf_counter_ns(), facts)
        self._events.append(f"{name!r} sent")
        self._send("event", asdict(event))

    def begin_close(self) -> None:
        """Ask for the end; the answer is waited for in `end`, so that several can close at once."""
        with contextlib.suppress(CellError):
            self._send("close", {})

    def end(self, seconds: float) -> bool:
        """Wait for the process to end by itself, kill it otherwise; whether it ended well."""
        until = time.monotonic() + seconds
        try:
            self._read_to_end(until)  # `wait` with a time-out looks only now and then
            ended_well = self._process.wait(max(0.0, until - time.monotonic())) == 0
        except subprocess.TimeoutExpired:
            ended_well = False
        self.kill()
        return ended_well

    def _read_to_end(self, until: float) -> None:
        """Wait until the process has closed its output, which it does when it ends."""
        output = self._process.stdout
        while output and (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([output], [], [], left)
            if ready and not os.read(output.fileno(), CHUNK):
                return

    def kill(self) -> None:
        """End the process and whatever it started, if it is still there."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._watchdog.gone(self._process.pid)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _ask(
        self,
        word: str,
        data: dict[str, Any],
        seconds: float,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Any:
        """Send an order and return its answer; an error tells the events until then."""
        self._events.clear()
        began, until = time.perf_counter_ns(), time.monotonic() + seconds
        try:
            self._send(word, data)
            while True:
                kind, answer = message(self._line(until, seconds))
                if kind == "error":
                    raise Failed(f"{word}: {answer['reason']}")
                if kind == word:
                    return answer
                event = Event.from_json(answer)
                after = (event.at - began) / 1e9
                self._events.append(f"{event.name!r} came after {after:.2f} s")
                on_event(event)
        except CellError as error:
            history = f"; events until then: {', '.join(self._events)}" if self._events else ""
            raise type(error)(f"{error}{history}") from error

    def _send(self, word: str, data: dict[str, Any]) -> None:
        if self._process.stdin is None:
            raise Crashed(self._how_it_ended())
        try:
            self._process.stdin.write(json.dumps({word: data}).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:  # a pipe that is broken, or closed by `kill`
            raise Crashed(self._how_it_ended()) from error

    def _line(self, until: float, seconds: float) -> bytes:
        """Return the next line of the child. Raises Hung at `until`, after `seconds` in all."""
        output = self._process.stdout
        if output is None:
            raise Crashed(self._how_it_ended())
        while b"\n" not in self._buffer:
            if not self._interrupts.wait_readable(output.fileno(), until - time.monotonic()):
                raise Hung(f"the process did not answer within {seconds:.1f} s")
            chunk = os.read(output.fileno(), CHUNK)
            if not chunk:
                raise Crashed(self._how_it_ended())
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _how_it_ended(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        code = self._process.returncode
        if code is None:
            return "the process closed its output and went on" + self._last_words()
        if code >= 0:
            return f"the process ended with status {code}" + self._last_words()
        name = signal.Signals(-code).name
        memory = ", as it happens when memory runs out" if name == "SIGKILL" else ""
        return f"the process was ended by {name}{memory}" + self._last_words()

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"; its last line: {lines[-1].strip()[:200]}" if lines else ""
