"""The systems on which something can be measured: others lack sessions of processes and locks."""

from __future__ import annotations

import platform
from importlib.util import find_spec


class UnsupportedSystemError(Exception):
    """Nothing can be measured on this system; the message says so. Exit status 2."""


def require_unix() -> None:
    """Raise UnsupportedSystemError where nothing can be measured."""
    if find_spec("fcntl") is None:
        raise UnsupportedSystemError(
            f"measuring needs Linux or macOS, and this Python on {platform.system()} cannot do it"
        )
