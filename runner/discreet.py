"""What a user wrote, as it may be shown: briefly, and never with a password."""

from __future__ import annotations

import re
from typing import Any

from runner.variables import VARIABLE

URI_PASSWORD = re.compile(
    r"((?:^|:/+)(?:\$\{[^}]*\}|[^:/?@])*+:)(?!/|[0-9]+(?:[/?]|$))(.*)(?=@)", re.DOTALL
)
"""Where the scheme is wrong, or missing, a password is one nevertheless."""
PASSWORD_WITHOUT_HOST = re.compile(
    r"(:/+(?:\$\{[^}]*\}|[^:/?@])*+:)(?![0-9]+(?:[/?]|$))([^/?@]+)(?=[/?]|$)"
)
WORD_PASSWORD = re.compile(
    r"(password\s*=\s*)('(?:[^'\\]|\\.)*'?|(?:\$\{[^}]*\}|[^\s&])*)", re.DOTALL | re.IGNORECASE
)
LONGEST_TEXT = 80


def discreet(dsn: str) -> str:
    """Return a DSN, a URI or keywords, with `***` for its password; `${VAR}` is left to be seen."""

    def hidden(match: re.Match[str]) -> str:
        before, secret = match.groups()
        variable = VARIABLE.fullmatch(secret)
        if variable and variable["default"] is None:
            return match[0]
        return before + (f"${{{variable['name']}:-***}}" if variable else "***")

    for password in (URI_PASSWORD, PASSWORD_WITHOUT_HOST, WORD_PASSWORD):
        dsn = password.sub(hidden, dsn)
    return dsn


def without_passwords(value: Any) -> Any:
    """Mask what is called a password, wherever options hide one."""
    match value:
        case dict():
            return {
                name: "***" if "password" in str(name).lower() else without_passwords(held)
                for name, held in value.items()
            }
        case list() | tuple():
            return [without_passwords(item) for item in value]
        case str():
            return discreet(value)
    return value


def shown(value: object) -> str:
    """Name a value as the user wrote it."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case str():
            text = repr(discreet(value))
            return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 4]}...'"
        case list():
            return "a list"
        case dict():
            return "a mapping"
    return str(value)
