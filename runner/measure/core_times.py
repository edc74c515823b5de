"""The time that some cores of the machine were idle, or given to other machines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

STAT = Path("/proc/stat")

IDLE, WAITING_FOR_DISK, STOLEN = 3, 4, 7
"""Columns of a core's line in /proc/stat, after its name: see proc(5)."""


class CoreTimes(NamedTuple):
    """Seconds of some cores together, since the machine started."""

    idle: float
    stolen: float
    """The hypervisor gave them to other machines."""


def core_times(cores: Collection[int]) -> CoreTimes | None:
    """Read the times of these cores; None where this system does not tell them.

    Idle time is exact on a kernel that stops the clock of an idle core, where busy time is counted
    by samples, one a tick: what is not idle is busy.
    """
    try:
        lines = STAT.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    names = {f"cpu{core}" for core in cores}
    columns = [
        [int(field) for field in fields] for name, *fields in map(str.split, lines) if name in names
    ]
    if len(columns) < len(names) or not all(map(any, columns)):
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    idle = sum(core[IDLE] + core[WAITING_FOR_DISK] for core in columns)
    return CoreTimes(idle / ticks, sum(core[STOLEN] for core in columns) / ticks)
