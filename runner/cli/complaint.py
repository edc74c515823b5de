"""Complaints on standard error."""

from __future__ import annotations

import sys


def complain(message: str) -> None:
    """Print a sentence for the user."""
    print(f"poolbench: {message}", file=sys.stderr)
