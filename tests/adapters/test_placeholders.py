"""The placeholders of PostgreSQL become psycopg2's, and nothing else of a statement changes."""

from __future__ import annotations

import psycopg2
import pytest

from adapters.placeholders import rewrite


@pytest.mark.parametrize(
    ("sql", "args", "text", "sent"),
    [
        ("SELECT $1, $2", ("a", "b"), "SELECT %s, %s", ("a", "b")),
        ("SELECT $2, $1", ("a", "b"), "SELECT %s, %s", ("b", "a")),
        ("SELECT $1, $1", ("a",), "SELECT %s, %s", ("a", "a")),
        ("SELECT $2", ("a", "b"), "SELECT %s", ("b",)),
        ("SELECT $10, $1", tuple("abcdefghij"), "SELECT %s, %s", ("j", "a")),
        ("SELECT 1 % $1", (2,), "SELECT 1 %% %s", (2,)),
        ("SELECT $1 % 2", (2,), "SELECT %s %% 2", (2,)),
        ("SELECT 1 % 2", (), "SELECT 1 % 2", ()),
        ("SELECT '$1 %'", (), "SELECT '$1 %'", ()),
    ],
)
def test_numbered_arguments_become_those_of_psycopg2(
    sql: str, args: tuple[object, ...], text: str, sent: tuple[object, ...]
) -> None:
    rewritten, arrange = rewrite(sql)
    assert rewritten == text
    assert (arrange(args) if arrange else args) == sent


JSON = "(SELECT row_to_json(t)::text FROM (SELECT 1 AS {}) AS t)"
"""Shows the name of a column."""

NO_PLACEHOLDER = {
    "literal": ("'$1'", "$1"),
    "doubled quote": ("'it''s $1'", "it's $1"),
    "backslash before a quote": ("'\\' || '$1'", "\\$1"),
    "escaped quote": ("E'\\'$1'", "'$1"),
    "two escaped quotes": ("E'\\' \\'$1'", "' '$1"),
    "escaped quote, small e": ("e'\\\\\\'$1'", "\\'$1"),
    "escape literal over two lines": ("E'a'\n'\\'$1'", "a'$1"),
    "doubled quote with escapes": ("E'''\\'$1'", "''$1"),
    "prefix that is no e": ("U&'\\0061$1'", "a$1"),
    "dollar quotes": ("$$it's $1$$", "it's $1"),
    "dollar quotes with a tag": ("$tag1$ $$ $1 $tag$ $tag1$", " $$ $1 $tag$ "),
    "dollar quotes with a tag in Spanish": ("$año$'$1$año$", "'$1"),
    "quoted identifier": (JSON.format('"a ""$1"'), '{"a \\"$1":1}'),
    "identifier": (JSON.format("a$1"), '{"a$1":1}'),
    "line comment": ("'a' -- it's $1\n", "a"),
    "block comment": ("'a' /* it's $1 */", "a"),
    "nested comment": ("'a' /* /* $1 */ it's $1 /**/ */", "a"),
    "quote in a comment": ("'a' /* ' */ || '$1'", "a$1"),
    "comment in a literal": ("'/*' || '--' || '$1'", "/*--$1"),
    "percent": ("'%s %% %(a)s'", "%s %% %(a)s"),
    "tag that is a number": ("'a' || '$1$'", "a$1$"),
}


@pytest.mark.parametrize(("text", "value"), NO_PLACEHOLDER.values(), ids=NO_PLACEHOLDER)
def test_what_only_looks_like_a_placeholder_is_left_alone(text: str, value: str, dsn: str) -> None:
    """PostgreSQL is the judge: what it reads is what was written, and the arguments beside it."""
    sql, arrange = rewrite(f"SELECT $2::int, {text}, $1::int")
    assert arrange is not None
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, arrange((7, 8)))
            assert cursor.fetchone() == (8, value, 7)
    finally:
        connection.close()


@pytest.mark.parametrize(
    "text", ["'$1", "E'\\'$1", '"$1', "$$ $1", "$tag$ $1 $$", "/* $1 /* */", "-- $1"]
)
def test_what_does_not_end_reaches_to_the_end_of_the_statement(text: str) -> None:
    assert rewrite(f"SELECT {text}") == (f"SELECT {text}", None)


def test_a_statement_is_rewritten_once() -> None:
    sql = "SELECT $1 -- only once"
    assert rewrite(sql)[0] is rewrite(sql)[0]
