"""Environment variables in a text: `${VAR}` and `${VAR:-default}`, as a shell reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.redaction import VARIABLE

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping


def refuse_misspelled_variables(text: str) -> None:
    """Raise ValueError where something begins like a variable and is none."""
    if "${" in VARIABLE.sub("", text):
        raise ValueError("must write variables as ${VAR} or ${VAR:-default}")


def replace_variables(text: str, environ: Mapping[str, str]) -> str:
    """Replace the variables of a text. Raises ValueError, which names those that are not set."""
    unset = []

    def value(variable: re.Match[str]) -> str:
        name, default = variable["name"], variable["default"]
        if any("\ud800" <= character <= "\udfff" for character in environ.get(name, "")):
            raise ValueError(f"needs the environment variable {name}, which is no UTF-8 text")
        if default is None and name not in environ:
            unset.append(name)
        return environ.get(name, "") or default or ""

    replaced = VARIABLE.sub(value, text)
    if unset:
        raise ValueError(f"needs environment variables that are not set: {', '.join(unset)}")
    return replaced
