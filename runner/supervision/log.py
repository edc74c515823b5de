"""The log of a process: the file of what it prints, which keeps its beginning and its end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1 << 20
"""Bytes of a log that are kept: half of them from its beginning, half from its end."""


class Log:
    """A file that processes append to, for as long as they print."""

    def __init__(self, path: Path) -> None:
        """Begin an empty one. Raises OSError."""
        self._path = path
        self._cut = 0
        """Bytes that `trim` has cut out after the first half."""
        path.write_bytes(b"")

    def output(self) -> BinaryIO:
        """Open it for a process, whose every write goes to the end. Raises OSError."""
        return self._path.open("ab", buffering=0)

    def add(self, text: str) -> None:
        """Append a text of the runner's own; a log that cannot be written is let go."""
        with suppress(OSError), self.output() as file:
            file.write(text.encode("utf-8", "backslashreplace"))

    def trim(self) -> None:
        """Cut the middle out where it has become too long.

        What is printed in the same moment may be lost with it.
        """
        with suppress(OSError):
            size = self._path.stat().st_size
            if size > LARGEST:
                self._trim(size)

    def _trim(self, size: int) -> None:
        with self._path.open("r+b") as file:
            file.seek(size - LARGEST // 2)
            end = file.read(LARGEST // 2)
            file.truncate(LARGEST // 2)
        self._cut += size - LARGEST
        with self.output() as file:
            file.write(end)

    def text(self) -> str:
        """Read it, with a line where something is missing; empty where it cannot be read."""
        self.trim()
        try:
            whole = self._path.read_bytes()
        except OSError:
            return ""
        if not self._cut:
            return whole.decode("utf-8", "replace")
        begin, end = (
            part.decode("utf-8", "replace")
            for part in (whole[: LARGEST // 2], whole[LARGEST // 2 :])
        )
        return f"{begin}\n[{self._cut} bytes are left out here]\n{end}"
