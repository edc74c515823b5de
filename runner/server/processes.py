"""The processes of a server of our own: the cores that they keep to, and the CPU they have used."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

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

    None where they cannot be seen.
    """
    try:
        process = psutil.Process(postmaster)
        ended = _ended(process)
        for _ in range(CPU_READINGS):
            living = sum(_own(each) for each in (process, *process.children()))
            before, ended = ended, _ended(process)
            if before == ended:  # else one has passed from the living to the ended, or is in both
                break
    except psutil.Error:
        return None
    return ended + living


def _ended(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.children_user + times.children_system)


def _own(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0
