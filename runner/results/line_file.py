"""Files of whole lines, as bytes: what is appended is there as a whole, or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def append(path: Path, text: str) -> None:
    """Append the text and flush it to the disk; the file is made where there is none.

    A write that fails is taken back, so that no half line stays. Raises OSError.
    """
    with path.open("ab", buffering=0) as file:
        before = file.tell()
        data = _encoded(text)
        try:
            while data:
                data = data[file.write(data) :]
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # the first error is the one to tell of
                file.truncate(before)
            raise


def replace(path: Path, text: str) -> None:
    """Write a whole file and flush it, or leave the one that is there. Raises OSError."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            file.write(_encoded(text))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def begun(path: Path) -> bool:
    """Tell whether there is such a file with anything in it. Raises OSError."""
    return path.exists() and path.stat().st_size > 0


def whole_lines(text: str) -> str:
    """Leave out a last line that was cut off."""
    return text[: text.rfind("\n") + 1]


def cut_half_line(path: Path) -> None:
    """Take a last line that was cut off out of the file, if there is one. Raises OSError.

    A file that ends with a whole line is not touched, whatever its lines end with.
    """
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole != len(data):
        os.truncate(path, whole)


def _encoded(text: str) -> bytes:
    """Write UTF-8 of any text: what is no character, as half a surrogate pair, is escaped."""
    return text.encode("utf-8", "backslashreplace")
