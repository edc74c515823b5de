"""Files of whole lines: what is appended is there as a whole, or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def append(path: Path, text: str) -> None:
    """Append the text and flush it to the disk; the file is made where there is none.

    A write that fails is taken back, so that no half line stays. Raises OSError.
    """
    with path.open("ab", buffering=0) as file:
        before = file.tell()
        data = text.encode()
        try:
            while data:
                data = data[file.write(data) :]
            os.fsync(file.fileno())
        except OSError:
            os.truncate(path, before)
            raise


def replace(path: Path, text: str) -> None:
    """Write a whole file, or leave the one that is there. Raises OSError."""
    fresh = path.with_name(f".{path.name}.new")
    path.parent.mkdir(exist_ok=True)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def whole_lines(text: str) -> str:
    """Leave out a last line that was cut off."""
    return text[: text.rfind("\n") + 1]


def cut_half_line(path: Path) -> None:
    """Take a last line that was cut off out of the file, if there is one. Raises OSError."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole != len(data):
        os.truncate(path, whole)
