"""Each group of an interrupted run counts once, and every row has its control and its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axes import PoolSize
from runner.results.rows import Rows, paired
from tests.builders import row

if TYPE_CHECKING:
    from runner.results.row import Row


def test_a_group_that_was_interrupted_counts_as_it_was_measured_again() -> None:
    first = [row("a"), row("a", round=2)]
    again = [row(contender, round=2, session=2) for contender in ("a", "b")]
    chosen = [(one.round, one.session, one.contender) for one in paired(first + again)]
    assert sorted(chosen) == [(1, 1, "a"), (2, 2, "a"), (2, 2, "b")]


def test_the_fullest_session_counts_and_of_equally_full_ones_the_last() -> None:
    whole = [row(contender, session=1) for contender in ("a", "b")]
    cut_off = [row("a", session=2)]
    assert paired(whole + cut_off) == whole
    again = [row(contender, session=3) for contender in ("a", "b")]
    assert paired(whole + cut_off + again) == again


def limit(size: int, **changes: object) -> Row:
    return row("pgbench", clients=size, pool_size=PoolSize(size, size), hold=0.0, **changes)


def test_the_roles_stand_apart_and_each_row_has_the_limit_of_its_round() -> None:
    rows = Rows(
        [
            row("psycopg3"),
            row("control"),
            row("psycopg3", pool_size=PoolSize(1, 7)),
            limit(5),
            limit(5, round=2),
        ]
    )
    assert [line.contender for line in rows.adapters] == ["psycopg3", "psycopg3"]
    assert [line.contender for line in rows.measured] == ["psycopg3", "control", "psycopg3"]
    own, _, larger = rows.measured
    assert rows.limit(own) == limit(5)
    assert rows.limit(row(round=2)) == limit(5, round=2)
    assert rows.limit(row(round=3)) is None
    assert rows.limit(larger) is None, "a server with 7 connections was not measured"


def test_groups_come_in_the_order_of_their_conditions_with_all_that_belongs_to_them() -> None:
    rows = Rows(
        [row(contender, clients=clients) for clients in (50, 9) for contender in ("control", "b")]
        + [limit(5)]
    )
    few, many = rows.groups
    assert (few.name, many.name) == ("insert-c9-p5", "insert-c50-p5")
    assert list(few.contenders) == ["control", "b"]
    assert [line.contender for line in few.rows] == ["b"]
    assert few.limits == many.limits == {1: limit(5)}
