"""A process session, found and ended as a whole, even when its leader has gone before.

Imports the standard library alone: the watchdog's process loads it without any package.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
MARK = "POOLBENCH_PROCESS"
"""The variable that names a leader in its environment. All that it starts inherits it, and keeps it
in a session of its own, or when its parents have gone."""

POLL_SECONDS = 0.005


def started(pid: int) -> str | None:
    """Read the start time of a process, which tells it from a later one of the same number.

    None once the process has ended. Empty where the system does not tell and the process lives.
    """
    try:
        text = (PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None if _has_proc() else _answers(pid)
    state, *others = text.rpartition(")")[2].split()
    return None if state in "ZX" else others[18]


def _has_proc() -> bool:
    return (PROC / "self" / "stat").exists()


def _answers(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return ""


@dataclass(frozen=True)
class ProcessSession:
    """The processes that descend from a leader: of its session, or with its mark."""

    leader: int
    """The process that began it, and the session's number."""
    started: str | None
    """The start time of the leader, see `started`; None where it had ended before it was asked."""
    mark: str = ""
    """The mark in its environment, see MARK; empty where it has none."""

    @classmethod
    def of(cls, leader: int, mark: str = "") -> ProcessSession:
        """Describe the session of a leader that has just been started."""
        return cls(leader, started(leader), mark)

    @property
    def leader_lives(self) -> bool:
        """The leader runs: it, and no later process of its number."""
        return self.started is not None and started(self.leader) == self.started

    def members(self) -> list[int]:
        """Find the processes of the session that live, and those that have left it.

        A leader's number is not given to another process while its session has members. So where
        it runs and started at another time, nothing of the session is left.
        """
        if not _has_proc():
            return [self.leader] if self.leader_lives else []
        is_later = started(self.leader) not in {self.started, None}
        numbers = (int(path.name) for path in PROC.iterdir() if path.name.isdecimal())
        return [pid for pid in numbers if self._has(pid, is_later=is_later) and started(pid)]

    def _has(self, pid: int, *, is_later: bool) -> bool:
        if not is_later and _session_of(pid) == self.leader:
            return True
        return bool(self.mark) and f"\0{MARK}={self.mark}\0".encode() in _environment(pid)

    def signal(self, number: int) -> None:
        """Send a signal to every member; where the system does not list them, to the group."""
        if _has_proc():
            for pid in self.members():
                with suppress(OSError):
                    os.kill(pid, number)
        elif self.started is not None:
            with suppress(OSError):
                os.killpg(self.leader, number)

    def kill(self, seconds: float) -> bool:
        """Kill every member, and those that are forked meanwhile; False if some outlive it."""
        deadline = time.monotonic() + seconds
        self.signal(signal.SIGKILL)
        while self.members():
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_SECONDS)
            self.signal(signal.SIGKILL)
        return True


def _environment(pid: int) -> bytes:
    """Read the variables of a process, with a zero around each; none where that is not allowed."""
    path = f"{PROC}/{pid}/environ"
    with suppress(OSError), open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path is slow
        return b"\0" + file.read()
    return b""


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None
