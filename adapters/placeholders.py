"""The placeholders `$1 $2` of PostgreSQL, for a driver that knows only `%s`."""

from __future__ import annotations

import re
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Arguments = tuple[object, ...]
    Arrange = Callable[[Arguments], Any]

TOKEN = re.compile(
    r"""
    \$(?P<number>[0-9]+)
    | (?P<comment>/\*)                                      # it nests: see _end_of_comment
    | --[^\r\n]*
    | [eE]'(?:[^'\\]|\\.|''|'\s*\n\s*')*'?                  # with escapes, over several lines
    | '[^']*'?                                              # a doubled quote makes it two
    | "[^"]*"?
    | (?P<tag>\$(?:[A-Za-z_\x80-\U0010ffff][0-9A-Za-z_\x80-\U0010ffff]*)?\$).*?(?:(?P=tag)|\Z)
    | [A-Za-z_\x80-\U0010ffff][$0-9A-Za-z_\x80-\U0010ffff]*
    """,
    re.VERBOSE | re.DOTALL,
)
"""A placeholder, or what may hold `$1` without it being one: comments, literals, identifiers.

As in chapter "Lexical Structure" of PostgreSQL's manual, with standard_conforming_strings on.
What does not end reaches to the end of the text; the server will complain.
"""

MARKS = re.compile(r"/\*|\*/")


@cache
def rewrite(sql: str) -> tuple[str, Arrange | None]:
    """Turn `$1 $2` into `%s` and each `%` into `%%`; without a placeholder nothing is changed.

    The second value puts the arguments in the order of the text; None where they are in it.
    Cached by statement.
    """
    placeholders = list(_placeholders(sql))
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


def _placeholders(sql: str) -> Iterator[re.Match[str]]:
    position = 0
    while token := TOKEN.search(sql, position):
        position = _end_of_comment(sql, token.start()) if token["comment"] else token.end()
        if token["number"]:
            yield token


def _end_of_comment(sql: str, start: int) -> int:
    depth = 0
    for mark in MARKS.finditer(sql, start):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(sql)
