"""So that nothing outlives the runner: a process that ends what is left when the runner dies.

It reads lines from a pipe that only the runner holds: `process PID`, `server PID`, `gone PID`,
`folder PATH`, `removed PATH`. When the pipe closes, however that came about, it ends every process
that is still listed and removes every folder that is still listed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self

PATIENCE = 7.0
"""Seconds that a PostgreSQL may take to end its own backends: it gives them five."""


class Watchdog:
    """The runner's side: starts the watchdog and tells it what to end. A context manager.

    Leaving the block ends whatever is still listed.
    """

    def __enter__(self) -> Self:
        # By path and isolated: no environment and no working directory changes what is run,
        # and no site-packages are searched.
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
        self._watchdog.wait()

    def process(self, pid: int) -> None:
        """Kill the session that `pid` leads if the runner dies."""
        self._say("process", str(pid))

    def server(self, pid: int) -> None:
        """Shut down the PostgreSQL whose postmaster is `pid` if the runner dies."""
        self._say("server", str(pid))

    def gone(self, pid: int) -> None:
        """Forget a process that has ended: its number may soon be somebody else's."""
        self._say("gone", str(pid))

    def folder(self, path: Path) -> None:
        """Remove the folder `path`, an absolute path, if the runner dies."""
        self._say("folder", str(path))

    def removed(self, path: Path) -> None:
        """Forget a folder that has been removed."""
        self._say("removed", str(path))

    def _say(self, word: str, about: str) -> None:
        if "\n" in about:
            raise ValueError(f"a line to the watchdog cannot hold {about!r}")
        # A watchdog that somebody killed is no reason to lose a measurement.
        with suppress(BrokenPipeError):
            if self._watchdog.stdin is not None:
                self._watchdog.stdin.write(os.fsencode(f"{word} {about}\n"))


def started(pid: int) -> str | None:
    """Return what tells `pid` from a later process of that number; None once it has ended."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None if Path("/proc/self/stat").exists() else _answers(pid)
    state, start_time = words[0], words[19]
    return None if state in "ZX" else start_time


def _answers(pid: int) -> str | None:
    """Stand in for the start time where the system does not tell it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    return ""


Listed = dict[int, str | None]


def _alive(processes: Listed) -> Listed:
    return {
        pid: start
        for pid, start in processes.items()
        if start is not None and started(pid) == start
    }


def _wait(processes: Listed, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while _alive(processes) and time.monotonic() < deadline:
        time.sleep(0.01)


def _signal(processes: Listed, number: int) -> None:
    for pid in _alive(processes):
        with suppress(OSError):
            os.killpg(pid, number)


def end(sessions: Listed, servers: Listed, folders: Iterable[str]) -> None:
    """End the processes, first those that only measure, then remove the folders."""
    _signal(sessions, signal.SIGKILL)
    _signal(servers, signal.SIGQUIT)  # PostgreSQL's immediate shutdown
    _signal(servers, signal.SIGCONT)  # one that is frozen has to hear it too
    _wait(servers, PATIENCE)
    _signal(servers, signal.SIGKILL)
    _wait({**sessions, **servers}, 1.0)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Listen until the runner has gone, then end what it left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sessions: Listed = {}
    servers: Listed = {}
    folders: dict[str, None] = {}
    for line in sys.stdin.buffer:
        word, _, about = os.fsdecode(line.rstrip(b"\n")).partition(" ")
        match word:
            case "process":
                sessions[int(about)] = started(int(about))
            case "server":
                servers[int(about)] = started(int(about))
            case "gone":
                sessions.pop(int(about), None)
                servers.pop(int(about), None)
            case "folder":
                folders[about] = None
            case "removed":
                folders.pop(about, None)
    end(sessions, servers, folders)


if __name__ == "__main__":
    main()
