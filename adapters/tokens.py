"""The tokens of PostgreSQL's SQL, as far as it takes to know what is a placeholder and what not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(
    r"""
    \$(?P<number>[0-9]+)
    | (?P<comment>/\*)                                      # it nests: see _end_of_comment
    | (?P<rest>--[^\r\n]*)
    | (?P<literal>
        [eE]'(?:[^'\\]|\\.|''|'\s*\n\s*')*'?                # with escapes, over several lines
        | '[^']*'?                                          # a doubled quote makes it two
        | (?P<tag>\$(?:[A-Za-z_\x80-\U0010ffff][0-9A-Za-z_\x80-\U0010ffff]*)?\$).*?(?:(?P=tag)|\Z)
    )
    | (?P<quoted>"[^"]*"?)
    | (?P<word>[A-Za-z_\x80-\U0010ffff][$0-9A-Za-z_\x80-\U0010ffff]*)
    """,
    re.VERBOSE | re.DOTALL,
)
"""A placeholder, or what may hold `$1` without it being one: comments, literals, identifiers.

As in chapter "Lexical Structure" of PostgreSQL's manual, with standard_conforming_strings on.
What does not end reaches to the end of the text; the server will complain.
"""

MARKS = re.compile(r"/\*|\*/")

SIGN = re.compile(r"::|\S")
"""What stands between those: signs, and the digits of numbers."""

LITERAL = "''"
"""The token of every literal, whatever it holds."""


def tokens(sql: str) -> Iterator[str]:
    """Yield the tokens of a text: words in small letters, literals as `''`, no comments."""
    end = 0
    for match, start, stop in matches(sql):
        yield from SIGN.findall(sql, end, start)
        if match["number"]:
            yield match[0]
        elif match["literal"]:
            yield LITERAL
        elif match["word"]:
            yield match[0].lower()
        elif match["quoted"]:
            yield match[0]
        end = stop
    yield from SIGN.findall(sql, end)


def matches(sql: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """Yield each match of TOKEN with the place where it begins and where it ends."""
    position = 0
    while match := TOKEN.search(sql, position):
        position = _end_of_comment(sql, match.start()) if match["comment"] else match.end()
        yield match, match.start(), position


def _end_of_comment(sql: str, start: int) -> int:
    depth = 0
    for mark in MARKS.finditer(sql, start):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(sql)
