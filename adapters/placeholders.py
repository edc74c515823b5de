"""The placeholders `$1 $2` of PostgreSQL, for a driver that knows only `%s`."""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from adapters.tokens import matches

if TYPE_CHECKING:
    from collections.abc import Callable

    Arguments = tuple[object, ...]
    Arrange = Callable[[Arguments], Any]


@cache
def rewrite(sql: str) -> tuple[str, Arrange | None]:
    """Turn `$1 $2` into `%s` and each `%` into `%%`; without a placeholder nothing is changed.

    The second value puts the arguments in the order of the text; None where they are in it.
    Cached by statement.
    """
    placeholders = [match for match, _, _ in matches(sql) if match["number"]]
    if not placeholders:
        return sql, None
    text, end = "", 0
    for match in placeholders:
        text += sql[end : match.start()].replace("%", "%%") + "%s"
        end = match.end()
    text += sql[end:].replace("%", "%%")
    positions = [int(match["number"]) - 1 for match in placeholders]
    if positions == list(range(len(positions))):
        return text, None
    pick = itemgetter(*positions)
    return text, pick if len(positions) > 1 else lambda arguments: (pick(arguments),)
