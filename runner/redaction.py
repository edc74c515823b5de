"""The redaction of what a user wrote: it is shown briefly, and never with a password."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Sequence


VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")
"""An environment variable in a text, as a shell writes it: its name is no secret."""

URI_PASSWORD = re.compile(
    r"((?:^|:/+)(?:\$\{[^}]*\}|[^:/?@])*+:)(?!/|[0-9]+(?:[/?]|$))(.*)(?=@)", re.DOTALL
)
"""A password with a wrong scheme or none, which is secret nevertheless."""
PASSWORD_WITHOUT_HOST = re.compile(
    r"(:/+(?:\$\{[^}]*\}|[^:/?@])*+:)(?![0-9]+(?:[/?]|$))([^/?@]+)(?=[/?]|$)"
)
WORD_PASSWORD = re.compile(
    r"(password\s*=\s*)('(?:[^'\\]|\\.)*'?|(?:\$\{[^}]*\}|[^\s&])*)", re.DOTALL | re.IGNORECASE
)
LONGEST_TEXT = 80


def redacted(dsn: str) -> str:
    """Write `***` for the password of a DSN, a URI or keywords; `${VAR}` stays visible."""

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
    """Mask every value whose name says password, however deep it is in options."""
    match value:
        case dict():
            return {
                name: "***" if "password" in str(name).lower() else without_passwords(held)
                for name, held in value.items()
            }
        case list() | tuple():
            return [without_passwords(item) for item in value]
        case str():
            return redacted(value)
    return value


def shown(value: object) -> str:
    """Name a value as the user wrote it."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case str():
            text = repr(redacted(value))
            return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 4]}...'"
        case list():
            return "a list"
        case dict():
            return "a mapping"
    return str(value)


def masked(text: str, secrets: Sequence[str]) -> str:
    """Replace each secret, however it is quoted, by `***`."""
    forms = {form for secret in secrets if secret for form in _quoted(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return text


def _quoted(secret: str) -> tuple[str, ...]:
    return (
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        secret.replace("\\", "\\\\").replace("'", "\\'"),  # as libpq's keywords quote it
    )
