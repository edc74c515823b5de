"""The lock of a run's folder: one session writes to it at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = ".lock"
"""An empty file: the kernel keeps the lock, and frees it when its holder dies."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder. Raises BlockingIOError where it is held, and other OSErrors."""
    import fcntl  # Windows has none, and only measuring needs it

    with (folder / LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
