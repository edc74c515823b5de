"""The interpreters that a configuration names: their paths are relative to its file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from runner.config.named_adapters import configured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def make_absolute(data: Mapping[str, Any], folder: Path) -> None:
    """Complete the paths of interpreters, and follow no link: that of an environment leads out."""
    for entry in configured(data).values():
        if isinstance(entry, dict) and isinstance(python := entry.get("python"), str):
            entry["python"] = os.path.abspath(folder / python)  # noqa: PTH100 - resolve() follows links
