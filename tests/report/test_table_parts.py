"""A table that is too wide is shown in parts, and no name in it is broken."""

from __future__ import annotations

import io

from runner.messages import said
from runner.report.model import Column, Row, Table
from runner.report.table_parts import parts
from runner.report.terminal import Terminal, show_table

TITLE = "What each pool does"
POOLS = ("psycopg2", "psycopg2-queued", "psycopg3-async", "sqlalchemy-async", "asyncpg")


def table(*pools: str) -> Table:
    return Table(
        title=said(TITLE),
        columns=[Column("case"), *(Column(name) for name in pools)],
        rows=[Row(["one more, unless told", *(f"leaks {name}" for name in pools)])],
        notes=[said("the rule")],
    )


def shown(whole: Table, width: int) -> str:
    console = Terminal(file=io.StringIO(), width=width, color_system=None)
    show_table(console, whole)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_table_that_fits_stays_whole() -> None:
    whole = table(*POOLS)
    assert parts(whole, 200) == [whole]


def test_a_table_that_is_too_wide_has_its_first_column_in_each_part() -> None:
    whole = table(*POOLS)
    divided = parts(whole, 40)
    assert len(divided) > 1
    assert [it.columns[0].heading for it in divided] == ["case"] * len(divided)
    names = [column.heading for it in divided for column in it.columns[1:]]
    assert names == list(POOLS)
    assert all(len(row.cells) == len(it.columns) for it in divided for row in it.rows)


def test_a_table_that_is_too_wide_has_its_title_once_above_and_its_notes_once_below() -> None:
    lines = shown(table(*POOLS), 40).splitlines()
    assert len(lines) > 10, "it is in parts"
    assert [line.strip() for line in (lines[0], lines[-1])] == [TITLE, "the rule"]
    assert not {TITLE, "the rule"} & {line.strip() for line in lines[1:-1]}


def test_no_name_is_broken_and_no_line_is_wider_than_the_terminal() -> None:
    for width in (40, 60, 80):
        text = shown(table(*POOLS), width)
        words = text.split()
        assert all(name in words for name in POOLS), f"at {width} columns"
        assert max(map(len, text.splitlines())) <= width


def test_a_column_that_is_wider_than_the_terminal_is_a_part_of_its_own() -> None:
    wide = Table(None, [Column("a"), Column("b" * 90, folds=False), Column("c")], [])
    divided = parts(wide, 40)
    assert [[it.heading for it in part.columns] for part in divided] == [
        ["a", "b" * 90],
        ["a", "c"],
    ]


def test_a_word_that_is_longer_than_any_name_may_be_broken_instead() -> None:
    whole = Table(None, [Column("a"), Column("message")], [Row(["x", "y" * 200])])
    assert parts(whole, 80) == [whole]
