"""One way to start a process, to hear it, to explain its end, and to end it."""

from __future__ import annotations

import ctypes
import os
import secrets
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from runner.supervision.process_session import MARK, ProcessSession

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from types import TracebackType

    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog

CHUNK = 1 << 16
KILL_SECONDS = 5.0
"""Limit for the kernel to end what was killed."""

POLL_SECONDS = 0.05
"""Pause between two looks at a process, where the system does not tell when it ends."""

LONGEST_LINE = 200
"""Characters of a log's last line that are repeated."""

PR_SET_PDEATHSIG = 1


class Process:
    """A program that leads a process session of its own; no Ctrl-C of a terminal reaches it.

    The watchdog has it listed from its start until its session has been ended as a whole. A
    context manager: leaving the block kills the session.
    """

    def __init__(
        self,
        command: Sequence[str],
        watchdog: Watchdog,
        *,
        server: bool = False,
        env: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        """Start it. `env` and `options` are those of `subprocess.Popen`, the streams above all.

        A `server` is a PostgreSQL, which the watchdog shuts down before it kills it. Raises
        OSError, and SubprocessError where what `preexec_fn` does fails.
        """
        self._watchdog = watchdog
        mark = secrets.token_hex(8)
        marked = {**(os.environ if env is None else env), MARK: mark}
        self._process = subprocess.Popen(
            command, bufsize=0, start_new_session=True, env=marked, **options
        )
        self._session = ProcessSession.of(self._process.pid, mark)
        self._end = _ends_of(self.pid)
        """A descriptor that can be read once the process has ended, on Linux."""
        self._is_gone = False
        (watchdog.server if server else watchdog.process)(self.pid, mark)

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
        """The leader of the session."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status, the negative number of a signal, or None while it runs."""
        return self._process.poll()

    def companions(self) -> list[int]:
        """Find the other processes of its session that live."""
        return [pid for pid in self._session.members() if pid != self.pid]

    def send(self, data: bytes, seconds: float) -> None:
        """Write to its standard input. Raises OSError where it does not read any more.

        TimeoutError where it has not taken all of it in time: a pipe holds 64 KiB.
        """
        if self._process.stdin is None:
            raise BrokenPipeError
        descriptor = self._process.stdin.fileno()
        os.set_blocking(descriptor, False)
        left, deadline = memoryview(data), time.monotonic() + seconds
        while left:
            pause = max(0.0, deadline - time.monotonic())
            if not select.select([], [descriptor], [], pause)[1]:
                raise TimeoutError
            with suppress(BlockingIOError):
                left = left[os.write(descriptor, left) :]

    def read(self, seconds: float, interrupts: Interrupts | None = None) -> bytes | None:
        """Read what is there of its standard output, None when the time is up.

        b"" at its end: it is closed, or the process has ended, though a child may hold it open.
        Raises Interrupted where interrupts are obeyed.
        """
        output = self._process.stdout
        if output is None or output.closed:
            return b""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            watched = [output.fileno(), *self._end]
            ready = _wait(watched, left if self._end else min(left, POLL_SECONDS), interrupts)
            if output.fileno() in ready:
                return os.read(output.fileno(), CHUNK)
            if ready or self.status is not None:  # what it has said last may have come meanwhile
                return os.read(output.fileno(), CHUNK) if _wait([output.fileno()], 0.0) else b""
            if left <= 0:
                return None

    def wait(self, seconds: float) -> int | None:
        """Wait for its end; None when the time is up. What it prints meanwhile is dropped."""
        deadline = time.monotonic() + seconds
        # Popen.wait polls; the end of the output is seen at once.
        while self.status is None and (left := deadline - time.monotonic()) > 0:
            if self.read(left) == b"":
                break
        return self._reap(deadline - time.monotonic())

    def _reap(self, seconds: float) -> int | None:
        try:
            return self._process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return None

    def signal(self, number: int) -> None:
        """Send its leader a signal; nothing where it has ended."""
        self._process.send_signal(number)

    def end(self, steps: Iterable[tuple[int, float]]) -> None:
        """Send the leader one signal after the other, each with the seconds that it may take.

        Whatever is left of the session after them is killed.
        """
        for number, seconds in steps:
            if self.status is not None:
                break
            self._process.send_signal(number)
            self.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill the whole session: the leader, and what it has left behind."""
        if self._is_gone:
            return  # its number may be another's by now
        self._session.signal(signal.SIGKILL)
        reaped = self._reap(KILL_SECONDS) is not None
        self._is_gone = self._session.kill(KILL_SECONDS) and reaped
        if self._is_gone:
            self._watchdog.gone(self.pid)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        while self._end:
            os.close(self._end.pop())


def _wait(
    descriptors: list[int], seconds: float, interrupts: Interrupts | None = None
) -> list[int]:
    """Wait until there is something to read; Interrupted is raised where they are obeyed."""
    if interrupts:
        return interrupts.wait(descriptors, seconds)
    return select.select(descriptors, [], [], max(0.0, seconds))[0]


def _ends_of(pid: int) -> list[int]:
    """Open a descriptor of the process, see pidfd_open(2), where this system has such."""
    with suppress(AttributeError, OSError):
        return [os.pidfd_open(pid)]
    return []


def ending(name: str, status: int | None, printed: str = "") -> str:
    """Explain the end of a process in words, with the last line of its output."""
    if status is None:
        how = "closed its output and went on"
    elif status >= 0:
        how = f"ended with status {status}"
    else:
        memory = ", as it happens when memory runs out" if status == -signal.SIGKILL else ""
        how = f"was ended by {_signal_name(-status)}{memory}"
    lines = printed.strip().splitlines()
    last = f"; its last line: {lines[-1].strip()[:LONGEST_LINE]}" if lines else ""
    return f"{name} {how}{last}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"


def dying_with(parent: int) -> Callable[[], None] | None:
    """Make a `preexec_fn` that ends the child with the thread that starts it; None if unable.

    The child asks for it itself, after it has changed its user: that would take it back. It gets
    SIGQUIT, which is PostgreSQL's immediate shutdown, and which a shell makes its background jobs
    ignore: the child heeds it again.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def die_with_parent() -> None:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent


def keeping_to(cores: Collection[int]) -> Callable[[], None] | None:
    """Make a `preexec_fn` that keeps the child to these cores; None where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    return lambda: os.sched_setaffinity(0, cores)
