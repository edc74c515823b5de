"""The clock of the CPU that another process has used, to the nanosecond.

Linux gives it for every process, by a clock whose id is made of the process's number: see
`MAKE_PROCESS_CPUCLOCK` in include/linux/posix-timers_types.h, and clock_getcpuclockid(3). The
columns of /proc are rounded to ticks of 10 ms, which is a sixth of a short turn.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from functools import cache

from runner.times import SECOND

SCHEDULED = 2
"""The clock of the scheduler, CPUCLOCK_SCHED: all threads of a process, the kernel's work for it
included."""


@cache
def supported() -> bool:
    """Tell whether this system has such clocks."""
    return sys.platform == "linux" and cpu_seconds(os.getpid()) is not None


def cpu_seconds(pid: int) -> float | None:
    """Read the seconds of CPU of a process; None where there is no such process, or no clock."""
    with suppress(OSError):
        return time.clock_gettime_ns(~pid << 3 | SCHEDULED) / SECOND
    return None
