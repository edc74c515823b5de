"""The watchdog: the process that ends what is left when the runner dies, however it dies.

It reads lines from a pipe that only the runner holds: `process PID MARK`, `server PID MARK`,
`gone PID`, `folder PATH`, `removed PATH`. When the pipe closes it ends every process session
that is still listed and removes every folder that is still listed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from typing import TYPE_CHECKING

from runner.supervision.process_session import ProcessSession

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

PATIENCE = 7.0
"""Seconds that a PostgreSQL may take to end its own backends: it gives them five."""

KILL_SECONDS = 1.0


def end(
    sessions: Iterable[ProcessSession],
    servers: Collection[ProcessSession],
    folders: Iterable[str],
) -> None:
    """End the sessions, first those that only measure, then remove the folders."""
    for session in sessions:
        session.kill(KILL_SECONDS)
    for server in servers:
        server.signal(signal.SIGQUIT)  # PostgreSQL's immediate shutdown
        server.signal(signal.SIGCONT)  # one that is frozen has to hear it too
    _wait(servers, PATIENCE)
    for server in servers:
        server.kill(KILL_SECONDS)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(sessions: Collection[ProcessSession], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(session.members() for session in sessions) and time.monotonic() < deadline:
        time.sleep(0.01)


def _listed(about: str) -> dict[int, ProcessSession]:
    """Read the number of a leader, and its mark, which may be empty."""
    pid, _, mark = about.partition(" ")
    return {int(pid): ProcessSession.of(int(pid), mark)}


def main() -> None:
    """Listen until the runner has gone, then end what it left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sessions: dict[int, ProcessSession] = {}
    servers: dict[int, ProcessSession] = {}
    folders: dict[str, None] = {}
    for line in sys.stdin.buffer:
        word, _, about = os.fsdecode(line.rstrip(b"\n")).partition(" ")
        match word:
            case "process":
                sessions |= _listed(about)
            case "server":
                servers |= _listed(about)
            case "gone":
                sessions.pop(int(about), None)
                servers.pop(int(about), None)
            case "folder":
                folders[about] = None
            case "removed":
                folders.pop(about, None)
    end(sessions.values(), servers.values(), folders)
