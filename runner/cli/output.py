"""Standard output as commands need it: one that fails, or knows few letters, ends nothing."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from rich.console import Console


def lost(console: Console) -> bool:
    """Tell whether what is printed goes nowhere."""
    return isinstance(console.file, Output) and console.file.error is not None


class Output(io.TextIOBase):
    """A stream that goes on in silence after an error, and escapes what it cannot show."""

    def __init__(self, stream: TextIO) -> None:
        """Take the stream; `error` is the first error of writing to it, None without."""
        self._stream = stream
        self.error: OSError | None = None
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    @property
    def encoding(self) -> str:  # type: ignore[override] # a property, not an attribute
        """The encoding of the stream."""
        return self._stream.encoding

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return its descriptor."""
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write, if that is possible."""
        with self._failing():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Write what is still kept back, if that is possible; nothing of a closed stream is."""
        if not self._stream.closed:  # Python 3.13 tells what goes wrong in the end of an object
            with self._failing():
                self._stream.flush()

    def __exit__(self, *_: object) -> None:
        """Write what is still kept back; the stream stays open."""
        self.flush()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Note an error; from then on everything goes nowhere, what was kept back too."""
        try:
            yield
        except OSError as error:
            self.error = self.error or error
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
