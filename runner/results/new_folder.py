"""The folder of a new run: under a name of its own, and easy to come by as `latest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LATEST = "latest"


def make(reports: Path, name: str) -> Path:
    """Make a folder of that name, with a number behind it where there is one. Raises OSError."""
    reports.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = reports / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def call_latest(folder: Path) -> None:
    """Let `latest` lead to the folder; without symbolic links it is a file with the name.

    Raises OSError.
    """
    link = folder.with_name(LATEST)
    fresh = folder.with_name(f".{LATEST}.{folder.name}")
    try:
        fresh.symlink_to(folder.name, target_is_directory=True)
    except OSError:
        fresh.write_text(f"{folder.name}\n", encoding="utf-8")
    fresh.replace(link)
