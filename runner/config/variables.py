"""Environment variables in a text: `${VAR}` and `${VAR:-default}`, as a shell reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.redaction import VARIABLE

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping


def refuse_misspelled(text: str) -> None:
    """Raise ValueError where something begins as a variable does and is none."""
    if "${" in VARIABLE.sub("", text):
        raise ValueError("must write variables as ${VAR} or ${VAR:-default}")


def expanded(text: str, environ: Mapping[str, str]) -> str:
    """Return the text with its variables replaced. Raises ValueError with those that are unset."""
    unset = []

    def value(variable: re.Match[str]) -> str:
        name, default = variable["name"], variable["default"]
        if default is None and name not in environ:
            unset.append(name)
        return environ.get(name, "") or default or ""

    replaced = VARIABLE.sub(value, text)
    if unset:
        raise ValueError(f"needs environment variables that are not set: {', '.join(unset)}")
    return replaced
