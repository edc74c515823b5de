"""A worker from the outside: its orders, its answers, and the errors instead of one."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

import psutil

from runner.measure.worker_environment import worker_environment
from runner.supervision import process_clock
from runner.supervision.process import Process, ending
from runner.worker.protocol import Event, parse_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog
    from runner.worker.protocol import OpenOrder, PlayOrder, TurnOrder

LOOK_SECONDS = 5.0
"""The time between two looks at the server while a worker is waited for. Each is one exchange on a
connection of the runner's own, and turns are shorter as a rule."""

END_SECONDS = 1.0
"""Limit for a process to end after it has closed its output."""


def _path() -> str:
    """Join the folders from which the runner imports, so that the worker can do so too."""
    return os.pathsep.join(filter(None, sys.path))


def _name(pid: int) -> str:
    """Name a process, by its number where it has just ended."""
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return str(pid)


class CellError(Exception):
    """The cell cannot go on; the message is the reason in its row."""


class Hung(CellError):  # noqa: N818 - what happened to the cell, a status
    """The process gave no answer within the deadline."""


class Crashed(CellError):  # noqa: N818 - as above
    """The process is gone."""


class Failed(CellError):  # noqa: N818 - as above
    """The process answered that it cannot."""


class WorkerProcess:
    """A worker that is spoken to in lines of JSON. What it prints goes to `log`.

    A context manager: leaving the block kills it.
    """

    def __init__(
        self,
        log: Path,
        watchdog: Watchdog,
        interrupts: Interrupts,
        allocator: str = "settled",
        look: Callable[[], object] = lambda: None,
    ) -> None:
        """Start the interpreter with that allocator; it does nothing yet. Raises OSError.

        `look` is called now and then while the worker is waited for; it may raise CellError.
        """
        self._log = log
        self._interrupts = interrupts
        self._look = look
        self._buffer = b""
        self._events: list[str] = []
        """The events of the order that is under way, both ways."""
        with log.open("wb") as output:
            self._process = Process(
                [sys.executable, "-m", "runner.worker"],
                watchdog,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env={**worker_environment(allocator), "PYTHONPATH": _path()},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def rss(self) -> int | None:
        """Bytes of its resident memory; None where it is gone."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return None

    def companions(self) -> list[str] | None:
        """Name the other processes that it has started; None where they cannot be seen.

        Those of its session, and its children, which may have begun sessions of their own.
        """
        try:
            children = psutil.Process(self.pid).children(recursive=True)
            pids = sorted({*self._process.companions(), *(child.pid for child in children)})
        except psutil.Error:
            return None
        return [_name(pid) for pid in pids]

    def cpu(self) -> float | None:
        """Seconds of CPU that it has used; None where it is gone, or this system does not tell."""
        return process_clock.cpu_seconds(self.pid) if process_clock.supported() else None

    def open(self, order: OpenOrder, seconds: float) -> dict[str, Any]:
        """Open the pool. Raises CellError."""
        answer: dict[str, Any] = self._ask("open", asdict(order), seconds)
        return answer

    def turn(self, order: TurnOrder, seconds: float) -> dict[str, Any]:
        """Take a turn. Raises CellError, or Interrupted while it waits."""
        answer: dict[str, Any] = self._ask("turn", asdict(order), seconds)
        return answer

    def inspect(self, seconds: float) -> dict[str, Any]:
        """Let it tell of itself, parked. Raises CellError, or Interrupted while it waits."""
        answer: dict[str, Any] = self._ask("inspect", {}, seconds)
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
        """Wait for the process to end by itself, and kill it; False where it did not end well."""
        status = self._process.wait(seconds)
        self.kill()
        return status == 0

    def kill(self) -> None:
        """End the process and whatever it started, if it is still there."""
        self._process.kill()

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
                kind, answer = parse_line(self._line(until, seconds))
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
        try:
            self._process.send(json.dumps({word: data}).encode() + b"\n")
        except (OSError, ValueError) as error:  # it does not listen any more, or is killed
            raise Crashed(self._how_it_ended()) from error

    def _line(self, until: float, seconds: float) -> bytes:
        """Read the next line of the worker. Raises Hung at `until`, after `seconds` in all."""
        while b"\n" not in self._buffer:
            left = until - time.monotonic()
            chunk = self._process.read(min(left, LOOK_SECONDS), self._interrupts)
            if chunk is None and left <= LOOK_SECONDS:
                raise Hung(f"the process did not answer within {seconds:.1f} s")
            if chunk is None:
                self._look()
            elif not chunk:
                raise Crashed(self._how_it_ended())
            else:
                self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _how_it_ended(self) -> str:
        status = self._process.wait(END_SECONDS)
        return ending("the process", status, self._log.read_text("utf-8", "replace"))
