"""The environment of a worker: the runner's own, but for what decides on memory (METHOD 22).

Nor does it have the variables of libpq, whose words are in its DSN.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.server import shell

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTLED = {
    "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    "MALLOC_TOP_PAD_": str(16 << 20),
}
"""glibc's allocator as a long-lived service has it, in bytes: see mallopt(3).

Once a process has freed something large, glibc takes buffers of that size from the heap instead
of mapping and unmapping each, and keeps what is free. One of the thresholds alone does not do that.
"""

ALLOCATORS: Mapping[str, Mapping[str, str]] = {"settled": SETTLED, "fresh": {}}
"""Value of the axis `allocator` -> the variables with which a worker is started."""

OURS = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy adds up a few columns between turns: threads for that would only cost time to start."""

DECIDE_ON_MEMORY = ("MALLOC_", "PYTHONMALLOC")
"""The beginnings of variables that the matrix decides about, and not the environment."""
TUNABLES = "GLIBC_TUNABLES"
"""The variable of settings of glibc, `name=value:name=value`; see glibc's manual."""
TUNED_MEMORY = "glibc.malloc."


def worker_environment(allocator: str) -> dict[str, str]:
    """Return the variables of a worker with that allocator."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not _left_out(name) and name != TUNABLES
    }
    others = [each for each in _tunables() if not each.startswith(TUNED_MEMORY)]
    tuned = {TUNABLES: ":".join(others)} if others else {}
    return {**kept, **tuned, **OURS, **ALLOCATORS[allocator]}


def not_passed_on() -> list[str]:
    """List the variables of the runner's environment that no worker has."""
    variables = filter(_left_out, os.environ)
    return sorted([*variables, *(each for each in _tunables() if each.startswith(TUNED_MEMORY))])


def _left_out(name: str) -> bool:
    return name.startswith(DECIDE_ON_MEMORY) or name in shell.variables()


def glibc() -> str | None:
    """Return glibc's name and version; None where the C library is another one."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):  # a system, or a library, that does not know it
        return None


def _tunables() -> list[str]:
    return [each for each in os.environ.get(TUNABLES, "").split(":") if each]
