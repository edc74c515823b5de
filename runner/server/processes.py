"""The processes of a server of our own: the cores that they keep to, and the CPU they have used."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from runner.supervision import process_clock

if TYPE_CHECKING:
    from collections.abc import Collection

CPU_READINGS = 10
"""Number of readings until no process ends during one."""


def tree(postmaster: int) -> list[psutil.Process]:
    """List a postmaster and its descendants, none where it has gone."""
    with suppress(psutil.Error):
        process = psutil.Process(postmaster)
        return [process, *process.children(recursive=True)]
    return []


def keep_to(postmaster: int, cores: Collection[int] | None) -> None:
    """Keep a postmaster and its children to these cores; None is all that the runner may use.

    Does nothing where the system cannot do that.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    chosen = os.sched_getaffinity(0) if cores is None else cores
    # The postmaster first: what it starts from now on is born there.
    os.sched_setaffinity(postmaster, chosen)
    for child in psutil.Process(postmaster).children(recursive=True):
        with suppress(ProcessLookupError):
            os.sched_setaffinity(child.pid, chosen)


def cpu(postmaster: int) -> float | None:
    """Add up the seconds of CPU of a server's processes, those that have ended included.

    None where they cannot be seen. Those that live have clocks of nanoseconds on Linux; of those
    that have ended the system keeps ticks of 10 ms.
    """
    try:
        process = psutil.Process(postmaster)
        ended = _ended(process)
        for _ in range(CPU_READINGS):
            living = sum(_own(pid) for pid in (postmaster, *_children(process)))
            before, ended = ended, _ended(process)
            if before == ended:  # else one has passed from the living to the ended, or is in both
                break
    except psutil.Error:
        return None
    return ended + living


def _children(process: psutil.Process) -> list[int]:
    """List the processes that a postmaster has started: all others of a server.

    Linux has the list in a file; to go through every process of the machine takes milliseconds.
    """
    with suppress(OSError):
        started = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        return list(map(int, started.read_bytes().split()))
    return [child.pid for child in process.children()]


def _ended(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.children_user + times.children_system)


def _own(pid: int) -> float:
    if process_clock.supported():
        return process_clock.cpu_seconds(pid) or 0.0
    with suppress(psutil.NoSuchProcess):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return 0.0
