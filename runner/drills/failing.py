"""Errors as clients get them, in plain values."""

from __future__ import annotations

from typing import Any

LONGEST = 200
"""Characters of a message that are kept: drivers repeat statements in theirs."""


def failed(error: BaseException) -> dict[str, Any]:
    """Return the type of an error and the beginning of what it says, on one line."""
    text = " ".join(str(error).split())[:LONGEST]
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return {"exception": f"{name}: {text}" if text else name}
