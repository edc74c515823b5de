"""A worker from the outside: its orders, its answers, and the errors instead of one."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self, TypeVar

import psutil

from runner.measure.startup import Startup
from runner.server.patience import LOOK_SECONDS
from runner.supervision import process_clock
from runner.supervision.log import Log
from runner.supervision.process import Process, ending
from runner.worker.protocol import Event, Inspection, Opening, Refusal, TurnRecord, parse_line
from runner.worker.shape import MalformedLineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog
    from runner.worker.protocol import OpenOrder, PlayOrder, TurnOrder

T = TypeVar("T")

AS_USUAL = Startup()

END_SECONDS = 1.0
"""Limit for a process to end after it has closed its output."""

LONGEST_ANSWER = 1 << 24
"""Bytes of an answer: the largest that were ever seen are some hundred thousand."""

SEND_SECONDS = 5.0
"""Limit for a process to take an order: it always listens, and a pipe holds most orders whole."""

TRIM_SECONDS = 1.0
"""Pause between two looks at the length of its log, while an answer is waited for."""

LATEST_EVENTS = 20
"""Events that are told of an order that went wrong."""


def _name(pid: int) -> str:
    """Name a process, by its number where it has just ended."""
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return str(pid)


def _as_it_is(answer: Any) -> Any:
    return answer


def _only_wait() -> float:
    return TRIM_SECONDS


class CellError(Exception):
    """The cell cannot go on; the message is the reason in its row."""


class Hung(CellError):  # noqa: N818 - what happened to the cell, a status
    """The process gave no answer within the deadline."""


class Crashed(CellError):  # noqa: N818 - as above
    """The process is gone, or what it says is no answer any more."""


class Failed(CellError):  # noqa: N818 - as above
    """The process answered that it cannot."""


@contextlib.contextmanager
def _malformed_means_crashed() -> Iterator[None]:
    """Turn MalformedLineError into Crashed."""
    try:
        yield
    except MalformedLineError as error:
        raise Crashed(f"the process wrote what is no answer: {error}") from error


class WorkerProcess:
    """A worker that is spoken to in lines of JSON.

    A context manager: leaving the block kills it.
    """

    def __init__(
        self,
        log: Path,
        watchdog: Watchdog,
        interrupts: Interrupts,
        startup: Startup = AS_USUAL,
        look: Callable[[], object] = lambda: None,
    ) -> None:
        """Start the interpreter in that way; it does nothing yet. Raises OSError.

        What it prints goes to the file `log`. `look` is called now and then while the worker is
        waited for; it may raise CellError.
        """
        self.log = Log(log)
        """What it prints."""
        self._interrupts = interrupts
        self._look = look
        self._buffer = bytearray()
        self._watch = _only_wait
        self._owed = ""
        """The order whose answer a signal did not let us wait for: it may come when all is over."""
        self._events: deque[str] = deque(maxlen=LATEST_EVENTS)
        """The latest events of the order that is under way, both ways."""
        with self.log.output() as output:
            self._process = Process(
                startup.command("runner.worker"),
                watchdog,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=startup.environment(),
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

    def open(self, order: OpenOrder, seconds: float) -> Opening:
        """Open the pool. Raises CellError."""
        return self._ask("open", asdict(order), seconds, Opening.from_json)

    def turn(
        self, order: TurnOrder, seconds: float, watch: Callable[[], float] | None = None
    ) -> TurnRecord:
        """Take a turn. Raises CellError, or Interrupted while it waits.

        `watch` is called meanwhile; it returns the seconds until it wants to be called again.
        """
        self.begin_turn(order)
        return self.end_turn(seconds, watch)

    def begin_turn(self, order: TurnOrder) -> None:
        """Send the order of a turn; `end_turn` waits, so that several take one at once.

        Raises CellError.
        """
        self._give("turn", asdict(order))

    def end_turn(self, seconds: float, watch: Callable[[], float] | None = None) -> TurnRecord:
        """Wait for the answer of a turn. Raises CellError, or Interrupted; see `turn`."""
        self._watch = watch or _only_wait
        try:
            return self._answer("turn", seconds, TurnRecord.from_json)
        finally:
            self._watch = _only_wait

    def inspect(self, seconds: float) -> Inspection:
        """Let it tell of itself, parked. Raises CellError, or Interrupted while it waits."""
        return self._ask("inspect", {}, seconds, Inspection.from_json)

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
        return self._ask("play", asdict(order), seconds, _as_it_is, on_event)

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
        """Wait for the process to end by itself, and kill it; False where it did not end well.

        Raises Crashed where its last lines are no answers.
        """
        until = time.monotonic() + seconds
        try:
            with _malformed_means_crashed():
                while chunk := self._process.read(until - time.monotonic()):
                    self._keep(chunk)
            status = self._process.wait(until - time.monotonic())
        finally:
            self.kill()
        if chunk is not None:  # all is there
            self._refuse_all_but_answers()
        return status == 0

    def _refuse_all_but_answers(self) -> None:
        """Raise Crashed for a last line that is no answer to `close` or to an earlier order."""
        with _malformed_means_crashed():
            for line in bytes(self._buffer).splitlines():
                if self._owed and parse_line(line)[0] == self._owed:
                    self._owed = ""
                    continue
                with contextlib.suppress(Failed):
                    self._read("close", _as_it_is, line)

    def kill(self) -> None:
        """End the process and whatever it started, if it is still there."""
        self._process.kill()

    def _ask(
        self,
        word: str,
        data: dict[str, Any],
        seconds: float,
        read: Callable[[Any], T],
        on_event: Callable[[Event], None] | None = None,
    ) -> T:
        """Send an order and return what `read` makes of its answer.

        Without `on_event` an event is no answer. An error tells the latest events until then.
        """
        self._give(word, data)
        return self._answer(word, seconds, read, on_event)

    def _give(self, word: str, data: dict[str, Any]) -> None:
        """Send an order."""
        self._events.clear()
        with _malformed_means_crashed():
            self._refuse_leftovers()
            self._send(word, data)
            self._owed = word

    def _answer(
        self,
        word: str,
        seconds: float,
        read: Callable[[Any], T],
        on_event: Callable[[Event], None] | None = None,
    ) -> T:
        """Return what `read` makes of the answer to an order that was given."""
        began, until = time.perf_counter_ns(), time.monotonic() + seconds
        try:
            with _malformed_means_crashed():
                while True:
                    said = self._read(word, read, self._line(until, seconds))
                    if not isinstance(said, Event):
                        self._owed = ""
                        return said
                    after = (said.at - began) / 1e9
                    self._events.append(f"{said.name!r} came after {after:.2f} s")
                    if on_event is None:
                        raise MalformedLineError(f"an event while `{word}` is under way")
                    on_event(said)
        except CellError as error:
            history = f"; events until then: {', '.join(self._events)}" if self._events else ""
            raise type(error)(f"{error}{history}") from error

    def _read(self, word: str, read: Callable[[Any], T], line: bytes) -> T | Event:
        """Read a line that came while an order was under way. Raises MalformedLineError, Failed."""
        kind, content = parse_line(line)
        if kind == "error":
            raise Failed(f"{word}: {Refusal.from_json(content).reason}")
        if kind == "event":
            return Event.from_json(content)
        if kind != word:
            raise MalformedLineError(f"`{word}` is not answered by {line[:80]!r}")
        return read(content)

    def _refuse_leftovers(self) -> None:
        """Raise MalformedLineError for a line that came while no order was under way."""
        while chunk := self._process.read(0.0):
            self._keep(chunk)
        if b"\n" in self._buffer:
            raise MalformedLineError(f"nothing was asked: {self._take_line()[:80]!r}")

    def _send(self, word: str, data: dict[str, Any]) -> None:
        try:
            self._process.send(json.dumps({word: data}).encode() + b"\n", SEND_SECONDS)
        except TimeoutError:
            raise Hung(f"the process did not take an order within {SEND_SECONDS:.1f} s") from None
        except (OSError, ValueError) as error:  # it does not listen any more, or is killed
            raise Crashed(self._how_it_ended()) from error

    def _line(self, until: float, seconds: float) -> bytes:
        """Read the next line of the worker. Raises Hung at `until`, after `seconds` in all."""
        next_look = time.monotonic() + LOOK_SECONDS
        while b"\n" not in self._buffer:
            pause = min(until - time.monotonic(), self._watch(), TRIM_SECONDS)
            chunk = self._process.read(pause, self._interrupts)
            self.log.trim()
            if chunk:
                self._keep(chunk)
            elif chunk is not None:
                raise Crashed(self._how_it_ended())
            elif time.monotonic() >= until:
                raise Hung(f"the process did not answer within {seconds:.1f} s")
            elif time.monotonic() >= next_look:
                self._look()
                next_look = time.monotonic() + LOOK_SECONDS
        return self._take_line()

    def _keep(self, chunk: bytes) -> None:
        """Keep what has come. Raises MalformedLineError where it is too much."""
        self._buffer += chunk
        if len(self._buffer) > LONGEST_ANSWER:
            raise MalformedLineError(f"more than {LONGEST_ANSWER} bytes")

    def _take_line(self) -> bytes:
        line, _, self._buffer = self._buffer.partition(b"\n")
        return bytes(line)

    def _how_it_ended(self) -> str:
        status = self._process.wait(END_SECONDS)
        return ending("the process", status, self.log.text())
