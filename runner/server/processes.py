"""The processes of a server of our own: the cores that they keep to, and the CPU they have used."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Collection


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
        own = process.cpu_times()
        used = own.user + own.system + own.children_user + own.children_system
        for child in process.children():
            with suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                used += times.user + times.system
    except psutil.Error:
        return None
    return float(used)
