"""The tokens of a statement are those that PostgreSQL sees."""

from __future__ import annotations

import pytest

from adapters.tokens import tokens


@pytest.mark.parametrize(
    ("sql", "seen"),
    [
        ("SELECT $1::int", ["select", "$1", "::", "int"]),
        ("a$1 || 'x;''y' -- $2;\n;", ["a$1", "|", "|", "''", "''", ";"]),
        ("$tag$ ; $$ $tag$ 'a' E'\\'' ", ["''", "''", "''"]),
        ('/* ; /* $1 */ ; */ "Into"', ['"Into"']),
        ("x[1:2]", ["x", "[", "1", ":", "2", "]"]),
    ],
)
def test_literals_and_comments_hide_what_they_hold(sql: str, seen: list[str]) -> None:
    assert list(tokens(sql)) == seen
